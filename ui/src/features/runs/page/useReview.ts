import { useCallback, useMemo, useState } from "react";
import type { LineComment, Run } from "@/api/generated/bindings";
import { readDraft, writeDraft } from "@/lib/drafts";
import type { LineReview } from "@/parts/diff/DiffLineView";

interface Draft extends Record<string, unknown> {
  text: string;
  comments: LineComment[];
}

const empty: Draft = { text: "", comments: [] };

export interface Review {
  text: string;
  comments: readonly LineComment[];
  /** The comment that is being written, by its place in the list. */
  open: boolean;
  setOpen: (open: boolean) => void;
  setText: (text: string) => void;
  setComment: (index: number, comment: LineComment) => void;
  addComment: (file: string, line?: number) => void;
  removeComment: (index: number) => void;
  /** What was said is sent: nothing of it is kept. */
  clear: () => void;
  /** For the diff: which lines of a file were spoken of, and how to speak of one. */
  reviewOf: (path: string) => LineReview;
}

/** What the operator wants of a run's change, kept until it is sent: in general, and of single lines. */
export function useReview(run: Run): Review {
  const key = `review.${run.id}.${run.head_commit ?? ""}`;
  const [kept, setKept] = useState(() => ({ key, draft: readDraft(key, empty) }));
  if (kept.key !== key) setKept({ key, draft: readDraft(key, empty) });
  const [open, setOpen] = useState(false);
  const { draft } = kept;
  const change = useCallback(
    (how: (draft: Draft) => Draft) =>
      setKept((before) => {
        const after = how(before.draft);
        writeDraft(before.key, after.text === "" && after.comments.length === 0 ? null : after);
        return { key: before.key, draft: after };
      }),
    [],
  );
  const addComment = useCallback(
    (file: string, line?: number) => {
      change((before) =>
        before.comments.some((each) => each.file === file && each.line === line)
          ? before
          : {
              ...before,
              comments: [...before.comments, { file, text: "", ...(line === undefined ? {} : { line }) }],
            },
      );
      setOpen(true);
    },
    [change],
  );
  const reviewOf = useMemo(
    () => (path: string) => ({
      commented: new Set(
        draft.comments.flatMap((each) => (each.file === path && each.line !== undefined ? [each.line] : [])),
      ),
      onComment: (line: number) => addComment(path, line),
    }),
    [draft.comments, addComment],
  );
  return {
    text: draft.text,
    comments: draft.comments,
    open,
    setOpen,
    setText: (text) => change((before) => ({ ...before, text })),
    setComment: (index, comment) =>
      change((before) => ({
        ...before,
        comments: before.comments.map((each, at) => (at === index ? comment : each)),
      })),
    addComment,
    removeComment: (index) =>
      change((before) => ({ ...before, comments: before.comments.filter((_, at) => at !== index) })),
    clear: () => change(() => empty),
    reviewOf,
  };
}
