import { expect, it } from "vitest";
import { similarQueries, tellingWords } from "./similar";

it("looks for what a title is about", () => {
  expect(tellingWords("The importer drops labels on the second run!")).toEqual([
    "importer",
    "drops",
    "labels",
    "second",
    "run",
  ]);
});

it("widens the search, for nobody writes the same title twice", () => {
  expect(similarQueries("Import drops labels")).toEqual([
    "import* labels* drops* is:active",
    "import* labels* is:active",
  ]);
});

it("asks for nothing before there is a word to look for", () => {
  expect(similarQueries("a "), "one letter would match everything").toEqual([]);
});

it("never lets a title be read as a qualifier", () => {
  expect(
    similarQueries("is:open label:bug ")[0],
    "a title that quotes the search language is only text",
  ).toBe("label* open* bug* is:active");
});
