import { type HTMLAttributes, type PointerEvent, type RefObject, useRef, useState } from "react";

interface Over {
  id: string;
  side: "above" | "below";
}

/**
 * Dragging rows by their grips, within the group (`[data-group]`) that they stand in. `onMove` is told by how many
 * places a row (`[data-todo]`) was moved.
 */
export function useReorder(list: RefObject<HTMLElement | null>, onMove: (id: string, by: number) => void) {
  const [dragged, setDragged] = useState<string | null>(null);
  const [over, setOver] = useState<Over | null>(null);
  const by = useRef(0);

  function track(id: string, y: number) {
    const row = list.current?.querySelector(`[data-todo="${id}"]`);
    const rows = [...(row?.closest("[data-group]")?.querySelectorAll<HTMLElement>("[data-todo]") ?? [])];
    const from = rows.indexOf(row as HTMLElement);
    // The row goes before the first one whose middle is below the pointer.
    const below = rows.findIndex((each) => {
      const { top, height } = each.getBoundingClientRect();
      return y < top + height / 2;
    });
    const place = below < 0 ? rows.length : below;
    by.current = place > from ? place - 1 - from : place - from;
    if (by.current === 0) return setOver(null);
    const target = rows[place] ?? rows.at(-1);
    setOver(target ? { id: target.dataset.todo ?? "", side: rows[place] ? "above" : "below" } : null);
  }

  function end(id: string, keep: boolean) {
    setDragged(null);
    setOver(null);
    if (keep && by.current !== 0) onMove(id, by.current);
    by.current = 0;
  }

  const grip = (id: string): HTMLAttributes<HTMLElement> => ({
    onPointerDown(event: PointerEvent) {
      if (event.button !== 0) return;
      event.preventDefault();
      event.currentTarget.setPointerCapture(event.pointerId);
      setDragged(id);
    },
    onPointerMove: (event) => dragged === id && track(id, event.clientY),
    onPointerUp: () => dragged === id && end(id, true),
    onPointerCancel: () => dragged === id && end(id, false),
  });

  return { dragged, over, grip };
}
