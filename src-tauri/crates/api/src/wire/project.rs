//! Projects on the wire.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_domain::Millis;
use waybill_domain::ids::ProjectId;
use waybill_domain::run::Network;

/// A project with the numbers that the sidebar shows.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Project {
    #[ts(type = "string")]
    pub id: ProjectId,
    pub slug: String,
    pub name: String,
    pub root_path: String,
    pub default_branch: String,
    /// `owner/name`, when `origin` is on GitHub.
    pub github_repo: Option<String>,
    pub created_at: Millis,
    pub updated_at: Millis,
    pub archived_at: Option<Millis>,
    pub counts: ProjectCounts,
}

/// Counts of a project.
#[derive(Debug, Clone, Copy, Default, Serialize, TS)]
pub struct ProjectCounts {
    /// Issues that are open and not triaged.
    pub untriaged_issues: i64,
    /// Issues that are neither resolved nor rejected.
    pub active_issues: i64,
    pub active_runs: i64,
    pub needs_you: i64,
}

/// Names a project by slug or id.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ProjectRef {
    pub project: String,
}

/// Adds the git repository that holds `path`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ProjectAdd {
    /// An absolute path: the repository, a folder in it or one of its worktrees.
    pub path: String,
    #[serde(default)]
    #[ts(optional)]
    pub slug: Option<String>,
    #[serde(default)]
    #[ts(optional)]
    pub name: Option<String>,
}

/// Asks what adding a folder would make.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ProjectCheck {
    pub path: String,
}

/// What adding a folder would make.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ProjectCandidate {
    pub root_path: String,
    pub name: String,
    pub slug: String,
    pub default_branch: String,
    pub github_repo: Option<String>,
    /// The slug of the project that already has this repository.
    pub existing: Option<String>,
}

/// What a project is set to.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ProjectSettings {
    /// Put before every agent's instructions.
    pub sandbox_system_prompt: String,
    /// Given to tools that read CLAUDE.md or AGENTS.md, in the sandbox's private home.
    pub claude_md: String,
    pub branch_prefix: String,
    /// Null: the repository's own author.
    pub git_author_name: Option<String>,
    pub git_author_email: Option<String>,
    /// Null: the application's default.
    pub default_tool: Option<String>,
    pub default_model: Option<String>,
    /// How long a sandbox may live, 60,000–14,400,000 ms.
    pub timeout_ms: i64,
    /// 256–8192 MiB.
    pub memory_mb: i64,
    /// 1–8.
    pub cpu_count: i64,
    #[ts(type = "Network")]
    pub network: Network,
    /// How many sandboxes work at once.
    pub concurrent_sandboxes: i64,
    /// Further absolute paths that sandboxes may read.
    pub visible_paths: Vec<String>,
    /// Whether agents may run where the machine offers less isolation than asked for.
    pub weak_isolation_allowed: bool,
    /// Whether a tool's own login (in the person's home) is shown to its sandboxes, read-only.
    pub share_tool_login: bool,
    /// For how many days a guest may reopen what was resolved, 0 (never) to 365.
    pub reopen_window_days: i64,
    pub environment: Vec<EnvironmentVariable>,
}

/// An environment variable of a project's sandboxes.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct EnvironmentVariable {
    pub key: String,
    /// Null for a secret: its value lives in the keychain and is never sent.
    pub value: Option<String>,
    pub is_secret: bool,
}

/// Changes some settings; what is absent stays.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ProjectSettingsSet {
    pub project: String,
    /// Keys of `ProjectSettings` but `environment`, with their new values.
    #[ts(type = "Partial<Omit<ProjectSettings, 'environment'>>")]
    pub settings: serde_json::Map<String, serde_json::Value>,
}

/// Sets one environment variable; a null value removes it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ProjectEnvironmentSet {
    pub project: String,
    pub key: String,
    pub value: Option<String>,
    #[serde(default)]
    pub is_secret: bool,
}
