import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useSyncExternalStore } from "react";
import { useCall } from "@/api/queries";
import { pendingOps, subscribePending, todoChanges } from "./changes";
import { applied } from "./ops";

/** The todos of an issue as they are shown, and what can be done to them. */
export function useTodos(project: string, number: number) {
  const client = useQueryClient();
  const { data, error, refetch } = useCall("todo_list", { project, number });
  const ops = useSyncExternalStore(
    subscribePending,
    useCallback(() => pendingOps(project, number), [project, number]),
  );
  const items = useMemo(() => data && applied(data.items, ops, Date.now()), [data, ops]);
  const changes = useMemo(() => todoChanges(client, project, number), [client, project, number]);
  return { items, markdown: data?.markdown, busy: ops.length > 0, error, retry: refetch, changes };
}
