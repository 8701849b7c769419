import type { Query, QueryClient } from "@tanstack/react-query";
import { type Changed, provides, type QueryName, type Tag } from "./generated/bindings";

/**
 * The queries that speak of exactly one issue or run, with the tag of that thing and the query whose answer holds its
 * id. A change of that tag alone, with ids that are not its own, leaves them fresh. All others are refreshed by tag.
 */
const ofOne: { readonly [name in QueryName]?: { tag: Tag; idFrom: QueryName } } = {
  issue_get: { tag: "issues", idFrom: "issue_get" },
  issue_updates: { tag: "issues", idFrom: "issue_get" },
  todo_list: { tag: "issues", idFrom: "issue_get" },
  run_get: { tag: "runs", idFrom: "run_get" },
  run_output: { tag: "output", idFrom: "run_get" },
  run_diff: { tag: "runs", idFrom: "run_get" },
  run_diff_file: { tag: "runs", idFrom: "run_get" },
};

/** Whether a change makes the answer of this query stale; decided by what Waybill says, never guessed. */
export function isStale(client: QueryClient, queryKey: readonly unknown[], changed: Changed): boolean {
  const name = queryKey[0];
  if (!isQueryName(name)) return false;
  const touched = (provides[name] as readonly Tag[]).filter((tag) => changed.tags.includes(tag));
  if (touched.length === 0) return false;
  const one = ofOne[name];
  if (!one || changed.ids.length === 0 || touched.some((tag) => tag !== one.tag)) return true;
  const id = ownId(client, one.idFrom, queryKey[1]);
  return id === null || changed.ids.includes(id);
}

/** Refreshes what a change touched: at once where it is on screen, when next shown elsewhere. */
export function applyChange(client: QueryClient, changed: Changed): void {
  for (const query of client.getQueryCache().getAll()) {
    if (isStale(client, query.queryKey, changed)) refresh(client, query);
  }
}

/** Refreshes everything: the feed lost its place. */
export function applyRefetch(client: QueryClient): void {
  for (const query of client.getQueryCache().getAll()) {
    if (isQueryName(query.queryKey[0])) refresh(client, query);
  }
}

const refreshAgain = new WeakSet<Query>();

/**
 * A request under way may have been answered before the change: it is let finish and asked once more. Cancelling it
 * instead would starve a view whose data change faster than they are fetched.
 */
function refresh(client: QueryClient, query: Query): void {
  if (query.state.fetchStatus === "fetching" && query.promise) {
    if (refreshAgain.has(query)) return;
    refreshAgain.add(query);
    const again = () => {
      refreshAgain.delete(query);
      refresh(client, query);
    };
    query.promise.then(again, again);
    return;
  }
  void client.invalidateQueries({ queryKey: query.queryKey, exact: true }, { cancelRefetch: false });
}

function ownId(client: QueryClient, from: QueryName, args: unknown): string | null {
  const { project, number } = args as { project?: unknown; number?: unknown };
  const data = client.getQueryData<{ id?: unknown }>([from, { project, number }]);
  return typeof data?.id === "string" ? data.id : null;
}

function isQueryName(name: unknown): name is QueryName {
  return typeof name === "string" && name in provides;
}
