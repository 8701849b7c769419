// Turns a run's events into the rows that the output shows: pieces of text become one block, a tool call and its
// result one row. Pure: it knows neither React nor where the events come from.

import type { AgentEvent, ChangeKind, ErrorKind, HeldBackKind, OutputEvent } from "@/api/generated/bindings";

export type OutputRow = { key: number; step: number; at: number } & (
  | { kind: "text"; text: string; open: boolean }
  | { kind: "thinking"; text: string }
  | { kind: "tool"; id: string; name: string | null; input: unknown; result: ToolResult | null }
  | { kind: "file"; path: string; change: ChangeKind }
  | { kind: "note"; text: string }
  | { kind: "rate_limited"; retryAfter: number | null }
  | { kind: "error"; error: ErrorKind; message: string }
  | { kind: "held_back"; what: HeldBackKind; detail: string }
  | { kind: "raw"; text: string }
  | { kind: "session"; model: string | null }
  | { kind: "finished"; ok: boolean; summary: string | null }
  | { kind: "step" }
);

export interface ToolResult {
  ok: boolean;
  output: string;
}

/** Rows under construction; `append` continues them, so that a live run costs only what is new. */
export interface OutputRows {
  rows: OutputRow[];
  /** Where the row of each call stands that still waits for its result. */
  calls: Map<string, number>;
  lastStep: number | null;
}

/** A block of streamed text goes on in a new row after this many characters, so that no row grows without bound. */
const LONGEST_TEXT = 8_000;

export function emptyRows(): OutputRows {
  return { rows: [], calls: new Map(), lastStep: null };
}

export function rowsOf(events: readonly OutputEvent[]): OutputRows {
  const made = emptyRows();
  appendRows(made, events);
  return made;
}

/** Adds events in place. A row that changes is replaced by a new object, so that memoised views notice. */
export function appendRows(into: OutputRows, events: readonly OutputEvent[]): void {
  for (const { seq, step, at, event } of events) {
    if (into.lastStep !== null && into.lastStep !== step) {
      closeText(into);
      // Half a number below the event that follows it: unique, and in order.
      into.rows.push({ key: seq - 0.5, step, at, kind: "step" });
    }
    into.lastStep = step;
    appendEvent(into, { key: seq, step, at }, event);
  }
}

function appendEvent(
  into: OutputRows,
  head: { key: number; step: number; at: number },
  event: AgentEvent,
): void {
  switch (event.type) {
    case "text":
      appendText(into, head, event.text, event.delta === true);
      return;
    case "usage":
      // Counted in the header; it does not end the block that is being written.
      return;
    case "thinking": {
      const last = into.rows.at(-1);
      if (last?.kind === "thinking" && last.text.length < LONGEST_TEXT) {
        into.rows[into.rows.length - 1] = { ...last, text: `${last.text}${event.text}` };
      } else {
        push(into, { ...head, kind: "thinking", text: event.text });
      }
      return;
    }
    case "tool_call":
      push(into, { ...head, kind: "tool", id: event.id, name: event.name, input: event.input, result: null });
      into.calls.set(event.id, into.rows.length - 1);
      return;
    case "tool_result": {
      const result = { ok: event.ok, output: event.output };
      const index = into.calls.get(event.id);
      const call = index === undefined ? undefined : into.rows[index];
      if (index !== undefined && call?.kind === "tool") {
        into.rows[index] = { ...call, result };
        into.calls.delete(event.id);
      } else {
        // Its call lies before what is loaded.
        push(into, { ...head, kind: "tool", id: event.id, name: null, input: null, result });
      }
      return;
    }
    case "file_changed":
      push(into, { ...head, kind: "file", path: event.path, change: event.kind });
      return;
    case "note":
      push(into, { ...head, kind: "note", text: event.text });
      return;
    case "rate_limited":
      push(into, { ...head, kind: "rate_limited", retryAfter: event.retry_after });
      return;
    case "error":
      push(into, { ...head, kind: "error", error: event.kind, message: event.message });
      return;
    case "held_back":
      push(into, { ...head, kind: "held_back", what: event.kind, detail: event.detail });
      return;
    case "raw":
      push(into, { ...head, kind: "raw", text: event.text });
      return;
    case "session_started":
      push(into, { ...head, kind: "session", model: event.model });
      return;
    case "finished": {
      const summary = event.summary.trim();
      push(into, {
        ...head,
        kind: "finished",
        ok: event.ok,
        summary: summary && !wasSaid(into, summary) ? summary : null,
      });
      return;
    }
  }
}

function appendText(
  into: OutputRows,
  head: { key: number; step: number; at: number },
  text: string,
  delta: boolean,
): void {
  const last = into.rows.at(-1);
  if (last?.kind === "text" && last.open && last.step === head.step) {
    if (!delta && text.startsWith(last.text)) {
      // The whole block after its pieces.
      into.rows[into.rows.length - 1] = { ...last, text, open: false };
      return;
    }
    if (delta && !(last.text.length >= LONGEST_TEXT && last.text.endsWith("\n"))) {
      into.rows[into.rows.length - 1] = { ...last, text: `${last.text}${text}` };
      return;
    }
  }
  push(into, { ...head, kind: "text", text, open: delta });
}

function push(into: OutputRows, row: OutputRow): void {
  closeText(into);
  into.rows.push(row);
}

function closeText(into: OutputRows): void {
  const last = into.rows.at(-1);
  if (last?.kind === "text" && last.open) {
    into.rows[into.rows.length - 1] = { ...last, open: false };
  }
}

/** Whether the last words are the summary: most tools repeat their end in it, and once is enough. */
function wasSaid(into: OutputRows, summary: string): boolean {
  const wanted = withoutSpace(summary);
  let said = "";
  for (let index = into.rows.length - 1; index >= 0 && said.length < wanted.length; index -= 1) {
    const row = into.rows[index];
    if (row?.kind === "text") said = withoutSpace(row.text) + said;
    else if (row?.kind === "tool") break;
  }
  return said.endsWith(wanted);
}

function withoutSpace(text: string): string {
  return text.replace(/\s+/g, "");
}
