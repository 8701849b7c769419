import { useMemo } from "react";
import { OutputList } from "@/parts/output/OutputList";
import { held, type TalkShown, useEarlier } from "./Conversation";
import { type Said, transcript } from "./conversation";
import { TerminalRow } from "./TerminalRow";

/** All that the agent printed and did, line by line, as a terminal shows it. */
export function Terminal({ session, messages, state, store }: TalkShown) {
  const { window } = state;
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows are added in place, and the version tells.
  const rows = useMemo(
    () => (window.loaded ? transcript(held(window), messages.items ?? []) : []),
    [messages.items, window.version, window.loaded],
  );
  useEarlier(messages, window);
  return (
    <OutputList
      label="Terminal"
      state={state}
      store={store}
      rows={rows}
      estimate={estimated}
      nothing="The agent has printed nothing yet."
      live={session.working}
      render={(row) => <TerminalRow row={row} />}
    />
  );
}

function estimated(row: Said): number {
  if (row.kind === "text" || row.kind === "raw") return 19 * (1 + row.text.length / 120);
  return 19;
}
