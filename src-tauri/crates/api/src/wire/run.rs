//! Runs, steps, sandboxes, output and diffs on the wire.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_domain::Millis;
use waybill_domain::agent::{ChangeKind, ErrorKind, HeldBackKind};
use waybill_domain::ids::{RunId, SandboxId, StepId};
use waybill_domain::run::{
    Delivery, MergeMode, Network, Role, RunSource, RunStatus, SandboxState, StepStatus, WaitingFor,
};
use waybill_store::run_candidates::CandidateStatus;

/// The issue that a run works on.
#[derive(Debug, Clone, Serialize, TS)]
pub struct RunIssue {
    pub number: i64,
    pub title: String,
}

/// A run as lists show it.
#[derive(Debug, Clone, Serialize, TS)]
pub struct RunRow {
    #[ts(type = "string")]
    pub id: RunId,
    pub project_slug: String,
    pub number: i64,
    pub name: String,
    #[ts(type = "RunSource")]
    pub source: RunSource,
    #[ts(type = "RunStatus")]
    pub status: RunStatus,
    #[ts(type = "WaitingFor | null")]
    pub waiting_for: Option<WaitingFor>,
    pub issue: Option<RunIssue>,
    /// The workflow that it runs, with its version; null for the turns of a session.
    pub workflow: Option<String>,
    pub workflow_version: Option<i64>,
    pub tool: String,
    pub model: Option<String>,
    /// The first 160 characters of the prompt.
    pub prompt_preview: String,
    pub branch: Option<String>,
    #[ts(type = "Delivery")]
    pub delivery: Delivery,
    pub files_changed: i64,
    pub lines_added: i64,
    pub lines_removed: i64,
    /// US dollars; null when the tool does not say.
    pub cost_usd: Option<f64>,
    pub input_tokens: i64,
    pub output_tokens: i64,
    /// One sentence.
    pub error: Option<String>,
    /// When a run that waits for a provider's quota goes on.
    pub resume_at: Option<Millis>,
    /// The mean composite of its evaluators, 0–100, and whether each has what it wants.
    pub quality_score: Option<f64>,
    pub threshold_result: Option<bool>,
    pub iterations: i64,
    /// The agent's own last words while it works.
    pub activity: Option<String>,
    pub created_at: Millis,
    pub started_at: Option<Millis>,
    pub finished_at: Option<Millis>,
}

/// A run as its page shows it.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Run {
    #[serde(flatten)]
    #[ts(flatten)]
    pub row: RunRow,
    pub prompt: String,
    pub base_branch: String,
    pub base_commit: Option<String>,
    pub head_commit: Option<String>,
    pub merge_commit: Option<String>,
    #[ts(type = "ErrorKind | null")]
    pub error_kind: Option<ErrorKind>,
    /// What to do next about the error.
    pub advice: Option<String>,
    pub steps: Vec<Step>,
    /// What comes after them if all goes well.
    pub upcoming: Vec<UpcomingStep>,
    /// The candidates of its races, race by race.
    pub candidates: Vec<Candidate>,
    pub failed_step_id: Option<String>,
    pub sandbox: Option<Sandbox>,
    pub held_back: Vec<HeldBack>,
    pub actions: RunActions,
}

/// What can be done with a run now; the screen offers exactly these.
#[expect(clippy::struct_excessive_bools, reason = "each is a button of its own on the screen")]
#[derive(Debug, Clone, Copy, Default, Serialize, TS)]
pub struct RunActions {
    pub cancel: bool,
    pub pause: bool,
    pub resume: bool,
    pub retry: bool,
    pub merge: bool,
    pub discard: bool,
    /// The run waits for consent to weaker isolation.
    pub consent: bool,
    /// Another candidate of its race can be chosen.
    pub choose: bool,
    /// Its change can be sent back to the agent that made it.
    pub request_changes: bool,
}

/// A step that a run has not come to.
#[derive(Debug, Clone, Serialize, TS)]
pub struct UpcomingStep {
    pub place: String,
    #[ts(type = "Role")]
    pub role: Role,
    pub persona: Option<String>,
    pub tool: String,
}

/// A candidate of a race.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Candidate {
    /// Its steps have the same.
    pub lane: i64,
    /// The place of the race's judge.
    pub race: String,
    /// What sets it apart: "codex", "high effort", or "Try 2".
    pub label: String,
    #[ts(type = "CandidateStatus")]
    pub status: CandidateStatus,
    pub files_changed: i64,
    pub lines_added: i64,
    pub lines_removed: i64,
    pub error: Option<String>,
    pub chosen: bool,
    /// What the judge found, once it has judged.
    pub judged: Option<Comparison>,
}

/// What a checker or a reviewer found.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Review {
    pub pass: bool,
    pub feedback: String,
    pub findings: Vec<Finding>,
}

/// One thing that a review found.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Finding {
    #[ts(optional)]
    pub file: Option<String>,
    #[ts(optional)]
    pub line: Option<i64>,
    #[ts(type = "\"critical\" | \"important\" | \"minor\"")]
    pub severity: String,
    pub message: String,
}

/// What an evaluator scored, 0–100 each.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Evaluation {
    pub correctness: f64,
    pub type_safety: f64,
    pub code_style: f64,
    pub test_coverage: f64,
    pub completeness: f64,
    pub summary: String,
}

/// What a judge chose.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Judgement {
    pub winner: String,
    pub rationale: String,
    pub comparison: Vec<Comparison>,
}

/// What a judge found of one candidate; `score` is 0–100.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Comparison {
    pub candidate: String,
    pub strengths: Vec<String>,
    pub weaknesses: Vec<String>,
    pub score: f64,
}

/// What a prompter made of the task.
#[derive(Debug, Clone, Serialize, TS)]
pub struct WrittenPrompt {
    pub prompt: String,
}

/// What an evaluation comes to under its persona's weights.
#[derive(Debug, Clone, Copy, Serialize, TS)]
pub struct Quality {
    /// The weighted mean, 0–100.
    pub composite: f64,
    pub threshold: f64,
    pub threshold_result: bool,
}

/// A step of a run.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Step {
    #[ts(type = "string")]
    pub id: StepId,
    pub position: i64,
    /// The candidate that it is of; 0: the run itself.
    pub lane: i64,
    /// Where it stands in the workflow: `1#2/0` is the first node of the second node's second iteration.
    pub place: String,
    #[ts(type = "Role")]
    pub role: Role,
    pub persona: Option<String>,
    pub tool: String,
    pub model: Option<String>,
    pub effort: Option<String>,
    pub iteration: i64,
    /// How often it was begun: more than one after an interruption.
    pub attempt: i64,
    #[ts(type = "StepStatus")]
    pub status: StepStatus,
    pub summary: Option<String>,
    /// What a role answered that answers with data, by its contract.
    #[ts(type = "Review | Evaluation | Judgement | WrittenPrompt | null")]
    pub verdict: Option<serde_json::Value>,
    pub quality: Option<Quality>,
    /// What the agent was told, part by part, once it was sent.
    pub instructions: Vec<InstructionPart>,
    pub error: Option<String>,
    #[ts(type = "ErrorKind | null")]
    pub error_kind: Option<ErrorKind>,
    pub input_tokens: i64,
    pub output_tokens: i64,
    pub cost_usd: Option<f64>,
    pub started_at: Option<Millis>,
    pub finished_at: Option<Millis>,
}

/// The sandbox of a run.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Sandbox {
    #[ts(type = "string")]
    pub id: SandboxId,
    #[ts(type = "SandboxState")]
    pub state: SandboxState,
    /// In words: "bubblewrap, network open".
    pub isolation: String,
    /// What holds in it, a phrase each.
    pub isolation_details: Vec<String>,
    pub weak: bool,
    #[ts(type = "Network")]
    pub network: Network,
    pub timeout_ms: i64,
    pub memory_mb: i64,
    pub cpu_count: i64,
    pub error: Option<String>,
    pub started_at: Option<Millis>,
    pub ended_at: Option<Millis>,
}

/// Something that the sandbox or the masking held back.
#[derive(Debug, Clone, Serialize, TS)]
pub struct HeldBack {
    #[ts(type = "HeldBackKind")]
    pub kind: HeldBackKind,
    pub detail: String,
    pub count: i64,
}

/// One part of what an agent was told.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct InstructionPart {
    pub title: String,
    pub text: String,
}

/// Names a run.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RunRef {
    pub project: String,
    pub number: i64,
}

/// Asks for what a run changed.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RunDiffOf {
    pub project: String,
    pub number: i64,
    /// One candidate of a race; absent: the run itself.
    #[serde(default)]
    #[ts(optional)]
    pub lane: Option<i64>,
}

/// Sends a run's change back to the agent that made it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RunRequestChanges {
    pub project: String,
    pub number: i64,
    /// What is wanted, in general.
    pub text: String,
    /// What is wanted of single lines.
    #[serde(default)]
    pub comments: Vec<LineComment>,
}

/// What is said of a line of a run's change.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LineComment {
    pub file: String,
    /// Counted from 1, on the new side; absent: the whole file.
    #[serde(default)]
    #[ts(optional)]
    pub line: Option<i64>,
    pub text: String,
}

/// Chooses a candidate of a race.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RunChoose {
    pub project: String,
    pub number: i64,
    pub lane: i64,
}

/// Asks for a page of runs, newest first.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RunList {
    pub project: String,
    /// Empty: all.
    #[serde(default)]
    #[ts(type = "Array<RunStatus>")]
    pub statuses: Vec<RunStatus>,
    /// Only the runs of this issue.
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

/// Starts a run.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RunStart {
    pub project: String,
    /// The issue to work on; without one, `prompt` is needed.
    #[serde(default)]
    #[ts(optional)]
    pub issue: Option<i64>,
    /// Said in addition to the issue, or alone.
    #[serde(default)]
    #[ts(optional)]
    pub prompt: Option<String>,
    /// The name of a workflow. Absent: the one that the issue is assigned to, else a single designer.
    #[serde(default)]
    #[ts(optional)]
    pub workflow: Option<String>,
    /// Absent: the project's default tool.
    #[serde(default)]
    #[ts(optional)]
    pub tool: Option<String>,
    #[serde(default)]
    #[ts(optional)]
    pub model: Option<String>,
    #[serde(default)]
    #[ts(optional)]
    pub effort: Option<String>,
    /// Absent: the project's default branch.
    #[serde(default)]
    #[ts(optional)]
    pub base_branch: Option<String>,
    #[serde(default)]
    #[ts(optional)]
    pub timeout_ms: Option<i64>,
    #[serde(default)]
    #[ts(optional)]
    pub memory_mb: Option<i64>,
    #[serde(default)]
    #[ts(optional)]
    pub cpu_count: Option<i64>,
}

/// Merges a run's branch into its base.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RunMerge {
    pub project: String,
    pub number: i64,
    #[serde(default)]
    #[ts(optional, type = "MergeMode")]
    pub mode: Option<MergeMode>,
}

/// How the run's branch stands to its base now.
#[derive(Debug, Clone, Serialize, TS)]
pub struct MergeState {
    /// Paths that conflict; empty when the merge is clean.
    pub conflicts: Vec<String>,
    pub already_merged: bool,
    /// How many commits the base has gained since the run began.
    pub base_ahead: i64,
    /// Why merging would be refused now (the base is checked out with changes, say), with what to do.
    pub refusal: Option<String>,
}

/// Asks for a page of a run's output.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RunOutput {
    pub project: String,
    pub number: i64,
    /// The first event wanted, counted from 0; absent: the last page.
    #[serde(default)]
    #[ts(optional)]
    pub from: Option<i64>,
    /// 1–2000, 500 when absent.
    #[serde(default)]
    #[ts(optional)]
    pub limit: Option<u32>,
}

/// A page of a run's output, in order.
#[derive(Debug, Clone, Serialize, TS)]
pub struct OutputPage {
    pub items: Vec<OutputEvent>,
    /// How many events there are in all.
    pub end: i64,
}

/// One event of a run's output.
#[derive(Debug, Clone, Serialize, TS)]
pub struct OutputEvent {
    /// Counted from 0 over the whole run.
    pub seq: i64,
    pub step: i64,
    pub at: Millis,
    #[ts(type = "AgentEvent")]
    pub event: serde_json::Value,
}

/// The files that a run changed.
#[derive(Debug, Clone, Serialize, TS)]
pub struct RunDiff {
    pub base_commit: String,
    pub head_commit: String,
    pub files: Vec<DiffFile>,
}

/// One changed file.
#[derive(Debug, Clone, Serialize, TS)]
pub struct DiffFile {
    pub path: String,
    /// Where it was, when it was renamed.
    pub old_path: Option<String>,
    #[ts(type = "ChangeKind")]
    pub kind: ChangeKind,
    pub binary: bool,
    pub lines_added: i64,
    pub lines_removed: i64,
}

/// Asks for a page of one file's diff.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RunDiffFile {
    pub project: String,
    pub number: i64,
    /// One candidate of a race; absent: the run itself.
    #[serde(default)]
    #[ts(optional)]
    pub lane: Option<i64>,
    pub path: String,
    /// The first diff line wanted, counted from 0.
    #[serde(default)]
    pub from: i64,
    /// 1–5000, 2000 when absent.
    #[serde(default)]
    #[ts(optional)]
    pub limit: Option<u32>,
}

waybill_domain::words! {
    /// What a line of a diff is.
    pub enum DiffLineKind { Hunk = "hunk", Context = "context", Added = "added", Removed = "removed", NoNewline = "no_newline" }
}

/// One line of a diff.
#[derive(Debug, Clone, Serialize, TS)]
pub struct DiffLine {
    #[ts(type = "DiffLineKind")]
    pub kind: DiffLineKind,
    pub old_line: Option<i64>,
    pub new_line: Option<i64>,
    /// Without the leading mark; a line over 2,000 characters is cut, with `…`.
    pub text: String,
}

/// A page of one file's diff.
#[derive(Debug, Clone, Serialize, TS)]
pub struct DiffPage {
    pub lines: Vec<DiffLine>,
    /// The `from` of the next page, null at the end.
    pub next: Option<i64>,
}
