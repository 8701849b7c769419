import type { IssueRow } from "../../../api/generated/bindings";
import { authorName } from "../../../lib/words";

/** Authors are few; those of the first issues are enough to choose from, and any other can be typed. */
const ROWS = 500;
const MOST = 20;

/** Who filed these issues, as `by:` names them and as a person reads them. */
export function authorsOf(rows: readonly IssueRow[] | undefined): { value: string; title: string }[] {
  const found = new Map<string, string>();
  for (const { created_by: author } of rows?.slice(0, ROWS) ?? []) {
    const value = author.kind === "operator" ? "me" : (author.handle ?? author.user_id);
    if (!found.has(value)) found.set(value, authorName(author));
    if (found.size === MOST) break;
  }
  return [...found].map(([value, title]) => ({ value, title }));
}
