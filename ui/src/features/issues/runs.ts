// Starting a run on issues: which tool it would use, and what is told when it began.

import type { QueryClient } from "@tanstack/react-query";
import { call } from "../../api/client";
import type { AgentTool, ProjectSettings, RunStart, Settings } from "../../api/generated/bindings";
import { toast, toastError } from "../../design/toasts";
import { paths } from "../../lib/links";
import { show, shown } from "./shown";

/** What may be chosen besides the issue. */
export type RunChoices = Omit<RunStart, "project" | "issue">;

/** The tool that a run uses when none is chosen: the project's, else the application's, else the first that is there. */
export function defaultTool(
  tools: readonly AgentTool[],
  project: Pick<ProjectSettings, "default_tool"> | undefined,
  settings: Pick<Settings, "default_tool"> | undefined,
): AgentTool | null {
  const named = (name: string | null | undefined) =>
    tools.find((tool) => tool.name === name && tool.installed);
  return (
    named(project?.default_tool) ??
    named(settings?.default_tool) ??
    tools.find((tool) => tool.installed && tool.sign_in !== "none") ??
    tools.find((tool) => tool.installed) ??
    null
  );
}

/** Starts one run for each issue; answers whether all of them began. */
export async function startRuns(
  client: QueryClient,
  project: string,
  numbers: readonly number[],
  choices: RunChoices,
  open: (path: string) => void,
): Promise<boolean> {
  const started = await Promise.all(
    numbers.map(async (issue) => {
      const status = shown(client, project, issue)?.status;
      show(client, project, new Map([[issue, { status: "in_progress" }]]));
      try {
        return await call("run_start", { project, issue, ...choices });
      } catch (error) {
        if (status) show(client, project, new Map([[issue, { status }]]));
        toastError(`No run was started on #${issue}`, error);
        return null;
      }
    }),
  );
  const begun = started.filter((run) => run !== null);
  const [first] = begun;
  if (first && begun.length === 1) {
    toast({
      title: `Run ${first.number} started${first.issue ? ` on #${first.issue.number}` : ""}`,
      action: { title: "Open", run: () => open(paths.run(project, first.number)) },
    });
  } else if (begun.length > 1) {
    toast({
      title: `${begun.length} runs started`,
      action: { title: "Open", run: () => open(paths.runs(project)) },
    });
  }
  return begun.length === numbers.length;
}
