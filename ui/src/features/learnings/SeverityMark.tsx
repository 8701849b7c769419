import { ChevronsUp, Dot, OctagonAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { LearningSeverity } from "@/api/generated/bindings";
import { classes } from "@/lib/classes";
import style from "./Learnings.module.css";
import { severityWord } from "./words";

const icons: Record<LearningSeverity, ReactNode> = {
  critical: <OctagonAlert size={14} aria-hidden />,
  important: <ChevronsUp size={14} aria-hidden />,
  minor: <Dot size={14} aria-hidden />,
};

/** How much a learning matters; compact: only the mark, the word becomes its name. */
export function SeverityMark({ severity, compact }: { severity: LearningSeverity; compact?: boolean }) {
  const word = severityWord[severity];
  return (
    <span className={classes(style.severity, style[severity])} title={compact ? word : undefined}>
      {icons[severity]}
      {compact ? <span className="visually-hidden">{word}</span> : word}
    </span>
  );
}
