import { useRef, useState } from "react";
import { useActions } from "../../../actions/useActions";
import type { Issue } from "../../../api/generated/bindings";
import { Author } from "../../../design/Author";
import { RelativeTime } from "../../../design/Time";
import type { Changes } from "../changes";
import { Activity } from "./Activity";
import { Body, EditedBadge } from "./Body";
import { CommentBox } from "./CommentBox";
import { IssueRuns } from "./IssueRuns";
import style from "./IssueView.module.css";
import { Properties } from "./Properties";
import { TitleLine } from "./TitleLine";

interface IssueViewProps {
  issue: Issue;
  changes: Changes;
  /** Whether the title is being edited. */
  editing: boolean;
  onEdit: () => void;
  onEdited: () => void;
  onReject: () => void;
}

/** An issue: what it says and what happened to it; beside that what it is. */
export function IssueView({ issue, changes, editing, onEdit, onEdited, onReject }: IssueViewProps) {
  const comment = useRef<HTMLTextAreaElement>(null);
  const properties = useRef<HTMLElement>(null);
  const [statusOpen, setStatusOpen] = useState(false);

  useActions({
    "issue.comment": () => comment.current?.focus(),
    "issue.status": {
      when: () => issue.legal_moves.length > 0,
      run: () => {
        properties.current?.scrollIntoView({ block: "nearest" });
        setStatusOpen(true);
      },
    },
  });

  return (
    <div className={style.view}>
      <div className={style.columns}>
        <div className={style.head}>
          <TitleLine
            title={issue.title}
            editing={editing}
            onEdit={onEdit}
            onDone={(title) => {
              onEdited();
              if (title !== null) void changes.editTitle(issue.number, title);
            }}
          />
          <div className={style.filed}>
            <Author author={issue.created_by} />
            <span>
              filed <RelativeTime at={issue.created_at} long />
            </span>
            {issue.original_body !== null && <span className={style.dot}>·</span>}
            <EditedBadge issue={issue} />
          </div>
        </div>
        <aside ref={properties} className={style.aside} aria-label="Properties">
          <Properties
            issue={issue}
            changes={changes}
            onReject={onReject}
            statusOpen={statusOpen}
            onStatusOpen={setStatusOpen}
          />
          <IssueRuns project={issue.project_slug} number={issue.number} />
          {issue.suggested_prompt && (
            <section className={style.prompt} aria-label="Suggested prompt">
              <h3>Suggested prompt</h3>
              <p>{issue.suggested_prompt}</p>
            </section>
          )}
        </aside>
        <div className={style.main}>
          <Body issue={issue} onSave={(body) => changes.editBody(issue.number, body)} />
          <Activity project={issue.project_slug} number={issue.number} />
          <CommentBox ref={comment} project={issue.project_slug} number={issue.number} />
        </div>
      </div>
    </div>
  );
}
