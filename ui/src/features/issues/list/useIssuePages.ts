import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef } from "react";
import { call } from "../../../api/client";
import { pagesKey } from "../../../api/queries";
import { useIdle } from "../../../lib/idle";
import {
  appendPage,
  firstPage,
  type IssuePages,
  markStale,
  PAGE_ROWS,
  pagesOfRows,
  replacePage,
  rowsOf,
} from "./pages";
import { tidied } from "./query";
import { READY } from "./views";

/** The key of the list that a query asks for. */
export function issuePagesKey(project: string, query: string) {
  return isReady(query) ? pagesKey("issue_ready", { project }) : pagesKey("issue_list", { project, query });
}

function isReady(query: string): boolean {
  return tidied(query) === READY;
}

function readPage(project: string, query: string, after: string | null) {
  const some = { project, limit: PAGE_ROWS, ...(after === null ? {} : { after }) };
  return isReady(query) ? call("issue_ready", some) : call("issue_list", { ...some, query });
}

/** The first page of a list, for whoever fetches it before the list is drawn. */
export function firstIssues(project: string, query: string) {
  return {
    queryKey: issuePagesKey(project, query),
    queryFn: async () => firstPage(await readPage(project, query, null)),
    structuralSharing: false,
  };
}

/** When fewer rows than this lie below what is seen, the next page is read. */
const AHEAD_ROWS = 2 * PAGE_ROWS;
/** The same while the first drawing goes on, which nothing that is not seen shall hold up. */
const AHEAD_AT_FIRST = PAGE_ROWS / 4;

/**
 * Reads an issue list page by page, ahead of what is seen. After a change only its first page and the pages in sight
 * are read again, so that a list scrolled down by thousands of rows costs no more than a short one.
 */
export function useIssuePages(project: string, query: string) {
  const client = useQueryClient();
  const key = useMemo(() => issuePagesKey(project, query), [project, query]);
  const seen = useRef({ first: 0, last: 0 });
  const aheadRows = useIdle() ? AHEAD_ROWS : AHEAD_AT_FIRST;

  const page = useCallback((after: string | null) => readPage(project, query, after), [project, query]);

  const read = useQuery({
    queryKey: key,
    queryFn: async (): Promise<IssuePages> => {
      const before = client.getQueryData<IssuePages>(key);
      if (!before) return firstPage(await page(null));
      const wanted = [...new Set([0, ...pagesOfRows(before, seen.current.first, seen.current.last)])];
      const answers = await Promise.all(wanted.map((index) => page(before.pageParams[index] ?? null)));
      // Pages may have been added meanwhile; they begin after these and stay.
      const now = markStale(client.getQueryData<IssuePages>(key) ?? before, wanted);
      return wanted.reduce((list, index, at) => {
        const answer = answers[at];
        return answer ? replacePage(list, index, answer) : list;
      }, now);
    },
    placeholderData: (previous: IssuePages | undefined) => previous,
    structuralSharing: false,
  });

  const list = read.data;
  const reading = useRef(new Set<string>());
  const ahead = useCallback(() => {
    const now = client.getQueryData<IssuePages>(key);
    if (!now) return;
    const update = (id: string, work: () => Promise<(list: IssuePages) => IssuePages>) => {
      if (reading.current.has(id)) return;
      reading.current.add(id);
      work()
        .then((change) => client.setQueryData<IssuePages>(key, (old) => (old ? change(old) : old)))
        // What could not be read is asked for again at the next movement; the list itself shows the error of its query.
        .catch(() => undefined)
        .finally(() => reading.current.delete(id));
    };
    const next = now.pages.at(-1)?.next ?? null;
    const count = now.pages.reduce((sum, each) => sum + each.items.length, 0);
    if (next !== null && count - seen.current.last < aheadRows) {
      update(`after ${next}`, async () => {
        const answer = await page(next);
        return (old) => appendPage(old, next, answer);
      });
    }
    for (const index of pagesOfRows(now, seen.current.first, seen.current.last)) {
      if (!now.stale.includes(index)) continue;
      const after = now.pageParams[index] ?? null;
      update(`again ${after}`, async () => {
        const answer = await page(after);
        return (old) => (old.pageParams[index] === after ? replacePage(old, index, answer) : old);
      });
    }
  }, [client, key, page, aheadRows]);

  const onSeen = useCallback(
    (first: number, last: number) => {
      seen.current = { first, last };
      ahead();
    },
    [ahead],
  );

  // More may be wanted after each answer: the rows that came may not yet reach far enough.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new answer is what asks for a look ahead
  useEffect(ahead, [ahead, list]);

  return {
    rows: useMemo(() => (list ? rowsOf(list) : undefined), [list]),
    /** Whether these are all. */
    complete: list ? list.pages.at(-1)?.next === null : false,
    /** The rows of a former query are still shown. */
    former: read.isPlaceholderData,
    error: list ? null : read.error,
    retry: () => void read.refetch(),
    onSeen,
  };
}
