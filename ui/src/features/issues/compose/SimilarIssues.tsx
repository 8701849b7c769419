import { Link } from "@tanstack/react-router";
import { useDeferredValue } from "react";
import { useCall } from "../../../api/queries";
import { StatusMark } from "../../../design/StatusMark";
import { paths } from "../../../lib/links";
import style from "./SimilarIssues.module.css";

interface SimilarIssuesProps {
  project: string;
  title: string;
  /** One that is known to be related, such as the parent. */
  except?: number | undefined;
  /** One of them was opened instead. */
  onOpen: () => void;
}

/** A shorter title says too little to look for. */
const FEWEST_LETTERS = 3;

/** Open issues that may say the same, while a title is typed. */
export function SimilarIssues({ project, title, except, onOpen }: SimilarIssuesProps) {
  const typed = useDeferredValue(title.trim());
  const asked = typed.length >= FEWEST_LETTERS;
  const { data } = useCall(
    "issue_similar",
    { project, title: typed },
    { enabled: asked, keepPrevious: true },
  );
  const issues = data?.filter((issue) => issue.number !== except);
  if (!asked || !issues || issues.length === 0) return null;
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
