// Sets the lines of a diff side by side, and finds what changed within a line. Pure.

import type { DiffLine } from "@/api/generated/bindings";

export type SplitRow =
  | { kind: "hunk"; text: string }
  | { kind: "lines"; left: DiffLine | null; right: DiffLine | null };

/** A file with more changed lines than this is only shown unified: side by side needs all lines before it. */
export const MOST_SPLIT = 20_000;

/** Removed lines stand beside the added ones that replace them, in order. */
export function splitRows(lines: readonly DiffLine[]): SplitRow[] {
  const rows: SplitRow[] = [];
  let removed: DiffLine[] = [];
  let added: DiffLine[] = [];
  const flush = () => {
    for (let index = 0; index < Math.max(removed.length, added.length); index += 1) {
      rows.push({ kind: "lines", left: removed[index] ?? null, right: added[index] ?? null });
    }
    removed = [];
    added = [];
  };
  for (const line of lines) {
    switch (line.kind) {
      case "removed":
        if (added.length > 0) flush();
        removed.push(line);
        break;
      case "added":
        added.push(line);
        break;
      case "no_newline":
        // It speaks of the line before it, on that line's side.
        (added.length > 0 ? added : removed).push(line);
        break;
      case "context":
        flush();
        rows.push({ kind: "lines", left: line, right: line });
        break;
      case "hunk":
        flush();
        rows.push({ kind: "hunk", text: line.text });
        break;
    }
  }
  flush();
  return rows;
}

/** A stretch of a line, as character offsets. */
export interface Stretch {
  start: number;
  end: number;
}

/** What differs between two versions of a line, or null where they have too little in common to say. */
export function changedStretch(before: string, after: string): { before: Stretch; after: Stretch } | null {
  if (before === after) return null;
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < most - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  // Never through the middle of a surrogate pair.
  if (isLowSurrogate(before, head) || isLowSurrogate(after, head)) head -= 1;
  if (isLowSurrogate(before, before.length - tail) || isLowSurrogate(after, after.length - tail)) tail -= 1;
  const common = before.slice(0, head).trim().length + before.slice(before.length - tail).trim().length;
  if (common < 3 || common * 4 < most) return null;
  return {
    before: { start: head, end: before.length - tail },
    after: { start: head, end: after.length - tail },
  };
}

function isLowSurrogate(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 0xdc00 && code <= 0xdfff;
}

/**
 * The line that a removed or added line stands against: the one at the same place in the block of the other kind
 * beside it, where both blocks are equally long. `at` reads a line by its index.
 */
export function counterpart(at: (index: number) => DiffLine | undefined, index: number): DiffLine | null {
  const line = at(index);
  if (line?.kind !== "removed" && line?.kind !== "added") return null;
  const isRemoved = line.kind === "removed";
  let start = index;
  while (index - start < LONGEST_BLOCK && at(start - 1)?.kind === line.kind) start -= 1;
  let end = index + 1;
  while (end - index < LONGEST_BLOCK && at(end)?.kind === line.kind) end += 1;
  const length = end - start;
  const otherKind = isRemoved ? "added" : "removed";
  const otherStart = isRemoved ? end : start - length;
  if (length > LONGEST_BLOCK || at(isRemoved ? end + length : otherStart - 1)?.kind === otherKind)
    return null;
  for (let other = otherStart; other < otherStart + length; other += 1) {
    if (at(other)?.kind !== otherKind) return null;
  }
  return at(otherStart + (index - start)) ?? null;
}

/** Longer blocks are not compared line by line: it would cost more than it tells. */
const LONGEST_BLOCK = 40;
