// Where the cursor of an issue list stands and what is marked, as the rows change under them. Pure. `VirtualList`
// moves both; here they are kept right when issues come and go. Keys are ids.

export interface Selection {
  /** The issue under the cursor. */
  active: string | null;
  /** Where it was last seen, so that the cursor stays in its place when its row leaves the list. */
  index: number;
  marked: ReadonlySet<string>;
}

export const nothingSelected: Selection = { active: null, index: 0, marked: new Set() };

export function moveTo(state: Selection, active: string, keys: readonly string[]): Selection {
  return { ...state, active, index: Math.max(0, keys.indexOf(active)) };
}

/** The selection after the rows changed. Answers the same object when nothing moved, so that nothing is redrawn. */
export function followRows(state: Selection, keys: readonly string[]): Selection {
  // An empty list is often one that is just being read: the place is kept for when the rows are there.
  if (keys.length === 0) return state;
  // A list may hold a hundred thousand: the whole of it is looked through only when something is marked or moved.
  const here = state.marked.size > 0 ? new Set(keys) : null;
  const gone = here !== null && [...state.marked].some((key) => !here.has(key));
  const marked = gone ? new Set([...state.marked].filter((key) => here.has(key))) : state.marked;
  const at = state.active === null ? -1 : placeOf(state.active, state.index, keys);
  const index = at >= 0 ? at : Math.min(state.index, keys.length - 1);
  const active = keys[index] ?? null;
  if (active === state.active && index === state.index && !gone) return state;
  return { active, index, marked };
}

function placeOf(key: string, likely: number, keys: readonly string[]): number {
  return keys[likely] === key ? likely : keys.indexOf(key);
}

/** The issues that an action is about: what is marked, else the one under the cursor. */
export function subjects(state: Selection): string[] {
  if (state.marked.size > 0) return [...state.marked];
  return state.active === null ? [] : [state.active];
}
