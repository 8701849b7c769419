import type { ReactNode } from "react";
import type { Priority } from "../api/generated/bindings";
import { priorityWord } from "../lib/words";
import style from "./marks.module.css";

interface PriorityMarkProps {
  priority: Priority;
  word?: boolean;
}

/** How urgent an issue is: bars that fill, an alert for critical. */
export function PriorityMark({ priority, word }: PriorityMarkProps) {
  const name = priorityWord[priority];
  return (
    <span className={style.mark} title={word ? undefined : `Priority: ${name.toLowerCase()}`}>
      <svg width="16" height="16" viewBox="0 0 16 16" className={style[priority]} aria-hidden="true">
        {shapes[priority]}
      </svg>
      <span className={word ? undefined : "visually-hidden"}>
        {word ? name : `Priority ${name.toLowerCase()}`}
      </span>
    </span>
  );
}

function bars(filled: number): ReactNode {
  return [0, 1, 2].map((bar) => (
    <rect
      key={bar}
      x={2 + bar * 4.5}
      y={10 - bar * 3.5}
      width="3"
      height={4 + bar * 3.5}
      rx="1"
      fill="currentColor"
      opacity={bar < filled ? 1 : 0.28}
    />
  ));
}

const shapes: Record<Priority, ReactNode> = {
  low: bars(1),
  medium: bars(2),
  high: bars(3),
  critical: (
    <>
      <rect x="1.5" y="1.5" width="13" height="13" rx="3" fill="currentColor" />
      <path d="M8 4.6v4" className={style.cut} strokeWidth="1.7" strokeLinecap="round" />
      <circle cx="8" cy="11.2" r="1" className={style.cutFill} />
    </>
  ),
};
