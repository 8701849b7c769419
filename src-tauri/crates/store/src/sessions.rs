//! Sessions: a person's conversations with agents (SPEC 9). Messages and questions have files of their own.

use crate::changes::Topic;
use crate::error::StoreError;
use crate::issues::Issue;
use crate::row::{all, first, json, parsed, parsed_option, to_json};
use crate::runs::RunConfig;
use crate::writer::Write;
use crate::{agent_tokens, issue_updates, issues, session_questions};
use rusqlite::{Connection, Row};
use serde_json::json;
use waybill_domain::Millis;
use waybill_domain::agent::ErrorKind;
use waybill_domain::assignment::Assignment;
use waybill_domain::ids::{IssueId, ProjectId, RunId, SessionId};
use waybill_domain::issue::{Status, Via, check_title};
use waybill_domain::principal::Principal;
use waybill_domain::run::StepStatus;
use waybill_domain::session::{SessionEvent, SessionState};

/// A session.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    pub id: SessionId,
    pub project_id: ProjectId,
    pub number: i64,
    pub title: String,
    /// The issue that it works on: id, number, title.
    pub issue: Option<BoundIssue>,
    pub state: SessionState,
    pub config: RunConfig,
    pub base_branch: String,
    /// The run whose steps are its turns: id and number.
    pub run: Option<(RunId, i64)>,
    /// The tool's own session, by which the next turn goes on.
    pub agent_session_id: Option<String>,
    /// Why the last turn failed.
    pub error: Option<(ErrorKind, String)>,
    /// Whether an agent is at work on a turn, or one waits for an engine.
    pub working: bool,
    pub open_questions: i64,
    pub queued_messages: i64,
    pub created_by: String,
    pub created_at: Millis,
    pub updated_at: Millis,
    pub ended_at: Option<Millis>,
}

/// The issue that a session is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoundIssue {
    pub id: IssueId,
    pub number: i64,
    pub title: String,
}

/// What a new session is made of.
#[derive(Debug, Clone)]
pub struct NewSession {
    pub title: String,
    pub config: RunConfig,
    pub base_branch: String,
}

const SELECT: &str = "SELECT s.id, s.project_id, s.number, s.title, s.bound_issue, i.number AS issue_number,
      i.title AS issue_title, s.state, s.config, s.base_branch, s.run_id, r.number AS run_number, s.agent_session_id,
      s.error, s.error_kind, s.created_by, s.created_at, s.updated_at, s.ended_at,
      (SELECT st.status FROM run_steps st WHERE st.run_id = s.run_id ORDER BY st.position DESC LIMIT 1) AS turn,
      (SELECT count(*) FROM session_questions q WHERE q.session_id = s.id AND q.state = 'open') AS open_questions,
      (SELECT count(*) FROM session_messages m WHERE m.session_id = s.id AND m.state = 'queued') AS queued_messages
    FROM sessions s LEFT JOIN issues i ON i.id = s.bound_issue LEFT JOIN runs r ON r.id = s.run_id";

fn read(row: &Row<'_>) -> Result<Session, StoreError> {
    let issue: Option<IssueId> = parsed_option(row, "bound_issue")?;
    let issue = match issue {
        Some(id) => Some(BoundIssue { id, number: row.get("issue_number")?, title: row.get("issue_title")? }),
        None => None,
    };
    let run: Option<RunId> = parsed_option(row, "run_id")?;
    let turn: Option<StepStatus> = parsed_option(row, "turn")?;
    let kind: Option<ErrorKind> = parsed_option(row, "error_kind")?;
    Ok(Session {
        id: parsed(row, "id")?,
        project_id: parsed(row, "project_id")?,
        number: row.get("number")?,
        title: row.get("title")?,
        issue,
        state: parsed(row, "state")?,
        config: json(row, "config")?,
        base_branch: row.get("base_branch")?,
        run: run.zip(row.get("run_number")?),
        agent_session_id: row.get("agent_session_id")?,
        error: kind.zip(row.get("error")?),
        working: turn.is_some_and(|turn| matches!(turn, StepStatus::Pending | StepStatus::Running)),
        open_questions: row.get("open_questions")?,
        queued_messages: row.get("queued_messages")?,
        created_by: row.get("created_by")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        ended_at: row.get("ended_at")?,
    })
}

/// The session with this number; one that is not there is an error that says so.
pub fn get(connection: &Connection, project: &ProjectId, number: i64) -> Result<Session, StoreError> {
    let sql = format!("{SELECT} WHERE s.project_id = ?1 AND s.number = ?2");
    first(connection, &sql, (project.as_str(), number), read)?
        .ok_or_else(|| StoreError::not_found("session", number))
}

/// The session with this id.
pub fn by_id(connection: &Connection, id: &SessionId) -> Result<Session, StoreError> {
    let sql = format!("{SELECT} WHERE s.id = ?1");
    first(connection, &sql, [id.as_str()], read)?.ok_or_else(|| StoreError::not_found("session", id))
}

/// The session whose turns are the steps of this run, when it is one's.
pub fn of_run(connection: &Connection, run: &RunId) -> Result<Option<Session>, StoreError> {
    let sql = format!("{SELECT} WHERE s.run_id = ?1");
    first(connection, &sql, [run.as_str()], read)
}

/// A page of sessions, newest first, below the number `before`; `states` empty means all.
pub fn list(
    connection: &Connection,
    project: &ProjectId,
    states: &[SessionState],
    issue: Option<i64>,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<Session>, StoreError> {
    let sql = format!(
        "{SELECT} WHERE s.project_id = ?1 AND s.number < ?2
           AND (json_array_length(?3) = 0 OR s.state IN (SELECT value FROM json_each(?3)))
           AND (?4 IS NULL OR i.number = ?4) ORDER BY s.number DESC LIMIT ?5"
    );
    let parameters = (project.as_str(), before.unwrap_or(i64::MAX), to_json(&states)?, issue, limit);
    all(connection, &sql, parameters, read)
}

/// Begins a session that does nothing yet.
pub fn insert(
    write: &Write<'_>,
    project: &ProjectId,
    new: &NewSession,
    actor: &Principal,
) -> Result<Session, StoreError> {
    crate::projects::expect_open(write, project)?;
    let id = SessionId::generate();
    write
        .prepare_cached(
            "INSERT INTO sessions (id, project_id, number, title, config, base_branch, created_by, created_at, updated_at)
             VALUES (?1, ?2, 1 + coalesce((SELECT max(number) FROM sessions WHERE project_id = ?2), 0),
               ?3, ?4, ?5, ?6, ?7, ?7)",
        )?
        .execute((
            id.as_str(),
            project.as_str(),
            check_title(&new.title)?,
            to_json(&new.config)?,
            &new.base_branch,
            actor.to_string(),
            write.now(),
        ))?;
    let session = by_id(write, &id)?;
    touch(write, &session)?;
    write.audit(actor, Some(project), "session.created", &json!({ "session": session.number }))?;
    Ok(session)
}

/// Moves a session to its next state, expecting the one that was read.
pub fn apply(
    write: &Write<'_>,
    session: &Session,
    event: SessionEvent,
    actor: &Principal,
) -> Result<SessionState, StoreError> {
    let next = session.state.next(event).map_err(|refusal| StoreError::Conflict(refusal.to_string()))?;
    if next == session.state {
        return Ok(next);
    }
    let changed = write
        .prepare_cached(
            "UPDATE sessions SET state = ?3, updated_at = ?4, ended_at = CASE WHEN ?3 = 'ended' THEN ?4 END
             WHERE id = ?1 AND state = ?2",
        )?
        .execute((session.id.as_str(), session.state.as_str(), next.as_str(), write.now()))?;
    if changed == 0 {
        return Err(StoreError::Conflict(format!(
            "session {} changed meanwhile; look at it again",
            session.number
        )));
    }
    touch(write, session)?;
    let what = json!({"session": session.number, "from": session.state, "to": next});
    write.audit(actor, Some(&session.project_id), "session.state_changed", &what)?;
    Ok(next)
}

/// Binds a session to an issue, or with `None` to none. Only the pointer moves.
pub fn bind(
    write: &Write<'_>,
    session: &Session,
    issue: Option<&Issue>,
    actor: &Principal,
) -> Result<Session, StoreError> {
    if session.state == SessionState::Ended {
        return Err(StoreError::Conflict(format!("session {} is ended", session.number)));
    }
    if issue.is_some_and(|issue| issue.project_id != session.project_id) {
        return Err(StoreError::Invalid("a session is bound to an issue of its own project".to_owned()));
    }
    let before = session.issue.as_ref().map(|bound| &bound.id);
    if before == issue.map(|issue| &issue.id) {
        return by_id(write, &session.id);
    }
    write
        .prepare_cached("UPDATE sessions SET bound_issue = ?2, updated_at = ?3 WHERE id = ?1")?
        .execute((session.id.as_str(), issue.map(|issue| issue.id.as_str()), write.now()))?;
    touch(write, session)?;
    for id in before.into_iter().chain(issue.map(|issue| &issue.id)) {
        write.changed(Topic::Issue, id.as_str(), Some(&session.project_id))?;
    }
    let number = issue.map(|issue| issue.number);
    let event = if number.is_some() { "session.bound" } else { "session.unbound" };
    let number = number.or(session.issue.as_ref().map(|bound| bound.number));
    let what = json!({"session": session.number, "issue": number});
    write.audit(actor, Some(&session.project_id), event, &what)?;
    by_id(write, &session.id)
}

/// Assigns an issue to a session that it is sent to; its status follows.
pub fn assign_issue(
    write: &Write<'_>,
    session: &Session,
    issue: &Issue,
    actor: &Principal,
) -> Result<(), StoreError> {
    if matches!(issue.status, Status::Open | Status::Triaged) {
        issues::make_move(write, issue, Status::Assigned, Via::Session, actor)?;
    }
    let target = Assignment::Session(session.id.to_string()).to_string();
    issues::assign(write, &issues::by_id(write, &issue.id)?, Some(&target), actor).map(drop)
}

/// Begins the work on the issue that a session was sent.
pub fn begin_issue(write: &Write<'_>, session: &Session) -> Result<(), StoreError> {
    match sent_issue(write, session)? {
        Some(issue) if issue.status == Status::Assigned => {
            issues::make_move(write, &issue, Status::InProgress, Via::Session, &Principal::System).map(drop)
        }
        _ => Ok(()),
    }
}

/// Ends a session. Its issue is not resolved by that: one that it worked on is put back to assigned.
pub fn end(write: &Write<'_>, session: &Session, actor: &Principal) -> Result<Session, StoreError> {
    session_questions::withdraw_open(write, session)?;
    apply(write, session, SessionEvent::End, actor)?;
    agent_tokens::revoke_of_session(write, &session.id)?;
    if let Some(issue) = sent_issue(write, session)?.filter(|issue| issue.status == Status::InProgress) {
        issues::make_move(write, &issue, Status::Assigned, Via::Session, &Principal::System)?;
        let note = format!("Session {} was ended.", session.number);
        let metadata = json!({ "session": session.number });
        issue_updates::system_note(write, &issue, &note, metadata)?;
    }
    by_id(write, &session.id)
}

/// The bound issue, when it is assigned to this session.
fn sent_issue(connection: &Connection, session: &Session) -> Result<Option<Issue>, StoreError> {
    let Some(bound) = &session.issue else { return Ok(None) };
    let issue = issues::by_id(connection, &bound.id)?;
    let own = Assignment::Session(session.id.to_string()).to_string();
    Ok(Some(issue).filter(|issue| issue.assignment.as_deref() == Some(own.as_str())))
}

/// Whether a session with this id can be worked with.
pub fn is_open(connection: &Connection, id: &str) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM sessions WHERE id = ?1 AND state <> 'ended')")?
        .query_row([id], |row| row.get(0))?)
}

/// Keeps the run whose steps are the session's turns.
pub fn set_run(write: &Write<'_>, session: &Session, run: &RunId) -> Result<(), StoreError> {
    write
        .prepare_cached("UPDATE sessions SET run_id = ?2 WHERE id = ?1")?
        .execute((session.id.as_str(), run.as_str()))?;
    touch(write, session)
}

/// Keeps how a turn ended: the tool's own session, and why it failed when it did.
pub fn set_turn_end(
    write: &Write<'_>,
    session: &Session,
    agent_session_id: Option<&str>,
    error: Option<&(ErrorKind, String)>,
) -> Result<(), StoreError> {
    write
        .prepare_cached(
            "UPDATE sessions SET agent_session_id = coalesce(?2, agent_session_id), error_kind = ?3, error = ?4,
               updated_at = ?5 WHERE id = ?1",
        )?
        .execute((
            session.id.as_str(),
            agent_session_id,
            error.map(|(kind, _)| kind.as_str()),
            error.map(|(_, message)| message),
            write.now(),
        ))?;
    touch(write, session)
}

/// Tells the change log that a session changed.
pub fn touch(write: &Write<'_>, session: &Session) -> Result<(), StoreError> {
    write.changed(Topic::Session, session.id.as_str(), Some(&session.project_id))
}

#[cfg(test)]
mod tests;
