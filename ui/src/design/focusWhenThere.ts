import { quietFocus } from "./quietFocus";

/** Focuses an element as soon as the page that is on its way has drawn it. */
export function focusWhenThere(selector: string, withinMs = 3_000): void {
  if (focusNow(selector)) return;
  const observer = new MutationObserver(() => {
    if (focusNow(selector)) stop();
  });
  const timer = setTimeout(() => observer.disconnect(), withinMs);
  const stop = () => {
    clearTimeout(timer);
    observer.disconnect();
  };
  observer.observe(document.body, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["disabled"],
  });
}

function focusNow(selector: string): boolean {
  const element = document.querySelector<HTMLElement>(selector);
  if (!element || element.matches(":disabled")) return false;
  quietFocus();
  element.focus();
  return document.activeElement === element;
}
