import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import {
  type ReactNode,
  type UIEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { Button } from "@/design/Button";
import { ErrorNotice } from "@/design/States";
import { compactCount } from "@/lib/numbers";
import { useKeptSelection } from "../useKeptSelection";
import style from "./OutputList.module.css";
import type { OutputState, OutputStore } from "./store";
import { unread } from "./window";

/** Whether a row is unfolded, and how to change that. */
export interface Folds {
  isOpen: (key: number) => boolean;
  toggle: (key: number) => void;
}

interface Row {
  key: number | string;
}

interface OutputListProps<T extends Row> {
  label: string;
  state: OutputState;
  store: OutputStore;
  /** What is shown of the output's window, in its order. */
  rows: readonly T[];
  /** About how high a row is, in pixels, until it is drawn. */
  estimate: (row: T) => number;
  render: (row: T, folds: Folds) => ReactNode;
  /** What is said while there is nothing. */
  nothing: string;
  /** Whether more may come. */
  live: boolean;
  /** What always stands at the end. */
  foot?: ReactNode;
}

/** So close to the end counts as being there. */
const AT_END_PX = 24;
/** So close to an edge of what is loaded, the next page is asked for. */
const NEAR_EDGE_PX = 1_200;
/** More measured heights than this are not kept: those of rows that are no longer held are forgotten. */
const MOST_HEIGHTS = 20_000;

/** Rows of output that stay at their end while more comes, unless the reader has gone further up. */
export function OutputList<T extends Row>({
  label,
  state,
  store,
  rows,
  estimate,
  render,
  nothing,
  live,
  foot,
}: OutputListProps<T>) {
  const { window, following, failure } = state;
  const scroller = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const lastTop = useRef(0);
  const folds = useFolds();

  const stopFollowing = useCallback(() => store.follow(false), [store]);
  const rangeExtractor = useKeptSelection(scroller, stopFollowing);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => {
      const row = rows[index];
      return row === undefined ? 0 : estimate(row);
    },
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 8,
    anchorTo: "end",
    followOnAppend: following,
    scrollEndThreshold: AT_END_PX,
    rangeExtractor,
    paddingStart: 8,
    paddingEnd: foot === undefined ? 24 : 8,
  });

  const heights = virtualizer.itemSizeCache;
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows come and go with each version.
  useEffect(() => {
    if (heights.size <= MOST_HEIGHTS) return;
    const held = new Set<number | string>(rows.map(({ key }) => key));
    for (const key of heights.keys()) if (!held.has(key as string | number)) heights.delete(key);
  }, [window.version]);

  const stayAtEnd = useCallback(() => {
    const element = scroller.current;
    if (element && store.state().following) element.scrollTop = element.scrollHeight;
  }, [store]);
  // Heights are only known once rows are drawn; whoever follows is kept at the end through that.
  const total = virtualizer.getTotalSize();
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs again whenever the sheet has grown.
  useLayoutEffect(stayAtEnd, [stayAtEnd, following, total, window.version]);
  const hasFoot = foot !== undefined;
  useEffect(() => {
    if (!hasFoot || !end.current) return;
    const observer = new ResizeObserver(stayAtEnd);
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [hasFoot, stayAtEnd]);

  const fillEdges = useCallback(() => {
    const element = scroller.current;
    if (!element || store.state().following) return;
    if (element.scrollTop < NEAR_EDGE_PX) store.earlier();
    else if (element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_EDGE_PX) store.later();
  }, [store]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer may leave an edge in sight.
  useEffect(fillEdges, [window.version, following]);

  const onScroll = (event: UIEvent<HTMLDivElement>) => {
    const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
    const movedUp = scrollTop < lastTop.current - 1;
    lastTop.current = scrollTop;
    if (scrollHeight - scrollTop - clientHeight <= AT_END_PX) {
      if (unread(store.state().window) === 0) store.follow(true);
    } else if (movedUp) {
      store.follow(false);
    }
    fillEdges();
  };

  const items = virtualizer.getVirtualItems();
  const waiting = unread(window);
  return (
    <div className={style.output}>
      <div
        ref={scroller}
        className={style.scroller}
        role="log"
        aria-label={label}
        aria-live="off"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        data-output
        onScroll={onScroll}
        onPointerDown={(event) => {
          // Text must not move away under the pointer: neither what is to be selected nor what is to be opened.
          if (event.button !== 0 || event.target === event.currentTarget) return;
          if (!end.current?.contains(event.target as Node)) store.follow(false);
        }}
        onWheel={(event) => {
          if (event.deltaY < 0 && event.currentTarget.scrollTop > 0) store.follow(false);
        }}
        onKeyDown={(event) => {
          if (event.target !== event.currentTarget) return;
          if (event.key === "Home") store.toStart();
          if (event.key === "End") store.toEnd();
        }}
      >
        {window.loaded && rows.length === 0 ? (
          nothing !== "" && <p className={style.nothing}>{nothing}</p>
        ) : (
          <div style={{ height: total }} className={style.sheet}>
            <div style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}>
              {items.map((item) => {
                const row = rows[item.index];
                return (
                  row !== undefined && (
                    <div key={item.key} data-index={item.index} ref={virtualizer.measureElement}>
                      {render(row, folds)}
                    </div>
                  )
                );
              })}
            </div>
          </div>
        )}
        {hasFoot && <div ref={end}>{foot}</div>}
      </div>
      {failure && (
        <div className={style.failure}>
          <ErrorNotice error={failure} />
          <Button onClick={() => store.poke()}>Try again</Button>
        </div>
      )}
      {!following && rows.length > 0 && (waiting > 0 || live) && (
        <Button
          className={style.jump}
          icon={<ArrowDown size={14} aria-hidden />}
          onClick={() => store.toEnd()}
        >
          Jump to end
          {waiting > 0 && <span className={style.waiting}>{compactCount(waiting)} new</span>}
        </Button>
      )}
    </div>
  );
}

function useFolds(): Folds {
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const toggle = useCallback((key: number) => {
    setOpened((before) => {
      const next = new Set(before);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  }, []);
  return { isOpen: (key) => opened.has(key), toggle };
}
