import { Link } from "@tanstack/react-router";
import { Link2, Unlink } from "lucide-react";
import { ActionButton } from "@/actions/ActionButton";
import type { Session } from "@/api/generated/bindings";
import { useCall } from "@/api/queries";
import { EmptyState, ErrorState, Skeleton } from "@/design/States";
import { StatusMark } from "@/design/StatusMark";
import { classes } from "@/lib/classes";
import { paths } from "@/lib/links";
import { Todos } from "@/parts/todos/Todos";
import style from "./BoundIssue.module.css";

interface BoundIssueProps {
  session: Session;
  /** Whether it stands beside the conversation, not in its place. */
  beside?: boolean;
}

/** The issue that the session is about, with its todos as they are worked off. */
export function BoundIssue({ session, beside = false }: BoundIssueProps) {
  const { issue } = session;
  return (
    <section className={classes(style.panel, beside && style.beside)} aria-label="The session's issue">
      {issue ? (
        <Shown key={issue.number} project={session.project_slug} number={issue.number} title={issue.title} />
      ) : (
        <EmptyState
          icon={<Unlink size={20} aria-hidden />}
          title="No issue is bound"
          actions={
            <>
              {session.actions.bind && (
                <ActionButton action="session.bind" icon={<Link2 size={14} aria-hidden />}>
                  Bind an issue
                </ActionButton>
              )}
              {session.actions.promote && (
                <ActionButton action="session.promote">Promote to an issue</ActionButton>
              )}
            </>
          }
        >
          A session that is bound to an issue works off its todos and reports to it. They stay with the issue
          whatever becomes of the session.
        </EmptyState>
      )}
    </section>
  );
}

function Shown({ project, number, title }: { project: string; number: number; title: string }) {
  const { data, error, refetch } = useCall("issue_get", { project, number });
  return (
    <>
      <header className={style.head}>
        <h2 className={style.title}>
          <Link to={paths.issue(project, number)}>
            <span className={style.number}>#{number}</span> {data?.title ?? title}
          </Link>
        </h2>
        {data && <StatusMark status={data.status} word />}
      </header>
      {data ? (
        <Todos project={project} number={number} />
      ) : error ? (
        <ErrorState title="The issue could not be loaded" error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton rows={4} />
      )}
    </>
  );
}
