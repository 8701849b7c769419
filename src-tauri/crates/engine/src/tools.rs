//! The agent tools of this machine: which there are, and what a run needs to start one.

use crate::agents::custom::{PromptBy, Template};
use crate::agents::discover::{self, FoundTool, Search, SignedIn};
use crate::agents::{KeySource, Tool};
use crate::place::Place;
use crate::secrets::Secrets;
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use waybill_store::agent_tools::CustomTool;

/// A secret that tools know: its name in the keychain, its title, the tools that use it.
pub const KNOWN_SECRETS: &[(&str, &str, &[&str])] = &[
    ("ANTHROPIC_API_KEY", "Anthropic API key", &["claude", "opencode", "pi"]),
    ("OPENAI_API_KEY", "OpenAI API key", &["codex", "opencode", "pi"]),
];

/// A tool as the person knows it.
#[derive(Debug, Clone)]
pub struct KnownTool {
    pub name: &'static str,
    pub title: &'static str,
    /// The key to ask the person for; some tools take others as well.
    pub secret: Option<&'static str>,
    pub install_hint: &'static str,
}

/// The tools that Waybill has an adapter for and that are installed apart from it.
pub const KNOWN_TOOLS: &[KnownTool] = &[
    KnownTool {
        name: "claude",
        title: "Claude Code",
        secret: Some("ANTHROPIC_API_KEY"),
        install_hint: "npm install -g @anthropic-ai/claude-code",
    },
    KnownTool {
        name: "codex",
        title: "Codex",
        secret: Some("OPENAI_API_KEY"),
        install_hint: "npm install -g @openai/codex",
    },
    KnownTool {
        name: "opencode",
        title: "OpenCode",
        secret: Some("ANTHROPIC_API_KEY"),
        install_hint: "npm install -g opencode-ai",
    },
    KnownTool {
        name: "pi",
        title: "Pi",
        secret: Some("ANTHROPIC_API_KEY"),
        install_hint: "npm install -g @earendil-works/pi-coding-agent",
    },
];

/// Everything that a run needs to start a tool.
#[derive(Debug, Clone)]
pub struct ReadyTool {
    pub tool: Tool,
    pub executable: PathBuf,
    pub key: KeySource,
    /// What must be visible, read-only, in the sandbox.
    pub needs: Vec<PathBuf>,
    /// What goes onto PATH there.
    pub path_dirs: Vec<PathBuf>,
    /// The tool's own login: (where it is, where it belongs in the private home).
    pub logins: Vec<(PathBuf, PathBuf)>,
}

/// Why a tool cannot be started.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ToolFault {
    #[error("there is no tool called '{0}'")]
    Unknown(String),
    #[error("{title} is not installed")]
    NotInstalled { title: String, hint: String },
    #[error("{title} has no API key and no login")]
    NoKey { title: String, secret: String },
    #[error("{title} is signed in by its own login, which this project does not share with sandboxes")]
    LoginNotShared { title: String, secret: String },
    #[error("{0}")]
    BadCommand(String),
}

/// Versions are asked for once for each state of a program.
type Known = HashMap<PathBuf, ((u128, u64), Vec<FoundTool>)>;

/// Finds tools, and remembers what it found until the program changes.
#[derive(Debug, Default)]
pub struct Tools {
    versions: Mutex<Known>,
}

/// Where tools are looked for, and which keys are stored.
pub fn search(place: &Place, stored: BTreeSet<String>) -> Search {
    Search {
        path: std::env::split_paths(&place.user_path).collect(),
        home: place.user_home.clone(),
        app_data: place.variable("APPDATA").map(PathBuf::from),
        stored_keys: stored,
    }
}

/// The names of the known secrets that have a value.
pub fn stored_secrets(secrets: &dyn Secrets) -> BTreeSet<String> {
    let set = |name: &&str| matches!(secrets.get(name), Ok(Some(value)) if !value.is_empty());
    KNOWN_SECRETS.iter().map(|(name, _, _)| *name).filter(set).map(str::to_owned).collect()
}

impl Tools {
    /// The known tools that are installed, with version and sign-in state.
    pub async fn installed(&self, search: &Search) -> Vec<FoundTool> {
        let key =
            KNOWN_TOOLS.iter().filter_map(|tool| discover::locate(tool.name, search)).collect::<Vec<_>>();
        let stamp =
            key.iter().filter_map(|path| discover::stamp(path)).fold((0, 0), |sum: (u128, u64), one| {
                (sum.0.wrapping_mul(31).wrapping_add(one.0), sum.1.wrapping_mul(31).wrapping_add(one.1))
            });
        let keys: Vec<&str> = search.stored_keys.iter().map(String::as_str).collect();
        let cache_key = PathBuf::from(format!("{key:?}{keys:?}"));
        {
            let known = self.versions.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((at, found)) = known.get(&cache_key)
                && *at == stamp
            {
                return found.clone();
            }
        }
        let found = discover::discover(search).await;
        let mut known = self.versions.lock().unwrap_or_else(PoisonError::into_inner);
        known.clear();
        known.insert(cache_key, (stamp, found.clone()));
        found
    }

    /// Forgets what was found.
    pub fn forget(&self) {
        self.versions.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Everything to start a tool with, or why it cannot be.
///
/// No program is asked for its version: that is for those who look at the tools.
pub async fn ready(
    name: &str,
    custom: &[CustomTool],
    search: &Search,
    share_login: bool,
) -> Result<ReadyTool, ToolFault> {
    if let Some(known) = KNOWN_TOOLS.iter().find(|tool| tool.name == name) {
        return ready_known(known, search, share_login).await;
    }
    if name == crate::agents::demo::NAME {
        return Ok(scripted(Tool::Demo));
    }
    let found = custom.iter().find(|tool| tool.name == name);
    ready_custom(found.ok_or_else(|| ToolFault::Unknown(name.to_owned()))?, search)
}

async fn ready_known(known: &KnownTool, search: &Search, share_login: bool) -> Result<ReadyTool, ToolFault> {
    let (name, title, asked) = (known.name, known.title.to_owned(), search.clone());
    let found = tokio::task::spawn_blocking(move || discover::find(name, &asked)).await.unwrap_or_default();
    let found = found.ok_or_else(|| ToolFault::NotInstalled {
        title: title.clone(),
        hint: known.install_hint.to_owned(),
    })?;
    let secret = known.secret.unwrap_or_default().to_owned();
    let key = match found.signed_in {
        SignedIn::Key => {
            KeySource::Stored { secret: discover::stored_key(name, search).map_or(secret, str::to_owned) }
        }
        SignedIn::Login if share_login => KeySource::Login,
        SignedIn::Login => return Err(ToolFault::LoginNotShared { title, secret }),
        SignedIn::None | SignedIn::Unknown => return Err(ToolFault::NoKey { title, secret }),
    };
    let logins = if key == KeySource::Login { found.login_paths } else { Vec::new() };
    let tool = Tool::built_in(name).ok_or_else(|| ToolFault::Unknown(name.to_owned()))?;
    Ok(ReadyTool {
        tool,
        executable: found.path,
        key,
        needs: found.needs,
        path_dirs: found.path_dirs,
        logins,
    })
}

fn ready_custom(custom: &CustomTool, search: &Search) -> Result<ReadyTool, ToolFault> {
    let prompt = custom.prompt_by.parse().unwrap_or(PromptBy::File);
    let template =
        Template { name: custom.name.clone(), command: custom.command.clone(), prompt, key_variable: None };
    let program = template
        .program()
        .ok_or_else(|| ToolFault::BadCommand(format!("the command of '{}' cannot be read", custom.name)))?;
    let executable = discover::locate(&program, search).ok_or_else(|| ToolFault::NotInstalled {
        title: format!("'{program}', the program of the tool '{}',", custom.name),
        hint: "Install it, or change the tool's command.".to_owned(),
    })?;
    let (needs, path_dirs) = discover::needs(&executable, search);
    Ok(ReadyTool { executable, needs, path_dirs, ..scripted(Tool::Custom(template)) })
}

fn scripted(tool: Tool) -> ReadyTool {
    ReadyTool {
        tool,
        executable: PathBuf::new(),
        key: KeySource::None,
        needs: Vec::new(),
        path_dirs: Vec::new(),
        logins: Vec::new(),
    }
}
