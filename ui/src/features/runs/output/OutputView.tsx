import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { type UIEvent, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Run } from "@/api/generated/bindings";
import { Button } from "@/design/Button";
import { ErrorNotice } from "@/design/States";
import { compactCount } from "@/lib/numbers";
import { useKeptSelection } from "../useKeptSelection";
import { OutputRowView } from "./OutputRowView";
import style from "./OutputView.module.css";
import type { OutputRow } from "./rows";
import type { OutputState, OutputStore } from "./store";
import { shownRows, unread } from "./window";

interface OutputViewProps {
  run: Pick<Run, "status" | "project_slug">;
  state: OutputState;
  store: OutputStore;
  /** Shows text as a terminal would, not as Markdown. */
  plain: boolean;
}

/** So close to the end counts as being there. */
const AT_END_PX = 24;
/** So close to an edge of what is loaded, the next page is asked for. */
const NEAR_EDGE_PX = 1_200;

export function OutputView({ run, state, store, plain }: OutputViewProps) {
  const { window, following, failure } = state;
  const rows = shownRows(window);
  const scroller = useRef<HTMLDivElement>(null);
  const lastTop = useRef(0);
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const toggle = useCallback((key: number) => {
    setOpened((before) => {
      const next = new Set(before);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  }, []);

  const stopFollowing = useCallback(() => store.follow(false), [store]);
  const rangeExtractor = useKeptSelection(scroller, stopFollowing);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimatedHeight(rows[index], plain),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 8,
    anchorTo: "end",
    followOnAppend: following,
    scrollEndThreshold: AT_END_PX,
    rangeExtractor,
    paddingStart: 8,
    paddingEnd: 24,
  });

  // Heights are only known once rows are drawn; whoever follows is kept at the end through that.
  const total = virtualizer.getTotalSize();
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs again whenever the sheet has grown.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (following && element) element.scrollTop = element.scrollHeight;
  }, [following, total, window.version]);

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
        aria-label="Output of the run"
        aria-live="off"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        data-output
        onScroll={onScroll}
        onPointerDown={(event) => {
          // Text must not move away under the pointer: neither what is to be selected nor what is to be opened.
          if (event.button === 0 && event.target !== event.currentTarget) store.follow(false);
        }}
        onWheel={(event) => {
          if (event.deltaY < 0 && event.currentTarget.scrollTop > 0) store.follow(false);
        }}
        onKeyDown={(event) => {
          if (event.key === "Home") store.toStart();
          if (event.key === "End") store.toEnd();
        }}
      >
        {window.loaded && rows.length === 0 ? (
          <p className={style.nothing}>{nothingYet(run)}</p>
        ) : (
          <div style={{ height: total }} className={style.sheet}>
            <div style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}>
              {items.map((item) => {
                const row = rows[item.index];
                return (
                  row && (
                    <div key={item.key} data-index={item.index} ref={virtualizer.measureElement}>
                      <OutputRowView
                        row={row}
                        open={opened.has(row.key)}
                        onToggle={toggle}
                        live={run.status === "running"}
                        slug={run.project_slug}
                        plain={plain}
                      />
                    </div>
                  )
                );
              })}
            </div>
          </div>
        )}
      </div>
      {failure && (
        <div className={style.failure}>
          <ErrorNotice error={failure} />
          <Button onClick={() => store.poke()}>Try again</Button>
        </div>
      )}
      {!following && rows.length > 0 && (waiting > 0 || run.status === "running") && (
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

function nothingYet(run: OutputViewProps["run"]): string {
  switch (run.status) {
    case "pending":
      return "The agent has not started yet. What it says and does appears here.";
    case "running":
      return "The agent is starting. What it says and does appears here.";
    default:
      return "The agent said nothing.";
  }
}

function estimatedHeight(row: OutputRow | undefined, plain: boolean): number {
  switch (row?.kind) {
    case "raw":
      return 19;
    case "text":
      return plain ? 19 : 30 + Math.ceil(row.text.length / 90) * 20;
    default:
      return 32;
  }
}
