import { describe, expect, it } from "vitest";
import type { OutputPage } from "@/api/generated/bindings";
import {
  askForEarlier,
  askForLater,
  askForNew,
  emptyWindow,
  heldEnd,
  KEPT,
  MOST,
  type OutputWindow,
  PAGE,
  receive,
  shownRows,
  unread,
} from "./window";

function page(from: number, count: number, end = from + count): OutputPage {
  return {
    items: Array.from({ length: count }, (_, index) => ({
      seq: from + index,
      step: 0,
      at: 0,
      event: { type: "raw", text: `line ${from + index}` },
    })),
    end,
  };
}

/** Answers as the backend does. */
function answer(ask: { from?: number; limit: number }, end: number): OutputPage {
  const from = ask.from ?? Math.max(0, end - ask.limit);
  return page(from, Math.max(0, Math.min(ask.limit, end - from)), end);
}

const isWhole = (window: OutputWindow) =>
  window.events.every((event, index) => event.seq === window.from + index);

describe("the window of a run's output", () => {
  it("begins with the last page", () => {
    const window = receive(emptyWindow(), answer(askForNew(emptyWindow(), true), 5_000));
    expect(window.from, "the end is what one wants to see first").toBe(5_000 - PAGE);
    expect(unread(window), "nothing is after it").toBe(0);
  });

  it("shows that an empty run has no output, rather than nothing known", () => {
    const window = receive(emptyWindow(), page(0, 0, 0));
    expect(window.loaded, "the answer counts").toBe(true);
    expect(shownRows(window), "there are no rows").toEqual([]);
  });

  it("follows what is new without losing or repeating a line", () => {
    let window = receive(emptyWindow(), page(0, 0, 0));
    for (let end = 0; end <= 3_000; end += 70) window = receive(window, answer(askForNew(window, true), end));
    expect(heldEnd(window), "everything arrived").toBe(window.end);
    expect(isWhole(window), "in order, each once").toBe(true);
  });

  it("skips to the end when it falls too far behind to read", () => {
    const window = receive(receive(emptyWindow(), page(0, 10)), page(10, 0, 100_000));
    const ask = askForNew(window, true);
    expect(ask.from, "the last page is asked for, not 100 pages").toBeUndefined();
    const next = receive(window, answer(ask, 100_000));
    expect(next.from, "and it replaces what is far above").toBe(100_000 - PAGE);
    expect(isWhole(next), "without a gap inside").toBe(true);
  });

  it("holds a bounded number of events however long the run", () => {
    let window = receive(emptyWindow(), page(0, 0, 0));
    for (let end = 0; end <= 60_000; end += 900) {
      window = receive(window, answer(askForNew(window, true), end));
      expect(window.events.length, "memory stays bounded").toBeLessThanOrEqual(MOST);
    }
    expect(heldEnd(window), "the end is there").toBe(window.end);
    expect(window.events.length, "and enough before it to scroll").toBeGreaterThanOrEqual(KEPT - PAGE);
    expect(shownRows(window).length, "rows are dropped with their events").toBe(window.events.length);
  });

  it("only counts what is new while one reads further up", () => {
    const window = receive(emptyWindow(), page(0, 100));
    const ask = askForNew(window, false);
    expect(ask.limit, "one event tells how many there are").toBe(1);
    const next = receive(window, answer({ ...ask, from: 100 }, 5_000));
    expect(unread(next), "the count of what waits is known").toBeGreaterThanOrEqual(4_899);
    const later = receive(next, answer(askForNew(next, false), 9_000));
    expect(later.events.length, "what is read does not move").toBe(next.events.length);
    expect(unread(later), "the count goes on").toBeGreaterThan(unread(next));
  });

  it("reads back to the very beginning, dropping the end", () => {
    let window = receive(emptyWindow(), answer({ limit: PAGE }, 50_000));
    for (let ask = askForEarlier(window); ask; ask = askForEarlier(window)) {
      window = receive(window, answer(ask, 50_000));
      expect(window.events.length, "memory stays bounded on the way").toBeLessThanOrEqual(MOST);
    }
    expect(window.from, "the first line was reached").toBe(0);
    expect(isWhole(window), "without a gap").toBe(true);
    expect(unread(window), "what was dropped counts as further down").toBe(50_000 - window.events.length);
  });

  it("reads forward again from there", () => {
    let window = receive(emptyWindow(), page(0, 500, 4_000));
    for (let ask = askForLater(window); ask; ask = askForLater(window))
      window = receive(window, answer(ask, 4_000));
    expect(heldEnd(window), "the last line was reached").toBe(4_000);
    expect(isWhole(window), "without a gap").toBe(true);
  });

  it("ignores an answer that says nothing new", () => {
    const window = receive(emptyWindow(), page(0, 10));
    expect(receive(window, page(10, 0, 10)), "views need not be drawn again").toBe(window);
  });

  it("does not double lines when two answers overlap", () => {
    const window = receive(receive(emptyWindow(), page(0, 10)), page(5, 10));
    expect(
      window.events.map((event) => event.seq),
      "each line once",
    ).toEqual(Array.from({ length: 15 }, (_, index) => index));
  });
});
