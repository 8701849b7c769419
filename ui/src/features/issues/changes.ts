// What these screens change about issues: shown at once everywhere, put back when Waybill refuses, taken back with `z`.

import type { QueryClient } from "@tanstack/react-query";
import type { OpenChildren } from "@/parts/issues/OpenChildrenDialog";
import { openChildren } from "@/parts/issues/openChildren";
import { call } from "../../api/client";
import type {
  IssueChanged,
  IssueEditMany,
  IssueRow,
  Label,
  Priority,
  Status,
} from "../../api/generated/bindings";
import { queryKey } from "../../api/queries";
import { toast, toastError } from "../../design/toasts";
import { counted } from "../../lib/numbers";
import { priorityWord, statusWord } from "../../lib/words";
import { callError } from "../../platform";
import { changeMany } from "./changeMany";
import { type Fields, former, hide, refresh, show, showAnswer, shownOf } from "./shown";

/** Each answers whether all of it was done, so that an editor or a dragged card knows where it stands. */
export interface Changes {
  setPriority(numbers: readonly number[], priority: Priority): Promise<boolean>;
  /** Rejecting needs a note. */
  move(numbers: readonly number[], status: Status, note?: string): Promise<boolean>;
  /** Resolves a parent although children of it are open. */
  resolveDespiteChildren(number: number): Promise<boolean>;
  /** Gives the issues these labels and takes those from them, by name; a new name makes a label. */
  label(numbers: readonly number[], add: readonly string[], remove: readonly string[]): Promise<boolean>;
  /** `target` as `assignment_targets` names it; null unassigns. */
  assign(numbers: readonly number[], target: string | null): Promise<boolean>;
  /** Takes an issue to work on, or gives it back. */
  claim(number: number): Promise<boolean>;
  release(number: number): Promise<boolean>;
  /** Rejects an issue as the same as another one. */
  duplicate(number: number, of: number): Promise<boolean>;
  /** Puts issues into the trash, from where they can be restored. */
  remove(numbers: readonly number[]): Promise<boolean>;
  editTitle(number: number, title: string): Promise<boolean>;
  editBody(number: number, body: string): Promise<boolean>;
}

export function issueChanges(
  client: QueryClient,
  project: string,
  /** Asks the person before a parent with open children is resolved. */
  askDespite?: (asked: OpenChildren) => void,
): Changes {
  const change = (plan: Omit<Plan, "client" | "project">) => carryOut({ client, project, ...plan });
  /** Those of them that would change. */
  const differing = (numbers: readonly number[], differs: (row: IssueRow) => boolean) => {
    const rows = shownOf(client, project, numbers);
    return numbers.filter((number) => {
      const row = rows.get(number);
      return !row || differs(row);
    });
  };
  return {
    setPriority: (numbers, priority) =>
      change({
        numbers: differing(numbers, (row) => row.priority !== priority),
        fields: () => ({ priority }),
        ask: (number) => call("issue_edit", { project, number, priority }),
        many: { priority },
        done: (what) => `${what} set to ${priorityWord[priority].toLowerCase()}`,
        failed: (what) => `The priority of ${what} was not changed`,
      }),
    move: (numbers, status, note) =>
      change({
        numbers: differing(numbers, (row) => row.status !== status),
        fields: () => ({ status: status === "reopened" ? "triaged" : status }),
        ask: (number) => call("issue_move", { project, number, status, ...(note ? { note } : {}) }),
        many: { status, ...(note ? { note } : {}) },
        done: (what) => `${what} moved to ${statusWord[status].toLowerCase()}`,
        failed: (what) => `${what} did not move to ${statusWord[status].toLowerCase()}`,
        refused(number, error) {
          const children = openChildren(error);
          if (children === null || !askDespite) return false;
          askDespite({ number, children });
          return true;
        },
      }),
    resolveDespiteChildren: (number) =>
      change({
        numbers: [number],
        fields: () => ({ status: "resolved" }),
        ask: () => call("issue_move", { project, number, status: "resolved", despite_children: true }),
        done: (what) => `${what} moved to resolved`,
        failed: (what) => `${what} did not move to resolved`,
      }),
    label(numbers, add, remove) {
      const known = client.getQueryData<Label[]>(queryKey("label_list", { project })) ?? [];
      return change({
        numbers,
        fields: (row) => ({ labels: relabelled(row.labels, add, remove, known) }),
        ask: (number, before) =>
          call("issue_edit", {
            project,
            number,
            labels: relabelled(before?.labels ?? [], add, remove, known).map((label) => label.name),
          }),
        many: { add_labels: [...add], remove_labels: [...remove] },
        done: (what) => labelWords(what, add, remove),
        failed: (what) => `The labels of ${what} were not changed`,
      });
    },
    assign: (numbers, target) =>
      change({
        numbers: differing(numbers, (row) => row.assignment_missing || row.assignment !== target),
        fields: (row) => ({
          assignment: target,
          assignment_missing: false,
          status: statusOnAssign(row.status, target),
        }),
        ask: (number) => call("issue_assign", { project, number, target }),
        done: (what) =>
          target === null ? `${what} unassigned` : `${what} assigned to ${assignmentName(target)}`,
        failed: (what) => `${what} was not ${target === null ? "unassigned" : "assigned"}`,
      }),
    async claim(number) {
      try {
        showAnswer(client, project, (await call("issue_claim", { project, number })).issue);
        toast({
          title: `#${number} claimed`,
          undo: () => this.release(number),
        });
        return true;
      } catch (error) {
        refresh(client, project, [number]);
        toastError(`#${number} was not claimed`, error);
        return false;
      }
    },
    async release(number) {
      try {
        showAnswer(client, project, await call("issue_release", { project, number }));
        toast({ title: `#${number} released` });
        return true;
      } catch (error) {
        toastError(`#${number} was not released`, error);
        return false;
      }
    },
    duplicate: (number, of) =>
      change({
        numbers: [number],
        fields: () => ({ status: "rejected" }),
        ask: () => call("issue_duplicate", { project, number, of }),
        done: (what) => `${what} closed as a duplicate of #${of}`,
        failed: (what) => `${what} was not closed as a duplicate`,
      }),
    remove: (numbers) => remove(client, project, numbers),
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
  /** The same for many issues in one request, where there is such a request. */
  many?: Partial<Omit<IssueEditMany, "project" | "numbers">>;
  /** Said when it is done; `what` names the issues. */
  done: (what: string) => string;
  failed: (what: string) => string;
  /** Answers whether it deals with a refusal itself; else the reason is said. */
  refused?: (number: number, error: unknown) => boolean;
}

/** An issue that changed: what it was, and what takes it back. */
export interface Changed {
  number: number;
  before: Fields;
  updates: string[];
}

async function carryOut(plan: Plan): Promise<boolean> {
  const { client, project, numbers, many } = plan;
  const rows = shownOf(client, project, numbers);
  const before = new Map<number, Fields>();
  const after = new Map<number, Fields>();
  for (const [number, row] of rows) {
    const fields = plan.fields(row);
    after.set(number, fields);
    before.set(number, former(row, fields));
  }
  show(client, project, after);
  const answered =
    many && numbers.length > 1
      ? await changeMany({ client, project, numbers, before, what: many, failed: plan.failed })
      : await changeEach(plan, rows, before);
  const changed = answered.filter((each) => each.updates.length > 0);
  if (changed.length > 0) {
    toast({
      title: plan.done(named(changed.map((each) => each.number))),
      undo: () => takeBack(client, project, changed),
    });
  }
  return answered.length === numbers.length;
}

async function changeEach(
  plan: Plan,
  rows: ReadonlyMap<number, IssueRow>,
  before: ReadonlyMap<number, Fields>,
): Promise<Changed[]> {
  const { client, project } = plan;
  const asked = plan.numbers.map(async (number): Promise<Changed | null> => {
    const was = before.get(number) ?? {};
    try {
      const answer = await plan.ask(number, rows.get(number));
      showAnswer(client, project, answer.issue);
      return { number, before: was, updates: answer.updates };
    } catch (error) {
      show(client, project, new Map([[number, was]]));
      refresh(client, project, [number]);
      if (!plan.refused?.(number, error)) toastError(plan.failed(`#${number}`), error);
      return null;
    }
  });
  return (await Promise.all(asked)).filter((each) => each !== null);
}

async function takeBack(client: QueryClient, project: string, changed: readonly Changed[]): Promise<void> {
  show(client, project, new Map(changed.map(({ number, before }) => [number, before])));
  await Promise.all(
    changed.map(async ({ number, updates }) => {
      try {
        showAnswer(client, project, (await call("issue_undo", { project, number, updates })).issue);
      } catch (error) {
        refresh(client, project, [number]);
        toastError(`The change of #${number} was not taken back`, error);
      }
    }),
  );
}

async function remove(client: QueryClient, project: string, numbers: readonly number[]): Promise<boolean> {
  hide(client, project, numbers);
  const asked = numbers.map(async (number) => {
    try {
      return await call("issue_remove", { project, number });
    } catch (error) {
      refresh(client, project, [number]);
      toastError(`#${number} was not removed`, error);
      return null;
    }
  });
  const removed = (await Promise.all(asked)).filter((item) => item !== null);
  if (removed.length > 0) {
    toast({
      title: `${named(removed.map((item) => item.number ?? 0))} removed`,
      text: "It can be restored from Recently removed for 30 days.",
      undo: async () => {
        for (const { id } of removed) {
          try {
            await call("trash_restore", { id });
          } catch (error) {
            toastError("It was not restored", callError("trash_restore", error));
          }
        }
      },
    });
  }
  return removed.length === numbers.length;
}

/** "#4", or "3 issues". */
function named(numbers: readonly number[]): string {
  return numbers.length === 1 ? `#${numbers[0]}` : counted(numbers.length, "issue");
}

/** What binding an issue to a target, or freeing it, makes of its status (SPEC 3). */
export function statusOnAssign(status: Status, target: string | null): Status {
  if (target !== null && (status === "open" || status === "triaged")) return "assigned";
  if (target === null && status === "assigned") return "triaged";
  return status;
}

/** `workflow:nightly` is the workflow "nightly"; a session goes by its id. */
export function assignmentName(target: string): string {
  if (target === "primary") return "the primary agent";
  const [kind, ...rest] = target.split(":");
  const name = rest.join(":");
  return kind === "workflow" || kind === "session" ? `${kind} ${name}` : target;
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
