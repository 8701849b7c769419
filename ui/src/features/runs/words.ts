import type { CandidateStatus, Evaluation, HeldBackKind, MergeMode, Role } from "@/api/generated/bindings";
import { counted } from "@/lib/numbers";
import { titleOf } from "@/lib/words";

/** Words that only runs need; exhaustive, as in `lib/words`. */
export const roleWord: Record<Role, string> = {
  designer: "Designer",
  checker: "Checker",
  optimizer: "Optimizer",
  prompter: "Prompter",
  investigator: "Investigator",
  planner: "Planner",
  deep_dive: "Deep dive",
  reviewer: "Reviewer",
  evaluator: "Evaluator",
  judge: "Judge",
  merge_agent: "Merge agent",
  custom: "Custom",
};

/** What a step is called: by its persona, which is mostly its role. */
export function stepTitle({ role, persona }: { role: Role; persona: string | null }): string {
  return persona === null || persona === role ? roleWord[role] : titleOf(persona);
}

/** What an evaluator scores, in the order of its contract. */
export const dimensions = [
  "correctness",
  "type_safety",
  "code_style",
  "test_coverage",
  "completeness",
] as const satisfies readonly (keyof Evaluation)[];

export const dimensionWord: Record<(typeof dimensions)[number], string> = {
  correctness: "Correctness",
  type_safety: "Type safety",
  code_style: "Code style",
  test_coverage: "Test coverage",
  completeness: "Completeness",
};

/** "3 file accesses", "1 secret": so many of a kind were held back. */
export function heldBackCount(kind: HeldBackKind, count: number): string {
  switch (kind) {
    case "path":
      return counted(count, "file access", "file accesses");
    case "secret":
      return counted(count, "secret");
    case "process":
      return counted(count, "process", "processes");
    case "memory":
      return counted(count, "memory limit", "memory limits");
    case "repository":
      return counted(count, "repository change");
    case "network":
      return counted(count, "connection");
  }
}

export const mergeWord: Record<MergeMode, { title: string; note: string }> = {
  merge: { title: "Merge", note: "Keeps the agent's commits and adds a merge commit" },
  squash: { title: "Squash and merge", note: "Puts all changes into one commit" },
  rebase: { title: "Rebase and merge", note: "Puts the agent's commits on top of the base" },
};

export const candidateWord: Record<CandidateStatus, string> = {
  running: "Running",
  completed: "Completed",
  failed: "Failed",
  cancelled: "Cancelled",
};
