// The lines of one file's diff, held by pages: only those around what is seen, however long the file. Pure.

import type { DiffFile, DiffLine, DiffPage } from "@/api/generated/bindings";

export const PAGE = 2_000;
/** So many pages stay in memory; the ones farthest from what is seen go first. */
export const KEPT_PAGES = 12;

export interface DiffLines {
  pages: ReadonlyMap<number, readonly DiffLine[]>;
  /** How many lines there are, or at least seem to be. */
  count: number;
  /** Whether the end was seen, so that `count` is right. */
  exact: boolean;
  /** The longest line seen, in characters; the width of the sheet. */
  longest: number;
}

/** Starts from what the file list says; context lines are not known before they come. */
export function expectedLines(file: DiffFile): DiffLines {
  const changed = file.lines_added + file.lines_removed;
  return {
    pages: new Map(),
    count: file.binary ? 0 : Math.max(1, changed + 1),
    exact: file.binary,
    longest: 0,
  };
}

export function lineAt(lines: DiffLines, index: number): DiffLine | undefined {
  return lines.pages.get(Math.floor(index / PAGE))?.[index % PAGE];
}

/** The pages that a stretch of lines needs and that are not there. */
export function missingPages(lines: DiffLines, first: number, last: number): number[] {
  const wanted: number[] = [];
  const end = Math.min(last, lines.count - 1);
  for (let page = Math.max(0, Math.floor(first / PAGE)); page * PAGE <= end; page += 1) {
    if (!lines.pages.has(page)) wanted.push(page);
  }
  return wanted;
}

export function receivePage(lines: DiffLines, index: number, answer: DiffPage): DiffLines {
  const pages = new Map(lines.pages);
  const start = index * PAGE;
  const got = start + answer.lines.length;
  let { count, exact } = lines;
  if (answer.next === null) {
    // An empty page past the end only says that the end lies before it.
    count = answer.lines.length > 0 || index === 0 ? got : Math.min(count, start);
    exact = answer.lines.length > 0 || index === 0;
  } else if (!exact) {
    // At least one more line follows.
    count = Math.max(count, answer.next + 1);
  }
  if (answer.lines.length > 0) pages.set(index, answer.lines);
  const longest = answer.lines.reduce((most, line) => Math.max(most, displayWidth(line.text)), lines.longest);
  return { pages: nearest(pages, index), count, exact, longest };
}

function nearest(pages: Map<number, readonly DiffLine[]>, centre: number): Map<number, readonly DiffLine[]> {
  const farthestFirst = [...pages.keys()].sort((a, b) => Math.abs(b - centre) - Math.abs(a - centre));
  for (const page of farthestFirst.slice(0, Math.max(0, pages.size - KEPT_PAGES))) pages.delete(page);
  return pages;
}

/** How many columns a line takes, with tabs of four. */
export function displayWidth(text: string): number {
  if (!text.includes("\t")) return text.length;
  let width = 0;
  for (const char of text) width += char === "\t" ? 4 - (width % 4) : 1;
  return width;
}
