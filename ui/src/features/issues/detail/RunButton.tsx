import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { ChevronDown, Play } from "lucide-react";
import { keysOf } from "../../../actions/catalogue";
import type { Issue } from "../../../api/generated/bindings";
import { useCall, useCommand } from "../../../api/queries";
import { Button, SplitButton } from "../../../design/Button";
import { Menu } from "../../../design/Menu";
import { Tooltip } from "../../../design/Tooltip";
import { toastError } from "../../../design/toasts";
import { paths } from "../../../lib/links";
import { signInWord } from "../../../lib/words";
import type { Changes } from "../changes";
import { startRuns } from "../runs";
import { isActive } from "../useIssueActions";

interface RunButtonProps {
  issue: Issue;
  changes: Changes;
  /** Asks for the agent and its limits first. */
  onRun: () => void;
}

/** The primary action: hands the issue to an agent. A closed issue is reopened first. */
export function RunButton({ issue, changes, onRun }: RunButtonProps) {
  const client = useQueryClient();
  const router = useRouter();
  const tools = useCall("tool_list", {}).data ?? [];
  const talk = useCommand("session_start", {
    onSuccess: ({ project_slug, number }) =>
      void router.navigate({ href: paths.session(project_slug, number) }),
    onError: (error) => toastError("The session could not be started", error),
  });
  if (!isActive(issue)) {
    return <Button onClick={() => void changes.move([issue.number], "triaged")}>Reopen</Button>;
  }
  const start = (tool: string) =>
    void startRuns(
      client,
      issue.project_slug,
      [issue.number],
      { tool },
      (path) => void router.navigate({ href: path }),
    );
  return (
    <SplitButton>
      <Tooltip text="Run an agent on this issue" keys={keysOf("issue.run")}>
        <Button
          kind="primary"
          data-action="issue.run"
          icon={<Play size={14} fill="currentColor" />}
          onClick={onRun}
        >
          Run
        </Button>
      </Tooltip>
      <Menu
        align="end"
        trigger={
          <Button kind="primary" aria-label="Ways to run">
            <ChevronDown size={14} />
          </Button>
        }
        groups={[
          {
            label: "Start now with",
            items: tools.map((tool) => ({
              id: tool.name,
              title: tool.title,
              note: tool.installed ? signInWord(tool) : "Not installed",
              disabled: !tool.installed,
              onSelect: () => start(tool.name),
            })),
          },
          {
            items: [
              { id: "options", title: "Choose model, words and limits…", onSelect: onRun },
              {
                id: "session",
                title: "Talk it through in a session",
                onSelect: () =>
                  talk.mutate({ project: issue.project_slug, issue: issue.number, draft: true }),
              },
            ],
          },
        ]}
      />
    </SplitButton>
  );
}
