import type { QueryClient, QueryKey } from "@tanstack/react-query";
import type { Answer, Args } from "./client";
import type { QueryName } from "./generated/bindings";

/** Puts back what `patch` changed. */
export type Rollback = () => void;

interface Pages<T> {
  pages: T[];
  pageParams: unknown[];
}

/**
 * Changes every cached answer of a query at once, paged ones included, before Waybill has answered.
 * `change` returns the same object to leave an answer alone. Requests under way are dropped, so that
 * an older answer does not overwrite the change.
 */
export function patch<K extends QueryName>(
  client: QueryClient,
  name: K,
  change: (answer: Answer<K>, args: Args<K>) => Answer<K>,
): Rollback {
  const before: [QueryKey, unknown][] = [];
  for (const query of client.getQueryCache().findAll({ queryKey: [name] })) {
    const data = query.state.data;
    if (data === undefined) continue;
    const args = query.queryKey[1] as Args<K>;
    const next = isPages<Answer<K>>(data)
      ? changePages(data, (page) => change(page, args))
      : change(data as Answer<K>, args);
    if (next === data) continue;
    void client.cancelQueries({ queryKey: query.queryKey, exact: true });
    before.push([query.queryKey, data]);
    client.setQueryData(query.queryKey, next);
  }
  return () => {
    for (const [key, data] of before) client.setQueryData(key, data);
  };
}

/** Runs several rollbacks as one. */
export function rollbacks(...each: Rollback[]): Rollback {
  return () => {
    for (const rollback of each) rollback();
  };
}

function isPages<T>(data: unknown): data is Pages<T> {
  return typeof data === "object" && data !== null && "pages" in data && "pageParams" in data;
}

function changePages<T>(data: Pages<T>, change: (page: T) => T): Pages<T> {
  const pages = data.pages.map(change);
  return pages.every((page, index) => page === data.pages[index]) ? data : { ...data, pages };
}
