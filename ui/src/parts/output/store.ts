// Keeps a window of one run's output up to date. Whoever says that something may be new is answered at the pace of the
// screen: one request at a time, none before the next frame. It knows neither React nor the transport.

import type { OutputPage } from "@/api/generated/bindings";
import {
  type Ask,
  askForEarlier,
  askForLater,
  askForNew,
  emptyWindow,
  FLOOD,
  heldEnd,
  type OutputWindow,
  PAGE,
  receive,
  unread,
} from "./window";

export interface OutputState {
  window: OutputWindow;
  /** Whether the view stays at the end. */
  following: boolean;
  /** Why the last request failed; cleared by the next that works. */
  failure: Error | null;
}

export interface OutputStore {
  state(): OutputState;
  subscribe(listener: () => void): () => void;
  /** Something may be new. */
  poke(): void;
  follow(following: boolean): void;
  earlier(): void;
  later(): void;
  toStart(): void;
  toEnd(): void;
  /** Begins again after `close`. */
  open(): void;
  close(): void;
}

/** How soon the next request is wanted: at the next frame; a little later while more comes than anyone reads; or by and by. */
export type Hurry = "frame" | "flood" | "counting";

/** Calls back as soon as that. */
export type Pace = (callback: () => void, hurry: Hurry) => void;

const FLOOD_MS = 200;
const COUNTING_MS = 250;

const screenPace: Pace = (callback, hurry) => {
  if (hurry === "frame") requestAnimationFrame(callback);
  else setTimeout(callback, hurry === "flood" ? FLOOD_MS : COUNTING_MS);
};

export function openOutput(ask: (what: Ask) => Promise<OutputPage>, pace: Pace = screenPace): OutputStore {
  let state: OutputState = { window: emptyWindow(), following: true, failure: null };
  let wanted: "start" | "end" | "earlier" | "later" | null = null;
  let stale = false;
  let waiting = false;
  let asking = false;
  let closed = false;
  let flooded = false;
  const listeners = new Set<() => void>();

  function set(next: Partial<OutputState>) {
    const merged = { ...state, ...next };
    if (
      merged.window === state.window &&
      merged.following === state.following &&
      merged.failure === state.failure
    ) {
      return;
    }
    state = merged;
    for (const listener of listeners) listener();
  }

  function nextAsk(): { what: Ask; replace: boolean } | null {
    const goal = wanted;
    wanted = null;
    if (goal === "start") return { what: { from: 0, limit: PAGE }, replace: true };
    if (goal === "end") return { what: { limit: PAGE }, replace: true };
    const further =
      goal === "earlier" ? askForEarlier(state.window) : goal === "later" ? askForLater(state.window) : null;
    if (further) return { what: further, replace: false };
    if (!stale) return null;
    stale = false;
    return { what: askForNew(state.window, state.following, flooded), replace: false };
  }

  async function work() {
    if (asking || closed) return;
    const next = nextAsk();
    if (!next) return;
    asking = true;
    try {
      const page = await ask(next.what);
      if (closed) return;
      flooded = state.following && state.window.loaded && page.end - heldEnd(state.window) > FLOOD;
      set({ window: receive(state.window, page, next.replace), failure: null });
      // Whoever follows reads on until there is nothing more.
      if (state.following && unread(state.window) > 0) stale = true;
    } catch (thrown) {
      if (!closed) set({ failure: thrown instanceof Error ? thrown : new Error(String(thrown)) });
    } finally {
      asking = false;
    }
    if (wanted) void work();
    else if (stale) schedule();
  }

  function schedule() {
    if (waiting || closed) return;
    waiting = true;
    pace(
      () => {
        waiting = false;
        void work();
      },
      !state.following && state.window.loaded ? "counting" : flooded ? "flood" : "frame",
    );
  }

  function poke() {
    stale = true;
    if (!asking) schedule();
  }

  function want(goal: NonNullable<typeof wanted>) {
    wanted = goal;
    void work();
  }

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    poke,
    follow(following) {
      if (following === state.following) return;
      set({ following });
      if (following) poke();
    },
    earlier() {
      if (!asking && state.window.from > 0) want("earlier");
    },
    later() {
      if (!asking && unread(state.window) > 0) want("later");
    },
    toStart() {
      set({ following: false });
      if (state.window.from > 0) want("start");
    },
    toEnd() {
      set({ following: true });
      if (state.window.end - heldEnd(state.window) > PAGE) want("end");
      else poke();
    },
    open() {
      closed = false;
    },
    close() {
      closed = true;
    },
  };
}
