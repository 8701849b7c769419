import type { ActionId } from "@/actions/catalogue";
import { catalogue } from "@/actions/catalogue";
import { read, write } from "@/lib/kept";

/** Something that was chosen in the palette before. */
export type Recent = { kind: "action"; id: ActionId } | { kind: "place"; href: string; title: string };

const KEY = "palette.recent";
const MOST = 6;

export function recents(): Recent[] {
  return read<unknown[]>(KEY, [], Array.isArray).filter(isRecent);
}

/** Puts what was chosen first, once. */
export function remember(recent: Recent): void {
  const others = recents().filter((each) => nameOf(each) !== nameOf(recent));
  write(KEY, [recent, ...others].slice(0, MOST));
}

function nameOf(recent: Recent): string {
  return recent.kind === "action" ? recent.id : recent.href;
}

/** What was kept may be from an older version. */
function isRecent(value: unknown): value is Recent {
  if (typeof value !== "object" || value === null || !("kind" in value)) return false;
  if (value.kind === "action") return "id" in value && typeof value.id === "string" && value.id in catalogue;
  return value.kind === "place" && "href" in value && "title" in value;
}
