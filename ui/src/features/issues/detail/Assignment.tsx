import { ChevronDown, TriangleAlert } from "lucide-react";
import { useState } from "react";
import type { Issue } from "../../../api/generated/bindings";
import { useCall } from "../../../api/queries";
import { Author } from "../../../design/Author";
import { Button } from "../../../design/Button";
import { Popover } from "../../../design/Popover";
import { classes } from "../../../lib/classes";
import { AssignPicker } from "../AssignPicker";
import { assignmentName, type Changes } from "../changes";
import { mayBeAssigned, mayBeClaimed } from "../useIssueActions";
import style from "./Properties.module.css";

interface AssignmentProps {
  issue: Issue;
  changes: Changes;
}

/** What an issue is assigned to; a target that is gone is named as missing. */
export function Assignment({ issue, changes }: AssignmentProps) {
  const [open, setOpen] = useState(false);
  const targets = useCall("assignment_targets", { project: issue.project_slug }).data;
  const { assignment: target, assignment_missing: missing } = issue;
  const name =
    target === null
      ? null
      : (targets?.find((each) => each.target === target)?.name ?? assignmentName(target));
  const words =
    name === null ? (
      <span className={style.none}>Unassigned</span>
    ) : missing ? (
      <span
        className={style.missing}
        title={`${name} is not there any more: the issue counts as unassigned.`}
      >
        <TriangleAlert size={14} aria-hidden />
        <span className="truncate">{name}</span>
        <span className={style.none}>missing</span>
      </span>
    ) : (
      <span className="truncate">{name}</span>
    );
  if (!mayBeAssigned(issue) && !(missing && target !== null)) return words;
  return (
    <Popover
      label="Assign to"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button kind="quiet" size="small" className={classes(style.value, style.long)}>
          {words}
          <ChevronDown size={12} aria-hidden className={style.chevron} />
        </Button>
      }
    >
      <AssignPicker
        project={issue.project_slug}
        current={missing ? undefined : target}
        onAssign={(next) => {
          setOpen(false);
          void changes.assign([issue.number], next);
        }}
      />
    </Popover>
  );
}

/** Who works on an issue, so that nobody else begins. */
export function Claim({ issue, changes }: AssignmentProps) {
  if (issue.claimed_by) {
    return (
      <span className={style.claim}>
        <Author author={issue.claimed_by} />
        <Button kind="quiet" size="small" onClick={() => void changes.release(issue.number)}>
          Release
        </Button>
      </span>
    );
  }
  if (!mayBeClaimed(issue)) return <span className={style.none}>Nobody</span>;
  return (
    <Button
      kind="quiet"
      size="small"
      className={style.value}
      onClick={() => void changes.claim(issue.number)}
    >
      <span className={style.none}>Nobody</span>
      <span className={style.do}>Claim</span>
    </Button>
  );
}
