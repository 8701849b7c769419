//! The private clone: its `.git` is written by Waybill itself, its files are checked out inside the sandbox.
//!
//! Nothing is copied but the files: objects are borrowed read-only from the user's repository, so that a large
//! history costs nothing, and nothing in the clone is obeyed by the user's git.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::call::{failed, inside};
use super::finish::{has_own_git, remove_stale_locks};
use super::{Author, Git, GitError};
use crate::sandbox::{Sandbox, SandboxSpec};

/// What a workspace begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceStart {
    /// The new branch, checked out.
    pub branch: String,
    /// The branch it is made from; it exists in the clone too, also as `origin/…`.
    pub base_branch: String,
    /// The full id of the commit it begins at. May lie on the branch itself (a run that goes on).
    pub base_commit: String,
    /// Who commits.
    pub author: Author,
    /// Further branches that the clone has from the start, with their commits.
    pub others: Vec<(String, String)>,
    /// The ref of the user's repository that gets the result; None: the branch of the same name.
    pub result_ref: Option<String>,
}

/// Settings of the user's repository that decide how files look when they are checked out.
const KEPT_SETTINGS: &str = r"^(core\.(autocrlf|eol|safecrlf|symlinks|ignorecase|precomposeunicode|filemode|longpaths)|filter\.lfs\..*)$";

impl Git {
    /// Makes the workspace of a sandbox afresh; whatever was in it is removed.
    pub async fn prepare_workspace(&self, sandbox: &Sandbox, start: &WorkspaceStart) -> Result<(), GitError> {
        let spec = sandbox.spec();
        let common = &spec.git_common_dir;
        self.resolve(common, &start.base_commit).await?;
        let format = self.on(common, ["rev-parse", "--show-object-format"]).text().await?;
        let args = ["config", "-z", "--get-regexp", KEPT_SETTINGS];
        let settings = self.on(common, args).maybe().await?.unwrap_or_default();
        let config = configuration(&format, &settings, &start.author);
        write_clone(spec, start, &config)
            .map_err(|source| GitError::Io { doing: "preparing the workspace", source })?;
        let answer = inside(sandbox, ["reset", "--hard", "--quiet"], |task| {
            task.env("GIT_LFS_SKIP_DOWNLOAD_ERRORS", "1")
        });
        let answer = answer.await?;
        if answer.code != Some(0) {
            return Err(failed("checkout in the sandbox", &answer.stderr));
        }
        super::submodules::check_out(sandbox).await
    }

    /// Takes a workspace back to where its branch began: what somebody who was only to look has changed goes, what git
    /// ignores stays. Where git in it is broken, it is made afresh.
    pub async fn restore_workspace(&self, sandbox: &Sandbox, start: &WorkspaceStart) -> Result<(), GitError> {
        if has_own_git(&sandbox.spec().workspace()) {
            remove_stale_locks(sandbox.spec());
            let back = ["checkout", "--quiet", "--force", "-B", &start.branch, &start.base_commit, "--"];
            let back = inside(sandbox, back, |task| task).await?;
            let cleaned = inside(sandbox, ["clean", "--quiet", "--force", "-d"], |task| task).await?;
            if back.code == Some(0) && cleaned.code == Some(0) {
                return Ok(());
            }
        }
        self.prepare_workspace(sandbox, start).await
    }
}

/// Where the clone's settings are kept as Waybill wrote them, out of the sandbox's sight.
pub fn settings_copy(spec: &SandboxSpec) -> PathBuf {
    spec.directory.join("git-config")
}

/// Where the clone began, kept out of the sandbox's sight: a workspace that goes on has a later start.
pub fn beginning(spec: &SandboxSpec) -> PathBuf {
    spec.directory.join("git-base")
}

fn write_clone(spec: &SandboxSpec, start: &WorkspaceStart, config: &str) -> io::Result<()> {
    spec.create_directories()?;
    let workspace = spec.workspace();
    fs::remove_dir_all(&workspace)?;
    let git = workspace.join(".git");
    for directory in ["objects/info", "objects/pack", "refs/heads", "refs/tags", "hooks", "info"] {
        fs::create_dir_all(git.join(directory))?;
    }
    let objects = spec.git_common_dir.join("objects");
    let objects = objects.to_str().filter(|path| !path.contains('\n') && !path.starts_with('"'));
    let objects =
        objects.ok_or_else(|| io::Error::other("the repository's path cannot be written down for git"))?;
    fs::write(git.join("objects/info/alternates"), format!("{objects}\n"))?;
    fs::write(git.join("HEAD"), format!("ref: refs/heads/{}\n", start.branch))?;
    fs::write(git.join("config"), config)?;
    fs::write(settings_copy(spec), config)?;
    fs::write(beginning(spec), &start.base_commit)?;
    copy_if_there(&spec.git_common_dir.join("shallow"), &git.join("shallow"))?;
    copy_if_there(&spec.git_common_dir.join("info/exclude"), &git.join("info/exclude"))?;
    let mut refs = vec![
        format!("refs/heads/{}", start.branch),
        format!("refs/heads/{}", start.base_branch),
        format!("refs/remotes/origin/{}", start.base_branch),
    ];
    let own = refs.drain(..).map(|name| (name, start.base_commit.as_str()));
    let others = start.others.iter().map(|(name, commit)| (format!("refs/heads/{name}"), commit.as_str()));
    let refs: BTreeMap<_, _> = others.chain(own).collect();
    let mut packed = "# pack-refs with: peeled fully-peeled sorted \n".to_owned();
    for (name, commit) in refs {
        // Writing to a String cannot fail.
        let _ = writeln!(packed, "{commit} {name}");
    }
    fs::write(git.join("packed-refs"), packed)
}

fn copy_if_there(from: &Path, to: &Path) -> io::Result<()> {
    match fs::copy(from, to) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

fn configuration(format: &str, settings: &str, author: &Author) -> String {
    let mut text = String::new();
    let version = u8::from(format != "sha1");
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        "[core]\n\trepositoryformatversion = {version}\n\tbare = false\n\tlogallrefupdates = true\n"
    );
    if cfg!(windows) {
        // A workspace lies deeper than the user's own folder: what just fits there would not be checked out here.
        text.push_str("\tlongpaths = true\n");
    }
    if format != "sha1" {
        let _ = write!(text, "[extensions]\n\tobjectFormat = {format}\n");
    }
    let _ = write!(text, "[user]\n\tname = {}\n\temail = {}\n", quoted(&author.name), quoted(&author.email));
    for entry in settings.split('\0').filter(|entry| !entry.is_empty()) {
        let Some((key, value)) = entry.split_once('\n') else { continue };
        let Some((section, name)) = key.rsplit_once('.') else { continue };
        // Without git-lfs in the sandbox its pointers are better than no checkout at all.
        let value = if key == "filter.lfs.required" { "false" } else { value };
        let header = match section.split_once('.') {
            Some((section, part)) => format!("[{section} {}]", quoted(part)),
            None => format!("[{section}]"),
        };
        let _ = write!(text, "{header}\n\t{name} = {}\n", quoted(value));
    }
    text
}

/// A value as git's settings files write it.
fn quoted(value: &str) -> String {
    let mut text = String::from("\"");
    for c in value.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            '\n' => text.push_str("\\n"),
            '\t' => text.push_str("\\t"),
            c if c.is_control() => {}
            c => text.push(c),
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::{configuration, quoted};
    use crate::git::Author;

    #[test]
    fn a_name_cannot_become_a_setting() {
        assert_eq!(quoted("a\"b\n[core]"), r#""a\"b\n[core]""#, "an author's name must stay a name");
    }

    #[test]
    fn line_endings_and_large_files_are_as_the_user_has_them() {
        let author = Author { name: "Ada".into(), email: "ada@example.org".into() };
        let text = configuration("sha256", "core.autocrlf\ntrue\0filter.lfs.required\ntrue\0", &author);
        assert!(text.contains("[core]\n\tautocrlf = \"true\""), "files would all look changed");
        assert_eq!(text.contains("longpaths = true"), cfg!(windows), "nor would the deepest files be there");
        assert!(
            text.contains("[filter \"lfs\"]\n\trequired = \"false\""),
            "a missing git-lfs would stop the run"
        );
        assert!(text.contains("objectFormat = sha256"), "objects of another format cannot be borrowed");
    }
}
