//! Finds the agent tools on this computer, their versions, and whether their owner is signed in to them.
//!
//! Everything about the environment is handed in. Nothing is read from a login but whether it is there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::AsyncReadExt as _;

use super::{claude, codex, opencode, pi, provider};

mod needs;
#[cfg(not(windows))]
mod unix;
#[cfg(windows)]
mod windows;
#[cfg(not(windows))]
use unix as platform;
#[cfg(windows)]
use windows as platform;

/// A tool that does not tell its version in this time is shown without one.
const VERSION_TIMEOUT: Duration = Duration::from_secs(10);

/// Where to look, and what is known already.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// The folders of the user's PATH, in order.
    pub path: Vec<PathBuf>,
    pub home: PathBuf,
    /// `%APPDATA%` on Windows.
    pub app_data: Option<PathBuf>,
    /// The names under which Waybill keeps keys.
    pub stored_keys: BTreeSet<String>,
}

/// A tool that is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundTool {
    pub name: String,
    pub path: PathBuf,
    pub version: Option<String>,
    pub signed_in: SignedIn,
    /// Files of the tool's own login: (where it is, where it belongs in the private home).
    pub login_paths: Vec<(PathBuf, PathBuf)>,
    /// What must be visible, read-only, for the tool to run inside a sandbox.
    pub needs: Vec<PathBuf>,
    /// The folders that must be on PATH inside, the tool's own first.
    pub path_dirs: Vec<PathBuf>,
}

waybill_domain::words! {
    /// How a tool would be let in by its provider.
    pub enum SignedIn {
        /// A key that Waybill keeps.
        Key = "key",
        /// The tool's own login, in files.
        Login = "login",
        None = "none",
        /// There are signs of a login, but not in a file that could be lent to a sandbox.
        Unknown = "unknown",
    }
}

struct Known {
    name: &'static str,
    /// The names of stored keys that it can use.
    keys: &'static [&'static str],
    /// Its login, relative to the home directory.
    login: &'static [&'static str],
    /// A file that speaks of a login kept elsewhere, and the word in it.
    sign: Option<(&'static str, &'static str)>,
}

const KNOWN: &[Known] = &[
    Known {
        name: claude::NAME,
        keys: claude::KEY_VARIABLES,
        login: &[".claude/.credentials.json"],
        sign: Some((".claude.json", "\"oauthAccount\"")),
    },
    Known { name: codex::NAME, keys: codex::STORED_KEYS, login: &[".codex/auth.json"], sign: None },
    Known {
        name: opencode::NAME,
        keys: provider::STORED_KEYS,
        login: &[".local/share/opencode/auth.json"],
        sign: None,
    },
    Known { name: pi::NAME, keys: provider::STORED_KEYS, login: &[".pi/agent/auth.json"], sign: None },
];

/// All known tools that are on this computer, with their versions. The caller keeps the answer and asks again when
/// [`stamp`] changes.
pub async fn discover(search: &Search) -> Vec<FoundTool> {
    let found = KNOWN.iter().filter_map(|known| Some((known, locate(known.name, search)?)));
    futures_util::future::join_all(found.map(async |(known, path)| describe(known, path, search).await)).await
}

/// The first of the stored keys that the known tool `name` can use.
pub fn stored_key(name: &str, search: &Search) -> Option<&'static str> {
    let known = KNOWN.iter().find(|known| known.name == name)?;
    known.keys.iter().copied().find(|key| search.stored_keys.contains(*key))
}

/// The program `name`: on PATH, else in the usual folders. A name with a folder is taken as it is.
pub fn locate(name: &str, search: &Search) -> Option<PathBuf> {
    if Path::new(name).components().count() > 1 {
        return platform::programs(Path::new(""), name).into_iter().find(|path| platform::is_program(path));
    }
    let usual = platform::usual_folders(&search.home, search.app_data.as_deref());
    let folders = search.path.iter().filter(|folder| folder.is_absolute()).cloned().chain(usual);
    folders.flat_map(|folder| platform::programs(&folder, name)).find(|path| platform::is_program(path))
}

/// Changes whenever the program at `path` may have become another: (time of the last change in ms, size).
pub fn stamp(path: &Path) -> Option<(u128, u64)> {
    let meta = std::fs::metadata(path).ok()?;
    let age = meta.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some((age.as_millis(), meta.len()))
}

/// What must be visible, read-only, for the program at `path` to run inside a sandbox, and what goes on PATH there.
pub fn needs(path: &Path, search: &Search) -> (Vec<PathBuf>, Vec<PathBuf>) {
    needs::of(path, search)
}

/// The known tool `name`, when it is on this computer; its version is not asked for.
pub fn find(name: &str, search: &Search) -> Option<FoundTool> {
    let known = KNOWN.iter().find(|known| known.name == name)?;
    Some(look(known, locate(name, search)?, search))
}

async fn describe(known: &Known, path: PathBuf, search: &Search) -> FoundTool {
    let found = look(known, path, search);
    let version = version(&found.path, &found.path_dirs).await;
    FoundTool { version, ..found }
}

fn look(known: &Known, path: PathBuf, search: &Search) -> FoundTool {
    let (needs, path_dirs) = needs::of(&path, search);
    let login_paths: Vec<(PathBuf, PathBuf)> = known
        .login
        .iter()
        .map(|relative| (search.home.join(relative), PathBuf::from(relative)))
        .filter(|(path, _)| path.is_file())
        .collect();
    let signed_in = if stored_key(known.name, search).is_some() {
        SignedIn::Key
    } else if !login_paths.is_empty() {
        SignedIn::Login
    } else if known.sign.is_some_and(|(file, word)| mentions(&search.home.join(file), word)) {
        SignedIn::Unknown
    } else {
        SignedIn::None
    };
    FoundTool { name: known.name.to_owned(), path, version: None, signed_in, login_paths, needs, path_dirs }
}

fn mentions(file: &Path, word: &str) -> bool {
    std::fs::read_to_string(file).is_ok_and(|text| text.contains(word))
}

/// What the program answers to `--version`, in a home of its own so that it leaves nothing in the user's.
pub async fn version(program: &Path, path_dirs: &[PathBuf]) -> Option<String> {
    let home = tempfile::tempdir().ok()?;
    let folders = path_dirs.iter().cloned().chain(platform::system_folders());
    let mut command = tokio::process::Command::new(program);
    command
        .arg("--version")
        .env_clear()
        .envs(platform::bare_environment(home.path()))
        .env("PATH", std::env::join_paths(folders).ok()?)
        .current_dir(home.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let mut child = command.spawn().ok()?;
    let mut output = String::new();
    let stdout = child.stdout.take()?;
    let read = async {
        // A program that answers with a book instead of a number is cut short.
        let text = stdout.take(4096).read_to_string(&mut output).await;
        text.is_ok() && child.wait().await.is_ok()
    };
    let answered = tokio::time::timeout(VERSION_TIMEOUT, read).await == Ok(true);
    answered.then(|| version_in(&output)).flatten()
}

/// The first word that looks like a version: "codex-cli 0.169.0", "2.1.197 (Claude Code)".
fn version_in(output: &str) -> Option<String> {
    let words = output.split_whitespace().map(|word| word.trim_start_matches('v'));
    let mut versions = words.filter(|word| {
        let mut parts = word.split('.');
        let number =
            |part: Option<&str>| part.is_some_and(|part| part.starts_with(|c: char| c.is_ascii_digit()));
        number(parts.next()) && number(parts.next())
    });
    versions.next().map(str::to_owned)
}

#[cfg(test)]
mod tests;
