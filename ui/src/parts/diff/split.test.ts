import { describe, expect, it } from "vitest";
import type { DiffLine } from "@/api/generated/bindings";
import { changedStretch, counterpart, splitRows } from "./split";

const line = (kind: DiffLine["kind"], text: string): DiffLine => ({ kind, old_line: 1, new_line: 1, text });
const shown = (lines: DiffLine[]) =>
  splitRows(lines).map((row) =>
    row.kind === "hunk" ? row.text : [row.left?.text ?? null, row.right?.text ?? null],
  );

describe("side by side", () => {
  it("sets what was removed beside what replaced it", () => {
    const lines = [
      line("context", "a"),
      line("removed", "b"),
      line("removed", "c"),
      line("added", "B"),
      line("context", "d"),
    ];
    expect(shown(lines), "blocks stand beside each other, the shorter one padded").toEqual([
      ["a", "a"],
      ["b", "B"],
      ["c", null],
      ["d", "d"],
    ]);
  });

  it("keeps two changes without context between them apart", () => {
    const lines = [line("removed", "a"), line("added", "A"), line("removed", "b"), line("added", "B")];
    expect(shown(lines), "each removed line has its own counterpart").toEqual([
      ["a", "A"],
      ["b", "B"],
    ]);
  });

  it("keeps hunk headers and loses no line", () => {
    const lines = [
      line("hunk", "@@ 1 @@"),
      line("added", "x"),
      line("no_newline", "\\"),
      line("hunk", "@@ 9 @@"),
      line("removed", "y"),
    ];
    expect(shown(lines), "everything is there, in order").toEqual([
      "@@ 1 @@",
      [null, "x"],
      [null, "\\"],
      "@@ 9 @@",
      ["y", null],
    ]);
  });
});

describe("what changed within a line", () => {
  it("finds the middle that differs", () => {
    const found = changedStretch("const limit = 10;", "const limit = 200;");
    expect(found, "only the number is marked").toEqual({
      before: { start: 14, end: 15 },
      after: { start: 14, end: 16 },
    });
  });

  it("says nothing of lines that have nothing in common", () => {
    expect(changedStretch("import a", "return 12"), "marking everything tells nothing").toBeNull();
    expect(changedStretch("    x", "    y"), "indentation is not something in common").toBeNull();
  });

  it("never cuts a character in two", () => {
    const found = changedStretch("status: 🙂 here", "status: 🙃 here");
    expect(
      found && "status: 🙂 here".slice(found.before.start, found.before.end),
      "the whole sign is marked",
    ).toBe("🙂");
  });
});

describe("the counterpart of a changed line", () => {
  const at = (lines: DiffLine[]) => (index: number) => lines[index];

  it("is at the same place in a block of the same length", () => {
    const lines = [line("removed", "a"), line("removed", "b"), line("added", "A"), line("added", "B")];
    expect(counterpart(at(lines), 0)?.text, "from removed to added").toBe("A");
    expect(counterpart(at(lines), 3)?.text, "from added to removed").toBe("b");
  });

  it("is not guessed when the blocks differ in length", () => {
    const lines = [line("removed", "a"), line("added", "A"), line("added", "B")];
    expect(counterpart(at(lines), 0), "it is not known which one replaced it").toBeNull();
    expect(counterpart(at(lines), 2), "nor from the other side").toBeNull();
  });

  it("is not there for context", () => {
    expect(counterpart(at([line("context", "a")]), 0), "context did not change").toBeNull();
  });
});
