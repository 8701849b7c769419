import { useMemo, useState } from "react";
import type { IssueRow } from "../../../api/generated/bindings";
import { followRows, moveTo, nothingSelected, type Selection, subjects } from "./selection";

/** Cursors outlive their pages, so that coming back finds the row that was left. */
const kept = new Map<string, Selection>();

interface State {
  place: string;
  selection: Selection;
  /** The rows that it was last made to follow. */
  keys: readonly string[] | undefined;
}

/** The cursor and the marks of a list, kept right as its rows come and go. */
export function useSelection(place: string, rows: readonly IssueRow[] | undefined) {
  const [state, setState] = useState<State>(() => ({
    place,
    selection: kept.get(place) ?? nothingSelected,
    keys: undefined,
  }));
  const keys = useMemo(() => rows?.map((row) => row.id), [rows]);
  const former = state.place === place ? state.selection : (kept.get(place) ?? nothingSelected);
  const selection = keys && keys !== state.keys ? followRows(former, keys) : former;
  if (keys !== state.keys || place !== state.place) setState({ place, selection, keys });

  // Marking on the way moves and marks in one event: each change builds on the one before.
  const change = (next: (now: Selection) => Selection) =>
    setState((now) => {
      const selection = next(now.selection);
      kept.set(place, { ...selection, marked: new Set() });
      return { ...now, place, selection };
    });
  const chosen = useMemo(() => {
    if (selection.marked.size === 0) {
      const row = rows?.[selection.index];
      return row && row.id === selection.active ? [row] : [];
    }
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
