import { useSyncExternalStore } from "react";

/** The height of a list row in pixels: 32, or 40 when the density is comfortable. */
export function useRowHeight(): number {
  return useSyncExternalStore(subscribe, () =>
    document.documentElement.dataset.density === "comfortable" ? 40 : 32,
  );
}

function subscribe(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-density"] });
  return () => observer.disconnect();
}
