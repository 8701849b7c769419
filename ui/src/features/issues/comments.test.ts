import type { InfiniteData } from "@tanstack/react-query";
import { expect, it } from "vitest";
import type { IssueUpdate, Page } from "../../api/generated/bindings";
import { withNewest } from "./comments";

const update = (id: string): IssueUpdate => ({
  id,
  author: { kind: "operator", user_id: "operator", handle: null, display_name: null },
  kind: "comment",
  body: id,
  metadata: null,
  visibility: "all",
  created_at: 0,
});
const pages = (...lists: string[][]): InfiniteData<Page<IssueUpdate>, string | null> => ({
  pages: lists.map((ids) => ({ items: ids.map(update), next: null })),
  pageParams: lists.map(() => null),
});
const ids = (data: InfiniteData<Page<IssueUpdate>, string | null>) =>
  data.pages.map((page) => page.items.map((each) => each.id));

it("shows a comment at once, as the newest", () => {
  expect(ids(withNewest(pages(["b", "a"], ["0"]), "unsent-1", update("unsent-1")))).toEqual([
    ["unsent-1", "b", "a"],
    ["0"],
  ]);
});

it("puts the kept comment in its place, and never shows it twice", () => {
  expect(ids(withNewest(pages(["unsent-1", "b"]), "unsent-1", update("c")))).toEqual([["c", "b"]]);
  expect(
    ids(withNewest(pages(["unsent-1", "c", "b"]), "unsent-1", update("c"))),
    "the feed may have brought it before the answer came",
  ).toEqual([["c", "b"]]);
});

it("takes out a comment that was refused", () => {
  expect(ids(withNewest(pages(["unsent-1", "b"]), "unsent-1", null))).toEqual([["b"]]);
});
