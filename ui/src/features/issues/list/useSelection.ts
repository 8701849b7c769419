import { useMemo, useState } from "react";
import type { IssueRow } from "../../../api/generated/bindings";
import { followRows, moveTo, nothingSelected, type Selection, subjects } from "./selection";

/** Cursors outlive their pages, so that coming back finds the row that was left. */
const kept = new Map<string, Selection>();

/** The cursor and the marks of a list, kept right as its rows come and go. */
export function useSelection(place: string, rows: readonly IssueRow[] | undefined) {
  const [state, setState] = useState<{ place: string; selection: Selection }>(() => ({
    place,
    selection: kept.get(place) ?? nothingSelected,
  }));
  const keys = useMemo(() => rows?.map((row) => row.id), [rows]);
  const former = state.place === place ? state.selection : (kept.get(place) ?? nothingSelected);
  const selection = keys ? followRows(former, keys) : former;
  if (selection !== state.selection || place !== state.place) setState({ place, selection });

  // Marking on the way moves and marks in one event: each change builds on the one before.
  const change = (next: (now: Selection) => Selection) =>
    setState((now) => {
      const selection = next(now.selection);
      kept.set(place, { ...selection, marked: new Set() });
      return { place, selection };
    });
  const chosen = useMemo(() => {
    const ids = new Set(subjects(selection));
    return (rows ?? []).filter((row) => ids.has(row.id));
  }, [rows, selection]);

  return {
    ...selection,
    /** The issues that actions are about. */
    subjects: chosen,
    moveTo: (key: string) => change((now) => moveTo(now, key, keys ?? [])),
    mark: (marked: ReadonlySet<string>) => change((now) => ({ ...now, marked })),
  };
}
