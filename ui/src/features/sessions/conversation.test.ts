import { describe, expect, it } from "vitest";
import type { AgentEvent, MessageRole, SessionMessage } from "@/api/generated/bindings";
import { rowsOf } from "@/parts/output/rows";
import { conversation, transcript, wantsEarlier } from "./conversation";

const message = (seq: number, role: MessageRole, text: string, turn: number | null): SessionMessage => ({
  id: `m${seq}`,
  seq,
  role,
  state: turn === null ? "queued" : "delivered",
  author: { kind: "operator", user_id: "operator", handle: null, display_name: null },
  text,
  question: null,
  turn,
  created_at: seq,
  delivered_at: null,
});

/** Output of some turns; events are numbered through from `from`. */
const output = (turns: Record<number, AgentEvent[]>, from = 0) => {
  let seq = from;
  const events = Object.entries(turns).flatMap(([step, list]) =>
    list.map((event) => ({ seq: seq++, step: Number(step), at: 0, event })),
  );
  return { rows: rowsOf(events).rows, fromStart: from === 0 };
};

const text = (words: string): AgentEvent => ({ type: "text", text: words });
const call: AgentEvent = { type: "tool_call", id: "a", name: "Read", input: { path: "x" } };
const finished = (summary: string): AgentEvent => ({
  type: "finished",
  ok: true,
  summary,
  agent_session_id: null,
});

const words = (said: ReturnType<typeof conversation>) =>
  said
    .filter((row) => row.kind !== "turn")
    .map((row) =>
      row.kind === "message"
        ? `${row.message.role}: ${row.message.text}`
        : "text" in row
          ? row.text
          : row.kind,
    );

describe("a conversation", () => {
  it("has each message before the output of its turn, and says nothing twice", () => {
    const held = output({
      0: [
        { type: "session_started", agent_session_id: "s", model: "m" },
        call,
        text("Done."),
        finished("Done."),
      ],
      1: [text("More."), finished("More.")],
    });
    const messages = [
      message(1, "user", "Begin", 0),
      message(2, "assistant", "Done.", 0),
      message(3, "user", "Go on", 1),
      message(4, "assistant", "More.", 1),
      message(5, "user", "And then", null),
    ];
    expect(words(conversation(held, messages, false))).toEqual([
      "user: Begin",
      "tool",
      "Done.",
      "user: Go on",
      "More.",
      "user: And then",
    ]);
  });

  it("shows what a turn said last when that stands nowhere else", () => {
    const held = output({ 0: [text("Looking."), finished("Nothing to do.")] });
    expect(words(conversation(held, [], false))).toEqual(["Looking.", "Nothing to do."]);
  });

  it("has what was written while the agent worked after its answer", () => {
    const messages = [
      message(1, "user", "Begin", 0),
      message(2, "user", "Go on", 1),
      message(3, "assistant", "Done.", 0),
    ];
    const held = output({ 0: [text("Done.")], 1: [text("More.")] });
    expect(words(conversation(held, messages, false))).toEqual([
      "user: Begin",
      "Done.",
      "user: Go on",
      "More.",
    ]);
  });

  it("is whole where the output is gone", () => {
    const messages = [message(1, "user", "Begin", 0), message(2, "assistant", "Done.", 0)];
    expect(words(conversation({ rows: [], fromStart: true }, messages, false))).toEqual([
      "user: Begin",
      "assistant: Done.",
    ]);
  });

  it("shows the answer of a turn of which no output was kept among others", () => {
    const held = output({ 1: [text("More.")] });
    const messages = [
      message(1, "user", "Begin", 0),
      message(2, "assistant", "Done.", 0),
      message(3, "user", "Go on", 1),
    ];
    expect(words(conversation(held, messages, false))).toEqual([
      "user: Begin",
      "assistant: Done.",
      "user: Go on",
      "More.",
    ]);
  });

  it("leaves out what stands before the part that is held", () => {
    const held = output({ 1: [text("the end of it")], 2: [text("Yes.")] }, 500);
    const messages = [
      message(1, "user", "Begin", 0),
      message(2, "user", "Go on", 1),
      message(3, "user", "Sure?", 2),
    ];
    expect(words(conversation(held, messages, false)), "turn 1 began further up").toEqual([
      "the end of it",
      "user: Sure?",
      "Yes.",
    ]);
  });

  it("reads a short answer of a plain tool as Markdown, and leaves what is more than that as lines", () => {
    const messages = [message(1, "user", "Hi", 0), message(2, "assistant", "Hello\n**you**", 0)];
    const short = output({ 0: [text("Hello"), text("**you**"), finished("Hello\n**you**")] });
    expect(words(conversation(short, messages, true))).toEqual(["user: Hi", "assistant: Hello\n**you**"]);
    const noisy = output({
      0: [text("compiling"), text("Hello"), text("**you**"), finished("Hello\n**you**")],
    });
    expect(words(conversation(noisy, messages, true))).toEqual(["user: Hi", "compiling", "Hello", "**you**"]);
  });

  it("marks where a turn of the agent begins, and only there", () => {
    const marks = (held: ReturnType<typeof output>) =>
      conversation(held, [], false).flatMap((row) => (row.kind === "turn" ? [row.key] : []));
    const turns = { 0: [text("a")], 1: [text("b")] };
    expect(marks(output(turns))).toEqual(["turn 0", "turn 1"]);
    expect(marks(output(turns, 500)), "the first began further up").toEqual(["turn 1"]);
  });

  it("tells in its transcript what was said to the agent, and its output", () => {
    const messages = [message(1, "user", "Begin", 0), message(2, "assistant", "Done.", 0)];
    const held = output({ 0: [call, text("Done."), finished("Done.")] });
    expect(words(transcript(held, messages))).toEqual(["user: Begin", "tool", "Done.", "finished"]);
  });

  it("asks for earlier messages only when they would show", () => {
    const known = [message(9, "user", "Go on", 4)];
    expect(wantsEarlier(output({ 4: [text("a")] }, 500), known), "its turn may have more").toBe(true);
    expect(wantsEarlier(output({ 5: [text("a")] }, 500), known), "all before is further up").toBe(false);
    expect(wantsEarlier(output({ 0: [text("a")] }), known), "the beginning is in sight").toBe(true);
  });
});
