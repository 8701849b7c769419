import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useActions } from "@/actions/useActions";
import type { Run } from "@/api/generated/bindings";
import { Button } from "@/design/Button";
import { Page } from "@/design/Page";
import { RunBadge } from "@/design/RunBadge";
import { Tabs } from "@/design/Tabs";
import { Duration, Money } from "@/design/Time";
import { paths } from "@/lib/links";
import { grouped } from "@/lib/numbers";
import { runStatusWord, titleOf, waitingWord } from "@/lib/words";
import { DiffPanel } from "@/parts/diff/DiffPanel";
import { FileList } from "@/parts/diff/FileList";
import { useDiff } from "@/parts/diff/useDiff";
import { OutputPanel } from "@/parts/output/OutputPanel";
import { CandidatesPanel } from "./CandidatesPanel";
import { InstructionsPanel } from "./InstructionsPanel";
import { RequestChangesDialog } from "./RequestChangesDialog";
import { RunActionBar } from "./RunActionBar";
import { RunFoot } from "./RunFoot";
import { RunNotices } from "./RunNotices";
import style from "./RunView.module.css";
import { Timeline } from "./Timeline";
import { openingTab, type RunTab, tabOf } from "./tabs";
import { UsagePanel } from "./UsagePanel";
import { useReview } from "./useReview";

const route = getRouteApi("/p/$slug/runs/$number");

export function RunView({ run }: { run: Run }) {
  const search = route.useSearch();
  const navigate = useNavigate();
  const tab = tabOf(search.tab) ?? openingTab(run);
  const step = search.step ?? null;
  const show = (next: RunTab, file = search.file, position = step, lane = search.lane ?? null) =>
    void navigate({
      to: "/p/$slug/runs/$number",
      params: { slug: run.project_slug, number: run.number },
      search: {
        tab: next,
        ...(file === undefined ? {} : { file }),
        ...(position === null ? {} : { step: position }),
        ...(lane === null ? {} : { lane }),
      },
      replace: true,
    });
  const choose = (position: number) => show("instructions", undefined, position);
  const diff = useDiff(run, search.file, (path) => show("diff", path), search.lane ?? null);
  const showCandidate = (lane: number) =>
    void navigate({
      to: "/p/$slug/runs/$number",
      params: { slug: run.project_slug, number: run.number },
      search: { tab: "diff", lane },
    });
  const review = useReview(run);
  const openIssue = () =>
    run.issue && void navigate({ href: paths.issue(run.project_slug, run.issue.number) });

  useActions({
    "run.output": () => show("output"),
    "run.diff": () => show("diff"),
    "run.instructions": () => show("instructions"),
    "run.usage": () => show("usage"),
    "run.candidates": { run: () => show("candidates"), when: () => run.candidates.length > 0 },
    "diff.comment": {
      run: () => diff.file && review.addComment(diff.file.path),
      when: () => run.actions.request_changes && tab === "diff" && diff.file !== null,
    },
    "run.open-issue": { run: openIssue, when: () => run.issue !== null },
  });

  return (
    <Page
      crumbs={[
        { title: "Runs", to: paths.runs(run.project_slug) },
        { title: `Run ${run.number} · ${run.name}` },
      ]}
      filters={
        <div className={style.state}>
          {run.issue && (
            <Link
              className={style.issue}
              to={paths.issue(run.project_slug, run.issue.number)}
              title={run.issue.title}
            >
              #{run.issue.number}
            </Link>
          )}
          <RunBadge status={run.status} waitingFor={run.waiting_for}>
            {run.started_at !== null && <Duration from={run.started_at} to={run.finished_at} />}
          </RunBadge>
          {run.workflow && run.workflow !== "single_designer" && (
            <span className={style.workflow} title="The workflow that it runs">
              {titleOf(run.workflow)}
              {run.workflow_version ? ` v${run.workflow_version}` : ""}
            </span>
          )}
          {run.quality_score !== null && (
            <span
              className={run.threshold_result === false ? style.under : style.reached}
              title={run.threshold_result === false ? "Quality, under its threshold" : "Quality"}
            >
              {Math.round(run.quality_score)}
            </span>
          )}
          {run.cost_usd !== null && (
            <span className={style.cost}>
              <Money usd={run.cost_usd} />
            </span>
          )}
          <StatusVoice run={run} />
        </div>
      }
      actions={<RunActionBar run={run} review={review} />}
    >
      <RunNotices run={run} />
      <div className={style.columns}>
        <div className={style.side}>
          <Timeline run={run} chosen={step} onChoose={choose} onFile={(path) => show("diff", path)} />
          {tab === "diff" && diff.diff && diff.diff.files.length > 0 && (
            <FileList
              files={diff.diff.files}
              chosen={diff.file?.path ?? null}
              viewed={diff.viewed}
              onChoose={diff.choose}
            />
          )}
        </div>
        <div className={style.main}>
          <Tabs
            label="Run"
            value={tab}
            onChange={(next) => show(next)}
            tabs={[
              { value: "output", title: "Output" },
              { value: "diff", title: "Diff", count: run.files_changed > 0 ? run.files_changed : undefined },
              { value: "instructions", title: "Instructions" },
              { value: "usage", title: "Usage" },
              ...(run.candidates.length > 0
                ? [{ value: "candidates" as const, title: "Candidates", count: run.candidates.length }]
                : []),
            ]}
            end={<LineTotals run={run} />}
          >
            {tab === "output" && <OutputPanel run={run} />}
            {tab === "diff" && diff.lane !== null && (
              <WhoseDiff run={run} lane={diff.lane} onRun={() => show("diff", undefined, step, null)} />
            )}
            {tab === "diff" && (
              <DiffPanel
                run={run}
                state={diff}
                reviewOf={run.actions.request_changes && diff.lane === null ? review.reviewOf : undefined}
              />
            )}
            {tab === "candidates" && <CandidatesPanel run={run} onShow={showCandidate} />}
            {tab === "instructions" && <InstructionsPanel run={run} chosen={step} onChoose={choose} />}
            {tab === "usage" && <UsagePanel run={run} />}
          </Tabs>
        </div>
      </div>
      <RunFoot run={run} />
      {review.open && <RequestChangesDialog run={run} review={review} />}
    </Page>
  );
}

/** Says that the changes shown are a candidate's, and leads back to the run's own. */
function WhoseDiff({ run, lane, onRun }: { run: Run; lane: number; onRun: () => void }) {
  const candidate = run.candidates.find((each) => each.lane === lane);
  return (
    <div className={style.whose}>
      <span>
        Candidate {candidate?.label}
        {candidate?.chosen && ", which was chosen"}
      </span>
      <Button size="small" onClick={onRun}>
        Show the run's diff
      </Button>
    </div>
  );
}

/** Tells screen readers when the status changes, and nothing when the page opens. */
function StatusVoice({ run }: { run: Run }) {
  const words = run.waiting_for ? waitingWord[run.waiting_for] : runStatusWord[run.status];
  const [first] = useState(words);
  const [changed, setChanged] = useState(false);
  if (!changed && words !== first) setChanged(true);
  return (
    <span className="visually-hidden" role="status">
      {changed && `Run ${run.number}: ${words}`}
    </span>
  );
}

function LineTotals({ run }: { run: Run }) {
  if (run.files_changed === 0) return null;
  return (
    <span className={style.totals}>
      <span className={style.plus}>+{grouped(run.lines_added)}</span>
      <span className={style.minus}>−{grouped(run.lines_removed)}</span>
    </span>
  );
}
