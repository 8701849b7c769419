import { expect, it } from "vitest";
import { sideBySide } from "./textDiff";

const shown = (before: string, after: string) =>
  sideBySide(before, after).map((pair) => (pair.same ? `=${pair.before}` : `${pair.before}|${pair.after}`));

it("puts what stayed side by side, and what changed beside what it was", () => {
  expect(shown("a\nb\nc", "a\nx\nc")).toEqual(["=a", "b|x", "=c"]);
  expect(shown("a\nc", "a\nb\nc")).toEqual(["=a", "null|b", "=c"]);
  expect(shown("a\nb\nc\nd", "b\nd")).toEqual(["a|null", "=b", "c|null", "=d"]);
  expect(shown("", "a")).toEqual(["|a"]);
  expect(shown("a", "a")).toEqual(["=a"]);
});

it("loses no line of either text", () => {
  const lines = (seed: number) =>
    Array.from({ length: 60 }, (_, at) => String((at * seed + (at >> 2)) % 7)).join("\n");
  const [before, after] = [lines(3), lines(5)];
  const pairs = sideBySide(before, after);
  const side = (which: "before" | "after") =>
    pairs.flatMap((pair) => (pair[which] === null ? [] : [pair[which]])).join("\n");
  expect([side("before"), side("after")]).toEqual([before, after]);
});
