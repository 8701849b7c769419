// Saved views: a query with its layout and grouping, kept under a name. Changed as issues are: with an undo.

import { call } from "../../../api/client";
import type { View, ViewSave } from "../../../api/generated/bindings";
import { toast, toastError } from "../../../design/toasts";
import { tidied } from "../list/query";

/** What a screen shows now, as a view would keep it. */
export type Shape = Pick<View, "query" | "layout" | "group_by">;

/** The saved view that is on screen, if it is one. A list has no columns: its grouping makes no difference. */
export function viewShown(views: readonly View[], shape: Shape): View | null {
  return (
    views.find(
      (view) =>
        view.layout === shape.layout &&
        tidied(view.query) === tidied(shape.query) &&
        (shape.layout === "list" || view.group_by === shape.group_by),
    ) ?? null
  );
}

/** The view that already has this name: saving under it replaces it. */
export function viewNamed(views: readonly View[], name: string): View | null {
  const wanted = name.trim().toLowerCase();
  return views.find((view) => view.name.toLowerCase() === wanted) ?? null;
}

/** Saves what is on screen under a name; the undo brings back what that name stood for. */
export async function saveView(
  project: string,
  views: readonly View[],
  name: string,
  shape: Shape,
): Promise<void> {
  const former = viewNamed(views, name);
  const saved = await call("view_save", {
    project,
    ...(former ? { id: former.id } : {}),
    name: name.trim(),
    ...shape,
    query: tidied(shape.query),
  });
  toast({
    title: former ? `View “${saved.name}” changed` : `View “${saved.name}” saved`,
    undo: () => (former ? put(project, former) : takeAway(project, saved)),
  });
}

export async function renameView(project: string, view: View, name: string): Promise<void> {
  await call("view_save", { project, ...view, name: name.trim() });
  toast({ title: `View renamed to “${name.trim()}”`, undo: () => put(project, view) });
}

export async function removeView(project: string, view: View): Promise<void> {
  if (!(await takeAway(project, view))) return;
  const { id: _, ...content } = view;
  toast({ title: `View “${view.name}” deleted`, undo: () => put(project, content) });
}

async function put(project: string, view: Omit<ViewSave, "project">): Promise<void> {
  try {
    await call("view_save", { project, ...view });
  } catch (error) {
    toastError(`The view “${view.name}” was not brought back`, error);
  }
}

async function takeAway(project: string, view: View): Promise<boolean> {
  try {
    await call("view_remove", { project, id: view.id });
    return true;
  } catch (error) {
    toastError(`The view “${view.name}” was not deleted`, error);
    return false;
  }
}
