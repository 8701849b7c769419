import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useMemo, useRef, useState } from "react";
import type { OpenChildren } from "@/parts/issues/OpenChildrenDialog";
import type { ActionContext, ActionHandler, ActionHandlers } from "../../actions/registry";
import { useActions } from "../../actions/useActions";
import type { IssueRow, Priority, Status } from "../../api/generated/bindings";
import { toast } from "../../design/toasts";
import { copyText } from "../../lib/clipboard";
import { onDemand } from "../../lib/onDemand";
import { type Changes, issueChanges } from "./changes";
import { issueLink } from "./link";
import { shownOf } from "./shown";
import { useTriageKeys } from "./useTriageKeys";

const issueDialogs = onDemand(async () => (await import("./IssueDialogs")).IssueDialogs);

/** Fetches the dialogs before they are asked for. */
export const warmIssueDialogs = issueDialogs.warm;

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

/** What a person is being asked about some issues. */
export type Asked = { what: "reject" | "run" | "label" | "assign" | "duplicate"; numbers: readonly number[] };
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

  const close = () => {
    setAsked(null);
    setParent(null);
    // After the dialog itself has given the focus back.
    setTimeout(() => {
      if (document.activeElement === document.body) refocus();
    });
  };
  // Once one was asked for they stay: each closes in its own time, and gives the focus back.
  const wanted = useRef(false);
  if (asked !== null || parent !== null) wanted.current = true;
  const dialogs = wanted.current ? (
    <issueDialogs.Component {...{ project, asked, parent, changes, anchor, shownNow, close }} />
  ) : null;
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
