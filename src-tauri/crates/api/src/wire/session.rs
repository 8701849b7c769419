//! Sessions, their messages and questions on the wire.

use super::issue::Author;
use super::run::RunIssue;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_domain::Millis;
use waybill_domain::agent::ErrorKind;
use waybill_domain::ids::{MessageId, QuestionId, SessionId};
use waybill_domain::question::{FieldKind, QuestionKind, QuestionState};
use waybill_domain::session::{MessageRole, MessageState, SessionState};

/// A session as lists show it.
#[derive(Debug, Clone, Serialize, TS)]
pub struct SessionRow {
    #[ts(type = "string")]
    pub id: SessionId,
    pub project_slug: String,
    pub number: i64,
    pub title: String,
    /// The issue that it is bound to.
    pub issue: Option<RunIssue>,
    #[ts(type = "SessionState")]
    pub state: SessionState,
    /// Whether an agent is at work on a turn, or one waits for an engine.
    pub working: bool,
    pub open_questions: i64,
    /// Messages that were sent and wait for the next turn.
    pub queued_messages: i64,
    pub tool: String,
    pub model: Option<String>,
    /// The run whose steps are its turns, with the output, the usage and the branch; null before the first message.
    pub run: Option<i64>,
    /// Why the last turn failed, one sentence.
    pub error: Option<String>,
    pub created_by: Author,
    pub created_at: Millis,
    pub updated_at: Millis,
    pub ended_at: Option<Millis>,
}

/// A session as its screen shows it.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Session {
    #[serde(flatten)]
    #[ts(flatten)]
    pub row: SessionRow,
    pub base_branch: String,
    /// The message that is ready to be sent.
    pub draft: Option<String>,
    /// The newest questions, the oldest first; open ones wait for `session_answer`.
    pub questions: Vec<SessionQuestion>,
    /// Whether the bound issue has criteria and all of them are claimed: a checkpoint can be signed off.
    pub criteria_met: bool,
    #[ts(type = "ErrorKind | null")]
    pub error_kind: Option<ErrorKind>,
    /// What to do next about the error.
    pub advice: Option<String>,
    pub actions: SessionActions,
}

/// What can be done with a session now; the screen offers exactly these.
#[derive(Debug, Clone, Copy, Serialize, TS)]
#[expect(clippy::struct_excessive_bools, reason = "each is a button of its own on the screen")]
pub struct SessionActions {
    pub send: bool,
    pub answer: bool,
    pub interrupt: bool,
    pub bind: bool,
    pub promote: bool,
    pub end: bool,
}

/// A message of a session.
#[derive(Debug, Clone, Serialize, TS)]
pub struct SessionMessage {
    #[ts(type = "string")]
    pub id: MessageId,
    /// Counted from 1 over the session.
    pub seq: i64,
    #[ts(type = "MessageRole")]
    pub role: MessageRole,
    #[ts(type = "MessageState")]
    pub state: MessageState,
    pub author: Author,
    /// Markdown.
    pub text: String,
    /// The question that it answers.
    #[ts(type = "string | null")]
    pub question: Option<QuestionId>,
    /// The turn that took it or said it: the `step` of the run's output events.
    pub turn: Option<i64>,
    pub created_at: Millis,
    pub delivered_at: Option<Millis>,
}

/// What an agent asked.
#[derive(Debug, Clone, Serialize, TS)]
pub struct SessionQuestion {
    #[ts(type = "string")]
    pub id: QuestionId,
    #[ts(type = "QuestionKind")]
    pub kind: QuestionKind,
    #[ts(type = "QuestionState")]
    pub state: QuestionState,
    /// Markdown.
    pub text: String,
    /// Of an ask: what can be chosen; own words stay possible.
    pub choices: Vec<String>,
    /// Of a form.
    pub fields: Vec<QuestionField>,
    #[ts(type = "unknown")]
    pub answer: Option<serde_json::Value>,
    pub asked_by: Author,
    pub created_at: Millis,
    pub answered_at: Option<Millis>,
}

/// A field of a form.
#[derive(Debug, Clone, Serialize, TS)]
pub struct QuestionField {
    pub name: String,
    pub label: String,
    #[ts(type = "FieldKind")]
    pub kind: FieldKind,
    pub required: bool,
    pub choices: Vec<String>,
}

/// Names a session.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SessionRef {
    pub project: String,
    pub number: i64,
}

/// Asks for a page of sessions, newest first.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SessionList {
    pub project: String,
    /// Empty: all.
    #[serde(default)]
    #[ts(type = "Array<SessionState>")]
    pub states: Vec<SessionState>,
    /// Only those bound to this issue.
    #[serde(default)]
    #[ts(optional)]
    pub issue: Option<i64>,
    #[serde(default)]
    #[ts(optional)]
    pub after: Option<String>,
    /// 1–200, 50 when absent.
    #[serde(default)]
    #[ts(optional)]
    pub limit: Option<u32>,
}

/// Asks for a page of a session's messages, newest first.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SessionMessages {
    pub project: String,
    pub number: i64,
    #[serde(default)]
    #[ts(optional)]
    pub after: Option<String>,
    /// 1–200, 50 when absent.
    #[serde(default)]
    #[ts(optional)]
    pub limit: Option<u32>,
}

/// Begins a session; with an issue it is titled after it, bound to it, and its first message tells of it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SessionStart {
    pub project: String,
    #[serde(default)]
    #[ts(optional)]
    pub title: Option<String>,
    #[serde(default)]
    #[ts(optional)]
    pub issue: Option<i64>,
    /// The first message.
    #[serde(default)]
    #[ts(optional)]
    pub message: Option<String>,
    /// Whether the first message waits until it is sent with `session_send`.
    #[serde(default)]
    pub draft: bool,
    #[serde(default)]
    #[ts(optional)]
    pub tool: Option<String>,
    #[serde(default)]
    #[ts(optional)]
    pub model: Option<String>,
    #[serde(default)]
    #[ts(optional)]
    pub effort: Option<String>,
    #[serde(default)]
    #[ts(optional)]
    pub base_branch: Option<String>,
}

/// Sends a message; while an agent works, it waits for the next turn. Without a text: the draft, or what waits.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SessionSend {
    pub project: String,
    pub number: i64,
    #[serde(default)]
    #[ts(optional)]
    pub text: Option<String>,
}

/// Answers what an agent asked.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SessionAnswer {
    pub project: String,
    pub number: i64,
    /// The only open question when absent.
    #[serde(default)]
    #[ts(optional, type = "string")]
    pub question: Option<QuestionId>,
    /// A text; for a form an object by the fields' names.
    #[ts(type = "unknown")]
    pub answer: serde_json::Value,
    /// Of a checkpoint: the criteria are met, and the bound issue is resolved.
    #[serde(default)]
    pub sign_off: bool,
    /// Signs off although children of the issue are open; without it that is a conflict, as of `issue_move`.
    #[serde(default)]
    pub despite_children: bool,
}

/// Binds a session to an issue, or with null to none.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SessionBind {
    pub project: String,
    pub number: i64,
    pub issue: Option<i64>,
}

/// Files an issue from a session and binds it; titled as the session when nothing else is given.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SessionPromote {
    pub project: String,
    pub number: i64,
    #[serde(default)]
    #[ts(optional)]
    pub title: Option<String>,
    #[serde(default)]
    #[ts(optional)]
    pub body: Option<String>,
}
