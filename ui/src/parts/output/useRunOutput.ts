import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { call } from "@/api/client";
import { useChanged } from "@/api/feed";
import type { Changed } from "@/api/generated/bindings";
import { type OutputState, type OutputStore, openOutput } from "./store";

/**
 * The output of one run, kept up to date by the feed while it is on screen; nothing where there is no run yet. A run
 * whose id is not known is asked for whenever any has news.
 */
export function useRunOutput(
  project: string,
  number: number | null,
  runId: string | undefined,
): [OutputState, OutputStore] {
  const [store] = useState(() =>
    openOutput(async (ask) =>
      number === null ? { items: [], end: 0 } : call("run_output", { project, number, ...ask }),
    ),
  );
  useEffect(() => {
    store.open();
    store.poke();
    return () => store.close();
  }, [store]);
  useChanged(
    useCallback(
      (changed: Changed | "refetch") => {
        if (changed === "refetch" || concerns(changed, runId)) store.poke();
      },
      [store, runId],
    ),
  );
  const state = useSyncExternalStore(store.subscribe, store.state);
  return [state, store];
}

function concerns(changed: Changed, runId: string | undefined): boolean {
  if (!changed.tags.includes("output")) return false;
  return runId === undefined || changed.ids.length === 0 || changed.ids.includes(runId);
}
