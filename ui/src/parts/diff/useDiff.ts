import { useCallback, useState } from "react";
import type { DiffFile, Run, RunDiff } from "@/api/generated/bindings";
import { useCall } from "@/api/queries";
import { useIsDiscarding } from "../useRunCommand";
import { readViewed, writeViewed } from "./viewed";

export interface DiffState {
  diff: RunDiff | undefined;
  /** The candidate whose changes these are; null: the run's own. */
  lane: number | null;
  error: unknown;
  refetch: () => void;
  /** Whether the run has a branch whose changes can be shown. */
  exists: boolean;
  file: DiffFile | null;
  viewed: ReadonlySet<string>;
  choose: (path: string) => void;
  /** Goes so many files further, or stays at the first or last. */
  step: (by: number) => void;
  setViewed: (path: string, viewed: boolean) => void;
}

/** The changed files of a run, the chosen one (which the address keeps) and those looked through. */
export function useDiff(
  run: Run,
  path: string | undefined,
  setPath: (path: string) => void,
  lane: number | null = null,
): DiffState {
  const candidate = run.candidates.find((each) => each.lane === lane);
  const changed = candidate ? candidate.files_changed : run.head_commit === null ? 0 : run.files_changed;
  const exists = changed > 0 && run.delivery !== "discarded";
  const isDiscarding = useIsDiscarding(run);
  const query = useCall(
    "run_diff",
    { project: run.project_slug, number: run.number, ...(candidate ? { lane: candidate.lane } : {}) },
    { enabled: exists && !isDiscarding },
  );
  const key = candidate ? `${run.id}.${candidate.lane}` : `${run.id}.${run.head_commit ?? ""}`;
  const [viewed, setViewedState] = useState(() => ({ key, paths: readViewed(key) }));
  if (viewed.key !== key) setViewedState({ key, paths: readViewed(key) });

  const files = query.data?.files ?? [];
  const index = Math.max(
    0,
    files.findIndex((file) => file.path === path),
  );
  const step = (by: number) => {
    const next = files[Math.max(0, Math.min(files.length - 1, index + by))];
    if (next) setPath(next.path);
  };
  const setViewed = useCallback(
    (of: string, isViewed: boolean) =>
      setViewedState((before) => {
        const paths = new Set(before.paths);
        if (isViewed) paths.add(of);
        else paths.delete(of);
        writeViewed(before.key, paths);
        return { key: before.key, paths };
      }),
    [],
  );
  return {
    diff: exists ? query.data : undefined,
    lane: candidate?.lane ?? null,
    error: query.error,
    refetch: () => void query.refetch(),
    exists,
    file: files[index] ?? null,
    viewed: viewed.paths,
    choose: setPath,
    step,
    setViewed,
  };
}
