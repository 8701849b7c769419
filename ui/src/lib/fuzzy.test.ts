import { describe, expect, it } from "vitest";
import { fuzzyRank, fuzzyScore } from "./fuzzy";

describe("finding by a few letters", () => {
  const titles = ["Go to Runs", "Run an agent on the issue", "New run from a prompt", "Merge the branch"];
  const rank = (typed: string) => fuzzyRank(titles, typed, (title) => title);

  it("finds first letters of words", () => {
    expect(rank("gtr")[0], "g t r").toBe("Go to Runs");
    expect(rank("nrf")[0], "n r f").toBe("New run from a prompt");
  });

  it("puts a word that begins so first", () => {
    expect(rank("run")[0], "it begins with it").toBe("Run an agent on the issue");
    expect(rank("merge"), "only one has it").toEqual(["Merge the branch"]);
  });

  it("finds nothing where letters are missing or out of order", () => {
    expect(fuzzyScore("Merge the branch", "xyz"), "letters that are not there").toBeNull();
    expect(fuzzyScore("abc", "cba"), "out of order").toBeNull();
  });

  it("keeps everything when nothing is typed", () => {
    expect(rank("").length, "all").toBe(titles.length);
  });
});
