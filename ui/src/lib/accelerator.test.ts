import { expect, it } from "vitest";
import { acceleratorOf, shownKeys } from "./accelerator";

const press = (code: string, more: Partial<KeyboardEvent> = {}) => ({
  code,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...more,
});

it("reads a shortcut from a press, on either kind of keyboard", () => {
  expect(acceleratorOf(press("KeyN", { ctrlKey: true, altKey: true }), false)).toBe("CommandOrControl+Alt+N");
  expect(acceleratorOf(press("KeyN", { metaKey: true, altKey: true }), true)).toBe("CommandOrControl+Alt+N");
  expect(acceleratorOf(press("F9", { metaKey: true, shiftKey: true }), false)).toBe("Super+Shift+F9");
});

it("takes no key that typing needs, and waits while only modifiers are held", () => {
  expect(acceleratorOf(press("KeyN"), false), "n alone would be gone everywhere").toBeNull();
  expect(acceleratorOf(press("KeyN", { shiftKey: true }), false), "so would a capital N").toBeNull();
  expect(acceleratorOf(press("ControlLeft", { ctrlKey: true }), false)).toBeNull();
});

it("shows it as keys", () => {
  expect(shownKeys("CommandOrControl+Alt+N")).toBe("$mod+alt+n");
});
