// Global shortcuts as the desktop takes them: `CommandOrControl+Alt+N`. Told from a key press, and shown as keys.

import { isMac } from "./keys";

type KeyEvent = Pick<KeyboardEvent, "code" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">;

/** The shortcut that a press asks for; null while it is only modifiers, or has none, which would take a plain letter. */
export function acceleratorOf(event: KeyEvent, mac = isMac): string | null {
  const key = keyOf(event.code);
  const mod = mac ? event.metaKey : event.ctrlKey;
  const other = mac ? event.ctrlKey : event.metaKey;
  if (key === null || !(mod || other || event.altKey)) return null;
  return [
    mod && "CommandOrControl",
    other && (mac ? "Control" : "Super"),
    event.altKey && "Alt",
    event.shiftKey && "Shift",
    key,
  ]
    .filter(Boolean)
    .join("+");
}

/** As `Kbd` shows keys: `$mod+alt+n`. */
export function shownKeys(accelerator: string): string {
  return accelerator
    .split("+")
    .map((part) => (part === "CommandOrControl" ? "$mod" : part.toLowerCase()))
    .join("+");
}

/** The key by its place on the keyboard, for that is what the desktop listens to. */
function keyOf(code: string): string | null {
  const letter = /^(?:Key|Digit)([A-Z0-9])$/.exec(code)?.[1];
  if (letter) return letter;
  return /^(?:F\d{1,2}|Space|Enter|Comma|Period|Slash|Semicolon|Minus|Equal)$/.test(code) ? code : null;
}
