// The views of the runs list, and how the address names them: `?status=failed,cancelled`. Pure.

import { allRunStatus, type RunStatus } from "@/api/generated/bindings";

export interface RunView {
  title: string;
  /** As the address has it; absent: all. */
  status: string | undefined;
  /** What an empty list says. */
  none: string;
  about: string;
}

export const runViews: readonly [RunView, ...RunView[]] = [
  { title: "All", status: undefined, none: "No runs yet", about: "" },
  {
    title: "Active",
    status: "pending,running",
    none: "Nothing is running",
    about: "Runs that work, or wait to, are listed here.",
  },
  {
    title: "Completed",
    status: "completed",
    none: "No completed runs",
    about: "Runs whose agent finished are listed here.",
  },
  {
    title: "Failed",
    status: "failed",
    none: "No failed runs",
    about: "Runs that could not finish are listed here, each with what went wrong.",
  },
  {
    title: "Cancelled",
    status: "cancelled",
    none: "No cancelled runs",
    about: "Runs that you stopped are listed here.",
  },
];

/** The statuses that the address names, in their own order; none of them means all. */
export function statusesOf(status: string | undefined): RunStatus[] {
  const named = new Set((status ?? "").split(","));
  return allRunStatus.filter((each) => named.has(each));
}

/** The view that these statuses are, if they are one. */
export function viewOf(statuses: readonly RunStatus[]): RunView | null {
  const key = statuses.join(",");
  return runViews.find((view) => statusesOf(view.status).join(",") === key) ?? null;
}
