import { useRef, useState } from "react";
import { Todos } from "@/parts/todos/Todos";
import { useActions } from "../../../actions/useActions";
import type { Issue } from "../../../api/generated/bindings";
import { Author } from "../../../design/Author";
import { RelativeTime } from "../../../design/Time";
import { Attachments } from "../attachments/Attachments";
import type { Changes } from "../changes";
import { useUploads } from "../compose/useUploads";
import { Links } from "../links/Links";
import { NewIssueDialog } from "../NewIssueDialog";
import type { Ask } from "../useIssueActions";
import { Activity } from "./Activity";
import { Body, EditedBadge } from "./Body";
import { CommentBox } from "./CommentBox";
import { DropFiles } from "./DropFiles";
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
  ask: Ask;
}

/** An issue: what it says and what happened to it; beside that what it is. */
export function IssueView({ issue, changes, editing, onEdit, onEdited, ask }: IssueViewProps) {
  const { project_slug: project, number } = issue;
  const comment = useRef<HTMLTextAreaElement>(null);
  const properties = useRef<HTMLElement>(null);
  const [statusOpen, setStatusOpen] = useState(false);
  const [child, setChild] = useState(false);
  const uploads = useUploads(project, number);

  useActions({
    "issue.comment": () => comment.current?.focus(),
    "issue.new-child": () => setChild(true),
    "issue.status": {
      when: () => issue.legal_moves.length > 0,
      run: () => {
        properties.current?.scrollIntoView({ block: "nearest" });
        setStatusOpen(true);
      },
    },
  });

  return (
    <DropFiles className={style.frame} words={`Drop to attach to #${number}`} onFiles={uploads.send}>
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
              ask={ask}
              statusOpen={statusOpen}
              onStatusOpen={setStatusOpen}
            />
            <div className={style.related}>
              <Links project={project} number={number} />
              <Attachments project={project} number={number} uploads={uploads} />
            </div>
            <IssueRuns project={project} number={number} />
            {issue.suggested_prompt && (
              <section className={style.prompt} aria-label="Suggested prompt">
                <h3>Suggested prompt</h3>
                <p>{issue.suggested_prompt}</p>
              </section>
            )}
          </aside>
          <div className={style.main}>
            <Body issue={issue} onSave={(body) => changes.editBody(number, body)} />
            <Todos project={project} number={number} />
            <Activity project={project} number={number} />
            <CommentBox ref={comment} project={project} number={number} />
          </div>
        </div>
      </div>
      {child && (
        <NewIssueDialog
          project={project}
          parent={{ number, title: issue.title, status: issue.status, priority: issue.priority }}
          onClose={() => setChild(false)}
        />
      )}
    </DropFiles>
  );
}
