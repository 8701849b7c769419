//! Refs in the user's repository: Waybill's own hidden ones, and branches, each changed only from what was expected.

use std::path::{Path, PathBuf};

use super::{Git, GitError};

/// Where Waybill's hidden refs live; no user's branch or tag is among them.
pub const WAYBILL_REFS: &str = "refs/waybill/";
/// Where the commits of removed branches are kept.
pub const TRASH: &str = "refs/waybill/trash/";

/// Where a ref must be for a change to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect<'a> {
    /// It must not exist.
    Absent,
    /// It must stand at this commit.
    At(&'a str),
    /// Wherever it is.
    Anywhere,
}

impl Git {
    /// The commit a ref stands at, None when there is no such ref. The name is a full one (`refs/…`).
    pub async fn ref_commit(&self, common_dir: &Path, name: &str) -> Result<Option<String>, GitError> {
        self.on(common_dir, ["rev-parse", "--verify", "--quiet", "--end-of-options", name]).maybe().await
    }

    /// Moves or makes a ref. Doing it twice is as doing it once.
    pub async fn set_ref(
        &self,
        common_dir: &Path,
        name: &str,
        commit: &str,
        expect: Expect<'_>,
    ) -> Result<(), GitError> {
        let zero = "0".repeat(commit.len());
        let mut args = vec!["update-ref", "-m", "waybill", "--end-of-options", name, commit];
        args.extend(match expect {
            Expect::Absent => Some(zero.as_str()),
            Expect::At(old) => Some(old),
            Expect::Anywhere => None,
        });
        match self.on(common_dir, args).text().await {
            Ok(_) => Ok(()),
            Err(error) => match self.ref_commit(common_dir, name).await? {
                Some(current) if current == commit => Ok(()),
                current if expect.allows(current.as_deref()) => Err(error),
                _ => Err(GitError::RefMoved { name: name.to_owned() }),
            },
        }
    }

    /// Keeps a commit from being collected, under one of Waybill's hidden refs (`refs/waybill/<name>`).
    pub async fn keep(&self, common_dir: &Path, name: &str, commit: &str) -> Result<(), GitError> {
        self.set_ref(common_dir, &format!("{WAYBILL_REFS}{name}"), commit, Expect::Anywhere).await
    }

    /// Lets go of what [`Git::keep`] kept; nothing happens when it is gone.
    pub async fn release(&self, common_dir: &Path, name: &str) -> Result<(), GitError> {
        let name = format!("{WAYBILL_REFS}{name}");
        self.on(common_dir, ["update-ref", "-d", "--end-of-options", name.as_str()]).text().await.map(drop)
    }

    /// Removes a branch that stands at `commit`. Its commit stays under [`TRASH`] so that it can be restored.
    pub async fn delete_branch(&self, common_dir: &Path, branch: &str, commit: &str) -> Result<(), GitError> {
        let name = format!("refs/heads/{branch}");
        match self.ref_commit(common_dir, &name).await? {
            None => return Ok(()),
            Some(current) if current != commit => return Err(GitError::RefMoved { name: branch.to_owned() }),
            Some(_) => {}
        }
        if let Some(path) = self.checked_out_at(common_dir, branch).await? {
            return Err(GitError::CheckedOut { branch: branch.to_owned(), path });
        }
        self.set_ref(common_dir, &format!("{TRASH}{branch}/{commit}"), commit, Expect::Anywhere).await?;
        let args = ["update-ref", "-d", "--end-of-options", name.as_str(), commit];
        self.on(common_dir, args).text().await.map(drop)
    }

    /// A branch name that is free: the wanted one, or with a number after it.
    ///
    /// Where a branch named like the prefix exists (`waybill` beside `waybill/…`), the slashes become hyphens.
    pub async fn unique_branch(&self, common_dir: &Path, wanted: &str) -> Result<String, GitError> {
        let full = format!("refs/heads/{wanted}");
        let valid = self.on(common_dir, ["check-ref-format", full.as_str()]).answer().await?;
        if valid.code != Some(0) || wanted.starts_with('-') || wanted == "HEAD" {
            return Err(GitError::BranchName { name: wanted.to_owned() });
        }
        let args = ["for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/"];
        let taken = self.on(common_dir, args).text().await?;
        let taken: Vec<&str> = taken.lines().collect();
        let below =
            |outer: &str, name: &str| name.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
        let blocked = taken.iter().any(|branch| below(branch, wanted));
        let wanted = if blocked { wanted.replace('/', "-") } else { wanted.to_owned() };
        // Some file systems do not tell case apart: two names that differ in case alone would be one file.
        let free = |name: &str| {
            !taken
                .iter()
                .any(|branch| branch.eq_ignore_ascii_case(name) || below(name, branch) || below(branch, name))
        };
        let numbered = (2..).map(|number| format!("{wanted}-{number}"));
        let free_name = std::iter::once(wanted.clone()).chain(numbered).take(10_000).find(|name| free(name));
        free_name.ok_or(GitError::BranchName { name: wanted })
    }

    /// Where a branch is checked out, if anywhere.
    pub async fn checked_out_at(&self, common_dir: &Path, branch: &str) -> Result<Option<PathBuf>, GitError> {
        let listed = self.on(common_dir, ["worktree", "list", "--porcelain", "-z"]).bytes().await?;
        let wanted = format!("branch refs/heads/{branch}");
        let text = String::from_utf8_lossy(&listed).into_owned();
        let mut entries = text.split("\0\0");
        Ok(entries.find_map(|entry| {
            let fields: Vec<&str> = entry.split('\0').collect();
            let path = fields.iter().find_map(|field| field.strip_prefix("worktree "))?;
            fields.contains(&wanted.as_str()).then(|| PathBuf::from(path))
        }))
    }
}

impl Expect<'_> {
    fn allows(self, current: Option<&str>) -> bool {
        match self {
            Self::Absent => current.is_none(),
            Self::At(old) => current == Some(old),
            Self::Anywhere => true,
        }
    }
}
