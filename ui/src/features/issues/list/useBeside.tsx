import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import {
  type KeyboardEvent,
  lazy,
  type ReactNode,
  Suspense,
  useCallback,
  useEffect,
  useRef,
  useState,
} from "react";
import type { IssueRow } from "../../../api/generated/bindings";
import { whenIdle } from "../../../lib/idle";
import { useMedia, WIDE } from "../../../lib/media";
import type { Changes } from "../changes";
import { shown } from "../shown";
import { type Ask, copyLinks } from "../useIssueActions";
import style from "./IssuesWorkspace.module.css";

const loadDetail = () => import("../detail/IssueDetail");
const IssueDetail = lazy(async () => ({ default: (await loadDetail()).IssueDetail }));

interface BesideOptions {
  project: string;
  /** Gives the focus back to the list or board. */
  refocus: () => void;
}

/** The issue that is open beside a list or a board, or over it where there is no room. The address names it. */
export function useBeside({ project, refocus }: BesideOptions) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const wide = useMedia(WIDE);
  const search: { open?: number } = useSearch({ strict: false });
  const open = search.open ?? null;
  const pane = useRef<HTMLDivElement>(null);
  const [editing, setEditing] = useState<number | null>(null);

  const show = useCallback(
    (number: number | null, replace: boolean) =>
      void navigate({
        to: ".",
        search: (former: object) => ({ ...former, open: number ?? undefined }),
        replace,
      }),
    [navigate],
  );

  // The list stands without it; the first Enter is to be as quick as the second.
  useEffect(() => whenIdle(() => void loadDetail()), []);

  useEffect(() => {
    if (open !== null && !wide) pane.current?.focus();
  }, [open, wide]);

  function close() {
    setEditing(null);
    show(null, false);
    refocus();
  }

  return {
    open,
    wide,
    show,
    close,
    /** Opens an issue; what is open already is gone into. */
    enter(number: number) {
      if (open === number) pane.current?.focus();
      else show(number, open !== null);
    },
    edit(number: number) {
      setEditing(number);
      if (open !== number) show(number, open !== null);
    },
    /** In the detail actions are about what it shows; null: they are about the list. */
    subject(): IssueRow | null {
      const inDetail = pane.current?.contains(document.activeElement) ?? false;
      return open !== null && (inDetail || !wide) ? (shown(client, project, open) ?? null) : null;
    },
    /** Escape closes the detail wherever the focus is. */
    onKeyDown(event: KeyboardEvent) {
      if (event.key !== "Escape" || event.defaultPrevented || open === null) return;
      event.preventDefault();
      close();
    },
    detail: (changes: Changes, ask: Ask): ReactNode =>
      open === null ? null : (
        <div className={style.pane} ref={pane} tabIndex={-1}>
          <Suspense fallback={null}>
            <IssueDetail
              key={`${project}/${open}`}
              project={project}
              number={open}
              changes={changes}
              ask={ask}
              editing={editing === open}
              onEdit={() => setEditing(open)}
              onEdited={() => setEditing(null)}
              onCopyLink={() => void copyLinks(project, [open])}
              onClose={close}
            />
          </Suspense>
        </div>
      ),
  };
}
