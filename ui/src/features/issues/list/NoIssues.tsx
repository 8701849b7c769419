import { Link } from "@tanstack/react-router";
import { CircleCheckBig, Download, Inbox, ListFilter, Plus } from "lucide-react";
import { ActionButton } from "../../../actions/ActionButton";
import { keysOf } from "../../../actions/catalogue";
import type { IssueCounts } from "../../../api/generated/bindings";
import { Kbd } from "../../../design/Kbd";
import { EmptyState } from "../../../design/States";
import style from "./NoIssues.module.css";
import { ACTIVE, ALL, READY, viewOf, views } from "./views";

interface NoIssuesProps {
  query: string;
  page: "inbox" | "issues";
  counts: IssueCounts | undefined;
  /** The page without a query. */
  home: string;
}

/** Why the list is empty, and what to do about it. */
export function NoIssues({ query, page, counts, home }: NoIssuesProps) {
  const total = counts && views.find((view) => view.query === ALL)?.count?.(counts);
  if (total === undefined) return <div className={style.rest} />;
  if (total === 0) return <NoneYet />;
  const view = viewOf(query);
  if (view?.query === ACTIVE && page === "inbox") {
    return (
      <EmptyState
        icon={<CircleCheckBig size={20} aria-hidden />}
        title="Nothing to triage"
        actions={<NewIssue />}
      >
        Every issue is resolved or rejected. New ones arrive here.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<ListFilter size={20} aria-hidden />}
      title={view ? (emptyViews[view.name] ?? "No issues here") : "No issue matches"}
      actions={
        <Link to={home} className={style.link}>
          {page === "inbox" ? "Show what is active" : "Show all issues"}
        </Link>
      }
    >
      {view?.query === READY ? (
        <>
          An issue is ready once it is triaged or assigned, nothing open blocks it, and nobody has claimed it.
          Triage what is new, and it shows here.
        </>
      ) : view ? null : (
        <>
          Nothing fits <code>{query}</code>. Words are looked for in titles and bodies; <code>imp*</code>{" "}
          finds words that begin so.
        </>
      )}
    </EmptyState>
  );
}

const emptyViews: Record<string, string> = {
  Active: "No issue is active",
  Untriaged: "Every issue is triaged",
  Ready: "Nothing is ready to be worked on",
  Running: "No agent is working",
  Closed: "No issue is closed yet",
};

function NoneYet() {
  return (
    <EmptyState
      icon={<Inbox size={20} aria-hidden />}
      title="File the first issue"
      actions={
        <>
          <NewIssue />
          <ActionButton action="issues.import" icon={<Download size={14} />} />
        </>
      }
    >
      <p>
        An issue says what is wrong or wanted. Triage it with one key, then let an agent work on it in a
        sandbox and review what it did.
      </p>
      <dl className={style.keys}>
        {steps.map(({ keys, words }) => (
          <div key={words}>
            <dt>{keys && <Kbd keys={keys} />}</dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </EmptyState>
  );
}

const steps = [
  { keys: keysOf("issue.new"), words: "file an issue" },
  { keys: keysOf("issue.triage"), words: "mark it as triaged" },
  { keys: keysOf("issue.run"), words: "run an agent on it" },
];

function NewIssue() {
  return <ActionButton action="issue.new" kind="primary" icon={<Plus size={14} />} />;
}
