import { expect, it } from "vitest";
import { changedParts, lineDiff } from "./lineDiff";

const marks = { same: " ", added: "+", removed: "-" } as const;
const drawn = (before: string, after: string) =>
  lineDiff(before, after).map((line) => marks[line.kind] + line.text);

it("shows what an edit of a body took away and brought", () => {
  expect(drawn("one\ntwo\nthree", "one\n2\nthree\nfour")).toEqual([" one", "-two", "+2", " three", "+four"]);
});

it("shows no change where there is none", () => {
  expect(drawn("one\ntwo", "one\ntwo")).toEqual([" one", " two"]);
});

it("leaves out what is far from any change", () => {
  const before = Array.from({ length: 30 }, (_, line) => `line ${line}`);
  const after = before.with(3, "new 3").with(25, "new 25");
  const parts = changedParts(lineDiff(before.join("\n"), after.join("\n")), 1);
  expect(
    parts.filter((part) => part === null),
    "one gap between the two changes",
  ).toHaveLength(1);
  expect(parts.filter((part) => part?.kind === "added").map((part) => part?.text)).toEqual([
    "new 3",
    "new 25",
  ]);
  expect(parts.at(-1)?.text, "what follows the last change is left out without a mark").toBe("line 26");
});
