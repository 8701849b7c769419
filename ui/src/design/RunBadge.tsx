import { CircleCheck, CircleDashed, CircleSlash, CircleX, Clock3 } from "lucide-react";
import type { ReactNode } from "react";
import type { RunStatus, WaitingFor } from "../api/generated/bindings";
import { classes } from "../lib/classes";
import { runStatusWord, waitingWord } from "../lib/words";
import style from "./marks.module.css";

interface RunBadgeProps {
  status: RunStatus;
  /** Says what a pending or running run waits for, instead of its status. */
  waitingFor?: WaitingFor | null | undefined;
  /** Only the mark; the word becomes its name. */
  compact?: boolean;
  /** Stands after the word: how long it has been running. */
  children?: ReactNode;
}

/** The status of a run: grey pending, blue running, green completed, red failed, amber cancelled or waiting. */
export function RunBadge({ status, waitingFor, compact, children }: RunBadgeProps) {
  const waits = waitingFor && (status === "pending" || status === "running") ? waitingFor : null;
  const word = waits ? waitingWord[waits] : runStatusWord[status];
  const tone = waits ? style.waiting : style[`run_${status}`];
  return (
    <span className={classes(style.badge, tone)} title={compact ? word : undefined}>
      {waits ? <Clock3 size={14} aria-hidden /> : icons[status]}
      {compact ? <span className="visually-hidden">{word}</span> : <span className={style.word}>{word}</span>}
      {children && <span className={style.word}>{children}</span>}
    </span>
  );
}

const icons: Record<RunStatus, ReactNode> = {
  pending: <CircleDashed size={14} aria-hidden />,
  running: <span className={style.pulse} aria-hidden />,
  completed: <CircleCheck size={14} aria-hidden />,
  failed: <CircleX size={14} aria-hidden />,
  cancelled: <CircleSlash size={14} aria-hidden />,
};
