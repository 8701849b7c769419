//! How a run ends, or pauses for the operator: each is one transaction, after its processes are gone.

use super::agent::StepOutcome;
use super::collect::Collected;
use super::pipeline::{self, Came};
use super::quota;
use super::request::put_issue_back;
use super::session_state;
use super::setup::Work;
use super::work::WorkFault;
use crate::engine::Engine;
use crate::sandbox::Isolation;
use crate::sessions::{self, TurnEnd};
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use waybill_domain::agent::{AgentEvent, ErrorKind};
use waybill_domain::ids::{JobId, RunId, SandboxId};
use waybill_domain::issue::Status;
use waybill_domain::persona::THRESHOLD;
use waybill_domain::principal::Principal;
use waybill_domain::run::{Delivery, Role, RunEvent, RunStatus, SandboxState, StepStatus, WaitingFor};
use waybill_domain::text::cut;
use waybill_domain::workflow::{PlannedStep, Verdict};
use waybill_store::notifications::{self, NewNotification};
use waybill_store::run_steps::{Quality, Step, StepEnd};
use waybill_store::runs::{self, Run, RunPatch, Wish};
use waybill_store::sandboxes::{self, HeldBack};
use waybill_store::sessions::Session;
use waybill_store::{
    StoreError, Write, agent_tokens, issues, jobs, output, projects, run_steps, session_messages,
};

/// Ends a step as its agent did, and goes on from there; what is no more needed is removed.
pub(super) async fn conclude(work: &Work, job: &JobId, collected: &Collected) -> Result<(), WorkFault> {
    let Some(outcome) = work.outcome.clone() else {
        return Err(WorkFault::new(ErrorKind::Crash, "the agent's end was not kept"));
    };
    let held: Vec<HeldBack> = collected
        .held_back
        .iter()
        .map(|held| HeldBack { kind: held.kind, detail: held.detail.clone(), count: 1 })
        .collect();
    let ending = Arc::new(Ending {
        session: work.session.clone(),
        run: work.run.id.clone(),
        step: work.step.clone(),
        planned: work.planned.clone(),
        sandbox: work.sandbox.spec().id.clone(),
        job: job.clone(),
        outcome,
        head_commit: collected.head_commit.clone(),
        changes: collected.changes,
        winner: collected.winner,
        held,
    });
    let workspaces = insist(&work.engine, || {
        let ending = Arc::clone(&ending);
        move |write: &Write<'_>| ending.write(write)
    });
    let workspaces = workspaces.await?;
    if work.session.is_none() && workspaces.contains(&work.sandbox.spec().directory) {
        keep_session(work).await;
    }
    for workspace in workspaces {
        super::remove::remove_quietly(workspace).await;
    }
    Ok(())
}

/// Keeps the tools' own sessions of a run that has ended, so that changes can be asked for in them.
async fn keep_session(work: &Work) {
    let place = session_state::place(work.engine.store().directory(), &work.run.id);
    let home = work.sandbox.spec().home();
    let kept = tokio::task::spawn_blocking(move || session_state::keep(&home, &place)).await;
    if !matches!(kept, Ok(Ok(()))) {
        tracing::warn!(run = %work.run.id, ?kept, "the tools' sessions of a run could not be kept");
    }
}

/// Everything that the end of a step writes.
struct Ending {
    session: Option<Session>,
    run: RunId,
    step: Step,
    planned: PlannedStep,
    sandbox: SandboxId,
    job: JobId,
    outcome: StepOutcome,
    /// Where the lane's branch stands.
    head_commit: Option<String>,
    changes: (i64, i64, i64),
    /// The lane that a judge chose.
    winner: Option<i64>,
    held: Vec<HeldBack>,
}

impl Ending {
    /// Answers the workspaces to remove.
    fn write(&self, write: &Write<'_>) -> Result<Vec<PathBuf>, StoreError> {
        let run = runs::by_id(write, &self.run)?;
        // A cancel that was acknowledged while the work was collected still counts.
        let cancelled = self.outcome.cancelled || run.wish == Some(Wish::Cancel);
        let status = match (cancelled, self.outcome.ok) {
            (true, _) => StepStatus::Cancelled,
            (false, true) => StepStatus::Completed,
            (false, false) => StepStatus::Failed,
        };
        let error = self.outcome.error.clone().filter(|_| status == StepStatus::Failed);
        if !self.held.is_empty() {
            let event =
                |held: &HeldBack| AgentEvent::HeldBack { kind: held.kind, detail: held.detail.clone() };
            let told: Vec<_> = self.held.iter().map(|held| (write.now(), event(held))).collect();
            output::append(write, &run.project_id, &run.id, self.step.position, &told)?;
            sandboxes::add_held_back(write, &self.sandbox, &self.held)?;
        }
        if let Some(session) = &self.session {
            return self.end_turn(write, session, status, error);
        }
        agent_tokens::revoke_of_step(write, &self.step.id)?;
        if let Some(kind) = error.as_ref().map(|(kind, _)| *kind)
            && quota::wait(write, &run, &self.step, &self.planned, kind, self.outcome.retry_after)?
        {
            runs::sum_usage(write, &run.id)?;
            jobs::end(write, &self.job, None)?;
            return Ok(Vec::new());
        }
        let end = StepEnd {
            status,
            summary: Some(self.outcome.summary.clone()),
            error,
            verdict: self.outcome.answer.clone(),
            quality: self.quality(),
            head_commit: self.head_commit.clone(),
        };
        run_steps::end(write, &self.step.id, &end)?;
        runs::sum_usage(write, &run.id)?;
        let mut workspaces = Vec::new();
        if self.step.lane == 0 {
            let patch = RunPatch {
                head_commit: self.head_commit.clone(),
                changes: Some(self.changes),
                ..RunPatch::default()
            };
            runs::patch(write, &run, &patch)?;
        }
        if let Some(winner) = self.winner.filter(|_| status == StepStatus::Completed) {
            workspaces = pipeline::adopt(write, &run, &self.step.place, winner)?;
        }
        let came = if cancelled { Came::Cancelled } else { Came::To(self.verdict(status)) };
        let step = Step { status, verdict: end.verdict, ..self.step.clone() };
        workspaces.extend(pipeline::advance(write, &runs::by_id(write, &self.run)?, &step, came)?);
        jobs::end(write, &self.job, None)?;
        Ok(workspaces)
    }

    fn end_turn(
        &self,
        write: &Write<'_>,
        session: &Session,
        status: StepStatus,
        error: Option<(ErrorKind, String)>,
    ) -> Result<Vec<PathBuf>, StoreError> {
        let patch = RunPatch { changes: Some(self.changes), activity: Some(None), ..RunPatch::default() };
        let (step, summary) = (self.step.id.clone(), self.outcome.summary.clone());
        let end = TurnEnd { step, status, summary, error, patch, sandbox: SandboxState::Paused };
        let workspace = sessions::end_turn(write, session, &end)?;
        jobs::end(write, &self.job, None)?;
        Ok(workspace.into_iter().collect())
    }

    fn verdict(&self, status: StepStatus) -> Verdict {
        let refused = |answer: &serde_json::Value| answer["pass"] == false;
        match status {
            StepStatus::Completed
                if self.step.role.gates() && self.outcome.answer.as_ref().is_some_and(refused) =>
            {
                Verdict::Refused
            }
            StepStatus::Completed => Verdict::Done,
            _ => Verdict::Broken,
        }
    }

    /// What an evaluation comes to under the persona's weights.
    fn quality(&self) -> Option<Quality> {
        let answer = self.outcome.answer.as_ref().filter(|_| self.step.role == Role::Evaluator)?;
        let persona = self.planned.persona.as_ref();
        let weights = persona.and_then(|persona| persona.weights).unwrap_or_default();
        let threshold = persona.and_then(|persona| persona.threshold).unwrap_or(THRESHOLD);
        let composite = weights.composite(answer)?;
        Some(Quality { composite, threshold, threshold_result: composite >= threshold })
    }
}

/// Writes what must be written, again and again while the disk is full or the database is locked by another
/// program: a run must not stay at work for ever because of a passing fault.
async fn insist<T, F>(engine: &Engine, make: impl Fn() -> F) -> Result<T, StoreError>
where
    T: Send + 'static,
    F: FnOnce(&Write<'_>) -> Result<T, StoreError> + Send + 'static,
{
    let mut pause = Duration::from_millis(100);
    loop {
        match engine.store().write(make()).await {
            Err(error) if is_passing(&error) && !engine.stopping().is_cancelled() => {
                tracing::warn!(%error, "the end of a run is written again");
            }
            other => return other,
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = engine.stopping().cancelled() => {}
        }
        pause = (pause * 2).min(Duration::from_secs(5));
    }
}

/// Whether the same write may succeed later.
pub(super) const fn is_passing(error: &StoreError) -> bool {
    matches!(error, StoreError::Locked | StoreError::Full | StoreError::ReadOnly)
}

/// Moves a run to its final status, its issue with it, and tells the operator.
pub(crate) fn finish(
    write: &Write<'_>,
    run: &Run,
    event: RunEvent,
    why: Option<&str>,
) -> Result<(), StoreError> {
    let actor = Principal::System;
    let status = runs::apply(write, run, event, &actor)?;
    let why = why.unwrap_or("its agent did not say why");
    match status {
        // What is under its threshold is the operator's to accept.
        RunStatus::Completed if run.threshold_result == Some(false) => {}
        RunStatus::Completed => resolve_issue(write, run)?,
        RunStatus::Cancelled => put_issue_back(write, run, "was cancelled")?,
        _ => put_issue_back(write, run, &format!("failed: {}", why.trim_end_matches('.')))?,
    }
    let title =
        run.issue.as_ref().map_or_else(|| run.name.clone(), |(number, title)| format!("#{number} {title}"));
    match status {
        RunStatus::Completed => {
            let run = runs::by_id(write, &run.id)?;
            let files = run.files_changed;
            let score = match (run.quality_score, run.threshold_result) {
                (Some(score), Some(false)) => format!(" It scored {score:.0}, under its threshold."),
                (Some(score), _) => format!(" It scored {score:.0}."),
                _ => String::new(),
            };
            let body = match (run.delivery, files) {
                (Delivery::Ready, 1) => format!("{title}: 1 file changed, ready for review.{score}"),
                (Delivery::Ready, _) => format!("{title}: {files} files changed, ready for review.{score}"),
                _ => format!("{title}: nothing was changed.{score}"),
            };
            notify(write, &run, "run_completed", format!("Run {} completed", run.number), &body)
        }
        RunStatus::Failed => {
            notify(write, run, "run_failed", format!("Run {} failed", run.number), &format!("{title}: {why}"))
        }
        _ => Ok(()),
    }
}

fn resolve_issue(write: &Write<'_>, run: &Run) -> Result<(), StoreError> {
    let Some(id) = &run.issue_id else { return Ok(()) };
    let issue = issues::by_id(write, id)?;
    let by_workflow = issue.assignment.as_deref().is_some_and(|target| target.starts_with("workflow:"));
    if issue.status == Status::InProgress && by_workflow {
        issues::make_run_move(write, &issue, Status::Resolved, run.number, &Principal::System)?;
    }
    Ok(())
}

fn notify(
    write: &Write<'_>,
    run: &Run,
    kind: &'static str,
    title: String,
    body: &str,
) -> Result<(), StoreError> {
    let project = projects::by_id(write, &run.project_id)?;
    let link = format!("/p/{}/runs/{}", project.slug, run.number);
    let new = NewNotification { kind, title, body: cut(body, 240), link };
    notifications::insert(write, &run.project_id, &new).map(drop)
}

/// Fails the step that a lane is at, which could not be worked to its end; its processes are gone.
pub(super) async fn fail(engine: &Engine, run: &RunId, lane: i64, job: &JobId, fault: &WorkFault) {
    let (id, job, fault) = (run.clone(), job.clone(), fault.clone());
    let written = insist(engine, || {
        let (id, job, fault) = (id.clone(), job.clone(), fault.clone());
        move |write: &Write<'_>| write_failure(write, &id, lane, &job, &fault)
    });
    match written.await {
        Ok(workspaces) => {
            for workspace in workspaces {
                super::remove::remove_quietly(workspace).await;
            }
        }
        Err(error) => {
            tracing::error!(%error, %run, "a failed run could not be recorded; the next start will");
        }
    }
}

/// Answers the workspaces to remove: none in which an agent's work may still lie.
fn write_failure(
    write: &Write<'_>,
    id: &RunId,
    lane: i64,
    job: &JobId,
    fault: &WorkFault,
) -> Result<Vec<PathBuf>, StoreError> {
    let run = runs::by_id(write, id)?;
    jobs::end(write, job, Some(&fault.message))?;
    if run.status.is_final() {
        return Ok(Vec::new());
    }
    if let Some(session) = waybill_store::sessions::of_run(write, id)? {
        agent_tokens::revoke_of_run(write, id)?;
        return Ok(fail_turn(write, &session, &run, fault)?.into_iter().collect());
    }
    let mut message = fault.message.clone();
    let mut workspaces = Vec::new();
    match sandboxes::live_of_lane(write, id, lane)? {
        Some(sandbox) if sandbox.state == SandboxState::Creating => {
            sandboxes::set_state(write, &sandbox.id, SandboxState::Killed, None)?;
            workspaces.push(sandbox.workspace);
        }
        Some(sandbox) => {
            let place = sandbox.workspace.join("repo");
            message = format!(
                "{}; the agent's work is kept for 7 days in {}",
                message.trim_end_matches('.'),
                place.display()
            );
            sandboxes::set_state(write, &sandbox.id, SandboxState::Error, Some(&message))?;
        }
        None => {}
    }
    let steps = run_steps::of_run(write, id)?;
    let of_lane = || steps.iter().filter(|step| step.lane == lane);
    let Some(step) =
        of_lane().find(|step| step.status != StepStatus::Completed).or_else(|| of_lane().next_back())
    else {
        return Err(StoreError::Unreadable(format!("run {} has no steps", run.number)));
    };
    agent_tokens::revoke_of_step(write, &step.id)?;
    run_steps::end(write, &step.id, &StepEnd::of(StepStatus::Failed, Some((fault.kind, message))))?;
    runs::sum_usage(write, id)?;
    workspaces.extend(pipeline::advance(write, &run, step, Came::To(Verdict::Broken))?);
    Ok(workspaces)
}

/// Fails a session's turn that could not be worked to its end; the session and its workspace stay.
fn fail_turn(
    write: &Write<'_>,
    session: &Session,
    run: &Run,
    fault: &WorkFault,
) -> Result<Option<PathBuf>, StoreError> {
    let steps = run_steps::of_run(write, &run.id)?;
    // An agent that never worked on what it was handed gets it with the next turn.
    for step in steps.iter().filter(|step| step.finished_at.is_none() && step.outcome.is_none()) {
        session_messages::take_back(write, session, &step.id)?;
    }
    end_open_turn(write, session, run, StepStatus::Failed, Some((fault.kind, fault.message.clone())))
}

/// Ends the turn that a session's run is at.
fn end_open_turn(
    write: &Write<'_>,
    session: &Session,
    run: &Run,
    status: StepStatus,
    error: Option<(ErrorKind, String)>,
) -> Result<Option<PathBuf>, StoreError> {
    let open = |step: &run_steps::Step| matches!(step.status, StepStatus::Pending | StepStatus::Running);
    let Some(step) = run_steps::of_run(write, &run.id)?.into_iter().find(open) else { return Ok(None) };
    // A workspace that was never made ready is made anew by the next turn.
    let live = sandboxes::of_run(write, &run.id)?.filter(|sandbox| sandbox.state.is_live());
    let unready = live.is_some_and(|sandbox| sandbox.state == SandboxState::Creating);
    let sandbox = if unready { SandboxState::Killed } else { SandboxState::Paused };
    let (summary, patch) = (String::new(), RunPatch::default());
    let end = TurnEnd { step: step.id, status, summary, error, patch, sandbox };
    sessions::end_turn(write, session, &end)
}

/// Fails a run whose task itself broke.
pub(super) async fn fail_badly(engine: &Engine, run: &RunId, lane: i64, job: &JobId) {
    let fault = WorkFault::new(ErrorKind::Crash, "Waybill made a mistake while it worked this run");
    fail(engine, run, lane, job, &fault).await;
}

/// Cancels the lane of a run in which nothing runs.
pub(super) async fn cancelled_before(
    engine: &Engine,
    run: &RunId,
    lane: i64,
    job: &JobId,
) -> Result<(), StoreError> {
    let (id, job) = (run.clone(), job.clone());
    let write = engine.store().write(move |write| {
        let run = runs::by_id(write, &id)?;
        jobs::end(write, &job, None)?;
        if let Some(session) = waybill_store::sessions::of_run(write, &id)? {
            agent_tokens::revoke_of_run(write, &id)?;
            let removed = end_open_turn(write, &session, &run, StepStatus::Cancelled, None)?;
            return Ok(removed.into_iter().collect());
        }
        let open = |step: &Step| {
            step.lane == lane && matches!(step.status, StepStatus::Pending | StepStatus::Running)
        };
        let Some(step) = run_steps::of_run(write, &id)?.into_iter().find(open) else { return Ok(Vec::new()) };
        run_steps::end(write, &step.id, &StepEnd::of(StepStatus::Cancelled, None))?;
        pipeline::advance(write, &run, &step, Came::Cancelled)
    });
    for workspace in write.await? {
        super::remove::remove_quietly(workspace).await;
    }
    Ok(())
}

/// Parks a run until the operator agrees to less isolation than asked for.
pub(super) async fn ask_consent(
    engine: &Engine,
    run: &RunId,
    job: &JobId,
    isolation: &Isolation,
) -> Result<(), StoreError> {
    let (id, job) = (run.clone(), job.clone());
    let missing = isolation.missing.join(", ");
    let mend = isolation.mend.clone().unwrap_or_default();
    let write = engine.store().write(move |write| {
        let run = runs::by_id(write, &id)?;
        let patch = RunPatch { waiting_for: Some(Some(WaitingFor::Consent)), ..RunPatch::default() };
        runs::patch(write, &run, &patch)?;
        let body = format!("This machine isolates agents less than asked for ({missing}). {mend}");
        notify(write, &run, "input_needed", format!("Run {} needs your consent", run.number), &body)?;
        write.audit(
            &Principal::System,
            Some(&run.project_id),
            "run.consent_asked",
            &json!({ "run": run.number }),
        )?;
        jobs::end(write, &job, None)
    });
    write.await
}

/// Gives a run back that Waybill, closing in good order, has stopped: the interruption is not counted.
pub(super) async fn interrupted(work: &Work, job: &JobId) -> Result<(), StoreError> {
    let (step, job) = (work.step.id.clone(), job.clone());
    let write = work.engine.store().write(move |write| {
        run_steps::uncount_attempt(write, &step)?;
        jobs::give_back(write, &job)
    });
    write.await
}

/// Ends a job that has nothing to do.
pub(super) async fn end_job(engine: &Engine, job: &JobId) -> Result<(), StoreError> {
    let job = job.clone();
    engine.store().write(move |write| jobs::end(write, &job, None)).await
}
