import { GitCompare, Trophy } from "lucide-react";
import { useState } from "react";
import type { Candidate, Run } from "@/api/generated/bindings";
import { Button } from "@/design/Button";
import { ConfirmDialog } from "@/design/Dialog";
import { Duration, Money } from "@/design/Time";
import { toast } from "@/design/toasts";
import { counted, grouped } from "@/lib/numbers";
import { useRunCommand } from "@/parts/useRunCommand";
import { candidateWord } from "../words";
import style from "./CandidatesPanel.module.css";
import { spent } from "./sections";

/** The candidates of a race side by side: what each changed, took and cost, and what the judge found of it. */
export function CandidatesPanel({ run, onShow }: { run: Run; onShow: (lane: number) => void }) {
  const [wanted, setWanted] = useState<Candidate | null>(null);
  const choose = useRunCommand("run_choose", run, "The candidate could not be chosen", () => {
    toast({ title: `${wanted?.label ?? "The candidate"} is the run's result now` });
    setWanted(null);
  });
  const judge = run.steps.findLast((step) => step.verdict && "winner" in step.verdict);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={style.panel} aria-label="Candidates" tabIndex={0}>
      {judge?.verdict && "rationale" in judge.verdict && (
        <div className={style.rationale}>
          <h2 className={style.name}>The judge's reason</h2>
          <p>{judge.verdict.rationale}</p>
        </div>
      )}
      <ul className={style.candidates}>
        {run.candidates.map((candidate) => (
          <Card
            key={candidate.lane}
            run={run}
            candidate={candidate}
            onShow={onShow}
            onChoose={run.actions.choose && !candidate.chosen ? () => setWanted(candidate) : undefined}
          />
        ))}
      </ul>
      <ConfirmDialog
        open={wanted !== null}
        onClose={() => setWanted(null)}
        title="Choose this candidate?"
        confirm="Choose it"
        busy={choose.isPending}
        onConfirm={() => wanted && choose.mutate({ lane: wanted.lane })}
      >
        The branch is put where {wanted?.label ?? "it"} ended. What later steps changed or scored was the
        other one, and is left behind; the other one can be chosen again until the run is merged or discarded.
      </ConfirmDialog>
    </section>
  );
}

interface CardProps {
  run: Run;
  candidate: Candidate;
  onShow: (lane: number) => void;
  onChoose: (() => void) | undefined;
}

function Card({ run, candidate, onShow, onChoose }: CardProps) {
  const { judged } = candidate;
  const { cost, from, to, tokens } = spent(run, candidate.lane);
  return (
    <li className={style.card} data-chosen={candidate.chosen}>
      <div className={style.head}>
        <h2 className={style.name}>{candidate.label}</h2>
        {candidate.chosen ? (
          <span className={style.chosen}>
            <Trophy size={14} aria-hidden /> Chosen
          </span>
        ) : (
          <span className={style[candidate.status]}>{candidateWord[candidate.status]}</span>
        )}
        {judged && <span className={style.score}>{Math.round(judged.score)}</span>}
      </div>
      <dl className={style.facts}>
        <Fact name="Changed">
          {counted(candidate.files_changed, "file")}{" "}
          <span className={style.plus}>+{grouped(candidate.lines_added)}</span>{" "}
          <span className={style.minus}>−{grouped(candidate.lines_removed)}</span>
        </Fact>
        <Fact name="Time">{from === null ? "–" : <Duration from={from} to={to} />}</Fact>
        <Fact name="Tokens">{tokens > 0 ? grouped(tokens) : "–"}</Fact>
        <Fact name="Cost">
          <Money usd={cost} />
        </Fact>
      </dl>
      {candidate.error && <p className={style.error}>{candidate.error}</p>}
      {judged && (
        <ul className={style.points}>
          {judged.strengths.map((text) => (
            <li key={`+${text}`} data-kind="strength">
              {text}
            </li>
          ))}
          {judged.weaknesses.map((text) => (
            <li key={`-${text}`} data-kind="weakness">
              {text}
            </li>
          ))}
        </ul>
      )}
      <div className={style.foot}>
        {candidate.files_changed > 0 && (
          <Button
            size="small"
            icon={<GitCompare size={12} aria-hidden />}
            onClick={() => onShow(candidate.lane)}
          >
            Show diff<span className="visually-hidden"> of {candidate.label}</span>
          </Button>
        )}
        {onChoose && candidate.status === "completed" && candidate.files_changed > 0 && (
          <Button size="small" onClick={onChoose}>
            Choose<span className="visually-hidden"> {candidate.label}</span>
          </Button>
        )}
      </div>
    </li>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
