//! Todos, links, attachments, saved views, trash, board and transfers on the wire.

use super::{Author, Issue, IssueRow};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_domain::Millis;
use waybill_domain::ids::{AttachmentId, TodoId, TransferId, TrashId, UpdateId, ViewId};
use waybill_domain::issue::{Priority, Status, Visibility};
use waybill_domain::link::Relation;
use waybill_domain::todo::{TodoKind, TodoStatus};

/// A todo of an issue.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Todo {
    #[ts(type = "string")]
    pub id: TodoId,
    #[ts(type = "TodoKind")]
    pub kind: TodoKind,
    /// 1–500 characters, one line.
    pub content: String,
    #[ts(type = "TodoStatus")]
    pub status: TodoStatus,
    /// The heading that a step stands under.
    pub phase: Option<String>,
    /// The oldest first.
    pub notes: Vec<String>,
    /// The path of the agent that wrote it; null: a person.
    pub origin_agent: Option<String>,
    pub created_at: Millis,
    pub updated_at: Millis,
    pub completed_at: Option<Millis>,
}

/// The todos of an issue: criteria above steps, and the same as Markdown.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Todos {
    pub items: Vec<Todo>,
    pub markdown: String,
}

/// Replaces the list by its edited Markdown; a line that cannot be read refuses all of it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct TodoSet {
    pub project: String,
    pub number: i64,
    pub markdown: String,
    /// The Markdown that was edited; when the list is another one by now, the edit is refused as a conflict.
    #[serde(default)]
    #[ts(optional)]
    pub before: Option<String>,
}

/// Adds a todo at the end of its kind (of its phase, when one is named).
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct TodoAdd {
    pub project: String,
    pub number: i64,
    #[ts(type = "TodoKind")]
    pub kind: TodoKind,
    pub content: String,
    #[serde(default)]
    #[ts(optional)]
    pub phase: Option<String>,
}

/// Changes one todo; what is absent stays.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct TodoEdit {
    pub project: String,
    pub number: i64,
    #[ts(type = "string")]
    pub todo: TodoId,
    #[serde(default)]
    #[ts(optional)]
    pub content: Option<String>,
    /// `in_progress` puts the one that was in progress back to pending.
    #[serde(default)]
    #[ts(optional, type = "TodoStatus")]
    pub status: Option<TodoStatus>,
    /// A note to append.
    #[serde(default)]
    #[ts(optional)]
    pub note: Option<String>,
    /// The place it moves to among its kind, counted from 0.
    #[serde(default)]
    #[ts(optional)]
    pub position: Option<u32>,
}

/// An issue as another one's links, graph and mentions show it.
#[derive(Debug, Clone, Serialize, TS)]
pub struct IssueBrief {
    pub number: i64,
    pub title: String,
    #[ts(type = "Status")]
    pub status: Status,
    #[ts(type = "Priority")]
    pub priority: Priority,
}

/// A link, as seen from the issue that was asked for.
#[derive(Debug, Clone, Serialize, TS)]
pub struct IssueLink {
    #[ts(type = "Relation")]
    pub relation: Relation,
    pub issue: IssueBrief,
    pub created_by: Author,
    pub created_at: Millis,
}

/// Links `number` to `other`: "`number` is `relation` `other`". Used to remove one as well.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LinkChange {
    pub project: String,
    pub number: i64,
    #[ts(type = "Relation")]
    pub relation: Relation,
    pub other: i64,
}

/// The issues around one, at most 100 and three links away, the asked one first.
#[derive(Debug, Clone, Serialize, TS)]
pub struct LinkGraph {
    pub nodes: Vec<IssueBrief>,
    pub edges: Vec<LinkEdge>,
    /// Whether there are more than are shown.
    pub cut: bool,
}

/// A link as stored: `from` is `kind` `to`, by issue number.
#[derive(Debug, Clone, Serialize, TS)]
pub struct LinkEdge {
    pub from: i64,
    pub to: i64,
    #[ts(type = "Relation")]
    pub relation: Relation,
}

/// A file at an issue.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Attachment {
    #[ts(type = "string")]
    pub id: AttachmentId,
    pub name: String,
    /// Told from the bytes, never from the name.
    pub media_type: String,
    /// Bytes, at most 26,214,400.
    pub size: i64,
    pub sha256: String,
    pub created_by: Author,
    pub created_at: Millis,
}

/// Names an attachment.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AttachmentRef {
    #[ts(type = "string")]
    pub id: AttachmentId,
}

/// Asks for open issues that resemble a title, the most alike first, at most 5.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IssueSimilar {
    pub project: String,
    pub title: String,
}

/// Asks for what can be worked on now: triaged or assigned, no open blocker, not claimed; most urgent first.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IssueReady {
    pub project: String,
    #[serde(default)]
    #[ts(optional)]
    pub after: Option<String>,
    /// 1–200, 50 when absent.
    #[serde(default)]
    #[ts(optional)]
    pub limit: Option<u32>,
}

/// Takes an issue to work on; without a number, the first that is ready.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IssueClaim {
    pub project: String,
    #[serde(default)]
    #[ts(optional)]
    pub number: Option<i64>,
}

/// Assigns an issue: `primary`, `workflow:<name>`, `session:<id>`, or null to unassign.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IssueAssign {
    pub project: String,
    pub number: i64,
    pub target: Option<String>,
}

/// What an issue can be assigned to.
#[derive(Debug, Clone, Serialize, TS)]
pub struct AssignmentTarget {
    /// `primary`, `workflow:<name>`, `session:<id>`.
    pub target: String,
    pub name: String,
}

/// Closes an issue as a duplicate: the link, the rejection and its note in one.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IssueDuplicate {
    pub project: String,
    pub number: i64,
    pub of: i64,
}

/// Shows an update to guests, or hides it from them.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IssueUpdateShow {
    pub project: String,
    pub number: i64,
    #[ts(type = "string")]
    pub update: UpdateId,
    #[ts(type = "Visibility")]
    pub visibility: Visibility,
}

/// Changes many issues at once; what is absent stays. Each is its own success or refusal.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IssueEditMany {
    pub project: String,
    /// 1–1,000.
    pub numbers: Vec<i64>,
    #[serde(default)]
    #[ts(optional, type = "Status")]
    pub status: Option<Status>,
    /// Why; rejecting needs it.
    #[serde(default)]
    #[ts(optional)]
    pub note: Option<String>,
    #[serde(default)]
    #[ts(optional, type = "Priority")]
    pub priority: Option<Priority>,
    #[serde(default)]
    pub add_labels: Vec<String>,
    #[serde(default)]
    pub remove_labels: Vec<String>,
}

/// What became of each.
#[derive(Debug, Clone, Serialize, TS)]
pub struct IssuesChanged {
    pub changed: Vec<IssueRowChanged>,
    pub refused: Vec<IssueRefused>,
}

/// One of many that changed, with what undoes it (`issue_undo`).
#[derive(Debug, Clone, Serialize, TS)]
pub struct IssueRowChanged {
    pub issue: IssueRow,
    #[ts(type = "Array<string>")]
    pub updates: Vec<UpdateId>,
}

/// One of many that could not be changed.
#[derive(Debug, Clone, Serialize, TS)]
pub struct IssueRefused {
    pub number: i64,
    pub message: String,
}

pub use waybill_domain::query::GroupBy;

waybill_domain::words! {
    /// How a view shows its issues.
    pub enum Layout { List = "list", Board = "board" }
}

/// Asks for the columns of a board.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IssueBoard {
    pub project: String,
    #[ts(type = "GroupBy")]
    pub group_by: GroupBy,
    /// The search language of SPEC 3, without sort.
    #[serde(default)]
    pub query: String,
}

/// A column of a board. Its issues are `issue_list` with the board's query and `narrow`.
#[derive(Debug, Clone, Serialize, TS)]
pub struct BoardColumn {
    /// The status, label name, priority or assignment; empty for "none".
    pub value: String,
    /// What to add to the query for this column's issues. Of what an issue has only one (status, priority, assignment)
    /// it takes the place of the query's own qualifiers.
    pub narrow: String,
    pub count: i64,
}

/// A saved view.
#[derive(Debug, Clone, Serialize, TS)]
pub struct View {
    #[ts(type = "string")]
    pub id: ViewId,
    pub name: String,
    pub query: String,
    #[ts(type = "Layout")]
    pub layout: Layout,
    #[ts(type = "GroupBy")]
    pub group_by: GroupBy,
}

/// Saves a view: a new one, or the one with this id.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ViewSave {
    pub project: String,
    #[serde(default)]
    #[ts(optional, type = "string")]
    pub id: Option<ViewId>,
    /// 1–60 characters, one of a kind in the project.
    pub name: String,
    pub query: String,
    #[ts(type = "Layout")]
    pub layout: Layout,
    #[ts(type = "GroupBy")]
    pub group_by: GroupBy,
}

/// Names a view.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ViewRef {
    pub project: String,
    #[ts(type = "string")]
    pub id: ViewId,
}

waybill_domain::words! {
    /// What was removed.
    pub enum TrashKind {
        Issue = "issue",
        Run = "run",
        Project = "project",
        Persona = "persona",
        Workflow = "workflow",
    }
}

/// Something that was removed and can be restored.
#[derive(Debug, Clone, Serialize, TS)]
pub struct TrashItem {
    #[ts(type = "string")]
    pub id: TrashId,
    pub project_slug: String,
    #[ts(type = "TrashKind")]
    pub kind: TrashKind,
    /// The issue's or run's number; null for the others.
    pub number: Option<i64>,
    /// An issue's title, a run's, project's, persona's or workflow's name.
    pub title: String,
    pub removed_by: Author,
    pub removed_at: Millis,
    /// When it is gone for good, 30 days after; null: it is kept.
    pub gone_at: Option<Millis>,
}

/// Asks for what was removed, newest first; in all projects when none is named.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct TrashList {
    #[serde(default)]
    #[ts(optional)]
    pub project: Option<String>,
    #[serde(default)]
    #[ts(optional)]
    pub after: Option<String>,
    /// 1–200, 50 when absent.
    #[serde(default)]
    #[ts(optional)]
    pub limit: Option<u32>,
}

/// Names something in the trash.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct TrashRef {
    #[ts(type = "string")]
    pub id: TrashId,
}

/// Asks for the issues that a text mentions.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IssueBriefs {
    pub project: String,
    /// At most 200; those that do not exist are left out of the answer.
    pub numbers: Vec<i64>,
}

waybill_domain::words! {
    /// What an import reads.
    pub enum ImportFormat {
        Github = "github",
        Beads = "beads",
        Backlog = "backlog",
        Taskwarrior = "taskwarrior",
        VibeKanban = "vibe_kanban",
        Ccw = "ccw",
        Waybill = "waybill",
    }
}

waybill_domain::words! {
    /// What an export writes: everything, losslessly, or the issues as a folder of Markdown.
    pub enum ExportFormat { Waybill = "waybill", Markdown = "markdown" }
}

/// Imports issues from a file or folder.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ImportStart {
    pub project: String,
    #[ts(type = "ImportFormat")]
    pub from: ImportFormat,
    /// An absolute path.
    pub path: String,
    /// Only tell what would come in.
    #[serde(default)]
    pub dry_run: bool,
}

/// Exports a project into a folder that is empty or not there yet.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ExportStart {
    pub project: String,
    #[ts(type = "ExportFormat")]
    pub format: ExportFormat,
    /// An absolute path.
    pub path: String,
}

waybill_domain::words! {
    /// Where an import or export stands.
    pub enum TransferState { Running = "running", Completed = "completed", Failed = "failed", Cancelled = "cancelled" }
}

/// An import or export at work or ended; kept until the application ends.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Transfer {
    #[ts(type = "string")]
    pub id: TransferId,
    #[ts(type = "TransferState")]
    pub state: TransferState,
    /// How many entries were read or written, of how many; 0 of 0 until counted.
    pub done: i64,
    pub total: i64,
    /// What came in or went out; present once it has ended well.
    pub report: Option<TransferReport>,
    /// What went wrong, in one sentence.
    pub error: Option<String>,
}

/// What an import or export did, or what a dry run would do.
#[derive(Debug, Clone, Default, Serialize, TS)]
pub struct TransferReport {
    pub dry_run: bool,
    /// Issues that came in (or went out).
    pub issues: i64,
    /// Issues that were there already, by their external id.
    pub existing: i64,
    pub updates: i64,
    pub todos: i64,
    pub links: i64,
    pub labels: i64,
    pub attachments: i64,
    /// Entries that could not be read; all others came in. At most 1,000 are told one by one.
    pub skipped: Vec<SkippedEntry>,
    pub skipped_total: i64,
    /// Things that this format holds and Waybill does not, one sentence each.
    pub notes: Vec<String>,
    /// The first issues, as they come in: at most 20.
    pub preview: Vec<ImportPreview>,
}

/// One entry that could not be read.
#[derive(Debug, Clone, Serialize, TS)]
pub struct SkippedEntry {
    pub file: String,
    /// Counted from 1; null when the file has no lines.
    pub line: Option<i64>,
    pub what: String,
}

/// An issue that an import brings.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ImportPreview {
    pub external_id: String,
    pub title: String,
    #[ts(type = "Status")]
    pub status: Status,
    #[ts(type = "Priority")]
    pub priority: Priority,
    pub labels: Vec<String>,
}

/// Names an import or export.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct TransferRef {
    #[ts(type = "string")]
    pub id: TransferId,
}

/// An issue that was claimed, with its todos, as a worker needs it.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Claimed {
    pub issue: Issue,
    pub todos: Todos,
}
