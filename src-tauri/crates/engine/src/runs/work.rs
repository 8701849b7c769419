//! One run at work, from its job to its end. Each stage leaves in the database where the next process goes on.

use super::agent::{self, StepOutcome, TurnEnd};
use super::setup::{self, Opened, Work};
use super::{collect, conclude};
use crate::engine::Engine;
use crate::git::GitError;
use crate::sandbox::SandboxError;
use crate::tools::ToolFault;
use std::time::Duration;
use tokio::sync::watch;
use waybill_domain::agent::ErrorKind;
use waybill_domain::ids::{JobId, RunId};
use waybill_store::StoreError;
use waybill_store::runs::Wish;

/// How long the work of a cancelled run may take to be collected.
const COLLECTING_AFTER_CANCEL: Duration = Duration::from_secs(15);

/// Why a run cannot go on, in a sentence for its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WorkFault {
    pub kind: ErrorKind,
    pub message: String,
}

impl WorkFault {
    pub(super) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }
}

impl From<StoreError> for WorkFault {
    fn from(error: StoreError) -> Self {
        Self::new(ErrorKind::Crash, error.to_string())
    }
}

impl From<GitError> for WorkFault {
    fn from(error: GitError) -> Self {
        Self::new(ErrorKind::Crash, with_source(&error))
    }
}

impl From<SandboxError> for WorkFault {
    fn from(error: SandboxError) -> Self {
        Self::new(ErrorKind::Crash, with_source(&error))
    }
}

impl From<ToolFault> for WorkFault {
    fn from(fault: ToolFault) -> Self {
        let kind = match &fault {
            ToolFault::NoKey { .. } | ToolFault::LoginNotShared { .. } => ErrorKind::Auth,
            ToolFault::Unknown(_) | ToolFault::NotInstalled { .. } | ToolFault::BadCommand(_) => {
                ErrorKind::NotInstalled
            }
        };
        Self::new(kind, fault.to_string())
    }
}

fn with_source(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

/// Works a run's job to its end. Whatever goes wrong is written to the run.
pub(super) async fn work(
    engine: Engine,
    run: RunId,
    lane: i64,
    job: JobId,
    wishes: watch::Receiver<Option<Wish>>,
) {
    if let Err(fault) = go(&engine, &run, lane, &job, wishes).await {
        conclude::fail(&engine, &run, lane, &job, &fault).await;
    }
}

async fn go(
    engine: &Engine,
    run: &RunId,
    lane: i64,
    job: &JobId,
    wishes: watch::Receiver<Option<Wish>>,
) -> Result<(), WorkFault> {
    let mut work = match setup::open(engine, run, lane).await? {
        Opened::Ready(work) => work,
        Opened::Ended => return Ok(conclude::end_job(engine, job).await?),
        Opened::Cancelled => return Ok(conclude::cancelled_before(engine, run, lane, job).await?),
        Opened::NeedsConsent(isolation) => {
            return Ok(conclude::ask_consent(engine, run, job, &isolation).await?);
        }
    };
    let done = go_on(&mut work, run, job, wishes).await;
    // From here on an agent may have a part in what git or the machine says.
    done.map_err(|fault| WorkFault::new(fault.kind, work.mask.mask(&fault.message)))
}

async fn go_on(
    work: &mut Work,
    run: &RunId,
    job: &JobId,
    mut wishes: watch::Receiver<Option<Wish>>,
) -> Result<(), WorkFault> {
    if work.outcome.is_none() {
        match agent::turn(work, wishes.clone()).await {
            Ok(TurnEnd::Ended(outcome)) => work.outcome = Some(outcome),
            Ok(TurnEnd::Interrupted) => return Ok(conclude::interrupted(work, job).await?),
            // Whatever went wrong around the agent, what it has made so far is collected.
            Err(fault) => {
                let message = work.mask.mask(&fault.message).into_owned();
                work.outcome = Some(StepOutcome::failed(fault.kind, message));
            }
        }
    }
    let engine = work.engine.clone();
    if !work.step.role.makes_changes() {
        let collected = collect::look_only(work).await?;
        return conclude::conclude(work, job, &collected).await;
    }
    // Git reads what the agent left, in the sandbox: that may take for ever, and is given up when it must.
    let finished = tokio::select! {
        finished = collect::finish(work) => finished?,
        () = engine.stopping().cancelled() => return Ok(conclude::interrupted(work, job).await?),
        () = cancelled_long_ago(&mut wishes) => return Ok(conclude::cancelled_before(&engine, run, work.step.lane, job).await?),
    };
    let collected = collect::collect(work, finished).await?;
    conclude::conclude(work, job, &collected).await
}

/// Resolves some time after the operator's wish to cancel: what was committed is to be kept where it can be.
async fn cancelled_long_ago(wishes: &mut watch::Receiver<Option<Wish>>) {
    if wishes.wait_for(|wish| *wish == Some(Wish::Cancel)).await.is_err() {
        // Nobody can wish any more.
        std::future::pending::<()>().await;
    }
    tokio::time::sleep(COLLECTING_AFTER_CANCEL).await;
}
