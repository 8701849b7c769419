import { describe, expect, it } from "vitest";
import type { OutputPage } from "@/api/generated/bindings";
import { type Hurry, type OutputStore, openOutput } from "./store";
import { type Ask, heldEnd } from "./window";

interface Backend {
  /** How many events the run has. */
  end: number;
  fails: Error | null;
  asked: Ask[];
  frames: { callback: () => void; hurry: Hurry }[];
  store: OutputStore;
  /** Turns frames until nothing more is asked for. */
  settle: () => Promise<void>;
}

/** A backend, and a clock that the test turns. */
function backend(): Backend {
  const run: Backend = {
    end: 0,
    fails: null,
    asked: [],
    frames: [],
    store: openOutput(
      (what) => answer(run, what),
      (callback, hurry) => run.frames.push({ callback, hurry }),
    ),
    async settle() {
      for (let frame = run.frames.shift(); frame; frame = run.frames.shift()) {
        frame.callback();
        for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
      }
    },
  };
  return run;
}

function answer(run: Backend, what: Ask): Promise<OutputPage> {
  run.asked.push(what);
  if (run.fails) return Promise.reject(run.fails);
  const from = what.from ?? Math.max(0, run.end - what.limit);
  const count = Math.max(0, Math.min(what.limit, run.end - from));
  const items = Array.from({ length: count }, (_, index) => ({
    seq: from + index,
    step: 0,
    at: 0,
    event: { type: "raw" as const, text: `${from + index}` },
  }));
  return Promise.resolve({ items, end: run.end });
}

describe("live output", () => {
  it("asks once a frame, however often it is told of news", async () => {
    const run = backend();
    run.end = 10;
    for (let told = 0; told < 1_000; told += 1) run.store.poke();
    await run.settle();
    expect(run.asked.length, "a thousand changes are one request").toBe(1);
  });

  it("reads on until it has everything", async () => {
    const run = backend();
    run.store.poke();
    await run.settle();
    run.end = 1_900;
    run.store.poke();
    await run.settle();
    expect(heldEnd(run.store.state().window), "nothing is left unread at the end").toBe(1_900);
  });

  it("takes its time while more comes than anyone reads, and is quick again after that", async () => {
    const run = backend();
    run.store.poke();
    await run.settle();
    const hurry = async (end: number) => {
      run.end = end;
      run.store.poke();
      await run.settle();
      run.store.poke();
      const next = run.frames[0]?.hurry;
      await run.settle();
      return next;
    };
    expect(await hurry(20), "a few lines show at the next frame").toBe("frame");
    expect(await hurry(900), "hundreds at once are a flood").toBe("flood");
    const asked = run.asked.length;
    expect(await hurry(9_000), "while it lasts").toBe("flood");
    expect(run.asked[asked + 1], "only its end is asked for").toEqual({ limit: 300 });
    expect(await hurry(9_010), "it is over when less comes").toBe("frame");
    expect(heldEnd(run.store.state().window), "and nothing is left unread at the end").toBe(9_010);
  });

  it("does not move what is read further up, and says how much is new", async () => {
    const run = backend();
    run.end = 100;
    run.store.poke();
    await run.settle();
    run.store.follow(false);
    run.end = 700;
    run.store.poke();
    expect(run.frames[0]?.hurry, "counting is not urgent").toBe("counting");
    await run.settle();
    const { window } = run.store.state();
    expect(window.end, "the count is known").toBe(700);
    expect(
      [window.from, window.events.length],
      "the text stays, but for the one line that counting brought",
    ).toEqual([0, 101]);
    run.store.toEnd();
    await run.settle();
    expect(heldEnd(run.store.state().window), "jumping to the end shows it").toBe(700);
  });

  it("jumps from a far place to the end without reading all between", async () => {
    const run = backend();
    run.end = 500_000;
    run.store.poke();
    await run.settle();
    run.store.toStart();
    await run.settle();
    expect(run.store.state().window.from, "the first line is there").toBe(0);
    const before = run.asked.length;
    run.store.toEnd();
    await run.settle();
    expect(heldEnd(run.store.state().window), "the last line is there").toBe(500_000);
    expect(run.asked.length - before, "after a single request").toBe(1);
  });

  it("says that a request failed and goes on with the next", async () => {
    const run = backend();
    run.fails = new Error("gone");
    run.store.poke();
    await run.settle();
    expect(run.store.state().failure?.message, "the reason is shown").toBe("gone");
    run.fails = null;
    run.end = 5;
    run.store.poke();
    await run.settle();
    expect(run.store.state().failure, "and forgotten when it works again").toBeNull();
    expect(run.store.state().window.events.length, "with nothing lost").toBe(5);
  });

  it("asks nothing after it was closed", async () => {
    const run = backend();
    run.store.poke();
    run.store.close();
    await run.settle();
    expect(run.asked.length, "a page that was left costs nothing").toBe(0);
  });
});
