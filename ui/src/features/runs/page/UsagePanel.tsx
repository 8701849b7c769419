import { Coins } from "lucide-react";
import type { ReactNode } from "react";
import type { Run, Step } from "@/api/generated/bindings";
import { EmptyState } from "@/design/States";
import { Duration, Money, RelativeTime } from "@/design/Time";
import { bytes, counted, grouped } from "@/lib/numbers";
import { duration } from "@/lib/time";
import { runSourceWord } from "@/lib/words";
import { roleWord } from "../words";
import style from "./UsagePanel.module.css";

/** What the run took: tokens, money and time, by step; and what it was allowed to take. */
export function UsagePanel({ run }: { run: Run }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={style.panel} aria-label="Usage" tabIndex={0}>
      {run.steps.length === 0 ? (
        <EmptyState icon={<Coins size={20} aria-hidden />} title="Nothing was used yet">
          Tokens, cost and time are counted here from the first step on.
        </EmptyState>
      ) : (
        <StepTable run={run} />
      )}
      <h2 className={style.title}>About this run</h2>
      <dl className={style.facts}>
        <Fact name="Started from">
          {run.issue ? `Issue #${run.issue.number}` : runSourceWord[run.source]}
        </Fact>
        <Fact name="Created">
          <RelativeTime at={run.created_at} long />
        </Fact>
        {run.started_at !== null && (
          <Fact name="Began">
            <RelativeTime at={run.started_at} long />
          </Fact>
        )}
        {run.finished_at !== null && (
          <Fact name="Ended">
            <RelativeTime at={run.finished_at} long />
          </Fact>
        )}
        {run.sandbox && (
          <Fact name="Limits">
            {duration(run.sandbox.timeout_ms)}, {bytes(run.sandbox.memory_mb * 1024 * 1024)} of memory,{" "}
            {counted(run.sandbox.cpu_count, "core")}
          </Fact>
        )}
        {run.head_commit && (
          <Fact name="Head commit">
            <code className={style.commit}>{run.head_commit}</code>
          </Fact>
        )}
      </dl>
    </section>
  );
}

function StepTable({ run }: { run: Run }) {
  return (
    <div className={style.scroll}>
      <table className={style.table}>
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col">Tool</th>
            <th scope="col">Model</th>
            <Head>Time</Head>
            <Head>Tokens in</Head>
            <Head>Tokens out</Head>
            <Head>Cost</Head>
          </tr>
        </thead>
        <tbody>
          {run.steps.map((step) => (
            <StepRow key={step.id} step={step} />
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={3}>
              Run
            </th>
            <Cell>{run.started_at !== null && <Duration from={run.started_at} to={run.finished_at} />}</Cell>
            <Cell>{grouped(run.input_tokens)}</Cell>
            <Cell>{grouped(run.output_tokens)}</Cell>
            <Cell>
              <Money usd={run.cost_usd} />
            </Cell>
          </tr>
        </tfoot>
      </table>
      {run.cost_usd === null && (
        <p className={style.note}>
          The tool does not say what this cost: unknown, which is not the same as nothing.
        </p>
      )}
    </div>
  );
}

function StepRow({ step }: { step: Step }) {
  return (
    <tr>
      <td>{roleWord[step.role]}</td>
      <td>{step.tool}</td>
      <td className={style.model}>{step.model ?? "–"}</td>
      <Cell>
        {step.started_at !== null && (step.finished_at !== null || step.status === "running") && (
          <Duration from={step.started_at} to={step.finished_at} />
        )}
      </Cell>
      <Cell>{grouped(step.input_tokens)}</Cell>
      <Cell>{grouped(step.output_tokens)}</Cell>
      <Cell>
        <Money usd={step.cost_usd} />
      </Cell>
    </tr>
  );
}

function Head({ children }: { children: ReactNode }) {
  return (
    <th scope="col" className={style.number}>
      {children}
    </th>
  );
}

function Cell({ children }: { children: ReactNode }) {
  return <td className={style.number}>{children}</td>;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={style.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
