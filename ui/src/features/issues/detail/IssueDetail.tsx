import { Link } from "@tanstack/react-router";
import { ArrowLeft, Link2, Maximize2, X } from "lucide-react";
import { keysOf } from "../../../actions/catalogue";
import { useCall } from "../../../api/queries";
import { IconButton } from "../../../design/Button";
import { Skeleton } from "../../../design/States";
import { Tooltip } from "../../../design/Tooltip";
import { paths } from "../../../lib/links";
import { useMedia, WIDE } from "../../../lib/media";
import type { Changes } from "../changes";
import type { Ask } from "../useIssueActions";
import style from "./IssueDetail.module.css";
import { IssueMenu } from "./IssueMenu";
import { IssueView } from "./IssueView";
import { isGone, NoIssue } from "./NoIssue";
import { RunButton } from "./RunButton";

interface IssueDetailProps {
  project: string;
  number: number;
  changes: Changes;
  ask: Ask;
  editing: boolean;
  onEdit: () => void;
  onEdited: () => void;
  onCopyLink: () => void;
  onClose: () => void;
}

/** An issue beside its list, or over it where there is no room. */
export function IssueDetail({
  project,
  number,
  changes,
  ask,
  editing,
  onEdit,
  onEdited,
  onCopyLink,
  onClose,
}: IssueDetailProps) {
  const { data, error, refetch } = useCall("issue_get", { project, number });
  const issue = isGone(error) ? undefined : data;
  const wide = useMedia(WIDE);
  return (
    <section className={style.detail} aria-label={`Issue ${number}`}>
      <header className={style.head}>
        {!wide && (
          <IconButton label="Back to the list" keys="escape" onClick={onClose}>
            <ArrowLeft size={16} />
          </IconButton>
        )}
        <span className={style.number}>#{number}</span>
        <div className={style.actions}>
          <IconButton label="Copy link" keys={keysOf("issue.copy-link") ?? ""} onClick={onCopyLink}>
            <Link2 size={16} />
          </IconButton>
          <Tooltip text="Open as a page">
            <Link to={paths.issue(project, number)} className={style.icon} aria-label="Open as a page">
              <Maximize2 size={14} aria-hidden />
            </Link>
          </Tooltip>
          {issue && <IssueMenu issue={issue} changes={changes} ask={ask} />}
          {issue && <RunButton issue={issue} changes={changes} onRun={() => ask("run", [number])} />}
          {wide && (
            <IconButton label="Close" keys="escape" onClick={onClose}>
              <X size={16} />
            </IconButton>
          )}
        </div>
      </header>
      {issue ? (
        <IssueView
          issue={issue}
          changes={changes}
          editing={editing}
          onEdit={onEdit}
          onEdited={onEdited}
          ask={ask}
        />
      ) : error ? (
        <NoIssue project={project} number={number} error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton rows={6} />
      )}
    </section>
  );
}
