//! Issues, their updates and labels on the wire.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_domain::Millis;
use waybill_domain::ids::{AttachmentId, IssueId, LabelId, UpdateId};
use waybill_domain::issue::{Execution, Priority, Status, UpdateKind, Visibility};
use waybill_domain::run::RunStatus;

waybill_domain::words! {
    /// What an author is.
    pub enum AuthorKind { Operator = "operator", Member = "member", Guest = "guest", Agent = "agent", System = "system" }
}

/// Who wrote something (SPEC 2, "Author identity").
#[derive(Debug, Clone, Serialize, TS)]
pub struct Author {
    #[ts(type = "AuthorKind")]
    pub kind: AuthorKind,
    /// As stored: `operator`, `guest:<ulid>`, `agent:<path>`, …
    pub user_id: String,
    pub handle: Option<String>,
    pub display_name: Option<String>,
}

/// A label of a project.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Label {
    #[ts(type = "string")]
    pub id: LabelId,
    pub name: String,
    /// One of the palette's words: grey, red, orange, amber, green, teal, blue, iris, plum.
    pub colour: String,
}

/// The run that an issue is linked to.
#[derive(Debug, Clone, Serialize, TS)]
pub struct IssueRun {
    pub number: i64,
    #[ts(type = "RunStatus")]
    pub status: RunStatus,
    pub started_at: Option<Millis>,
    pub finished_at: Option<Millis>,
}

/// An issue as lists show it.
#[derive(Debug, Clone, Serialize, TS)]
pub struct IssueRow {
    #[ts(type = "string")]
    pub id: IssueId,
    pub project_slug: String,
    pub number: i64,
    pub title: String,
    #[ts(type = "Status")]
    pub status: Status,
    #[ts(type = "Execution")]
    pub execution: Execution,
    #[ts(type = "Priority")]
    pub priority: Priority,
    pub labels: Vec<Label>,
    pub assignment: Option<String>,
    pub created_by: Author,
    pub created_at: Millis,
    pub updated_at: Millis,
    pub run: Option<IssueRun>,
    pub comments: i64,
    /// Whether `assignment` names what is no longer there; the issue then counts as unassigned.
    pub assignment_missing: bool,
    /// Who works on it.
    pub claimed_by: Option<Author>,
    /// Todos that are not abandoned, and how many of them are completed.
    pub todos: i64,
    pub todos_done: i64,
    pub attachments: i64,
}

/// An issue as its page shows it.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Issue {
    #[serde(flatten)]
    #[ts(flatten)]
    pub row: IssueRow,
    pub body: String,
    /// The body as it was filed, once it was edited.
    pub original_body: Option<String>,
    pub suggested_prompt: Option<String>,
    pub resolved_at: Option<Millis>,
    pub resolved_by: Option<Author>,
    /// What `issue_move` accepts now.
    #[ts(type = "Array<Status>")]
    pub legal_moves: Vec<Status>,
}

/// An issue with why it was found.
#[derive(Debug, Clone, Serialize, TS)]
pub struct IssueHit {
    #[serde(flatten)]
    #[ts(flatten)]
    pub row: IssueRow,
    /// Text around the match; what matched stands between U+E000 and U+E001.
    pub excerpt: String,
}

/// An entry of an issue's activity.
#[derive(Debug, Clone, Serialize, TS)]
pub struct IssueUpdate {
    #[ts(type = "string")]
    pub id: UpdateId,
    pub author: Author,
    #[ts(type = "UpdateKind")]
    pub kind: UpdateKind,
    pub body: Option<String>,
    /// By kind: `{from, to, via}` for a change of status, with `run` (a number) when a run brought it about; `{from, to}`
    /// for priority, title and assignment; `{before, after}` for a body edit; `{added, removed}` for labels;
    /// `{change, relation, other}` for a link (`change` is `added` or `removed`, `other` an issue's number); `{run}`
    /// where a note speaks of a run.
    #[ts(type = "{ [key: string]: unknown } | null")]
    pub metadata: Option<serde_json::Value>,
    #[ts(type = "Visibility")]
    pub visibility: Visibility,
    pub created_at: Millis,
}

/// Names an issue.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IssueRef {
    pub project: String,
    pub number: i64,
}

/// Asks for a page of issues.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IssueList {
    pub project: String,
    /// The search language of SPEC 3; empty: everything that is neither resolved nor rejected.
    #[serde(default)]
    pub query: String,
    #[serde(default)]
    #[ts(optional)]
    pub after: Option<String>,
    /// 1–200, 50 when absent.
    #[serde(default)]
    #[ts(optional)]
    pub limit: Option<u32>,
}

/// How many issues stand where.
#[derive(Debug, Clone, Copy, Default, Serialize, TS)]
pub struct IssueCounts {
    pub open: i64,
    pub triaged: i64,
    pub assigned: i64,
    pub in_progress: i64,
    pub resolved: i64,
    pub rejected: i64,
    /// Active issues whose run is at work, and those whose run failed.
    pub running: i64,
    pub failed: i64,
}

/// Files an issue.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IssueCreate {
    pub project: String,
    /// 1–200 characters.
    pub title: String,
    /// Markdown, at most 16 KB.
    #[serde(default)]
    pub body: String,
    #[serde(default)]
    #[ts(optional, type = "Priority")]
    pub priority: Option<Priority>,
    /// Names; labels that do not exist yet are made.
    #[serde(default)]
    pub labels: Vec<String>,
    /// The issue that this one becomes a child of.
    #[serde(default)]
    #[ts(optional)]
    pub parent: Option<i64>,
    /// Files that were uploaded before; without an issue of theirs they are gone after 24 hours.
    #[serde(default)]
    #[ts(type = "Array<string>")]
    pub attachments: Vec<AttachmentId>,
}

/// Changes an issue; what is absent stays.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IssueEdit {
    pub project: String,
    pub number: i64,
    #[serde(default)]
    #[ts(optional)]
    pub title: Option<String>,
    #[serde(default)]
    #[ts(optional)]
    pub body: Option<String>,
    #[serde(default)]
    #[ts(optional, type = "Priority")]
    pub priority: Option<Priority>,
    /// The names that the issue then has.
    #[serde(default)]
    #[ts(optional)]
    pub labels: Option<Vec<String>>,
}

/// Moves an issue to another status.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IssueMove {
    pub project: String,
    pub number: i64,
    #[ts(type = "Status")]
    pub status: Status,
    /// Why; rejecting needs it.
    #[serde(default)]
    #[ts(optional)]
    pub note: Option<String>,
    /// Resolves a parent although children of it are open; without it that is a conflict, whose `details` are
    /// `{"children": IssueBrief[]}`.
    #[serde(default)]
    #[ts(optional)]
    pub despite_children: Option<bool>,
}

/// Comments on an issue.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IssueComment {
    pub project: String,
    pub number: i64,
    /// Markdown, at most 16 KB.
    pub body: String,
    #[serde(default)]
    #[ts(optional, type = "Visibility")]
    pub visibility: Option<Visibility>,
}

/// Takes changes back: everything that `issue_edit` or `issue_move` recorded, by its update ids.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IssueUndo {
    pub project: String,
    pub number: i64,
    #[ts(type = "Array<string>")]
    pub updates: Vec<UpdateId>,
}

/// An issue after a change, with what undoes it.
#[derive(Debug, Clone, Serialize, TS)]
pub struct IssueChanged {
    pub issue: Issue,
    /// Hand these to `issue_undo`; empty when nothing changed.
    #[ts(type = "Array<string>")]
    pub updates: Vec<UpdateId>,
}

/// Asks for a page of an issue's activity, newest first.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IssueUpdates {
    pub project: String,
    pub number: i64,
    #[serde(default)]
    #[ts(optional)]
    pub after: Option<String>,
    /// 1–200, 100 when absent.
    #[serde(default)]
    #[ts(optional)]
    pub limit: Option<u32>,
}
