// What the parts of a workflow are called. Pure.

import type { RaceVariant, Role, StepSettings, WorkflowNode, WorkflowType } from "@/api/generated/bindings";

/** Exhaustive: a new role does not compile until it is named here. */
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

export const typeWord: Record<WorkflowType, string> = {
  single_designer: "Single designer",
  designer_checker: "Designer & checker",
  custom_pipeline: "Custom pipeline",
  persona_pipeline: "Persona pipeline",
};

/** A workflow's or persona's name as people read it. */
export function nameWord(name: string): string {
  const words = name.replace(/[_-]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What a step is called: its persona, else its role. */
export function stepTitle(step: StepSettings): string {
  if (step.persona) return nameWord(step.persona);
  return step.role ? roleWord[step.role] : "Choose a role";
}

/** What a step says for itself, in a line; empty when it leaves everything to its persona and the run. */
export function stepNote(step: StepSettings): string {
  const minutes = step.timeout_ms === undefined ? null : `${Math.round(step.timeout_ms / 60_000)} min`;
  const said = [step.tool, step.model, step.effort && `${step.effort} effort`, minutes];
  const fallback = step.fallback ? `else ${step.fallback}` : null;
  return [...said, fallback].filter(Boolean).join(" · ");
}

/** What a variant of a race changes. */
export function variantNote(variant: RaceVariant): string {
  const effort = variant.effort ? `${variant.effort} effort` : null;
  const persona = variant.persona ? nameWord(variant.persona) : null;
  return [persona, variant.tool, variant.model, effort].filter(Boolean).join(" · ") || "As the steps say";
}

/** A node in words, for those who do not see the drawing. */
export function nodeWord(node: WorkflowNode): string {
  if (node.kind === "loop") return `Loop, ${node.max_iterations} times at most`;
  if (node.kind === "race") return `Race of ${node.variants.length}`;
  return stepTitle(node);
}

/** A frame in a word, where there is little room. */
export function frameWord(node: WorkflowNode): string {
  if (node.kind === "loop") return `Loop × ${node.max_iterations}`;
  return node.kind === "race" ? `Race × ${node.variants.length}` : "";
}

/** How a step of a role changes the work, which its card shows by colour and icon. */
export type Manner = "makes" | "gates" | "scores" | "reads";

export function mannerOf(role: Role | undefined): Manner {
  switch (role) {
    case "designer":
    case "optimizer":
    case "merge_agent":
    case "custom":
      return "makes";
    case "checker":
      return "gates";
    case "evaluator":
    case "judge":
      return "scores";
    default:
      return "reads";
  }
}
