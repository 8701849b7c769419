import { expect, it } from "vitest";
import { daysLeft, titleOf } from "./trash";

const DAY = 24 * 60 * 60 * 1_000;

it("says how long something can be had back, never longer than it can", () => {
  expect(daysLeft(30 * DAY, 0)).toBe("30 days left");
  expect(daysLeft(2 * DAY - 1, 0), "a promise of two days would be broken").toBe("1 day left");
  expect(daysLeft(DAY - 1, 0)).toBe("under a day left");
  expect(daysLeft(null, 0), "a project is kept").toBe("kept");
});

it("names what was removed as its place does", () => {
  expect(titleOf({ kind: "issue", number: 4, title: "Crash" })).toBe("#4 Crash");
  expect(titleOf({ kind: "run", number: 7, title: "demo" })).toBe("Run 7 · demo");
  expect(titleOf({ kind: "workflow", number: null, title: "thorough" })).toBe("Workflow · thorough");
  expect(titleOf({ kind: "persona", number: null, title: "mine" })).toBe("Persona · mine");
  expect(titleOf({ kind: "project", number: null, title: "Importer" })).toBe("Importer");
});
