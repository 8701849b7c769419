import { describe, expect, it } from "vitest";
import { firstPage, rowsOf } from "../list/pages";
import { testPage, testRow } from "../testIssue";
import { cardMove, columnQuery, columnTitle, putIn, recounted, takeOut } from "./columns";

const numbers = (list: ReturnType<typeof firstPage>) => rowsOf(list).map((row) => row.number);

describe("a column", () => {
  it("lists its own status instead of the board's, and keeps the rest of the query", () => {
    const column = { narrow: "is:triaged" };
    expect(columnQuery("is:active is:closed import sort:priority", "status", column)).toBe(
      "import sort:priority is:triaged",
    );
  });

  it("of a label narrows what the board shows", () => {
    expect(columnQuery("is:active label:bug", "label", { narrow: "label:ui" })).toBe(
      "is:active label:bug label:ui",
    );
  });

  it("is named as a person would name it", () => {
    expect(columnTitle("status", "in_progress", [])).toBe("In progress");
    expect(columnTitle("label", "", [])).toBe("No label");
    expect(columnTitle("assignee", "primary", [{ target: "primary", name: "Primary agent" }])).toBe(
      "Primary agent",
    );
    expect(columnTitle("assignee", "workflow:gone", []), "a target that is gone still shows").toBe(
      "workflow:gone",
    );
  });
});

describe("moving a card", () => {
  const row = testRow(1);

  it("asks why before it rejects, and to whom before it assigns", () => {
    expect(cardMove("status", row, "open", "rejected")).toEqual({ kind: "ask", what: "reject" });
    expect(cardMove("status", row, "triaged", "assigned")).toEqual({ kind: "ask", what: "assign" });
    expect(
      cardMove("status", testRow(1, { assignment: "primary" }), "in_progress", "assigned"),
      "what has a target goes back to it",
    ).toEqual({ kind: "status", status: "assigned" });
  });

  it("between labels changes that label alone", () => {
    expect(cardMove("label", row, "bug", "ui")).toEqual({ kind: "label", add: ["ui"], remove: ["bug"] });
    expect(cardMove("label", row, "", "ui"), "nothing to take off").toEqual({
      kind: "label",
      add: ["ui"],
      remove: [],
    });
    expect(cardMove("label", row, "bug", "")).toEqual({ kind: "label", add: [], remove: ["bug"] });
  });

  it("to nobody unassigns", () => {
    expect(cardMove("assignee", row, "primary", "")).toEqual({ kind: "assign", target: null });
  });

  it("takes it out of one column and puts it where it belongs in the other", () => {
    expect(numbers(takeOut(firstPage(testPage([5, 3, 1], null)), "issue-3"))).toEqual([5, 1]);
    expect(numbers(putIn(firstPage(testPage([5, 1], null)), testRow(3), ""))).toEqual([5, 3, 1]);
    expect(numbers(putIn(firstPage(testPage([], null)), testRow(3), "")), "into an empty one").toEqual([3]);
    expect(
      numbers(putIn(firstPage(testPage([5, 4], "more")), testRow(3), "")),
      "below what is loaded",
    ).toEqual([5, 4]);
    expect(
      numbers(putIn(firstPage(testPage([1, 5], null)), testRow(3), "sort:oldest")),
      "in another order it stands on top at first",
    ).toEqual([3, 1, 5]);
  });

  it("is counted at once", () => {
    const columns = [
      { value: "open", narrow: "", count: 3 },
      { value: "triaged", narrow: "", count: 0 },
    ];
    expect(recounted(columns, "open", "triaged").map((column) => column.count)).toEqual([2, 1]);
  });
});
