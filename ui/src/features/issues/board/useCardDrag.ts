import { type PointerEvent, useEffect, useRef, useState } from "react";
import type { IssueRow } from "../../../api/generated/bindings";

export interface Drag {
  issue: IssueRow;
  from: string;
  /** The column that it is held over; null beside all of them. */
  over: string | null;
  /** Where in the card it was taken. */
  grip: { x: number; y: number; width: number };
}

/** A press that moves less is a click. */
const SLACK_PX = 5;
/** How near the edge of the board a held card makes it scroll, and how far at each frame. */
const EDGE_PX = 56;
const SCROLL_PX = 14;

/**
 * Drags cards with the pointer. Touch scrolls instead: there the keys' actions are in the card's menu. Escape lets the
 * card go where it was.
 */
export function useCardDrag(
  board: { readonly current: HTMLElement | null },
  onDrop: (issue: IssueRow, from: string, to: string) => void,
) {
  const [drag, setDrag] = useState<Drag | null>(null);
  const ghost = useRef<HTMLDivElement>(null);
  const end = useRef<(() => void) | null>(null);
  const dragged = useRef(false);
  useEffect(() => () => end.current?.(), []);

  function onPointerDown(event: PointerEvent, from: string, issue: IssueRow) {
    dragged.current = false;
    if (event.button !== 0 || event.pointerType === "touch") return;
    const start = { x: event.clientX, y: event.clientY };
    const box = event.currentTarget.getBoundingClientRect();
    const grip = { x: start.x - box.x, y: start.y - box.y, width: box.width };
    let now = start;
    let over: string | null = from;
    let frame = 0;

    const place = () => {
      if (ghost.current) {
        ghost.current.style.transform = `translate(${now.x - grip.x}px, ${now.y - grip.y}px)`;
      }
    };
    const look = () => {
      const column = document.elementFromPoint(now.x, now.y)?.closest<HTMLElement>("[data-column]");
      const next = column?.dataset.column ?? null;
      if (next === over) return;
      over = next;
      setDrag((held) => held && { ...held, over: next });
    };
    const scroll = () => {
      const element = board.current;
      if (element) {
        const { left, right } = element.getBoundingClientRect();
        const by = now.x < left + EDGE_PX ? -SCROLL_PX : now.x > right - EDGE_PX ? SCROLL_PX : 0;
        if (by !== 0) {
          element.scrollLeft += by;
          look();
        }
      }
      frame = requestAnimationFrame(scroll);
    };
    const move = (moved: globalThis.PointerEvent) => {
      now = { x: moved.clientX, y: moved.clientY };
      if (!dragged.current) {
        if (Math.hypot(now.x - start.x, now.y - start.y) < SLACK_PX) return;
        dragged.current = true;
        setDrag({ issue, from, over: from, grip });
        frame = requestAnimationFrame(scroll);
      }
      place();
      look();
    };
    const up = () => {
      const to = over;
      const moved = dragged.current;
      finish();
      if (moved && to !== null && to !== from) onDrop(issue, from, to);
    };
    const key = (pressed: KeyboardEvent) => {
      if (pressed.key !== "Escape" || !dragged.current) return;
      pressed.preventDefault();
      pressed.stopPropagation();
      finish();
    };
    const finish = () => {
      cancelAnimationFrame(frame);
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", up);
      window.removeEventListener("pointercancel", finish);
      window.removeEventListener("keydown", key, true);
      end.current = null;
      setDrag(null);
    };
    end.current = finish;
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", up);
    window.addEventListener("pointercancel", finish);
    window.addEventListener("keydown", key, true);
  }

  return {
    drag,
    /** The card under the pointer; placed without drawing anything anew. */
    ghost,
    onPointerDown,
    /** Whether the click that comes now ends a drag. */
    wasDragged: () => dragged.current,
  };
}
