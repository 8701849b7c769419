import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useMemo } from "react";
import type { DiffFile, DiffLine } from "@/api/generated/bindings";
import { ErrorState, Skeleton } from "@/design/States";
import { useKeptSelection } from "../useKeptSelection";
import { type LineReview, SplitLine, UnifiedLine } from "./DiffLineView";
import style from "./DiffSheet.module.css";
import { type DiffLines, lineAt, PAGE } from "./pages";
import { counterpart, splitRows } from "./split";
import { useDiffLines } from "./useDiffLines";

interface DiffSheetProps {
  project: string;
  number: number;
  /** The candidate whose changes these are; null: the run's own. */
  lane: number | null;
  file: DiffFile;
  wrap: boolean;
  split: boolean;
  scroller: RefObject<HTMLDivElement | null>;
  review?: LineReview | undefined;
  /** Stands after the last line. */
  end: ReactNode;
}

const LINE_PX = 20;
/** Side by side needs every line before the one that is seen; a longer file is shown unified. */
export const MOST_SPLIT_LINES = 20_000;

/** The lines of one file, of which only those in view are drawn and only those around them are held. */
export function DiffSheet({
  project,
  number,
  lane,
  file,
  wrap,
  split,
  scroller,
  review,
  end,
}: DiffSheetProps) {
  const { lines, failure, want, retry } = useDiffLines(project, number, file, lane);
  const isSplit = split && lines.count <= MOST_SPLIT_LINES;
  const rows = useMemo(() => (isSplit ? splitRows(linesFromStart(lines)) : null), [isSplit, lines]);
  const wraps = wrap || isSplit;
  const count = rows ? rows.length : lines.count;

  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    overscan: 24,
    rangeExtractor: useKeptSelection(scroller),
    paddingEnd: 0,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: heights differ between the ways of showing
  useLayoutEffect(() => {
    virtualizer.measure();
  }, [virtualizer, wraps, isSplit]);

  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  const isLoading = rows ? !lines.exact && last >= rows.length - 1 : false;
  useEffect(() => {
    if (!rows) want(first, last);
    else if (rows.length === 0 || isLoading) want(0, Math.min(lines.count, heldFromStart(lines) + 1));
  }, [want, first, last, rows, isLoading, lines]);

  // The sheet grows as wide as its longest line, so that every line's colour reaches as far as one can scroll.
  const width = wraps ? undefined : `calc(${lines.longest}ch + 180px)`;
  const numberWidth = `calc(${Math.max(4, String(lines.count).length)}ch + 20px)`;
  const nothingYet = lines.pages.size === 0 && !(lines.exact && lines.count === 0);
  const at = (index: number): DiffLine | undefined => lineAt(lines, index);

  if (failure && lines.pages.size === 0) {
    return <ErrorState title="These changes could not be read" error={failure} onRetry={retry} />;
  }
  return (
    <>
      {nothingYet && <Skeleton rows={12} />}
      {lines.exact && lines.count === 0 && <p className={style.nothing}>{noLines(file)}</p>}
      <div
        className={style.sheet}
        style={{
          height: nothingYet ? 0 : virtualizer.getTotalSize(),
          minWidth: width,
          "--number-width": numberWidth,
        }}
        data-wrap={wraps}
        data-lines={lines.count}
      >
        {!nothingYet && (
          <div style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}>
            {items.map((item) => (
              <div
                key={item.key}
                data-index={item.index}
                {...(wraps ? { ref: virtualizer.measureElement } : {})}
              >
                {rows ? (
                  <SplitRowAt rows={rows} index={item.index} review={review} />
                ) : (
                  <UnifiedLine line={at(item.index)} other={counterpart(at, item.index)} review={review} />
                )}
              </div>
            ))}
          </div>
        )}
      </div>
      {lines.exact && end}
    </>
  );
}

interface SplitRowAtProps {
  rows: ReturnType<typeof splitRows>;
  index: number;
  review: LineReview | undefined;
}

function SplitRowAt({ rows, index, review }: SplitRowAtProps) {
  const row = rows[index];
  return row ? <SplitLine row={row} review={review} /> : null;
}

function heldFromStart(lines: DiffLines): number {
  let held = 0;
  for (let page = 0; lines.pages.has(page); page += 1)
    held = page * PAGE + (lines.pages.get(page)?.length ?? 0);
  return held;
}

function linesFromStart(lines: DiffLines): DiffLine[] {
  const all: DiffLine[] = [];
  for (let page = 0; ; page += 1) {
    const held = lines.pages.get(page);
    if (!held) return all;
    for (const line of held) all.push(line);
  }
}

function noLines(file: DiffFile): string {
  if (file.binary) return "A binary file: its content is not shown.";
  switch (file.kind) {
    case "renamed":
      return "Renamed without changes to its content.";
    case "added":
      return "An empty file was added.";
    case "deleted":
      return "An empty file was deleted.";
    case "modified":
      return "Its content did not change: only its mode did.";
  }
}
