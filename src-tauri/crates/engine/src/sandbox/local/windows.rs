//! Windows: a Job Object bounds processes and memory; files are not isolated, so the user is asked first.

use std::ffi::OsStr;

use super::prepared;
use crate::process::Launch;
use crate::sandbox::{
    Gate, Isolation, Layout, Network, Prepared, SandboxError, SandboxSpec, Strength, Task, environment,
    limits,
};

const MEND: &str = "Windows has no isolation of files that Waybill can use; run Waybill in WSL 2 to have it.";

/// The sandboxes of this machine.
#[derive(Debug)]
pub struct Local;

impl Local {
    /// Job Objects are part of Windows: nothing has to be looked for.
    pub async fn detect(_search_path: &OsStr) -> Self {
        std::future::ready(Self).await
    }

    /// The same: this is what Windows has.
    pub fn without_isolation() -> Self {
        Self
    }
}

pub fn isolation(_local: &Local, spec: &SandboxSpec) -> Isolation {
    let mut missing = vec!["files isolated".to_owned()];
    if spec.network == Network::None {
        missing.push("no network".to_owned());
    }
    let mut in_force = vec!["every process ended with the task".to_owned(), "private home".to_owned()];
    in_force.extend(limits::in_force());
    Isolation {
        by: "job object".to_owned(),
        strength: Strength::None,
        network: Network::Open,
        in_force,
        missing,
        mend: Some(MEND.to_owned()),
    }
}

pub fn layout(_local: &Local, spec: &SandboxSpec) -> Layout {
    super::plain_layout(spec)
}

pub fn prepare(_local: &Local, spec: &SandboxSpec, task: Task) -> Result<Prepared, SandboxError> {
    if !spec.allow_weak {
        return Err(SandboxError::Weak { mend: MEND.to_owned() });
    }
    let layout = super::plain_layout(spec);
    super::settings(spec)?;
    let mut launch = Launch::new(&task.program);
    launch.args.clone_from(&task.args);
    launch.env = environment::environment(spec, &layout, &task, |_| true);
    launch.env.extend(environment::toolchain_places(spec));
    launch.cwd = Some(task.cwd.clone().unwrap_or(layout.workspace));
    Ok(prepared(spec, task, launch, Gate::Absent))
}

/// Nothing is left of a job whose Waybill is gone.
pub async fn sweep(sandbox_id: &str) -> Vec<String> {
    crate::process::reap_leftovers(sandbox_id).await
}
