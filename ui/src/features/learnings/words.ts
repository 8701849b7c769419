// How learnings and contexts are called on screen. Pure.

import type {
  LearningCategory,
  LearningDecided,
  LearningDecision,
  LearningSeverity,
  LearningStatus,
  Role,
  SessionType,
  VersionState,
} from "@/api/generated/bindings";
import { counted } from "@/lib/numbers";
import { titleOf } from "@/lib/words";

export const severityWord: Record<LearningSeverity, string> = {
  critical: "Critical",
  important: "Important",
  minor: "Minor",
};

export const categoryWord: Record<LearningCategory, string> = {
  preference: "Preference",
  pattern: "Pattern",
  gotcha: "Gotcha",
  tool: "Tool",
  architecture: "Architecture",
};

export const statusWord: Record<LearningStatus, string> = {
  pending: "Pending",
  approved: "Approved",
  rejected: "Rejected",
};

export const stateWord: Record<VersionState, string> = {
  draft: "draft",
  published: "published before",
  active: "active",
};

/** Who is told a context. */
export const sessionTypes: Record<SessionType, { title: string; who: string }> = {
  issue: {
    title: "Issues",
    who: "Designers, checkers, reviewers, planners and all else that works on an issue",
  },
  evaluating: { title: "Evaluating", who: "Evaluators, which score a change" },
  judging: { title: "Judging", who: "Judges, which choose among the candidates of a race" },
  merging: { title: "Merging", who: "Merge agents, which resolve conflicts" },
  answering: { title: "Answering", who: "Agents that answer open questions from the code" },
  learning: { title: "Learning", who: "Agents that draw learnings from a finished run" },
};

/** "Designer, Checker", or "All roles". */
export function rolesWord(roles: readonly Role[]): string {
  return roles.length === 0 ? "All roles" : roles.map(titleOf).join(", ");
}

/** "Learning 4" or "3 learnings". */
export function what(numbers: readonly number[]): string {
  return numbers.length === 1 ? `Learning ${numbers[0]}` : counted(numbers.length, "learning");
}

const done: Record<LearningDecision, string> = {
  approve: "approved",
  reject: "rejected",
  reopen: "back in the review",
};

/** "Learning 4 approved". */
export function decidedWord(numbers: readonly number[], decision: LearningDecision): string {
  return `${what(numbers)} ${done[decision]}`;
}

const statusAfter: Record<LearningDecision, LearningStatus> = {
  approve: "approved",
  reject: "rejected",
  reopen: "pending",
};

export function statusOf(decision: LearningDecision): LearningStatus {
  return statusAfter[decision];
}

const back: Record<LearningStatus, LearningDecision> = {
  approved: "approve",
  rejected: "reject",
  pending: "reopen",
};

/** The decisions that take others back, each with the learnings that it is for. */
export function takenBack(decided: readonly LearningDecided[]): [LearningDecision, number[]][] {
  const groups = new Map<LearningDecision, number[]>();
  for (const { number, from } of decided) {
    groups.set(back[from], [...(groups.get(back[from]) ?? []), number]);
  }
  return [...groups];
}
