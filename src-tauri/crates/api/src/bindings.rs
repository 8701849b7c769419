//! The TypeScript bindings, made from the command list and the wire types.

use crate::command_list::command_list;
use crate::error::{ApiError, Code};
use crate::feed::Tag;
#[cfg_attr(
    not(test),
    expect(clippy::wildcard_imports, reason = "every wire type stands in the bindings")
)]
use crate::wire::*;
use std::fmt::Write as _;
use ts_rs::{Config, TS};
use waybill_domain::agent::{ChangeKind, ErrorKind, HeldBackKind};
use waybill_domain::context::{SessionType, VersionState};
use waybill_domain::issue::{Execution, Priority, Status, UpdateKind, Visibility};
use waybill_domain::learning::{Category, Decision, LearningSource, LearningStatus, Severity};
use waybill_domain::link::Relation;
use waybill_domain::question::{FieldKind, QuestionKind, QuestionState};
use waybill_domain::run::{
    Delivery, MergeMode, Network, Role, RunSource, RunStatus, SandboxState, StepStatus, WaitingFor,
};
use waybill_domain::session::{MessageRole, MessageState, SessionState};
use waybill_domain::todo::{TodoKind, TodoStatus};
use waybill_domain::workflow::WorkflowType;
use waybill_store::run_candidates::CandidateStatus;

const HEAD: &str = "// Made by `cargo xtask generate` from the Rust types; do not edit.\n\n";

/// The event vocabulary of the domain (`waybill_domain::agent::AgentEvent`), checked against it by a test.
const AGENT_EVENT: &str = r#"export type AgentEvent =
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
"#;

/// A workflow's tree (`waybill_domain::workflow`) and an evaluator's weights, checked against the domain by a test.
const WORKFLOW_TREE: &str = r#"export interface StepSettings {
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
"#;

/// The whole of `ui/src/api/generated/bindings.ts`.
pub fn typescript() -> String {
    let config = Config::new().with_large_int("number");
    let mut out = String::from(HEAD);
    words(&mut out);
    out.push_str(AGENT_EVENT);
    out.push('\n');
    out.push_str(WORKFLOW_TREE);
    out.push('\n');
    types(&mut out, &config);
    commands(&mut out, &config);
    out
}

fn words(out: &mut String) {
    macro_rules! unions {
        ($($name:ident as $ts:literal),+ $(,)?) => {$(
            let words: Vec<String> = $name::ALL.iter().map(|word| format!("\"{word}\"")).collect();
            let _ = writeln!(out, "export type {} = {};", $ts, words.join(" | "));
            let _ = writeln!(out, "export const all{}: readonly {}[] = [{}];\n", $ts, $ts, words.join(", "));
        )+};
    }
    unions!(
        Status as "Status",
        Priority as "Priority",
        UpdateKind as "UpdateKind",
        Visibility as "Visibility",
        Execution as "Execution",
        AuthorKind as "AuthorKind",
        RunStatus as "RunStatus",
        StepStatus as "StepStatus",
        RunSource as "RunSource",
        WaitingFor as "WaitingFor",
        Role as "Role",
        SandboxState as "SandboxState",
        Delivery as "Delivery",
        MergeMode as "MergeMode",
        Network as "Network",
        ErrorKind as "ErrorKind",
        ChangeKind as "ChangeKind",
        HeldBackKind as "HeldBackKind",
        DiffLineKind as "DiffLineKind",
        SignIn as "SignIn",
        PromptBy as "PromptBy",
        SecretStore as "SecretStore",
        Theme as "Theme",
        Density as "Density",
        NotificationType as "NotificationType",
        NeedKind as "NeedKind",
        SessionState as "SessionState",
        MessageRole as "MessageRole",
        MessageState as "MessageState",
        QuestionKind as "QuestionKind",
        QuestionState as "QuestionState",
        FieldKind as "FieldKind",
        Code as "ErrorCode",
        Tag as "Tag",
        TodoKind as "TodoKind",
        TodoStatus as "TodoStatus",
        Relation as "Relation",
        GroupBy as "GroupBy",
        Layout as "Layout",
        TrashKind as "TrashKind",
        ImportFormat as "ImportFormat",
        ExportFormat as "ExportFormat",
        TransferState as "TransferState",
        WorkflowType as "WorkflowType",
        ImportAction as "ImportAction",
        CandidateStatus as "CandidateStatus",
        SessionType as "SessionType",
        VersionState as "VersionState",
        LearningStatus as "LearningStatus",
        LearningSource as "LearningSource",
        Decision as "LearningDecision",
        Severity as "LearningSeverity",
        Category as "LearningCategory",
    );
}

#[expect(clippy::too_many_lines, reason = "it is the list of the wire types")]
fn types(out: &mut String, config: &Config) {
    macro_rules! declare {
        ($($name:ty),+ $(,)?) => {$( let _ = writeln!(out, "export {}\n", <$name as TS>::decl(config)); )+};
    }
    declare!(
        Page<Nothing>,
        Todo,
        Todos,
        TodoSet,
        TodoAdd,
        TodoEdit,
        IssueBrief,
        IssueLink,
        LinkChange,
        LinkGraph,
        LinkEdge,
        Attachment,
        AttachmentRef,
        IssueSimilar,
        IssueReady,
        IssueClaim,
        IssueAssign,
        AssignmentTarget,
        IssueDuplicate,
        IssueUpdateShow,
        IssueEditMany,
        IssuesChanged,
        IssueRowChanged,
        IssueRefused,
        IssueBoard,
        BoardColumn,
        View,
        ViewSave,
        ViewRef,
        TrashItem,
        TrashList,
        TrashRef,
        IssueBriefs,
        ImportStart,
        ExportStart,
        Transfer,
        TransferReport,
        SkippedEntry,
        ImportPreview,
        TransferRef,
        Claimed,
        Nothing,
        Done,
        Author,
        Label,
        IssueRun,
        IssueRow,
        Issue,
        IssueHit,
        IssueUpdate,
        IssueRef,
        IssueList,
        IssueCounts,
        IssueCreate,
        IssueEdit,
        IssueMove,
        IssueComment,
        IssueUndo,
        IssueChanged,
        IssueUpdates,
        Project,
        ProjectCounts,
        ProjectRef,
        ProjectAdd,
        ProjectCheck,
        ProjectCandidate,
        ProjectSettings,
        EnvironmentVariable,
        ProjectSettingsSet,
        ProjectEnvironmentSet,
        RunIssue,
        RunRow,
        Run,
        RunActions,
        Step,
        Sandbox,
        HeldBack,
        InstructionPart,
        RunRef,
        RunList,
        RunStart,
        RunDiffOf,
        RunChoose,
        RunRequestChanges,
        LineComment,
        UpcomingStep,
        Candidate,
        Review,
        Finding,
        Evaluation,
        Judgement,
        Comparison,
        WrittenPrompt,
        Quality,
        RunMerge,
        MergeState,
        RunOutput,
        OutputPage,
        OutputEvent,
        RunDiff,
        DiffFile,
        RunDiffFile,
        DiffLine,
        DiffPage,
        AppInfo,
        AgentTool,
        ToolAdd,
        ToolRef,
        Secret,
        Secrets,
        SecretSet,
        SecretFileSet,
        Settings,
        SettingsSet,
        Notification,
        NotificationList,
        Notifications,
        NotificationMark,
        SessionRow,
        Session,
        SessionActions,
        SessionMessage,
        SessionQuestion,
        QuestionField,
        SessionRef,
        SessionList,
        SessionMessages,
        SessionStart,
        SessionSend,
        SessionAnswer,
        SessionBind,
        SessionPromote,
        PersonaContent,
        Persona,
        PersonaRef,
        PersonaSave,
        PersonaVersion,
        NameEnable,
        NameRemoved,
        VersionActivate,
        WorkflowContent,
        WorkflowFault,
        Workflow,
        WorkflowRef,
        WorkflowSave,
        WorkflowDuplicate,
        WorkflowCheck,
        WorkflowChecked,
        WorkflowVersion,
        WorkflowExport,
        WorkflowImport,
        ImportedName,
        WorkflowImported,
        Context,
        ContextVersionRow,
        ContextVersion,
        ContextRef,
        ContextGet,
        ContextSave,
        ContextVersionRef,
        LearningContent,
        Learning,
        LearningBrief,
        LearningCounts,
        LearningList,
        LearningRef,
        LearningAdd,
        LearningEdit,
        LearningDecide,
        LearningDecided,
        LearningRole,
        LearningCompile,
        LearningCompiled,
        LearningRoleRef,
        LearningVersionRef,
        LearningVersionRow,
        LearningVersion,
        Need,
        Inbox,
        InboxList,
        Activity,
        Check,
        Doctor,
        BackupMake,
        Backup,
        Demo,
        ApiError,
        Changed,
    );
}

macro_rules! write_commands {
    (@tags query $name:ident [$($tag:ident),*]) => {
        Some((stringify!($name), vec![$(Tag::$tag.as_str()),*]))
    };
    (@tags change $name:ident) => {
        None
    };
    (
        $(
            $kind:ident $name:ident($args:ty) -> $answer:ty
            $(, provides [$($tag:ident),*])? $(, guests $($own:ident)? [$($grant:ident),+])?;
        )+
    ) => {
        /// Every command with its argument's and its answer's type, and the tags of the queries.
        fn commands(out: &mut String, config: &Config) {
            out.push_str("/** Every command: what it takes and what it answers. */\nexport interface Commands {\n");
            $( let _ = writeln!(
                out, "  {}: {{ args: {}; answer: {} }};",
                stringify!($name), <$args as TS>::name(config), <$answer as TS>::name(config)
            ); )+
            out.push_str("}\n\n");
            let tags: Vec<(&str, Vec<&str>)> =
                [$( write_commands!(@tags $kind $name $([$($tag),*])?) ),+].into_iter().flatten().collect();
            out.push_str("/** The tags that each query provides: a change that touches one makes its answer stale. */\n");
            out.push_str("export const provides = {\n");
            for (name, tags) in &tags {
                let list: Vec<String> = tags.iter().map(|tag| format!("\"{tag}\"")).collect();
                let _ = writeln!(out, "  {name}: [{}],", list.join(", "));
            }
            out.push_str("} as const satisfies { readonly [name in keyof Commands]?: readonly Tag[] };\n\n");
            out.push_str("/** A command that only reads. */\nexport type QueryName = keyof typeof provides;\n");
        }
    };
}

command_list!(write_commands);

#[cfg(test)]
mod tests {
    use super::WORKFLOW_TREE;
    use serde_json::{Value, json, to_value};
    use waybill_domain::persona::Weights;
    use waybill_domain::workflow::{Definition, SandboxDefaults};

    /// Every member of every object of a value.
    fn members(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.keys().cloned());
                fields.values().for_each(|inner| members(inner, found));
            }
            Value::Array(items) => items.iter().for_each(|inner| members(inner, found)),
            _ => {}
        }
    }

    #[test]
    fn the_tree_that_editors_draw_is_the_one_that_is_kept() {
        let step = json!({"kind": "step", "role": "designer", "persona": "x", "tool": "x", "model": "x", "effort": "x",
            "instructions": "x", "timeout_ms": 1, "fallback": "x"});
        let whole = json!({"nodes": [{"kind": "loop", "max_iterations": 2, "nodes": [step]}, {"kind": "race", "nodes": [],
            "variants": [{"tool": "x", "model": "x", "effort": "x", "persona": "x"}], "judge": {"role": "judge"}}]});
        let defaults = json!({"timeout_ms": 1, "memory_mb": 1, "cpu_count": 1, "network": "none"});
        let read: Definition = serde_json::from_value(whole.clone()).expect("is a definition");
        assert_eq!(to_value(&read).ok(), Some(whole.clone()), "each member is kept under its name");
        let read: SandboxDefaults = serde_json::from_value(defaults.clone()).expect("are defaults");
        assert_eq!(to_value(&read).ok(), Some(defaults.clone()));
        let mut names = Vec::new();
        members(&whole, &mut names);
        members(&defaults, &mut names);
        members(&to_value(Weights::default()).expect("is written"), &mut names);
        for name in names {
            let told = WORKFLOW_TREE.contains(&format!(" {name}: "))
                || WORKFLOW_TREE.contains(&format!(" {name}?: "));
            assert!(told, "the bindings lack {name}");
        }
    }
}
