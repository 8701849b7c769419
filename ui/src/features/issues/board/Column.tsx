import {
  memo,
  type PointerEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
} from "react";
import type { IssueRow } from "../../../api/generated/bindings";
import { ErrorNotice, Skeleton } from "../../../design/States";
import { useWindow } from "../../../design/useWindow";
import { classes } from "../../../lib/classes";
import { grouped } from "../../../lib/numbers";
import { useIssuePages } from "../list/useIssuePages";
import { CARD_PX, Card } from "./Card";
import style from "./Column.module.css";
import type { Cursor } from "./cursor";
import { cursorIndex } from "./cursor";

interface ColumnProps {
  project: string;
  /** What lists its issues. */
  query: string;
  value: string;
  title: string;
  icon: ReactNode;
  count: number;
  left: number;
  /** Where the cursor stands, when it is in this column. */
  cursor: Cursor | null;
  /** A card is held over it. */
  over: boolean;
  /** The card that is being dragged, wherever it came from. */
  lifted: string | null;
  /** Tells what is loaded, for the keys that the board hears. */
  onRows: (value: string, rows: readonly IssueRow[] | null) => void;
  onOpen: (value: string, issue: IssueRow) => void;
  onPoint: (value: string, issue: IssueRow) => void;
  onPointerDown: (event: PointerEvent, value: string, issue: IssueRow) => void;
}

/** One column: a list of cards that draws only what is seen and reads on ahead of it. */
export const Column = memo(function Column({
  project,
  query,
  value,
  title,
  icon,
  count,
  left,
  cursor,
  over,
  lifted,
  onRows,
  onOpen,
  onPoint,
  onPointerDown,
}: ColumnProps) {
  const { rows, error, onSeen } = useIssuePages(project, query);
  const scroller = useRef<HTMLDivElement>(null);
  const items = rows ?? none;
  const { first, last, reveal } = useWindow(scroller, items.length, CARD_PX, BEYOND);
  useEffect(() => {
    if (last >= first) onSeen(first, last);
  }, [first, last, onSeen]);

  useLayoutEffect(() => {
    onRows(value, rows ?? null);
    return () => onRows(value, null);
  }, [onRows, value, rows]);

  // Cards are drawn anew only when they change.
  const open = useCallback((row: IssueRow) => onOpen(value, row), [onOpen, value]);
  const point = useCallback((row: IssueRow) => onPoint(value, row), [onPoint, value]);
  const take = useCallback(
    (event: PointerEvent, row: IssueRow) => onPointerDown(event, value, row),
    [onPointerDown, value],
  );

  const active = cursor ? cursorIndex(cursor, items) : -1;
  const activeId = items[active]?.id ?? null;
  useEffect(() => {
    if (active >= 0) reveal(active);
  }, [reveal, active]);

  const words = grouped(count);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of options, not of form fields
    <div
      role="group"
      aria-label={`${title}, ${words}`}
      data-column={value}
      className={classes(style.column, over && style.over)}
      style={{ transform: `translateX(${left}px)` }}
    >
      <div className={style.head} aria-hidden>
        {icon}
        <span className="truncate">{title}</span>
        <span className={style.count}>{words}</span>
      </div>
      <div className={style.cards} ref={scroller} role="presentation">
        {error ? (
          <ErrorNotice error={error} />
        ) : !rows ? (
          <Skeleton rows={4} />
        ) : (
          <div className={style.all} style={{ height: items.length * CARD_PX }} role="presentation">
            {items.slice(first, last + 1).map((issue, offset) => (
              <Card
                key={issue.id}
                issue={issue}
                active={issue.id === activeId}
                lifted={issue.id === lifted}
                top={(first + offset) * CARD_PX}
                position={first + offset + 1}
                of={count}
                onClick={open}
                onPoint={point}
                onPointerDown={take}
              />
            ))}
          </div>
        )}
      </div>
    </div>
  );
});

/** Cards drawn above and below what is seen. */
const BEYOND = 5;
const none: readonly IssueRow[] = [];
