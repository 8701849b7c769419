import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { call } from "@/api/client";
import type { TrashItem } from "@/api/generated/bindings";
import { toast, toastError } from "@/design/toasts";
import { paths } from "@/lib/links";
import { titleOf } from "./trash";

/** Restores what was removed: gone from the list at once, back in it when Waybill refuses. */
export function useRestore() {
  const navigate = useNavigate();
  const [restored, setRestored] = useState<ReadonlySet<string>>(new Set());
  async function restore(item: TrashItem): Promise<void> {
    setRestored((now) => new Set(now).add(item.id));
    try {
      await call("trash_restore", { id: item.id });
      const href = placeOf(item);
      toast({
        title: `${titleOf(item)} restored`,
        ...(href ? { action: { title: "Open", run: () => void navigate({ href }) } } : {}),
      });
    } catch (error) {
      setRestored((now) => new Set([...now].filter((id) => id !== item.id)));
      toastError(`${titleOf(item)} was not restored`, error);
    }
  }
  return { restore, restored };
}

function placeOf({ kind, project_slug: slug, number, title }: TrashItem): string {
  if (kind === "workflow") return paths.workflow(slug, title);
  if (kind === "persona") return paths.persona(slug, title);
  if (kind === "project" || number === null) return paths.inbox(slug);
  return kind === "run" ? paths.run(slug, number) : paths.issue(slug, number);
}
