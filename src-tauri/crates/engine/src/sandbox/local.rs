//! The provider of this machine: the strongest isolation it has, and words for what is in force.

#[cfg(target_os = "linux")]
#[path = "local/linux.rs"]
mod platform;
#[cfg(target_os = "macos")]
#[path = "local/macos.rs"]
mod platform;
#[cfg(windows)]
#[path = "local/windows.rs"]
mod platform;

use super::{Gate, Isolation, Layout, Prepared, Provider, SandboxError, SandboxSpec, Task};
#[cfg(unix)]
use crate::process::Launch;
#[cfg(unix)]
use std::ffi::OsString;

pub use platform::{Local, sweep};

impl Provider for Local {
    fn isolation(&self, spec: &SandboxSpec) -> Isolation {
        platform::isolation(self, spec)
    }

    fn layout(&self, spec: &SandboxSpec) -> Layout {
        platform::layout(self, spec)
    }

    fn prepare(&self, spec: &SandboxSpec, task: Task) -> Result<Prepared, SandboxError> {
        spec.create_directories()
            .map_err(|source| SandboxError::Directory { path: spec.directory.clone(), source })?;
        platform::prepare(self, spec, task)
    }
}

/// Puts the settings of the user's toolchains into the private home.
fn settings(spec: &SandboxSpec) -> Result<(), SandboxError> {
    super::home::copy_settings(spec).map_err(|source| SandboxError::Directory { path: spec.home(), source })
}

/// Where things are when the sandbox cannot give them other names.
pub(super) fn plain_layout(spec: &SandboxSpec) -> Layout {
    Layout {
        workspace: spec.workspace(),
        home: spec.home(),
        out: spec.out(),
        inputs: spec.inputs(),
        temporary: spec.temporary(),
    }
}

/// The shell that holds the gate of a task in a process namespace of its own: see `running/gate.rs`.
///
/// It outlives the signals that ask the task to end, and stays until Waybill has seen what is left.
#[cfg(target_os = "linux")]
const ISOLATED: &str = r#"trap : TERM INT HUP
echo ready >&3
IFS= read -r go <&4 || exit 125
"$@" 3>&- 4<&-
echo "exit $?" >&3
IFS= read -r end <&4
"#;

/// The same where there is no process namespace: a second shell kills the group when Waybill dies.
#[cfg(unix)]
const LIFELINE: &str = r#"trap : TERM INT HUP
( trap '' TERM INT HUP; IFS= read -r end <&5; kill -KILL 0 ) 3>&- 4<&- </dev/null >/dev/null 2>&1 &
exec 5<&-
echo ready >&3
IFS= read -r go <&4 || exit 125
"$@" 3>&- 4<&-
echo "exit $?" >&3
IFS= read -r end <&4
"#;

/// Adds the gate's shell and the task behind it to a launch.
#[cfg(unix)]
fn behind_gate(launch: &mut Launch, script: &str, task: &Task) {
    launch.args.extend(["-c", script, "waybill-gate"].map(OsString::from));
    launch.args.push(task.program.clone());
    launch.args.extend(task.args.iter().cloned());
}

/// A launch with no more isolation than a process group and a private home.
#[cfg(unix)]
fn unprotected(spec: &SandboxSpec, task: Task, mend: &str) -> Result<Prepared, SandboxError> {
    if !spec.allow_weak {
        return Err(SandboxError::Weak { mend: mend.to_owned() });
    }
    let layout = plain_layout(spec);
    settings(spec)?;
    let mut launch = Launch::new("/bin/sh");
    behind_gate(&mut launch, LIFELINE, &task);
    launch.env = super::environment::environment(spec, &layout, &task, |_| true);
    launch.env.extend(super::environment::toolchain_places(spec));
    launch.cwd = Some(task.cwd.clone().unwrap_or(layout.workspace));
    Ok(prepared(spec, task, launch, Gate::Lifeline))
}

fn prepared(spec: &SandboxSpec, task: Task, mut launch: crate::process::Launch, gate: Gate) -> Prepared {
    launch.input = task.input;
    let timeout = task.timeout.map_or(spec.timeout, |timeout| timeout.min(spec.timeout));
    Prepared { launch, gate, timeout }
}
