// Issues for the tests beside these screens.

import type { IssueRow, Page } from "../../api/generated/bindings";

export function testRow(number: number, more: Partial<IssueRow> = {}): IssueRow {
  return {
    id: `issue-${number}`,
    project_slug: "demo",
    number,
    title: `Issue ${number}`,
    status: "open",
    execution: "new",
    priority: "medium",
    labels: [],
    assignment: null,
    assignment_missing: false,
    claimed_by: null,
    todos: 0,
    todos_done: 0,
    attachments: 0,
    created_by: { kind: "operator", user_id: "operator", handle: null, display_name: null },
    created_at: 1_000,
    updated_at: 1_000,
    run: null,
    comments: 0,
    ...more,
  };
}

export function testPage(numbers: readonly number[], next: string | null): Page<IssueRow> {
  return { items: numbers.map((number) => testRow(number)), next };
}
