import { type RefObject, useCallback, useLayoutEffect, useState } from "react";
import { flushSync } from "react-dom";
import { useIdle } from "../lib/idle";

/** The rows of a list that are seen, and some beside them. */
export interface Stretch {
  first: number;
  /** Inclusive; before `first` when there is none. */
  last: number;
}

/**
 * Which rows of equal height are to be drawn, followed as the list is scrolled and resized. It is told by arithmetic
 * alone, so that a hundred thousand rows cost what a hundred do.
 */
export function useWindow(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
  beyond: number,
) {
  const [view, setView] = useState({ top: 0, height: 0 });
  // At first only what is seen: the rows beside it are for scrolling, which nobody does before they see anything.
  const idle = useIdle();
  const seen = stretch(view.top, view.height, rowHeight, count, idle ? beyond : 0);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const look = () => setView({ top: element.scrollTop, height: element.clientHeight });
    // What scrolls in is drawn in the frame that shows it: a later one would show it blank.
    const onScroll = () => flushSync(look);
    const observer = new ResizeObserver(look);
    element.addEventListener("scroll", onScroll, { passive: true });
    observer.observe(element);
    look();
    return () => {
      element.removeEventListener("scroll", onScroll);
      observer.disconnect();
    };
  }, [scroller]);

  /** Scrolls by as little as shows the row whole. */
  const reveal = useCallback(
    (index: number) => {
      const element = scroller.current;
      if (!element) return;
      const top = index * rowHeight;
      const least = top + rowHeight - element.clientHeight;
      if (element.scrollTop > top) element.scrollTop = top;
      else if (element.scrollTop < least) element.scrollTop = least;
    },
    [scroller, rowHeight],
  );

  return { ...seen, reveal };
}

/** The rows between two heights, and `beyond` more on either side. */
export function stretch(
  top: number,
  height: number,
  rowHeight: number,
  count: number,
  beyond: number,
): Stretch {
  if (height === 0) return { first: 0, last: -1 };
  const first = Math.floor(top / rowHeight) - beyond;
  const last = Math.ceil((top + height) / rowHeight) - 1 + beyond;
  return { first: Math.max(0, Math.min(first, count - 1)), last: Math.min(last, count - 1) };
}
