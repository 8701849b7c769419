import { useNavigate, useSearch } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronDown, Columns3 } from "lucide-react";
import {
  type KeyboardEvent,
  type PointerEvent,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { createPortal } from "react-dom";
import { ActionButton } from "../../../actions/ActionButton";
import {
  allGroupBy,
  type GroupBy,
  type IssueRow,
  type Priority,
  type Status,
} from "../../../api/generated/bindings";
import { useCall } from "../../../api/queries";
import { Button } from "../../../design/Button";
import { ContextMenu } from "../../../design/ContextMenu";
import { LabelDot } from "../../../design/LabelChip";
import { Menu } from "../../../design/Menu";
import { Page } from "../../../design/Page";
import { PriorityMark } from "../../../design/PriorityMark";
import { Splitter } from "../../../design/Splitter";
import { EmptyState, ErrorState, Skeleton } from "../../../design/States";
import { StatusMark } from "../../../design/StatusMark";
import { counted } from "../../../lib/numbers";
import { useSlug } from "../../../lib/useSlug";
import { authorsOf } from "../list/authors";
import { FilterChips } from "../list/FilterChips";
import workspace from "../list/IssuesWorkspace.module.css";
import { boardHints, KeyLine } from "../list/KeyLine";
import { LayoutSwitch } from "../list/LayoutSwitch";
import { PageMenu } from "../list/PageMenu";
import { QueryBox } from "../list/QueryBox";
import { rowMenu } from "../list/rowMenu";
import { useBeside } from "../list/useBeside";
import { scoped } from "../list/views";
import { useIssueActions } from "../useIssueActions";
import { ViewMenu } from "../views/ViewMenu";
import style from "./BoardWorkspace.module.css";
import { cardId, Face } from "./Card";
import { Column } from "./Column";
import { boardHome, columnQuery, columnTitle, groupWord } from "./columns";
import { type Cursor, cursorIndex, moved, neighbour } from "./cursor";
import { useCardDrag } from "./useCardDrag";
import { useCardMoves } from "./useCardMoves";

/** What a column takes, the gap beside it included. */
const COLUMN_PX = 260;

/** The issues in columns, by what the address says: `?group=priority&q=label:bug&open=42`. */
export function BoardWorkspace() {
  const project = useSlug();
  const search = useSearch({ from: "/p/$slug/board" });
  const navigate = useNavigate();
  const groupBy = search.group ?? "status";
  const typed = search.q;
  const home = boardHome(groupBy);
  const query = scoped(typed ?? home, home);
  const read = useCall("issue_board", { project, group_by: groupBy, query }, { keepPrevious: true });
  const columns = useMemo(() => read.data ?? [], [read.data]);
  const targets = useCall("assignment_targets", { project }).data ?? [];
  const labels = useCall("label_list", { project }).data ?? [];

  const board = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLInputElement>(null);
  const [filtering, setFiltering] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const loaded = useRef(new Map<string, readonly IssueRow[]>());
  // Rows that came or went may change what the cursor and the menu are about.
  const [, redraw] = useState(0);
  const onRows = useCallback((value: string, rows: readonly IssueRow[] | null) => {
    if (rows) loaded.current.set(value, rows);
    else loaded.current.delete(value);
    redraw((count) => count + 1);
  }, []);

  const values = columns.map((column) => column.value);
  const at: Cursor =
    cursor && values.includes(cursor.column)
      ? cursor
      : (cursorOn(search.open, loaded.current) ?? firstCursor(columns));
  const rowsIn = (value: string) => loaded.current.get(value) ?? [];
  const activeRow = (): IssueRow | null => rowsIn(at.column)[cursorIndex(at, rowsIn(at.column))] ?? null;
  const active = activeRow();
  const point = useCallback((column: string, issue: IssueRow) => {
    const index = Math.max(0, loaded.current.get(column)?.indexOf(issue) ?? 0);
    setCursor({ column, id: issue.id, index });
  }, []);

  const focusBoard = () => board.current?.focus({ preventScroll: true });
  const beside = useBeside({ project, refocus: focusBoard });
  const actions = useIssueActions({
    project,
    subjects: () => {
      const subject = beside.subject() ?? activeRow();
      return subject ? [subject] : [];
    },
    anchor: () => (active ? document.getElementById(cardId(active.id)) : board.current),
    refocus: focusBoard,
    more: {
      "search.focus": () => {
        box.current?.focus();
        box.current?.select();
      },
      "list.filter": () => setFiltering(true),
      "board.group": () => setChoosing(true),
      "issue.edit": {
        when: () => active !== null,
        run: () => active && beside.edit((beside.subject() ?? active).number),
      },
    },
  });
  const moveCard = useCardMoves({ project, query, groupBy, columns }, actions.changes, actions.ask);
  const { drag, ghost, onPointerDown, wasDragged } = useCardDrag(board, (issue, from, to) => {
    setCursor({ column: to, id: issue.id, index: 0 });
    void moveCard(issue, from, to);
  });

  const virtual = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => board.current,
    estimateSize: () => COLUMN_PX,
    overscan: 1,
    getItemKey: (index) => columns[index]?.value ?? index,
  });
  const column = values.indexOf(at.column);
  useEffect(() => {
    if (column >= 0) virtual.scrollToIndex(column, { align: "auto" });
  }, [virtual, column]);

  const ready = columns.length > 0;
  useEffect(() => {
    if (ready && document.activeElement === document.body) board.current?.focus({ preventScroll: true });
  }, [ready]);

  function onKeyDown(event: KeyboardEvent) {
    if (event.target !== board.current || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.shiftKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
      event.preventDefault();
      const to = neighbour(values, at.column, event.key === "ArrowLeft" ? -1 : 1);
      if (!active || to === null) return;
      setCursor({ column: to, id: active.id, index: 0 });
      void moveCard(active, at.column, to);
      return;
    }
    if (event.key === "Enter" && active) {
      event.preventDefault();
      beside.enter(active.number);
      return;
    }
    const next = event.shiftKey ? null : moved(at, event.key, values, rowsIn);
    if (next === null) return;
    event.preventDefault();
    setCursor(next);
    const row = rowsIn(next.column)[next.index];
    if (beside.open !== null && beside.wide && row) beside.show(row.number, true);
  }

  // Cards are drawn anew only when they change: what they call stays the same and does what is right now.
  const latest = useRef({ open: openCard, take: takeCard });
  useEffect(() => {
    latest.current = { open: openCard, take: takeCard };
  });
  function openCard(value: string, issue: IssueRow) {
    point(value, issue);
    if (!wasDragged()) beside.enter(issue.number);
  }
  function takeCard(event: PointerEvent, value: string, issue: IssueRow) {
    point(value, issue);
    onPointerDown(event, value, issue);
  }
  const open = useCallback((value: string, issue: IssueRow) => latest.current.open(value, issue), []);
  const take = useCallback(
    (event: PointerEvent, value: string, issue: IssueRow) => latest.current.take(event, value, issue),
    [],
  );

  const ask = (change: { q?: string; group?: GroupBy }) => {
    const next = { q: typed ?? "", group: groupBy, ...change };
    void navigate({
      to: ".",
      search: {
        ...(next.q === "" ? {} : { q: next.q }),
        ...(next.group === "status" ? {} : { group: next.group }),
      },
      replace: true,
    });
  };
  const total = columns.reduce((sum, each) => sum + each.count, 0);

  return (
    <Page
      crumbs={[{ title: "Board" }]}
      filters={
        <>
          <Menu
            open={choosing}
            onOpenChange={setChoosing}
            trigger={
              <Button kind="quiet" size="small">
                By {groupWord[groupBy].toLowerCase()}
                <ChevronDown size={12} aria-hidden />
              </Button>
            }
            groups={[
              {
                label: "Columns by",
                items: allGroupBy.map((group) => ({
                  id: group,
                  title: groupWord[group],
                  checked: group === groupBy,
                  onSelect: () => ask({ group }),
                })),
              },
            ]}
          />
          <ViewMenu project={project} shape={{ query: typed ?? home, layout: "board", group_by: groupBy }} />
        </>
      }
      actions={
        <>
          <LayoutSwitch project={project} layout="board" query={typed ?? ""} />
          <PageMenu />
        </>
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: Escape closes the detail wherever the focus is */}
      <div className={workspace.workspace} onKeyDown={beside.onKeyDown}>
        <Splitter
          name="board"
          initial={44}
          list={
            <div className={workspace.list}>
              <QueryBox
                ref={box}
                query={typed ?? ""}
                // An issue with two labels stands in two columns: a sum would count it twice.
                count={ready && groupBy !== "label" ? counted(total, "issue") : null}
                onChange={(q) => ask({ q })}
                onLeave={focusBoard}
                chips={
                  <FilterChips
                    project={project}
                    query={typed ?? ""}
                    onChange={(q) => ask({ q })}
                    authors={authorsOf([...loaded.current.values()].flat())}
                    open={filtering}
                    onOpenChange={setFiltering}
                  />
                }
              />
              {read.error ? (
                <ErrorState
                  title="The board could not be loaded"
                  error={read.error}
                  onRetry={() => void read.refetch()}
                />
              ) : !read.data ? (
                <Skeleton rows={12} />
              ) : total === 0 ? (
                <NoCards filtered={typed !== undefined} />
              ) : (
                <ContextMenu groups={rowMenu(active ? [active] : [])}>
                  <div className={style.frame}>
                    <div
                      ref={board}
                      role="listbox"
                      data-keys="page"
                      aria-label={`Board by ${groupWord[groupBy].toLowerCase()}`}
                      aria-orientation="horizontal"
                      aria-activedescendant={active ? cardId(active.id) : undefined}
                      tabIndex={0}
                      className={style.board}
                      onKeyDown={onKeyDown}
                    >
                      <div
                        className={style.columns}
                        style={{ width: virtual.getTotalSize() }}
                        role="presentation"
                      >
                        {virtual.getVirtualItems().map((place) => {
                          const each = columns[place.index];
                          return (
                            each && (
                              <Column
                                key={`${groupBy}/${each.value}`}
                                project={project}
                                query={columnQuery(query, groupBy, each)}
                                value={each.value}
                                title={columnTitle(groupBy, each.value, targets)}
                                icon={
                                  <ColumnIcon
                                    groupBy={groupBy}
                                    value={each.value}
                                    colour={labels.find(({ name }) => name === each.value)?.colour}
                                  />
                                }
                                count={each.count}
                                left={place.start}
                                cursor={each.value === at.column ? at : null}
                                over={drag !== null && drag.over === each.value && drag.from !== each.value}
                                lifted={drag?.issue.id ?? null}
                                onRows={onRows}
                                onOpen={open}
                                onPoint={point}
                                onPointerDown={take}
                              />
                            )
                          );
                        })}
                      </div>
                    </div>
                  </div>
                </ContextMenu>
              )}
              {total > 0 && <KeyLine hints={boardHints} />}
            </div>
          }
          detail={beside.detail(actions.changes, actions.ask)}
        />
        {actions.dialogs}
        {drag &&
          createPortal(
            <div ref={ghost} className={style.ghost} style={{ width: drag.grip.width }} aria-hidden>
              <Face issue={drag.issue} />
            </div>,
            document.body,
          )}
      </div>
    </Page>
  );
}

/** The cursor on the issue that is open, when it is in sight. */
function cursorOn(
  number: number | undefined,
  loaded: ReadonlyMap<string, readonly IssueRow[]>,
): Cursor | null {
  if (number === undefined) return null;
  for (const [column, rows] of loaded) {
    const index = rows.findIndex((row) => row.number === number);
    const row = rows[index];
    if (row) return { column, index, id: row.id };
  }
  return null;
}

/** The cursor at first: on the first card there is. */
function firstCursor(columns: readonly { value: string; count: number }[]): Cursor {
  const column = columns.find(({ count }) => count > 0) ?? columns[0];
  return { column: column?.value ?? "", id: null, index: 0 };
}

interface ColumnIconProps {
  groupBy: GroupBy;
  value: string;
  colour: string | undefined;
}

function ColumnIcon({ groupBy, value, colour }: ColumnIconProps) {
  if (groupBy === "status") return <StatusMark status={value as Status} />;
  if (groupBy === "priority") return <PriorityMark priority={value as Priority} />;
  return colour ? <LabelDot colour={colour} /> : null;
}

function NoCards({ filtered }: { filtered: boolean }) {
  return (
    <EmptyState
      icon={<Columns3 size={20} aria-hidden />}
      title={filtered ? "No issue matches" : "No issue to show"}
      actions={filtered ? null : <ActionButton action="issue.new" kind="primary" />}
    >
      {filtered
        ? "Nothing fits the filter above. Clear it to see the whole board."
        : "The board shows issues as cards in columns. Drag a card, or press Shift and an arrow key, to change what its column stands for."}
    </EmptyState>
  );
}
