//! How a run ends, or pauses for the operator: each is one transaction, after its processes are gone.

use super::collect::Collected;
use super::request::put_issue_back;
use super::setup::Work;
use super::work::WorkFault;
use crate::engine::Engine;
use crate::sandbox::Isolation;
use serde_json::json;
use waybill_domain::agent::{AgentEvent, ErrorKind};
use waybill_domain::ids::{JobId, RunId};
use waybill_domain::issue::{Status, Via};
use waybill_domain::principal::Principal;
use waybill_domain::run::{Delivery, RunEvent, RunStatus, SandboxState, StepStatus, WaitingFor};
use waybill_domain::text::cut;
use waybill_store::notifications::{self, NewNotification};
use waybill_store::run_steps::StepEnd;
use waybill_store::runs::{self, Run, RunPatch};
use waybill_store::sandboxes::{self, HeldBack};
use waybill_store::{StoreError, Write, issues, jobs, output, projects, run_steps};

/// Ends a run as its agent did.
pub(super) async fn conclude(work: &Work, job: &JobId, collected: &Collected) -> Result<(), WorkFault> {
    let Some(outcome) = work.outcome.clone() else {
        return Err(WorkFault::new(ErrorKind::Crash, "the agent's end was not kept"));
    };
    let (event, status): (RunEvent, StepStatus) = match (outcome.ok, outcome.cancelled) {
        (_, true) => (RunEvent::Cancel, StepStatus::Cancelled),
        (true, false) => (RunEvent::Complete, StepStatus::Completed),
        (false, false) => (RunEvent::Fail, StepStatus::Failed),
    };
    let error = outcome.error.clone().filter(|_| status == StepStatus::Failed);
    let end = StepEnd { status, summary: Some(outcome.summary.clone()), error: error.clone() };
    let patch = RunPatch {
        delivery: Some(if collected.head_commit.is_some() { Delivery::Ready } else { Delivery::None }),
        changes: Some(collected.changes),
        activity: Some(None),
        error: Some(error),
        failed_step: Some((status == StepStatus::Failed).then(|| work.step.id.clone())),
        ..RunPatch::default()
    };
    let held: Vec<HeldBack> = collected
        .held_back
        .iter()
        .map(|held| HeldBack { kind: held.kind, detail: held.detail.clone(), count: 1 })
        .collect();
    let (run, step, position) = (work.run.id.clone(), work.step.id.clone(), work.step.position);
    let (sandbox, job) = (work.sandbox.spec().id.clone(), job.clone());
    let write = work.engine.store().write(move |write| {
        let run = runs::by_id(write, &run)?;
        if !held.is_empty() {
            let told =
                held.iter().map(|held| AgentEvent::HeldBack { kind: held.kind, detail: held.detail.clone() });
            let told: Vec<_> = told.map(|event| (write.now(), event)).collect();
            output::append(write, &run.project_id, &run.id, position, &told)?;
            sandboxes::add_held_back(write, &sandbox, &held)?;
        }
        sandboxes::set_state(write, &sandbox, SandboxState::Killed, None)?;
        run_steps::end(write, &step, &end)?;
        runs::sum_usage(write, &run.id)?;
        runs::patch(write, &run, &patch)?;
        finish(write, &run, event, end.error.as_ref().map(|(_, message)| message.as_str()))?;
        jobs::end(write, &job, None)
    });
    Ok(write.await?)
}

/// Moves a run to its final status, its issue with it, and tells the operator.
fn finish(write: &Write<'_>, run: &Run, event: RunEvent, why: Option<&str>) -> Result<(), StoreError> {
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
        issues::make_move(write, &issue, Status::Resolved, Via::Run, &Principal::System)?;
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
    let (id, job_id, fault) = (run.clone(), job.clone(), fault.clone());
    let written = engine.store().write(move |write| {
        let run = runs::by_id(write, &id)?;
        jobs::end(write, &job_id, Some(&fault.message))?;
        if run.status.is_final() {
            return Ok(None);
        }
        let error = (fault.kind, fault.message.clone());
        let step =
            run_steps::of_run(write, &id)?.into_iter().find(|step| step.status != StepStatus::Completed);
        if let Some(step) = &step {
            let end = StepEnd { status: StepStatus::Failed, summary: None, error: Some(error.clone()) };
            run_steps::end(write, &step.id, &end)?;
        }
        let patch = RunPatch {
            error: Some(Some(error)),
            activity: Some(None),
            failed_step: Some(step.map(|step| step.id)),
            delivery: run.head_commit.is_some().then_some(Delivery::Ready),
            ..RunPatch::default()
        };
        runs::sum_usage(write, &id)?;
        runs::patch(write, &run, &patch)?;
        finish(write, &run, RunEvent::Fail, Some(&fault.message))?;
        end_sandbox(write, &run)
    });
    match written.await {
        Ok(Some(directory)) => super::remove::remove_quietly(directory).await,
        Ok(None) => {}
        Err(error) => {
            tracing::error!(%error, %run, "a failed run could not be recorded; the next start will");
        }
    }
}

/// Fails a run whose task itself broke.
pub(super) async fn fail_badly(engine: &Engine, run: &RunId, job: &JobId) {
    let fault = WorkFault::new(ErrorKind::Crash, "Waybill made a mistake while it worked this run");
    fail(engine, run, job, &fault).await;
}

fn end_sandbox(write: &Write<'_>, run: &Run) -> Result<Option<std::path::PathBuf>, StoreError> {
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
