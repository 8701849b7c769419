import { type ReactNode, useSyncExternalStore } from "react";

/** What a tooltip says, and on which side of its element. */
export interface Tip {
  text: ReactNode;
  keys?: string | undefined;
  side: "top" | "right" | "bottom" | "left";
}

/** A tooltip and the element that it is about. */
export interface ShownTip extends Tip {
  element: HTMLElement;
}

/** The id of the one tooltip, named by the element that it describes. */
export const TIP_ID = "tip";

/** How long a thing is pointed at before it says what it is. */
const DELAY_MS = 500;
/** Within this time after one tooltip the next comes at once: who reads along a row of buttons does not wait at each. */
const SKIP_DELAY_MS = 250;
/** Long enough to move from the element onto its tooltip. */
const GRACE_MS = 80;

let shown: ShownTip | null = null;
let hiddenAt = Number.NEGATIVE_INFINITY;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function set(next: ShownTip | null): void {
  clearTimeout(timer);
  if (shown === next) return;
  shown?.element.removeAttribute("aria-describedby");
  if (shown && !next) hiddenAt = performance.now();
  shown = next;
  next?.element.setAttribute("aria-describedby", TIP_ID);
  for (const listener of listeners) listener();
}

/** The tooltip that is to be seen now. */
export function useTip(): ShownTip | null {
  return useSyncExternalStore(subscribe, () => shown);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** An element is pointed at: its tooltip comes after a moment. */
export function pointTip(element: HTMLElement, tip: Tip): void {
  clearTimeout(timer);
  if (shown?.element === element) return;
  const soon = shown !== null || performance.now() - hiddenAt < SKIP_DELAY_MS;
  timer = setTimeout(() => showTip(element, tip), soon ? 0 : DELAY_MS);
}

/** Shows a tooltip at once, as on focus. */
export function showTip(element: HTMLElement, tip: Tip): void {
  if (element.isConnected) set({ ...tip, element });
}

/** The pointer left the element or its tooltip; it may be on the way from the one to the other. */
export function leaveTip(): void {
  clearTimeout(timer);
  timer = setTimeout(() => set(null), GRACE_MS);
}

/** The pointer is on the tooltip: it stays. */
export function holdTip(): void {
  clearTimeout(timer);
}

/** Takes the tooltip away at once. */
export function hideTip(): void {
  set(null);
}
