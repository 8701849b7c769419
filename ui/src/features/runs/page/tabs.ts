// The tabs of a run's page, and which one shows when nobody chose. Pure.

import type { Run } from "@/api/generated/bindings";

export const runTabs = ["output", "diff", "instructions", "usage", "candidates"] as const;
export type RunTab = (typeof runTabs)[number];

export function tabOf(text: string | undefined): RunTab | null {
  return runTabs.find((tab) => tab === text) ?? null;
}

/** When a run is done, its diff is what opens; before, and without changes, its output. */
export function openingTab(run: Pick<Run, "status" | "files_changed">): RunTab {
  return run.status === "completed" && run.files_changed > 0 ? "diff" : "output";
}
