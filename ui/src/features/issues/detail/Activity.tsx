import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import type { IssueUpdate } from "../../../api/generated/bindings";
import { useCallPages } from "../../../api/queries";
import { Author } from "../../../design/Author";
import { Button } from "../../../design/Button";
import { Markdown } from "../../../design/Markdown";
import { ErrorNotice } from "../../../design/States";
import { RelativeTime } from "../../../design/Time";
import { classes } from "../../../lib/classes";
import { setVisibility } from "../comments";
import style from "./Activity.module.css";
import { Changes } from "./Changes";
import { groupActivity } from "./grouping";
import { VisibilityMenu } from "./VisibilityMenu";

interface ActivityProps {
  project: string;
  number: number;
}

/** Comments and changes, the newest at the bottom. */
export function Activity({ project, number }: ActivityProps) {
  const { items, error, hasNextPage, isFetchingNextPage, more } = useCallPages("issue_updates", {
    project,
    number,
  });
  const entries = useMemo(() => groupActivity([...(items ?? [])].reverse()), [items]);
  return (
    <section aria-label="Activity" className={style.activity}>
      <h3 className={style.heading}>Activity</h3>
      {error && !items && <ErrorNotice error={error} />}
      {hasNextPage && (
        <Button size="small" kind="quiet" busy={isFetchingNextPage} onClick={more} className={style.earlier}>
          Show earlier activity
        </Button>
      )}
      <ol className={style.entries}>
        {entries.map((entry) =>
          entry.type === "comment" ? (
            <li key={entry.key}>
              <Comment update={entry.update} slug={project} number={number} />
            </li>
          ) : (
            <li key={entry.key} className={classes(style.changes, entry.internal && style.internalLine)}>
              <Changes entry={entry} slug={project} />
            </li>
          ),
        )}
      </ol>
    </section>
  );
}

function Comment({ update, slug, number }: { update: IssueUpdate; slug: string; number: number }) {
  const client = useQueryClient();
  const internal = update.visibility === "operator_only";
  return (
    <article className={classes(style.comment, internal && style.internal)}>
      <header className={style.by}>
        <span className={style.name}>
          <Author author={update.author} />
        </span>
        <span className={style.when}>
          <RelativeTime at={update.created_at} long />
        </span>
        <VisibilityMenu
          className={classes(style.visibility, internal && style.badge)}
          visibility={update.visibility}
          onChange={(visibility) => void setVisibility(client, slug, number, update, visibility)}
        />
      </header>
      <Markdown text={update.body ?? ""} slug={slug} />
    </article>
  );
}
