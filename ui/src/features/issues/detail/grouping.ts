// The activity of an issue as it is shown: comments stand alone; changes that one author made in one go stand together.
// Pure; the updates come oldest first.

import {
  type Author,
  allRelation,
  type IssueUpdate,
  type Relation,
  type Status,
} from "../../../api/generated/bindings";

/** Changes further apart than this are told apart. */
const TOGETHER_MS = 2 * 60_000;
/** The moves that one request stands for are recorded at one time. */
const SAME_MOVE_MS = 1_000;

export type Change =
  | {
      kind: "status";
      from: Status | null;
      to: Status;
      via: string | null;
      run: number | null;
      note: string | null;
    }
  | { kind: "priority" | "title" | "assignment"; from: string | null; to: string | null }
  | { kind: "labels"; added: string[]; removed: string[] }
  | { kind: "body"; before: string | null; after: string | null }
  | { kind: "note"; text: string; run: number | null }
  | { kind: "link"; added: boolean; relation: Relation; other: number };

export type Entry =
  | { type: "comment"; key: string; update: IssueUpdate }
  | { type: "changes"; key: string; author: Author; at: number; internal: boolean; changes: Change[] };

export function groupActivity(updates: readonly IssueUpdate[]): Entry[] {
  const entries: Entry[] = [];
  let lastAt = 0;
  for (const update of updates) {
    if (update.kind === "comment") {
      entries.push({ type: "comment", key: update.id, update });
      continue;
    }
    const change = changeOf(update);
    if (!change) continue;
    const internal = update.visibility === "operator_only";
    const open = entries.at(-1);
    if (
      open?.type === "changes" &&
      open.author.user_id === update.author.user_id &&
      open.internal === internal &&
      update.created_at - lastAt <= TOGETHER_MS
    ) {
      if (!joined(open.changes, change, update.created_at - lastAt)) open.changes.push(change);
    } else {
      entries.push({
        type: "changes",
        key: update.id,
        author: update.author,
        at: update.created_at,
        internal,
        changes: [change],
      });
    }
    lastAt = update.created_at;
  }
  return entries;
}

/** Joins the steps of one move: open → triaged → rejected was one action, and is told as open → rejected. */
function joined(changes: Change[], next: Change, gap: number): boolean {
  const last = changes.at(-1);
  if (last?.kind !== "status" || next.kind !== "status") return false;
  if (gap > SAME_MOVE_MS || last.to !== next.from || last.note !== null) return false;
  changes[changes.length - 1] = { ...next, from: last.from, run: next.run ?? last.run };
  return true;
}

function changeOf(update: IssueUpdate): Change | null {
  const data = update.metadata ?? {};
  switch (update.kind) {
    case "comment":
      return null;
    case "status_change": {
      const to = text(data.to) as Status | null;
      if (!to) return null;
      return {
        kind: "status",
        from: text(data.from) as Status | null,
        to,
        via: text(data.via),
        run: number(data.run),
        note: update.body,
      };
    }
    case "priority_change":
      return { kind: "priority", from: text(data.from), to: text(data.to) };
    case "title_edit":
      return {
        kind: "title",
        from: text(data.from) ?? text(data.before),
        to: text(data.to) ?? text(data.after),
      };
    case "assignment_change":
      return { kind: "assignment", from: text(data.from), to: text(data.to) };
    case "label_change":
      return { kind: "labels", added: texts(data.added), removed: texts(data.removed) };
    case "body_edit":
      return { kind: "body", before: text(data.before), after: text(data.after) };
    case "link_change": {
      const relation = allRelation.find((each) => each === data.relation);
      const other = number(data.other);
      if (!relation || other === null) return null;
      return { kind: "link", added: data.change !== "removed", relation, other };
    }
    case "system_note":
      return update.body ? { kind: "note", text: update.body, run: number(data.run) } : null;
  }
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : [];
}

function number(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
