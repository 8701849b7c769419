// What mentions show of an issue. Numbers that are asked for in one go become one request.

import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { call } from "./client";
import type { IssueBrief } from "./generated/bindings";
import { queryKey } from "./queries";

/** What one request may name. */
const MOST = 200;

interface Batch {
  numbers: Set<number>;
  answer: Promise<IssueBrief[]>;
}

const batches = new Map<string, Batch>();

/** One issue in brief; the answer is empty when there is none of that number. */
export function briefOptions(project: string, number: number) {
  return queryOptions({
    queryKey: queryKey("issue_briefs", { project, numbers: [number] }),
    queryFn: async () => (await joined(project, number)).filter((brief) => brief.number === number),
  });
}

/** Fetches what is not known yet, so that a card that opens later has its words at once. */
export function warmBriefs(client: QueryClient, project: string, numbers: readonly number[]): void {
  // What cannot be had now is asked for again when it is needed.
  for (const number of numbers) void client.prefetchQuery({ ...briefOptions(project, number), retry: false });
}

/** The answer of the batch that this number goes with. */
function joined(project: string, number: number): Promise<IssueBrief[]> {
  const open = batches.get(project);
  if (open && open.numbers.size < MOST) {
    open.numbers.add(number);
    return open.answer;
  }
  const numbers = new Set([number]);
  const answer = Promise.resolve().then(() => {
    if (batches.get(project)?.numbers === numbers) batches.delete(project);
    return call("issue_briefs", { project, numbers: [...numbers] });
  });
  batches.set(project, { numbers, answer });
  return answer;
}
