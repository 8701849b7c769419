import { Link } from "@tanstack/react-router";
import { useCallPages } from "../../../api/queries";
import { Button } from "../../../design/Button";
import { RunBadge } from "../../../design/RunBadge";
import { RelativeTime } from "../../../design/Time";
import { paths } from "../../../lib/links";
import { deliveryWord } from "../../../lib/words";
import style from "./IssueRuns.module.css";

interface IssueRunsProps {
  project: string;
  number: number;
}

/** The runs on an issue, the newest first. */
export function IssueRuns({ project, number }: IssueRunsProps) {
  const { items, hasNextPage, isFetchingNextPage, more } = useCallPages("run_list", {
    project,
    statuses: [],
    issue: number,
    limit: 10,
  });
  if (!items || items.length === 0) return null;
  return (
    <section className={style.runs} aria-label="Runs">
      <h3 className={style.heading}>Runs</h3>
      <ul>
        {items.map((run) => (
          <li key={run.id}>
            <Link to={paths.run(project, run.number)} className={style.run}>
              <RunBadge status={run.status} waitingFor={run.waiting_for} compact />
              <span>Run {run.number}</span>
              <span className={style.more}>
                {run.tool}
                {run.delivery !== "none" && ` · ${deliveryWord[run.delivery].toLowerCase()}`}
              </span>
              <span className={style.age}>
                <RelativeTime at={run.created_at} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <Button size="small" kind="quiet" busy={isFetchingNextPage} onClick={more}>
          Show more
        </Button>
      )}
    </section>
  );
}
