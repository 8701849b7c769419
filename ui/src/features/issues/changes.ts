// What these screens change about issues: shown at once everywhere, put back when Waybill refuses, taken back with `z`.

import type { QueryClient } from "@tanstack/react-query";
import { call } from "../../api/client";
import type {
  Issue,
  IssueChanged,
  IssueRow,
  Label,
  Page,
  Priority,
  Status,
} from "../../api/generated/bindings";
import { patch } from "../../api/optimistic";
import { queryKey } from "../../api/queries";
import { toast, toastError } from "../../design/toasts";
import { counted } from "../../lib/numbers";
import { priorityWord, statusWord } from "../../lib/words";
import { type IssuePages, rowsOf } from "./list/pages";

/** What may be shown of an issue before Waybill has answered. */
export type Fields = Partial<Pick<Issue, "title" | "body" | "priority" | "status" | "labels">>;

export interface Changes {
  setPriority(numbers: readonly number[], priority: Priority): Promise<void>;
  /** Rejecting needs a note. */
  move(numbers: readonly number[], status: Status, note?: string): Promise<void>;
  /** Gives the issues these labels and takes those from them, by name; a new name makes a label. */
  label(numbers: readonly number[], add: readonly string[], remove: readonly string[]): Promise<void>;
  /** Answers whether it was saved, so that an editor stays open with what was typed when it was not. */
  editTitle(number: number, title: string): Promise<boolean>;
  editBody(number: number, body: string): Promise<boolean>;
}

export function issueChanges(client: QueryClient, project: string): Changes {
  const change = (plan: Omit<Plan, "client" | "project">) => carryOut({ client, project, ...plan });
  return {
    async setPriority(numbers, priority) {
      await change({
        numbers: numbers.filter((number) => shown(client, project, number)?.priority !== priority),
        fields: () => ({ priority }),
        ask: (number) => call("issue_edit", { project, number, priority }),
        done: (what) => `${what} set to ${priorityWord[priority].toLowerCase()}`,
        failed: (what) => `The priority of ${what} was not changed`,
      });
    },
    async move(numbers, status, note) {
      await change({
        numbers: numbers.filter((number) => shown(client, project, number)?.status !== status),
        fields: () => ({ status: status === "reopened" ? "triaged" : status }),
        ask: (number) => call("issue_move", { project, number, status, ...(note ? { note } : {}) }),
        done: (what) => `${what} moved to ${statusWord[status].toLowerCase()}`,
        failed: (what) => `${what} did not move to ${statusWord[status].toLowerCase()}`,
      });
    },
    async label(numbers, add, remove) {
      const known = client.getQueryData<Label[]>(queryKey("label_list", { project })) ?? [];
      await change({
        numbers,
        fields: (row) => ({ labels: relabelled(row.labels, add, remove, known) }),
        ask: (number, before) =>
          call("issue_edit", {
            project,
            number,
            labels: relabelled(before?.labels ?? [], add, remove, known).map((label) => label.name),
          }),
        done: (what) => labelWords(what, add, remove),
        failed: (what) => `The labels of ${what} were not changed`,
      });
    },
    editTitle: (number, title) =>
      change({
        numbers: [number],
        fields: () => ({ title }),
        ask: () => call("issue_edit", { project, number, title }),
        done: (what) => `Title of ${what} changed`,
        failed: (what) => `The title of ${what} was not changed`,
      }),
    editBody: (number, body) =>
      change({
        numbers: [number],
        fields: () => ({ body }),
        ask: () => call("issue_edit", { project, number, body }),
        done: (what) => `Body of ${what} changed`,
        failed: (what) => `The body of ${what} was not changed`,
      }),
  };
}

interface Plan {
  client: QueryClient;
  project: string;
  numbers: readonly number[];
  fields: (row: IssueRow) => Fields;
  ask: (number: number, before: IssueRow | undefined) => Promise<IssueChanged>;
  /** Said when it is done; `what` names the issues. */
  done: (what: string) => string;
  failed: (what: string) => string;
}

interface Changed {
  number: number;
  before: Fields;
  updates: string[];
}

async function carryOut(plan: Plan): Promise<boolean> {
  const { client, project } = plan;
  const asked = plan.numbers.map(async (number): Promise<Changed | null> => {
    const row = shown(client, project, number);
    const before = row ? former(row, plan.fields(row)) : {};
    if (row) show(client, project, number, plan.fields(row));
    try {
      const answer = await plan.ask(number, row);
      showAnswer(client, project, answer.issue);
      return { number, before, updates: answer.updates };
    } catch (error) {
      show(client, project, number, before);
      refresh(client, project, number);
      toastError(plan.failed(`#${number}`), error);
      return null;
    }
  });
  const answered = (await Promise.all(asked)).filter((each) => each !== null);
  const changed = answered.filter((each) => each.updates.length > 0);
  if (changed.length > 0) {
    const what = changed.length === 1 ? `#${changed[0]?.number}` : counted(changed.length, "issue");
    toast({ title: plan.done(what), undo: () => takeBack(client, project, changed) });
  }
  return answered.length === plan.numbers.length;
}

async function takeBack(client: QueryClient, project: string, changed: readonly Changed[]): Promise<void> {
  await Promise.all(
    changed.map(async ({ number, before, updates }) => {
      show(client, project, number, before);
      try {
        showAnswer(client, project, (await call("issue_undo", { project, number, updates })).issue);
      } catch (error) {
        refresh(client, project, number);
        toastError(`The change of #${number} was not taken back`, error);
      }
    }),
  );
}

/** An issue as it is shown now, from whichever answer holds it. */
export function shown(client: QueryClient, project: string, number: number): IssueRow | undefined {
  const whole = client.getQueryData<Issue>(queryKey("issue_get", { project, number }));
  if (whole) return whole;
  for (const [key, data] of client.getQueriesData({ queryKey: ["issue_list"] })) {
    if ((key[1] as { project?: string }).project !== project || !isPages(data)) continue;
    const row = rowsOf(data).find((each) => each.number === number);
    if (row) return row;
  }
  return undefined;
}

/** Shows these fields wherever the issue is shown, before Waybill has answered. */
export function show(client: QueryClient, project: string, number: number, fields: Fields): void {
  patch(client, "issue_get", (issue, args) =>
    args.project === project && args.number === number ? { ...issue, ...fields } : issue,
  );
  patch(client, "issue_list", (page, args) =>
    args.project === project ? changedPage(page, number, fieldsOfRow(fields)) : page,
  );
}

/**
 * Shows what Waybill answered. Requests under way go on: they may be newer than this answer, and they put the lists in
 * order.
 */
export function showAnswer(client: QueryClient, project: string, issue: Issue): void {
  const { number, title, priority, status, labels } = issue;
  client.setQueryData(queryKey("issue_get", { project, number }), issue);
  for (const [key, data] of client.getQueriesData({ queryKey: ["issue_list"] })) {
    if ((key[1] as { project?: string }).project !== project || !isPages(data)) continue;
    const pages = data.pages.map((page) => changedPage(page, number, { title, priority, status, labels }));
    const stale = client.getQueryState(key)?.isInvalidated ?? false;
    client.setQueryData<IssuePages>(key, { ...data, pages });
    // A list that is not on screen and was out of date still is: only one of its rows is new.
    if (stale) void client.invalidateQueries({ queryKey: key, exact: true, refetchType: "none" });
  }
}

function fieldsOfRow({ body, ...fields }: Fields): Fields {
  return fields;
}

function changedPage(page: Page<IssueRow>, number: number, fields: Fields): Page<IssueRow> {
  const has = Object.keys(fields).length > 0 && page.items.some((row) => row.number === number);
  return has
    ? { ...page, items: page.items.map((row) => (row.number === number ? { ...row, ...fields } : row)) }
    : page;
}

/** The fields that a change will overwrite, as they were. */
export function former(row: IssueRow, fields: Fields): Fields {
  return Object.fromEntries(
    Object.keys(fields)
      .filter((key) => key in row)
      .map((key) => [key, row[key as keyof IssueRow]]),
  );
}

/** The labels after a change, in the order of their names; one that does not exist yet is grey until Waybill answers. */
export function relabelled(
  labels: readonly Label[],
  add: readonly string[],
  remove: readonly string[],
  known: readonly Label[],
): Label[] {
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
  const kept = labels.filter((label) => !remove.some((name) => same(name, label.name)));
  const added = add
    .filter((name) => !kept.some((label) => same(label.name, name)))
    .map(
      (name) => known.find((label) => same(label.name, name)) ?? { id: `new:${name}`, name, colour: "grey" },
    );
  return [...kept, ...added].sort((a, b) => a.name.localeCompare(b.name));
}

function labelWords(what: string, add: readonly string[], remove: readonly string[]): string {
  const parts = [
    add.length > 0 ? `labelled ${add.join(", ")}` : null,
    remove.length > 0 ? `no longer labelled ${remove.join(", ")}` : null,
  ];
  return `${what} ${parts.filter(Boolean).join(" and ")}`;
}

/** After a refusal the truth is asked for: the feed has nothing to say about what did not happen. */
function refresh(client: QueryClient, project: string, number: number): void {
  void client.invalidateQueries({ queryKey: queryKey("issue_get", { project, number }) });
  void client.invalidateQueries({ queryKey: ["issue_list"] });
}

function isPages(data: unknown): data is IssuePages {
  return typeof data === "object" && data !== null && "pages" in data;
}
