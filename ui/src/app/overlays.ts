import { useSyncExternalStore } from "react";

/** What lies over the page, whichever page that is. At most one of them at a time. */
export type Overlay =
  | "palette"
  | "shortcuts"
  | "new-issue"
  | "new-run"
  | "import"
  | "export"
  | "projects"
  | "notifications";

let open: Overlay | null = null;
const listeners = new Set<() => void>();

export function openOverlay(overlay: Overlay): void {
  set(overlay);
}

export function closeOverlay(): void {
  set(null);
}

export function useOverlay(): Overlay | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => open,
  );
}

function set(next: Overlay | null): void {
  if (next === open) return;
  open = next;
  for (const listener of listeners) listener();
}
