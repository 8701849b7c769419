// Where in the window a place in a text area is. A text area does not tell; a copy of it, laid out the same, does.

const COPIED = [
  "box-sizing",
  "width",
  "padding",
  "border",
  "font",
  "letter-spacing",
  "line-height",
  "tab-size",
  "text-indent",
  "overflow-wrap",
  "word-break",
] as const;

/** The box of the sign at `index`, in the window. */
export function caretRect(area: HTMLTextAreaElement, index: number): DOMRect {
  const copy = document.createElement("div");
  const computed = getComputedStyle(area);
  for (const name of COPIED) copy.style.setProperty(name, computed.getPropertyValue(name));
  copy.style.position = "fixed";
  copy.style.top = "0";
  copy.style.left = "0";
  copy.style.visibility = "hidden";
  copy.style.whiteSpace = "pre-wrap";
  const mark = document.createElement("span");
  mark.textContent = area.value.slice(index, index + 1) || ".";
  copy.append(area.value.slice(0, index), mark);
  document.body.append(copy);
  const inside = mark.getBoundingClientRect();
  const origin = copy.getBoundingClientRect();
  copy.remove();
  const { left, top } = area.getBoundingClientRect();
  return new DOMRect(
    left + inside.left - origin.left - area.scrollLeft,
    top + inside.top - origin.top - area.scrollTop,
    inside.width,
    inside.height,
  );
}
