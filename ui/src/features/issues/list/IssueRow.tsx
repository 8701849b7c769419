import { Hand, ListTodo, MessageSquare, Paperclip, TriangleAlert, UserRound } from "lucide-react";
import { memo } from "react";
import type { IssueRow as Row } from "../../../api/generated/bindings";
import { Author } from "../../../design/Author";
import { LabelChip } from "../../../design/LabelChip";
import { PriorityMark } from "../../../design/PriorityMark";
import { RunBadge } from "../../../design/RunBadge";
import { StatusMark } from "../../../design/StatusMark";
import { Duration, RelativeTime } from "../../../design/Time";
import { classes } from "../../../lib/classes";
import { counted } from "../../../lib/numbers";
import { authorName } from "../../../lib/words";
import { assignmentName } from "../changes";
import style from "./IssueRow.module.css";

/** One issue in one line. What there is no room for goes from the right; the title is never wrapped. */
export const IssueRow = memo(function IssueRow({ issue }: { issue: Row }) {
  return (
    <div className={style.row}>
      <StatusMark status={issue.status} />
      <span className={style.number}>{`#${issue.number}`}</span>
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
      <Hints issue={issue} />
      {issue.run && (
        <span className={style.run}>
          <RunWord issue={issue} />
        </span>
      )}
      <PriorityMark priority={issue.priority} word className={style.priority} />
      <Author author={issue.created_by} className={style.author} />
      <RelativeTime at={issue.created_at} className={style.age} />
    </div>
  );
});

/** What else there is to an issue, each only where there is any. */
export function Hints({ issue }: { issue: Row }) {
  const { todos, todos_done: done, attachments, comments, assignment, claimed_by: claimed } = issue;
  const none = todos + attachments + comments === 0 && assignment === null && claimed === null;
  if (none) return null;
  return (
    <span className={style.hints}>
      {assignment !== null && (
        <span
          className={classes(style.hint, issue.assignment_missing && style.missing)}
          title={
            issue.assignment_missing
              ? `Assigned to ${assignmentName(assignment)}, which is no longer there`
              : `Assigned to ${assignmentName(assignment)}`
          }
        >
          {issue.assignment_missing ? (
            <TriangleAlert size={12} aria-hidden />
          ) : (
            <UserRound size={12} aria-hidden />
          )}
          <span className="visually-hidden">
            {issue.assignment_missing ? "assignment missing" : `assigned to ${assignmentName(assignment)}`}
          </span>
        </span>
      )}
      {claimed !== null && (
        <span className={classes(style.hint, style.claimed)} title={`Claimed by ${authorName(claimed)}`}>
          <Hand size={12} aria-hidden />
          <span className="visually-hidden">claimed by {authorName(claimed)}</span>
        </span>
      )}
      {todos > 0 && (
        <span
          className={classes(style.hint, done === todos && style.done)}
          title={`${done} of ${todos} todos done`}
        >
          <ListTodo size={12} aria-hidden />
          {done}/{todos}
          <span className="visually-hidden"> todos done</span>
        </span>
      )}
      {attachments > 0 && (
        <span className={style.hint} title={counted(attachments, "attachment")}>
          <Paperclip size={12} aria-hidden />
          {attachments}
          <span className="visually-hidden"> attachments</span>
        </span>
      )}
      {comments > 0 && (
        <span className={style.hint} title={counted(comments, "comment")}>
          <MessageSquare size={12} aria-hidden />
          {comments}
          <span className="visually-hidden"> comments</span>
        </span>
      )}
    </span>
  );
}

/** The second word of an issue: what its run does. */
export function RunWord({ issue }: { issue: Row }) {
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
