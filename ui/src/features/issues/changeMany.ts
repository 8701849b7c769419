// One change of many issues: one request for up to a thousand, and one message for all that Waybill refused.

import type { QueryClient } from "@tanstack/react-query";
import { call } from "../../api/client";
import type { IssueEditMany, IssueRefused } from "../../api/generated/bindings";
import { toast, toastError } from "../../design/toasts";
import { counted, grouped } from "../../lib/numbers";
import { sentence } from "../../lib/words";
import type { Changed } from "./changes";
import { type Fields, refresh, show, showRows } from "./shown";

/** What one request may name. */
const MOST = 1_000;

interface Many {
  client: QueryClient;
  project: string;
  numbers: readonly number[];
  /** What the change overwrote, to put back what is refused. */
  before: ReadonlyMap<number, Fields>;
  what: Partial<Omit<IssueEditMany, "project" | "numbers">>;
  failed: (what: string) => string;
}

/** Answers what changed; what did not is put back, and said once. */
export async function changeMany({
  client,
  project,
  numbers,
  before,
  what,
  failed,
}: Many): Promise<Changed[]> {
  const changed: Changed[] = [];
  const refused: IssueRefused[] = [];
  for (let at = 0; at < numbers.length; at += MOST) {
    const some = numbers.slice(at, at + MOST);
    try {
      const answer = await call("issue_edit_many", {
        project,
        numbers: [...some],
        add_labels: [],
        remove_labels: [],
        ...what,
      });
      showRows(
        client,
        project,
        answer.changed.map((each) => each.issue),
      );
      for (const { issue, updates } of answer.changed) {
        changed.push({ number: issue.number, before: before.get(issue.number) ?? {}, updates });
      }
      refused.push(...answer.refused);
    } catch (error) {
      putBack(client, project, some, before);
      toastError(failed(counted(some.length, "issue")), error);
    }
  }
  if (refused.length > 0) {
    const those = refused.map((each) => each.number);
    putBack(client, project, those, before);
    toast({ title: failed(counted(refused.length, "issue")), text: refusals(refused), tone: "bad" });
  }
  return changed;
}

function putBack(
  client: QueryClient,
  project: string,
  numbers: readonly number[],
  before: ReadonlyMap<number, Fields>,
): void {
  show(client, project, new Map(numbers.map((number) => [number, before.get(number) ?? {}])));
  refresh(client, project, numbers);
}

/** Most refusals that are told one by one. */
const MOST_TOLD = 12;

/** The reasons, each with the numbers that it holds for. */
export function refusals(refused: readonly IssueRefused[]): string {
  const byReason = new Map<string, number[]>();
  for (const { number, message } of refused) {
    byReason.set(message, [...(byReason.get(message) ?? []), number]);
  }
  return [...byReason]
    .map(([reason, numbers]) => {
      const told = numbers.slice(0, MOST_TOLD).map((number) => `#${number}`);
      const more = numbers.length - told.length;
      return `${told.join(", ")}${more > 0 ? ` and ${grouped(more)} more` : ""}: ${sentence(reason)}`;
    })
    .join(" ");
}
