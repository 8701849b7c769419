import type { HeldBackKind, MergeMode, Role } from "@/api/generated/bindings";
import { counted } from "@/lib/numbers";

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
