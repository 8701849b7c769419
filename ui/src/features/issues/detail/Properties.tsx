import { Link } from "@tanstack/react-router";
import { ChevronDown, Plus } from "lucide-react";
import type { ReactNode } from "react";
import { keysOf } from "../../../actions/catalogue";
import { allPriority, type Issue, type Status } from "../../../api/generated/bindings";
import { Button, IconButton } from "../../../design/Button";
import { LabelChip } from "../../../design/LabelChip";
import { Menu } from "../../../design/Menu";
import { Popover } from "../../../design/Popover";
import { PriorityMark } from "../../../design/PriorityMark";
import { RunBadge } from "../../../design/RunBadge";
import { StatusMark } from "../../../design/StatusMark";
import { Duration, RelativeTime } from "../../../design/Time";
import { paths } from "../../../lib/links";
import { authorName, executionWord, priorityWord, statusWord } from "../../../lib/words";
import type { Changes } from "../changes";
import { LabelPicker } from "../LabelPicker";
import type { Ask } from "../useIssueActions";
import { Assignment, Claim } from "./Assignment";
import style from "./Properties.module.css";

interface PropertiesProps {
  issue: Issue;
  changes: Changes;
  ask: Ask;
  /** `s` opens the menu of statuses. */
  statusOpen: boolean;
  onStatusOpen: (open: boolean) => void;
}

/** What an issue is besides its text. */
export function Properties({ issue, changes, ask, statusOpen, onStatusOpen }: PropertiesProps) {
  return (
    <dl className={style.properties}>
      <Property name="Status">
        <StatusMenu
          issue={issue}
          open={statusOpen}
          onOpen={onStatusOpen}
          onMove={(status) =>
            status === "rejected" ? ask("reject", [issue.number]) : void changes.move([issue.number], status)
          }
        />
      </Property>
      <Property name="Priority">
        <Menu
          trigger={
            <Button kind="quiet" size="small" className={style.value}>
              <PriorityMark priority={issue.priority} word />
              <ChevronDown size={12} aria-hidden className={style.chevron} />
            </Button>
          }
          groups={[
            {
              items: [...allPriority].reverse().map((priority, index) => ({
                id: priority,
                title: priorityWord[priority],
                icon: <PriorityMark priority={priority} />,
                keys: String(index + 1),
                checked: priority === issue.priority,
                onSelect: () => void changes.setPriority([issue.number], priority),
              })),
            },
          ]}
        />
      </Property>
      <Property name="Labels">
        <div className={style.labels}>
          {issue.labels.map((label) => (
            <LabelChip
              key={label.id}
              label={label}
              onRemove={() => void changes.label([issue.number], [], [label.name])}
            />
          ))}
          <Popover
            label="Labels"
            trigger={
              <IconButton label="Labels" keys={keysOf("issue.label") ?? ""} size="small">
                <Plus size={14} />
              </IconButton>
            }
          >
            <LabelPicker
              project={issue.project_slug}
              having={(name) => (issue.labels.some((label) => label.name === name) ? "all" : "none")}
              onToggle={(name, on) => void changes.label([issue.number], on ? [name] : [], on ? [] : [name])}
            />
          </Popover>
        </div>
      </Property>
      <Property name="Assignment">
        <Assignment issue={issue} changes={changes} />
      </Property>
      <Property name="Claimed by">
        <Claim issue={issue} changes={changes} />
      </Property>
      <Property name="Execution">
        <ExecutionWord issue={issue} />
      </Property>
      <Property name="Filed">
        <RelativeTime at={issue.created_at} long />
      </Property>
      <Property name="Updated">
        <RelativeTime at={issue.updated_at} long />
      </Property>
      {issue.resolved_at !== null && (
        <Property name="Resolved">
          <span>
            <RelativeTime at={issue.resolved_at} long />
            {issue.resolved_by && ` by ${authorName(issue.resolved_by)}`}
          </span>
        </Property>
      )}
    </dl>
  );
}

function Property({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={style.property}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface StatusMenuProps {
  issue: Issue;
  open: boolean;
  onOpen: (open: boolean) => void;
  onMove: (status: Status) => void;
}

/** The moves that are legal now, and no other. */
function StatusMenu({ issue, open, onOpen, onMove }: StatusMenuProps) {
  const closed = issue.status === "resolved" || issue.status === "rejected";
  return (
    <Menu
      open={open}
      onOpenChange={onOpen}
      trigger={
        <Button kind="quiet" size="small" className={style.value}>
          <StatusMark status={issue.status} word />
          <ChevronDown size={12} aria-hidden className={style.chevron} />
        </Button>
      }
      groups={[
        {
          items: issue.legal_moves.map((status) => ({
            id: status,
            title:
              closed && status === "triaged"
                ? "Reopen"
                : status === "rejected"
                  ? "Reject…"
                  : statusWord[status],
            icon: <StatusMark status={status} />,
            onSelect: () => onMove(status),
          })),
        },
      ]}
    />
  );
}

function ExecutionWord({ issue }: { issue: Issue }) {
  const { run } = issue;
  if (!run) return <span className={style.none}>{executionWord.new}</span>;
  return (
    <Link to={paths.run(issue.project_slug, run.number)} className={style.run}>
      <RunBadge status={run.status}>
        {run.status === "running" && run.started_at !== null && <Duration from={run.started_at} to={null} />}
      </RunBadge>
      <span>Run {run.number}</span>
    </Link>
  );
}
