//! A ground to test sandboxes on: a home, a repository and a place for sandboxes, all in a temporary directory.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

#[cfg(target_os = "linux")]
use rustix::event::{PollFd, PollFlags, Timespec, poll};
#[cfg(target_os = "linux")]
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use tempfile::TempDir;
use waybill_domain::ids::SandboxId;
use waybill_engine::git::{Author, Git, Repository, WorkspaceStart};
#[cfg(target_os = "linux")]
use waybill_engine::process::Member;
use waybill_engine::sandbox::{Local, Network, Outcome, Sandbox, SandboxSpec, Task};

pub struct Ground {
    pub directory: TempDir,
    pub sandbox: Sandbox,
}

pub struct Said {
    pub outcome: Outcome,
    pub stdout: String,
    pub stderr: String,
}

impl Ground {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut SandboxSpec)) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        std::fs::create_dir_all(root.join("user")).unwrap();
        let mut spec = spec(root, &repository(root));
        change(&mut spec);
        let path = spec.user_path.clone();
        let sandbox = Sandbox::new(Arc::new(Local::detect(&path).await), spec);
        Self { directory, sandbox }
    }

    pub fn home_file(&self, relative: &str, text: &str) {
        let path = self.directory.path().join("user").join(relative);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    #[cfg(target_os = "linux")]
    pub async fn shell(&self, script: &str) -> Said {
        self.run(Task::new("sh").args(["-c", script])).await
    }

    /// Runs a script, as the shell of this machine reads it: a POSIX shell's one, or a command script's lines.
    #[expect(unused_variables, reason = "each machine reads one of the two")]
    pub async fn script(&self, posix: &str, windows: &str) -> Said {
        #[cfg(windows)]
        return self.run(self.command_script(windows)).await;
        #[cfg(target_os = "linux")]
        self.shell(posix).await
    }

    /// The task that runs these lines as a command script.
    #[cfg(windows)]
    pub fn command_script(&self, lines: &str) -> Task {
        let spec = self.sandbox.spec();
        spec.create_directories().unwrap();
        let file = spec.inputs().join("script.cmd");
        let lines: Vec<&str> = std::iter::once("@echo off").chain(lines.lines().map(str::trim)).collect();
        std::fs::write(&file, lines.join("\r\n") + "\r\n").unwrap();
        Task::new("cmd.exe").args(["/d".into(), "/c".into(), file.into_os_string()])
    }

    pub async fn run(&self, task: Task) -> Said {
        let captured = self.sandbox.capture(task, 1 << 20).await.unwrap();
        // What `echo` ends a line with is not what these tests are about.
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace("\r\n", "\n");
        Said { outcome: captured.outcome, stdout: text(captured.stdout), stderr: text(captured.stderr) }
    }
}

pub fn spec(root: &Path, repository: &Path) -> SandboxSpec {
    let id = SandboxId::generate();
    SandboxSpec {
        project_slug: "sample".to_owned(),
        repository: repository.to_path_buf(),
        git_common_dir: repository.join(".git"),
        directory: root.join("waybill/workspaces").join(id.as_str()),
        caches: root.join("waybill/caches/p"),
        user_home: root.join("user"),
        user_name: "user".to_owned(),
        user_path: search_path(),
        user_env: system_environment(),
        hidden: vec![root.join("waybill")],
        visible: Vec::new(),
        tool_logins: Vec::new(),
        memory_mb: 1024,
        cpu_count: 1,
        timeout: Duration::from_mins(1),
        network: Network::Open,
        allow_weak: cfg!(windows),
        id,
    }
}

/// Where programs are, git among them.
pub fn search_path() -> OsString {
    if cfg!(windows) { std::env::var_os("PATH").unwrap() } else { "/usr/local/bin:/usr/bin:/bin".into() }
}

/// Without which no program of this system starts.
fn system_environment() -> Vec<(OsString, OsString)> {
    let names = if cfg!(windows) { &["SystemRoot", "ComSpec", "PATHEXT"][..] } else { &[] };
    names.iter().filter_map(|name| Some(((*name).into(), std::env::var_os(name)?))).collect()
}

/// A repository with one commit on `main`.
pub fn repository(root: &Path) -> PathBuf {
    let path = root.join("user/sample");
    std::fs::create_dir_all(&path).unwrap();
    git(&path, &["init", "--quiet", "--initial-branch=main"]);
    git(&path, &["config", "user.name", "Ada"]);
    git(&path, &["config", "user.email", "ada@example.org"]);
    std::fs::write(path.join("readme.md"), "# Sample\n").unwrap();
    git(&path, &["add", "."]);
    git(&path, &["commit", "--quiet", "-m", "First"]);
    path
}

/// Runs git as the user would, and gives what it says.
pub fn git(directory: &Path, args: &[&str]) -> String {
    let output = Command::new("git")
        .current_dir(directory)
        .args(args)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

pub async fn find_git() -> Git {
    let env = [("GIT_CONFIG_GLOBAL", "/dev/null"), ("HOME", "/nonexistent")];
    let mut env: Vec<(OsString, OsString)> =
        env.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
    env.extend(system_environment());
    Git::find(&search_path(), &env).await.unwrap()
}

pub fn start(repository: &Repository) -> WorkspaceStart {
    WorkspaceStart {
        branch: "waybill/1-sample".to_owned(),
        base_branch: repository.default_branch.clone(),
        base_commit: repository.head_commit.clone(),
        author: Author { name: "Waybill Agent".to_owned(), email: "agent@example.org".to_owned() },
        others: Vec::new(),
        result_ref: None,
    }
}

/// Every file of a repository but the objects and the new branch, with a hash of its content: what must not change.
pub fn untouched(root: &Path) -> BTreeMap<PathBuf, u64> {
    let mut files = BTreeMap::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let relative = path.strip_prefix(root).unwrap();
            let new = [".git/objects", ".git/refs/heads/waybill", ".git/logs/refs/heads/waybill"];
            if new.iter().any(|prefix| relative.starts_with(prefix)) {
                continue;
            }
            if path.is_dir() {
                open.push(path);
            } else {
                let mut hasher = DefaultHasher::new();
                std::fs::read(&path).unwrap().hash(&mut hasher);
                files.insert(relative.to_path_buf(), hasher.finish());
            }
        }
    }
    files
}

/// Waits until these processes have ended, or fails after a minute.
#[cfg(target_os = "linux")]
pub async fn wait_until_gone(members: &[Member]) {
    let members = members.to_vec();
    tokio::task::spawn_blocking(move || wait_for_each(&members)).await.unwrap();
}

#[cfg(target_os = "linux")]
fn wait_for_each(members: &[Member]) {
    for member in members {
        let pid = Pid::from_raw(member.pid.cast_signed()).unwrap();
        let Ok(handle) = pidfd_open(pid, PidfdFlags::empty()) else { continue };
        let patience = Timespec { tv_sec: 60, tv_nsec: 0 };
        let ended = poll(&mut [PollFd::new(&handle, PollFlags::IN)], Some(&patience)).unwrap();
        assert_eq!(ended, 1, "{} ({}) is still there", member.name, member.pid);
    }
}
