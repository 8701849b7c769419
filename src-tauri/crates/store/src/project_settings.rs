//! What a project is set to, typed; stored as the keys that differ from the defaults (SPEC 2).

use crate::error::StoreError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::path::PathBuf;
use waybill_domain::run::{CPU_COUNT, MEMORY_MB, Network, TIMEOUT_MS};

/// A project's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProjectSettings {
    pub sandbox_system_prompt: String,
    pub claude_md: String,
    pub branch_prefix: String,
    pub git_author_name: Option<String>,
    pub git_author_email: Option<String>,
    pub default_tool: Option<String>,
    pub default_model: Option<String>,
    pub timeout_ms: i64,
    pub memory_mb: i64,
    pub cpu_count: i64,
    pub network: Network,
    pub concurrent_sandboxes: i64,
    pub visible_paths: Vec<PathBuf>,
    pub weak_isolation_allowed: bool,
    pub share_tool_login: bool,
    /// For how many days a guest may reopen what was resolved; 0: never.
    pub reopen_window_days: i64,
    pub environment: Vec<Variable>,
}

/// An environment variable; a secret has no value here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variable {
    pub key: String,
    pub value: Option<String>,
    pub is_secret: bool,
}

impl Default for ProjectSettings {
    fn default() -> Self {
        Self {
            sandbox_system_prompt: String::new(),
            claude_md: String::new(),
            branch_prefix: "waybill/".to_owned(),
            git_author_name: None,
            git_author_email: None,
            default_tool: None,
            default_model: None,
            timeout_ms: 30 * 60_000,
            memory_mb: 4096,
            cpu_count: 2,
            network: Network::Open,
            concurrent_sandboxes: 2,
            visible_paths: Vec::new(),
            weak_isolation_allowed: false,
            share_tool_login: false,
            reopen_window_days: 7,
            environment: Vec::new(),
        }
    }
}

impl ProjectSettings {
    /// Reads what is stored; keys that are absent have their defaults.
    pub fn read(stored: &Map<String, Value>) -> Result<Self, StoreError> {
        serde_json::from_value(Value::Object(stored.clone()))
            .map_err(|error| StoreError::Invalid(format!("settings: {error}")))
    }

    /// The keys that differ from the defaults.
    pub fn to_stored(&self) -> Result<Map<String, Value>, StoreError> {
        let object = |settings: &Self| match serde_json::to_value(settings) {
            Ok(Value::Object(map)) => Ok(map),
            _ => Err(StoreError::Invalid("the settings cannot be written".to_owned())),
        };
        let defaults = object(&Self::default())?;
        Ok(object(self)?.into_iter().filter(|(key, value)| defaults.get(key) != Some(value)).collect())
    }

    /// Refuses values that could not work, with what would.
    pub fn check(&self) -> Result<(), StoreError> {
        let refuse = |text: &str| Err(StoreError::Invalid(text.to_owned()));
        if !TIMEOUT_MS.contains(&self.timeout_ms) {
            return refuse("timeout_ms must be 60,000 (1 minute) to 14,400,000 (4 hours)");
        }
        if !MEMORY_MB.contains(&self.memory_mb) {
            return refuse("memory_mb must be 256 to 8192");
        }
        if !CPU_COUNT.contains(&self.cpu_count) {
            return refuse("cpu_count must be 1 to 8");
        }
        if !(1..=32).contains(&self.concurrent_sandboxes) {
            return refuse("concurrent_sandboxes must be 1 to 32");
        }
        if !(0..=365).contains(&self.reopen_window_days) {
            return refuse("reopen_window_days must be 0 (never) to 365");
        }
        if !is_branch_prefix(&self.branch_prefix) {
            return refuse(
                "branch_prefix must be letters, digits, '-', '_' and single '/', and end with '/' or '-'",
            );
        }
        if self.visible_paths.iter().any(|path| !path.is_absolute()) {
            return refuse("visible_paths must be absolute paths");
        }
        for text in [&self.git_author_name, &self.git_author_email].into_iter().flatten() {
            if text.trim().is_empty() || text.contains(['<', '>', '\n', '\0']) {
                return refuse(
                    "the git author's name and email must not be empty or contain '<', '>' or line ends",
                );
            }
        }
        Ok(())
    }
}

fn is_branch_prefix(prefix: &str) -> bool {
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/');
    (2..=40).contains(&prefix.len())
        && prefix.chars().all(legal)
        && prefix.starts_with(|c: char| c.is_ascii_alphanumeric())
        && prefix.ends_with(['/', '-'])
        && !prefix.contains("//")
}

/// Whether a text may name an environment variable of a sandbox: none that would change how Waybill runs it.
pub fn is_variable_name(key: &str) -> bool {
    const OURS: [&str; 8] =
        ["PATH", "HOME", "TMPDIR", "USER", "LD_PRELOAD", "LD_LIBRARY_PATH", "BASH_ENV", "SHELL"];
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '_';
    (1..=128).contains(&key.len())
        && key.chars().all(legal)
        && !key.starts_with(|c: char| c.is_ascii_digit())
        && !OURS.contains(&key)
        && !key.starts_with("WAYBILL_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_stored_and_it_is_read_back() {
        assert!(ProjectSettings::default().to_stored().expect("is written").is_empty());
        let set = ProjectSettings { memory_mb: 512, network: Network::None, ..ProjectSettings::default() };
        let stored = set.to_stored().expect("is written");
        assert_eq!(stored.len(), 2, "later defaults must reach projects that did not choose");
        assert_eq!(ProjectSettings::read(&stored).expect("is read"), set);
    }

    #[test]
    fn values_that_could_not_work_are_refused() {
        let refused = [
            ProjectSettings { memory_mb: 100, ..ProjectSettings::default() },
            ProjectSettings { reopen_window_days: 366, ..ProjectSettings::default() },
            ProjectSettings { reopen_window_days: -1, ..ProjectSettings::default() },
            ProjectSettings { timeout_ms: 1, ..ProjectSettings::default() },
            ProjectSettings { branch_prefix: "-x/".to_owned(), ..ProjectSettings::default() },
            ProjectSettings { branch_prefix: "a//".to_owned(), ..ProjectSettings::default() },
            ProjectSettings { git_author_name: Some("a\nb".to_owned()), ..ProjectSettings::default() },
        ];
        for settings in refused {
            assert!(settings.check().is_err(), "{settings:?}");
        }
        assert!(ProjectSettings::default().check().is_ok());
        assert!(
            !is_variable_name("LD_PRELOAD") && !is_variable_name("1A") && !is_variable_name("WAYBILL_OUT")
        );
    }
}
