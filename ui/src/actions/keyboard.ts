import { isModifier, matches, parseKeys } from "../lib/keys";
import { type ActionId, entryOf } from "./catalogue";
import { countKeys } from "./lessons";
import { liveActions, runAction } from "./registry";

/** How long the second key of a sequence (`g i`) may take. */
const SEQUENCE_MS = 1_000;

/** Turns key presses into actions, for as long as the application runs. */
export function startKeyboard(target: Pick<Window, "addEventListener" | "removeEventListener"> = window) {
  let prefix: KeyboardEvent | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function onKeyDown(event: KeyboardEvent) {
    if (event.defaultPrevented || event.isComposing || event.repeat) return;
    if (isModifier(event.key)) return;
    const first = prefix;
    prefix = null;
    clearTimeout(timer);

    const live = liveActions().filter((id) => !entryOf(id).inPlace && mayRunFrom(id, event));
    const sequence = first && live.find((id) => keysMatch(id, [first, event]));
    const found = sequence || live.find((id) => keysMatch(id, [event]));
    if (found) {
      event.preventDefault();
      runAction(found, { from: "keys" });
      countKeys(found);
    } else if (live.some((id) => beginsWith(id, event))) {
      event.preventDefault();
      prefix = event;
      timer = setTimeout(() => {
        prefix = null;
      }, SEQUENCE_MS);
    }
  }

  target.addEventListener("keydown", onKeyDown as EventListener);
  return () => {
    clearTimeout(timer);
    target.removeEventListener("keydown", onKeyDown as EventListener);
  };
}

function keysMatch(id: ActionId, events: KeyboardEvent[]): boolean {
  return (entryOf(id).keys ?? []).some((keys) => {
    const presses = parseKeys(keys);
    return (
      presses.length === events.length &&
      presses.every((press, at) => {
        const event = events[at];
        return event !== undefined && matches(press, event);
      })
    );
  });
}

function beginsWith(id: ActionId, event: KeyboardEvent): boolean {
  return (entryOf(id).keys ?? []).some((keys) => {
    const [press, ...more] = parseKeys(keys);
    return press !== undefined && more.length > 0 && matches(press, event);
  });
}

/**
 * Plain keys are typing in a text field, and belong to the dialog or menu that is open; with Ctrl or ⌘ they are not. A
 * list of choices that is the page itself, such as the board, says so with `data-keys="page"`.
 */
function mayRunFrom(id: ActionId, event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  const withMod = event.ctrlKey || event.metaKey;
  const floating = target?.closest(
    '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]:not([data-keys="page"])',
  );
  if (floating) return id === "palette.open" && withMod;
  const typing = target?.closest('input, textarea, select, [contenteditable="true"]');
  return !typing || withMod;
}
