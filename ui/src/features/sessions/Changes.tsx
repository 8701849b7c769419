import { GitCompare } from "lucide-react";
import type { Run } from "@/api/generated/bindings";
import { EmptyState, Skeleton } from "@/design/States";
import { DiffPanel } from "@/parts/diff/DiffPanel";
import { FileList } from "@/parts/diff/FileList";
import { useDiff } from "@/parts/diff/useDiff";
import style from "./SessionView.module.css";

interface ChangesProps {
  run: Run | undefined;
  /** The file that is shown. */
  path: string | undefined;
  onPath: (path: string) => void;
  /** Whether the session has a run. */
  started: boolean;
}

/** What the turns have changed so far. */
export function Changes({ run, started, ...rest }: ChangesProps) {
  if (run) return <ChangesOf run={run} {...rest} />;
  if (started) return <Skeleton rows={12} />;
  return (
    <EmptyState icon={<GitCompare size={20} aria-hidden />} title="No changes yet">
      What the agent changes is committed to a branch of its own when a turn ends, and shown here. Your files
      stay as they are.
    </EmptyState>
  );
}

function ChangesOf({ run, path, onPath }: { run: Run } & Pick<ChangesProps, "path" | "onPath">) {
  const state = useDiff(run, path, onPath);
  return (
    <div className={style.changes}>
      {state.diff && state.diff.files.length > 1 && (
        <div className={style.files}>
          <FileList
            files={state.diff.files}
            chosen={state.file?.path ?? null}
            viewed={state.viewed}
            onChoose={state.choose}
          />
        </div>
      )}
      <DiffPanel run={run} state={state} />
    </div>
  );
}
