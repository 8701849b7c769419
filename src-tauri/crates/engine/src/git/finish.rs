//! The end of a step: what the agent left in its workspace becomes commits and a bundle, inside the sandbox.
//!
//! No agent runs meanwhile and no secret is in the environment. Whatever comes out is checked again outside.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use waybill_domain::agent::HeldBackKind;

use super::call::{failed, inside, inside_text};
use super::workspace::{beginning, settings_copy};
use super::{Author, Git, GitError, WorkspaceStart};
use crate::process::Input;
use crate::sandbox::{HeldBack, Sandbox, SandboxSpec, Task};

/// The bundle's name below the sandbox's `out/`.
const BUNDLE: &str = "result.bundle";

/// What a step left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// The commit that the branch ends at; the base commit when nothing was made.
    pub head_commit: String,
    /// How many commits lie on the branch since the base.
    pub commits: u32,
    /// Whether a bundle with those commits was written; hand it to [`Git::import_result`].
    pub bundled: bool,
    /// What the agent changed in its own copy and was not taken over.
    pub held_back: Vec<HeldBack>,
}

impl Git {
    /// Commits what is uncommitted, and gives the new commit; None when there was nothing.
    pub async fn commit_if_dirty(
        &self,
        sandbox: &Sandbox,
        author: &Author,
        message: &str,
    ) -> Result<Option<String>, GitError> {
        if !has_own_git(&sandbox.spec().workspace()) {
            return Err(failed("in the sandbox", "the workspace's .git was replaced or leads elsewhere"));
        }
        remove_stale_locks(sandbox.spec());
        stage_all(sandbox).await?;
        let staged = inside(sandbox, ["diff", "--cached", "--quiet", "--no-ext-diff"], |task| task).await?;
        match staged.code {
            Some(0) => return Ok(None),
            Some(1) => {}
            _ => return Err(failed("diff in the sandbox", &staged.stderr)),
        }
        let args = ["commit", "--quiet", "--no-verify", "--no-gpg-sign", "--cleanup=whitespace", "--file=-"];
        let commit = inside(sandbox, args, |mut task| {
            task.input = Input::Bytes(message.as_bytes().to_vec());
            signed_by(author).into_iter().fold(task, |task, (key, value)| task.env(key, value))
        });
        commit.await?.success("commit in the sandbox")?;
        inside_text(sandbox, &["rev-parse", "--verify", "HEAD"]).await.map(Some)
    }

    /// The commit that the workspace stands at.
    pub async fn workspace_head(&self, sandbox: &Sandbox) -> Result<String, GitError> {
        inside_text(sandbox, &["rev-parse", "--verify", "HEAD^{commit}"]).await
    }

    /// Commits what is left, puts the branch where the work ended, and bundles `base..branch`.
    pub async fn finish_workspace(
        &self,
        sandbox: &Sandbox,
        start: &WorkspaceStart,
        message: &str,
    ) -> Result<Finished, GitError> {
        self.commit_if_dirty(sandbox, &start.author, message).await?;
        let head_commit = self.workspace_head(sandbox).await?;
        let mut held_back = self.own_copy_changes(sandbox, start).await?;
        let branch = format!("refs/heads/{}", start.branch);
        let at = inside(sandbox, ["symbolic-ref", "--quiet", "HEAD"], |task| task).await?;
        let at = String::from_utf8_lossy(&at.stdout).trim().to_owned();
        if at != branch {
            inside_text(sandbox, &["update-ref", "--end-of-options", &branch, &head_commit]).await?;
            let left = at.strip_prefix("refs/heads/").unwrap_or("no branch");
            held_back.push(held(format!(
                "The agent ended on {left}; its commits were taken to {}.",
                start.branch
            )));
        }
        let range = format!("{}..{branch}", start.base_commit);
        let count = inside_text(sandbox, &["rev-list", "--count", "--end-of-options", &range]).await?;
        let commits: u32 =
            count.parse().map_err(|_| GitError::Unreadable { action: "rev-list".to_owned() })?;
        if commits == 0 {
            let head_commit = start.base_commit.clone();
            return Ok(Finished { head_commit, commits, bundled: false, held_back });
        }
        clear_bundle(sandbox.spec())
            .map_err(|source| GitError::Io { doing: "making room for the agent's result", source })?;
        let file = sandbox.layout().out.join(BUNDLE);
        let file = file.to_string_lossy();
        let excluded = format!("^{}", start.base_commit);
        inside_text(sandbox, &["bundle", "create", "--quiet", &file, &branch, &excluded]).await?;
        Ok(Finished { head_commit, commits, bundled: true, held_back })
    }

    /// What an agent changed in its own copy that has no effect on the user's repository.
    async fn own_copy_changes(
        &self,
        sandbox: &Sandbox,
        start: &WorkspaceStart,
    ) -> Result<Vec<HeldBack>, GitError> {
        let spec = sandbox.spec();
        let mut found = Vec::new();
        let listed = inside_text(sandbox, &["for-each-ref", "--format=%(objectname) %(refname)"]).await?;
        let refs: BTreeMap<&str, &str> =
            listed.lines().filter_map(|line| line.split_once(' ')).map(|(id, name)| (name, id)).collect();
        let ours = format!("refs/heads/{}", start.branch);
        let base = format!("refs/heads/{}", start.base_branch);
        let began = fs::read_to_string(beginning(spec)).unwrap_or_else(|_| start.base_commit.clone());
        if base != ours && refs.get(base.as_str()).is_none_or(|id| *id != began) {
            found.push(held(format!(
                "The agent moved {} in its own copy; the branch in your repository stays where it is.",
                start.base_branch
            )));
        }
        let tracked = format!("refs/remotes/origin/{}", start.base_branch);
        let known = [ours.as_str(), base.as_str(), tracked.as_str()];
        let others: Vec<_> = start.others.iter().map(|(name, _)| format!("refs/heads/{name}")).collect();
        let is_known = |name: &str| known.contains(&name) || others.iter().any(|other| other == name);
        let made: Vec<&str> = refs.keys().copied().filter(|name| !is_known(name)).collect();
        if let Some(first) = made.first() {
            let more = if made.len() > 1 { format!(" and {} more", made.len() - 1) } else { String::new() };
            let first = first.trim_start_matches("refs/");
            found.push(held(format!("The agent made {first}{more} in its own copy; not taken over.")));
        }
        let hooks = hooks(&spec.workspace().join(".git").join("hooks"));
        if !hooks.is_empty() {
            let hooks = hooks.join(", ");
            found.push(held(format!("The agent wrote git hooks in its own copy ({hooks}); they never run.")));
        }
        if settings_changed(spec) {
            found.push(held(
                "The agent changed git settings of its own copy; they were not taken over.".to_owned(),
            ));
        }
        Ok(found)
    }
}

/// Stages everything, also what the agent took its own right to read away from.
async fn stage_all(sandbox: &Sandbox) -> Result<(), GitError> {
    let args = ["add", "--all", "--", "."];
    let added = inside(sandbox, args, |task| task).await?;
    // A directory that cannot be entered is only a warning to git, and would be left out without a word.
    if cfg!(unix) && added.stderr.contains("Permission denied") {
        let open_up = Task::new("chmod").args(["-R", "u+rwX", "--", "."]);
        sandbox.capture(open_up, 0).await?;
        return inside_text(sandbox, &args).await.map(drop);
    }
    added.success("add in the sandbox").map(drop)
}

/// The bundle that a finished workspace handed out.
pub fn bundle_file(spec: &SandboxSpec) -> std::path::PathBuf {
    spec.out().join(BUNDLE)
}

/// The variables that name who commits.
pub fn signed_by(author: &Author) -> [(&'static str, String); 4] {
    [
        ("GIT_AUTHOR_NAME", author.name.clone()),
        ("GIT_AUTHOR_EMAIL", author.email.clone()),
        ("GIT_COMMITTER_NAME", author.name.clone()),
        ("GIT_COMMITTER_EMAIL", author.email.clone()),
    ]
}

fn held(detail: String) -> HeldBack {
    HeldBack { kind: HeldBackKind::Repository, detail }
}

/// A git that was killed leaves its locks; nothing runs now, so they are nobody's.
pub fn remove_stale_locks(spec: &SandboxSpec) {
    let git = spec.workspace().join(".git");
    if fs::symlink_metadata(&git).is_ok_and(|found| found.is_dir()) {
        for lock in ["index.lock", "HEAD.lock", "config.lock", "packed-refs.lock"] {
            let _ = fs::remove_file(git.join(lock));
        }
        remove_ref_locks(&git.join("refs"));
    }
}

/// Whether the clone keeps its refs in a `.git` of its own. Where files are not isolated, a link or a file in its place
/// would have git commit to whatever repository it names: the user's own.
pub fn has_own_git(workspace: &Path) -> bool {
    let git = workspace.join(".git");
    fs::symlink_metadata(&git).is_ok_and(|found| found.is_dir())
        && fs::symlink_metadata(git.join("commondir")).is_err()
        && ["", "refs", "logs"].iter().all(|folder| holds_no_link(&git.join(folder), !folder.is_empty()))
}

fn holds_no_link(folder: &Path, below: bool) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return true };
    entries.flatten().all(|entry| match entry.file_type() {
        Ok(kind) if kind.is_symlink() => false,
        Ok(kind) if kind.is_dir() && below => holds_no_link(&entry.path(), true),
        kind => kind.is_ok(),
    })
}

/// Removes the locks of refs below a directory; links are not followed.
fn remove_ref_locks(directory: &Path) {
    if !fs::symlink_metadata(directory).is_ok_and(|found| found.is_dir()) {
        return;
    }
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => remove_ref_locks(&entry.path()),
            Ok(_) if entry.path().extension().is_some_and(|extension| extension == "lock") => {
                let _ = fs::remove_file(entry.path());
            }
            _ => {}
        }
    }
}

/// Removes what stands where the bundle will be: an interrupted try's half, its lock, or what an agent put there.
fn clear_bundle(spec: &SandboxSpec) -> std::io::Result<()> {
    let bundle = bundle_file(spec);
    for path in [bundle.with_extension("bundle.lock"), bundle] {
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_dir() => fs::remove_dir_all(&path)?,
            Ok(_) => fs::remove_file(&path)?,
            Err(_) => {}
        }
    }
    Ok(())
}

/// Hooks in the clone, where Waybill put none; a link in place of the directory is not followed.
fn hooks(directory: &Path) -> Vec<String> {
    if fs::symlink_metadata(directory).is_ok_and(|found| !found.is_dir()) {
        return vec!["a link".to_owned()];
    }
    let names = fs::read_dir(directory).into_iter().flatten().flatten();
    let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| !name.ends_with(".sample")).take(5).collect();
    names.sort();
    names
}

fn settings_changed(spec: &SandboxSpec) -> bool {
    let git = spec.workspace().join(".git");
    if !fs::symlink_metadata(&git).is_ok_and(|found| found.is_dir()) {
        return true;
    }
    let now = crate::sandbox::read_regular(&git, "config", 1 << 20).ok().flatten();
    now != fs::read(settings_copy(spec)).ok()
}
