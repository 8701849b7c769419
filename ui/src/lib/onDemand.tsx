import { type ComponentType, type ReactNode, useLayoutEffect, useSyncExternalStore } from "react";
import { holdKeys } from "./typeAhead";

interface Options {
  /** It takes the focus, and the keys that are typed while it is fetched are meant for it. */
  takesKeys?: boolean;
}

/**
 * A component whose code comes when it is first drawn, or before, by `warm`. Once the code is there it is drawn at
 * once: `lazy` pauses even then.
 */
export function onDemand<P extends object>(
  load: () => Promise<ComponentType<P>>,
  { takesKeys = true }: Options = {},
) {
  let loaded: ComponentType<P> | null = null;
  let loading = false;
  const listeners = new Set<() => void>();
  const waiting = new Set<(came: boolean) => void>();

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
        for (const release of waiting) release(false);
      },
    );
  }

  function subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Fetches it for somebody who waits for it; answers what ends the waiting. */
  function fetched(): () => void {
    warm();
    const release = takesKeys ? holdKeys() : () => {};
    waiting.add(release);
    return () => {
      waiting.delete(release);
      release(true);
    };
  }

  /** Whether its code is there; it is fetched once it is wanted. */
  function useThere(wanted: boolean): boolean {
    const there = useSyncExternalStore(subscribe, () => loaded !== null);
    useLayoutEffect(() => {
      if (wanted && !there) return fetched();
    }, [wanted, there]);
    return there;
  }

  function OnDemand({ meanwhile, ...props }: P & { meanwhile?: ReactNode }) {
    const Component = useSyncExternalStore(subscribe, () => loaded);
    useLayoutEffect(() => {
      if (!Component) return fetched();
    }, [Component]);
    return Component ? <Component {...(props as unknown as P)} /> : (meanwhile ?? null);
  }

  return { Component: OnDemand, warm, useThere };
}
