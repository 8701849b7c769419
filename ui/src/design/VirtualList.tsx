import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type Ref,
  useEffect,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { classes } from "../lib/classes";
import { useRowHeight } from "./rowHeight";
import { useWindow } from "./useWindow";
import style from "./VirtualList.module.css";

export interface VirtualListHandle {
  focus(): void;
  /** Brings a row into view. */
  reveal(key: string): void;
}

interface RowState {
  active: boolean;
  selected: boolean;
}

interface VirtualListProps<T> {
  /** Its accessible name. */
  label: string;
  items: readonly T[];
  getKey: (item: T) => string;
  /** What a row shows; the row itself (height, marks, pointing) is the list's. */
  renderRow: (item: T, state: RowState) => ReactNode;
  /** The row that keys act on. The owner keeps it, so that it survives leaving the page. */
  active: string | null;
  onActiveChange: (key: string) => void;
  onOpen: (item: T) => void;
  /** Rows marked for a common action; without it there is no marking. */
  selected?: ReadonlySet<string>;
  onSelectedChange?: (selected: ReadonlySet<string>) => void;
  /** Asked for when the last rows come near. */
  onEndReached?: () => void;
  /** Told which rows are drawn (inclusive), to read ahead of what is seen or refresh it. */
  onDrawn?: (first: number, last: number) => void;
  /** Pixels; else 32, or 40 when comfortable. */
  rowHeight?: number;
  ref?: Ref<VirtualListHandle>;
}

const PAGE_ROWS = 10;
const OVERSCAN = 8;

/**
 * A list of fixed rows that draws only what is seen. Arrows, `j`/`k`, Home, End and the page keys move; Enter opens;
 * with marking, Shift and an arrow mark on the way, and Ctrl/⌘ or Shift with a click as on the platform.
 * When rows arrive above, what is on screen stays where it is.
 */
export function VirtualList<T>({
  label,
  items,
  getKey,
  renderRow,
  active,
  onActiveChange,
  onOpen,
  selected,
  onSelectedChange,
  onEndReached,
  onDrawn,
  rowHeight: givenHeight,
  ref,
}: VirtualListProps<T>) {
  const densityHeight = useRowHeight();
  const rowHeight = givenHeight ?? densityHeight;
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const anchor = useRef<string | null>(null);

  const { first, last, reveal } = useWindow(scroller, items.length, rowHeight, OVERSCAN);

  const activeIndex = useMemo(
    () => (active === null ? -1 : items.findIndex((item) => getKey(item) === active)),
    [items, getKey, active],
  );

  useKeepPosition(scroller, items, getKey, rowHeight);

  const slots = useSlots(last - first + 1);
  const activeDrawn = activeIndex >= first && activeIndex <= last;
  useEffect(() => {
    if (items.length > 0 && last >= items.length - OVERSCAN) onEndReached?.();
  }, [last, items.length, onEndReached]);
  useEffect(() => {
    if (last >= first) onDrawn?.(first, last);
  }, [first, last, onDrawn]);

  useImperativeHandle(ref, () => ({
    focus: () => scroller.current?.focus({ preventScroll: true }),
    reveal(key) {
      const index = items.findIndex((item) => getKey(item) === key);
      if (index >= 0) reveal(index);
    },
  }));

  function moveTo(index: number, mark: boolean) {
    const to = Math.max(0, Math.min(items.length - 1, index));
    const item = items[to];
    if (item === undefined) return;
    if (mark && onSelectedChange) {
      const from = activeIndex < 0 ? to : activeIndex;
      const start = anchor.current ?? keyAt(from);
      anchor.current = start;
      onSelectedChange(range(start, getKey(item)));
    } else anchor.current = null;
    onActiveChange(getKey(item));
    reveal(to);
  }

  function keyAt(index: number): string | null {
    const item = items[index];
    return item === undefined ? null : getKey(item);
  }

  function range(from: string | null, to: string): Set<string> {
    const keys = items.map(getKey);
    const [a, b] = [from === null ? -1 : keys.indexOf(from), keys.indexOf(to)];
    return new Set(a < 0 ? [to] : keys.slice(Math.min(a, b), Math.max(a, b) + 1));
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.target !== scroller.current) return;
    if (onSelectedChange && (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "a") {
      event.preventDefault();
      onSelectedChange(new Set(items.map(getKey)));
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = moveOf(event, activeIndex, items.length);
    if (step !== null) {
      event.preventDefault();
      moveTo(step, event.shiftKey);
    } else if (event.key === "Enter") {
      const item = items[activeIndex];
      if (item === undefined) return;
      event.preventDefault();
      onOpen(item);
    } else if (event.key === "Escape" && selected && selected.size > 0) {
      event.preventDefault();
      event.stopPropagation();
      onSelectedChange?.(new Set());
    }
  }

  function onRowClick(event: MouseEvent, item: T) {
    if (event.defaultPrevented) return;
    const key = getKey(item);
    if (onSelectedChange && event.shiftKey) {
      onSelectedChange(range(anchor.current ?? active, key));
      onActiveChange(key);
    } else if (onSelectedChange && (event.metaKey || event.ctrlKey)) {
      const next = new Set(selected);
      if (!next.delete(key)) next.add(key);
      anchor.current = key;
      onSelectedChange(next);
      onActiveChange(key);
    } else {
      anchor.current = null;
      onActiveChange(key);
      onOpen(item);
    }
  }

  /** A menu is about the row that it was opened on, or about all marked ones when that is one of them. */
  function onRowMenu(key: string) {
    if (selected?.has(key)) return;
    if (selected && selected.size > 0) onSelectedChange?.(new Set());
    onActiveChange(key);
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a table element cannot hold virtual rows
    <div
      ref={scroller}
      className={classes(style.list, onSelectedChange && style.marking)}
      role="grid"
      aria-label={label}
      aria-rowcount={items.length}
      aria-multiselectable={onSelectedChange ? true : undefined}
      aria-activedescendant={activeDrawn ? `${id}-${activeIndex}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div className={style.all} role="presentation" style={{ height: items.length * rowHeight }}>
        {items.slice(first, last + 1).map((item, offset) => {
          const index = first + offset;
          const key = getKey(item);
          const state = { active: key === active, selected: selected?.has(key) ?? false };
          return (
            // biome-ignore lint/a11y/useSemanticElements: as above
            // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus and names the active row
            // biome-ignore lint/a11y/useKeyWithClickEvents: the grid hears the keys
            <div
              key={index % slots}
              id={`${id}-${index}`}
              role="row"
              aria-rowindex={index + 1}
              aria-selected={onSelectedChange ? state.selected : state.active}
              className={classes(style.row, state.active && style.active, state.selected && style.selected)}
              style={{ height: rowHeight, transform: `translateY(${index * rowHeight}px)` }}
              onClick={(event) => onRowClick(event, item)}
              onContextMenu={() => onRowMenu(key)}
            >
              {/* biome-ignore lint/a11y/useSemanticElements: as above */}
              {/* biome-ignore lint/a11y/useFocusableInteractive: as above */}
              <div role="gridcell" className={style.cell}>
                {renderRow(item, state)}
              </div>
            </div>
          );
        })}
      </div>
    </div>
  );
}

/**
 * How many elements the rows share. A row that scrolls in takes the element of one that scrolled out: changing its
 * words costs a fraction of making it anew, and a fast hand scrolls by whole screens. The number only grows.
 */
function useSlots(drawn: number): number {
  const [slots, setSlots] = useState(1);
  if (drawn > slots) setSlots(drawn);
  return Math.max(slots, drawn);
}

/** The row that a key leads to, or null when the key is not for moving. */
function moveOf(event: KeyboardEvent, active: number, count: number): number | null {
  switch (event.key) {
    case "ArrowDown":
    case "j":
    case "J":
      return active + 1;
    case "ArrowUp":
    case "k":
    case "K":
      return active < 0 ? 0 : active - 1;
    case "PageDown":
      return active + PAGE_ROWS;
    case "PageUp":
      return active - PAGE_ROWS;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}

/** Holds the first row seen in its place when rows come or go above it; at the very top new rows simply show. */
function useKeepPosition<T>(
  scroller: { readonly current: HTMLDivElement | null },
  items: readonly T[],
  getKey: (item: T) => string,
  rowHeight: number,
) {
  const former = useRef<readonly T[]>(items);
  useLayoutEffect(() => {
    const before = former.current;
    former.current = items;
    const element = scroller.current;
    if (!element || before === items || element.scrollTop < rowHeight) return;
    const top = Math.floor(element.scrollTop / rowHeight);
    const [was, is] = [before[top], items[top]];
    // Mostly rows came at the end: the whole of a long list is not compared for that.
    if (was !== undefined && is !== undefined && getKey(was) === getKey(is)) return;
    const moved = rowsMoved(before.slice(top).map(getKey), top, items.map(getKey));
    if (moved !== 0) element.scrollTop += moved * rowHeight;
  }, [items, getKey, rowHeight, scroller]);
}

/** How many rows down the first row still there has moved, of those that were seen from `top` on. */
export function rowsMoved(seen: readonly string[], top: number, now: readonly string[]): number {
  const index = new Map(now.map((key, at) => [key, at]));
  for (const [offset, key] of seen.entries()) {
    const at = index.get(key);
    if (at !== undefined) return at - (top + offset);
  }
  return 0;
}
