// Made by `cargo xtask generate` from the Rust types; do not edit.

export type Status = "open" | "triaged" | "assigned" | "in_progress" | "resolved" | "rejected" | "reopened";
export const allStatus: readonly Status[] = ["open", "triaged", "assigned", "in_progress", "resolved", "rejected", "reopened"];

export type Priority = "low" | "medium" | "high" | "critical";
export const allPriority: readonly Priority[] = ["low", "medium", "high", "critical"];

export type UpdateKind = "comment" | "status_change" | "assignment_change" | "title_edit" | "body_edit" | "priority_change" | "label_change" | "link_change" | "system_note";
export const allUpdateKind: readonly UpdateKind[] = ["comment", "status_change", "assignment_change", "title_edit", "body_edit", "priority_change", "label_change", "link_change", "system_note"];

export type Visibility = "all" | "operator_only";
export const allVisibility: readonly Visibility[] = ["all", "operator_only"];

export type Execution = "new" | "running" | "completed" | "failed";
export const allExecution: readonly Execution[] = ["new", "running", "completed", "failed"];

export type AuthorKind = "operator" | "member" | "guest" | "agent" | "system";
export const allAuthorKind: readonly AuthorKind[] = ["operator", "member", "guest", "agent", "system"];

export type RunStatus = "pending" | "running" | "completed" | "failed" | "cancelled";
export const allRunStatus: readonly RunStatus[] = ["pending", "running", "completed", "failed", "cancelled"];

export type StepStatus = "pending" | "running" | "completed" | "failed" | "cancelled";
export const allStepStatus: readonly StepStatus[] = ["pending", "running", "completed", "failed", "cancelled"];

export type RunSource = "workflow" | "issue" | "sprint_chain" | "sandbox" | "merge_agent" | "recurring_task";
export const allRunSource: readonly RunSource[] = ["workflow", "issue", "sprint_chain", "sandbox", "merge_agent", "recurring_task"];

export type WaitingFor = "engine" | "operator" | "consent" | "quota";
export const allWaitingFor: readonly WaitingFor[] = ["engine", "operator", "consent", "quota"];

export type Role = "designer" | "checker" | "optimizer" | "prompter" | "investigator" | "planner" | "deep_dive" | "reviewer" | "evaluator" | "judge" | "merge_agent" | "custom";
export const allRole: readonly Role[] = ["designer", "checker", "optimizer", "prompter", "investigator", "planner", "deep_dive", "reviewer", "evaluator", "judge", "merge_agent", "custom"];

export type SandboxState = "creating" | "running" | "paused" | "killed" | "error";
export const allSandboxState: readonly SandboxState[] = ["creating", "running", "paused", "killed", "error"];

export type Delivery = "none" | "ready" | "merged" | "discarded";
export const allDelivery: readonly Delivery[] = ["none", "ready", "merged", "discarded"];

export type MergeMode = "merge" | "squash" | "rebase";
export const allMergeMode: readonly MergeMode[] = ["merge", "squash", "rebase"];

export type Network = "open" | "none";
export const allNetwork: readonly Network[] = ["open", "none"];

export type ErrorKind = "auth" | "rate_limit" | "overloaded" | "context_length" | "network" | "not_installed" | "crash" | "timeout" | "cancelled" | "contract";
export const allErrorKind: readonly ErrorKind[] = ["auth", "rate_limit", "overloaded", "context_length", "network", "not_installed", "crash", "timeout", "cancelled", "contract"];

export type ChangeKind = "added" | "modified" | "deleted" | "renamed";
export const allChangeKind: readonly ChangeKind[] = ["added", "modified", "deleted", "renamed"];

export type HeldBackKind = "path" | "secret" | "process" | "memory" | "repository" | "network";
export const allHeldBackKind: readonly HeldBackKind[] = ["path", "secret", "process", "memory", "repository", "network"];

export type DiffLineKind = "hunk" | "context" | "added" | "removed" | "no_newline";
export const allDiffLineKind: readonly DiffLineKind[] = ["hunk", "context", "added", "removed", "no_newline"];

export type SignIn = "key" | "login" | "none" | "not_needed";
export const allSignIn: readonly SignIn[] = ["key", "login", "none", "not_needed"];

export type PromptBy = "arg" | "stdin" | "file" | "acp";
export const allPromptBy: readonly PromptBy[] = ["arg", "stdin", "file", "acp"];

export type SecretStore = "keychain" | "file" | "unavailable";
export const allSecretStore: readonly SecretStore[] = ["keychain", "file", "unavailable"];

export type Theme = "system" | "light" | "dark";
export const allTheme: readonly Theme[] = ["system", "light", "dark"];

export type Density = "compact" | "comfortable";
export const allDensity: readonly Density[] = ["compact", "comfortable"];

export type NotificationType = "run_completed" | "run_failed" | "input_needed";
export const allNotificationType: readonly NotificationType[] = ["run_completed", "run_failed", "input_needed"];

export type NeedKind = "review" | "failed_run" | "consent" | "conflict" | "checkpoint" | "ask" | "form";
export const allNeedKind: readonly NeedKind[] = ["review", "failed_run", "consent", "conflict", "checkpoint", "ask", "form"];

export type SessionState = "idle" | "running" | "paused" | "ended";
export const allSessionState: readonly SessionState[] = ["idle", "running", "paused", "ended"];

export type MessageRole = "user" | "assistant";
export const allMessageRole: readonly MessageRole[] = ["user", "assistant"];

export type MessageState = "draft" | "queued" | "delivered";
export const allMessageState: readonly MessageState[] = ["draft", "queued", "delivered"];

export type QuestionKind = "checkpoint" | "ask" | "form";
export const allQuestionKind: readonly QuestionKind[] = ["checkpoint", "ask", "form"];

export type QuestionState = "open" | "answered" | "withdrawn";
export const allQuestionState: readonly QuestionState[] = ["open", "answered", "withdrawn"];

export type FieldKind = "text" | "long_text" | "number" | "boolean" | "choice" | "choices";
export const allFieldKind: readonly FieldKind[] = ["text", "long_text", "number", "boolean", "choice", "choices"];

export type ErrorCode = "invalid" | "not_found" | "conflict" | "forbidden" | "missing" | "failed";
export const allErrorCode: readonly ErrorCode[] = ["invalid", "not_found", "conflict", "forbidden", "missing", "failed"];

export type Tag = "app" | "projects" | "issues" | "labels" | "runs" | "output" | "notifications" | "settings" | "secrets" | "tools" | "views" | "trash" | "transfers" | "sessions" | "personas" | "workflows" | "contexts" | "learnings";
export const allTag: readonly Tag[] = ["app", "projects", "issues", "labels", "runs", "output", "notifications", "settings", "secrets", "tools", "views", "trash", "transfers", "sessions", "personas", "workflows", "contexts", "learnings"];

export type TodoKind = "criterion" | "step";
export const allTodoKind: readonly TodoKind[] = ["criterion", "step"];

export type TodoStatus = "pending" | "in_progress" | "completed" | "abandoned";
export const allTodoStatus: readonly TodoStatus[] = ["pending", "in_progress", "completed", "abandoned"];

export type Relation = "child_of" | "parent_of" | "blocked_by" | "blocks" | "duplicate_of" | "duplicated_by" | "relates_to";
export const allRelation: readonly Relation[] = ["child_of", "parent_of", "blocked_by", "blocks", "duplicate_of", "duplicated_by", "relates_to"];

export type GroupBy = "status" | "label" | "priority" | "assignee";
export const allGroupBy: readonly GroupBy[] = ["status", "label", "priority", "assignee"];

export type Layout = "list" | "board";
export const allLayout: readonly Layout[] = ["list", "board"];

export type TrashKind = "issue" | "run" | "project" | "persona" | "workflow";
export const allTrashKind: readonly TrashKind[] = ["issue", "run", "project", "persona", "workflow"];

export type ImportFormat = "github" | "beads" | "backlog" | "taskwarrior" | "vibe_kanban" | "ccw" | "waybill";
export const allImportFormat: readonly ImportFormat[] = ["github", "beads", "backlog", "taskwarrior", "vibe_kanban", "ccw", "waybill"];

export type ExportFormat = "waybill" | "markdown";
export const allExportFormat: readonly ExportFormat[] = ["waybill", "markdown"];

export type TransferState = "running" | "completed" | "failed" | "cancelled";
export const allTransferState: readonly TransferState[] = ["running", "completed", "failed", "cancelled"];

export type WorkflowType = "single_designer" | "designer_checker" | "custom_pipeline" | "persona_pipeline";
export const allWorkflowType: readonly WorkflowType[] = ["single_designer", "designer_checker", "custom_pipeline", "persona_pipeline"];

export type ImportAction = "add" | "replace" | "same";
export const allImportAction: readonly ImportAction[] = ["add", "replace", "same"];

export type CandidateStatus = "running" | "completed" | "failed" | "cancelled";
export const allCandidateStatus: readonly CandidateStatus[] = ["running", "completed", "failed", "cancelled"];

export type SessionType = "learning" | "merging" | "issue" | "answering" | "evaluating" | "judging";
export const allSessionType: readonly SessionType[] = ["learning", "merging", "issue", "answering", "evaluating", "judging"];

export type VersionState = "draft" | "published" | "active";
export const allVersionState: readonly VersionState[] = ["draft", "published", "active"];

export type LearningStatus = "pending" | "approved" | "rejected";
export const allLearningStatus: readonly LearningStatus[] = ["pending", "approved", "rejected"];

export type LearningSource = "agent" | "extracted" | "operator";
export const allLearningSource: readonly LearningSource[] = ["agent", "extracted", "operator"];

export type LearningDecision = "approve" | "reject" | "reopen";
export const allLearningDecision: readonly LearningDecision[] = ["approve", "reject", "reopen"];

export type LearningSeverity = "critical" | "important" | "minor";
export const allLearningSeverity: readonly LearningSeverity[] = ["critical", "important", "minor"];

export type LearningCategory = "preference" | "pattern" | "gotcha" | "tool" | "architecture";
export const allLearningCategory: readonly LearningCategory[] = ["preference", "pattern", "gotcha", "tool", "architecture"];

export type AgentEvent =
  | { type: "session_started"; agent_session_id: string | null; model: string | null }
  | { type: "text"; text: string; delta?: boolean }
  | { type: "thinking"; text: string }
  | { type: "tool_call"; id: string; name: string; input: unknown }
  | { type: "tool_result"; id: string; ok: boolean; output: string }
  | { type: "file_changed"; path: string; kind: ChangeKind }
  | {
      type: "usage";
      input_tokens: number;
      output_tokens: number;
      cache_read_tokens: number;
      cache_write_tokens: number;
      cost_usd?: number;
    }
  | { type: "rate_limited"; retry_after: number | null }
  | { type: "error"; kind: ErrorKind; message: string }
  | { type: "finished"; ok: boolean; summary: string; agent_session_id: string | null }
  | { type: "held_back"; kind: HeldBackKind; detail: string }
  | { type: "note"; text: string }
  | { type: "raw"; text: string };

export interface StepSettings {
  role?: Role;
  persona?: string;
  tool?: string;
  model?: string;
  effort?: string;
  instructions?: string;
  timeout_ms?: number;
  fallback?: string;
}
export interface RaceVariant {
  tool?: string;
  model?: string;
  effort?: string;
  persona?: string;
}
export type StepNode = { kind: "step" } & StepSettings;
export interface LoopNode {
  kind: "loop";
  nodes: WorkflowNode[];
  max_iterations: number;
}
export interface RaceNode {
  kind: "race";
  nodes: WorkflowNode[];
  variants: RaceVariant[];
  judge: StepSettings;
}
export type WorkflowNode = StepNode | LoopNode | RaceNode;
export interface Definition {
  nodes: WorkflowNode[];
}
export interface SandboxDefaults {
  timeout_ms?: number;
  memory_mb?: number;
  cpu_count?: number;
  network?: Network;
}
export interface Weights {
  correctness: number;
  type_safety: number;
  code_style: number;
  test_coverage: number;
  completeness: number;
}

export type Page<T> = { items: Array<T>, next: string | null, };

export type Todo = { id: string, kind: TodoKind, 
/**
 * 1–500 characters, one line.
 */
content: string, status: TodoStatus, 
/**
 * The heading that a step stands under.
 */
phase: string | null, 
/**
 * The oldest first.
 */
notes: Array<string>, 
/**
 * The path of the agent that wrote it; null: a person.
 */
origin_agent: string | null, created_at: number, updated_at: number, completed_at: number | null, };

export type Todos = { items: Array<Todo>, markdown: string, };

export type TodoSet = { project: string, number: number, markdown: string, 
/**
 * The Markdown that was edited; when the list is another one by now, the edit is refused as a conflict.
 */
before?: string, };

export type TodoAdd = { project: string, number: number, kind: TodoKind, content: string, phase?: string, };

export type TodoEdit = { project: string, number: number, todo: string, content?: string, 
/**
 * `in_progress` puts the one that was in progress back to pending.
 */
status?: TodoStatus, 
/**
 * A note to append.
 */
note?: string, 
/**
 * The place it moves to among its kind, counted from 0.
 */
position?: number, };

export type IssueBrief = { number: number, title: string, status: Status, priority: Priority, };

export type IssueLink = { relation: Relation, issue: IssueBrief, created_by: Author, created_at: number, };

export type LinkChange = { project: string, number: number, relation: Relation, other: number, };

export type LinkGraph = { nodes: Array<IssueBrief>, edges: Array<LinkEdge>, 
/**
 * Whether there are more than are shown.
 */
cut: boolean, };

export type LinkEdge = { from: number, to: number, relation: Relation, };

export type Attachment = { id: string, name: string, 
/**
 * Told from the bytes, never from the name.
 */
media_type: string, 
/**
 * Bytes, at most 26,214,400.
 */
size: number, sha256: string, created_by: Author, created_at: number, };

export type AttachmentRef = { id: string, };

export type IssueSimilar = { project: string, title: string, };

export type IssueReady = { project: string, after?: string, 
/**
 * 1–200, 50 when absent.
 */
limit?: number, };

export type IssueClaim = { project: string, number?: number, };

export type IssueAssign = { project: string, number: number, target: string | null, };

export type AssignmentTarget = { 
/**
 * `primary`, `workflow:<name>`, `session:<id>`.
 */
target: string, name: string, };

export type IssueDuplicate = { project: string, number: number, of: number, };

export type IssueUpdateShow = { project: string, number: number, update: string, visibility: Visibility, };

export type IssueEditMany = { project: string, 
/**
 * 1–1,000.
 */
numbers: Array<number>, status?: Status, 
/**
 * Why; rejecting needs it.
 */
note?: string, priority?: Priority, add_labels: Array<string>, remove_labels: Array<string>, };

export type IssuesChanged = { changed: Array<IssueRowChanged>, refused: Array<IssueRefused>, };

export type IssueRowChanged = { issue: IssueRow, updates: Array<string>, };

export type IssueRefused = { number: number, message: string, };

export type IssueBoard = { project: string, group_by: GroupBy, 
/**
 * The search language of SPEC 3, without sort.
 */
query: string, };

export type BoardColumn = { 
/**
 * The status, label name, priority or assignment; empty for "none".
 */
value: string, 
/**
 * What to add to the query for this column's issues. Of what an issue has only one (status, priority, assignment)
 * it takes the place of the query's own qualifiers.
 */
narrow: string, count: number, };

export type View = { id: string, name: string, query: string, layout: Layout, group_by: GroupBy, };

export type ViewSave = { project: string, id?: string, 
/**
 * 1–60 characters, one of a kind in the project.
 */
name: string, query: string, layout: Layout, group_by: GroupBy, };

export type ViewRef = { project: string, id: string, };

export type TrashItem = { id: string, project_slug: string, kind: TrashKind, 
/**
 * The issue's or run's number; null for the others.
 */
number: number | null, 
/**
 * An issue's title, a run's, project's, persona's or workflow's name.
 */
title: string, removed_by: Author, removed_at: number, 
/**
 * When it is gone for good, 30 days after; null: it is kept.
 */
gone_at: number | null, };

export type TrashList = { project?: string, after?: string, 
/**
 * 1–200, 50 when absent.
 */
limit?: number, };

export type TrashRef = { id: string, };

export type IssueBriefs = { project: string, 
/**
 * At most 200; those that do not exist are left out of the answer.
 */
numbers: Array<number>, };

export type ImportStart = { project: string, from: ImportFormat, 
/**
 * An absolute path.
 */
path: string, 
/**
 * Only tell what would come in.
 */
dry_run: boolean, };

export type ExportStart = { project: string, format: ExportFormat, 
/**
 * An absolute path.
 */
path: string, };

export type Transfer = { id: string, state: TransferState, 
/**
 * How many entries were read or written, of how many; 0 of 0 until counted.
 */
done: number, total: number, 
/**
 * What came in or went out; present once it has ended well.
 */
report: TransferReport | null, 
/**
 * What went wrong, in one sentence.
 */
error: string | null, };

export type TransferReport = { dry_run: boolean, 
/**
 * Issues that came in (or went out).
 */
issues: number, 
/**
 * Issues that were there already, by their external id.
 */
existing: number, updates: number, todos: number, links: number, labels: number, attachments: number, 
/**
 * Entries that could not be read; all others came in. At most 1,000 are told one by one.
 */
skipped: Array<SkippedEntry>, skipped_total: number, 
/**
 * Things that this format holds and Waybill does not, one sentence each.
 */
notes: Array<string>, 
/**
 * The first issues, as they come in: at most 20.
 */
preview: Array<ImportPreview>, };

export type SkippedEntry = { file: string, 
/**
 * Counted from 1; null when the file has no lines.
 */
line: number | null, what: string, };

export type ImportPreview = { external_id: string, title: string, status: Status, priority: Priority, labels: Array<string>, };

export type TransferRef = { id: string, };

export type Claimed = { issue: Issue, todos: Todos, };

export type Nothing = Record<symbol, never>;

export type Done = Record<symbol, never>;

export type Author = { kind: AuthorKind, 
/**
 * As stored: `operator`, `guest:<ulid>`, `agent:<path>`, …
 */
user_id: string, handle: string | null, display_name: string | null, };

export type Label = { id: string, name: string, 
/**
 * One of the palette's words: grey, red, orange, amber, green, teal, blue, iris, plum.
 */
colour: string, };

export type IssueRun = { number: number, status: RunStatus, started_at: number | null, finished_at: number | null, };

export type IssueRow = { id: string, project_slug: string, number: number, title: string, status: Status, execution: Execution, priority: Priority, labels: Array<Label>, assignment: string | null, created_by: Author, created_at: number, updated_at: number, run: IssueRun | null, comments: number, 
/**
 * Whether `assignment` names what is no longer there; the issue then counts as unassigned.
 */
assignment_missing: boolean, 
/**
 * Who works on it.
 */
claimed_by: Author | null, 
/**
 * Todos that are not abandoned, and how many of them are completed.
 */
todos: number, todos_done: number, attachments: number, };

export type Issue = { body: string, 
/**
 * The body as it was filed, once it was edited.
 */
original_body: string | null, suggested_prompt: string | null, resolved_at: number | null, resolved_by: Author | null, 
/**
 * What `issue_move` accepts now.
 */
legal_moves: Array<Status>, id: string, project_slug: string, number: number, title: string, status: Status, execution: Execution, priority: Priority, labels: Array<Label>, assignment: string | null, created_by: Author, created_at: number, updated_at: number, run: IssueRun | null, comments: number, 
/**
 * Whether `assignment` names what is no longer there; the issue then counts as unassigned.
 */
assignment_missing: boolean, 
/**
 * Who works on it.
 */
claimed_by: Author | null, 
/**
 * Todos that are not abandoned, and how many of them are completed.
 */
todos: number, todos_done: number, attachments: number, };

export type IssueHit = { 
/**
 * Text around the match; what matched stands between U+E000 and U+E001.
 */
excerpt: string, id: string, project_slug: string, number: number, title: string, status: Status, execution: Execution, priority: Priority, labels: Array<Label>, assignment: string | null, created_by: Author, created_at: number, updated_at: number, run: IssueRun | null, comments: number, 
/**
 * Whether `assignment` names what is no longer there; the issue then counts as unassigned.
 */
assignment_missing: boolean, 
/**
 * Who works on it.
 */
claimed_by: Author | null, 
/**
 * Todos that are not abandoned, and how many of them are completed.
 */
todos: number, todos_done: number, attachments: number, };

export type IssueUpdate = { id: string, author: Author, kind: UpdateKind, body: string | null, 
/**
 * By kind: `{from, to, via}` for a change of status, with `run` (a number) when a run brought it about; `{from, to}`
 * for priority, title and assignment; `{before, after}` for a body edit; `{added, removed}` for labels;
 * `{change, relation, other}` for a link (`change` is `added` or `removed`, `other` an issue's number); `{run}`
 * where a note speaks of a run.
 */
metadata: { [key: string]: unknown } | null, visibility: Visibility, created_at: number, };

export type IssueRef = { project: string, number: number, };

export type IssueList = { project: string, 
/**
 * The search language of SPEC 3; empty: everything that is neither resolved nor rejected.
 */
query: string, after?: string, 
/**
 * 1–200, 50 when absent.
 */
limit?: number, };

export type IssueCounts = { open: number, triaged: number, assigned: number, in_progress: number, resolved: number, rejected: number, 
/**
 * Active issues whose run is at work, and those whose run failed.
 */
running: number, failed: number, };

export type IssueCreate = { project: string, 
/**
 * 1–200 characters.
 */
title: string, 
/**
 * Markdown, at most 16 KB.
 */
body: string, priority?: Priority, 
/**
 * Names; labels that do not exist yet are made.
 */
labels: Array<string>, 
/**
 * The issue that this one becomes a child of.
 */
parent?: number, 
/**
 * Files that were uploaded before; without an issue of theirs they are gone after 24 hours.
 */
attachments: Array<string>, };

export type IssueEdit = { project: string, number: number, title?: string, body?: string, priority?: Priority, 
/**
 * The names that the issue then has.
 */
labels?: Array<string>, };

export type IssueMove = { project: string, number: number, status: Status, 
/**
 * Why; rejecting needs it.
 */
note?: string, 
/**
 * Resolves a parent although children of it are open; without it that is a conflict, whose `details` are
 * `{"children": IssueBrief[]}`.
 */
despite_children?: boolean, };

export type IssueComment = { project: string, number: number, 
/**
 * Markdown, at most 16 KB.
 */
body: string, visibility?: Visibility, };

export type IssueUndo = { project: string, number: number, updates: Array<string>, };

export type IssueChanged = { issue: Issue, 
/**
 * Hand these to `issue_undo`; empty when nothing changed.
 */
updates: Array<string>, };

export type IssueUpdates = { project: string, number: number, after?: string, 
/**
 * 1–200, 100 when absent.
 */
limit?: number, };

export type Project = { id: string, slug: string, name: string, root_path: string, default_branch: string, 
/**
 * `owner/name`, when `origin` is on GitHub.
 */
github_repo: string | null, created_at: number, updated_at: number, archived_at: number | null, counts: ProjectCounts, };

export type ProjectCounts = { 
/**
 * Issues that are open and not triaged.
 */
untriaged_issues: number, 
/**
 * Issues that are neither resolved nor rejected.
 */
active_issues: number, active_runs: number, needs_you: number, };

export type ProjectRef = { project: string, };

export type ProjectAdd = { 
/**
 * An absolute path: the repository, a folder in it or one of its worktrees.
 */
path: string, slug?: string, name?: string, };

export type ProjectCheck = { path: string, };

export type ProjectCandidate = { root_path: string, name: string, slug: string, default_branch: string, github_repo: string | null, 
/**
 * The slug of the project that already has this repository.
 */
existing: string | null, };

export type ProjectSettings = { 
/**
 * Put before every agent's instructions.
 */
sandbox_system_prompt: string, 
/**
 * Given to tools that read CLAUDE.md or AGENTS.md, in the sandbox's private home.
 */
claude_md: string, branch_prefix: string, 
/**
 * Null: the repository's own author.
 */
git_author_name: string | null, git_author_email: string | null, 
/**
 * Null: the application's default.
 */
default_tool: string | null, default_model: string | null, 
/**
 * How long a sandbox may live, 60,000–14,400,000 ms.
 */
timeout_ms: number, 
/**
 * 256–8192 MiB.
 */
memory_mb: number, 
/**
 * 1–8.
 */
cpu_count: number, network: Network, 
/**
 * How many sandboxes work at once.
 */
concurrent_sandboxes: number, 
/**
 * Further absolute paths that sandboxes may read.
 */
visible_paths: Array<string>, 
/**
 * Whether agents may run where the machine offers less isolation than asked for.
 */
weak_isolation_allowed: boolean, 
/**
 * Whether a tool's own login (in the person's home) is shown to its sandboxes, read-only.
 */
share_tool_login: boolean, 
/**
 * For how many days a guest may reopen what was resolved, 0 (never) to 365.
 */
reopen_window_days: number, environment: Array<EnvironmentVariable>, };

export type EnvironmentVariable = { key: string, 
/**
 * Null for a secret: its value lives in the keychain and is never sent.
 */
value: string | null, is_secret: boolean, };

export type ProjectSettingsSet = { project: string, 
/**
 * Keys of `ProjectSettings` but `environment`, with their new values.
 */
settings: Partial<Omit<ProjectSettings, 'environment'>>, };

export type ProjectEnvironmentSet = { project: string, key: string, value: string | null, is_secret: boolean, };

export type RunIssue = { number: number, title: string, };

export type RunRow = { id: string, project_slug: string, number: number, name: string, source: RunSource, status: RunStatus, waiting_for: WaitingFor | null, issue: RunIssue | null, 
/**
 * The workflow that it runs, with its version; null for the turns of a session.
 */
workflow: string | null, workflow_version: number | null, tool: string, model: string | null, 
/**
 * The first 160 characters of the prompt.
 */
prompt_preview: string, branch: string | null, delivery: Delivery, files_changed: number, lines_added: number, lines_removed: number, 
/**
 * US dollars; null when the tool does not say.
 */
cost_usd: number | null, input_tokens: number, output_tokens: number, 
/**
 * One sentence.
 */
error: string | null, 
/**
 * When a run that waits for a provider's quota goes on.
 */
resume_at: number | null, 
/**
 * The mean composite of its evaluators, 0–100, and whether each has what it wants.
 */
quality_score: number | null, threshold_result: boolean | null, iterations: number, 
/**
 * The agent's own last words while it works.
 */
activity: string | null, created_at: number, started_at: number | null, finished_at: number | null, };

export type Run = { prompt: string, base_branch: string, base_commit: string | null, head_commit: string | null, merge_commit: string | null, error_kind: ErrorKind | null, 
/**
 * What to do next about the error.
 */
advice: string | null, steps: Array<Step>, 
/**
 * What comes after them if all goes well.
 */
upcoming: Array<UpcomingStep>, 
/**
 * The candidates of its races, race by race.
 */
candidates: Array<Candidate>, failed_step_id: string | null, sandbox: Sandbox | null, held_back: Array<HeldBack>, actions: RunActions, id: string, project_slug: string, number: number, name: string, source: RunSource, status: RunStatus, waiting_for: WaitingFor | null, issue: RunIssue | null, 
/**
 * The workflow that it runs, with its version; null for the turns of a session.
 */
workflow: string | null, workflow_version: number | null, tool: string, model: string | null, 
/**
 * The first 160 characters of the prompt.
 */
prompt_preview: string, branch: string | null, delivery: Delivery, files_changed: number, lines_added: number, lines_removed: number, 
/**
 * US dollars; null when the tool does not say.
 */
cost_usd: number | null, input_tokens: number, output_tokens: number, 
/**
 * One sentence.
 */
error: string | null, 
/**
 * When a run that waits for a provider's quota goes on.
 */
resume_at: number | null, 
/**
 * The mean composite of its evaluators, 0–100, and whether each has what it wants.
 */
quality_score: number | null, threshold_result: boolean | null, iterations: number, 
/**
 * The agent's own last words while it works.
 */
activity: string | null, created_at: number, started_at: number | null, finished_at: number | null, };

export type RunActions = { cancel: boolean, pause: boolean, resume: boolean, retry: boolean, merge: boolean, discard: boolean, 
/**
 * The run waits for consent to weaker isolation.
 */
consent: boolean, 
/**
 * Another candidate of its race can be chosen.
 */
choose: boolean, 
/**
 * Its change can be sent back to the agent that made it.
 */
request_changes: boolean, };

export type Step = { id: string, position: number, 
/**
 * The candidate that it is of; 0: the run itself.
 */
lane: number, 
/**
 * Where it stands in the workflow: `1#2/0` is the first node of the second node's second iteration.
 */
place: string, role: Role, persona: string | null, tool: string, model: string | null, effort: string | null, iteration: number, 
/**
 * How often it was begun: more than one after an interruption.
 */
attempt: number, status: StepStatus, summary: string | null, 
/**
 * What a role answered that answers with data, by its contract.
 */
verdict: Review | Evaluation | Judgement | WrittenPrompt | null, quality: Quality | null, 
/**
 * What the agent was told, part by part, once it was sent.
 */
instructions: Array<InstructionPart>, error: string | null, error_kind: ErrorKind | null, input_tokens: number, output_tokens: number, cost_usd: number | null, started_at: number | null, finished_at: number | null, };

export type Sandbox = { id: string, state: SandboxState, 
/**
 * In words: "bubblewrap, network open".
 */
isolation: string, 
/**
 * What holds in it, a phrase each.
 */
isolation_details: Array<string>, weak: boolean, network: Network, timeout_ms: number, memory_mb: number, cpu_count: number, error: string | null, started_at: number | null, ended_at: number | null, };

export type HeldBack = { kind: HeldBackKind, detail: string, count: number, };

export type InstructionPart = { title: string, text: string, };

export type RunRef = { project: string, number: number, };

export type RunList = { project: string, 
/**
 * Empty: all.
 */
statuses: Array<RunStatus>, 
/**
 * Only the runs of this issue.
 */
issue?: number, after?: string, 
/**
 * 1–200, 50 when absent.
 */
limit?: number, };

export type RunStart = { project: string, 
/**
 * The issue to work on; without one, `prompt` is needed.
 */
issue?: number, 
/**
 * Said in addition to the issue, or alone.
 */
prompt?: string, 
/**
 * The name of a workflow. Absent: the one that the issue is assigned to, else a single designer.
 */
workflow?: string, 
/**
 * Absent: the project's default tool.
 */
tool?: string, model?: string, effort?: string, 
/**
 * Absent: the project's default branch.
 */
base_branch?: string, timeout_ms?: number, memory_mb?: number, cpu_count?: number, };

export type RunDiffOf = { project: string, number: number, 
/**
 * One candidate of a race; absent: the run itself.
 */
lane?: number, };

export type RunChoose = { project: string, number: number, lane: number, };

export type RunRequestChanges = { project: string, number: number, 
/**
 * What is wanted, in general.
 */
text: string, 
/**
 * What is wanted of single lines.
 */
comments: Array<LineComment>, };

export type LineComment = { file: string, 
/**
 * Counted from 1, on the new side; absent: the whole file.
 */
line?: number, text: string, };

export type UpcomingStep = { place: string, role: Role, persona: string | null, tool: string, };

export type Candidate = { 
/**
 * Its steps have the same.
 */
lane: number, 
/**
 * The place of the race's judge.
 */
race: string, 
/**
 * What sets it apart: "codex", "high effort", or "Try 2".
 */
label: string, status: CandidateStatus, files_changed: number, lines_added: number, lines_removed: number, error: string | null, chosen: boolean, 
/**
 * What the judge found, once it has judged.
 */
judged: Comparison | null, };

export type Review = { pass: boolean, feedback: string, findings: Array<Finding>, };

export type Finding = { file?: string, line?: number, severity: "critical" | "important" | "minor", message: string, };

export type Evaluation = { correctness: number, type_safety: number, code_style: number, test_coverage: number, completeness: number, summary: string, };

export type Judgement = { winner: string, rationale: string, comparison: Array<Comparison>, };

export type Comparison = { candidate: string, strengths: Array<string>, weaknesses: Array<string>, score: number, };

export type WrittenPrompt = { prompt: string, };

export type Quality = { 
/**
 * The weighted mean, 0–100.
 */
composite: number, threshold: number, threshold_result: boolean, };

export type RunMerge = { project: string, number: number, mode?: MergeMode, };

export type MergeState = { 
/**
 * Paths that conflict; empty when the merge is clean.
 */
conflicts: Array<string>, already_merged: boolean, 
/**
 * How many commits the base has gained since the run began.
 */
base_ahead: number, 
/**
 * Why merging would be refused now (the base is checked out with changes, say), with what to do.
 */
refusal: string | null, };

export type RunOutput = { project: string, number: number, 
/**
 * The first event wanted, counted from 0; absent: the last page.
 */
from?: number, 
/**
 * 1–2000, 500 when absent.
 */
limit?: number, };

export type OutputPage = { items: Array<OutputEvent>, 
/**
 * How many events there are in all.
 */
end: number, };

export type OutputEvent = { 
/**
 * Counted from 0 over the whole run.
 */
seq: number, step: number, at: number, event: AgentEvent, };

export type RunDiff = { base_commit: string, head_commit: string, files: Array<DiffFile>, };

export type DiffFile = { path: string, 
/**
 * Where it was, when it was renamed.
 */
old_path: string | null, kind: ChangeKind, binary: boolean, lines_added: number, lines_removed: number, };

export type RunDiffFile = { project: string, number: number, 
/**
 * One candidate of a race; absent: the run itself.
 */
lane?: number, path: string, 
/**
 * The first diff line wanted, counted from 0.
 */
from: number, 
/**
 * 1–5000, 2000 when absent.
 */
limit?: number, };

export type DiffLine = { kind: DiffLineKind, old_line: number | null, new_line: number | null, 
/**
 * Without the leading mark; a line over 2,000 characters is cut, with `…`.
 */
text: string, };

export type DiffPage = { lines: Array<DiffLine>, 
/**
 * The `from` of the next page, null at the end.
 */
next: number | null, };

export type AppInfo = { version: string, 
/**
 * linux, macos or windows.
 */
platform: string, 
/**
 * The data directory.
 */
home: string, 
/**
 * Whether this process works the runs; else another one on the same data does, or none.
 */
engine_here: boolean, engine_elsewhere: boolean, 
/**
 * What a sandbox on this machine holds, in words, and whether that is less than it should be.
 */
isolation: string, isolation_weak: boolean, 
/**
 * How to mend what is weak.
 */
isolation_hint: string | null, };

export type AgentTool = { 
/**
 * `claude`, `codex`, `opencode`, `pi`, `demo` or the name of a custom one.
 */
name: string, 
/**
 * As people call it: "Claude Code".
 */
title: string, built_in: boolean, 
/**
 * Whether it prints lines of a terminal; the others write Markdown.
 */
plain: boolean, installed: boolean, path: string | null, version: string | null, sign_in: SignIn, 
/**
 * The name of the secret that holds its key, if it takes one.
 */
secret: string | null, 
/**
 * The command of a custom tool.
 */
command: string | null, 
/**
 * How to install it, when it is missing.
 */
install_hint: string | null, };

export type ToolAdd = { name: string, 
/**
 * `PROGRAM ARGS…`; `{prompt}`, `{prompt_file}`, `{model}`, `{workspace}` and `{mcp_config}` are replaced.
 */
command: string, prompt?: PromptBy, };

export type ToolRef = { name: string, };

export type Secret = { 
/**
 * `anthropic_api_key`, `openai_api_key`, …
 */
name: string, title: string, 
/**
 * The tools that use it.
 */
used_by: Array<string>, is_set: boolean, updated_at: number | null, };

export type Secrets = { store: SecretStore, 
/**
 * Why there is no keychain, and what to do.
 */
problem: string | null, items: Array<Secret>, };

export type SecretSet = { name: string, value: string | null, };

export type SecretFileSet = { enabled: boolean, };

export type Settings = { theme: Theme, density: Density, 
/**
 * Shown instead of "Operator".
 */
display_name: string | null, default_tool: string | null, 
/**
 * Which notifications are shown natively.
 */
notify_run_completed: boolean, notify_run_failed: boolean, notify_input_needed: boolean, 
/**
 * How often triage keys were used; the key line fades after a hundred.
 */
triage_keys_used: number, 
/**
 * Whether closing the window leaves Waybill in the tray.
 */
close_to_tray: boolean, 
/**
 * The global shortcut that files an issue, such as `CommandOrControl+Alt+N`; null: none.
 */
new_issue_shortcut: string | null, };

export type SettingsSet = { settings: Partial<Settings>, };

export type Notification = { id: string, project_slug: string, type: NotificationType, title: string, body: string, 
/**
 * The path to open: `/p/<slug>/runs/87`.
 */
link: string, created_at: number, read_at: number | null, };

export type NotificationList = { after?: string, limit?: number, };

export type Notifications = { items: Array<Notification>, next: string | null, unread: number, };

export type NotificationMark = { ids: Array<string>, dismiss: boolean, };

export type SessionRow = { id: string, project_slug: string, number: number, title: string, 
/**
 * The issue that it is bound to.
 */
issue: RunIssue | null, state: SessionState, 
/**
 * Whether an agent is at work on a turn, or one waits for an engine.
 */
working: boolean, open_questions: number, 
/**
 * Messages that were sent and wait for the next turn.
 */
queued_messages: number, tool: string, model: string | null, 
/**
 * The run whose steps are its turns, with the output, the usage and the branch; null before the first message.
 */
run: number | null, 
/**
 * Why the last turn failed, one sentence.
 */
error: string | null, created_by: Author, created_at: number, updated_at: number, ended_at: number | null, };

export type Session = { base_branch: string, 
/**
 * The message that is ready to be sent.
 */
draft: string | null, 
/**
 * The newest questions, the oldest first; open ones wait for `session_answer`.
 */
questions: Array<SessionQuestion>, 
/**
 * Whether the bound issue has criteria and all of them are claimed: a checkpoint can be signed off.
 */
criteria_met: boolean, error_kind: ErrorKind | null, 
/**
 * What to do next about the error.
 */
advice: string | null, actions: SessionActions, id: string, project_slug: string, number: number, title: string, 
/**
 * The issue that it is bound to.
 */
issue: RunIssue | null, state: SessionState, 
/**
 * Whether an agent is at work on a turn, or one waits for an engine.
 */
working: boolean, open_questions: number, 
/**
 * Messages that were sent and wait for the next turn.
 */
queued_messages: number, tool: string, model: string | null, 
/**
 * The run whose steps are its turns, with the output, the usage and the branch; null before the first message.
 */
run: number | null, 
/**
 * Why the last turn failed, one sentence.
 */
error: string | null, created_by: Author, created_at: number, updated_at: number, ended_at: number | null, };

export type SessionActions = { send: boolean, answer: boolean, interrupt: boolean, bind: boolean, promote: boolean, end: boolean, };

export type SessionMessage = { id: string, 
/**
 * Counted from 1 over the session.
 */
seq: number, role: MessageRole, state: MessageState, author: Author, 
/**
 * Markdown.
 */
text: string, 
/**
 * The question that it answers.
 */
question: string | null, 
/**
 * The turn that took it or said it: the `step` of the run's output events.
 */
turn: number | null, created_at: number, delivered_at: number | null, };

export type SessionQuestion = { id: string, kind: QuestionKind, state: QuestionState, 
/**
 * Markdown.
 */
text: string, 
/**
 * Of an ask: what can be chosen; own words stay possible.
 */
choices: Array<string>, 
/**
 * Of a form.
 */
fields: Array<QuestionField>, answer: unknown, asked_by: Author, created_at: number, answered_at: number | null, };

export type QuestionField = { name: string, label: string, kind: FieldKind, required: boolean, choices: Array<string>, };

export type SessionRef = { project: string, number: number, };

export type SessionList = { project: string, 
/**
 * Empty: all.
 */
states: Array<SessionState>, 
/**
 * Only those bound to this issue.
 */
issue?: number, after?: string, 
/**
 * 1–200, 50 when absent.
 */
limit?: number, };

export type SessionMessages = { project: string, number: number, after?: string, 
/**
 * 1–200, 50 when absent.
 */
limit?: number, };

export type SessionStart = { project: string, title?: string, issue?: number, 
/**
 * The first message.
 */
message?: string, 
/**
 * Whether the first message waits until it is sent with `session_send`.
 */
draft: boolean, tool?: string, model?: string, effort?: string, base_branch?: string, };

export type SessionSend = { project: string, number: number, text?: string, };

export type SessionAnswer = { project: string, number: number, 
/**
 * The only open question when absent.
 */
question?: string, 
/**
 * A text; for a form an object by the fields' names.
 */
answer: unknown, 
/**
 * Of a checkpoint: the criteria are met, and the bound issue is resolved.
 */
sign_off: boolean, 
/**
 * Signs off although children of the issue are open; without it that is a conflict, as of `issue_move`.
 */
despite_children: boolean, };

export type SessionBind = { project: string, number: number, issue: number | null, };

export type SessionPromote = { project: string, number: number, title?: string, body?: string, };

export type PersonaContent = { type: Role, description: string, 
/**
 * Markdown.
 */
instructions: string, tool: string | null, model: string | null, effort: string | null, include_learnings: boolean, 
/**
 * An evaluator's; null: 3, 1, 1, 2, 3.
 */
weights: Weights | null, 
/**
 * An evaluator's, 0–100; null: 70.
 */
threshold: number | null, };

export type Persona = { name: string, 
/**
 * The name as people read it.
 */
title: string, enabled: boolean, 
/**
 * 0: as it ships.
 */
version: number, 
/**
 * Whether one of this name ships with Waybill.
 */
built_in: boolean, 
/**
 * Null of what is as it ships.
 */
updated_at: number | null, 
/**
 * The workflows that name it.
 */
used_by: Array<string>, type: Role, description: string, 
/**
 * Markdown.
 */
instructions: string, tool: string | null, model: string | null, effort: string | null, include_learnings: boolean, 
/**
 * An evaluator's; null: 3, 1, 1, 2, 3.
 */
weights: Weights | null, 
/**
 * An evaluator's, 0–100; null: 70.
 */
threshold: number | null, };

export type PersonaRef = { project: string, name: string, };

export type PersonaSave = { project: string, name: string, 
/**
 * It must not be there yet.
 */
new?: boolean, 
/**
 * The version that was edited; refused when another was saved meanwhile.
 */
version?: number, content: PersonaContent, };

export type PersonaVersion = { version: number, active: boolean, 
/**
 * Null of what ships.
 */
saved_by: Author | null, saved_at: number | null, type: Role, description: string, 
/**
 * Markdown.
 */
instructions: string, tool: string | null, model: string | null, effort: string | null, include_learnings: boolean, 
/**
 * An evaluator's; null: 3, 1, 1, 2, 3.
 */
weights: Weights | null, 
/**
 * An evaluator's, 0–100; null: 70.
 */
threshold: number | null, };

export type NameEnable = { project: string, name: string, enabled: boolean, };

export type NameRemoved = { 
/**
 * By which the trash brings it back.
 */
trash_id: string, 
/**
 * Whether one that ships is there in its place.
 */
reset: boolean, };

export type VersionActivate = { project: string, name: string, version: number, };

export type WorkflowContent = { type: WorkflowType, description: string, definition: Definition, sandbox_defaults: SandboxDefaults, };

export type WorkflowFault = { 
/**
 * The place in the definition: `nodes[1].nodes[0]`.
 */
place: string, problem: string, };

export type Workflow = { name: string, 
/**
 * The name as people read it.
 */
title: string, 
/**
 * The steps in a line.
 */
summary: string, enabled: boolean, 
/**
 * 0: as it ships.
 */
version: number, 
/**
 * Whether one of this name ships with Waybill.
 */
built_in: boolean, 
/**
 * Null of what is as it ships.
 */
updated_at: number | null, 
/**
 * What keeps it from being started: personas that are missing or disabled.
 */
warnings: Array<WorkflowFault>, type: WorkflowType, description: string, definition: Definition, sandbox_defaults: SandboxDefaults, };

export type WorkflowRef = { project: string, name: string, };

export type WorkflowSave = { project: string, name: string, 
/**
 * It must not be there yet.
 */
new?: boolean, 
/**
 * The version that was edited; refused when another was saved meanwhile.
 */
version?: number, content: WorkflowContent, };

export type WorkflowDuplicate = { project: string, name: string, new_name: string, };

export type WorkflowCheck = { project: string, type: WorkflowType, definition: Definition, };

export type WorkflowChecked = { faults: Array<WorkflowFault>, warnings: Array<WorkflowFault>, };

export type WorkflowVersion = { version: number, active: boolean, 
/**
 * Null of what ships.
 */
saved_by: Author | null, saved_at: number | null, summary: string, type: WorkflowType, description: string, definition: Definition, sandbox_defaults: SandboxDefaults, };

export type WorkflowExport = { 
/**
 * What the file may be called.
 */
file_name: string, 
/**
 * JSON, with the personas that the workflow names.
 */
text: string, };

export type WorkflowImport = { project: string, text: string, 
/**
 * Only tell what would come in.
 */
dry_run: boolean, };

export type ImportedName = { name: string, action: ImportAction, 
/**
 * The version that it replaces, which is kept among its versions.
 */
replaces: number | null, };

export type WorkflowImported = { dry_run: boolean, workflow: ImportedName, description: string, summary: string, personas: Array<ImportedName>, warnings: Array<WorkflowFault>, };

export type Context = { session_type: SessionType, 
/**
 * Null: nothing was published yet, and nothing is told.
 */
active_version: number | null, 
/**
 * 0: nothing was saved yet.
 */
last_version: number, last_state: VersionState | null, updated_at: number | null, };

export type ContextVersionRow = { session_type: SessionType, version: number, state: VersionState, saved_by: Author, saved_at: number, 
/**
 * Null of a draft.
 */
published_at: number | null, };

export type ContextVersion = { 
/**
 * Markdown.
 */
body: string, session_type: SessionType, version: number, state: VersionState, saved_by: Author, saved_at: number, 
/**
 * Null of a draft.
 */
published_at: number | null, };

export type ContextRef = { project: string, session_type: SessionType, };

export type ContextGet = { project: string, session_type: SessionType, 
/**
 * The newest when absent.
 */
version?: number, };

export type ContextSave = { project: string, session_type: SessionType, body: string, 
/**
 * The version that was edited, 0 for none; refused when another was saved meanwhile.
 */
version?: number, };

export type ContextVersionRef = { project: string, session_type: SessionType, version: number, };

export type LearningContent = { 
/**
 * What was learnt, in a line.
 */
description: string, 
/**
 * When it counts.
 */
trigger: string, 
/**
 * What to do then.
 */
correct_behavior: string, severity: LearningSeverity, category: LearningCategory, 
/**
 * 0–1.
 */
confidence: number, 
/**
 * The roles that it is for; none: all of them.
 */
roles: Role[], };

export type Learning = { number: number, source: LearningSource, status: LearningStatus, 
/**
 * The number of the run that it came from.
 */
run: number | null, created_by: Author, created_at: number, updated_at: number, 
/**
 * Null while it is pending, as the time.
 */
decided_by: Author | null, decided_at: number | null, 
/**
 * Others that say nearly the same, the newest first, at most five.
 */
similar: Array<LearningBrief>, 
/**
 * What was learnt, in a line.
 */
description: string, 
/**
 * When it counts.
 */
trigger: string, 
/**
 * What to do then.
 */
correct_behavior: string, severity: LearningSeverity, category: LearningCategory, 
/**
 * 0–1.
 */
confidence: number, 
/**
 * The roles that it is for; none: all of them.
 */
roles: Role[], };

export type LearningBrief = { number: number, description: string, status: LearningStatus, };

export type LearningCounts = { pending: number, approved: number, rejected: number, };

export type LearningList = { project: string, 
/**
 * All when absent.
 */
status?: LearningStatus, limit?: number, after?: string, };

export type LearningRef = { project: string, number: number, };

export type LearningAdd = { project: string, content: LearningContent, 
/**
 * The number of the run that it came from.
 */
run?: number, };

export type LearningEdit = { project: string, number: number, content: LearningContent, };

export type LearningDecide = { project: string, numbers: Array<number>, decision: LearningDecision, };

export type LearningDecided = { number: number, from: LearningStatus, to: LearningStatus, };

export type LearningRole = { role: Role, active_version: number | null, compiled_at: number | null, 
/**
 * How many learnings the active version holds.
 */
learnings: number, 
/**
 * How many are approved for the role.
 */
approved: number, 
/**
 * Whether compiling would change what is told.
 */
outdated: boolean, };

export type LearningCompile = { project: string, role: Role, 
/**
 * Only tell what would change.
 */
dry_run?: boolean, };

export type LearningCompiled = { role: Role, dry_run: boolean, 
/**
 * Whether it differs from what is told so far.
 */
changed: boolean, 
/**
 * The version that is active now.
 */
version: number | null, 
/**
 * Markdown.
 */
body: string, 
/**
 * What was told before; empty: nothing.
 */
former: string, added: Array<LearningBrief>, removed: Array<LearningBrief>, };

export type LearningRoleRef = { project: string, role: Role, };

export type LearningVersionRef = { project: string, role: Role, version: number, };

export type LearningVersionRow = { role: Role, version: number, active: boolean, 
/**
 * The numbers of the learnings that it holds.
 */
learnings: Array<number>, compiled_by: Author, compiled_at: number, };

export type LearningVersion = { 
/**
 * Markdown.
 */
body: string, role: Role, version: number, active: boolean, 
/**
 * The numbers of the learnings that it holds.
 */
learnings: Array<number>, compiled_by: Author, compiled_at: number, };

export type Need = { kind: NeedKind, project_slug: string, title: string, 
/**
 * What is asked for, in one sentence.
 */
detail: string, link: string, at: number, };

export type Inbox = { items: Array<Need>, count: number, };

export type InboxList = { project?: string, };

export type Activity = { running: number, waiting: number, 
/**
 * US dollars spent since local midnight, as far as it is known.
 */
cost_today_usd: number, needs_you: number, unread: number, };

export type Check = { name: string, ok: boolean, 
/**
 * What was found.
 */
message: string, 
/**
 * How to mend it.
 */
hint: string | null, };

export type Doctor = { checks: Array<Check>, };

export type BackupMake = { 
/**
 * Absent: a dated file in the data directory.
 */
path?: string, };

export type Backup = { path: string, bytes: number, };

export type Demo = { project: string, issue: number, repository: string, };

export type WireError = { code: ErrorCode, 
/**
 * One sentence: what is wrong.
 */
message: string, 
/**
 * What to do.
 */
hint: string | null, 
/**
 * What a consumer needs to act on it, by command.
 */
details?: { [key: string]: unknown }, };

export type Changed = { 
/**
 * The last row of the change log that this speaks of.
 */
seq: number, tags: Array<Tag>, 
/**
 * Ids of what changed (issues, runs, projects, …); empty means anything.
 */
ids: Array<string>, };

/** Every command: what it takes and what it answers. */
export interface Commands {
  app_info: { args: Nothing; answer: AppInfo };
  activity: { args: Nothing; answer: Activity };
  doctor: { args: Nothing; answer: Doctor };
  backup: { args: BackupMake; answer: Backup };
  demo_create: { args: Nothing; answer: Demo };
  settings_get: { args: Nothing; answer: Settings };
  settings_set: { args: SettingsSet; answer: Settings };
  secret_list: { args: Nothing; answer: Secrets };
  secret_set: { args: SecretSet; answer: Secrets };
  secret_file_set: { args: SecretFileSet; answer: Secrets };
  tool_list: { args: Nothing; answer: Array<AgentTool> };
  tool_check: { args: ToolRef; answer: AgentTool };
  tool_add: { args: ToolAdd; answer: AgentTool };
  tool_remove: { args: ToolRef; answer: Done };
  project_list: { args: Nothing; answer: Array<Project> };
  project_get: { args: ProjectRef; answer: Project };
  project_check: { args: ProjectCheck; answer: ProjectCandidate };
  project_add: { args: ProjectAdd; answer: Project };
  project_remove: { args: ProjectRef; answer: Done };
  project_restore: { args: ProjectRef; answer: Project };
  project_settings_get: { args: ProjectRef; answer: ProjectSettings };
  project_settings_set: { args: ProjectSettingsSet; answer: ProjectSettings };
  project_environment_set: { args: ProjectEnvironmentSet; answer: ProjectSettings };
  issue_list: { args: IssueList; answer: Page<IssueRow> };
  issue_search: { args: IssueList; answer: Page<IssueHit> };
  issue_counts: { args: ProjectRef; answer: IssueCounts };
  issue_get: { args: IssueRef; answer: Issue };
  issue_updates: { args: IssueUpdates; answer: Page<IssueUpdate> };
  issue_create: { args: IssueCreate; answer: Issue };
  issue_edit: { args: IssueEdit; answer: IssueChanged };
  issue_move: { args: IssueMove; answer: IssueChanged };
  issue_comment: { args: IssueComment; answer: IssueUpdate };
  issue_undo: { args: IssueUndo; answer: IssueChanged };
  label_list: { args: ProjectRef; answer: Array<Label> };
  issue_similar: { args: IssueSimilar; answer: Array<IssueRow> };
  issue_ready: { args: IssueReady; answer: Page<IssueRow> };
  issue_briefs: { args: IssueBriefs; answer: Array<IssueBrief> };
  issue_board: { args: IssueBoard; answer: Array<BoardColumn> };
  assignment_targets: { args: ProjectRef; answer: Array<AssignmentTarget> };
  issue_claim: { args: IssueClaim; answer: Claimed };
  issue_release: { args: IssueRef; answer: Issue };
  issue_assign: { args: IssueAssign; answer: IssueChanged };
  issue_duplicate: { args: IssueDuplicate; answer: IssueChanged };
  issue_edit_many: { args: IssueEditMany; answer: IssuesChanged };
  issue_update_show: { args: IssueUpdateShow; answer: IssueUpdate };
  issue_remove: { args: IssueRef; answer: TrashItem };
  todo_list: { args: IssueRef; answer: Todos };
  todo_set: { args: TodoSet; answer: Todos };
  todo_add: { args: TodoAdd; answer: Todos };
  todo_edit: { args: TodoEdit; answer: Todos };
  link_list: { args: IssueRef; answer: Array<IssueLink> };
  link_graph: { args: IssueRef; answer: LinkGraph };
  link_add: { args: LinkChange; answer: Array<IssueLink> };
  link_remove: { args: LinkChange; answer: Array<IssueLink> };
  attachment_list: { args: IssueRef; answer: Array<Attachment> };
  attachment_remove: { args: AttachmentRef; answer: Done };
  view_list: { args: ProjectRef; answer: Array<View> };
  view_save: { args: ViewSave; answer: View };
  view_remove: { args: ViewRef; answer: Done };
  trash_list: { args: TrashList; answer: Page<TrashItem> };
  trash_restore: { args: TrashRef; answer: TrashItem };
  import_start: { args: ImportStart; answer: Transfer };
  export_start: { args: ExportStart; answer: Transfer };
  transfer_get: { args: TransferRef; answer: Transfer };
  transfer_cancel: { args: TransferRef; answer: Transfer };
  run_list: { args: RunList; answer: Page<RunRow> };
  run_get: { args: RunRef; answer: Run };
  run_output: { args: RunOutput; answer: OutputPage };
  run_diff: { args: RunDiffOf; answer: RunDiff };
  run_diff_file: { args: RunDiffFile; answer: DiffPage };
  run_merge_state: { args: RunRef; answer: MergeState };
  run_start: { args: RunStart; answer: Run };
  run_cancel: { args: RunRef; answer: Run };
  run_pause: { args: RunRef; answer: Run };
  run_resume: { args: RunRef; answer: Run };
  run_consent: { args: RunRef; answer: Run };
  run_retry: { args: RunRef; answer: Run };
  run_merge: { args: RunMerge; answer: Run };
  run_discard: { args: RunRef; answer: Run };
  run_choose: { args: RunChoose; answer: Run };
  run_request_changes: { args: RunRequestChanges; answer: Run };
  session_list: { args: SessionList; answer: Page<SessionRow> };
  session_get: { args: SessionRef; answer: Session };
  session_messages: { args: SessionMessages; answer: Page<SessionMessage> };
  session_start: { args: SessionStart; answer: Session };
  session_send: { args: SessionSend; answer: Session };
  session_answer: { args: SessionAnswer; answer: Session };
  session_interrupt: { args: SessionRef; answer: Session };
  session_bind: { args: SessionBind; answer: Session };
  session_promote: { args: SessionPromote; answer: Session };
  session_end: { args: SessionRef; answer: Session };
  persona_list: { args: ProjectRef; answer: Array<Persona> };
  persona_get: { args: PersonaRef; answer: Persona };
  persona_versions: { args: PersonaRef; answer: Array<PersonaVersion> };
  persona_save: { args: PersonaSave; answer: Persona };
  persona_enable: { args: NameEnable; answer: Persona };
  persona_activate: { args: VersionActivate; answer: Persona };
  persona_remove: { args: PersonaRef; answer: NameRemoved };
  workflow_list: { args: ProjectRef; answer: Array<Workflow> };
  workflow_get: { args: WorkflowRef; answer: Workflow };
  workflow_versions: { args: WorkflowRef; answer: Array<WorkflowVersion> };
  workflow_check: { args: WorkflowCheck; answer: WorkflowChecked };
  workflow_export: { args: WorkflowRef; answer: WorkflowExport };
  workflow_save: { args: WorkflowSave; answer: Workflow };
  workflow_enable: { args: NameEnable; answer: Workflow };
  workflow_activate: { args: VersionActivate; answer: Workflow };
  workflow_duplicate: { args: WorkflowDuplicate; answer: Workflow };
  workflow_remove: { args: WorkflowRef; answer: NameRemoved };
  workflow_import: { args: WorkflowImport; answer: WorkflowImported };
  context_list: { args: ProjectRef; answer: Array<Context> };
  context_get: { args: ContextGet; answer: ContextVersion };
  context_versions: { args: ContextRef; answer: Array<ContextVersionRow> };
  context_save: { args: ContextSave; answer: Context };
  context_publish: { args: ContextVersionRef; answer: Context };
  context_activate: { args: ContextVersionRef; answer: Context };
  learning_list: { args: LearningList; answer: Page<Learning> };
  learning_get: { args: LearningRef; answer: Learning };
  learning_counts: { args: ProjectRef; answer: LearningCounts };
  learning_roles: { args: ProjectRef; answer: Array<LearningRole> };
  learning_version_list: { args: LearningRoleRef; answer: Array<LearningVersionRow> };
  learning_version_get: { args: LearningVersionRef; answer: LearningVersion };
  learning_add: { args: LearningAdd; answer: Learning };
  learning_edit: { args: LearningEdit; answer: Learning };
  learning_decide: { args: LearningDecide; answer: Array<LearningDecided> };
  learning_compile: { args: LearningCompile; answer: LearningCompiled };
  learning_version_activate: { args: LearningVersionRef; answer: LearningVersion };
  inbox_list: { args: InboxList; answer: Inbox };
  notification_list: { args: NotificationList; answer: Notifications };
  notification_mark: { args: NotificationMark; answer: Notifications };
}

/** The tags that each query provides: a change that touches one makes its answer stale. */
export const provides = {
  app_info: ["app"],
  activity: ["runs", "issues", "sessions", "notifications"],
  doctor: ["app"],
  settings_get: ["settings"],
  secret_list: ["secrets"],
  tool_list: ["tools", "secrets"],
  project_list: ["projects", "issues", "runs", "sessions"],
  project_get: ["projects", "issues", "runs", "sessions"],
  project_check: ["projects"],
  project_settings_get: ["projects"],
  issue_list: ["issues", "labels", "runs", "workflows"],
  issue_search: ["issues", "labels", "runs", "workflows"],
  issue_counts: ["issues"],
  issue_get: ["issues", "labels", "runs", "workflows"],
  issue_updates: ["issues"],
  label_list: ["labels"],
  issue_similar: ["issues", "labels"],
  issue_ready: ["issues", "labels", "runs"],
  issue_briefs: ["issues"],
  issue_board: ["issues", "labels"],
  assignment_targets: ["projects", "workflows"],
  todo_list: ["issues"],
  link_list: ["issues"],
  link_graph: ["issues"],
  attachment_list: ["issues"],
  view_list: ["views"],
  trash_list: ["trash", "projects"],
  transfer_get: ["transfers"],
  run_list: ["runs"],
  run_get: ["runs"],
  run_output: ["output"],
  run_diff: ["runs"],
  run_diff_file: ["runs"],
  run_merge_state: ["runs"],
  session_list: ["sessions", "issues", "runs"],
  session_get: ["sessions", "issues", "runs"],
  session_messages: ["sessions"],
  persona_list: ["personas", "workflows"],
  persona_get: ["personas", "workflows"],
  persona_versions: ["personas"],
  workflow_list: ["workflows", "personas"],
  workflow_get: ["workflows", "personas"],
  workflow_versions: ["workflows"],
  workflow_check: ["personas"],
  workflow_export: ["workflows", "personas"],
  context_list: ["contexts"],
  context_get: ["contexts"],
  context_versions: ["contexts"],
  learning_list: ["learnings"],
  learning_get: ["learnings"],
  learning_counts: ["learnings"],
  learning_roles: ["learnings"],
  learning_version_list: ["learnings"],
  learning_version_get: ["learnings"],
  inbox_list: ["runs", "issues", "sessions"],
  notification_list: ["notifications"],
} as const satisfies { readonly [name in keyof Commands]?: readonly Tag[] };

/** A command that only reads. */
export type QueryName = keyof typeof provides;
