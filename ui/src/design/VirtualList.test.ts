import { describe, expect, it } from "vitest";
import { rowsMoved } from "./VirtualList";

const keys = (text: string) => text.split("");

describe("the place in a list", () => {
  it("is kept when rows arrive or go above it", () => {
    expect(rowsMoved(keys("cdef"), 2, keys("xyabcdef")), "two came above").toBe(2);
    expect(rowsMoved(keys("cdef"), 2, keys("acdef")), "one above is gone").toBe(-1);
    expect(rowsMoved(keys("cdef"), 2, keys("abcdefgh")), "more came below").toBe(0);
  });

  it("follows the next row that is still there when the first one is gone", () => {
    expect(rowsMoved(keys("cdef"), 2, keys("xabdef")), "c is gone, one came above").toBe(0);
    expect(rowsMoved(keys("cdef"), 2, keys("uvw")), "nothing is left to follow").toBe(0);
  });
});
