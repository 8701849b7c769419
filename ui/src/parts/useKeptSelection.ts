import { defaultRangeExtractor, type Range } from "@tanstack/react-virtual";
import { type RefObject, useCallback, useEffect, useRef } from "react";

/** A selection longer than this loses its far end when that scrolls away. */
const MOST_KEPT = 600;

/**
 * Keeps the rows of a text selection in the document while they are scrolled away, so that selecting over several
 * screens and copying work as in any text. Selecting also calls `onSelect`, for text must not move under the pointer.
 */
export function useKeptSelection(scroller: RefObject<HTMLElement | null>, onSelect?: () => void) {
  const kept = useRef<{ first: number; last: number } | null>(null);
  useEffect(() => {
    const follow = () => {
      const selection = document.getSelection();
      const element = scroller.current;
      if (!element || !selection || selection.isCollapsed || !element.contains(selection.anchorNode)) {
        kept.current = null;
        return;
      }
      const ends = [rowIndex(selection.anchorNode), rowIndex(selection.focusNode)].filter(
        (index) => index !== null,
      );
      kept.current = ends.length > 0 ? { first: Math.min(...ends), last: Math.max(...ends) } : null;
      onSelect?.();
    };
    document.addEventListener("selectionchange", follow);
    return () => document.removeEventListener("selectionchange", follow);
  }, [scroller, onSelect]);

  return useCallback((range: Range) => {
    const shown = defaultRangeExtractor(range);
    const first = shown[0];
    const last = shown.at(-1);
    if (!kept.current || first === undefined || last === undefined) return shown;
    const from = Math.max(0, Math.min(first, Math.max(kept.current.first, first - MOST_KEPT)));
    const to = Math.min(range.count - 1, Math.max(last, Math.min(kept.current.last, last + MOST_KEPT)));
    return Array.from({ length: to - from + 1 }, (_, offset) => from + offset);
  }, []);
}

function rowIndex(node: Node | null): number | null {
  const element = node instanceof Element ? node : node?.parentElement;
  const index = element?.closest("[data-index]")?.getAttribute("data-index");
  return index ? Number(index) : null;
}
