// What was typed and not sent, kept for as long as the window lives: a dialog closed by accident loses nothing.

export function readDraft<T extends Record<string, unknown>>(key: string, empty: T): T {
  try {
    const text = sessionStorage.getItem(`waybill.draft.${key}`);
    const found: unknown = text === null ? null : JSON.parse(text);
    if (typeof found !== "object" || found === null) return empty;
    // Fields of a former version are left out, and missing ones are empty.
    const known = Object.keys(empty).map((name) => [name, fitting((found as T)[name], empty[name])]);
    return Object.fromEntries(known) as T;
  } catch {
    return empty;
  }
}

export function writeDraft(key: string, draft: Record<string, unknown> | null): void {
  try {
    if (draft === null) sessionStorage.removeItem(`waybill.draft.${key}`);
    else sessionStorage.setItem(`waybill.draft.${key}`, JSON.stringify(draft));
  } catch {
    // Storage may be full or forbidden: the draft then lives as long as its dialog.
  }
}

function fitting(value: unknown, empty: unknown): unknown {
  return typeof value === typeof empty && Array.isArray(value) === Array.isArray(empty) ? value : empty;
}
