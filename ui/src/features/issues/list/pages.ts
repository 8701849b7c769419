// The loaded stretch of an issue list: pages by key, in the shape that `api/optimistic.ts` patches. Pure: it says what
// an answer makes of what was there. A long list is never read again as a whole; a page that was not read again after
// a change is marked stale, and is read when it comes into sight.

import type { IssueRow, Page } from "../../../api/generated/bindings";

/** Rows of one request; the contract allows 200. */
export const PAGE_ROWS = 200;

export interface IssuePages {
  pages: Page<IssueRow>[];
  /** What each page was asked with: the cursor after which it begins. */
  pageParams: (string | null)[];
  /** The pages that may be out of date, by index. */
  stale: readonly number[];
}

export function firstPage(page: Page<IssueRow>): IssuePages {
  return { pages: [page], pageParams: [null], stale: [] };
}

/** Adds the page that begins where the list ended; an answer to an older end is dropped. */
export function appendPage(list: IssuePages, after: string, page: Page<IssueRow>): IssuePages {
  if (list.pages.at(-1)?.next !== after) return list;
  const ids = idsOf(list);
  const items = page.items.filter((row) => !ids.has(row.id));
  const longer = {
    ...list,
    pages: [...list.pages, { ...page, items }],
    pageParams: [...list.pageParams, after],
  };
  for (const row of items) ids.add(row.id);
  // The shorter list is asked no more: its ids go on as those of the longer one.
  gathered.set(longer, ids);
  gathered.delete(list);
  return longer;
}

/** The ids of a list that grows, so that a hundred thousand are not gathered anew for each page. */
const gathered = new WeakMap<IssuePages, Set<string>>();

function idsOf(list: IssuePages): Set<string> {
  return gathered.get(list) ?? new Set(list.pages.flatMap((page) => page.items.map((row) => row.id)));
}

/**
 * Puts a page that was read again in the place of its former self. Rows that newer ones pushed past its end stay
 * behind it; rows that it took from the pages after it are dropped there.
 */
export function replacePage(list: IssuePages, index: number, page: Page<IssueRow>): IssuePages {
  const former = list.pages[index];
  if (!former) return list;
  const stale = list.stale.filter((each) => each !== index);
  const fresh = new Set(page.items.map((row) => row.id));
  const others = (each: Page<IssueRow>) => withoutRows(each, fresh);
  const before = list.pages.slice(0, index).map(others);
  if (page.next === null) {
    return {
      pages: [...before, page],
      pageParams: list.pageParams.slice(0, index + 1),
      stale: stale.filter((each) => each < index),
    };
  }
  const pushed = pushedOut(former, page);
  const merged = pushed.length > 0 ? { items: [...page.items, ...pushed], next: former.next } : page;
  const pageParams = [...list.pageParams];
  if (index + 1 < pageParams.length) pageParams[index + 1] = merged.next;
  return { pages: [...before, merged, ...list.pages.slice(index + 1).map(others)], pageParams, stale };
}

/** Marks every page but those that are about to be read again. */
export function markStale(list: IssuePages, fresh: readonly number[]): IssuePages {
  return { ...list, stale: list.pages.map((_, index) => index).filter((index) => !fresh.includes(index)) };
}

export function rowsOf(list: IssuePages): IssueRow[] {
  return list.pages.flatMap((page) => page.items);
}

/** The pages that the rows `from`–`to` (inclusive) lie in. */
export function pagesOfRows(list: IssuePages, from: number, to: number): number[] {
  const found: number[] = [];
  let start = 0;
  list.pages.forEach((page, index) => {
    const end = start + page.items.length;
    if (start <= to && end > from) found.push(index);
    start = end;
  });
  return found;
}

function pushedOut(former: Page<IssueRow>, page: Page<IssueRow>): IssueRow[] {
  const last = page.items.at(-1);
  const at = last ? former.items.findIndex((row) => row.id === last.id) : -1;
  if (at < 0) return [];
  const fresh = new Set(page.items.map((row) => row.id));
  return former.items.slice(at + 1).filter((row) => !fresh.has(row.id));
}

function withoutRows(page: Page<IssueRow>, ids: ReadonlySet<string>): Page<IssueRow> {
  return page.items.some((row) => ids.has(row.id))
    ? { ...page, items: page.items.filter((row) => !ids.has(row.id)) }
    : page;
}
