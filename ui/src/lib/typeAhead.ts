import { isModifier } from "./keys";

/** How long a key may wait for what it is meant for; what takes longer is broken, and the keys are dropped. */
const LONGEST_MS = 2_000;
/** What opens takes the focus in its first frames, if it takes it at all. */
const FOCUS_MS = 250;

let holds = 0;
let replaying = false;
let kept: KeyboardEvent[] = [];

/**
 * Keeps the keys that are typed from now on, because what they are meant for (a dialog, a panel) is still on its way;
 * else they would act on what lies under it. They are typed again once it has the focus. Answers what ends the waiting;
 * where it does not come after all, the keys are dropped.
 */
export function holdKeys(): (came?: boolean) => void {
  holds += 1;
  window.addEventListener("keydown", keep, true);
  let over = false;
  const release = (came = true) => {
    if (over) return;
    over = true;
    if (!came) kept = [];
    clearTimeout(timer);
    holds -= 1;
    if (holds === 0 && !replaying) void replayAll();
  };
  const timer = setTimeout(() => release(false), LONGEST_MS);
  return release;
}

function keep(event: KeyboardEvent): void {
  // A key that is typed again goes where it belongs, and a method of input composes by itself.
  if (!event.isTrusted || event.isComposing) return;
  if (isModifier(event.key)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  kept.push(event);
}

async function replayAll(): Promise<void> {
  replaying = true;
  await focusMoved();
  for (;;) {
    // Typing may open what is on its way in turn.
    const event = holds === 0 ? kept.shift() : undefined;
    if (!event) break;
    type(event);
    await new Promise((resolve) => setTimeout(resolve));
  }
  replaying = false;
  if (holds === 0) window.removeEventListener("keydown", keep, true);
}

function focusMoved(): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      document.removeEventListener("focusin", end);
      clearTimeout(timer);
      // Whoever took the focus may give it on at once.
      setTimeout(resolve);
    };
    const timer = setTimeout(end, FOCUS_MS);
    document.addEventListener("focusin", end);
  });
}

/** Types a key where the focus is now: tells the page of it, and does what the browser does with keys of a person. */
function type(event: KeyboardEvent): void {
  const target = document.activeElement ?? document.body;
  const { key, code, location, ctrlKey, shiftKey, altKey, metaKey } = event;
  const again = { key, code, location, ctrlKey, shiftKey, altKey, metaKey, bubbles: true, cancelable: true };
  if (!target.dispatchEvent(new KeyboardEvent("keydown", again))) return;
  if ((ctrlKey || metaKey || altKey) && !event.getModifierState("AltGraph")) return;
  if (target.matches('input, textarea, [contenteditable="true"]')) {
    // Deprecated, and yet the one way to type that fields, their undo history and React all hear of.
    if (key.length === 1) document.execCommand("insertText", false, key);
    else if (key === "Backspace") document.execCommand("delete");
    else if (key === "Enter" && target instanceof HTMLInputElement) target.form?.requestSubmit();
  } else if (target instanceof HTMLButtonElement && (key === "Enter" || key === " ")) target.click();
}
