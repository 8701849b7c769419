import type { Run } from "@/api/generated/bindings";
import { OutputList } from "./OutputList";
import { OutputRowView } from "./OutputRowView";
import type { OutputRow } from "./rows";
import type { OutputState, OutputStore } from "./store";
import { shownRows } from "./window";

interface OutputViewProps {
  run: Pick<Run, "status" | "project_slug">;
  state: OutputState;
  store: OutputStore;
  /** Shows text as a terminal would, not as Markdown. */
  plain: boolean;
}

/** All that a run said and did. */
export function OutputView({ run, state, store, plain }: OutputViewProps) {
  const live = run.status === "running";
  return (
    <OutputList
      label="Output of the run"
      state={state}
      store={store}
      rows={shownRows(state.window)}
      estimate={(row) => estimatedHeight(row, plain)}
      nothing={nothingYet(run)}
      live={live}
      render={(row, { isOpen, toggle }) => (
        <OutputRowView
          row={row}
          open={isOpen(row.key)}
          onToggle={toggle}
          live={live}
          slug={run.project_slug}
          plain={plain}
        />
      )}
    />
  );
}

function nothingYet(run: OutputViewProps["run"]): string {
  switch (run.status) {
    case "pending":
      return "The agent has not started yet. What it says and does appears here.";
    case "running":
      return "The agent is starting. What it says and does appears here.";
    default:
      return "The agent said nothing.";
  }
}

/** About how high a row is before it is drawn, in pixels. */
export function estimatedHeight(row: OutputRow, plain: boolean): number {
  switch (row.kind) {
    case "raw":
      return 19;
    case "text":
      return plain ? 19 : 30 + Math.ceil(row.text.length / 90) * 20;
    default:
      return 32;
  }
}
