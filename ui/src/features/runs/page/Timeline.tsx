import { CircleCheck, CircleDashed, CircleSlash, CircleX } from "lucide-react";
import type { ReactNode } from "react";
import type { Run, Step, StepStatus } from "@/api/generated/bindings";
import { Duration, Money } from "@/design/Time";
import { classes } from "@/lib/classes";
import { compactCount, grouped } from "@/lib/numbers";
import { errorKindWord, runStatusWord } from "@/lib/words";
import { roleWord } from "../words";
import style from "./Timeline.module.css";

/** The steps of a run from first to last: who worked, how long, for how much, and their last words. */
export function Timeline({ run }: { run: Run }) {
  return (
    <section className={style.timeline} aria-label="Steps">
      {run.steps.length === 0 ? (
        <p className={style.none}>
          {run.status === "pending" ? "The first step has not begun." : "No step began."}
        </p>
      ) : (
        <ol>
          {run.steps.map((step) => (
            <StepItem key={step.id} step={step} run={run} />
          ))}
        </ol>
      )}
    </section>
  );
}

function StepItem({ step, run }: { step: Step; run: Run }) {
  const live = step.status === "running";
  const tokens = step.input_tokens + step.output_tokens;
  return (
    <li className={style.step} aria-current={live ? "step" : undefined}>
      <span className={classes(style.mark, style[step.status])}>
        {icons[step.status]}
        <span className="visually-hidden">{runStatusWord[step.status]}: </span>
      </span>
      <div className={style.body}>
        <div className={style.head}>
          <span className={style.role}>{roleWord[step.role]}</span>
          <span className={style.time}>
            {step.started_at !== null && (live || step.finished_at !== null) && (
              <Duration from={step.started_at} to={step.finished_at} />
            )}
          </span>
        </div>
        <div className={style.meta}>
          <span>{step.tool}</span>
          {step.model && <span>{step.model}</span>}
          {step.effort && <span>{step.effort} effort</span>}
          {step.iteration > 1 && <span>iteration {step.iteration}</span>}
          {step.attempt > 1 && <span>attempt {step.attempt}</span>}
        </div>
        {(tokens > 0 || step.cost_usd !== null) && (
          <div className={style.meta}>
            {tokens > 0 && (
              <span title={`${grouped(step.input_tokens)} in, ${grouped(step.output_tokens)} out`}>
                {compactCount(tokens)} tokens
              </span>
            )}
            {step.cost_usd !== null && <Money usd={step.cost_usd} />}
          </div>
        )}
        <LastWords step={step} run={run} />
      </div>
    </li>
  );
}

/** What the step says of itself: what it does now, what went wrong, or what it did. */
function LastWords({ step, run }: { step: Step; run: Run }) {
  if (step.error) {
    return (
      <p className={classes(style.words, style.error)}>
        {step.error}
        {step.error_kind && <span className={style.kind}>{errorKindWord[step.error_kind]}</span>}
      </p>
    );
  }
  const words = step.status === "running" ? (run.activity ?? step.summary) : step.summary;
  return words ? (
    <p className={style.words} title={words}>
      {words}
    </p>
  ) : null;
}

const icons: Record<StepStatus, ReactNode> = {
  pending: <CircleDashed size={16} aria-hidden />,
  running: <span className={style.dot} aria-hidden />,
  completed: <CircleCheck size={16} aria-hidden />,
  failed: <CircleX size={16} aria-hidden />,
  cancelled: <CircleSlash size={16} aria-hidden />,
};
