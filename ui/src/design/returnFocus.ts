import { useRef } from "react";
import { quietFocus } from "./quietFocus";

/**
 * Gives the focus back to where it was when something opened: by a key, that is not the button it belongs to. When
 * nothing had it, whoever opens decides (`preventDefault` is not called).
 */
export function useReturnFocus() {
  const before = useRef<Element | null>(null);
  return {
    onOpenAutoFocus() {
      const active = document.activeElement;
      before.current = triggerOf(active) ?? active;
    },
    onCloseAutoFocus(event: Event) {
      quietFocus();
      const element = before.current;
      if (!(element instanceof HTMLElement) || element === document.body || !element.isConnected) return;
      event.preventDefault();
      element.focus({ preventScroll: true });
    },
  };
}

/** The button of the menu that an element is in: the menu is about to go, its button stays. */
function triggerOf(element: Element | null): Element | null {
  const id = element?.closest('[role="menu"]')?.getAttribute("aria-labelledby");
  return id ? document.getElementById(id) : null;
}
