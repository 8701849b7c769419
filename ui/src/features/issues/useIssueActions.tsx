import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useMemo, useState } from "react";
import type { ActionContext, ActionHandler, ActionHandlers } from "../../actions/registry";
import { useActions } from "../../actions/useActions";
import type { IssueRow, Priority, Status } from "../../api/generated/bindings";
import { Popover } from "../../design/Popover";
import { toast } from "../../design/toasts";
import { copyText } from "../../lib/clipboard";
import { type Changes, issueChanges, shown } from "./changes";
import { type Having, LabelPicker } from "./LabelPicker";
import { issueLink } from "./link";
import { RejectDialog } from "./RejectDialog";
import { RunDialog } from "./RunDialog";
import { useTriageKeys } from "./useTriageKeys";

interface Options {
  project: string;
  /** The issues that the actions are about now, by number. */
  subjects: () => readonly number[];
  /** Where the label picker opens. */
  anchor: () => Element | null;
  /** Takes the focus when a dialog closes whose opener is gone, such as the item of a menu. */
  refocus: () => void;
  /** What else this page can do. */
  more?: ActionHandlers;
}

type Asked = { what: "reject" | "run" | "label"; numbers: readonly number[] };

/** What can be done with issues, alive while the page is; `dialogs` must be drawn by it. */
export function useIssueActions({ project, subjects, anchor, refocus, more }: Options): {
  changes: Changes;
  dialogs: ReactNode;
  ask: (what: Asked["what"], numbers: readonly number[]) => void;
} {
  const client = useQueryClient();
  const changes = useMemo(() => issueChanges(client, project), [client, project]);
  const [asked, setAsked] = useState<Asked | null>(null);
  const { count } = useTriageKeys();

  const rows = () =>
    subjects()
      .map((number) => shown(client, project, number))
      .filter((row) => row !== undefined);
  const those = (fits: (row: IssueRow) => boolean) =>
    rows()
      .filter(fits)
      .map((row) => row.number);
  const handler = (
    run: (numbers: readonly number[]) => void,
    numbers: () => readonly number[],
  ): ActionHandler => ({
    when: () => numbers().length > 0,
    run: (context: ActionContext) => {
      if (context.from === "keys") count();
      run(numbers());
    },
  });
  const set = (priority: Priority) =>
    handler((numbers) => void changes.setPriority(numbers, priority), subjects);
  const move = (status: Status, fits: (row: IssueRow) => boolean) =>
    handler(
      (numbers) => void changes.move(numbers, status),
      () => those(fits),
    );
  const ask = (what: Asked["what"], numbers: readonly number[]) => setAsked({ what, numbers });

  useActions({
    "issue.priority-critical": set("critical"),
    "issue.priority-high": set("high"),
    "issue.priority-medium": set("medium"),
    "issue.priority-low": set("low"),
    "issue.triage": move("triaged", isUntriaged),
    "issue.resolve": move("resolved", isActive),
    "issue.reopen": move("triaged", (row) => !isActive(row)),
    "issue.reject": handler(
      (numbers) => ask("reject", numbers),
      () => those(mayBeRejected),
    ),
    "issue.label": handler((numbers) => ask("label", numbers), subjects),
    "issue.run": handler(
      (numbers) => ask("run", numbers),
      () => those(isActive),
    ),
    "issue.copy-link": handler((numbers) => void copyLinks(project, numbers), subjects),
    ...more,
  });

  function having(name: string): Having {
    const found = (asked?.numbers ?? []).map((number) =>
      shown(client, project, number)?.labels.some((label) => label.name === name),
    );
    if (found.every(Boolean)) return "all";
    return found.some(Boolean) ? "some" : "none";
  }

  const close = () => {
    setAsked(null);
    // After the dialog itself has given the focus back.
    setTimeout(() => {
      if (document.activeElement === document.body) refocus();
    });
  };
  const numbersFor = (what: Asked["what"]) => (asked?.what === what ? asked.numbers : []);
  const dialogs = (
    <>
      <RejectDialog
        numbers={numbersFor("reject")}
        onClose={close}
        onReject={(note) => void changes.move(numbersFor("reject"), "rejected", note)}
      />
      <RunDialog project={project} numbers={numbersFor("run")} onClose={close} />
      <Popover
        label="Labels"
        anchor={anchor}
        open={asked?.what === "label"}
        onOpenChange={(open) => !open && close()}
      >
        <LabelPicker
          project={project}
          having={having}
          onToggle={(name, on) => void changes.label(numbersFor("label"), on ? [name] : [], on ? [] : [name])}
        />
      </Popover>
    </>
  );
  return { changes, dialogs, ask };
}

export function isActive(row: Pick<IssueRow, "status">): boolean {
  return row.status !== "resolved" && row.status !== "rejected";
}

export function isUntriaged(row: Pick<IssueRow, "status">): boolean {
  return row.status === "open";
}

/** What is being worked on is stopped or put back first. */
export function mayBeRejected(row: Pick<IssueRow, "status">): boolean {
  return row.status === "open" || row.status === "triaged" || row.status === "assigned";
}

/** Copies links, a line each. */
export async function copyLinks(project: string, numbers: readonly number[]): Promise<void> {
  const copied = await copyText(numbers.map((number) => issueLink(project, number)).join("\n"));
  toast({
    title: copied
      ? numbers.length === 1
        ? "Link copied"
        : "Links copied"
      : "The clipboard could not be written",
  });
}
