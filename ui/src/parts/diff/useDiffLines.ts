import { useCallback, useEffect, useRef, useState } from "react";
import { call } from "@/api/client";
import type { DiffFile } from "@/api/generated/bindings";
import { type DiffLines, expectedLines, missingPages, PAGE, receivePage } from "./pages";

interface DiffLinesState {
  lines: DiffLines;
  failure: unknown;
  /** Asks for the pages that a stretch of lines needs. */
  want: (first: number, last: number) => void;
  retry: () => void;
}

/**
 * The lines of one file, a page at a time, as they come into view. Made anew for each file and each head commit: its
 * component is keyed by both.
 */
export function useDiffLines(
  project: string,
  number: number,
  file: DiffFile,
  lane: number | null,
): DiffLinesState {
  const [lines, setLines] = useState(() => expectedLines(file));
  const [failure, setFailure] = useState<unknown>(null);
  const latest = useRef(lines);
  const asked = useRef(new Set<number>());
  const gone = useRef(false);
  useEffect(() => {
    gone.current = false;
    return () => {
      gone.current = true;
    };
  }, []);

  const { path } = file;
  const want = useCallback(
    (first: number, last: number) => {
      for (const page of missingPages(latest.current, first, last)) {
        if (asked.current.has(page)) continue;
        asked.current.add(page);
        call("run_diff_file", {
          project,
          number,
          path,
          from: page * PAGE,
          limit: PAGE,
          ...(lane === null ? {} : { lane }),
        })
          .then((answer) => {
            if (gone.current) return;
            latest.current = receivePage(latest.current, page, answer);
            setLines(latest.current);
            setFailure(null);
            asked.current.delete(page);
          })
          // A page that failed stays asked for, until one asks for another try.
          .catch((thrown: unknown) => !gone.current && setFailure(thrown));
      }
    },
    [project, number, path, lane],
  );

  const retry = useCallback(() => {
    asked.current.clear();
    setFailure(null);
    want(0, 0);
  }, [want]);

  return { lines, failure, want, retry };
}
