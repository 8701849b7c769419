import { Link } from "@tanstack/react-router";
import { useDeferredValue } from "react";
import { useCall } from "../../../api/queries";
import { StatusMark } from "../../../design/StatusMark";
import { paths } from "../../../lib/links";
import style from "./SimilarIssues.module.css";
import { similarQueries } from "./similar";

interface SimilarIssuesProps {
  project: string;
  title: string;
  /** One of them was opened instead. */
  onOpen: () => void;
}

const MOST = 4;

/** Active issues that may say the same, while a title is typed. */
export function SimilarIssues({ project, title, onOpen }: SimilarIssuesProps) {
  const [strict, loose] = similarQueries(useDeferredValue(title));
  const found = useSearch(project, strict);
  const more = useSearch(project, loose);
  const issues = [...found, ...more.filter((issue) => !found.some(({ id }) => id === issue.id))].slice(
    0,
    MOST,
  );
  if (issues.length === 0) return null;
  return (
    <section className={style.similar} aria-label="Similar issues" aria-live="polite">
      <h3 className={style.heading}>Maybe the same</h3>
      <ul>
        {issues.map((issue) => (
          <li key={issue.id}>
            <Link to={paths.issue(project, issue.number)} className={style.issue} onClick={onOpen}>
              <StatusMark status={issue.status} />
              <span className={style.number}>#{issue.number}</span>
              <span className="truncate">{issue.title}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function useSearch(project: string, query: string | undefined) {
  const answer = useCall(
    "issue_search",
    { project, query: query ?? "", limit: MOST },
    { enabled: query !== undefined, keepPrevious: true },
  );
  return query === undefined ? [] : (answer.data?.items ?? []);
}
