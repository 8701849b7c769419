import type { IssueBrief } from "@/api/generated/bindings";
import { CallError } from "@/platform";

/** The children that keep a parent from being resolved, when that is why it was refused. */
export function openChildren(error: unknown): IssueBrief[] | null {
  const children = error instanceof CallError ? error.details.children : undefined;
  return Array.isArray(children) ? children : null;
}
