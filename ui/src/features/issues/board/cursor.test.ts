import { describe, expect, it } from "vitest";
import { cursorIndex, moved } from "./cursor";

const rows = (...ids: string[]) => ids.map((id) => ({ id }));
const board: Record<string, { id: string }[]> = { open: rows("a", "b", "c"), triaged: rows("d"), done: [] };
const columns = Object.keys(board);
const press = (key: string, at: { column: string; id: string | null; index: number }) =>
  moved(at, key, columns, (column) => board[column] ?? []);

describe("the cursor of a board", () => {
  it("moves in its column and stops at its ends", () => {
    expect(press("j", { column: "open", id: "a", index: 0 })).toMatchObject({ id: "b" });
    expect(press("ArrowUp", { column: "open", id: "a", index: 0 })).toMatchObject({ id: "a" });
    expect(press("End", { column: "open", id: "a", index: 0 })).toMatchObject({ id: "c" });
  });

  it("goes to the card beside, or the last where the next column is shorter", () => {
    expect(press("ArrowRight", { column: "open", id: "c", index: 2 })).toEqual({
      column: "triaged",
      id: "d",
      index: 0,
    });
    expect(
      press("ArrowRight", { column: "triaged", id: "d", index: 0 }),
      "an empty column can be gone into",
    ).toEqual({ column: "done", id: null, index: 0 });
    expect(
      press("ArrowLeft", { column: "open", id: "a", index: 0 }),
      "nothing is left of the first",
    ).toMatchObject({
      column: "open",
      id: "a",
    });
  });

  it("stays in its place when its card leaves the column", () => {
    expect(cursorIndex({ column: "open", id: "gone", index: 1 }, rows("a", "c"))).toBe(1);
    expect(cursorIndex({ column: "open", id: "gone", index: 9 }, rows("a", "c")), "the last one").toBe(1);
    expect(cursorIndex({ column: "open", id: "c", index: 0 }, rows("a", "c")), "it follows its card").toBe(1);
    expect(cursorIndex({ column: "open", id: null, index: 0 }, []), "an empty column").toBe(-1);
  });

  it("leaves other keys alone", () => {
    expect(press("x", { column: "open", id: "a", index: 0 })).toBeNull();
  });
});
