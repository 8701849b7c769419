//! What a repository is, seen from any of its worktrees or subfolders.

use std::path::{Path, PathBuf};

use super::call::failed;
use super::{Git, GitError};

/// A repository as Waybill needs to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// Its main working tree.
    pub root: PathBuf,
    /// The `.git` that all its worktrees share.
    pub common_dir: PathBuf,
    /// The branch that changes are made for.
    pub default_branch: String,
    /// What is checked out where the question was asked; None when that is no branch.
    pub head_branch: Option<String>,
    /// The commit that is checked out there.
    pub head_commit: String,
    /// `owner/name`, when the remote `origin` is on GitHub.
    pub github: Option<String>,
    /// The user's name for commits.
    pub author_name: Option<String>,
    /// The user's address for commits.
    pub author_email: Option<String>,
}

impl Git {
    /// Looks at the repository that `path` lies in.
    pub async fn inspect(&self, path: &Path) -> Result<Repository, GitError> {
        let written = as_on_disk(path);
        let path = written.as_path();
        let common_dir = self.common_dir(path).await?;
        let Some(root) = self.root(path, &common_dir).await? else {
            return Err(GitError::Bare { path: path.to_path_buf() });
        };
        let head = self.call(path, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]).maybe().await?;
        let Some(head_commit) = head else { return Err(GitError::Empty { path: root }) };
        let head_branch = self.call(path, ["symbolic-ref", "--quiet", "--short", "HEAD"]).maybe().await?;
        let default_branch = self.default_branch(&common_dir, head_branch.as_deref()).await?;
        let setting = |name: &'static str| self.call(path, ["config", "--get", name]).maybe();
        let origin = setting("remote.origin.url").await?;
        Ok(Repository {
            github: origin.as_deref().and_then(waybill_github::repository_of),
            author_name: setting("user.name").await?.filter(|name| !name.is_empty()),
            author_email: setting("user.email").await?.filter(|email| !email.is_empty()),
            root,
            common_dir,
            default_branch,
            head_branch,
            head_commit,
        })
    }

    /// The full id of a commit named by a branch, tag or id.
    pub async fn resolve(&self, common_dir: &Path, revision: &str) -> Result<String, GitError> {
        let wanted = format!("{revision}^{{commit}}");
        let args = ["rev-parse", "--verify", "--quiet", "--end-of-options", wanted.as_str()];
        let found = self.on(common_dir, args).maybe().await?;
        found.ok_or_else(|| GitError::NoSuchCommit { revision: revision.to_owned() })
    }

    async fn common_dir(&self, path: &Path) -> Result<PathBuf, GitError> {
        let path = path.to_path_buf();
        if !path.is_dir() {
            return Err(GitError::NotARepository { path });
        }
        let args = ["rev-parse", "--path-format=absolute", "--git-common-dir"];
        let answer = self.call(&path, args).answer().await?;
        if answer.code == Some(0) {
            let said = String::from_utf8_lossy(&answer.stdout).trim_end_matches(['\n', '\r']).to_owned();
            return Ok(PathBuf::from(said));
        }
        if answer.stderr.contains("dubious ownership") {
            return Err(GitError::DubiousOwnership { path });
        }
        if answer.stderr.contains("not a git repository") {
            return Err(GitError::NotARepository { path });
        }
        Err(failed("rev-parse", &answer.stderr))
    }

    /// The main working tree; None when there is none.
    async fn root(&self, path: &Path, common_dir: &Path) -> Result<Option<PathBuf>, GitError> {
        let bare = self.on(common_dir, ["config", "--type=bool", "--get", "core.bare"]).maybe().await?;
        if bare.as_deref() != Some("true") && common_dir.file_name().is_some_and(|name| name == ".git") {
            return Ok(common_dir.parent().map(Path::to_path_buf));
        }
        // A submodule, or a worktree of a bare repository: the working tree that was asked about.
        let answer =
            self.call(path, ["rev-parse", "--path-format=absolute", "--show-toplevel"]).answer().await?;
        let said = String::from_utf8_lossy(&answer.stdout).trim_end_matches(['\n', '\r']).to_owned();
        Ok((answer.code == Some(0) && !said.is_empty()).then(|| PathBuf::from(said)))
    }

    async fn default_branch(&self, common_dir: &Path, head: Option<&str>) -> Result<String, GitError> {
        let args = ["symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD"];
        let remote = self.on(common_dir, args).maybe().await?;
        let remote = remote.as_deref().and_then(|name| name.strip_prefix("origin/"));
        let local = self
            .on(common_dir, ["for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/"])
            .text()
            .await?;
        let exists = |name: &str| local.lines().any(|branch| branch == name);
        let usual = [remote, Some("main"), Some("master"), head].into_iter().flatten();
        Ok(usual.into_iter().find(|name| exists(name)).or(head).unwrap_or("main").to_owned())
    }
}

/// The path as the disk has it. On Windows a folder has many names, by case and by drive, and git answers with the one that
/// it was asked by: each would become a project of its own.
fn as_on_disk(path: &Path) -> PathBuf {
    let real = if cfg!(windows) { path.canonicalize().ok() } else { None };
    // The form in which Windows answers is taken by hardly any program.
    let plain = real.as_deref().and_then(Path::to_str).and_then(|real| real.strip_prefix(r"\\?\"));
    match plain.map(|plain| (plain, plain.strip_prefix(r"UNC\"))) {
        Some((_, Some(share))) => PathBuf::from(format!(r"\\{share}")),
        Some((plain, None)) => PathBuf::from(plain),
        None => path.to_path_buf(),
    }
}
