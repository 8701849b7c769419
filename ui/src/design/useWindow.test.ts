import { expect, it } from "vitest";
import { stretch } from "./useWindow";

it("draws what is seen and some beside it, and nothing that is not there", () => {
  expect(stretch(0, 320, 32, 100_000, 8), "at the top").toEqual({ first: 0, last: 17 });
  expect(stretch(3_200, 320, 32, 100_000, 8)).toEqual({ first: 92, last: 117 });
  expect(stretch(3_216, 320, 32, 100_000, 0), "half a row at each edge is seen").toEqual({
    first: 100,
    last: 110,
  });
  expect(stretch(31_680, 320, 32, 1_000, 8), "at the end").toEqual({ first: 982, last: 999 });
  expect(stretch(31_680, 320, 32, 5, 8), "a list that shrank under the eyes").toEqual({ first: 4, last: 4 });
  expect(stretch(0, 320, 32, 0, 8).last, "none").toBe(-1);
  expect(stretch(0, 0, 32, 100, 8).last, "no room yet").toBe(-1);
});
