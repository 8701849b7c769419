//! Turns of sessions: each is a step of the session's run, and its end decides what comes next.

use crate::runs::{finish, queue};
use std::path::PathBuf;
use waybill_domain::agent::ErrorKind;
use waybill_domain::ids::{RunId, StepId};
use waybill_domain::principal::Principal;
use waybill_domain::run::{
    Delivery, Role, RunEvent, RunSource, RunStatus, SandboxState, StepStatus, WaitingFor,
};
use waybill_domain::session::{MessageRole, MessageState, SessionEvent, SessionState};
use waybill_domain::text::cut;
use waybill_domain::workflow::{Frame, Inside, Place};
use waybill_store::notifications::{self, NewNotification};
use waybill_store::run_steps::{self, NewStep, StepEnd};
use waybill_store::runs::{self, NewRun, Run, RunPatch};
use waybill_store::session_messages::{self, Message, NewMessage};
use waybill_store::sessions::{self, Session};
use waybill_store::{Connection, StoreError, Write, agent_tokens, projects, sandboxes};

/// The most of an agent's last word that is kept as its message; all of it is in the turn's output.
const SUMMARY_CHARS: usize = 60_000;

/// Begins a turn with what waits: from here on it is durable, and an engine takes it.
pub(super) fn begin(write: &Write<'_>, session: &Session, actor: &Principal) -> Result<(), StoreError> {
    let run = match &session.run {
        Some((id, _)) => runs::by_id(write, id)?,
        None => first_run(write, session, actor)?,
    };
    if run.status.is_final() {
        return Err(StoreError::Conflict(format!(
            "run {}, in which session {} worked, is {}; start a new session",
            run.number, session.number, run.status
        )));
    }
    let config = &session.config;
    let new = NewStep {
        lane: 0,
        place: Place(vec![Frame { node: 0, inside: Inside::Step }]),
        role: Role::Designer,
        persona: None,
        tool: config.tool.clone(),
        model: config.model.clone(),
        effort: config.effort.clone(),
        agent_session_id: session.agent_session_id.clone(),
        request: None,
    };
    run_steps::insert(write, &run.id, &new)?;
    let waiting = RunPatch {
        waiting_for: Some(Some(WaitingFor::Engine)),
        wish: Some(None),
        error: Some(None),
        ..RunPatch::default()
    };
    runs::patch(write, &run, &waiting)?;
    queue(write, &run.id, 0)
}

fn first_run(write: &Write<'_>, session: &Session, actor: &Principal) -> Result<Run, StoreError> {
    let first = session_messages::queued(write, &session.id)?.into_iter().next();
    let new = NewRun {
        name: session.title.clone(),
        source: RunSource::Sandbox,
        prompt: first.map(|message| message.text).unwrap_or_default(),
        config: session.config.clone(),
        base_branch: session.base_branch.clone(),
        // Which issue a session works on may change; the run's would not.
        issue_id: None,
        base_commit: None,
        plan: None,
    };
    let run = runs::insert(write, &session.project_id, &new, actor)?;
    sessions::set_run(write, session, &run.id)?;
    Ok(run)
}

/// Lets a turn that waits for consent, which no engine looks at, hear of a wish.
pub(super) fn wake_if_parked(write: &Write<'_>, run: &Run) -> Result<(), StoreError> {
    if run.waiting_for == Some(WaitingFor::Consent) { queue(write, &run.id, 0) } else { Ok(()) }
}

/// Ends the run of a session that was ended: at once when no agent works, else when its turn ends. Answers the
/// workspace to remove.
pub(super) fn close(write: &Write<'_>, session: &Session) -> Result<Option<PathBuf>, StoreError> {
    let Some((id, _)) = &session.run else { return Ok(None) };
    let run = runs::by_id(write, id)?;
    if run.status.is_final() {
        return Ok(None);
    }
    let steps = run_steps::of_run(write, id)?;
    if steps.iter().any(|step| step.status == StepStatus::Running) {
        let cancel = RunPatch { wish: Some(Some(runs::Wish::Cancel)), ..RunPatch::default() };
        runs::patch(write, &run, &cancel)?;
        wake_if_parked(write, &run)?;
        return Ok(None);
    }
    for step in steps.iter().filter(|step| step.status == StepStatus::Pending) {
        run_steps::end(write, &step.id, &StepEnd::of(StepStatus::Cancelled, None))?;
    }
    close_run(write, &run)
}

/// Ends a session's run; what it committed is ready for review.
fn close_run(write: &Write<'_>, run: &Run) -> Result<Option<PathBuf>, StoreError> {
    let ready = run.head_commit.is_some();
    let patch = RunPatch {
        delivery: Some(if ready { Delivery::Ready } else { Delivery::None }),
        activity: Some(None),
        waiting_for: Some(None),
        ..RunPatch::default()
    };
    runs::patch(write, run, &patch)?;
    let event = if run.status == RunStatus::Pending { RunEvent::Cancel } else { RunEvent::Complete };
    finish(write, &runs::by_id(write, &run.id)?, event, None)?;
    let live = sandboxes::of_run(write, &run.id)?.filter(|sandbox| sandbox.state.is_live());
    let Some(sandbox) = live else { return Ok(None) };
    sandboxes::set_state(write, &sandbox.id, SandboxState::Killed, None)?;
    Ok(Some(sandbox.workspace))
}

/// Hands what waits to a turn that begins, or tells again what a turn that was interrupted had been handed.
pub(crate) fn take_messages(
    write: &Write<'_>,
    session: &Session,
    step: &StepId,
) -> Result<Vec<Message>, StoreError> {
    let taken = session_messages::of_turn(write, step, &session.id)?;
    if !taken.is_empty() {
        return Ok(taken);
    }
    session_messages::deliver(write, session, step)?;
    session_messages::of_turn(write, step, &session.id)
}

/// How a turn of a session ended.
#[derive(Debug, Clone)]
pub(crate) struct TurnEnd {
    pub step: StepId,
    pub status: StepStatus,
    /// The agent's last word; may be empty.
    pub summary: String,
    pub error: Option<(ErrorKind, String)>,
    /// What of the run changed with it.
    pub patch: RunPatch,
    /// Where the sandbox stands now, while the session goes on.
    pub sandbox: SandboxState,
}

/// Ends a turn: the agent's answer is kept, and the session rests, waits for an answer, or goes on with what was sent
/// meanwhile. Answers the workspace to remove when the session was ended.
pub(crate) fn end_turn(
    write: &Write<'_>,
    session: &Session,
    end: &TurnEnd,
) -> Result<Option<PathBuf>, StoreError> {
    let Some((run_id, _)) = &session.run else { return Ok(None) };
    let step_end = StepEnd {
        summary: Some(end.summary.clone()).filter(|text| !text.is_empty()),
        ..StepEnd::of(end.status, end.error.clone())
    };
    run_steps::end(write, &end.step, &step_end)?;
    runs::sum_usage(write, run_id)?;
    agent_tokens::revoke_of_run(write, run_id)?;
    let run = runs::by_id(write, run_id)?;
    let resting = RunPatch {
        waiting_for: Some(Some(WaitingFor::Operator)),
        wish: Some(None),
        activity: Some(None),
        error: Some(end.error.clone().map(|(kind, message)| (Some(kind), message))),
        ..end.patch.clone()
    };
    runs::patch(write, &run, &resting)?;
    if let Some(sandbox) = sandboxes::of_run(write, run_id)?.filter(|sandbox| sandbox.state.is_live()) {
        sandboxes::set_state(write, &sandbox.id, end.sandbox, None)?;
    }
    keep_answer(write, session, end)?;
    let step = run_steps::of_run(write, run_id)?.into_iter().find(|step| step.id == end.step);
    let own = step.and_then(|step| step.agent_session_id);
    sessions::set_turn_end(write, session, own.as_deref(), end.error.as_ref())?;
    next(write, session, &runs::by_id(write, run_id)?, end)
}

fn keep_answer(write: &Write<'_>, session: &Session, end: &TurnEnd) -> Result<(), StoreError> {
    if end.summary.trim().is_empty() {
        return Ok(());
    }
    let answer = NewMessage {
        role: MessageRole::Assistant,
        state: MessageState::Delivered,
        text: cut(&end.summary, SUMMARY_CHARS),
        question: None,
        step: Some(end.step.clone()),
    };
    let agent = Principal::Agent(waybill_domain::session::PRIMARY.to_owned());
    session_messages::insert(write, session, &answer, &agent).map(drop)
}

/// What comes after a turn.
fn next(
    write: &Write<'_>,
    session: &Session,
    run: &Run,
    end: &TurnEnd,
) -> Result<Option<PathBuf>, StoreError> {
    let session = sessions::by_id(write, &session.id)?;
    if session.state == SessionState::Ended {
        return close_run(write, run);
    }
    if session.queued_messages > 0 && end.status != StepStatus::Failed {
        begin(write, &session, &Principal::System)?;
        return Ok(None);
    }
    let state = sessions::apply(write, &session, SessionEvent::Rest, &Principal::System)?;
    if state == SessionState::Idle && end.status != StepStatus::Cancelled {
        notify(write, &session, end)?;
    }
    Ok(None)
}

fn notify(write: &Write<'_>, session: &Session, end: &TurnEnd) -> Result<(), StoreError> {
    let project = projects::by_id(write, &session.project_id)?;
    let (title, body) = match &end.error {
        Some((_, why)) => (format!("The turn of session {} failed", session.number), why.as_str()),
        None => (format!("Session {} answered", session.number), end.summary.as_str()),
    };
    let new = NewNotification {
        kind: "input_needed",
        title,
        body: cut(&format!("{}: {body}", session.title), 240),
        link: format!("/p/{}/sessions/{}", project.slug, session.number),
    };
    notifications::insert(write, &session.project_id, &new).map(drop)
}

/// Refuses what is asked of a run that is a session's work: the session is to be asked.
pub(crate) fn expect_own(connection: &Connection, run: &RunId) -> Result<(), StoreError> {
    match sessions::of_run(connection, run)? {
        Some(session) if session.state == SessionState::Ended => Err(StoreError::Conflict(format!(
            "this run was the work of session {}, which is ended; start a new session",
            session.number
        ))),
        Some(session) => Err(StoreError::Conflict(format!(
            "this run is the work of session {}; interrupt or end the session instead",
            session.number
        ))),
        None => Ok(()),
    }
}
