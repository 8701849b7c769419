import { expect, test } from "vitest";
import { markOf } from "./SessionMark";

test.each([
  [{ state: "idle", working: false, open_questions: 0, error: null }, "Idle"],
  [{ state: "running", working: true, open_questions: 0, error: null }, "Working"],
  [{ state: "paused", working: false, open_questions: 1, error: null }, "Asks you"],
  [{ state: "paused", working: true, open_questions: 1, error: "It broke." }, "Asks you"],
  [{ state: "idle", working: false, open_questions: 0, error: "It broke." }, "Failed"],
  [{ state: "ended", working: false, open_questions: 1, error: "It broke." }, "Ended"],
] as const)("%o is said as %s", (session, word) => {
  expect(markOf(session).word).toBe(word);
});
