import { type HTMLAttributes, type PointerEvent, type RefObject, useRef, useState } from "react";
import type { Place } from "./tree";

/** How far from a slot it still takes what is dropped, in pixels. */
const REACH_PX = 160;

/** Dragging nodes by their grips to the slots (`[data-slot="list:at"]`) of a drawing. */
export function useDragging(
  canvas: RefObject<HTMLElement | null>,
  onDrop: (place: Place, list: Place, at: number) => void,
) {
  const [dragged, setDragged] = useState<Place | null>(null);
  const [target, setTarget] = useState<string | null>(null);
  const goal = useRef<string | null>(null);

  function track(place: Place, x: number, y: number) {
    let nearest: string | null = null;
    let least = REACH_PX;
    for (const slot of canvas.current?.querySelectorAll<HTMLElement>("[data-slot]") ?? []) {
      const id = slot.dataset.slot ?? "";
      // A frame does not fit into itself.
      if (id.startsWith(`${place}.`)) continue;
      const { left, right, top, bottom } = slot.getBoundingClientRect();
      const aside = Math.max(left - x, 0, x - right);
      const distance = Math.hypot(aside, y - (top + bottom) / 2);
      if (distance < least) [nearest, least] = [id, distance];
    }
    goal.current = nearest;
    setTarget(nearest);
  }

  function end(place: Place, keep: boolean) {
    const found = keep ? /^(.*):(\d+)$/.exec(goal.current ?? "") : null;
    setDragged(null);
    setTarget(null);
    goal.current = null;
    if (found?.[1]) onDrop(place, found[1], Number(found[2]));
  }

  const grip = (place: Place): HTMLAttributes<HTMLElement> => ({
    onPointerDown(event: PointerEvent) {
      if (event.button !== 0) return;
      event.preventDefault();
      event.currentTarget.setPointerCapture(event.pointerId);
      setDragged(place);
    },
    onPointerMove: (event) => dragged === place && track(place, event.clientX, event.clientY),
    onPointerUp: () => dragged === place && end(place, true),
    onPointerCancel: () => dragged === place && end(place, false),
  });

  return { dragged, target, grip };
}
