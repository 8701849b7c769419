import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useMemo, useState } from "react";
import type { ActionContext, ActionHandler, ActionHandlers } from "../../actions/registry";
import { useActions } from "../../actions/useActions";
import type { IssueRow, Priority, Status } from "../../api/generated/bindings";
import { Popover } from "../../design/Popover";
import { toast } from "../../design/toasts";
import { copyText } from "../../lib/clipboard";
import { AssignPicker } from "./AssignPicker";
import { type Changes, issueChanges } from "./changes";
import { DuplicateDialog } from "./DuplicateDialog";
import { type Having, LabelPicker } from "./LabelPicker";
import { issueLink } from "./link";
import { type OpenChildren, OpenChildrenDialog } from "./OpenChildrenDialog";
import { RejectDialog } from "./RejectDialog";
import { RunDialog } from "./RunDialog";
import { shownOf } from "./shown";
import { useTriageKeys } from "./useTriageKeys";

interface Options {
  project: string;
  /** The issues that the actions are about now. */
  subjects: () => readonly IssueRow[];
  /** Where the pickers open. */
  anchor: () => Element | null;
  /** Takes the focus when a dialog closes whose opener is gone, such as the item of a menu. */
  refocus: () => void;
  /** What else this page can do. */
  more?: ActionHandlers;
}

type Asked = { what: "reject" | "run" | "label" | "assign" | "duplicate"; numbers: readonly number[] };
export type Ask = (what: Asked["what"], numbers: readonly number[]) => void;

/** What can be done with issues, alive while the page is; `dialogs` must be drawn by it. */
export function useIssueActions({ project, subjects, anchor, refocus, more }: Options): {
  changes: Changes;
  dialogs: ReactNode;
  ask: Ask;
} {
  const client = useQueryClient();
  const [parent, setParent] = useState<OpenChildren | null>(null);
  const changes = useMemo(() => issueChanges(client, project, setParent), [client, project]);
  const [asked, setAsked] = useState<Asked | null>(null);
  const { count } = useTriageKeys();

  const all = () => subjects().map((row) => row.number);
  const those = (fits: (row: IssueRow) => boolean) => () =>
    subjects()
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
  const one = (run: (number: number) => void, fits: (row: IssueRow) => boolean) =>
    handler(
      ([number]) => number !== undefined && run(number),
      () => (subjects().length === 1 ? those(fits)() : []),
    );
  const set = (priority: Priority) => handler((numbers) => void changes.setPriority(numbers, priority), all);
  const move = (status: Status, fits: (row: IssueRow) => boolean) =>
    handler((numbers) => void changes.move(numbers, status), those(fits));
  const ask: Ask = (what, numbers) => setAsked({ what, numbers });
  const asks = (what: Asked["what"], numbers: () => readonly number[]) =>
    handler((those) => ask(what, those), numbers);

  useActions({
    "issue.priority-critical": set("critical"),
    "issue.priority-high": set("high"),
    "issue.priority-medium": set("medium"),
    "issue.priority-low": set("low"),
    "issue.triage": move("triaged", isUntriaged),
    "issue.resolve": move("resolved", isActive),
    "issue.reopen": move("triaged", (row) => !isActive(row)),
    "issue.reject": asks("reject", those(mayBeRejected)),
    "issue.duplicate": one((number) => ask("duplicate", [number]), mayBeRejected),
    "issue.label": asks("label", all),
    "issue.assign": asks("assign", those(mayBeAssigned)),
    "issue.run": asks("run", those(isActive)),
    "issue.claim": one((number) => void changes.claim(number), mayBeClaimed),
    "issue.release": one(
      (number) => void changes.release(number),
      (row) => row.claimed_by !== null,
    ),
    "issue.remove": handler((numbers) => void changes.remove(numbers), all),
    "issue.copy-link": handler((numbers) => void copyLinks(project, numbers), all),
    ...more,
  });

  const shownNow = () => [...shownOf(client, project, asked?.numbers ?? []).values()];

  function having(name: string): Having {
    const found = shownNow().map((row) => row.labels.some((label) => label.name === name));
    if (found.every(Boolean)) return "all";
    return found.some(Boolean) ? "some" : "none";
  }

  const close = () => {
    setAsked(null);
    setParent(null);
    // After the dialog itself has given the focus back.
    setTimeout(() => {
      if (document.activeElement === document.body) refocus();
    });
  };
  const numbersFor = (what: Asked["what"]) => (asked?.what === what ? asked.numbers : []);
  const picker = (what: "label" | "assign", label: string, content: ReactNode) => (
    <Popover
      label={label}
      anchor={anchor}
      open={asked?.what === what}
      onOpenChange={(open) => !open && close()}
    >
      {content}
    </Popover>
  );
  const dialogs = (
    <>
      <RejectDialog
        numbers={numbersFor("reject")}
        onClose={close}
        onReject={(note) => void changes.move(numbersFor("reject"), "rejected", note)}
      />
      <DuplicateDialog
        project={project}
        number={numbersFor("duplicate")[0] ?? null}
        onClose={close}
        onDuplicate={(of) => void changes.duplicate(numbersFor("duplicate")[0] ?? 0, of)}
      />
      <OpenChildrenDialog
        project={project}
        asked={parent}
        onClose={close}
        onResolve={(number) => void changes.resolveDespiteChildren(number)}
      />
      <RunDialog project={project} numbers={numbersFor("run")} onClose={close} />
      {picker(
        "label",
        "Labels",
        <LabelPicker
          project={project}
          having={having}
          onToggle={(name, on) => void changes.label(numbersFor("label"), on ? [name] : [], on ? [] : [name])}
        />,
      )}
      {picker(
        "assign",
        "Assign to",
        <AssignPicker
          project={project}
          current={shared(shownNow().map((row) => (row.assignment_missing ? null : row.assignment)))}
          onAssign={(target) => {
            void changes.assign(numbersFor("assign"), target);
            close();
          }}
        />,
      )}
    </>
  );
  return { changes, dialogs, ask };
}

/** The one value that all have; undefined when they differ. */
function shared<T>(values: readonly T[]): T | undefined {
  return values.every((value) => value === values[0]) ? values[0] : undefined;
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

export function mayBeAssigned(row: Pick<IssueRow, "status">): boolean {
  return mayBeRejected(row);
}

/** What somebody works on already, and what is not triaged, is not free to take. */
export function mayBeClaimed(row: Pick<IssueRow, "status" | "claimed_by">): boolean {
  return row.claimed_by === null && (row.status === "triaged" || row.status === "assigned");
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
