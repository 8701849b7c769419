import { describe, expect, it } from "vitest";
import type { AgentTool, HeldBack, Run } from "@/api/generated/bindings";
import { usableTool } from "../StartRunDialog";
import { heldBackTotals, runDetails } from "./report";
import { openingTab, tabOf } from "./tabs";

const run: Run = {
  id: "01RUN",
  project_slug: "importer",
  number: 87,
  name: "Importer drops labels",
  source: "issue",
  status: "failed",
  waiting_for: null,
  issue: { number: 412, title: "Importer drops labels" },
  workflow: "single_designer",
  workflow_version: 0,
  tool: "claude",
  model: null,
  prompt_preview: "secret plan",
  branch: "waybill/412-importer-drops-labels",
  delivery: "none",
  files_changed: 0,
  lines_added: 0,
  lines_removed: 0,
  cost_usd: null,
  input_tokens: 0,
  output_tokens: 0,
  error: "The agent is not signed in.",
  activity: null,
  resume_at: null,
  quality_score: null,
  threshold_result: null,
  iterations: 1,
  created_at: 0,
  started_at: 0,
  finished_at: 1_000,
  prompt: "secret plan",
  base_branch: "main",
  base_commit: "1a2b3c4",
  head_commit: null,
  merge_commit: null,
  error_kind: "auth",
  advice: "Set a key in Settings.",
  steps: [],
  sandbox: null,
  held_back: [],
  upcoming: [],
  candidates: [],
  failed_step_id: null,
  actions: {
    cancel: false,
    pause: false,
    resume: false,
    retry: true,
    merge: false,
    discard: false,
    consent: false,
    choose: false,
    request_changes: false,
  },
};

describe("what a run's page opens with", () => {
  it("is the diff of a run that is done", () => {
    expect(openingTab({ status: "completed", files_changed: 3 }), "review is what comes next").toBe("diff");
  });

  it("is the output of any other", () => {
    expect(openingTab({ status: "running", files_changed: 3 }), "while it works one watches").toBe("output");
    expect(openingTab({ status: "failed", files_changed: 3 }), "what went wrong is in the output").toBe(
      "output",
    );
    expect(openingTab({ status: "completed", files_changed: 0 }), "an empty diff tells nothing").toBe(
      "output",
    );
  });

  it("is what the address names", () => {
    expect(tabOf("usage"), "links to a tab work").toBe("usage");
    expect(tabOf("nonsense"), "and mistyped ones do no harm").toBeNull();
  });
});

describe("what was held back", () => {
  it("is summed up by kind", () => {
    const held: HeldBack[] = [
      { kind: "network", detail: "example.org", count: 3 },
      { kind: "path", detail: "~/.ssh", count: 1 },
      { kind: "network", detail: "example.com", count: 2 },
    ];
    expect(heldBackTotals(held), "every one counts").toEqual([
      { kind: "path", count: 1 },
      { kind: "network", count: 5 },
    ]);
  });
});

describe("the details of a failed run", () => {
  it("say what happened and where, and nothing that was asked of the agent", () => {
    const text = runDetails(run);
    expect(text, "what went wrong").toContain("The agent is not signed in.");
    expect(text, "its code").toContain("code: auth");
    expect(text, "where it began").toContain("main@1a2b3c4");
    expect(text, "a report must not give the prompt away").not.toContain("secret plan");
  });
});

describe("the tool of a new run", () => {
  const tool = (name: string, more: Partial<AgentTool> = {}): AgentTool => ({
    name,
    title: name,
    built_in: true,
    plain: false,
    installed: true,
    path: null,
    version: null,
    sign_in: "login",
    secret: null,
    command: null,
    install_hint: null,
    ...more,
  });

  it("is the preferred one, also when it is not ready, for then one is told why", () => {
    const tools = [tool("demo"), tool("claude", { installed: false })];
    expect(usableTool(tools, "claude"), "the choice is respected").toBe("claude");
  });

  it("is else one that can work", () => {
    const tools = [tool("claude", { installed: false }), tool("codex", { sign_in: "none" }), tool("demo")];
    expect(usableTool(tools, null), "one that is ready comes first").toBe("demo");
    expect(
      usableTool([tool("claude", { installed: false })], null),
      "none is chosen where none is there",
    ).toBeNull();
  });
});
