import { describe, expect, it } from "vitest";
import { ariaKeys, type KeyPress, keyWords, matches, parseKeys } from "./keys";

const press = (keys: string) => parseKeys(keys)[0] as KeyPress;
const event = (key: string, more: Partial<KeyboardEvent> = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...more,
});

describe("shortcuts", () => {
  it("means ⌘ on a Mac and Ctrl elsewhere by $mod, never the other one", () => {
    const keys = press("$mod+k");
    expect(matches(keys, event("k", { metaKey: true }), true), "⌘K on a Mac").toBe(true);
    expect(matches(keys, event("k", { ctrlKey: true }), false), "Ctrl+K elsewhere").toBe(true);
    expect(
      matches(keys, event("k", { ctrlKey: true }), true),
      "Ctrl+K on a Mac deletes to the line's end",
    ).toBe(false);
    expect(matches(keys, event("k"), false), "a plain k moves in lists").toBe(false);
  });

  it("tells a letter from the same letter with shift", () => {
    expect(matches(press("r"), event("r")), "r runs").toBe(true);
    expect(matches(press("r"), event("R", { shiftKey: true })), "shift+r is another action").toBe(false);
    expect(matches(press("shift+r"), event("R", { shiftKey: true })), "shift+r retries").toBe(true);
  });

  it("takes signs as typed, with shift or without, whatever the keyboard layout", () => {
    expect(matches(press("?"), event("?", { shiftKey: true })), "? on a US keyboard").toBe(true);
    expect(matches(press("/"), event("/", { shiftKey: true })), "/ on a German keyboard").toBe(true);
  });

  it("shows keys as the platform writes them", () => {
    expect(keyWords("$mod+shift+c", true), "on a Mac").toEqual(["⌘", "⇧", "C"]);
    expect(keyWords("$mod+shift+c", false), "elsewhere").toEqual(["Ctrl", "Shift", "C"]);
    expect(keyWords("g i"), "one after the other").toEqual(["G", "I"]);
    expect(ariaKeys("$mod+k", false), "for screen readers").toBe("Control+k");
  });
});
