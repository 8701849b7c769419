import { type ActionId, entryOf } from "./catalogue";

/** What is known when an action runs. */
export interface ActionContext {
  /** Where it came from: a key press, the palette, a button. */
  from: "keys" | "palette" | "button";
}

export interface ActionHandler {
  run: (context: ActionContext) => void;
  /** Whether it makes sense now; absent: always. */
  when?: () => boolean;
}

/** What a page can do: a handler each, or just the function. */
export type ActionHandlers = { readonly [id in ActionId]?: ActionHandler | (() => void) | undefined };

type Scope = { order: number; handlers: ActionHandlers };

const scopes: Scope[] = [];
const listeners = new Set<() => void>();

/**
 * Brings actions to life; the returned function ends that. Of two handlers of an action the one of higher order
 * answers, of equal ones the later.
 */
export function registerActions(handlers: () => ActionHandlers, order = 0): () => void {
  const scope: Scope = {
    order,
    get handlers() {
      return handlers();
    },
  };
  scopes.push(scope);
  scopes.sort((a, b) => a.order - b.order);
  tell();
  return () => {
    scopes.splice(scopes.indexOf(scope), 1);
    tell();
  };
}

/** The handler of an action, if it can run now. */
export function liveHandler(id: ActionId): ActionHandler | null {
  for (let at = scopes.length - 1; at >= 0; at--) {
    const found = scopes[at]?.handlers[id];
    if (!found) continue;
    const handler = typeof found === "function" ? { run: found } : found;
    return !handler.when || handler.when() ? handler : null;
  }
  return null;
}

/** Runs an action; answers whether it could. */
export function runAction(id: ActionId, context: ActionContext = { from: "button" }): boolean {
  const handler = liveHandler(id);
  handler?.run(context);
  return handler !== null;
}

/**
 * The actions that can run now. Of two with the same keys (`1` is a priority in a list and a tab on a run) the one of
 * the inner scope comes first.
 */
export function liveActions(): ActionId[] {
  const ids = new Set<ActionId>();
  for (let at = scopes.length - 1; at >= 0; at--) {
    for (const id of Object.keys(scopes[at]?.handlers ?? {}) as ActionId[]) {
      if (liveHandler(id)) ids.add(id);
    }
  }
  return [...ids];
}

/** Live actions that belong in the palette. */
export function paletteActions(): ActionId[] {
  return liveActions().filter((id) => !entryOf(id).inPlace && id !== "palette.open");
}

export function subscribeActions(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  for (const listener of listeners) listener();
}
