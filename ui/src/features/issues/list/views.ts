// The tabs over an issue list: each is nothing but a query, so that a link to one is a link to its query.

import type { IssueCounts } from "../../../api/generated/bindings";
import { tidied } from "./query";

export interface View {
  name: string;
  query: string;
  /** How many it holds, where that is known without looking. */
  count?: (counts: IssueCounts) => number;
}

const active = (counts: IssueCounts) => counts.open + counts.triaged + counts.assigned + counts.in_progress;
const closed = (counts: IssueCounts) => counts.resolved + counts.rejected;

export const ACTIVE = "is:active";
export const ALL = "is:active is:closed";
/** What can be worked on now. Waybill answers it as a list of its own, so it stands alone. */
export const READY = "is:ready";

export const views: readonly View[] = [
  { name: "Active", query: ACTIVE, count: active },
  { name: "Untriaged", query: "is:open", count: (counts) => counts.open },
  { name: "Ready", query: READY },
  { name: "Running", query: "is:running", count: (counts) => counts.running },
  { name: "Closed", query: "is:closed", count: closed },
  { name: "All", query: ALL, count: (counts) => active(counts) + closed(counts) },
];

/** The view that a query is, if it is one; white space does not make another query. */
export function viewOf(query: string): View | null {
  const line = tidied(query);
  return views.find((view) => view.query === line) ?? null;
}

/**
 * The query that is asked for what was typed. Waybill lists active issues where nothing is said of a status; a page
 * that lists all of them says so.
 */
export function scoped(typed: string, home: string): string {
  const saysStatus =
    /(?:^|\s)(?:#\d|is:(?:ready|open|triaged|assigned|in_progress|resolved|rejected|active|closed)(?:\s|$))/;
  return home !== ALL || saysStatus.test(typed) ? typed : `${typed} ${ALL}`;
}
