import { describe, expect, it } from "vitest";
import { testPage, testRow } from "../testIssue";
import { appendPage, firstPage, type IssuePages, markStale, pagesOfRows, replacePage, rowsOf } from "./pages";

const numbers = (list: IssuePages) => rowsOf(list).map((row) => row.number);
const three = () =>
  appendPage(
    appendPage(firstPage(testPage([9, 8, 7], "after 7")), "after 7", testPage([6, 5, 4], "after 4")),
    "after 4",
    testPage([3, 2, 1], null),
  );

describe("the loaded pages of an issue list", () => {
  it("grow in the order of the list", () => {
    expect(numbers(three()), "a row out of place would be lost to the eye").toEqual([
      9, 8, 7, 6, 5, 4, 3, 2, 1,
    ]);
  });

  it("drop an answer that belongs to an older end", () => {
    const list = three();
    expect(appendPage(list, "after 7", testPage([6], null)), "rows would show twice").toBe(list);
  });

  it("lose no row when a new issue pushes one past the end of its page", () => {
    const list = replacePage(three(), 0, testPage([10, 9, 8], "after 8"));
    expect(numbers(list), "issue 7 must stay in sight").toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(list.pageParams, "the next page still begins after 7").toEqual([null, "after 7", "after 4"]);
  });

  it("show no row twice when an issue left and the page reaches into the next", () => {
    const list = replacePage(three(), 0, testPage([9, 7, 6], "after 6"));
    expect(numbers(list), "8 left, 6 moved up").toEqual([9, 7, 6, 5, 4, 3, 2, 1]);
    expect(list.pageParams[1], "the second page begins where the first now ends").toBe("after 6");
  });

  it("move a row that came to the top out of the page where it was", () => {
    const list = replacePage(three(), 0, testPage([2, 9, 8], "after 8"));
    expect(numbers(list)).toEqual([2, 9, 8, 7, 6, 5, 4, 3, 1]);
  });

  it("end where the answer says that the list ends", () => {
    const list = replacePage(three(), 1, testPage([6, 4], null));
    expect(numbers(list), "what was closed elsewhere must not linger").toEqual([9, 8, 7, 6, 4]);
    expect(list.pages.at(-1)?.next).toBeNull();
  });

  it("are empty when the answer is empty", () => {
    expect(numbers(replacePage(three(), 0, testPage([], null)))).toEqual([]);
  });

  it("take changed rows as they are answered", () => {
    const page = { items: [testRow(9, { title: "New title" }), testRow(8), testRow(7)], next: "after 7" };
    expect(rowsOf(replacePage(three(), 0, page))[0]?.title).toBe("New title");
  });

  it("know which of them are out of date, and forget it once they are read again", () => {
    const list = markStale(three(), [0]);
    expect(list.stale, "the two that were not read again").toEqual([1, 2]);
    expect(replacePage(list, 1, testPage([6, 5, 4], "after 4")).stale).toEqual([2]);
  });

  it("are found by the rows in sight", () => {
    expect(pagesOfRows(three(), 2, 3), "the last row of one and the first of the next").toEqual([0, 1]);
    expect(pagesOfRows(three(), 8, 30)).toEqual([2]);
  });
});
