import { Link } from "@tanstack/react-router";
import { Fragment, type ReactNode } from "react";
import type { Priority, Status } from "../../../api/generated/bindings";
import { allPriority } from "../../../api/generated/bindings";
import { AuthorIcon } from "../../../design/Author";
import { Markdown } from "../../../design/Markdown";
import { RelativeTime } from "../../../design/Time";
import { paths } from "../../../lib/links";
import { authorName, priorityWord, statusWord } from "../../../lib/words";
import { assignmentName } from "../changes";
import { relationPhrase } from "../links/words";
import style from "./Activity.module.css";
import type { Change, Entry } from "./grouping";
import { changedParts, lineDiff } from "./lineDiff";

type ChangesEntry = Extract<Entry, { type: "changes" }>;

/** What one author changed in one go, as a sentence. */
export function Changes({ entry, slug }: { entry: ChangesEntry; slug: string }) {
  return (
    <>
      <span className={style.mark}>
        <AuthorIcon kind={entry.author.kind} size={14} />
      </span>
      <div className={style.sentence}>
        <span className={style.name}>{authorName(entry.author)}</span>{" "}
        {entry.changes.map((change, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: changes of an entry are only ever added at its end
          <Fragment key={index}>
            {index > 0 && ", "}
            <Told change={change} before={entry.changes[index - 1]} slug={slug} />
          </Fragment>
        ))}{" "}
        <span className={style.when}>
          <RelativeTime at={entry.at} long />
        </span>
        {entry.changes.map((change, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
          <Below key={index} change={change} slug={slug} />
        ))}
      </div>
    </>
  );
}

function Told({
  change,
  before,
  slug,
}: {
  change: Change;
  before: Change | undefined;
  slug: string;
}): ReactNode {
  switch (change.kind) {
    case "status":
      return <Moved change={change} before={before} slug={slug} />;
    case "priority":
      return (
        <>
          set the priority {change.from && <>from {priority(change.from)} </>}to <b>{priority(change.to)}</b>
        </>
      );
    case "title":
      return (
        <>
          changed the title from <q>{change.from}</q>
        </>
      );
    case "assignment":
      return change.to ? (
        <>
          assigned it to <b>{assignmentName(change.to)}</b>
        </>
      ) : (
        "unassigned it"
      );
    case "labels":
      return (
        <>
          {change.added.length > 0 && (
            <>
              added <b>{change.added.join(", ")}</b>
            </>
          )}
          {change.added.length > 0 && change.removed.length > 0 && " and "}
          {change.removed.length > 0 && (
            <>
              removed <b>{change.removed.join(", ")}</b>
            </>
          )}
        </>
      );
    case "body":
      return "edited the text";
    case "link":
      return (
        <>
          {change.added ? "said that it " : "took back that it "}
          {relationPhrase[change.relation]} <Link to={paths.issue(slug, change.other)}>#{change.other}</Link>
        </>
      );
    case "note":
      return change.run === null ? (
        change.text
      ) : (
        <>
          {change.text} <RunLink slug={slug} number={change.run} />
        </>
      );
  }
}

interface MovedProps {
  change: Extract<Change, { kind: "status" }>;
  before: Change | undefined;
  slug: string;
}

function Moved({ change, before, slug }: MovedProps) {
  const { from, to, via, run } = change;
  const on = before?.kind === "status" && before.to === from;
  return (
    <>
      {via === "duplicate"
        ? "closed it as a duplicate, "
        : via === "reopen"
          ? "reopened it, "
          : via === "undo"
            ? "took it back "
            : on
              ? "then "
              : "moved it "}
      {from && !on && via !== "reopen" && via !== "undo" && via !== "duplicate" && (
        <>from {word(statusWord, from)} </>
      )}
      to <b>{word(statusWord, to)}</b>
      {run !== null && (
        <>
          {" "}
          with <RunLink slug={slug} number={run} />
        </>
      )}
    </>
  );
}

/** What needs more room than a sentence. */
function Below({ change, slug }: { change: Change; slug: string }) {
  if (change.kind === "status" && change.note) {
    return (
      <div className={style.note}>
        <Markdown text={change.note} slug={slug} />
      </div>
    );
  }
  if (change.kind === "body" && change.before !== null && change.after !== null) {
    return (
      <details className={style.edit}>
        <summary>Show the change</summary>
        <BodyDiff before={change.before} after={change.after} />
      </details>
    );
  }
  return null;
}

const marks = { same: " ", added: "+", removed: "−" } as const;

function BodyDiff({ before, after }: { before: string; after: string }) {
  return (
    <pre className={style.diff}>
      {changedParts(lineDiff(before, after)).map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a past edit never changes
        <div key={index} className={style[line?.kind ?? "gap"]}>
          {line ? `${marks[line.kind]} ${line.text}` : "⋯"}
        </div>
      ))}
    </pre>
  );
}

function RunLink({ slug, number }: { slug: string; number: number }) {
  return <Link to={paths.run(slug, number)}>run {number}</Link>;
}

function word(words: Record<Status, string>, status: Status): string {
  // History may hold a word that this version does not know.
  return words[status] ?? status;
}

function priority(text: string | null): string {
  const known = allPriority.find((each) => each === text) as Priority | undefined;
  return known ? priorityWord[known] : (text ?? "none");
}
