import { describe, expect, it } from "vitest";
import type { AgentEvent, OutputEvent } from "@/api/generated/bindings";
import { appendRows, emptyRows, rowsOf } from "./rows";

const events = (...list: AgentEvent[]): OutputEvent[] =>
  list.map((event, seq) => ({ seq, step: 0, at: seq, event }));

describe("rows of a run's output", () => {
  it("joins the pieces of a streamed block, also across usage reports", () => {
    const { rows } = rowsOf(
      events(
        { type: "text", text: "Reading ", delta: true },
        { type: "usage", input_tokens: 1, output_tokens: 1, cache_read_tokens: 0, cache_write_tokens: 0 },
        { type: "text", text: "the parser.", delta: true },
      ),
    );
    expect(rows, "one block was written, so one row is shown").toHaveLength(1);
    expect(rows[0], "the pieces are joined in order").toMatchObject({
      kind: "text",
      text: "Reading the parser.",
      open: true,
    });
  });

  it("shows a block once when the tool sends it whole after its pieces", () => {
    const { rows } = rowsOf(
      events(
        { type: "text", text: "Do", delta: true },
        { type: "text", text: "ne.", delta: true },
        { type: "text", text: "Done." },
      ),
    );
    expect(
      rows.map((row) => row.kind === "text" && row.text),
      "nothing is said twice",
    ).toEqual(["Done."]);
  });

  it("keeps separate blocks separate", () => {
    const { rows } = rowsOf(events({ type: "text", text: "One." }, { type: "text", text: "Two." }));
    expect(rows, "two blocks are two rows").toHaveLength(2);
  });

  it("closes a streamed block when something else happens", () => {
    const { rows } = rowsOf(
      events(
        { type: "text", text: "a", delta: true },
        { type: "note", text: "n" },
        { type: "text", text: "b", delta: true },
      ),
    );
    expect(
      rows.map((row) => row.kind),
      "the later piece begins a block of its own",
    ).toEqual(["text", "note", "text"]);
    expect(rows[0], "the first block is finished").toMatchObject({ open: false });
  });

  it("folds a result into its call, with other events between", () => {
    const { rows } = rowsOf(
      events(
        { type: "tool_call", id: "a", name: "Bash", input: { command: "ls" } },
        { type: "tool_call", id: "b", name: "Read", input: { path: "x" } },
        { type: "tool_result", id: "b", ok: false, output: "missing" },
        { type: "tool_result", id: "a", ok: true, output: "file" },
      ),
    );
    expect(rows, "two calls are two rows").toHaveLength(2);
    expect(rows[0], "each call has its own result").toMatchObject({
      name: "Bash",
      result: { ok: true, output: "file" },
    });
    expect(rows[1], "a failed result is kept as failed").toMatchObject({
      name: "Read",
      result: { ok: false, output: "missing" },
    });
  });

  it("shows a result whose call is not loaded", () => {
    const { rows } = rowsOf(events({ type: "tool_result", id: "gone", ok: true, output: "text" }));
    expect(rows[0], "output is never dropped because its call scrolled away").toMatchObject({
      kind: "tool",
      name: null,
      result: { output: "text" },
    });
  });

  it("gives ids that are used again their own results", () => {
    const { rows } = rowsOf(
      events(
        { type: "tool_call", id: "1", name: "A", input: {} },
        { type: "tool_result", id: "1", ok: true, output: "first" },
        { type: "tool_call", id: "1", name: "B", input: {} },
        { type: "tool_result", id: "1", ok: true, output: "second" },
      ),
    );
    expect(
      rows.map((row) => row.kind === "tool" && row.result?.output),
      "results stay with their calls",
    ).toEqual(["first", "second"]);
  });

  it("makes new objects for rows that change, so that memoised views see it", () => {
    const made = emptyRows();
    const [call, result] = events(
      { type: "tool_call", id: "a", name: "Bash", input: {} },
      { type: "tool_result", id: "a", ok: true, output: "" },
    );
    appendRows(made, call ? [call] : []);
    const before = made.rows[0];
    appendRows(made, result ? [result] : []);
    expect(made.rows[0], "the row was replaced, not changed in place").not.toBe(before);
  });

  it("goes on in a new row when a streamed block grows very long", () => {
    const line = `${"x".repeat(99)}\n`;
    const { rows } = rowsOf(
      events(...Array.from({ length: 400 }, () => ({ type: "text", text: line, delta: true }) as const)),
    );
    expect(rows.length, "40,000 characters are several rows").toBeGreaterThan(3);
    expect(
      rows.map((row) => (row.kind === "text" ? row.text : "")).join(""),
      "and nothing is lost between them",
    ).toBe(line.repeat(400));
  });

  it("marks where a new step begins", () => {
    const list = events({ type: "note", text: "a" }, { type: "note", text: "b" });
    const { rows } = rowsOf(list.map((event, index) => ({ ...event, step: index })));
    expect(
      rows.map((row) => row.kind),
      "a step's start is visible",
    ).toEqual(["note", "step", "note"]);
    expect(new Set(rows.map((row) => row.key)).size, "keys stay unique").toBe(3);
  });

  it("does not repeat the last words as the summary", () => {
    const { rows } = rowsOf(
      events(
        { type: "text", text: "All done.\n" },
        { type: "finished", ok: true, summary: "All done.", agent_session_id: null },
      ),
    );
    expect(rows[1], "what was just said is not said again").toMatchObject({
      kind: "finished",
      summary: null,
    });
  });

  it("does not repeat the last lines of a tool that sends line by line", () => {
    const { rows } = rowsOf(
      events(
        { type: "text", text: "first" },
        { type: "text", text: "second" },
        { type: "raw", text: "Terminated" },
        { type: "finished", ok: false, summary: "first\nsecond", agent_session_id: null },
      ),
    );
    expect(rows.at(-1), "the lines stand right above").toMatchObject({ kind: "finished", summary: null });
  });

  it("shows a summary that says something new", () => {
    const { rows } = rowsOf(
      events(
        { type: "text", text: "Looking." },
        { type: "finished", ok: true, summary: "Nothing to do.", agent_session_id: null },
      ),
    );
    expect(rows.at(-1), "it would be lost otherwise").toMatchObject({ summary: "Nothing to do." });
  });
});
