// Links between issues: shown at once, put back when Waybill refuses them, taken back with `z`.

import type { QueryClient } from "@tanstack/react-query";
import { call } from "../../../api/client";
import type { Author, IssueBrief, IssueLink, Relation, Settings } from "../../../api/generated/bindings";
import { patch, type Rollback } from "../../../api/optimistic";
import { queryKey } from "../../../api/queries";
import { toast, toastError } from "../../../design/toasts";
import { relationPhrase } from "./words";

export interface LinkChanges {
  /** "This issue is `relation` `other`." Answers whether it was kept. */
  add(relation: Relation, other: IssueBrief): Promise<boolean>;
  remove(link: IssueLink): Promise<boolean>;
}

export function linkChanges(client: QueryClient, project: string, number: number): LinkChanges {
  const key = queryKey("link_list", { project, number });

  async function add(link: IssueLink, taken: boolean): Promise<boolean> {
    const { relation, issue } = link;
    const what = `#${number} ${relationPhrase[relation]} #${issue.number}`;
    const back = showLinks(client, project, number, (links) => withLink(links, link));
    try {
      client.setQueryData(key, await call("link_add", { project, number, relation, other: issue.number }));
      if (!taken) toast({ title: what, undo: () => remove(link, true) });
      return true;
    } catch (error) {
      back();
      toastError(taken ? "The link was not put back" : "The link was not made", error);
      return false;
    }
  }

  async function remove(link: IssueLink, taken: boolean): Promise<boolean> {
    const { relation, issue } = link;
    const back = showLinks(client, project, number, (links) => withoutLink(links, link));
    try {
      client.setQueryData(key, await call("link_remove", { project, number, relation, other: issue.number }));
      if (!taken) {
        toast({
          title: `#${number} ${relationPhrase[relation]} #${issue.number} no more`,
          undo: () => add(link, true),
        });
      }
      return true;
    } catch (error) {
      back();
      toastError("The link was not removed", error);
      return false;
    }
  }

  return {
    add: (relation, other) =>
      add({ relation, issue: other, created_by: operator(client), created_at: Date.now() }, false),
    remove: (link) => remove(link, false),
  };
}

/** Shows the change here; what the other issue shows comes with the feed. */
function showLinks(
  client: QueryClient,
  project: string,
  number: number,
  change: (links: readonly IssueLink[]) => IssueLink[],
): Rollback {
  return patch(client, "link_list", (links, args) =>
    args.project === project && args.number === number ? change(links) : links,
  );
}

export function withLink(links: readonly IssueLink[], link: IssueLink): IssueLink[] {
  return [...withoutLink(links, link), link];
}

export function withoutLink(links: readonly IssueLink[], link: IssueLink): IssueLink[] {
  return links.filter((each) => each.relation !== link.relation || each.issue.number !== link.issue.number);
}

function operator(client: QueryClient): Author {
  const settings = client.getQueryData<Settings>(queryKey("settings_get", {}));
  return {
    kind: "operator",
    user_id: "operator",
    handle: null,
    display_name: settings?.display_name ?? null,
  };
}
