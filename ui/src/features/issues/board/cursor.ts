// Where the cursor of a board stands: in a column, on a card, and at the place of that card when it is gone. Pure.

import type { IssueRow } from "../../../api/generated/bindings";

export interface Cursor {
  column: string;
  id: string | null;
  index: number;
}

/** The card under the cursor among those loaded; -1 in an empty column. */
export function cursorIndex(cursor: Cursor, rows: readonly Pick<IssueRow, "id">[]): number {
  const at =
    rows[cursor.index]?.id === cursor.id ? cursor.index : rows.findIndex(({ id }) => id === cursor.id);
  return at >= 0 ? at : Math.min(cursor.index, rows.length - 1);
}

/** The cursor after a key, or null when the key is not for moving it. */
export function moved(
  cursor: Cursor,
  key: string,
  columns: readonly string[],
  rowsOf: (column: string) => readonly Pick<IssueRow, "id">[],
): Cursor | null {
  const rows = rowsOf(cursor.column);
  const at = cursorIndex(cursor, rows);
  const inColumn = (index: number): Cursor => {
    const to = Math.max(0, Math.min(rows.length - 1, index));
    return { column: cursor.column, index: to, id: rows[to]?.id ?? null };
  };
  switch (key) {
    case "ArrowDown":
    case "j":
      return inColumn(at + 1);
    case "ArrowUp":
    case "k":
      return inColumn(at - 1);
    case "Home":
      return inColumn(0);
    case "End":
      return inColumn(rows.length - 1);
    case "ArrowLeft":
    case "ArrowRight": {
      const column = neighbour(columns, cursor.column, key === "ArrowLeft" ? -1 : 1);
      if (column === null) return cursor;
      const others = rowsOf(column);
      const index = Math.max(0, Math.min(others.length - 1, at));
      return { column, index, id: others[index]?.id ?? null };
    }
    default:
      return null;
  }
}

/** The column beside one; null at the edge. */
export function neighbour(columns: readonly string[], column: string, by: -1 | 1): string | null {
  const at = columns.indexOf(column);
  return at < 0 ? (columns[0] ?? null) : (columns[at + by] ?? null);
}
