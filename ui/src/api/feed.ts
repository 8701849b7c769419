import type { QueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { type Connection, type Platform, platform } from "../platform";
import type { Changed } from "./generated/bindings";
import { applyChange, applyRefetch } from "./invalidation";

type ChangedListener = (changed: Changed | "refetch") => void;

const changedListeners = new Set<ChangedListener>();
const connectionListeners = new Set<() => void>();
let connection: Connection = "connected";

/** Joins the platform's feed to the query cache; `open` gets the app paths that the shell asks for. */
export function startFeed(client: QueryClient, open: (path: string) => void, source: Platform = platform()) {
  return source.listen({
    changed(changed) {
      applyChange(client, changed);
      for (const listener of changedListeners) listener(changed);
    },
    refetch() {
      applyRefetch(client);
      for (const listener of changedListeners) listener("refetch");
    },
    connection(state) {
      if (state === connection) return;
      connection = state;
      for (const listener of connectionListeners) listener();
    },
    open,
  });
}

/** Hears every change, for views that keep data outside the query cache (live output). */
export function useChanged(listener: ChangedListener): void {
  useEffect(() => {
    changedListeners.add(listener);
    return () => {
      changedListeners.delete(listener);
    };
  }, [listener]);
}

/** Whether Waybill answers. Always "connected" in the desktop application. */
export function useConnection(): Connection {
  return useSyncExternalStore(
    (listener) => {
      connectionListeners.add(listener);
      return () => connectionListeners.delete(listener);
    },
    () => connection,
  );
}
