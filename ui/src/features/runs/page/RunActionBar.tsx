import { useNavigate } from "@tanstack/react-router";
import {
  ChevronDown,
  GitMerge,
  MessageSquareReply,
  Pause,
  Play,
  RotateCcw,
  Square,
  Trash2,
} from "lucide-react";
import { useState } from "react";
import { ActionButton, ActionIconButton, actionItem } from "@/actions/ActionButton";
import { useActions } from "@/actions/useActions";
import type { MergeMode, Run } from "@/api/generated/bindings";
import { Button, SplitButton } from "@/design/Button";
import { ConfirmDialog } from "@/design/Dialog";
import { Menu } from "@/design/Menu";
import { toast } from "@/design/toasts";
import { paths } from "@/lib/links";
import { counted, grouped } from "@/lib/numbers";
import { useRunCommand } from "@/parts/useRunCommand";
import { mergeWord } from "../words";
import style from "./RunActionBar.module.css";
import type { Review } from "./useReview";

/** What can be done with the run now: exactly what Waybill says. */
export function RunActionBar({ run, review }: { run: Run; review: Review }) {
  const navigate = useNavigate();
  const [asking, setAsking] = useState<"cancel" | "discard" | null>(null);
  const { actions } = run;
  const cancel = useRunCommand("run_cancel", run, "The run could not be cancelled");
  const pause = useRunCommand("run_pause", run, "The run could not be paused");
  const resume = useRunCommand("run_resume", run, "The run could not be resumed");
  const retry = useRunCommand("run_retry", run, "The run could not be retried");
  const discard = useRunCommand("run_discard", run, "The branch could not be discarded", () => {
    setAsking(null);
    toast({ title: `The branch of run ${run.number} was discarded` });
  });
  const merge = useRunCommand("run_merge", run, "The branch could not be merged", (merged) => {
    const { issue } = merged;
    toast({
      title: `Run ${merged.number} was merged into ${merged.base_branch}`,
      text: issue ? `#${issue.number} ${issue.title}` : undefined,
      tone: "good",
      action: issue
        ? {
            title: "Open issue",
            run: () => void navigate({ href: paths.issue(merged.project_slug, issue.number) }),
          }
        : undefined,
    });
  });
  const mergeAs = (mode: MergeMode) => ({
    run: () => merge.mutate({ mode }),
    when: () => actions.merge && !merge.isPending,
  });

  useActions({
    "run.cancel": { run: () => setAsking("cancel"), when: () => actions.cancel },
    "run.pause": { run: () => pause.mutate({}), when: () => actions.pause },
    "run.resume": { run: () => resume.mutate({}), when: () => actions.resume },
    "run.retry": { run: () => retry.mutate({}), when: () => actions.retry },
    "run.request-changes": { run: () => review.setOpen(true), when: () => actions.request_changes },
    "run.discard": { run: () => setAsking("discard"), when: () => actions.discard },
    "run.merge": mergeAs("merge"),
    "run.squash": mergeAs("squash"),
    "run.rebase": mergeAs("rebase"),
  });

  return (
    <div className={style.bar}>
      {actions.pause && (
        <ActionButton action="run.pause" busy={pause.isPending} icon={<Pause size={14} aria-hidden />}>
          Pause
        </ActionButton>
      )}
      {actions.resume && (
        <ActionButton
          action="run.resume"
          kind="primary"
          busy={resume.isPending}
          icon={<Play size={14} aria-hidden />}
        >
          Resume
        </ActionButton>
      )}
      {actions.cancel && (
        <ActionButton action="run.cancel" busy={cancel.isPending} icon={<Square size={12} aria-hidden />}>
          Cancel
        </ActionButton>
      )}
      {actions.discard && (
        <ActionIconButton action="run.discard">
          <Trash2 size={16} />
        </ActionIconButton>
      )}
      {actions.retry && (
        <ActionButton
          action="run.retry"
          kind={actions.merge ? "secondary" : "primary"}
          busy={retry.isPending}
          icon={<RotateCcw size={14} aria-hidden />}
        >
          Retry
        </ActionButton>
      )}
      {actions.request_changes && (
        <ActionButton action="run.request-changes" icon={<MessageSquareReply size={14} aria-hidden />}>
          Request changes
          {review.comments.length > 0 && <span className={style.count}>{review.comments.length}</span>}
        </ActionButton>
      )}
      {actions.merge && (
        <SplitButton>
          <ActionButton
            action="run.merge"
            kind="primary"
            busy={merge.isPending}
            icon={<GitMerge size={14} aria-hidden />}
          >
            Merge
          </ActionButton>
          <Menu
            align="end"
            trigger={
              <Button
                kind="primary"
                className={style.more}
                aria-label="Ways to merge"
                disabled={merge.isPending}
              >
                <ChevronDown size={14} aria-hidden />
              </Button>
            }
            groups={[
              {
                items: [
                  actionItem("run.merge", mergeWord.merge),
                  actionItem("run.squash", mergeWord.squash),
                  actionItem("run.rebase", mergeWord.rebase),
                ],
              },
            ]}
          />
        </SplitButton>
      )}
      <ConfirmDialog
        open={asking === "cancel"}
        onClose={() => setAsking(null)}
        title={`Cancel run ${run.number}?`}
        confirm="Cancel the run"
        danger
        onConfirm={() => {
          setAsking(null);
          cancel.mutate({});
        }}
      >
        The agent is stopped at once, with everything that it started. What was committed stays on the branch;
        what was not is lost. The run can be retried.
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === "discard"}
        onClose={() => setAsking(null)}
        title="Discard the branch?"
        confirm="Discard the branch"
        danger
        busy={discard.isPending}
        onConfirm={() => discard.mutate({})}
      >
        <DiscardWords run={run} />
      </ConfirmDialog>
    </div>
  );
}

/** What exactly goes, what stays, and how to have it back. */
function DiscardWords({ run }: { run: Run }) {
  return (
    <div className={style.words}>
      <p>
        {run.branch ? (
          <>
            The branch <code>{run.branch}</code>
          </>
        ) : (
          "The branch"
        )}{" "}
        is removed from your repository, with its changes to {counted(run.files_changed, "file")} (
        {grouped(run.lines_added)} lines added, {grouped(run.lines_removed)} removed).
      </p>
      <p>
        <code>{run.base_branch}</code>, your working tree and the output of the run stay as they are.
      </p>
      {run.head_commit && run.branch && (
        <p>
          Until git cleans up, it can be had back with{" "}
          <code className={style.command}>
            git branch {run.branch} {run.head_commit.slice(0, 12)}
          </code>
        </p>
      )}
    </div>
  );
}
