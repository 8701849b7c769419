import type { ReactNode } from "react";
import type { Status } from "../api/generated/bindings";
import { statusWord } from "../lib/words";
import style from "./marks.module.css";

interface StatusMarkProps {
  status: Status;
  /** Shows the word beside the mark; without it the word is the mark's name. */
  word?: boolean;
}

/** The status of an issue: ○ open, ◌ triaged, ◔ assigned, ◐ in progress, ✓ resolved, ⊘ rejected. */
export function StatusMark({ status, word }: StatusMarkProps) {
  const name = statusWord[status];
  return (
    <span className={style.mark} title={word ? undefined : name}>
      <svg width="16" height="16" viewBox="0 0 16 16" className={style[status]} aria-hidden="true">
        {shapes[status]}
      </svg>
      <span className={word ? undefined : "visually-hidden"}>{name}</span>
    </span>
  );
}

const ring = <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="1.5" />;

const shapes: Record<Status, ReactNode> = {
  open: ring,
  triaged: (
    <circle
      cx="8"
      cy="8"
      r="6"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeDasharray="2.2 1.57"
    />
  ),
  assigned: (
    <>
      {ring}
      <path d="M8 8V4a4 4 0 0 1 4 4Z" fill="currentColor" />
    </>
  ),
  in_progress: (
    <>
      {ring}
      <path d="M8 4a4 4 0 0 1 0 8Z" fill="currentColor" />
    </>
  ),
  resolved: (
    <>
      <circle cx="8" cy="8" r="6.75" fill="currentColor" />
      <path
        d="m5 8.2 2.1 2.1L11 6.2"
        fill="none"
        className={style.cut}
        strokeWidth="1.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </>
  ),
  rejected: (
    <>
      {ring}
      <path d="m4 12 8-8" stroke="currentColor" strokeWidth="1.5" />
    </>
  ),
  reopened: ring,
};
