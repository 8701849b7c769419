import { Link } from "@tanstack/react-router";
import { GitMerge, Trash2 } from "lucide-react";
import { memo } from "react";
import type { RunRow as Row, WaitingFor } from "@/api/generated/bindings";
import { RunBadge } from "@/design/RunBadge";
import { Duration, Money, RelativeTime } from "@/design/Time";
import { paths } from "@/lib/links";
import { compactCount } from "@/lib/numbers";
import { deliveryWord, titleOf } from "@/lib/words";
import style from "./RunRow.module.css";

/** One run in one line. What there is no room for goes, least needed first; the name is never wrapped. */
export const RunRow = memo(function RunRow({ run }: { run: Row }) {
  const isLive = run.status === "running" || run.status === "pending";
  return (
    <div className={style.row}>
      <span className={style.status}>
        {run.waiting_for && isLive ? (
          <RunBadge status={run.status} waitingFor={run.waiting_for} compact>
            {waitingShort[run.waiting_for]}
          </RunBadge>
        ) : (
          <RunBadge status={run.status} />
        )}
      </span>
      <span className={style.number}>{run.number}</span>
      <Link
        className={style.name}
        title={run.name}
        to={paths.run(run.project_slug, run.number)}
        tabIndex={-1}
      >
        {run.issue && <span className={style.issue}>#{run.issue.number}</span>}
        {run.name}
      </Link>
      <span className={style.preview} title={preview(run, isLive)}>
        {preview(run, isLive)}
      </span>
      <span className={style.delivery}>
        <Delivery run={run} />
      </span>
      <span className={style.quality}>
        {run.quality_score !== null && (
          <span
            className={run.threshold_result === false ? style.under : style.reached}
            title={run.threshold_result === false ? "Quality, under its threshold" : "Quality"}
          >
            {Math.round(run.quality_score)}
          </span>
        )}
      </span>
      <span className={style.tool} title={toolTitle(run)}>
        {run.workflow && run.workflow !== "single_designer" ? titleOf(run.workflow) : run.tool}
      </span>
      <span className={style.lines}>
        {run.files_changed > 0 && (
          <>
            <span className={style.plus}>+{compactCount(run.lines_added)}</span>
            <span className={style.minus}>−{compactCount(run.lines_removed)}</span>
          </>
        )}
      </span>
      <span className={style.cost}>{run.started_at !== null && <Money usd={run.cost_usd} />}</span>
      <span className={style.duration}>
        {run.started_at !== null && <Duration from={run.started_at} to={isLive ? null : run.finished_at} />}
      </span>
      <span className={style.created}>
        <RelativeTime at={run.created_at} />
      </span>
    </div>
  );
});

/** Who works it: the workflow where it is more than one agent, else the tool with its model. */
function toolTitle(run: Row): string {
  return [run.workflow && titleOf(run.workflow), run.tool, run.model].filter(Boolean).join(" · ");
}

/** What it waits for in a word; the whole is the mark's name. */
const waitingShort: Record<WaitingFor, string> = {
  engine: "Waiting",
  operator: "Paused",
  consent: "Consent",
  quota: "Quota",
};

/** What to read beside the name: what it does now, what went wrong, or what it was asked. */
function preview(run: Row, isLive: boolean): string {
  if (isLive && run.activity) return run.activity;
  if (run.status === "failed" && run.error) return run.error;
  return run.prompt_preview.startsWith(run.name)
    ? run.prompt_preview.slice(run.name.length).trim()
    : run.prompt_preview;
}

function Delivery({ run }: { run: Row }) {
  if (run.delivery !== "merged" && run.delivery !== "discarded") return null;
  const Icon = run.delivery === "merged" ? GitMerge : Trash2;
  return (
    <span title={deliveryWord[run.delivery]} className={style[run.delivery]}>
      <Icon size={14} aria-hidden />
      <span className="visually-hidden">{deliveryWord[run.delivery]}</span>
    </span>
  );
}
