// First-time users learn the keys by using: what was done with the mouse a few times has its key named, once.

import { toast } from "../design/toasts";
import { read, write } from "../lib/kept";
import { keyWords } from "../lib/keys";
import { type ActionId, entryOf, keysOf } from "./catalogue";

/** After so many times with the mouse the key is worth a word. */
const TIMES = 3;
const PLACE = "lessons";

/** Says of an action that was done with the mouse which key does it, when that was the third time. */
export function countMouse(id: ActionId): void {
  const keys = keysOf(id);
  if (keys === undefined) return;
  const counts = read<Record<string, number>>(PLACE, {}, isCounts);
  const times = (counts[id] ?? 0) + 1;
  if (times > TIMES) return;
  write(PLACE, { ...counts, [id]: times });
  if (times === TIMES) {
    toast({
      title: `${keyWords(keys).join(" ")} does that too`,
      text: `${entryOf(id).title}, without the mouse.`,
    });
  }
}

/** What was done by key needs no lesson any more. */
export function countKeys(id: ActionId): void {
  const counts = read<Record<string, number>>(PLACE, {}, isCounts);
  if ((counts[id] ?? 0) <= TIMES) write(PLACE, { ...counts, [id]: TIMES + 1 });
}

function isCounts(value: unknown): value is Record<string, number> {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every((count) => typeof count === "number")
  );
}
