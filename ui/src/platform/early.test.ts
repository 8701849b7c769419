import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";

const script = readFileSync(join(import.meta.dirname, "../../public/early.js"), "utf8");

/** A start of the application: the early script, then its own code. */
async function start(invoke: (command: string, call: { name: string; args: unknown }) => Promise<unknown>) {
  Object.assign(window, { __TAURI_INTERNALS__: { invoke } });
  new Function(script)();
  vi.resetModules();
  return import("./early");
}

afterEach(() => {
  localStorage.clear();
  delete (window as { __TAURI_INTERNALS__?: unknown }).__TAURI_INTERNALS__;
});

describe("what is asked before the code is there", () => {
  it("is what the last start asked, and each answer is given once", async () => {
    const invoke = vi.fn(async (_: string, { name }: { name: string }) => `answer to ${name}`);
    const first = await start(invoke);
    expect(invoke, "a first start knows no questions").not.toHaveBeenCalled();
    expect(first.takeEarly("issue_list", { project: "p", query: "is:active" })).toBeUndefined();
    first.takeEarly("issue_move", { project: "p", number: 1 });
    first.endOfStart();

    const second = await start(invoke);
    expect(invoke.mock.calls, "only what reads is asked again, never what changes something").toEqual([
      ["call", { name: "issue_list", args: { project: "p", query: "is:active" } }],
    ]);
    expect(
      second.takeEarly("issue_list", { project: "q", query: "is:active" }),
      "another project's list is another question",
    ).toBeUndefined();
    const answer = second.takeEarly("issue_list", { project: "p", query: "is:active" });
    await expect(answer).resolves.toBe("answer to issue_list");
    expect(
      second.takeEarly("issue_list", { project: "p", query: "is:active" }),
      "a second question wants a new answer",
    ).toBeUndefined();
  });

  it("is forgotten once the first view stands", async () => {
    const invoke = vi.fn(async () => "old");
    localStorage.setItem("waybill.first_calls", JSON.stringify([["activity", {}]]));
    const early = await start(invoke);
    early.endOfStart();
    expect(early.takeEarly("activity", {}), "an answer of the start would be out of date").toBeUndefined();
  });

  it("never keeps the application from starting, whatever was kept", async () => {
    const invoke = vi.fn(async () => "x");
    for (const kept of ["", "{", "42", '[["a"]]', "[1]", "null"]) {
      localStorage.setItem("waybill.first_calls", kept);
      const early = await start(invoke);
      expect(early.takeEarly("project_list", {}), kept).toBeUndefined();
    }
  });
});
