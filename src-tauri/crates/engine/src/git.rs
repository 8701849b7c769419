//! Git: the user's repository from outside, the private clone from inside its sandbox (SPEC 7, 12).
//!
//! All git is the `git` program. In the user's repository Waybill runs it with hooks, fsmonitor, external diffs,
//! signing and every transport switched off, and never touches HEAD, the index or the working tree but for a merge
//! that the operator asked for. On a workspace git runs only inside the sandbox. Knows nothing of runs or issues.

mod branches;
mod bundle;
mod call;
mod diff;
mod finish;
mod inspect;
mod large_files;
mod merge;
mod sample;
mod submodules;
mod workspace;

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

pub use branches::{Expect, TRASH, WAYBILL_REFS};
pub use diff::{ChangeStatus, DiffLine, DiffPage, FileDiff, LineKind};
pub use finish::Finished;
pub use inspect::Repository;
pub use merge::{MergeMode, MergeState, Merged};
pub use workspace::WorkspaceStart;

use crate::sandbox::SandboxError;

/// The oldest git that can merge without a working tree.
pub const OLDEST: (u32, u32) = (2, 38);

/// The user's git program, with the little of the environment that it needs.
#[derive(Debug, Clone)]
pub struct Git {
    program: PathBuf,
    env: Vec<(OsString, OsString)>,
    version: String,
}

impl Git {
    /// Finds git on `search_path` and checks its age. Of `user_env` it keeps only what git needs to find its settings.
    pub async fn find(search_path: &OsStr, user_env: &[(OsString, OsString)]) -> Result<Self, GitError> {
        let name = if cfg!(windows) { "git.exe" } else { "git" };
        let mut directories = std::env::split_paths(search_path).filter(|entry| entry.is_absolute());
        let program =
            directories.find_map(|directory| Some(directory.join(name)).filter(|path| path.is_file()));
        let program = program.ok_or(GitError::Missing)?;
        let mut git =
            Self { program, env: call::clean_environment(search_path, user_env), version: String::new() };
        let said = git.call(Path::new("."), ["version"]).text().await?;
        let version = said.split(' ').nth(2).unwrap_or_default().to_owned();
        let mut numbers = version.split('.').map_while(|number| number.parse::<u32>().ok());
        let age = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        if age < OLDEST {
            return Err(GitError::TooOld { found: version });
        }
        git.version = version;
        Ok(git)
    }

    /// Its version, as it says it.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Where it is.
    pub fn program(&self) -> &Path {
        &self.program
    }
}

/// A name and an address for commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
}

/// What git could not do. Each sentence says what to do about it where something can be done.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// No git on PATH.
    #[error("git was not found; install git 2.38 or newer, then try again")]
    Missing,
    /// Git cannot merge without a working tree yet.
    #[error("git {found} is too old; Waybill needs git 2.38 or newer")]
    TooOld {
        /// The version found.
        found: String,
    },
    /// The path lies in no repository.
    #[error("{} is not in a git repository; choose a repository or run `git init` there", path.display())]
    NotARepository {
        /// The path asked about.
        path: PathBuf,
    },
    /// The repository has no working tree.
    #[error("{} is a bare repository; choose a clone with a working tree", path.display())]
    Bare {
        /// The path asked about.
        path: PathBuf,
    },
    /// Nothing was ever committed.
    #[error("the repository at {} has no commit yet; make a first commit, then try again", path.display())]
    Empty {
        /// The path asked about.
        path: PathBuf,
    },
    /// The repository belongs to another user.
    #[error(
        "git does not trust {0}, which belongs to another user; if you do, run: git config --global --add \
         safe.directory '{0}'",
        path.display()
    )]
    DubiousOwnership {
        /// The path asked about.
        path: PathBuf,
    },
    /// A name that cannot be a branch.
    #[error("'{name}' cannot be the name of a branch")]
    BranchName {
        /// The name.
        name: String,
    },
    /// A ref is not where it was expected.
    #[error("{name} was changed meanwhile; look at it again, then retry")]
    RefMoved {
        /// The ref.
        name: String,
    },
    /// A revision that does not exist.
    #[error("there is no commit '{revision}' in the repository")]
    NoSuchCommit {
        /// What was asked for.
        revision: String,
    },
    /// What the sandbox handed out is not what was agreed.
    #[error("the agent's result was refused: {why}")]
    Refused {
        /// The reason.
        why: String,
    },
    /// The branch does not merge cleanly.
    #[error("the branch conflicts with {base} in {}", files(paths))]
    Conflicts {
        /// The branch merged into.
        base: String,
        /// The files with conflicts.
        paths: Vec<String>,
    },
    /// There is nothing to merge.
    #[error("everything on the branch is already in {base}")]
    AlreadyMerged {
        /// The branch merged into.
        base: String,
    },
    /// The base is checked out with changes that a merge could lose.
    #[error("{branch} is checked out at {} with uncommitted changes; commit or stash them and merge again, or run: {command}", path.display())]
    DirtyWorktree {
        /// The branch.
        branch: String,
        /// Where it is checked out.
        path: PathBuf,
        /// What the user can run.
        command: String,
    },
    /// The branch is checked out, so it cannot be removed.
    #[error("{branch} is checked out at {}; switch to another branch there first", path.display())]
    CheckedOut {
        /// The branch.
        branch: String,
        /// Where.
        path: PathBuf,
    },
    /// Git said no.
    #[error("git {action} failed: {message}")]
    Failed {
        /// The command.
        action: String,
        /// Its own words, cut.
        message: String,
    },
    /// Git took too long.
    #[error("git {action} did not end within {seconds} s")]
    Timeout {
        /// The command.
        action: String,
        /// How long it had.
        seconds: u64,
    },
    /// Git answered what this version of Waybill cannot read.
    #[error("git {action} answered something unexpected")]
    Unreadable {
        /// The command.
        action: String,
    },
    /// A file or process could not be worked with.
    #[error("{doing} failed")]
    Io {
        /// What was attempted.
        doing: &'static str,
        /// Why.
        source: io::Error,
    },
    /// The sandbox that git should run in could not be used.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
}

fn files(paths: &[String]) -> String {
    const SHOWN: usize = 5;
    let more =
        if paths.len() > SHOWN { format!(" and {} more files", paths.len() - SHOWN) } else { String::new() };
    let shown = paths.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    format!("{shown}{more}")
}
