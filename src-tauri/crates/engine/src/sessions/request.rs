//! What the operator asks of sessions. Each is one transaction, durable before it is answered.

use super::turn;
use crate::engine::Engine;
use crate::runs::{RunFault, StartRequest as RunRequest, prepare};
use serde_json::{Value, json};
use std::path::PathBuf;
use waybill_domain::ids::QuestionId;
use waybill_domain::issue::{Priority, Status, Via};
use waybill_domain::principal::Principal;
use waybill_domain::question::QuestionKind;
use waybill_domain::session::{MessageRole, MessageState, SessionEvent, SessionState};
use waybill_domain::text::cut;
use waybill_store::issues::{Issue, NewIssue};
use waybill_store::runs::{RunPatch, Wish};
use waybill_store::session_messages::{self, NewMessage};
use waybill_store::session_questions::{self, Asked};
use waybill_store::sessions::{self, NewSession, Session};
use waybill_store::{StoreError, Write, issue_updates, issues, links, projects, runs, todos};

/// What a session is asked to be.
#[derive(Debug, Clone, Default)]
pub struct StartRequest {
    /// What it is called; the issue's title, or the message's beginning, when absent.
    pub title: Option<String>,
    /// The number of the issue that it is bound to.
    pub issue: Option<i64>,
    /// The first message.
    pub message: Option<String>,
    /// Whether the first message waits for the operator to send it.
    pub as_draft: bool,
    /// The tool, the model and the sandbox, as a run's.
    pub run: RunRequest,
}

/// An answer to what an agent asked.
#[derive(Debug, Clone)]
pub struct AnswerRequest {
    /// Which question; the only open one when absent.
    pub question: Option<QuestionId>,
    pub answer: Value,
    /// Of a checkpoint: the criteria are met, and the issue is resolved.
    pub sign_off: bool,
    /// Signs off although children of the issue are open.
    pub despite_children: bool,
}

/// Begins a session, bound to an issue when one is named (*Send to agent*).
pub async fn start(
    engine: &Engine,
    project: &str,
    request: StartRequest,
    actor: &Principal,
) -> Result<Session, RunFault> {
    let prepared = prepare(engine, project, &request.run).await?;
    let actor = actor.clone();
    let begun = engine.store().write(move |write| {
        let issue = request.issue.map(|number| issues::get(write, &prepared.project.id, number));
        let issue = issue.transpose()?;
        if let Some(issue) = issue.as_ref().filter(|issue| is_closed(issue)) {
            return Err(StoreError::Conflict(format!(
                "issue #{} is {}; reopen it first",
                issue.number, issue.status
            )));
        }
        let title = title(&request, issue.as_ref());
        let new = NewSession { title, config: prepared.config, base_branch: prepared.base_branch };
        let mut session = sessions::insert(write, &prepared.project.id, &new, &actor)?;
        if let Some(issue) = &issue {
            session = sessions::bind(write, &session, Some(issue), &actor)?;
            sessions::assign_issue(write, &session, issue, &actor)?;
        }
        if let Some(text) = first_message(&request, issue.as_ref()) {
            let state = if request.as_draft { MessageState::Draft } else { MessageState::Queued };
            session_messages::insert(write, &session, &said(text, state), &actor)?;
            if !request.as_draft {
                return go_on(write, &session, SessionEvent::Send, &actor);
            }
        }
        sessions::by_id(write, &session.id)
    });
    Ok(begun.await?)
}

fn is_closed(issue: &Issue) -> bool {
    matches!(issue.status, Status::Resolved | Status::Rejected)
}

fn title(request: &StartRequest, issue: Option<&Issue>) -> String {
    let given = request.title.clone().filter(|title| !title.trim().is_empty());
    let of_issue = || issue.map(|issue| issue.title.clone());
    let of_message = || {
        let line = request.message.as_deref()?.trim().lines().next()?;
        Some(cut(&line.replace(|c: char| c.is_control(), " "), 80))
    };
    given.or_else(of_issue).or_else(of_message).unwrap_or_else(|| "Session".to_owned())
}

/// What the agent is sent first: the operator's words, and where the issue is to be read.
fn first_message(request: &StartRequest, issue: Option<&Issue>) -> Option<String> {
    let words = request.message.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let prompt = words.map(str::to_owned).or_else(|| {
        let suggested = issue?.suggested_prompt.as_deref().map(str::trim);
        suggested.filter(|text| !text.is_empty()).map(str::to_owned)
    });
    let Some(issue) = issue else { return prompt };
    let hint = format!(
        "This is about issue #{}, {:?}. Fetch it first with the tool `issue` (action get).",
        issue.number, issue.title
    );
    Some(match prompt {
        Some(prompt) => format!("{prompt}\n\n{hint}"),
        None => format!("Resolve issue #{}.\n\n{hint}", issue.number),
    })
}

const fn said(text: String, state: MessageState) -> NewMessage {
    NewMessage { role: MessageRole::User, state, text, question: None, step: None }
}

/// Sends a message. While an agent works it waits for the next turn; what was asked is settled by it.
pub async fn send(
    engine: &Engine,
    project: &str,
    number: i64,
    text: String,
    actor: &Principal,
) -> Result<Session, StoreError> {
    change(engine, project, number, actor, move |write, session, actor| {
        session_questions::withdraw_open(write, session)?;
        session_messages::drop_draft(write, session)?;
        session_messages::insert(write, session, &said(text, MessageState::Queued), actor)?;
        go_on(write, session, SessionEvent::Send, actor)
    })
    .await
}

/// Sends the message that is ready, or lets what waits since a turn failed be worked on.
pub async fn send_draft(
    engine: &Engine,
    project: &str,
    number: i64,
    actor: &Principal,
) -> Result<Session, StoreError> {
    change(engine, project, number, actor, |write, session, actor| {
        match session_messages::draft(write, &session.id)? {
            Some(draft) => {
                session_messages::drop_draft(write, session)?;
                session_messages::insert(write, session, &said(draft.text, MessageState::Queued), actor)?;
            }
            None if session.queued_messages > 0 => {}
            None => {
                return Err(StoreError::Invalid("the message is empty; write something first".to_owned()));
            }
        }
        go_on(write, session, SessionEvent::Send, actor)
    })
    .await
}

/// Answers what an agent asked; once nothing is open any more, the answers are the next message.
pub async fn answer(
    engine: &Engine,
    project: &str,
    number: i64,
    request: AnswerRequest,
    actor: &Principal,
) -> Result<Session, StoreError> {
    change(engine, project, number, actor, move |write, session, actor| {
        let asked = meant(write, session, request.question.as_ref())?;
        if request.sign_off {
            sign_off(write, session, &asked, request.despite_children, actor)?;
        }
        let words = asked.question.answered(&request.answer);
        let words = words.map_err(|fault| StoreError::Invalid(fault.to_string()))?;
        session_questions::answer(write, session, &asked.id, &request.answer, actor)?;
        let text = told(&asked, &words, request.sign_off);
        let message = NewMessage { question: Some(asked.id.clone()), ..said(text, MessageState::Queued) };
        session_messages::insert(write, session, &message, actor)?;
        if session_questions::open(write, &session.id)?.is_empty() {
            return go_on(write, session, SessionEvent::Answer, actor);
        }
        sessions::by_id(write, &session.id)
    })
    .await
}

fn meant(write: &Write<'_>, session: &Session, wanted: Option<&QuestionId>) -> Result<Asked, StoreError> {
    if let Some(id) = wanted {
        return session_questions::get(write, &session.id, id);
    }
    let mut open = session_questions::open(write, &session.id)?;
    match (open.pop(), open.len()) {
        (Some(only), 0) => Ok(only),
        (None, _) => Err(StoreError::Conflict(format!("session {} asks nothing", session.number))),
        (Some(_), more) => Err(StoreError::Invalid(format!(
            "session {} asks {} things; name the question that you answer",
            session.number,
            more + 1
        ))),
    }
}

/// What the agent reads of an answer.
fn told(asked: &Asked, words: &str, signed_off: bool) -> String {
    let question = cut(&asked.question.text, 400);
    match asked.question.kind {
        QuestionKind::Checkpoint if signed_off => {
            format!("The operator has signed off the criteria, and the issue is resolved. {words}")
        }
        QuestionKind::Checkpoint => format!("You stopped at: {question}\n\nThe operator says: {words}"),
        QuestionKind::Ask | QuestionKind::Form => {
            format!("You asked: {question}\n\nThe operator answers:\n{words}")
        }
    }
}

/// Ratifies the criteria of the bound issue, which is resolved by that (SPEC 9, "Closing").
fn sign_off(
    write: &Write<'_>,
    session: &Session,
    asked: &Asked,
    despite_children: bool,
    actor: &Principal,
) -> Result<(), StoreError> {
    if asked.question.kind != QuestionKind::Checkpoint {
        return Err(StoreError::Invalid("only a checkpoint can be signed off".to_owned()));
    }
    let Some(bound) = &session.issue else {
        return Err(StoreError::Conflict(format!(
            "session {} is bound to no issue that could be signed off",
            session.number
        )));
    };
    let issue = issues::by_id(write, &bound.id)?;
    let criteria = todos::criteria(write, &issue.id)?;
    if !criteria.open.is_empty() {
        return Err(StoreError::Conflict(format!(
            "not all criteria of issue #{} are met: {}",
            issue.number,
            criteria.open.join("; ")
        )));
    }
    let children = links::open_children(write, &issue.id)?;
    if !children.is_empty() && !despite_children {
        return Err(StoreError::OpenChildren { issue: issue.number, children });
    }
    let text = format!("The operator signed off {} in session {}.", counted(criteria.all), session.number);
    let metadata = json!({"session": session.number, "event": "criteria_signed_off"});
    issue_updates::system_note(write, &issue, &text, metadata)?;
    issues::make_move(write, &issue, Status::Resolved, Via::Session, actor)?;
    let what = json!({"session": session.number, "issue": issue.number, "criteria": criteria.all});
    write.audit(actor, Some(&session.project_id), "issue.signed_off", &what)
}

fn counted(criteria: usize) -> String {
    match criteria {
        0 => "the issue".to_owned(),
        1 => "1 criterion".to_owned(),
        more => format!("{more} criteria"),
    }
}

/// Stops the agent's turn; the session goes on with the next message.
pub async fn interrupt(
    engine: &Engine,
    project: &str,
    number: i64,
    actor: &Principal,
) -> Result<Session, StoreError> {
    change(engine, project, number, actor, |write, session, actor| {
        let Some((run, _)) = session.run.as_ref().filter(|_| session.working) else {
            return Err(StoreError::Conflict(format!("no agent works in session {}", session.number)));
        };
        let run = runs::by_id(write, run)?;
        runs::patch(write, &run, &RunPatch { wish: Some(Some(Wish::Cancel)), ..RunPatch::default() })?;
        let what = json!({ "session": session.number });
        write.audit(actor, Some(&session.project_id), "session.interrupted", &what)?;
        turn::wake_if_parked(write, &run)?;
        sessions::by_id(write, &session.id)
    })
    .await
}

/// Binds a session to an issue, or with `None` to none.
pub async fn bind(
    engine: &Engine,
    project: &str,
    number: i64,
    issue: Option<i64>,
    actor: &Principal,
) -> Result<Session, StoreError> {
    change(engine, project, number, actor, move |write, session, actor| {
        let issue = issue.map(|number| issues::get(write, &session.project_id, number)).transpose()?;
        sessions::bind(write, session, issue.as_ref(), actor)
    })
    .await
}

/// Files an issue from a session and binds it.
pub async fn promote(
    engine: &Engine,
    project: &str,
    number: i64,
    title: Option<String>,
    body: Option<String>,
    actor: &Principal,
) -> Result<(Session, i64), StoreError> {
    let title = title.filter(|title| !title.trim().is_empty());
    change(engine, project, number, actor, move |write, session, actor| {
        if let Some(bound) = &session.issue {
            return Err(StoreError::Conflict(format!(
                "session {} is bound to issue #{} already; unbind it first",
                session.number, bound.number
            )));
        }
        let new = NewIssue {
            title: title.unwrap_or_else(|| session.title.clone()),
            body: body.unwrap_or_default(),
            priority: Priority::Medium,
            labels: Vec::new(),
        };
        let issue = issues::insert(write, &session.project_id, &new, actor)?;
        let session = sessions::bind(write, session, Some(&issue), actor)?;
        let note = format!("Filed from session {}.", session.number);
        issue_updates::system_note(write, &issue, &note, json!({ "session": session.number }))?;
        Ok((session, issue.number))
    })
    .await
}

/// Ends a session; its branch is left for review. Its issue is not resolved by that.
pub async fn end(
    engine: &Engine,
    project: &str,
    number: i64,
    actor: &Principal,
) -> Result<Session, StoreError> {
    let (ended, workspace): (Session, Option<PathBuf>) =
        change(engine, project, number, actor, |write, session, actor| {
            let ended = sessions::end(write, session, actor)?;
            let workspace = turn::close(write, &ended)?;
            Ok((ended, workspace))
        })
        .await?;
    if let Some(workspace) = workspace {
        crate::runs::remove_quietly(workspace).await;
    }
    Ok(ended)
}

/// Moves a session on, and begins a turn unless one is at work, which takes what waits when it ends.
fn go_on(
    write: &Write<'_>,
    session: &Session,
    event: SessionEvent,
    actor: &Principal,
) -> Result<Session, StoreError> {
    sessions::apply(write, session, event, actor)?;
    let session = sessions::by_id(write, &session.id)?;
    debug_assert_eq!(session.state, SessionState::Running, "whatever is sent is worked on");
    sessions::begin_issue(write, &session)?;
    if !session.working {
        turn::begin(write, &session, actor)?;
    }
    sessions::by_id(write, &session.id)
}

async fn change<T: Send + 'static>(
    engine: &Engine,
    project: &str,
    number: i64,
    actor: &Principal,
    work: impl FnOnce(&Write<'_>, &Session, &Principal) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let (slug, actor) = (project.to_owned(), actor.clone());
    let changed = engine.store().write(move |write| {
        let project = projects::get(write, &slug)?;
        let session = sessions::get(write, &project.id, number)?;
        work(write, &session, &actor)
    });
    changed.await
}
