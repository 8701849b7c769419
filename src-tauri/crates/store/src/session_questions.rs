//! What agents ask, kept until the operator answers: days and restarts later (SPEC 9).

use crate::error::StoreError;
use crate::notifications::{self, NewNotification};
use crate::row::{all, first, json, parsed, to_json};
use crate::sessions::{self, Session};
use crate::writer::Write;
use rusqlite::{Connection, Row};
use serde_json::{Value, json};
use waybill_domain::Millis;
use waybill_domain::ids::{ProjectId, QuestionId, SessionId, StepId};
use waybill_domain::principal::Principal;
use waybill_domain::question::{Question, QuestionState};
use waybill_domain::session::SessionEvent;
use waybill_domain::text::cut;

/// The most questions of a session that wait at once.
const OPEN: i64 = 20;

/// A question as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    pub id: QuestionId,
    pub session_id: SessionId,
    pub question: Question,
    pub state: QuestionState,
    pub answer: Option<Value>,
    /// The path of the agent that asked.
    pub asked_by: String,
    pub created_at: Millis,
    pub answered_at: Option<Millis>,
}

const COLUMNS: &str =
    "q.id, q.session_id, q.kind, q.text, q.choices, q.fields, q.state, q.answer, q.asked_by,
    q.created_at, q.answered_at";

fn read(row: &Row<'_>) -> Result<Asked, StoreError> {
    let answer: Option<String> = row.get("answer")?;
    let answer = answer.map(|text| serde_json::from_str(&text)).transpose();
    Ok(Asked {
        id: parsed(row, "id")?,
        session_id: parsed(row, "session_id")?,
        question: Question {
            kind: parsed(row, "kind")?,
            text: row.get("text")?,
            choices: json(row, "choices")?,
            fields: json(row, "fields")?,
        },
        state: parsed(row, "state")?,
        answer: answer.map_err(|error| StoreError::Unreadable(format!("answer: {error}")))?,
        asked_by: row.get("asked_by")?,
        created_at: row.get("created_at")?,
        answered_at: row.get("answered_at")?,
    })
}

/// The newest questions of a session, the oldest first, at most 200.
pub fn list(connection: &Connection, session: &SessionId) -> Result<Vec<Asked>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM session_questions q WHERE q.session_id = ?1 ORDER BY q.id DESC LIMIT 200"
    );
    let mut found = all(connection, &sql, [session.as_str()], read)?;
    found.reverse();
    Ok(found)
}

/// The questions of a session that wait for an answer, the oldest first.
pub fn open(connection: &Connection, session: &SessionId) -> Result<Vec<Asked>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM session_questions q WHERE q.session_id = ?1 AND q.state = 'open' ORDER BY q.id"
    );
    all(connection, &sql, [session.as_str()], read)
}

/// The question with this id, of this session.
pub fn get(connection: &Connection, session: &SessionId, id: &QuestionId) -> Result<Asked, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM session_questions q WHERE q.id = ?1 AND q.session_id = ?2");
    first(connection, &sql, (id.as_str(), session.as_str()), read)?
        .ok_or_else(|| StoreError::not_found("question", id))
}

/// Keeps a question, pauses its session and tells the operator. Asking the same again while it waits is asking once.
pub fn ask(
    write: &Write<'_>,
    session: &Session,
    question: &Question,
    step: Option<&StepId>,
    actor: &Principal,
) -> Result<Asked, StoreError> {
    question.check().map_err(|fault| StoreError::Invalid(fault.to_string()))?;
    let waiting = open(write, &session.id)?;
    if let Some(same) = waiting.into_iter().find(|asked| asked.question == *question) {
        return Ok(same);
    }
    if session.open_questions >= OPEN {
        return Err(StoreError::Conflict(format!(
            "{OPEN} questions wait already; end your turn, the answers come as the next message"
        )));
    }
    let id = QuestionId::generate();
    write
        .prepare_cached(
            "INSERT INTO session_questions (id, session_id, kind, text, choices, fields, asked_by, step_id, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute((
            id.as_str(),
            session.id.as_str(),
            question.kind.as_str(),
            &question.text,
            to_json(&question.choices)?,
            to_json(&question.fields)?,
            actor.to_string(),
            step.map(StepId::as_str),
            write.now(),
        ))?;
    sessions::apply(write, session, SessionEvent::Ask, actor)?;
    sessions::touch(write, session)?;
    let what = json!({"session": session.number, "question": id, "kind": question.kind});
    write.audit(actor, Some(&session.project_id), "session.asked", &what)?;
    notify(write, session, question)?;
    get(write, &session.id, &id)
}

fn notify(write: &Write<'_>, session: &Session, question: &Question) -> Result<(), StoreError> {
    let project = crate::projects::by_id(write, &session.project_id)?;
    let new = NewNotification {
        kind: "input_needed",
        title: format!("Session {} needs you", session.number),
        body: cut(&format!("{}: {}", session.title, question.text), 240),
        link: format!("/p/{}/sessions/{}", project.slug, session.number),
    };
    notifications::insert(write, &session.project_id, &new).map(drop)
}

/// Keeps the answer to a question that waits.
pub fn answer(
    write: &Write<'_>,
    session: &Session,
    id: &QuestionId,
    answer: &Value,
    actor: &Principal,
) -> Result<(), StoreError> {
    let changed = write
        .prepare_cached(
            "UPDATE session_questions SET state = 'answered', answer = ?3, answered_at = ?4, answered_by = ?5
             WHERE id = ?1 AND session_id = ?2 AND state = 'open'",
        )?
        .execute((id.as_str(), session.id.as_str(), answer.to_string(), write.now(), actor.to_string()))?;
    if changed == 0 {
        return Err(StoreError::Conflict("the question is answered already".to_owned()));
    }
    sessions::touch(write, session)?;
    let what = json!({"session": session.number, "question": id});
    write.audit(actor, Some(&session.project_id), "session.answered", &what)
}

/// Withdraws what waits: the operator went on without answering it.
pub fn withdraw_open(write: &Write<'_>, session: &Session) -> Result<(), StoreError> {
    let withdrawn = write
        .prepare_cached(
            "UPDATE session_questions SET state = 'withdrawn', answered_at = ?2 WHERE session_id = ?1 AND state = 'open'",
        )?
        .execute((session.id.as_str(), write.now()))?;
    if withdrawn > 0 { sessions::touch(write, session) } else { Ok(()) }
}

/// How many sessions wait for the operator.
pub fn needing_operator_count(
    connection: &Connection,
    project: Option<&ProjectId>,
) -> Result<i64, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT count(DISTINCT q.session_id) FROM session_questions q JOIN sessions s ON s.id = q.session_id
               JOIN projects p ON p.id = s.project_id
             WHERE q.state = 'open' AND s.state <> 'ended' AND p.archived_at IS NULL
               AND (?1 IS NULL OR s.project_id = ?1)",
        )?
        .query_row([project.map(ProjectId::as_str)], |row| row.get(0))?)
}

/// What waits for the operator: the oldest open question of each session, at most 200, with the project's slug and
/// the session's number and title.
pub fn needing_operator(
    connection: &Connection,
    project: Option<&ProjectId>,
) -> Result<Vec<(String, i64, String, Asked)>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS}, p.slug, s.number, s.title FROM session_questions q JOIN sessions s ON s.id = q.session_id
           JOIN projects p ON p.id = s.project_id
         WHERE q.state = 'open' AND s.state <> 'ended' AND p.archived_at IS NULL
           AND (?1 IS NULL OR s.project_id = ?1)
           AND NOT EXISTS (SELECT 1 FROM session_questions o
             WHERE o.session_id = q.session_id AND o.state = 'open' AND o.id < q.id)
         ORDER BY q.id DESC LIMIT 200"
    );
    all(connection, &sql, [project.map(ProjectId::as_str)], |row| {
        Ok((row.get("slug")?, row.get("number")?, row.get("title")?, read(row)?))
    })
}
