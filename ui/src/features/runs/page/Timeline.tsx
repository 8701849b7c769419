import {
  ChevronRight,
  Circle,
  CircleArrowLeft,
  CircleCheck,
  CircleDashed,
  CircleSlash,
  CircleX,
  Flag,
  Trophy,
} from "lucide-react";
import type { ReactNode } from "react";
import type { Candidate, Run, Step, StepStatus, UpcomingStep } from "@/api/generated/bindings";
import { Duration, Money } from "@/design/Time";
import { classes } from "@/lib/classes";
import { compactCount, grouped } from "@/lib/numbers";
import { errorKindWord, runStatusWord } from "@/lib/words";
import { stepTitle } from "../words";
import { sections } from "./sections";
import style from "./Timeline.module.css";
import { Verdict } from "./Verdict";

/** The steps of a run from first to last: who worked, how long, for how much, and what came of it; then what is to come. */
export function Timeline({ run, chosen, onChoose, onFile }: TimelineProps) {
  return (
    <section className={style.timeline} aria-label="Steps">
      {run.steps.length === 0 ? (
        <p className={style.none}>
          {run.status === "pending" ? "The first step has not begun." : "No step began."}
        </p>
      ) : (
        <ol>
          {sections(run).map((section) =>
            section.race === null ? (
              <StepItem
                key={section.step.id}
                step={section.step}
                run={run}
                isChosen={chosen === section.step.position}
                onChoose={onChoose}
                onFile={onFile}
              />
            ) : (
              <li key={section.race} className={style.race}>
                <p className={style.raceTitle}>
                  <Flag size={12} aria-hidden />
                  Race of {section.lanes.length}
                </p>
                {section.lanes.map(({ candidate, steps }) => (
                  <Lane key={candidate.lane} candidate={candidate}>
                    <ol>
                      {steps.map((step) => (
                        <StepItem
                          key={step.id}
                          step={step}
                          run={run}
                          isChosen={chosen === step.position}
                          onChoose={onChoose}
                          onFile={onFile}
                        />
                      ))}
                    </ol>
                  </Lane>
                ))}
              </li>
            ),
          )}
          {run.upcoming.map((step) => (
            <UpcomingItem key={step.place} step={step} />
          ))}
        </ol>
      )}
    </section>
  );
}

interface TimelineProps {
  run: Run;
  /** The position of the step that is looked at; null: none was chosen. */
  chosen: number | null;
  onChoose: (position: number) => void;
  /** Opens a file that a finding names. */
  onFile: (path: string) => void;
}

/** One candidate of a race: its standing, and its steps below. */
function Lane({ candidate, children }: { candidate: Candidate; children: ReactNode }) {
  return (
    <details className={style.lane} open={candidate.status === "running" || candidate.chosen}>
      <summary className={style.laneHead}>
        <ChevronRight className={style.fold} size={12} aria-hidden />
        <span className={style.laneName} title={candidate.label}>
          {candidate.label}
        </span>
        {candidate.chosen && (
          <span className={style.chosen}>
            <Trophy size={12} aria-hidden /> chosen
          </span>
        )}
        {candidate.status === "failed" && <span className={style.failed}>failed</span>}
        {candidate.judged && <span className={style.score}>{Math.round(candidate.judged.score)}</span>}
      </summary>
      {children}
    </details>
  );
}

function UpcomingItem({ step }: { step: UpcomingStep }) {
  return (
    <li className={style.step}>
      <span className={classes(style.mark, style.pending)}>
        <Circle size={14} aria-hidden />
        <span className="visually-hidden">To come: </span>
      </span>
      <div className={style.body}>
        <div className={classes(style.head, style.upcoming)}>
          <span>{stepTitle(step)}</span>
        </div>
        <div className={style.meta}>
          <span>{step.tool}</span>
        </div>
      </div>
    </li>
  );
}

function StepItem({
  step,
  run,
  isChosen,
  onChoose,
  onFile,
}: {
  step: Step;
  run: Run;
  isChosen: boolean;
  onChoose: (position: number) => void;
  onFile: (path: string) => void;
}) {
  const live = step.status === "running";
  const tokens = step.input_tokens + step.output_tokens;
  return (
    <li className={style.step} aria-current={live ? "step" : undefined}>
      <span className={classes(style.mark, style[markOf(step)])}>
        {icons[markOf(step)]}
        <span className="visually-hidden">{runStatusWord[step.status]}: </span>
      </span>
      <div className={style.body}>
        <div className={style.head}>
          <button
            type="button"
            className={style.role}
            aria-pressed={isChosen}
            title="Show what this step was told"
            onClick={() => onChoose(step.position)}
          >
            {stepTitle(step)}
          </button>
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
        {step.verdict ? <Verdict step={step} onFile={onFile} /> : <LastWords step={step} run={run} />}
      </div>
    </li>
  );
}

/** How a step's mark looks: a checker that sent the change back did its work, and yet is no green tick. */
function markOf(step: Step): StepStatus | "refused" {
  const verdict = step.verdict;
  return step.status === "completed" &&
    step.role === "checker" &&
    verdict &&
    "pass" in verdict &&
    !verdict.pass
    ? "refused"
    : step.status;
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

const icons: Record<StepStatus | "refused", ReactNode> = {
  refused: <CircleArrowLeft size={16} aria-hidden />,
  pending: <CircleDashed size={16} aria-hidden />,
  running: <span className={style.dot} aria-hidden />,
  completed: <CircleCheck size={16} aria-hidden />,
  failed: <CircleX size={16} aria-hidden />,
  cancelled: <CircleSlash size={16} aria-hidden />,
};
