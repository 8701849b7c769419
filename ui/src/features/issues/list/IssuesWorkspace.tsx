import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { IssueRow as Row } from "../../../api/generated/bindings";
import { useCall } from "../../../api/queries";
import { ContextMenu } from "../../../design/ContextMenu";
import { Page } from "../../../design/Page";
import { Splitter } from "../../../design/Splitter";
import { ErrorState, Skeleton } from "../../../design/States";
import { VirtualList, type VirtualListHandle } from "../../../design/VirtualList";
import { paths } from "../../../lib/links";
import { counted, grouped } from "../../../lib/numbers";
import { useSlug } from "../../../lib/useSlug";
import { useIssueActions } from "../useIssueActions";
import { ViewMenu } from "../views/ViewMenu";
import { authorsOf } from "./authors";
import { FilterChips } from "./FilterChips";
import { IssueRow } from "./IssueRow";
import style from "./IssuesWorkspace.module.css";
import { KeyLine } from "./KeyLine";
import { LayoutSwitch } from "./LayoutSwitch";
import { NoIssues } from "./NoIssues";
import { PageMenu } from "./PageMenu";
import { QueryBox } from "./QueryBox";
import { rowMenu } from "./rowMenu";
import { SelectionBar } from "./SelectionBar";
import { useBeside } from "./useBeside";
import { useIssuePages } from "./useIssuePages";
import { useSelection } from "./useSelection";
import { ViewTabs } from "./ViewTabs";
import { scoped, viewOf } from "./views";

interface IssuesWorkspaceProps {
  page: "inbox" | "issues";
  title: string;
  /** The query of the address that names none. */
  home: string;
}

/** A list of issues with what is open from it beside it. Both live in the address: `?q=is:open&open=42`. */
export function IssuesWorkspace({ page, title, home }: IssuesWorkspaceProps) {
  const project = useSlug();
  const typed = useSearch({ from: `/p/$slug/${page}` }).q;
  const navigate = useNavigate();
  const list = useRef<VirtualListHandle>(null);
  const box = useRef<HTMLInputElement>(null);
  const [filtering, setFiltering] = useState(false);
  const query = scoped(typed ?? home, home);
  const { rows, complete, former, error, retry, onSeen } = useIssuePages(project, query);
  const counts = useCall("issue_counts", { project }).data;
  const selection = useSelection(`${project}/${page}`, rows);
  const focusList = () => list.current?.focus();
  const beside = useBeside({ project, refocus: focusList });
  const { open } = beside;

  const ask = (q: string) => void navigate({ to: ".", search: q === "" ? {} : { q }, replace: true });

  function onActiveChange(key: string) {
    selection.moveTo(key);
    if (open === null || !beside.wide) return;
    const row = rows?.find((each) => each.id === key);
    if (row && row.number !== open) beside.show(row.number, true);
  }

  function step(by: number) {
    const at = rows?.findIndex((row) => row.number === open) ?? -1;
    const row = at < 0 ? undefined : rows?.[at + by];
    if (!row) return;
    selection.moveTo(row.id);
    list.current?.reveal(row.id);
    beside.show(row.number, true);
  }

  /** In the detail actions are about what it shows; in the list about what is marked or under the cursor. */
  function subjects(): readonly Row[] {
    const beingRead = beside.subject();
    return beingRead ? [beingRead] : selection.subjects;
  }

  const actions = useIssueActions({
    project,
    subjects,
    anchor: rowUnderCursor,
    refocus: focusList,
    more: {
      "search.focus": () => {
        box.current?.focus();
        box.current?.select();
      },
      "list.filter": () => setFiltering(true),
      "issue.edit": {
        when: () => subjects().length === 1,
        run: () => {
          const [row] = subjects();
          if (row) beside.edit(row.number);
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

  const renderRow = useCallback((row: Row) => <IssueRow issue={row} />, []);
  const width = useMemo(() => `${numberWidth(rows)}ch`, [rows]);
  const view = viewOf(query);
  const known = counts && view?.count?.(counts);

  return (
    <Page
      crumbs={[{ title }]}
      filters={
        <>
          <ViewTabs query={query} home={home} counts={counts} />
          <ViewMenu project={project} shape={{ query: typed ?? home, layout: "list", group_by: "status" }} />
        </>
      }
      actions={
        <>
          <LayoutSwitch project={project} layout="list" query={typed ?? ""} />
          <PageMenu />
        </>
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: Escape closes the detail wherever the focus is */}
      <div className={style.workspace} onKeyDown={beside.onKeyDown}>
        <Splitter
          name="issues"
          initial={56}
          list={
            <div className={style.list} style={{ "--number": width }}>
              <QueryBox
                ref={box}
                query={typed ?? ""}
                count={rows && !former ? countWords(rows.length, complete, known) : null}
                onChange={ask}
                onLeave={focusList}
                chips={
                  <FilterChips
                    project={project}
                    query={typed ?? ""}
                    onChange={ask}
                    authors={authorsOf(rows)}
                    open={filtering}
                    onOpenChange={setFiltering}
                  />
                }
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
                      label={`${title}: ${view?.name ?? query}`}
                      items={rows}
                      getKey={rowKey}
                      renderRow={renderRow}
                      active={selection.active}
                      onActiveChange={onActiveChange}
                      selected={selection.marked}
                      onSelectedChange={selection.mark}
                      onOpen={(row) => beside.enter(row.number)}
                      onDrawn={onSeen}
                    />
                  </div>
                </ContextMenu>
              )}
              {rows && selection.marked.size > 1 ? (
                <SelectionBar
                  rows={selection.subjects}
                  all={selection.marked.size === rows.length}
                  more={!complete}
                  onClear={() => {
                    selection.mark(new Set());
                    focusList();
                  }}
                />
              ) : (
                rows && rows.length > 0 && <KeyLine />
              )}
            </div>
          }
          detail={beside.detail(actions.changes, actions.ask)}
        />
        {actions.dialogs}
      </div>
    </Page>
  );
}

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
  return known !== undefined && known > loaded ? counted(known, "issue") : `${grouped(loaded)}+ issues`;
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
