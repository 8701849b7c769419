import { useNavigate, useSearch } from "@tanstack/react-router";
import { type KeyboardEvent, lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { IssueRow as Row } from "../../../api/generated/bindings";
import { useCall } from "../../../api/queries";
import { ContextMenu } from "../../../design/ContextMenu";
import { Page } from "../../../design/Page";
import { Splitter } from "../../../design/Splitter";
import { ErrorState, Skeleton } from "../../../design/States";
import { VirtualList, type VirtualListHandle } from "../../../design/VirtualList";
import { paths } from "../../../lib/links";
import { useMedia, WIDE } from "../../../lib/media";
import { counted } from "../../../lib/numbers";
import { useSlug } from "../../../lib/useSlug";
import { copyLinks, useIssueActions } from "../useIssueActions";
import { useTriageKeys } from "../useTriageKeys";
import { IssueRow } from "./IssueRow";
import style from "./IssuesWorkspace.module.css";
import { KeyLine } from "./KeyLine";
import { NoIssues } from "./NoIssues";
import { QueryBox } from "./QueryBox";
import { rowMenu } from "./rowMenu";
import { useIssuePages } from "./useIssuePages";
import { useSelection } from "./useSelection";
import { ViewTabs } from "./ViewTabs";
import { scoped, viewOf } from "./views";

const loadDetail = () => import("../detail/IssueDetail");
const IssueDetail = lazy(async () => ({ default: (await loadDetail()).IssueDetail }));

interface IssuesWorkspaceProps {
  page: "inbox" | "issues";
  title: string;
  /** The query of the address that names none. */
  home: string;
}

/** A list of issues with what is open from it beside it. Both live in the address: `?q=is:open&open=42`. */
export function IssuesWorkspace({ page, title, home }: IssuesWorkspaceProps) {
  const project = useSlug();
  const search = useSearch({ from: `/p/$slug/${page}` });
  const navigate = useNavigate();
  const wide = useMedia(WIDE);
  const list = useRef<VirtualListHandle>(null);
  const box = useRef<HTMLInputElement>(null);
  const pane = useRef<HTMLDivElement>(null);
  const [editing, setEditing] = useState<number | null>(null);

  const typed = search.q;
  const query = scoped(typed ?? home, home);
  const { rows, complete, former, error, retry, onSeen } = useIssuePages(project, query);
  const counts = useCall("issue_counts", { project }).data;
  const { used } = useTriageKeys();
  const selection = useSelection(`${project}/${page}`, rows);
  const open = search.open ?? null;

  const show = useCallback(
    (number: number | null, replace: boolean) =>
      void navigate({
        to: ".",
        search: {
          ...(typed === undefined ? {} : { q: typed }),
          ...(number === null ? {} : { open: number }),
        },
        replace,
      }),
    [navigate, typed],
  );

  /** In the detail actions are about what it shows; in the list about what is marked or under the cursor. */
  function subjects(): readonly number[] {
    const inDetail = pane.current?.contains(document.activeElement) ?? false;
    return open !== null && (inDetail || !wide) ? [open] : selection.subjects.map((row) => row.number);
  }

  function openIssue(row: Row) {
    // Pressed again, Enter goes into what is open already.
    if (open === row.number) pane.current?.focus();
    else show(row.number, open !== null);
  }

  function close() {
    setEditing(null);
    show(null, false);
    list.current?.focus();
  }

  function onActiveChange(key: string) {
    selection.moveTo(key);
    const row = rows?.find((each) => each.id === key);
    if (open !== null && wide && row && row.number !== open) show(row.number, true);
  }

  function step(by: number) {
    const at = rows?.findIndex((row) => row.number === open) ?? -1;
    const row = at < 0 ? undefined : rows?.[at + by];
    if (!row) return;
    selection.moveTo(row.id);
    list.current?.reveal(row.id);
    show(row.number, true);
  }

  const { changes, dialogs, ask } = useIssueActions({
    project,
    subjects,
    anchor: rowUnderCursor,
    refocus: () => list.current?.focus(),
    more: {
      "search.focus": () => {
        box.current?.focus();
        box.current?.select();
      },
      "issue.edit": {
        when: () => subjects().length === 1,
        run: () => {
          const [number] = subjects();
          if (number === undefined) return;
          setEditing(number);
          if (open !== number) show(number, open !== null);
        },
      },
      ...(open === null ? {} : { "issue.next": () => step(1), "issue.previous": () => step(-1) }),
    },
  });

  useFocusAtFirst(list, rows !== undefined && rows.length > 0 && open === null);
  useEffect(() => {
    /** With the focus nowhere, as after a press beside everything, moving keys still mean the list. */
    function onKey(event: globalThis.KeyboardEvent) {
      if (event.target !== document.body || event.defaultPrevented) return;
      if (["j", "k", "ArrowDown", "ArrowUp"].includes(event.key)) list.current?.focus();
    }
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  // Once the list stands, what opens beside it is fetched, so that the first Enter is as quick as the second.
  useEffect(() => {
    if (rows) void loadDetail();
  }, [rows]);
  useEffect(() => {
    if (open !== null && !wide) pane.current?.focus();
  }, [open, wide]);

  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== "Escape" || event.defaultPrevented || open === null) return;
    event.preventDefault();
    close();
  }

  const renderRow = useCallback((row: Row) => <IssueRow issue={row} />, []);
  const width = useMemo(() => `${numberWidth(rows)}ch`, [rows]);

  return (
    <Page crumbs={[{ title }]} filters={<ViewTabs query={query} home={home} counts={counts} />}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: Escape closes the detail wherever the focus is */}
      <div className={style.workspace} onKeyDown={onKeyDown}>
        <Splitter
          name="issues"
          initial={56}
          list={
            <div className={style.list} style={{ "--number": width }}>
              <QueryBox
                ref={box}
                query={typed ?? ""}
                count={
                  rows && !former
                    ? countWords(rows.length, complete, viewOf(query)?.count(counts ?? none))
                    : null
                }
                onChange={(q) => void navigate({ to: ".", search: q === "" ? {} : { q }, replace: true })}
                onLeave={() => list.current?.focus()}
              />
              {error ? (
                <ErrorState title="The issues could not be loaded" error={error} onRetry={retry} />
              ) : !rows ? (
                <Skeleton rows={12} />
              ) : rows.length === 0 ? (
                <NoIssues query={query} page={page} counts={counts} home={paths[page](project)} />
              ) : (
                <ContextMenu groups={rowMenu(selection.subjects)}>
                  <div className={style.rows}>
                    <VirtualList
                      ref={list}
                      label={`${title}: ${viewOf(query)?.name ?? query}`}
                      items={rows}
                      getKey={rowKey}
                      renderRow={renderRow}
                      active={selection.active}
                      onActiveChange={onActiveChange}
                      selected={selection.marked}
                      onSelectedChange={selection.mark}
                      onOpen={openIssue}
                      onDrawn={onSeen}
                    />
                  </div>
                </ContextMenu>
              )}
              {selection.marked.size > 1 && (
                <output className={style.marked}>
                  {counted(selection.marked.size, "issue")} marked · Esc clears
                </output>
              )}
              {rows && rows.length > 0 && <KeyLine used={used} />}
            </div>
          }
          detail={
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
            )
          }
        />
        {dialogs}
      </div>
    </Page>
  );
}

const none = {
  open: 0,
  triaged: 0,
  assigned: 0,
  in_progress: 0,
  resolved: 0,
  rejected: 0,
  running: 0,
  failed: 0,
};

/** All numbers take the room of the longest, in digits and the sign before them. */
function numberWidth(rows: readonly Row[] | undefined): number {
  return String((rows ?? []).reduce((most, row) => Math.max(most, row.number), 1)).length + 1;
}

function rowKey(row: Row): string {
  return row.id;
}

/** "2,000 issues", or "200+ issues" while nobody knows how many there are. */
function countWords(loaded: number, complete: boolean, known: number | undefined): string {
  if (complete) return counted(loaded, "issue");
  return known !== undefined && known > loaded
    ? counted(known, "issue")
    : `${loaded.toLocaleString()}+ issues`;
}

/** The list hears keys at once when nothing else has the focus. */
function useFocusAtFirst(list: { readonly current: VirtualListHandle | null }, ready: boolean): void {
  useEffect(() => {
    if (ready && (document.activeElement === null || document.activeElement === document.body))
      list.current?.focus();
  }, [list, ready]);
}

function rowUnderCursor(): Element | null {
  const grid = document.querySelector('[role="grid"][aria-activedescendant]');
  return document.getElementById(grid?.getAttribute("aria-activedescendant") ?? "");
}
