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
      <svg width="16" height="16" className={style[status]} aria-hidden="true">
        <use href={symbols[status]} />
      </svg>
      <span className={word ? undefined : "visually-hidden"}>{name}</span>
    </span>
  );
}

/** The symbols of `index.html`. */
const symbols: Record<Status, string> = {
  open: "#mark-ring",
  triaged: "#mark-triaged",
  assigned: "#mark-assigned",
  in_progress: "#mark-in_progress",
  resolved: "#mark-resolved",
  rejected: "#mark-rejected",
  reopened: "#mark-ring",
};
