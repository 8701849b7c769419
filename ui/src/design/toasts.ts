import { useSyncExternalStore } from "react";
import { sentence } from "../lib/words";

export interface Toast {
  id: number;
  title: string;
  text?: string | undefined;
  tone?: "info" | "good" | "bad";
  /** Takes back what the toast speaks of; `z` does so too, also after the toast is gone. */
  undo?: (() => unknown) | undefined;
  action?: { title: string; run: () => void } | undefined;
}

/** How long a toast stays; one that tells of an error stays until it is closed. */
export const TOAST_MS = 6_000;
const MOST_SHOWN = 4;
const MOST_UNDOS = 200;

let shown: readonly Toast[] = [];
let undos: Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();
const timers = new Map<number, ReturnType<typeof setTimeout>>();

/** Shows a toast; answers its id. */
export function toast(content: Omit<Toast, "id">): number {
  const made: Toast = { ...content, id: nextId++ };
  if (made.undo) undos = [...undos, made].slice(-MOST_UNDOS);
  const former = shown.slice(0, Math.max(0, shown.length + 1 - MOST_SHOWN));
  for (const old of former) stopTimer(old.id);
  show([...shown.slice(former.length), made]);
  if (made.tone !== "bad") startTimer(made.id);
  return made.id;
}

/** Tells of a failed action in a toast. */
export function toastError(title: string, error: unknown): void {
  const hint = typeof error === "object" && error !== null && "hint" in error ? error.hint : null;
  const message = error instanceof Error ? error.message : String(error);
  const text = [message, hint]
    .filter((part) => typeof part === "string" && part !== "")
    .map((part) => sentence(String(part)));
  toast({ title, text: text.join(" "), tone: "bad" });
}

export function closeToast(id: number): void {
  stopTimer(id);
  show(shown.filter((each) => each.id !== id));
}

/** Takes back the last change that can be; answers whether there was one. */
export function undoLast(): boolean {
  const last = undos.pop();
  if (!last?.undo) return false;
  closeToast(last.id);
  void last.undo();
  return true;
}

/** Takes back the change that a certain toast speaks of. */
export function undoToast(id: number): void {
  const found = undos.find((each) => each.id === id);
  undos = undos.filter((each) => each !== found);
  closeToast(id);
  void found?.undo?.();
}

export function canUndo(): boolean {
  return undos.length > 0;
}

/** Holds the clock while a toast is pointed at or has the focus. */
export function holdToast(id: number, hold: boolean): void {
  const held = shown.find((each) => each.id === id);
  stopTimer(id);
  if (!hold && held && held.tone !== "bad") startTimer(id);
}

export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
}

function show(next: readonly Toast[]): void {
  shown = next;
  for (const listener of listeners) listener();
}

function startTimer(id: number): void {
  timers.set(
    id,
    setTimeout(() => closeToast(id), TOAST_MS),
  );
}

function stopTimer(id: number): void {
  clearTimeout(timers.get(id));
  timers.delete(id);
}
