/**
 * Shortcuts are written as `$mod+k`, `shift+j`, `?`, `enter` or, one after the other, `g i`. `$mod` is ⌘ on a Mac and
 * Ctrl elsewhere. Letters are matched as typed (`event.key`), so that every keyboard layout works.
 */
export interface KeyPress {
  mod: boolean;
  shift: boolean;
  alt: boolean;
  key: string;
}

type KeyEvent = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">;

export const isMac = typeof navigator !== "undefined" && /mac|iphone|ipad/i.test(navigator.platform);

/** Whether a key says nothing by itself. */
export function isModifier(key: string): boolean {
  return ["Shift", "Control", "Meta", "Alt", "AltGraph"].includes(key);
}

export function parseKeys(keys: string): KeyPress[] {
  return keys
    .trim()
    .split(/\s+/)
    .map((press) => {
      const parts = press === "+" ? ["+"] : press.split("+");
      const key = (parts.pop() ?? "").toLowerCase();
      return {
        mod: parts.includes("$mod"),
        shift: parts.includes("shift"),
        alt: parts.includes("alt"),
        key: key === "space" ? " " : key,
      };
    });
}

export function matches(press: KeyPress, event: KeyEvent, mac = isMac): boolean {
  const mod = mac ? event.metaKey : event.ctrlKey;
  const otherMod = mac ? event.ctrlKey : event.metaKey;
  if (event.key.toLowerCase() !== press.key || mod !== press.mod || otherMod || event.altKey !== press.alt) {
    return false;
  }
  // Signs such as `?` need shift on some layouts and not on others; the sign itself is what counts.
  const isSign = press.key.length === 1 && !/[a-z0-9 ]/.test(press.key);
  return isSign || event.shiftKey === press.shift;
}

const WORDS: Record<string, string> = {
  enter: "↵",
  escape: "Esc",
  arrowup: "↑",
  arrowdown: "↓",
  arrowleft: "←",
  arrowright: "→",
  backspace: "⌫",
  delete: "Del",
  " ": "Space",
  tab: "Tab",
};

/** The words to show, a key each; presses of a sequence follow each other. */
export function keyWords(keys: string, mac = isMac): string[] {
  return parseKeys(keys).flatMap((press) => {
    const words: string[] = [];
    if (press.mod) words.push(mac ? "⌘" : "Ctrl");
    if (press.alt) words.push(mac ? "⌥" : "Alt");
    if (press.shift) words.push(mac ? "⇧" : "Shift");
    words.push(WORDS[press.key] ?? press.key.toUpperCase());
    return words;
  });
}

/** In words, for `aria-keyshortcuts`. */
export function ariaKeys(keys: string, mac = isMac): string {
  return parseKeys(keys)
    .map((press) =>
      [
        press.mod && (mac ? "Meta" : "Control"),
        press.alt && "Alt",
        press.shift && "Shift",
        press.key === " " ? "Space" : press.key,
      ]
        .filter(Boolean)
        .join("+"),
    )
    .join(" ");
}
