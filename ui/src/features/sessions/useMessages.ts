import { useMemo } from "react";
import type { Session, SessionMessage } from "@/api/generated/bindings";
import { useCallPages } from "@/api/queries";

export interface Messages {
  /** What was sent and said, the oldest first; undefined until it is known. */
  items: readonly SessionMessage[] | undefined;
  error: unknown;
  retry: () => void;
  /** Asks for the messages before those, if there are any. */
  earlier: () => void;
}

/** The messages of a session. What is not sent yet stands where it is written, not here. */
export function useMessages(session: Session): Messages {
  const { items, error, refetch, more } = useCallPages("session_messages", {
    project: session.project_slug,
    number: session.number,
  });
  const shown = useMemo(() => items?.filter(({ state }) => state !== "draft").reverse(), [items]);
  return { items: shown, error, retry: () => void refetch(), earlier: more };
}
