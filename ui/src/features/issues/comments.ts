// Comments: shown at once, taken out again when Waybill refuses them.

import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import { call } from "../../api/client";
import type { IssueUpdate, Page, Visibility } from "../../api/generated/bindings";
import { patch } from "../../api/optimistic";
import { pagesKey } from "../../api/queries";
import { toast, toastError } from "../../design/toasts";

type Pages = InfiniteData<Page<IssueUpdate>, string | null>;

let unsent = 0;

/** Answers whether it was kept, so that the box gives back what was typed when it was not. */
export async function comment(
  client: QueryClient,
  project: string,
  number: number,
  body: string,
  visibility: Visibility,
): Promise<boolean> {
  const key = pagesKey("issue_updates", { project, number });
  unsent += 1;
  const made: IssueUpdate = {
    id: `unsent-${unsent}`,
    author: { kind: "operator", user_id: "operator", handle: null, display_name: await operatorName(client) },
    kind: "comment",
    body,
    metadata: null,
    visibility,
    created_at: Date.now(),
  };
  await client.cancelQueries({ queryKey: key, exact: true });
  const replace = (by: IssueUpdate | null) =>
    client.setQueryData<Pages>(key, (pages) => pages && withNewest(pages, made.id, by));
  replace(made);
  try {
    replace(await call("issue_comment", { project, number, body, visibility }));
    return true;
  } catch (error) {
    replace(null);
    void client.invalidateQueries({ queryKey: key });
    toastError(`The comment on #${number} was not kept`, error);
    return false;
  }
}

/** Shows a comment to guests, or hides it from them; at once, and back when Waybill refuses. */
export async function setVisibility(
  client: QueryClient,
  project: string,
  number: number,
  update: IssueUpdate,
  visibility: Visibility,
): Promise<void> {
  const back = patch(client, "issue_updates", (page, args) =>
    args.project === project && args.number === number
      ? { ...page, items: page.items.map((each) => (each.id === update.id ? { ...each, visibility } : each)) }
      : page,
  );
  try {
    await call("issue_update_show", { project, number, update: update.id, visibility });
    toast({
      title: visibility === "all" ? "Guests see the comment now" : "Only you see the comment now",
      undo: () => setVisibility(client, project, number, update, update.visibility),
    });
  } catch (error) {
    back();
    toastError("Who sees the comment was not changed", error);
  }
}

/** Puts an update at the new end in the place of the one with this id, or takes that one out. */
export function withNewest(pages: Pages, id: string, by: IssueUpdate | null): Pages {
  const [newest, ...older] = pages.pages;
  if (!newest) return pages;
  const others = newest.items.filter((update) => update.id !== id && update.id !== by?.id);
  return { ...pages, pages: [{ ...newest, items: by ? [by, ...others] : others }, ...older] };
}

async function operatorName(client: QueryClient): Promise<string | null> {
  return client.getQueryData<{ display_name: string | null }>(["settings_get", {}])?.display_name ?? null;
}
