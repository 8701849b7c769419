//! Linux: bubblewrap, when it is there and the kernel lets it work.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{ISOLATED, behind_gate, prepared, unprotected};
use crate::process::{self, Launch, spawn};
use crate::sandbox::view::View;
use crate::sandbox::{
    Gate, Isolation, Layout, Network, Prepared, SandboxError, SandboxSpec, Strength, Task, bubblewrap,
    environment, limits, toolchains,
};

/// The sandboxes of this machine.
#[derive(Debug)]
pub struct Local {
    bubblewrap: Result<PathBuf, String>,
}

impl Local {
    /// Looks for bubblewrap on `search_path` and the usual directories, and tries whether it works.
    pub async fn detect(search_path: &OsStr) -> Self {
        let usual = ["/usr/bin", "/usr/local/bin", "/bin"].map(PathBuf::from);
        let directories = toolchains::path_entries(search_path).into_iter().chain(usual);
        let found = directories.map(|directory| directory.join("bwrap")).find(|program| program.is_file());
        let bubblewrap = match found {
            None => {
                Err("Install bubblewrap (on Debian and Ubuntu: sudo apt install bubblewrap), then try again."
                    .to_owned())
            }
            Some(program) => match works(&program).await {
                Ok(()) => Ok(program),
                Err(words) => Err(mend_refusal(&words)),
            },
        };
        Self { bubblewrap }
    }

    /// A machine without bubblewrap, whatever is installed; for showing what happens there.
    pub fn without_isolation() -> Self {
        Self { bubblewrap: Err("Install bubblewrap, then try again.".to_owned()) }
    }
}

async fn works(program: &Path) -> Result<(), String> {
    let mut launch = Launch::new(program);
    let flags = "--unshare-user-try --unshare-pid --unshare-ipc --unshare-uts --unshare-cgroup-try --unshare-net \
                 --die-with-parent --new-session --cap-drop ALL --ro-bind / / --size 4096 --tmpfs /tmp --proc /proc --dev /dev -- /bin/sh -c :";
    launch.args = flags.split_ascii_whitespace().map(OsString::from).collect();
    let mut child = spawn(launch).await.map_err(|error| error.to_string())?;
    let status = tokio::time::timeout(Duration::from_secs(10), child.wait()).await;
    if matches!(&status, Ok(Ok(status)) if status.success()) {
        return Ok(());
    }
    child.kill_group();
    let words = match child.stderr() {
        Some(stream) => stream.collect(1000).await.unwrap_or_default().0,
        None => Vec::new(),
    };
    Err(String::from_utf8_lossy(&words).trim().to_owned())
}

fn mend_refusal(words: &str) -> String {
    let restricted = Path::new("/proc/sys/kernel/apparmor_restrict_unprivileged_userns");
    if std::fs::read_to_string(restricted).is_ok_and(|value| value.trim() == "1") {
        return "Allow bubblewrap to make user namespaces: install the AppArmor profile for bwrap (on Ubuntu: sudo \
                apt install apparmor-profiles, then enable bwrap-userns-restrict), then try again."
            .to_owned();
    }
    let reason = match words {
        "" => String::new(),
        words => format!(" ({})", waybill_domain::text::cut(words, 200)),
    };
    format!(
        "bubblewrap is installed but cannot make a sandbox here{reason}; enable user namespaces, then try again."
    )
}

pub fn isolation(local: &Local, spec: &SandboxSpec) -> Isolation {
    match &local.bubblewrap {
        Ok(_) => {
            let files =
                ["files read-only but for the workspace", "private home and /tmp", "own process namespace"];
            let mut in_force: Vec<String> = files.map(str::to_owned).to_vec();
            in_force.extend(limits::in_force());
            if spec.network == Network::None {
                in_force.push("no network".to_owned());
            }
            let (by, strength) = ("bubblewrap".to_owned(), Strength::Full);
            Isolation { by, strength, network: spec.network, in_force, missing: Vec::new(), mend: None }
        }
        Err(mend) => {
            let mut missing = vec!["files isolated".to_owned(), "own process namespace".to_owned()];
            if spec.network == Network::None {
                missing.push("no network".to_owned());
            }
            Isolation {
                by: "process group".to_owned(),
                strength: Strength::None,
                network: Network::Open,
                in_force: limits::in_force(),
                missing,
                mend: Some(mend.clone()),
            }
        }
    }
}

pub fn layout(local: &Local, spec: &SandboxSpec) -> Layout {
    if local.bubblewrap.is_ok() { bubblewrap::layout(spec) } else { super::plain_layout(spec) }
}

pub fn prepare(local: &Local, spec: &SandboxSpec, task: Task) -> Result<Prepared, SandboxError> {
    let program = match &local.bubblewrap {
        Ok(program) => program,
        Err(mend) => return unprotected(spec, task, mend),
    };
    let view = View::of(spec)?;
    let inside = bubblewrap::layout(spec);
    let network = if task.offline { Network::None } else { spec.network };
    let cwd = task.cwd.clone().unwrap_or_else(|| inside.workspace.clone());
    let visible = |entry: &Path| {
        entry.is_dir()
            && (bubblewrap::is_system(entry) || view.read_only.iter().any(|shown| entry.starts_with(shown)))
    };
    let environment = environment::environment(spec, &inside, &task, visible);
    // What steers the program loader would steer bubblewrap itself, outside: it is set inside instead.
    let (steering, plain): (Vec<_>, Vec<_>) =
        environment.into_iter().partition(|(key, _)| steers_loader(key));
    let mut launch = Launch::new(program);
    launch.env = plain;
    for (key, value) in steering {
        launch.args.extend([OsString::from("--setenv"), key, value]);
    }
    launch.args.extend(bubblewrap::arguments(spec, &view, network, &cwd)?);
    launch.args.push("/bin/sh".into());
    behind_gate(&mut launch, ISOLATED, &task);
    Ok(prepared(spec, task, launch, Gate::Isolated))
}

fn steers_loader(key: &OsStr) -> bool {
    let key = key.to_string_lossy();
    key.starts_with("LD_") || key == "GCONV_PATH" || key == "GLIBC_TUNABLES" || key == "LOCPATH"
}

/// Removes what the system keeps for a sandbox of an earlier Waybill, after its processes were ended.
pub async fn sweep(sandbox_id: &str) -> Vec<String> {
    let ended = process::reap_leftovers(sandbox_id).await;
    crate::sandbox::cgroup::sweep(sandbox_id);
    ended
}
