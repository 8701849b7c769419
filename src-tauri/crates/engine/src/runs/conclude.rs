//! How a run ends, or pauses for the operator: each is one transaction, after its processes are gone.

use super::agent::StepOutcome;
use super::collect::Collected;
use super::request::put_issue_back;
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
use waybill_domain::ids::{JobId, RunId, SandboxId, StepId};
use waybill_domain::issue::Status;
use waybill_domain::principal::Principal;
use waybill_domain::run::{Delivery, RunEvent, RunStatus, SandboxState, StepStatus, WaitingFor};
use waybill_domain::text::cut;
use waybill_store::notifications::{self, NewNotification};
use waybill_store::run_steps::StepEnd;
use waybill_store::runs::{self, Run, RunPatch, Wish};
use waybill_store::sandboxes::{self, HeldBack};
use waybill_store::sessions::Session;
use waybill_store::{
    StoreError, Write, agent_tokens, issues, jobs, output, projects, run_steps, session_messages,
};

/// Ends a run as its agent did.
///
/// Answers the workspace to remove: none while a session goes on in it.
pub(super) async fn conclude(
    work: &Work,
    job: &JobId,
    collected: &Collected,
) -> Result<Option<PathBuf>, WorkFault> {
    let Some(outcome) = work.outcome.clone() else {
        return Err(WorkFault::new(ErrorKind::Crash, "the agent's end was not kept"));
    };
    let patch = RunPatch {
        delivery: Some(if collected.head_commit.is_some() { Delivery::Ready } else { Delivery::None }),
        changes: Some(collected.changes),
        activity: Some(None),
        ..RunPatch::default()
    };
    let held: Vec<HeldBack> = collected
        .held_back
        .iter()
        .map(|held| HeldBack { kind: held.kind, detail: held.detail.clone(), count: 1 })
        .collect();
    let ending = Arc::new(Ending {
        session: work.session.clone(),
        run: work.run.id.clone(),
        step: work.step.id.clone(),
        position: work.step.position,
        sandbox: work.sandbox.spec().id.clone(),
        job: job.clone(),
        outcome,
        patch,
        held,
        workspace: work.sandbox.spec().directory.clone(),
    });
    Ok(insist(&work.engine, || {
        let ending = Arc::clone(&ending);
        move |write: &Write<'_>| ending.write(write)
    })
    .await?)
}

/// Everything that the end of a run writes.
struct Ending {
    session: Option<Session>,
    run: RunId,
    step: StepId,
    position: i64,
    sandbox: SandboxId,
    job: JobId,
    outcome: StepOutcome,
    patch: RunPatch,
    held: Vec<HeldBack>,
    workspace: PathBuf,
}

impl Ending {
    fn write(&self, write: &Write<'_>) -> Result<Option<PathBuf>, StoreError> {
        let run = runs::by_id(write, &self.run)?;
        // A cancel that was acknowledged while the work was collected still counts.
        let cancelled = self.outcome.cancelled || run.wish == Some(Wish::Cancel);
        let (event, status) = match (cancelled, self.outcome.ok) {
            (true, _) => (RunEvent::Cancel, StepStatus::Cancelled),
            (false, true) => (RunEvent::Complete, StepStatus::Completed),
            (false, false) => (RunEvent::Fail, StepStatus::Failed),
        };
        let failed = status == StepStatus::Failed;
        let error = self.outcome.error.clone().filter(|_| failed);
        if !self.held.is_empty() {
            let event =
                |held: &HeldBack| AgentEvent::HeldBack { kind: held.kind, detail: held.detail.clone() };
            let told: Vec<_> = self.held.iter().map(|held| (write.now(), event(held))).collect();
            output::append(write, &run.project_id, &run.id, self.position, &told)?;
            sandboxes::add_held_back(write, &self.sandbox, &self.held)?;
        }
        if let Some(session) = &self.session {
            let end = TurnEnd {
                step: self.step.clone(),
                status,
                summary: self.outcome.summary.clone(),
                error,
                patch: RunPatch { delivery: None, ..self.patch.clone() },
                sandbox: SandboxState::Paused,
            };
            let workspace = sessions::end_turn(write, session, &end)?;
            jobs::end(write, &self.job, None)?;
            return Ok(workspace);
        }
        agent_tokens::revoke_of_run(write, &self.run)?;
        sandboxes::set_state(write, &self.sandbox, SandboxState::Killed, None)?;
        let summary = Some(self.outcome.summary.clone());
        run_steps::end(write, &self.step, &StepEnd { status, summary, error: error.clone() })?;
        runs::sum_usage(write, &run.id)?;
        let patch = RunPatch {
            error: Some(error.clone()),
            failed_step: Some(failed.then(|| self.step.clone())),
            ..self.patch.clone()
        };
        runs::patch(write, &run, &patch)?;
        finish(write, &run, event, error.as_ref().map(|(_, message)| message.as_str()))?;
        jobs::end(write, &self.job, None)?;
        Ok(Some(self.workspace.clone()))
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
            let body = match (run.delivery, files) {
                (Delivery::Ready, 1) => format!("{title}: 1 file changed, ready for review."),
                (Delivery::Ready, _) => format!("{title}: {files} files changed, ready for review."),
                _ => format!("{title}: nothing was changed."),
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

/// Fails a run that could not be worked to its end; its processes are gone.
pub(super) async fn fail(engine: &Engine, run: &RunId, job: &JobId, fault: &WorkFault) {
    let (id, job, fault) = (run.clone(), job.clone(), fault.clone());
    let written = insist(engine, || {
        let (id, job, fault) = (id.clone(), job.clone(), fault.clone());
        move |write: &Write<'_>| write_failure(write, &id, &job, &fault)
    });
    match written.await {
        Ok(Some(directory)) => super::remove::remove_quietly(directory).await,
        Ok(None) => {}
        Err(error) => {
            tracing::error!(%error, %run, "a failed run could not be recorded; the next start will");
        }
    }
}

/// Answers the workspace to remove: none when an agent's work may still lie in it.
fn write_failure(
    write: &Write<'_>,
    id: &RunId,
    job: &JobId,
    fault: &WorkFault,
) -> Result<Option<PathBuf>, StoreError> {
    let run = runs::by_id(write, id)?;
    jobs::end(write, job, Some(&fault.message))?;
    if run.status.is_final() {
        return Ok(None);
    }
    agent_tokens::revoke_of_run(write, id)?;
    if let Some(session) = waybill_store::sessions::of_run(write, id)? {
        return fail_turn(write, &session, &run, fault);
    }
    let live = sandboxes::of_run(write, id)?.filter(|sandbox| sandbox.state.is_live());
    let (kept, removed) = match live {
        Some(sandbox) if sandbox.state == SandboxState::Creating => (None, Some(sandbox)),
        other => (other, None),
    };
    let mut message = fault.message.clone();
    if let Some(kept) = &kept {
        let place = kept.workspace.join("repo");
        message = format!(
            "{}; the agent's work is kept for 7 days in {}",
            message.trim_end_matches('.'),
            place.display()
        );
        sandboxes::set_state(write, &kept.id, SandboxState::Error, Some(&message))?;
    }
    if let Some(removed) = &removed {
        sandboxes::set_state(write, &removed.id, SandboxState::Killed, None)?;
    }
    let error = (fault.kind, message);
    let step = run_steps::of_run(write, id)?.into_iter().find(|step| step.status != StepStatus::Completed);
    if let Some(step) = &step {
        let end = StepEnd { status: StepStatus::Failed, summary: None, error: Some(error.clone()) };
        run_steps::end(write, &step.id, &end)?;
    }
    let patch = RunPatch {
        error: Some(Some(error.clone())),
        activity: Some(None),
        failed_step: Some(step.map(|step| step.id)),
        delivery: run.head_commit.is_some().then_some(Delivery::Ready),
        ..RunPatch::default()
    };
    runs::sum_usage(write, id)?;
    runs::patch(write, &run, &patch)?;
    finish(write, &run, RunEvent::Fail, Some(&error.1))?;
    Ok(removed.map(|sandbox| sandbox.workspace))
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
pub(super) async fn fail_badly(engine: &Engine, run: &RunId, job: &JobId) {
    let fault = WorkFault::new(ErrorKind::Crash, "Waybill made a mistake while it worked this run");
    fail(engine, run, job, &fault).await;
}

fn end_sandbox(write: &Write<'_>, run: &Run) -> Result<Option<PathBuf>, StoreError> {
    let Some(sandbox) = sandboxes::of_run(write, &run.id)?.filter(|sandbox| sandbox.state.is_live()) else {
        return Ok(None);
    };
    sandboxes::set_state(write, &sandbox.id, SandboxState::Killed, None)?;
    Ok(Some(sandbox.workspace))
}

/// Cancels a run of which nothing runs.
pub(super) async fn cancelled_before(engine: &Engine, run: &RunId, job: &JobId) -> Result<(), StoreError> {
    let (id, job) = (run.clone(), job.clone());
    let write = engine.store().write(move |write| {
        let run = runs::by_id(write, &id)?;
        agent_tokens::revoke_of_run(write, &id)?;
        if let Some(session) = waybill_store::sessions::of_run(write, &id)? {
            jobs::end(write, &job, None)?;
            return end_open_turn(write, &session, &run, StepStatus::Cancelled, None);
        }
        if let Some(step) =
            run_steps::of_run(write, &id)?.into_iter().find(|step| step.status != StepStatus::Completed)
        {
            run_steps::end(
                write,
                &step.id,
                &StepEnd { status: StepStatus::Cancelled, summary: None, error: None },
            )?;
        }
        finish(write, &run, RunEvent::Cancel, None)?;
        jobs::end(write, &job, None)?;
        end_sandbox(write, &run)
    });
    if let Some(directory) = write.await? {
        super::remove::remove_quietly(directory).await;
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
