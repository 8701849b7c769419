// Puts a run's steps into what its timeline shows one below the other: single steps, and races with their lanes. Pure.

import type { Candidate, Run, Step } from "@/api/generated/bindings";

export type Section =
  | { race: null; step: Step }
  | { race: string; lanes: { candidate: Candidate; steps: Step[] }[] };

/** The sections in the order of their first steps; a candidate's steps stand together in its race. */
export function sections(run: Pick<Run, "steps" | "candidates">): Section[] {
  const found: Section[] = [];
  const races = new Map<string, { candidate: Candidate; steps: Step[] }[]>();
  for (const step of run.steps) {
    const candidate = run.candidates.find((each) => each.lane === step.lane);
    if (!candidate) {
      found.push({ race: null, step });
      continue;
    }
    let lanes = races.get(candidate.race);
    if (!lanes) {
      lanes = [];
      races.set(candidate.race, lanes);
      found.push({ race: candidate.race, lanes });
    }
    const lane = lanes.find((each) => each.candidate.lane === candidate.lane);
    if (lane) lane.steps.push(step);
    else lanes.push({ candidate, steps: [step] });
  }
  return found;
}

/** What the steps of one lane took together: US dollars (null: unknown), tokens, and from when to when. */
export function spent(run: Pick<Run, "steps">, lane: number) {
  const steps = run.steps.filter((step) => step.lane === lane);
  const costs = steps.map((step) => step.cost_usd).filter((cost) => cost !== null);
  const begun = steps.map((step) => step.started_at).filter((at) => at !== null);
  const last = steps.at(-1);
  return {
    cost: costs.length > 0 ? costs.reduce((sum, cost) => sum + cost, 0) : null,
    tokens: steps.reduce((sum, step) => sum + step.input_tokens + step.output_tokens, 0),
    from: begun[0] ?? null,
    to: last?.finished_at ?? null,
  };
}
