import type { Priority } from "../api/generated/bindings";
import { classes } from "../lib/classes";
import { priorityWord } from "../lib/words";
import style from "./marks.module.css";

interface PriorityMarkProps {
  priority: Priority;
  word?: boolean;
  className?: string | undefined;
}

/** How urgent an issue is: bars that fill, an alert for critical. */
export function PriorityMark({ priority, word, className }: PriorityMarkProps) {
  const name = priorityWord[priority];
  return (
    <span
      className={classes(style.mark, className)}
      title={word ? undefined : `Priority: ${name.toLowerCase()}`}
    >
      <svg width="16" height="16" className={style[priority]} aria-hidden="true">
        {/* A symbol of `index.html`. */}
        <use href={`#mark-${priority}`} />
      </svg>
      <span className={word ? undefined : "visually-hidden"}>
        {word ? name : `Priority ${name.toLowerCase()}`}
      </span>
    </span>
  );
}
