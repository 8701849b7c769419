// Sums up a run in text: for the line of what was held back, and for a report of what went wrong. Pure.

import { allHeldBackKind, type HeldBack, type HeldBackKind, type Run } from "@/api/generated/bindings";

/** How often each kind was held back, in the order of the kinds. */
export function heldBackTotals(held: readonly HeldBack[]): { kind: HeldBackKind; count: number }[] {
  return allHeldBackKind
    .map((kind) => ({
      kind,
      count: held.filter((each) => each.kind === kind).reduce((sum, each) => sum + each.count, 0),
    }))
    .filter(({ count }) => count > 0);
}

/** Everything known about a run that failed, to be pasted into a report. It holds no prompt and no output. */
export function runDetails(run: Run): string {
  const failed = run.steps.find((step) => step.status === "failed");
  return [
    `Run ${run.number} (${run.id}): ${run.status}`,
    run.error,
    run.advice,
    run.error_kind && `code: ${run.error_kind}`,
    `tool: ${[run.tool, run.model].filter(Boolean).join(" ")}`,
    failed && `step: ${failed.position + 1} ${failed.role}, attempt ${failed.attempt}`,
    run.sandbox && `sandbox: ${run.sandbox.isolation}, ${run.sandbox.state}`,
    run.sandbox?.error && `sandbox error: ${run.sandbox.error}`,
    `base: ${run.base_branch}${run.base_commit ? `@${run.base_commit}` : ""}`,
    ...run.held_back.map((each) => `held back: ${each.kind} ${each.detail} ×${each.count}`),
    run.finished_at !== null && `at: ${new Date(run.finished_at).toISOString()}`,
  ]
    .filter(Boolean)
    .join("\n");
}
