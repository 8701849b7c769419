//! macOS: `sandbox-exec` with a profile made for each task.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use super::{LIFELINE, behind_gate, prepared, unprotected};
use crate::process::{self, Launch};
use crate::sandbox::view::View;
use crate::sandbox::{
    Gate, Isolation, Layout, Network, Prepared, SandboxError, SandboxSpec, Strength, Task, environment,
    limits, seatbelt,
};

const PROGRAM: &str = "/usr/bin/sandbox-exec";
const MEND: &str = "This macOS has no sandbox-exec; update macOS, then try again.";

/// The sandboxes of this machine.
#[derive(Debug)]
pub struct Local {
    works: bool,
}

impl Local {
    /// Looks whether the system's own sandbox is there.
    pub async fn detect(_search_path: &OsStr) -> Self {
        std::future::ready(Self { works: Path::new(PROGRAM).is_file() }).await
    }

    /// A machine without it, whatever is installed; for showing what happens there.
    pub fn without_isolation() -> Self {
        Self { works: false }
    }
}

pub fn isolation(local: &Local, spec: &SandboxSpec) -> Isolation {
    let mut in_force = limits::in_force();
    if !local.works {
        let missing = vec!["files isolated".to_owned()];
        let (by, strength) = ("process group".to_owned(), Strength::None);
        return Isolation {
            by,
            strength,
            network: Network::Open,
            in_force,
            missing,
            mend: Some(MEND.to_owned()),
        };
    }
    in_force.extend(["files read-only but for the workspace", "private home"].map(str::to_owned));
    if spec.network == Network::None {
        in_force.push("no network".to_owned());
    }
    let (by, strength) = ("sandbox-exec".to_owned(), Strength::Full);
    Isolation { by, strength, network: spec.network, in_force, missing: Vec::new(), mend: None }
}

pub fn layout(_local: &Local, spec: &SandboxSpec) -> Layout {
    super::plain_layout(spec)
}

pub fn prepare(local: &Local, spec: &SandboxSpec, task: Task) -> Result<Prepared, SandboxError> {
    if !local.works {
        return unprotected(spec, task, MEND);
    }
    let view = View::of(spec)?;
    let layout = super::plain_layout(spec);
    let network = if task.offline { Network::None } else { spec.network };
    super::settings(spec)?;
    let mut launch = Launch::new(PROGRAM);
    launch.args =
        vec!["-p".into(), OsString::from(seatbelt::profile(spec, &view, network)), "/bin/sh".into()];
    behind_gate(&mut launch, LIFELINE, &task);
    launch.env = environment::environment(spec, &layout, &task, |_| true);
    launch.env.extend(environment::toolchain_places(spec));
    launch.cwd = Some(task.cwd.clone().unwrap_or(layout.workspace));
    Ok(prepared(spec, task, launch, Gate::Lifeline))
}

/// Ends what an earlier Waybill left of this sandbox.
pub async fn sweep(sandbox_id: &str) -> Vec<String> {
    process::reap_leftovers(sandbox_id).await
}
