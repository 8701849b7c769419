// Which files of a diff one has looked through: kept for this window, apart for every head commit. Pure but for
// session storage.

/** The paths marked as viewed. */
export function readViewed(key: string): ReadonlySet<string> {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(storageKey(key)) ?? "[]");
    return new Set(Array.isArray(stored) ? stored.filter((path) => typeof path === "string") : []);
  } catch {
    return new Set();
  }
}

export function writeViewed(key: string, viewed: ReadonlySet<string>): void {
  try {
    sessionStorage.setItem(storageKey(key), JSON.stringify([...viewed]));
  } catch {
    // Storage may be full or forbidden: the marks then last as long as the page.
  }
}

function storageKey(key: string): string {
  return `waybill.viewed.${key}`;
}
