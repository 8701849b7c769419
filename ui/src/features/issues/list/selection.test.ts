import { describe, expect, it } from "vitest";
import { followRows, moveTo, nothingSelected, type Selection, subjects } from "./selection";

const rows = ["e", "d", "c", "b", "a"];
const at = (key: string) => moveTo(nothingSelected, key, rows);
const marked = (state: Selection, ...keys: string[]): Selection => ({ ...state, marked: new Set(keys) });

describe("the cursor of an issue list", () => {
  it("starts on the first row, so that the first key works", () => {
    expect(followRows(nothingSelected, rows).active).toBe("e");
  });

  it("stays with its issue when rows come above it", () => {
    const later = followRows(at("c"), ["f", ...rows]);
    expect(later, "the next key must hit the issue that was looked at").toMatchObject({
      active: "c",
      index: 3,
    });
  });

  it("stays in its place when its issue leaves", () => {
    expect(
      followRows(at("c"), ["e", "d", "b", "a"]).active,
      "after rejecting one the next is under the cursor",
    ).toBe("b");
  });

  it("falls back to the last row when the end of the list leaves", () => {
    expect(followRows(at("a"), ["e", "d"]).active).toBe("d");
  });

  it("keeps its place while the list is read again", () => {
    expect(followRows(followRows(at("c"), []), rows).active).toBe("c");
  });

  it("does not change, and so redraws nothing, when the rows stay", () => {
    const state = at("c");
    expect(followRows(state, [...rows])).toBe(state);
  });
});

describe("what an action is about", () => {
  it("is what is marked, else the row under the cursor, else nothing", () => {
    expect(subjects(marked(at("c"), "d", "c"))).toEqual(["d", "c"]);
    expect(subjects(at("c"))).toEqual(["c"]);
    expect(subjects(nothingSelected), "no action may hit a row that nobody pointed at").toEqual([]);
  });

  it("is never an issue that left the list", () => {
    const state = followRows(marked(at("c"), "d", "c"), ["e", "c", "b", "a"]);
    expect(subjects(state), "d is out of sight").toEqual(["c"]);
  });
});
