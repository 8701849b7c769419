import {
  infiniteQueryOptions,
  keepPreviousData,
  QueryClient,
  queryOptions,
  type UseMutationOptions,
  useInfiniteQuery,
  useMutation,
  useQuery,
} from "@tanstack/react-query";
import { useMemo } from "react";
import { CallError } from "../platform";
import { type Answer, type Args, type CommandName, call } from "./client";
import type { QueryName } from "./generated/bindings";

/** A query that is answered page by page: it takes `after` and answers `items` and `next`. */
type PagedName = {
  [K in QueryName]: Answer<K> extends { items: unknown[]; next: string | null } ? K : never;
}[QueryName];
export type Item<K extends PagedName> = Answer<K>["items"][number];

/** The cache key of a query; `api/invalidation.ts` reads the name from it. */
export function queryKey<K extends QueryName>(name: K, args: Args<K>) {
  return [name, args] as const;
}

/** The key of a query read page by page; apart from the plain one, for their data differ in shape. */
export function pagesKey<K extends PagedName>(name: K, args: Args<K>) {
  return [name, args, "pages"] as const;
}

/** Data are fresh until the feed says otherwise, and nothing here needs a network. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: 10 * 60_000,
        networkMode: "always",
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        retry: (failures, error) =>
          failures < 5 && error instanceof CallError && error.code === "unreachable",
        retryDelay: (failures) => Math.min(250 * 2 ** failures, 4_000),
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
}

export function callOptions<K extends QueryName>(name: K, args: Args<K>) {
  return queryOptions({
    queryKey: queryKey(name, args),
    queryFn: () => call(name, args),
  });
}

interface CallQueryOptions {
  enabled?: boolean;
  /** Keeps showing the former answer while a new one (another search text, say) is on its way. */
  keepPrevious?: boolean;
  /** Asks each time it is shown: the answer depends on more than what the feed speaks of. */
  fresh?: boolean;
}

/** Reads a query and follows its changes. */
export function useCall<K extends QueryName>(name: K, args: Args<K>, options: CallQueryOptions = {}) {
  return useQuery({
    ...callOptions(name, args),
    enabled: options.enabled ?? true,
    ...(options.fresh ? { staleTime: 0, gcTime: 0 } : {}),
    ...(options.keepPrevious ? { placeholderData: keepPreviousData as never } : {}),
  });
}

function pagesOptions<K extends PagedName>(name: K, args: Args<K>) {
  return infiniteQueryOptions({
    queryKey: pagesKey(name, args),
    queryFn: ({ pageParam }) => call(name, pageParam === null ? args : { ...args, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Answer<K>) => (page as { next: string | null }).next,
  });
}

/** Reads a paged query: `items` of all pages so far, `more()` asks for the next page when there is one. */
export function useCallPages<K extends PagedName>(name: K, args: Args<K>, options: CallQueryOptions = {}) {
  const query = useInfiniteQuery({
    ...pagesOptions(name, args),
    enabled: options.enabled ?? true,
    ...(options.keepPrevious ? { placeholderData: keepPreviousData as never } : {}),
  });
  const pages = query.data?.pages;
  const items = useMemo(() => pages?.flatMap((page) => page.items as Item<K>[]), [pages]);
  const more = () => {
    if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
  };
  return { ...query, items, more };
}

/** A command that changes something. What it touches is refreshed by the feed, not here. */
export function useCommand<K extends CommandName>(
  name: K,
  options: Omit<UseMutationOptions<Answer<K>, CallError, Args<K>>, "mutationFn"> = {},
) {
  return useMutation<Answer<K>, CallError, Args<K>>({ ...options, mutationFn: (args) => call(name, args) });
}
