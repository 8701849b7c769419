import { memo, type ReactNode } from "react";
import type { DiffLine } from "@/api/generated/bindings";
import { classes } from "@/lib/classes";
import style from "./DiffLineView.module.css";
import { changedStretch, type SplitRow, type Stretch } from "./split";

interface UnifiedLineProps {
  line: DiffLine | undefined;
  /** The line it stands against, to show what changed within it. */
  other: DiffLine | null;
}

const mark = { added: "+", removed: "−", context: " ", no_newline: " ", hunk: " " } as const;

/** One line of a unified diff. Numbers and marks are not selected, so that copied code is code. */
export const UnifiedLine = memo(function UnifiedLine({ line, other }: UnifiedLineProps) {
  if (!line) return <div className={style.line} />;
  if (line.kind === "hunk") return <HunkLine text={line.text} />;
  return (
    <div className={classes(style.line, style[line.kind])}>
      <span className={style.number}>{line.old_line}</span>
      <span className={style.number}>{line.new_line}</span>
      <span className={style.mark}>{mark[line.kind]}</span>
      <span className={style.text}>
        <LineText line={line} other={other} />
      </span>
    </div>
  );
});

/** One row of a diff side by side. */
export const SplitLine = memo(function SplitLine({ row }: { row: SplitRow }) {
  if (row.kind === "hunk") return <HunkLine text={row.text} />;
  return (
    <div className={style.pair}>
      <Half line={row.left} other={row.right} number={row.left?.old_line ?? null} />
      <Half line={row.right} other={row.left} number={row.right?.new_line ?? null} />
    </div>
  );
});

function Half({
  line,
  other,
  number,
}: {
  line: DiffLine | null;
  other: DiffLine | null;
  number: number | null;
}) {
  if (!line) return <div className={classes(style.half, style.absent)} />;
  return (
    <div className={classes(style.half, style[line.kind])}>
      <span className={style.number}>{number}</span>
      <span className={style.mark}>{mark[line.kind]}</span>
      <span className={style.text}>
        <LineText line={line} other={other} />
      </span>
    </div>
  );
}

function HunkLine({ text }: { text: string }) {
  return (
    <div className={classes(style.line, style.hunk)}>
      <span className={style.text}>{text}</span>
    </div>
  );
}

function LineText({ line, other }: { line: DiffLine; other: DiffLine | null }): ReactNode {
  if (line.kind === "no_newline") return <em>No newline at end of file</em>;
  const isRemoved = line.kind === "removed";
  const opposite = isRemoved ? "added" : "removed";
  if (line.kind === "context" || other?.kind !== opposite) return line.text || "\n";
  const found = isRemoved ? changedStretch(line.text, other.text) : changedStretch(other.text, line.text);
  const stretch = found && (isRemoved ? found.before : found.after);
  if (!stretch || stretch.start === stretch.end) return line.text || "\n";
  return <Marked text={line.text} stretch={stretch} />;
}

function Marked({ text, stretch }: { text: string; stretch: Stretch }) {
  return (
    <>
      {text.slice(0, stretch.start)}
      <span className={style.changed}>{text.slice(stretch.start, stretch.end)}</span>
      {text.slice(stretch.end)}
    </>
  );
}
