import { useParams } from "@tanstack/react-router";
import { Link2 } from "lucide-react";
import { useRef, useState } from "react";
import { ActionIconButton } from "../../actions/ActionButton";
import { useCall } from "../../api/queries";
import { Page } from "../../design/Page";
import { Skeleton } from "../../design/States";
import { paths } from "../../lib/links";
import { IssueMenu } from "./detail/IssueMenu";
import { IssueView } from "./detail/IssueView";
import { isGone, NoIssue } from "./detail/NoIssue";
import { RunButton } from "./detail/RunButton";
import style from "./IssuePage.module.css";
import { useIssueActions } from "./useIssueActions";

/** One issue as a page of its own. */
export function IssuePage() {
  const { slug, number } = useParams({ from: "/p/$slug/issues/$number" });
  // Another issue is another page: no draft, menu or dialog goes from one to the next.
  return <OneIssue key={`${slug}/${number}`} project={slug} number={number} />;
}

function OneIssue({ project, number }: { project: string; number: number }) {
  const { data, error, refetch } = useCall("issue_get", { project, number });
  const issue = isGone(error) ? undefined : data;
  const [editing, setEditing] = useState(false);
  const page = useRef<HTMLDivElement>(null);
  const { changes, dialogs, ask } = useIssueActions({
    project,
    subjects: () => (issue ? [issue] : []),
    refocus: () => page.current?.focus(),
    anchor: () => page.current?.querySelector('[aria-label="Labels"]') ?? null,
    more: { "issue.edit": { when: () => issue !== undefined, run: () => setEditing(true) } },
  });
  const title = issue ? `#${number} ${issue.title}` : `#${number}`;
  return (
    <Page
      crumbs={[{ title: "Issues", to: paths.issues(project) }, { title: number > 0 ? title : "Not found" }]}
      actions={
        issue && (
          <>
            <ActionIconButton action="issue.copy-link">
              <Link2 size={16} />
            </ActionIconButton>
            <IssueMenu issue={issue} changes={changes} ask={ask} />
            <RunButton issue={issue} changes={changes} onRun={() => ask("run", [number])} />
          </>
        )
      }
    >
      <div ref={page} className={style.page} tabIndex={-1}>
        {issue ? (
          <IssueView
            issue={issue}
            changes={changes}
            editing={editing}
            onEdit={() => setEditing(true)}
            onEdited={() => setEditing(false)}
            ask={ask}
          />
        ) : error ? (
          <NoIssue project={project} number={number} error={error} onRetry={() => void refetch()} />
        ) : (
          <Skeleton rows={6} />
        )}
      </div>
      {dialogs}
    </Page>
  );
}
