//! Messages of sessions: what a person sends waits here durably until an agent's turn takes it.

use crate::error::StoreError;
use crate::row::{all, parsed, parsed_option};
use crate::sessions::{self, Session};
use crate::writer::Write;
use rusqlite::{Connection, Row};
use waybill_domain::Millis;
use waybill_domain::ids::{MessageId, QuestionId, SessionId, StepId};
use waybill_domain::principal::Principal;
use waybill_domain::session::{MESSAGE_MAX_BYTES, MessageRole, MessageState};

/// The most messages that wait for one session.
const WAITING: i64 = 100;

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub id: MessageId,
    /// Counted from 1 over the session, and the cursor of its pages.
    pub seq: i64,
    pub role: MessageRole,
    pub state: MessageState,
    pub author: String,
    pub text: String,
    /// The question that it answers.
    pub question_id: Option<QuestionId>,
    /// The turn that took it, or that said it.
    pub step_id: Option<StepId>,
    /// The position of that turn among the run's steps.
    pub turn: Option<i64>,
    pub created_at: Millis,
    pub delivered_at: Option<Millis>,
}

/// What a new message is made of.
#[derive(Debug, Clone)]
pub struct NewMessage {
    pub role: MessageRole,
    pub state: MessageState,
    pub text: String,
    pub question: Option<QuestionId>,
    pub step: Option<StepId>,
}

const SELECT: &str = "SELECT m.id, m.seq, m.role, m.state, m.author, m.text, m.question_id, m.step_id,
      st.position AS turn, m.created_at, m.delivered_at
    FROM session_messages m LEFT JOIN run_steps st ON st.id = m.step_id";

fn read(row: &Row<'_>) -> Result<Message, StoreError> {
    Ok(Message {
        id: parsed(row, "id")?,
        seq: row.get("seq")?,
        role: parsed(row, "role")?,
        state: parsed(row, "state")?,
        author: row.get("author")?,
        text: row.get("text")?,
        question_id: parsed_option(row, "question_id")?,
        step_id: parsed_option(row, "step_id")?,
        turn: row.get("turn")?,
        created_at: row.get("created_at")?,
        delivered_at: row.get("delivered_at")?,
    })
}

/// A page of a session's messages, newest first, below `before`.
pub fn page(
    connection: &Connection,
    session: &SessionId,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<Message>, StoreError> {
    let sql = format!("{SELECT} WHERE m.session_id = ?1 AND m.seq < ?2 ORDER BY m.seq DESC LIMIT ?3");
    all(connection, &sql, (session.as_str(), before.unwrap_or(i64::MAX), limit), read)
}

/// The messages that the next turn takes, in order.
pub fn queued(connection: &Connection, session: &SessionId) -> Result<Vec<Message>, StoreError> {
    let sql = format!("{SELECT} WHERE m.session_id = ?1 AND m.state = 'queued' ORDER BY m.seq");
    all(connection, &sql, [session.as_str()], read)
}

/// The messages that a turn took.
pub fn of_turn(
    connection: &Connection,
    step: &StepId,
    session: &SessionId,
) -> Result<Vec<Message>, StoreError> {
    let sql =
        format!("{SELECT} WHERE m.session_id = ?1 AND m.step_id = ?2 AND m.role = 'user' ORDER BY m.seq");
    all(connection, &sql, (session.as_str(), step.as_str()), read)
}

/// Adds a message at the end.
pub fn insert(
    write: &Write<'_>,
    session: &Session,
    new: &NewMessage,
    author: &Principal,
) -> Result<MessageId, StoreError> {
    if new.text.len() > MESSAGE_MAX_BYTES {
        return Err(StoreError::Invalid(format!(
            "the message has {} bytes; at most {MESSAGE_MAX_BYTES} fit",
            new.text.len()
        )));
    }
    if new.role == MessageRole::User && new.text.trim().is_empty() {
        return Err(StoreError::Invalid("the message is empty; write something first".to_owned()));
    }
    if new.state == MessageState::Queued && session.queued_messages >= WAITING {
        return Err(StoreError::Conflict(format!(
            "{WAITING} messages wait for session {} already; wait until its agent has read them",
            session.number
        )));
    }
    let id = MessageId::generate();
    let delivered = (new.state == MessageState::Delivered).then(|| write.now());
    write
        .prepare_cached(
            "INSERT INTO session_messages (id, session_id, seq, role, state, author, text, question_id, step_id,
               created_at, delivered_at)
             VALUES (?1, ?2, (SELECT coalesce(max(seq), 0) + 1 FROM session_messages WHERE session_id = ?2), ?3, ?4, ?5,
               ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute((
            id.as_str(),
            session.id.as_str(),
            new.role.as_str(),
            new.state.as_str(),
            author.to_string(),
            &new.text,
            new.question.as_ref().map(QuestionId::as_str),
            new.step.as_ref().map(StepId::as_str),
            write.now(),
            delivered,
        ))?;
    sessions::touch(write, session)?;
    Ok(id)
}

/// The message that is ready to be sent, when there is one.
pub fn draft(connection: &Connection, session: &SessionId) -> Result<Option<Message>, StoreError> {
    let sql = format!("{SELECT} WHERE m.session_id = ?1 AND m.state = 'draft' ORDER BY m.seq LIMIT 1");
    crate::row::first(connection, &sql, [session.as_str()], read)
}

/// Removes the message that was ready to be sent: another is sent in its place.
pub fn drop_draft(write: &Write<'_>, session: &Session) -> Result<(), StoreError> {
    write
        .prepare_cached("DELETE FROM session_messages WHERE session_id = ?1 AND state = 'draft'")?
        .execute([session.id.as_str()])?;
    sessions::touch(write, session)
}

/// Makes what was handed to a turn wait again.
pub fn take_back(write: &Write<'_>, session: &Session, step: &StepId) -> Result<(), StoreError> {
    write
        .prepare_cached(
            "UPDATE session_messages SET state = 'queued', step_id = NULL, delivered_at = NULL
             WHERE session_id = ?1 AND step_id = ?2 AND role = 'user'",
        )?
        .execute((session.id.as_str(), step.as_str()))?;
    sessions::touch(write, session)
}

/// Hands everything that waits to a turn.
pub fn deliver(write: &Write<'_>, session: &Session, step: &StepId) -> Result<usize, StoreError> {
    let delivered = write
        .prepare_cached(
            "UPDATE session_messages SET state = 'delivered', step_id = ?2, delivered_at = ?3
             WHERE session_id = ?1 AND state = 'queued'",
        )?
        .execute((session.id.as_str(), step.as_str(), write.now()))?;
    sessions::touch(write, session)?;
    Ok(delivered)
}
