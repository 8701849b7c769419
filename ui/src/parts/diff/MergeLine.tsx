import { CircleAlert, CircleCheck, GitMerge, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { MergeState, Run } from "@/api/generated/bindings";
import { useCall } from "@/api/queries";
import { Popover } from "@/design/Popover";
import { readError } from "@/design/States";
import { classes } from "@/lib/classes";
import { counted } from "@/lib/numbers";
import { useIsDiscarding } from "../useRunCommand";
import style from "./MergeLine.module.css";

/** One line above the diff: whether the branch can be merged, or what became of it. */
export function MergeLine({ run }: { run: Run }) {
  switch (run.delivery) {
    case "ready":
      return <ReadyLine run={run} />;
    case "merged":
      return (
        <Line tone="merged" icon={<GitMerge size={14} aria-hidden />}>
          Merged into <code>{run.base_branch}</code>
          {run.merge_commit && (
            <>
              {" "}
              as <code>{run.merge_commit.slice(0, 7)}</code>
            </>
          )}
        </Line>
      );
    case "discarded":
    case "none":
      return null;
  }
}

function ReadyLine({ run }: { run: Run }) {
  const isDiscarding = useIsDiscarding(run);
  const query = useCall(
    "run_merge_state",
    { project: run.project_slug, number: run.number },
    { enabled: !isDiscarding },
  );
  if (query.error) {
    const { message, hint } = readError(query.error);
    return (
      <Line tone="bad" icon={<CircleAlert size={14} aria-hidden />}>
        Whether it merges could not be found out: {message} {hint}
      </Line>
    );
  }
  // The line keeps its height, so that nothing jumps when the answer comes.
  if (!query.data) return <Line tone="quiet">{null}</Line>;
  const state = query.data;
  const base = <code>{run.base_branch}</code>;
  if (state.already_merged) {
    return (
      <Line tone="good" icon={<CircleCheck size={14} aria-hidden />}>
        {base} already has these changes
      </Line>
    );
  }
  if (state.conflicts.length > 0) {
    return (
      <Line tone="bad" icon={<CircleAlert size={14} aria-hidden />}>
        Conflicts with {base} in <Conflicts paths={state.conflicts} />
        <Moved state={state} base={run.base_branch} />
      </Line>
    );
  }
  if (state.refusal) {
    return (
      <Line tone="warn" icon={<TriangleAlert size={14} aria-hidden />}>
        {state.refusal}
      </Line>
    );
  }
  return (
    <Line tone="good" icon={<CircleCheck size={14} aria-hidden />}>
      Merges cleanly into {base}
      <Moved state={state} base={run.base_branch} />
    </Line>
  );
}

function Moved({ state, base }: { state: MergeState; base: string }) {
  if (state.base_ahead === 0) return null;
  return (
    <span className={style.moved}>
      {base} has gained {counted(state.base_ahead, "commit")} since the run began
    </span>
  );
}

function Conflicts({ paths }: { paths: readonly string[] }) {
  return (
    <Popover
      label="Files with conflicts"
      trigger={
        <button type="button" className={style.link}>
          {counted(paths.length, "file")}
        </button>
      }
    >
      <div className={style.conflicts}>
        <p>Both sides changed the same lines of</p>
        <ul>
          {paths.map((path) => (
            <li key={path}>
              <code>{path}</code>
            </li>
          ))}
        </ul>
        <p>Merge the branch with git and resolve them there, or retry the run on the newer base.</p>
      </div>
    </Popover>
  );
}

type Tone = "good" | "bad" | "warn" | "quiet" | "merged";

function Line({ tone, icon, children }: { tone: Tone; icon?: ReactNode; children: ReactNode }) {
  return (
    <div className={classes(style.line, style[tone])} role="status">
      {icon}
      <div className={style.words}>{children}</div>
    </div>
  );
}
