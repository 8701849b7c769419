// The line of search as its parts, so that chips and menus edit the same text that a person types. Pure. What it does
// not know it leaves as it stands.

/** What a chip filters by, and the word of the search language for it. */
export const qualifiers = {
  status: "is",
  priority: "priority",
  label: "label",
  assignee: "assigned",
  author: "by",
} as const;
export type FilterKind = keyof typeof qualifiers;

/** What a filter is called. */
export const filterTitles: Record<FilterKind, string> = {
  status: "Status",
  priority: "Priority",
  label: "Label",
  assignee: "Assignee",
  author: "Author",
};

/** Words of `is:` that stand for several statuses. */
const statusGroups = new Set(["active", "closed", "all", "ready"]);
/** Words of `is:` that speak of who or what is at work, not of the status. */
const executions = new Set(["running", "failed", "completed", "claimed"]);

/** The values that a query asks for, of one kind, in their order. */
export function valuesOf(query: string, kind: FilterKind): string[] {
  return parts(query).flatMap((part) => valuesIn(part, kind));
}

/** The query with a value put on, or taken off when it is on. */
export function toggled(query: string, kind: FilterKind, value: string): string {
  const on = valuesOf(query, kind).some((each) => same(each, value));
  const goes = (each: string) =>
    same(each, value) || (kind === "status" && statusGroups.has(each) !== statusGroups.has(value));
  const rest = parts(query).flatMap((part) => {
    const own = valuesIn(part, kind);
    const kept = own.filter((each) => !goes(each));
    if (kept.length === own.length) return [part];
    return kept.length > 0 ? [written(kind, kept)] : [];
  });
  return (on ? rest : [...rest, written(kind, [value])]).join(" ");
}

/** The query without anything of this kind. */
export function without(query: string, kind: FilterKind): string {
  return parts(query)
    .filter((part) => valuesIn(part, kind).length === 0)
    .join(" ");
}

/** The query in its one form: single spaces between its parts. */
export function tidied(query: string): string {
  return parts(query).join(" ");
}

/** The order that a query asks for, if it names one. */
export function sortOf(query: string): string | null {
  const found = parts(query).findLast((part) => /^sort:./.test(part));
  return found?.slice("sort:".length) ?? null;
}

/** Words and qualifiers; quotes hold together what stands between them. */
function parts(query: string): string[] {
  return query.match(/(?:[^\s"]|"[^"]*(?:"|$))+/g) ?? [];
}

/** `is:open,triaged` names two values. What speaks of the run is none of a status. */
function valuesIn(part: string, kind: FilterKind): string[] {
  const key = `${qualifiers[kind]}:`;
  if (!part.startsWith(key)) return [];
  const values = part.slice(key.length).match(/(?:[^,"]|"[^"]*(?:"|$))+/g) ?? [];
  const read = values.map((value) => value.replaceAll('"', "")).filter((value) => value !== "");
  return kind === "status" && read.some((value) => executions.has(value)) ? [] : read;
}

function written(kind: FilterKind, values: readonly string[]): string {
  const quoted = values.map((value) => (/[\s,]/.test(value) ? `"${value}"` : value));
  return `${qualifiers[kind]}:${quoted.join(",")}`;
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
