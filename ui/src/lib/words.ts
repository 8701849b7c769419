import type {
  AgentTool,
  Author,
  Delivery,
  ErrorKind,
  Execution,
  HeldBackKind,
  NeedKind,
  Priority,
  RunSource,
  RunStatus,
  SignIn,
  Status,
  WaitingFor,
} from "../api/generated/bindings";

/** The words of SPEC, as people read them. Exhaustive: a new word does not compile until it is named here. */
export const statusWord: Record<Status, string> = {
  open: "Open",
  triaged: "Triaged",
  assigned: "Assigned",
  in_progress: "In progress",
  resolved: "Resolved",
  rejected: "Rejected",
  reopened: "Reopened",
};

export const priorityWord: Record<Priority, string> = {
  low: "Low",
  medium: "Medium",
  high: "High",
  critical: "Critical",
};

export const runStatusWord: Record<RunStatus, string> = {
  pending: "Pending",
  running: "Running",
  completed: "Completed",
  failed: "Failed",
  cancelled: "Cancelled",
};

export const executionWord: Record<Execution, string> = {
  new: "Not run",
  running: "Running",
  completed: "Completed",
  failed: "Failed",
};

export const waitingWord: Record<WaitingFor, string> = {
  engine: "Waits for an engine",
  operator: "Paused",
  consent: "Waits for your consent",
  quota: "Waits for quota",
};

export const runSourceWord: Record<RunSource, string> = {
  workflow: "Workflow",
  issue: "Issue",
  sprint_chain: "Sprint chain",
  sandbox: "Sandbox",
  merge_agent: "Merge agent",
  recurring_task: "Recurring task",
};

export const deliveryWord: Record<Delivery, string> = {
  none: "No changes",
  ready: "Ready for review",
  merged: "Merged",
  discarded: "Discarded",
};

export const needWord: Record<NeedKind, string> = {
  review: "Review",
  failed_run: "Failed run",
  consent: "Consent",
  conflict: "Conflict",
  checkpoint: "Checkpoint",
  ask: "Question",
  form: "Form",
};

export function signInWord(tool: Pick<AgentTool, "sign_in">): string {
  const words: Record<SignIn, string> = {
    key: "Uses your API key",
    login: "Signed in",
    none: "Not signed in",
    not_needed: "Needs no sign-in",
  };
  return words[tool.sign_in];
}

/** How an author is named everywhere (SPEC 2). */
export function authorName(author: Author): string {
  const { kind, display_name: name, handle, user_id: id } = author;
  switch (kind) {
    case "operator":
      return name ?? "Operator";
    case "guest":
    case "member":
      return name && handle ? `${name} (${handle})` : (handle ?? name ?? id);
    case "system":
      return "Waybill";
    case "agent":
      return id;
  }
}

/** A message from elsewhere as a sentence: a capital first, a full stop last. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  const ended = /[.!?…:]$/.test(trimmed) || trimmed === "" ? trimmed : `${trimmed}.`;
  return ended.charAt(0).toUpperCase() + ended.slice(1);
}

export const errorKindWord: Record<ErrorKind, string> = {
  auth: "not signed in",
  rate_limit: "rate limit",
  overloaded: "provider overloaded",
  context_length: "context too long",
  network: "network",
  not_installed: "not installed",
  crash: "crash",
  timeout: "timeout",
  cancelled: "cancelled",
  contract: "unusable answer",
};

export const heldBackWord: Record<HeldBackKind, string> = {
  path: "file access",
  secret: "secret",
  process: "process",
  memory: "memory",
  repository: "repository",
  network: "network",
};

/** A workflow's or persona's name as people read it: "designer_checker" is "Designer checker". */
export function titleOf(name: string): string {
  const words = name.replace(/[_-]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
