import { expect, it } from "vitest";
import { CallError } from "@/platform";
import { lineFaults } from "./faults";

const refused = (message: string) => new CallError("todo_set", "invalid", message, null);

it("finds every line that could not be read, with what is wrong there", () => {
  const message =
    "line 2: the mark is none of [ ], [x], [>], [/], [-]; line 3: not a todo; write '- [ ] what is to be done'; line 12: the todo is empty";
  expect(
    lineFaults(refused(message)),
    "a fault that is not shown at its line has to be searched for",
  ).toEqual([
    { line: 2, what: "the mark is none of [ ], [x], [>], [/], [-]" },
    { line: 3, what: "not a todo; write '- [ ] what is to be done'" },
    { line: 12, what: "the todo is empty" },
  ]);
});

it("leaves out how many more there are", () => {
  expect(lineFaults(refused("line 2: the todo is empty; and 4 more lines"))).toEqual([
    { line: 2, what: "the todo is empty" },
  ]);
});

it("does not take another refusal for a fault of a line", () => {
  expect(lineFaults(refused("the list has 900 todos; see line 3: it is long"))).toEqual([]);
  expect(lineFaults(new CallError("todo_set", "conflict", "line 2: x", null))).toEqual([]);
  expect(lineFaults(new Error("line 2: x"))).toEqual([]);
});
