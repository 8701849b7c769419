// What the trash says of what is in it. Pure.

import type { TrashItem } from "@/api/generated/bindings";

const DAY_MS = 24 * 60 * 60 * 1_000;

/** "#4 Importer drops labels", "Run 7 · …", "Workflow · thorough", or a project's name. */
export function titleOf(item: Pick<TrashItem, "kind" | "number" | "title">): string {
  if (item.kind === "persona") return `Persona · ${item.title}`;
  if (item.kind === "workflow") return `Workflow · ${item.title}`;
  if (item.number === null) return item.title;
  return item.kind === "run" ? `Run ${item.number} · ${item.title}` : `#${item.number} ${item.title}`;
}

/** How long it can still be had back; whole days, never less than it is. */
export function daysLeft(goneAt: number | null, now: number): string {
  if (goneAt === null) return "kept";
  const days = Math.floor((goneAt - now) / DAY_MS);
  if (days < 1) return "under a day left";
  return days === 1 ? "1 day left" : `${days} days left`;
}

/** Whether it was restored just now. The same thing removed again is another entry of the trash. */
export function isBack(item: Pick<TrashItem, "id">, restored: ReadonlySet<string>): boolean {
  return restored.has(item.id);
}
