// What the columns of a board are, which query lists each, and what moving a card from one to another means. Pure.

import type {
  AssignmentTarget,
  BoardColumn,
  GroupBy,
  IssueRow,
  Priority,
  Status,
} from "../../../api/generated/bindings";
import { priorityWord, statusWord } from "../../../lib/words";
import type { IssuePages } from "../list/pages";
import { type FilterKind, sortOf, tidied, without } from "../list/query";
import { ACTIVE, ALL } from "../list/views";

export const groupWord: Record<GroupBy, string> = {
  status: "Status",
  label: "Label",
  priority: "Priority",
  assignee: "Assignee",
};

/** What a board shows when nothing is asked for: by status everything, else what is active. */
export function boardHome(groupBy: GroupBy): string {
  return groupBy === "status" ? ALL : ACTIVE;
}

/** The qualifiers of which an issue has one value: a column's own takes the place of the query's. */
const single: { readonly [groupBy in GroupBy]?: FilterKind } = {
  status: "status",
  priority: "priority",
  assignee: "assignee",
};

/** The query that lists the issues of a column. */
export function columnQuery(query: string, groupBy: GroupBy, column: Pick<BoardColumn, "narrow">): string {
  const kind = single[groupBy];
  const rest = kind && column.narrow !== "" ? without(query, kind) : query;
  return tidied(`${rest} ${column.narrow}`);
}

export function columnTitle(groupBy: GroupBy, value: string, targets: readonly AssignmentTarget[]): string {
  if (groupBy === "status") return statusWord[value as Status] ?? value;
  if (groupBy === "priority") return priorityWord[value as Priority] ?? value;
  if (groupBy === "label") return value === "" ? "No label" : value;
  if (value === "") return "Nobody";
  return targets.find(({ target }) => target === value)?.name ?? value;
}

/** What is to be done with an issue whose card is put into another column. */
export type CardMove =
  | { kind: "status"; status: Status }
  | { kind: "priority"; priority: Priority }
  | { kind: "label"; add: string[]; remove: string[] }
  | { kind: "assign"; target: string | null }
  /** Rejecting asks why first, assigning to whom. */
  | { kind: "ask"; what: "reject" | "assign" };

export function cardMove(groupBy: GroupBy, row: IssueRow, from: string, to: string): CardMove {
  switch (groupBy) {
    case "status":
      if (to === "rejected") return { kind: "ask", what: "reject" };
      if (to === "assigned" && (row.assignment === null || row.assignment_missing))
        return { kind: "ask", what: "assign" };
      return { kind: "status", status: to as Status };
    case "priority":
      return { kind: "priority", priority: to as Priority };
    case "label":
      return { kind: "label", add: to === "" ? [] : [to], remove: from === "" ? [] : [from] };
    case "assignee":
      return { kind: "assign", target: to === "" ? null : to };
  }
}

/** A column without this card. */
export function takeOut(list: IssuePages, id: string): IssuePages {
  return {
    ...list,
    pages: list.pages.map((page) =>
      page.items.some((row) => row.id === id)
        ? { ...page, items: page.items.filter((row) => row.id !== id) }
        : page,
    ),
  };
}

/**
 * A column with this card where its query would list it: the newest first, unless it names another order; then it
 * stands on top until Waybill has put it in its place.
 */
export function putIn(list: IssuePages, row: IssueRow, query: string): IssuePages {
  const rest = takeOut(list, row.id);
  if (sortOf(query) !== null && sortOf(query) !== "newest") return atTop(rest, row);
  const page = rest.pages.findIndex(
    (each) => each.next === null || each.items.some((other) => other.number < row.number),
  );
  // It belongs below what is loaded: there it shows once it is scrolled to.
  if (page < 0) return rest;
  return {
    ...rest,
    pages: rest.pages.map((each, index) => {
      if (index !== page) return each;
      const at = each.items.findIndex((other) => other.number < row.number);
      const place = at < 0 ? each.items.length : at;
      return { ...each, items: [...each.items.slice(0, place), row, ...each.items.slice(place)] };
    }),
  };
}

function atTop(list: IssuePages, row: IssueRow): IssuePages {
  const [first, ...rest] = list.pages;
  return first ? { ...list, pages: [{ ...first, items: [row, ...first.items] }, ...rest] } : list;
}

/** The columns with one card counted from one of them to another. */
export function recounted(columns: readonly BoardColumn[], from: string, to: string): BoardColumn[] {
  return columns.map((column) =>
    column.value === from
      ? { ...column, count: Math.max(0, column.count - 1) }
      : column.value === to
        ? { ...column, count: column.count + 1 }
        : column,
  );
}
