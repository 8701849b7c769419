import { memo, type PointerEvent, type Ref } from "react";
import type { IssueRow } from "../../../api/generated/bindings";
import { LabelChip } from "../../../design/LabelChip";
import { PriorityMark } from "../../../design/PriorityMark";
import { StatusMark } from "../../../design/StatusMark";
import { classes } from "../../../lib/classes";
import { Hints, RunWord } from "../list/IssueRow";
import style from "./Card.module.css";

/** What a card takes of its column, the gap below it included. */
export const CARD_PX = 104;

interface CardProps {
  issue: IssueRow;
  active: boolean;
  /** It is being dragged: its place stays, faintly. */
  lifted: boolean;
  top: number;
  position: number;
  of: number;
  onClick: (issue: IssueRow) => void;
  onPoint: (issue: IssueRow) => void;
  onPointerDown: (event: PointerEvent, issue: IssueRow) => void;
}

/** An issue on the board. All cards are equally high, so that a column of thousands need not be measured. */
export const Card = memo(function Card({
  issue,
  active,
  lifted,
  top,
  position,
  of,
  onClick,
  onPoint,
  onPointerDown,
}: CardProps) {
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the board holds the focus and names the active card
    // biome-ignore lint/a11y/useKeyWithClickEvents: the board hears the keys
    <div
      id={cardId(issue.id)}
      role="option"
      aria-selected={active}
      aria-posinset={position}
      aria-setsize={of}
      className={classes(style.place, active && style.active, lifted && style.lifted)}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onClick(issue)}
      onContextMenu={() => onPoint(issue)}
      onPointerDown={(event) => onPointerDown(event, issue)}
    >
      <Face issue={issue} />
    </div>
  );
});

/** What a card shows, in its place and under the pointer. */
export function Face({ issue, ref }: { issue: IssueRow; ref?: Ref<HTMLDivElement> }) {
  return (
    <div className={style.card} ref={ref}>
      <div className={style.head}>
        <StatusMark status={issue.status} />
        <span className={style.number}>#{issue.number}</span>
        <span className={style.end}>
          <RunWord issue={issue} />
          <PriorityMark priority={issue.priority} />
        </span>
      </div>
      <div className={style.title} title={issue.title}>
        {issue.title}
      </div>
      <div className={style.foot}>
        <span className={style.labels}>
          {issue.labels.map((label) => (
            <LabelChip key={label.id} label={label} />
          ))}
        </span>
        <Hints issue={issue} />
      </div>
    </div>
  );
}

export function cardId(id: string): string {
  return `card-${id}`;
}
