import { MessageSquare } from "lucide-react";
import { memo } from "react";
import type { IssueRow as Row } from "../../../api/generated/bindings";
import { Author } from "../../../design/Author";
import { LabelChip } from "../../../design/LabelChip";
import { PriorityMark } from "../../../design/PriorityMark";
import { RunBadge } from "../../../design/RunBadge";
import { StatusMark } from "../../../design/StatusMark";
import { Duration, RelativeTime } from "../../../design/Time";
import style from "./IssueRow.module.css";

/** One issue in one line. What there is no room for goes from the right; the title is never wrapped. */
export const IssueRow = memo(function IssueRow({ issue }: { issue: Row }) {
  return (
    <div className={style.row}>
      <StatusMark status={issue.status} />
      <span className={style.number}>#{issue.number}</span>
      <span className={style.title} title={issue.title}>
        {issue.title}
      </span>
      {issue.labels.length > 0 && (
        <span className={style.labels}>
          {issue.labels.map((label) => (
            <LabelChip key={label.id} label={label} />
          ))}
        </span>
      )}
      {issue.comments > 0 && (
        <span className={style.comments} title={`${issue.comments} comments`}>
          <MessageSquare size={12} aria-hidden />
          {issue.comments}
          <span className="visually-hidden"> comments</span>
        </span>
      )}
      <span className={style.run}>
        <RunWord issue={issue} />
      </span>
      <span className={style.priority}>
        <PriorityMark priority={issue.priority} word />
      </span>
      <span className={style.author}>
        <Author author={issue.created_by} />
      </span>
      <span className={style.age}>
        <RelativeTime at={issue.created_at} />
      </span>
    </div>
  );
});

/** The second word of an issue: what its run does. */
function RunWord({ issue }: { issue: Row }) {
  const { run } = issue;
  if (!run || issue.execution === "new") return null;
  if (run.status === "running" && run.started_at !== null) {
    return (
      <RunBadge status="running">
        <Duration from={run.started_at} to={null} />
      </RunBadge>
    );
  }
  if (run.status === "completed") return <RunBadge status="completed" compact />;
  return (
    <RunBadge status={run.status}>
      {run.finished_at !== null && <RelativeTime at={run.finished_at} />}
    </RunBadge>
  );
}
