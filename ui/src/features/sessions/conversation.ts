// What a conversation shows: the output of its turns, and between them what the person said. Pure.

import type { SessionMessage } from "@/api/generated/bindings";
import type { OutputRow } from "@/parts/output/rows";

/** A message as a row among those of the output. */
export interface MessageRow {
  kind: "message";
  key: string;
  message: SessionMessage;
}

/** The part of the output that is held. */
interface Held {
  rows: readonly OutputRow[];
  /** Whether it begins with the run's first event. */
  fromStart: boolean;
}

/** An answer of so many lines that is all that a plain tool printed is shown as the Markdown that it may be. */
const SHORT_ANSWER = 20;

/** Where a turn of the agent begins. */
export interface TurnRow {
  kind: "turn";
  key: string;
  at: number;
}

export type Said = OutputRow | MessageRow | TurnRow;

/** The conversation, the oldest first. `messages` are those that are known, in their order. */
export function conversation(held: Held, messages: readonly SessionMessage[], plain: boolean): Said[] {
  return woven(held, messages, (said, from, end, begins) => {
    const step = held.rows[from]?.step;
    const answer = messages.find(({ role, turn }) => role === "assistant" && turn === step);
    if (plain && answer && begins && saysTheSame(held.rows.slice(from, end), answer)) {
      said.push(messageRow(answer));
      return;
    }
    if (begins) said.push({ kind: "turn", key: `turn ${step}`, at: held.rows[from]?.at ?? 0 });
    for (let at = from; at < end; at += 1) {
      const row = held.rows[at];
      if (!row || row.kind === "step" || row.kind === "session") continue;
      if (row.kind !== "finished") said.push(row);
      // Each turn ends, and how it failed is a row of its own; what is worth saying are words that were not said yet.
      else if (row.summary !== null) said.push({ ...row, kind: "text", text: row.summary, open: false });
    }
  });
}

/** The output as a terminal shows it: everything, and before each turn what was said to the agent. */
export function transcript(held: Held, messages: readonly SessionMessage[]): Said[] {
  const ours = messages.filter(({ role }) => role === "user");
  return woven(held, ours, (said, from, end) => {
    for (let at = from; at < end; at += 1) {
      const row = held.rows[at];
      if (row && row.kind !== "step") said.push(row);
    }
  });
}

/** Adds the rows of one turn; `begins` says whether its first row is among them. */
type PushTurn = (said: Said[], from: number, end: number, begins: boolean) => void;

/** The turns of the output, and before each what was said to the agent. */
function woven({ rows, fromStart }: Held, messages: readonly SessionMessage[], push: PushTurn): Said[] {
  const said: Said[] = [];
  const spoken = new Set<number | null>();
  const first = rows[0]?.step ?? 0;
  // What was said before the part that is held stands further up.
  const waiting = byTurn(fromStart ? messages : messages.filter(({ turn }) => turn === null || turn > first));
  let next = 0;
  const sayUntil = (step: number) => {
    for (let message = waiting[next]; message; message = waiting[next]) {
      if ((message.turn ?? NOT_YET) > step) break;
      // The answer of a turn stands in its output, where there is any.
      if (message.role === "user" || !spoken.has(message.turn)) said.push(messageRow(message));
      next += 1;
    }
  };
  for (let at = 0; at < rows.length; ) {
    const step = rows[at]?.step ?? 0;
    const end = endOfStep(rows, at);
    spoken.add(step);
    sayUntil(step);
    push(said, at, end, fromStart || at > 0);
    at = end;
  }
  sayUntil(NOT_YET);
  return said;
}

/** The turn of messages that no turn has taken yet: after all others. */
const NOT_YET = Number.MAX_SAFE_INTEGER;

/** Messages by the turns that took or said them: what was written while the agent worked comes after its answer. */
function byTurn(messages: readonly SessionMessage[]): SessionMessage[] {
  return [...messages].sort((a, b) => (a.turn ?? NOT_YET) - (b.turn ?? NOT_YET) || a.seq - b.seq);
}

function endOfStep(rows: readonly OutputRow[], from: number): number {
  const step = rows[from]?.step;
  let end = from;
  while (end < rows.length && rows[end]?.step === step) end += 1;
  return end;
}

/** Whether lines are, all together, what is kept as the answer. */
function saysTheSame(rows: readonly OutputRow[], answer: SessionMessage): boolean {
  const lines: string[] = [];
  for (const row of rows) {
    if (row.kind === "step" || row.kind === "session" || row.kind === "finished") continue;
    if (row.kind !== "text" || lines.length === SHORT_ANSWER) return false;
    if (row.text.trim() !== "") lines.push(row.text);
  }
  return lines.join("\n") === answer.text;
}

function messageRow(message: SessionMessage): MessageRow {
  return { kind: "message", key: message.id, message };
}

/** Whether messages before those that are known belong to what is held. */
export function wantsEarlier({ rows, fromStart }: Held, messages: readonly SessionMessage[]): boolean {
  const first = messages[0]?.turn;
  if (first === undefined || first === null) return true;
  return fromStart || first >= (rows[0]?.step ?? 0);
}
