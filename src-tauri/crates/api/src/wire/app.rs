//! What belongs to the application rather than a project: tools, secrets, settings, notifications, health.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_domain::Millis;
use waybill_domain::ids::NotificationId;
pub use waybill_engine::secrets::SecretStore;

/// What this Waybill is and where it works.
#[derive(Debug, Clone, Serialize, TS)]
pub struct AppInfo {
    pub version: String,
    /// linux, macos or windows.
    pub platform: String,
    /// The data directory.
    pub home: String,
    /// Whether this process works the runs; else another one on the same data does, or none.
    pub engine_here: bool,
    pub engine_elsewhere: bool,
    /// What a sandbox on this machine holds, in words, and whether that is less than it should be.
    pub isolation: String,
    pub isolation_weak: bool,
    /// How to mend what is weak.
    pub isolation_hint: Option<String>,
}

waybill_domain::words! {
    /// How an agent tool gets at its provider.
    pub enum SignIn { Key = "key", Login = "login", None = "none", NotNeeded = "not_needed" }
}

/// An agent tool.
#[derive(Debug, Clone, Serialize, TS)]
pub struct AgentTool {
    /// `claude`, `codex`, `opencode`, `pi`, `demo` or the name of a custom one.
    pub name: String,
    /// As people call it: "Claude Code".
    pub title: String,
    pub built_in: bool,
    /// Whether it prints lines of a terminal; the others write Markdown.
    pub plain: bool,
    pub installed: bool,
    pub path: Option<String>,
    pub version: Option<String>,
    #[ts(type = "SignIn")]
    pub sign_in: SignIn,
    /// The name of the secret that holds its key, if it takes one.
    pub secret: Option<String>,
    /// The command of a custom tool.
    pub command: Option<String>,
    /// How to install it, when it is missing.
    pub install_hint: Option<String>,
}

waybill_domain::words! {
    /// How a custom tool is handed its prompt.
    pub enum PromptBy {
        Arg = "arg",
        Stdin = "stdin",
        File = "file",
        /// In a conversation of the Agent Client Protocol.
        Acp = "acp",
    }
}

/// Adds a custom tool.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ToolAdd {
    pub name: String,
    /// `PROGRAM ARGS…`; `{prompt}`, `{prompt_file}`, `{model}`, `{workspace}` and `{mcp_config}` are replaced.
    pub command: String,
    #[serde(default)]
    #[ts(optional, type = "PromptBy")]
    pub prompt: Option<PromptBy>,
}

/// Names a tool.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ToolRef {
    pub name: String,
}

/// A secret's name and whether it is set; never its value.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Secret {
    /// `anthropic_api_key`, `openai_api_key`, …
    pub name: String,
    pub title: String,
    /// The tools that use it.
    pub used_by: Vec<String>,
    pub is_set: bool,
    pub updated_at: Option<Millis>,
}

/// The secrets and where they are kept.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Secrets {
    #[ts(type = "SecretStore")]
    pub store: SecretStore,
    /// Why there is no keychain, and what to do.
    pub problem: Option<String>,
    pub items: Vec<Secret>,
}

/// Sets a secret; null removes it.
#[derive(Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SecretSet {
    pub name: String,
    pub value: Option<String>,
}

impl std::fmt::Debug for SecretSet {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SecretSet").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Turns the encrypted file that replaces a missing keychain on or off.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SecretFileSet {
    pub enabled: bool,
}

waybill_domain::words! {
    /// Light, dark, or as the system is.
    pub enum Theme { System = "system", Light = "light", Dark = "dark" }
}

waybill_domain::words! {
    /// How high a row of a list is: 32 or 40 px.
    pub enum Density { Compact = "compact", Comfortable = "comfortable" }
}

/// The operator's settings.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own on the screen")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Settings {
    #[ts(type = "Theme")]
    pub theme: Theme,
    #[ts(type = "Density")]
    pub density: Density,
    /// Shown instead of "Operator".
    pub display_name: Option<String>,
    pub default_tool: Option<String>,
    /// Which notifications are shown natively.
    pub notify_run_completed: bool,
    pub notify_run_failed: bool,
    pub notify_input_needed: bool,
    /// How often triage keys were used; the key line fades after a hundred.
    pub triage_keys_used: i64,
    /// Whether closing the window leaves Waybill in the tray.
    pub close_to_tray: bool,
    /// The global shortcut that files an issue, such as `CommandOrControl+Alt+N`; null: none.
    pub new_issue_shortcut: Option<String>,
}

/// Changes some settings; what is absent stays.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SettingsSet {
    #[ts(type = "Partial<Settings>")]
    pub settings: serde_json::Map<String, serde_json::Value>,
}

waybill_domain::words! {
    /// What a notification tells (SPEC 13).
    pub enum NotificationType {
        RunCompleted = "run_completed",
        RunFailed = "run_failed",
        InputNeeded = "input_needed",
    }
}

/// A notification.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Notification {
    #[ts(type = "string")]
    pub id: NotificationId,
    pub project_slug: String,
    #[serde(rename = "type")]
    #[ts(rename = "type", type = "NotificationType")]
    pub kind: NotificationType,
    pub title: String,
    pub body: String,
    /// The path to open: `/p/<slug>/runs/87`.
    pub link: String,
    pub created_at: Millis,
    pub read_at: Option<Millis>,
}

/// Asks for a page of notifications, newest first; dismissed ones are left out.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NotificationList {
    #[serde(default)]
    #[ts(optional)]
    pub after: Option<String>,
    #[serde(default)]
    #[ts(optional)]
    pub limit: Option<u32>,
}

/// A page of notifications and how many are unread.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Notifications {
    pub items: Vec<Notification>,
    pub next: Option<String>,
    pub unread: i64,
}

/// Marks notifications as read or dismissed; no ids: all.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NotificationMark {
    #[serde(default)]
    #[ts(type = "Array<string>")]
    pub ids: Vec<NotificationId>,
    #[serde(default)]
    pub dismiss: bool,
}

waybill_domain::words! {
    /// Why something waits for the operator.
    pub enum NeedKind {
        Review = "review",
        FailedRun = "failed_run",
        Consent = "consent",
        Conflict = "conflict",
        Checkpoint = "checkpoint",
        Ask = "ask",
        Form = "form",
    }
}

/// Something that waits for the operator.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Need {
    #[ts(type = "NeedKind")]
    pub kind: NeedKind,
    pub project_slug: String,
    pub title: String,
    /// What is asked for, in one sentence.
    pub detail: String,
    pub link: String,
    pub at: Millis,
}

/// What waits for the operator, newest first; at most the first 200 with the whole count.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Inbox {
    pub items: Vec<Need>,
    pub count: i64,
}

/// Asks what waits for the operator, in one project or in all.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct InboxList {
    #[serde(default)]
    #[ts(optional)]
    pub project: Option<String>,
}

/// What the status bar shows.
#[derive(Debug, Clone, Copy, Serialize, TS)]
pub struct Activity {
    pub running: i64,
    pub waiting: i64,
    /// US dollars spent since local midnight, as far as it is known.
    pub cost_today_usd: f64,
    pub needs_you: i64,
    pub unread: i64,
}

/// One thing that the doctor looked at.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Check {
    pub name: String,
    pub ok: bool,
    /// What was found.
    pub message: String,
    /// How to mend it.
    pub hint: Option<String>,
}

/// The health of this machine and its data.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Doctor {
    pub checks: Vec<Check>,
}

/// Makes a backup of the database.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct BackupMake {
    /// Absent: a dated file in the data directory.
    #[serde(default)]
    #[ts(optional)]
    pub path: Option<String>,
}

/// A backup that was made.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Backup {
    pub path: String,
    pub bytes: i64,
}

/// The demo project: a small repository and an issue.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Demo {
    pub project: String,
    pub issue: i64,
    pub repository: String,
}

/// What changed: refetch what provides one of the tags.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Changed {
    /// The last row of the change log that this speaks of.
    pub seq: i64,
    #[ts(type = "Array<Tag>")]
    pub tags: Vec<crate::feed::Tag>,
    /// Ids of what changed (issues, runs, projects, …); empty means anything.
    pub ids: Vec<String>,
}
