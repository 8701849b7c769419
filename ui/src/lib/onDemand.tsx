import { type ComponentType, type ReactNode, useEffect, useSyncExternalStore } from "react";

/**
 * A component whose code comes when it is first drawn, or before, by `warm`. Once the code is there it is drawn at
 * once: `lazy` pauses even then, and the keys typed meanwhile would go elsewhere.
 */
export function onDemand<P extends object>(load: () => Promise<ComponentType<P>>) {
  let loaded: ComponentType<P> | null = null;
  let loading = false;
  const listeners = new Set<() => void>();

  function warm(): void {
    if (loading) return;
    loading = true;
    load().then(
      (component) => {
        loaded = component;
        for (const listener of listeners) listener();
      },
      () => {
        // Asked for again when it is next drawn.
        loading = false;
      },
    );
  }

  function subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Whether its code is there; it is fetched once it is wanted. */
  function useThere(wanted: boolean): boolean {
    const there = useSyncExternalStore(subscribe, () => loaded !== null);
    useEffect(() => {
      if (wanted && !there) warm();
    }, [wanted, there]);
    return there;
  }

  function OnDemand({ meanwhile, ...props }: P & { meanwhile?: ReactNode }) {
    const Component = useSyncExternalStore(subscribe, () => loaded);
    useEffect(() => {
      if (!Component) warm();
    }, [Component]);
    return Component ? <Component {...(props as unknown as P)} /> : (meanwhile ?? null);
  }

  return { Component: OnDemand, warm, useThere };
}
