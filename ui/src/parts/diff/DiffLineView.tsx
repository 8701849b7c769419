import { memo, type ReactNode } from "react";
import type { DiffLine } from "@/api/generated/bindings";
import { classes } from "@/lib/classes";
import style from "./DiffLineView.module.css";
import { changedStretch, type SplitRow, type Stretch } from "./split";

interface UnifiedLineProps {
  line: DiffLine | undefined;
  /** The line it stands against, to show what changed within it. */
  other: DiffLine | null;
  review?: LineReview | undefined;
}

/** What the reader can say of the lines of one file. */
export interface LineReview {
  /** Lines of the new side that something was said of. */
  commented: ReadonlySet<number>;
  onComment: (line: number) => void;
}

const mark = { added: "+", removed: "−", context: " ", no_newline: " ", hunk: " " } as const;

/** One line of a unified diff. Numbers and marks are not selected, so that copied code is code. */
export const UnifiedLine = memo(function UnifiedLine({ line, other, review }: UnifiedLineProps) {
  if (!line) return <div className={style.line} />;
  if (line.kind === "hunk") return <HunkLine text={line.text} />;
  return (
    <div className={classes(style.line, style[line.kind])}>
      <span className={style.number}>{line.old_line}</span>
      <NewNumber number={line.new_line} review={review} />
      <span className={style.mark}>{mark[line.kind]}</span>
      <span className={style.text}>
        <LineText line={line} other={other} />
      </span>
    </div>
  );
});

/** The number of a line on the new side; where one reviews, pressing it says something of the line. */
function NewNumber({ number, review }: { number: number | null; review: LineReview | undefined }) {
  if (!review || number === null) return <span className={style.number}>{number}</span>;
  const isCommented = review.commented.has(number);
  return (
    <button
      type="button"
      tabIndex={-1}
      className={classes(style.number, style.speak, isCommented && style.commented)}
      aria-label={isCommented ? `Line ${number}, commented` : `Comment on line ${number}`}
      onClick={() => review.onComment(number)}
    >
      {number}
    </button>
  );
}

/** One row of a diff side by side. */
export const SplitLine = memo(function SplitLine({
  row,
  review,
}: {
  row: SplitRow;
  review?: LineReview | undefined;
}) {
  if (row.kind === "hunk") return <HunkLine text={row.text} />;
  return (
    <div className={style.pair}>
      <Half line={row.left} other={row.right} number={row.left?.old_line ?? null} />
      <Half line={row.right} other={row.left} number={row.right?.new_line ?? null} review={review} />
    </div>
  );
});

function Half({
  line,
  other,
  number,
  review,
}: {
  line: DiffLine | null;
  other: DiffLine | null;
  number: number | null;
  review?: LineReview | undefined;
}) {
  if (!line) return <div className={classes(style.half, style.absent)} />;
  return (
    <div className={classes(style.half, style[line.kind])}>
      <NewNumber number={number} review={review} />
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
