import { describe, expect, it } from "vitest";
import { decidedWord, rolesWord, statusOf, takenBack } from "./words";

describe("a decision", () => {
  it("is told with what it was about", () => {
    expect(decidedWord([4], "approve"), "one by its number").toBe("Learning 4 approved");
    expect(decidedWord([4, 5], "reject"), "several by their count").toBe("2 learnings rejected");
  });

  it("is taken back to where each stood before, not all to the same place", () => {
    const decided = [
      { number: 1, from: "pending", to: "rejected" },
      { number: 2, from: "approved", to: "rejected" },
      { number: 3, from: "pending", to: "rejected" },
    ] as const;
    const undone = takenBack(decided);
    expect(undone, "one call for each status").toEqual([
      ["reopen", [1, 3]],
      ["approve", [2]],
    ]);
    for (const [decision, numbers] of undone) {
      for (const number of numbers) {
        const before = decided.find((one) => one.number === number)?.from;
        expect(statusOf(decision), `learning ${number} stands where it stood`).toBe(before);
      }
    }
  });
});

describe("the roles of a learning", () => {
  it("are all where none is named", () => {
    expect(rolesWord([]), "nobody is left out").toBe("All roles");
    expect(rolesWord(["designer", "deep_dive"]), "as people read them").toBe("Designer, Deep dive");
  });
});
