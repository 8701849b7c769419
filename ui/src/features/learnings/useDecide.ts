import { useState } from "react";
import { call } from "@/api/client";
import type { Learning, LearningDecision, LearningStatus } from "@/api/generated/bindings";
import { closeToast, toast, toastError } from "@/design/toasts";
import { decidedWord, statusOf, takenBack, what } from "./words";

/** Learnings that were decided since a list was read. */
interface Since {
  items: readonly Learning[] | undefined;
  decided: ReadonlyMap<number, LearningStatus>;
}

const NOTHING: ReadonlyMap<number, LearningStatus> = new Map();

/** Decides about learnings: gone from the list at once, back in it when Waybill refuses, taken back with `z`. */
export function useDecide(project: string, status: LearningStatus, items: readonly Learning[] | undefined) {
  const [since, setSince] = useState<Since>({ items: undefined, decided: NOTHING });
  // A list that was read anew knows all of it.
  const decided = since.items === items ? since.decided : NOTHING;
  const shown = items?.filter(({ number }) => (decided.get(number) ?? status) === status);

  const mark = (numbers: readonly number[], to: LearningStatus) =>
    setSince((former) => {
      const known = former.items === items ? former.decided : NOTHING;
      return { items, decided: new Map([...known, ...numbers.map((number) => [number, to] as const)]) };
    });

  async function decide(numbers: readonly number[], decision: LearningDecision): Promise<void> {
    mark(numbers, statusOf(decision));
    const asked = call("learning_decide", { project, numbers: [...numbers], decision });
    // A quick `z` may come before the answer: it waits for it.
    const undo = async () => {
      try {
        for (const [back, which] of takenBack(await asked.catch(() => []))) {
          await call("learning_decide", { project, numbers: which, decision: back });
        }
      } catch (error) {
        toastError("The decision was not taken back", error);
      }
    };
    const told = toast({ title: decidedWord(numbers, decision), undo });
    try {
      await asked;
    } catch (error) {
      mark(numbers, status);
      closeToast(told);
      toastError(`Nothing was decided about ${what(numbers).toLowerCase()}`, error);
    }
  }

  return { shown, decide };
}
