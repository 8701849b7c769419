// What is shown of issues, in whichever answers hold them: read, changed before Waybill has answered, and after it has.

import type { QueryClient } from "@tanstack/react-query";
import type { Issue, IssueRow, Page } from "../../api/generated/bindings";
import { patch } from "../../api/optimistic";
import { queryKey } from "../../api/queries";
import type { IssuePages } from "./list/pages";

/** What may be shown of an issue before Waybill has answered. */
export type Fields = Partial<
  Pick<Issue, "title" | "body" | "priority" | "status" | "labels" | "assignment" | "assignment_missing">
>;

/** The queries that answer issues in pages. */
const lists = ["issue_list", "issue_ready"] as const;

/** An issue as it is shown now, from whichever answer holds it. */
export function shown(client: QueryClient, project: string, number: number): IssueRow | undefined {
  return shownOf(client, project, [number]).get(number);
}

/** The issues of these numbers as they are shown now, in one look through the lists. */
export function shownOf(
  client: QueryClient,
  project: string,
  numbers: readonly number[],
): Map<number, IssueRow> {
  const found = new Map<number, IssueRow>();
  const wanted = new Set(numbers);
  for (const number of numbers) {
    const whole = client.getQueryData<Issue>(queryKey("issue_get", { project, number }));
    if (whole) found.set(number, whole);
  }
  for (const [, pages] of listsOf(client, project)) {
    if (found.size === wanted.size) break;
    for (const page of pages.pages) {
      for (const row of page.items) {
        if (wanted.has(row.number) && !found.has(row.number)) found.set(row.number, row);
      }
    }
  }
  return found;
}

/** Shows these fields wherever the issues are shown, before Waybill has answered. */
export function show(client: QueryClient, project: string, fields: ReadonlyMap<number, Fields>): void {
  patch(client, "issue_get", (issue, args) => {
    const change = args.project === project ? fields.get(args.number) : undefined;
    return change && Object.keys(change).length > 0 ? { ...issue, ...change } : issue;
  });
  for (const name of lists) {
    patch(client, name, (page, args) => (args.project === project ? changedPage(page, fields) : page));
  }
}

/**
 * Shows what Waybill answered. Requests under way go on: they may be newer than this answer, and they put the lists in
 * order.
 */
export function showAnswer(client: QueryClient, project: string, issue: Issue): void {
  client.setQueryData(queryKey("issue_get", { project, number: issue.number }), issue);
  showRows(client, project, [issue]);
}

/** Shows the rows that Waybill answered, in all lists at once. */
export function showRows(client: QueryClient, project: string, rows: readonly IssueRow[]): void {
  const fields = new Map(rows.map((row) => [row.number, fieldsOf(row)]));
  for (const [key, data] of listsOf(client, project)) {
    const pages = data.pages.map((page) => changedPage(page, fields));
    const stale = client.getQueryState(key)?.isInvalidated ?? false;
    client.setQueryData<IssuePages>(key, { ...data, pages });
    // A list that is not on screen and was out of date still is: only some of its rows are new.
    if (stale) void client.invalidateQueries({ queryKey: key, exact: true, refetchType: "none" });
  }
}

/** Takes issues out of every list, before Waybill has answered. */
export function hide(client: QueryClient, project: string, numbers: readonly number[]): void {
  const gone = new Set(numbers);
  for (const name of lists) {
    patch(client, name, (page, args) =>
      args.project === project && page.items.some((row) => gone.has(row.number))
        ? { ...page, items: page.items.filter((row) => !gone.has(row.number)) }
        : page,
    );
  }
}

/** The fields that a change will overwrite, as they were. */
export function former(row: IssueRow, fields: Fields): Fields {
  return Object.fromEntries(
    Object.keys(fields)
      .filter((key) => key in row)
      .map((key) => [key, row[key as keyof IssueRow]]),
  );
}

/** After a refusal the truth is asked for: the feed has nothing to say about what did not happen. */
export function refresh(client: QueryClient, project: string, numbers: readonly number[]): void {
  for (const number of numbers) {
    void client.invalidateQueries({ queryKey: queryKey("issue_get", { project, number }) });
  }
  for (const name of [...lists, "issue_board"]) void client.invalidateQueries({ queryKey: [name] });
}

/** What lists show of an issue and a change may touch. */
function fieldsOf(row: IssueRow): Partial<IssueRow> {
  const { title, priority, status, labels, assignment, assignment_missing, claimed_by } = row;
  return { title, priority, status, labels, assignment, assignment_missing, claimed_by };
}

function changedPage(
  page: Page<IssueRow>,
  fields: ReadonlyMap<number, Fields | Partial<IssueRow>>,
): Page<IssueRow> {
  if (!page.items.some((row) => fields.has(row.number))) return page;
  const items = page.items.map((row) => {
    const change = fields.get(row.number);
    if (!change) return row;
    const { body: _, ...ofRow } = change as Fields;
    return Object.keys(ofRow).length > 0 ? { ...row, ...ofRow } : row;
  });
  return items.every((row, at) => row === page.items[at]) ? page : { ...page, items };
}

/** Every list of a project that is held, with its key. */
function listsOf(client: QueryClient, project: string) {
  return lists
    .flatMap((name) => client.getQueriesData({ queryKey: [name] }))
    .filter(
      (entry): entry is [(typeof entry)[0], IssuePages] =>
        (entry[0][1] as { project?: string }).project === project && isPages(entry[1]),
    );
}

function isPages(data: unknown): data is IssuePages {
  return typeof data === "object" && data !== null && "pages" in data;
}
