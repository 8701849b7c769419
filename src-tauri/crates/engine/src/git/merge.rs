//! A branch enters its base: tried without touching anything, then made and put in place in one step.

use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::finish::signed_by;
use super::{Author, Expect, Git, GitError};

/// How long a merge may take.
const PATIENCE: Duration = Duration::from_mins(10);

/// How the branch's commits enter the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MergeMode {
    /// A merge commit.
    Merge,
    /// One commit with everything.
    Squash,
    /// Each commit anew on top of the base.
    Rebase,
}

/// How a branch and its base stand to each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeState {
    /// The base's commit now.
    pub base_commit: String,
    /// The branch's commit now.
    pub branch_commit: String,
    /// How many commits the base has that the branch does not.
    pub behind: u32,
    /// How many commits the branch has that the base does not; 0 means that it is merged already.
    pub ahead: u32,
    /// Files that conflict; empty when the branch merges cleanly.
    pub conflicts: Vec<String>,
}

impl MergeState {
    /// Whether a merge would do something and succeed.
    pub fn is_clean(&self) -> bool {
        self.ahead > 0 && self.conflicts.is_empty()
    }
}

/// A merge that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// Where the base was.
    pub from: String,
    /// Where it is now.
    pub commit: String,
}

enum Tree {
    Clean(String),
    Conflicts(Vec<String>),
}

impl Git {
    /// How a branch and its base stand to each other, without changing anything.
    pub async fn merge_state(
        &self,
        common_dir: &Path,
        base: &str,
        branch: &str,
    ) -> Result<MergeState, GitError> {
        let base_commit = self.branch_commit(common_dir, base).await?;
        let branch_commit = self.branch_commit(common_dir, branch).await?;
        let range = format!("{base_commit}...{branch_commit}");
        let counted =
            self.on(common_dir, ["rev-list", "--left-right", "--count", range.as_str()]).text().await?;
        let unreadable = || GitError::Unreadable { action: "rev-list".to_owned() };
        let (behind, ahead) = counted.split_once('\t').ok_or_else(unreadable)?;
        let behind = behind.parse().map_err(|_| unreadable())?;
        let ahead = ahead.parse().map_err(|_| unreadable())?;
        let conflicts = if ahead == 0 || behind == 0 {
            Vec::new()
        } else {
            match self.merged_tree(common_dir, &base_commit, &branch_commit).await? {
                Tree::Clean(_) => Vec::new(),
                Tree::Conflicts(paths) => paths,
            }
        };
        Ok(MergeState { base_commit, branch_commit, behind, ahead, conflicts })
    }

    /// Merges a branch into its base, when that is clean.
    ///
    /// A base that is checked out is brought forward in its working tree, which must have no uncommitted changes; one
    /// that is not is moved by its ref alone. In both cases only from where it was when the merge was made.
    pub async fn merge(
        &self,
        common_dir: &Path,
        (base, branch): (&str, &str),
        mode: MergeMode,
        author: &Author,
        message: &str,
    ) -> Result<Merged, GitError> {
        let state = self.merge_state(common_dir, base, branch).await?;
        if state.ahead == 0 {
            return Err(GitError::AlreadyMerged { base: base.to_owned() });
        }
        let (onto, tip) = (state.base_commit.as_str(), state.branch_commit.as_str());
        let making = Making { git: self, common_dir, base, author };
        let commit = match mode {
            MergeMode::Merge => making.joined(onto, tip, &[onto, tip], message).await?,
            MergeMode::Squash => {
                let commit = making.joined(onto, tip, &[onto], message).await?;
                // Squashed before: the base's history does not know the branch, its content does.
                if self.same_content(common_dir, onto, &commit).await? {
                    return Err(GitError::AlreadyMerged { base: base.to_owned() });
                }
                commit
            }
            MergeMode::Rebase if state.behind == 0 => tip.to_owned(),
            MergeMode::Rebase => making.rebased(onto, tip).await?,
        };
        self.bring_forward(common_dir, (base, branch), mode, (onto, &commit)).await?;
        Ok(Merged { from: state.base_commit, commit })
    }

    /// Why a merge would be refused as the base's working tree is now; None when it would not.
    pub async fn merge_refusal(
        &self,
        common_dir: &Path,
        base: &str,
        branch: &str,
    ) -> Result<Option<GitError>, GitError> {
        let Some(worktree) = self.checked_out_at(common_dir, base).await? else { return Ok(None) };
        let dirty = self.has_changes(&worktree).await?;
        Ok(dirty.then(|| dirty_worktree((base, branch), MergeMode::Merge, &worktree)))
    }

    async fn has_changes(&self, worktree: &Path) -> Result<bool, GitError> {
        let args = ["status", "--porcelain=v1", "-z", "--untracked-files=no", "--ignore-submodules=none"];
        Ok(!self.call(worktree, args).bytes().await?.is_empty())
    }

    async fn same_content(&self, common_dir: &Path, one: &str, other: &str) -> Result<bool, GitError> {
        let trees = [format!("{one}^{{tree}}"), format!("{other}^{{tree}}")];
        let listed = self.on(common_dir, ["rev-parse", &trees[0], &trees[1]]).text().await?;
        let mut lines = listed.lines();
        Ok(lines.next().is_some_and(|first| lines.next() == Some(first)))
    }

    async fn branch_commit(&self, common_dir: &Path, branch: &str) -> Result<String, GitError> {
        let found = self.ref_commit(common_dir, &format!("refs/heads/{branch}")).await?;
        found.ok_or_else(|| GitError::NoSuchCommit { revision: branch.to_owned() })
    }

    async fn merged_tree(&self, common_dir: &Path, ours: &str, theirs: &str) -> Result<Tree, GitError> {
        let args = ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", ours, theirs];
        let answer = self.on(common_dir, args).patience(PATIENCE).answer().await?;
        let text = String::from_utf8_lossy(&answer.stdout).into_owned();
        let mut fields = text.split('\0').filter(|field| !field.is_empty());
        let tree = fields.next().unwrap_or_default().trim().to_owned();
        match answer.code {
            Some(0) => Ok(Tree::Clean(tree)),
            Some(1) => Ok(Tree::Conflicts(fields.map(str::to_owned).collect())),
            _ => Err(super::call::failed("merge-tree", &answer.stderr)),
        }
    }

    async fn bring_forward(
        &self,
        common_dir: &Path,
        (base, branch): (&str, &str),
        mode: MergeMode,
        (from, to): (&str, &str),
    ) -> Result<(), GitError> {
        let name = format!("refs/heads/{base}");
        let Some(worktree) = self.checked_out_at(common_dir, base).await? else {
            return self.set_ref(common_dir, &name, to, Expect::At(from)).await;
        };
        let dirty = |path: &Path| dirty_worktree((base, branch), mode, path);
        if self.has_changes(&worktree).await? {
            return Err(dirty(&worktree));
        }
        // Tried without writing: an untracked file may stand where the merge brings one.
        let args = ["read-tree", "--dry-run", "-m", "-u", from, to];
        if self.call(&worktree, args).answer().await?.code != Some(0) {
            return Err(dirty(&worktree));
        }
        let args = ["merge", "--ff-only", "--no-verify", "--no-edit", "--no-stat", "--quiet", to];
        let answer = self.call(&worktree, args).patience(PATIENCE).answer().await?;
        if answer.code == Some(0) {
            return Ok(());
        }
        // Git changes nothing when it refuses: a base that moved meanwhile, for one.
        if self.ref_commit(common_dir, &name).await?.as_deref() != Some(from) {
            return Err(GitError::RefMoved { name: base.to_owned() });
        }
        Err(super::call::failed("merge", &answer.stderr))
    }
}

/// Makes the commits of a merge; no ref moves.
fn dirty_worktree((base, branch): (&str, &str), mode: MergeMode, path: &Path) -> GitError {
    let command = match mode {
        MergeMode::Merge => format!("git -C '{}' merge {branch}", path.display()),
        MergeMode::Squash => format!("git -C '{}' merge --squash {branch}", path.display()),
        MergeMode::Rebase => format!("git -C '{}' cherry-pick {base}..{branch}", path.display()),
    };
    GitError::DirtyWorktree { branch: base.to_owned(), path: path.to_path_buf(), command }
}

struct Making<'a> {
    git: &'a Git,
    common_dir: &'a Path,
    base: &'a str,
    author: &'a Author,
}

impl Making<'_> {
    async fn joined(
        &self,
        onto: &str,
        tip: &str,
        parents: &[&str],
        message: &str,
    ) -> Result<String, GitError> {
        let tree = self.tree(onto, tip).await?;
        self.commit(&tree, parents, message, &signed_by(self.author)).await
    }

    async fn tree(&self, ours: &str, theirs: &str) -> Result<String, GitError> {
        match self.git.merged_tree(self.common_dir, ours, theirs).await? {
            Tree::Clean(tree) => Ok(tree),
            Tree::Conflicts(paths) => Err(GitError::Conflicts { base: self.base.to_owned(), paths }),
        }
    }

    /// Each commit of the branch anew on the base; merges are left out, as `git rebase` does.
    async fn rebased(&self, onto: &str, tip: &str) -> Result<String, GitError> {
        let range = format!("{onto}..{tip}");
        let args = ["rev-list", "--reverse", "--topo-order", "--no-merges", range.as_str()];
        let commits = self.git.on(self.common_dir, args).text().await?;
        let mut at = onto.to_owned();
        for commit in commits.lines() {
            at = self.picked(&at, commit).await?;
        }
        Ok(at)
    }

    async fn picked(&self, onto: &str, commit: &str) -> Result<String, GitError> {
        let parent = self.git.resolve(self.common_dir, &format!("{commit}^1")).await?;
        let own_tree = format!("{onto}^{{tree}}");
        let own_tree =
            self.git.on(self.common_dir, ["rev-parse", "--verify", own_tree.as_str()]).text().await?;
        // A commit with the new base's content and the picked one's parent: merging with it is picking.
        let stand_in = self.commit(&own_tree, &[&parent], "", &signed_by(self.author)).await?;
        let tree = self.tree(&stand_in, commit).await?;
        if tree == own_tree {
            return Ok(onto.to_owned());
        }
        let format = "--format=%an%x00%ae%x00%ad%x00%B";
        let args = ["show", "--no-patch", "--date=raw", "--encoding=UTF-8", format, commit];
        let shown = self.git.on(self.common_dir, args).text().await?;
        let mut parts = shown.splitn(4, '\0');
        let mut part = || parts.next().unwrap_or_default().to_owned();
        let (name, email, date, message) = (part(), part(), part(), part());
        let mut signed = signed_by(self.author).to_vec();
        signed.retain(|(key, _)| key.starts_with("GIT_COMMITTER"));
        signed.extend([("GIT_AUTHOR_NAME", name), ("GIT_AUTHOR_EMAIL", email), ("GIT_AUTHOR_DATE", date)]);
        self.commit(&tree, &[onto], &message, &signed).await
    }

    async fn commit(
        &self,
        tree: &str,
        parents: &[&str],
        message: &str,
        signed: &[(&'static str, String)],
    ) -> Result<String, GitError> {
        let args = ["commit-tree", tree].into_iter().chain(parents.iter().flat_map(|parent| ["-p", parent]));
        let call = self.git.on(self.common_dir, args);
        let call = call.input(crate::process::Input::Bytes(message.as_bytes().to_vec()));
        let call = signed.iter().fold(call, |call, (key, value)| call.env(key, value));
        call.text().await
    }
}
