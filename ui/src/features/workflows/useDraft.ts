import { useCallback, useState } from "react";
import { readDraft, writeDraft } from "@/lib/drafts";
import { isSame } from "@/lib/same";

interface Edit<T> {
  /** The version that the edit began from. */
  base: number;
  value: T;
  past: readonly T[];
  future: readonly T[];
  /** What the last change was to: more of the same is one step to undo. */
  group: string | null;
}

const MOST_STEPS = 200;

/**
 * What is edited and not saved: kept while one looks elsewhere, with its steps to undo. Where nothing is edited it is
 * what is kept, as that changes.
 */
export function useDraft<T extends object>(key: string, version: number, kept: T) {
  const [edit, setEdit] = useState<Edit<T> | null>(() => {
    const found = readDraft(key, { base: -1, value: kept as Record<string, unknown> });
    return found.base < 0
      ? null
      : { base: found.base, value: found.value as T, past: [], future: [], group: null };
  });
  const put = useCallback(
    (next: Edit<T> | null) => {
      setEdit(next);
      writeDraft(key, next && { base: next.base, value: next.value });
    },
    [key],
  );
  const value = edit?.value ?? kept;
  return {
    value,
    base: edit?.base ?? version,
    dirty: edit !== null && !isSame(edit.value, kept),
    canUndo: (edit?.past.length ?? 0) > 0,
    canRedo: (edit?.future.length ?? 0) > 0,
    /** Changes what is edited; successive changes of one `group` are undone together. */
    change(next: T, group: string | null = null) {
      const past = edit?.past ?? [];
      const joined = group !== null && group === edit?.group && past.length > 0;
      put({
        base: edit?.base ?? version,
        value: next,
        past: joined ? past : [...past, value].slice(-MOST_STEPS),
        future: [],
        group,
      });
    },
    undo() {
      const last = edit?.past.at(-1);
      if (!edit || last === undefined) return;
      put({
        ...edit,
        value: last,
        past: edit.past.slice(0, -1),
        future: [edit.value, ...edit.future],
        group: null,
      });
    },
    redo() {
      const [next, ...future] = edit?.future ?? [];
      if (!edit || next === undefined) return;
      put({ ...edit, value: next, past: [...edit.past, edit.value], future, group: null });
    },
    discard: () => put(null),
    /** Goes on from the version that was saved meanwhile. */
    rebase: () => edit && put({ ...edit, base: version }),
  };
}
