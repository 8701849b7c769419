import { useState } from "react";
import type { Evaluation, Finding, Review, Step } from "@/api/generated/bindings";
import { classes } from "@/lib/classes";
import { counted } from "@/lib/numbers";
import { dimensions, dimensionWord } from "../words";
import style from "./Verdict.module.css";

/** What a step answered that answers with data: a review, scores, a choice, a prompt. */
export function Verdict({ step, onFile }: { step: Step; onFile: (path: string) => void }) {
  const { verdict } = step;
  if (!verdict) return null;
  if ("pass" in verdict)
    return <ReviewWords review={verdict} gates={step.role === "checker"} onFile={onFile} />;
  if ("correctness" in verdict) return <Scores step={step} evaluation={verdict} />;
  if ("winner" in verdict) return <Long text={verdict.rationale} />;
  return <Long text={verdict.prompt} />;
}

function ReviewWords({
  review,
  gates,
  onFile,
}: {
  review: Review;
  gates: boolean;
  onFile: (path: string) => void;
}) {
  const word = gates ? (review.pass ? "Passed" : "Sent back") : counted(review.findings.length, "finding");
  return (
    <div className={style.verdict}>
      <p className={classes(style.word, gates && (review.pass ? style.passed : style.refused))}>{word}</p>
      <Long text={review.feedback} />
      {review.findings.length > 0 && (
        <ul className={style.findings}>
          {review.findings.map((finding, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a verdict never changes
            <FindingLine key={index} finding={finding} onFile={onFile} />
          ))}
        </ul>
      )}
    </div>
  );
}

function FindingLine({ finding, onFile }: { finding: Finding; onFile: (path: string) => void }) {
  const { file } = finding;
  return (
    <li>
      <span className={classes(style.severity, style[finding.severity])}>{finding.severity}</span>{" "}
      {file !== undefined && (
        <>
          <button type="button" className={style.place} onClick={() => onFile(file)}>
            {file}
            {finding.line !== undefined && `:${finding.line}`}
          </button>{" "}
        </>
      )}
      {finding.message}
    </li>
  );
}

function Scores({ step, evaluation }: { step: Step; evaluation: Evaluation }) {
  const { quality } = step;
  return (
    <div className={style.verdict}>
      {quality && (
        <p className={classes(style.word, quality.threshold_result ? style.passed : style.refused)}>
          {Math.round(quality.composite)} of 100, {quality.threshold_result ? "at least" : "under"}{" "}
          {Math.round(quality.threshold)}
        </p>
      )}
      <dl className={style.scores}>
        {dimensions.map((name) => (
          <div key={name} className={style.scoreLine}>
            <dt>{dimensionWord[name]}</dt>
            <dd>
              <span className={style.bar} aria-hidden>
                <span style={{ inlineSize: `${evaluation[name]}%` }} />
                {quality && <i style={{ insetInlineStart: `${quality.threshold}%` }} />}
              </span>
              <span className={style.number}>{Math.round(evaluation[name])}</span>
            </dd>
          </div>
        ))}
      </dl>
      <Long text={evaluation.summary} />
    </div>
  );
}

/** A text of which the first lines show, and all of it when asked for. */
function Long({ text }: { text: string }) {
  const [open, setOpen] = useState(false);
  const isLong = text.length > 160 || text.split("\n").length > 4;
  return (
    <>
      <p className={classes(style.words, open && style.open)}>{text}</p>
      {isLong && (
        <button type="button" className={style.more} aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Show less" : "Show all"}
        </button>
      )}
    </>
  );
}
