import { describe, expect, it } from "vitest";
import type { DiffFile, DiffLine, DiffPage } from "@/api/generated/bindings";
import { displayWidth, expectedLines, KEPT_PAGES, lineAt, missingPages, PAGE, receivePage } from "./pages";

const file = (changed: Partial<DiffFile> = {}): DiffFile => ({
  path: "a.txt",
  old_path: null,
  kind: "modified",
  binary: false,
  lines_added: 3,
  lines_removed: 1,
  ...changed,
});

const line = (index: number): DiffLine => ({
  kind: "added",
  old_line: null,
  new_line: index + 1,
  text: `line ${index}`,
});

/** Answers as the backend does, for a file of `total` diff lines. */
function answer(index: number, total: number): DiffPage {
  const from = index * PAGE;
  const count = Math.max(0, Math.min(PAGE, total - from));
  const next = from + count < total ? from + count : null;
  return { lines: Array.from({ length: count }, (_, at) => line(from + at)), next };
}

describe("the lines of a file's diff", () => {
  it("knows the length once the last page came", () => {
    const lines = receivePage(expectedLines(file()), 0, answer(0, 17));
    expect(lines, "context lines are counted too").toMatchObject({ count: 17, exact: true });
  });

  it("shows a very long file with only a few pages in memory", () => {
    const total = 200_001;
    let lines = expectedLines(file({ kind: "added", lines_added: total - 1, lines_removed: 0 }));
    expect(lines.count, "the scrollbar is right from the start").toBe(total);
    for (let index = 0; index * PAGE < total; index += 1) {
      lines = receivePage(lines, index, answer(index, total));
      expect(lines.pages.size, "far pages are dropped").toBeLessThanOrEqual(KEPT_PAGES);
    }
    expect(lines, "the end is exact").toMatchObject({ count: total, exact: true });
    expect(lineAt(lines, total - 1)?.text, "the last line is there").toBe(`line ${total - 1}`);
    expect(lineAt(lines, 0), "the first was dropped").toBeUndefined();
    expect(missingPages(lines, 0, 50), "and is asked for again when it is seen").toEqual([0]);
  });

  it("asks for exactly the pages that are seen", () => {
    const lines = receivePage(expectedLines(file({ lines_added: 9_000 })), 0, answer(0, 9_500));
    expect(missingPages(lines, 1_990, 2_010), "only what is missing").toEqual([1]);
    expect(missingPages(lines, 0, 1_999), "nothing twice").toEqual([]);
  });

  it("grows when there is more than expected", () => {
    const lines = receivePage(expectedLines(file()), 0, answer(0, 5_000));
    expect(lines.count, "one can scroll into the next page").toBe(PAGE + 1);
    expect(receivePage(lines, 1, answer(1, 5_000)).count, "and the next").toBe(2 * PAGE + 1);
  });

  it("corrects a length that was guessed too high", () => {
    let lines = expectedLines(file({ lines_added: 10_000 }));
    lines = receivePage(lines, 4, answer(4, 8_000));
    expect(lines.count, "an empty page lies past the end").toBe(8_000);
    lines = receivePage(lines, 3, answer(3, 8_000));
    expect(lines, "the last page settles it").toMatchObject({ count: 8_000, exact: true });
  });

  it("shows an empty diff as empty", () => {
    const lines = receivePage(expectedLines(file({ lines_added: 0, lines_removed: 0 })), 0, {
      lines: [],
      next: null,
    });
    expect(lines, "no line is promised that never comes").toMatchObject({ count: 0, exact: true });
  });

  it("measures tabs as columns", () => {
    expect(displayWidth("\tab\tc"), "tabs end at multiples of four").toBe(9);
  });
});
