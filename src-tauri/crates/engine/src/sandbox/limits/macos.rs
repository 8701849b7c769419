//! Limits on macOS: a watch over the memory, and a lower priority.

use std::time::Duration;

use rustix::process::setpriority_process;

use crate::process::unix::as_pid;
use crate::process::{self, Child, Member};
use crate::sandbox::SandboxSpec;

/// The limits of one task.
#[derive(Debug)]
pub struct Limits {
    memory: u64,
}

/// What limits this machine can hold, in words.
pub fn in_force() -> Vec<String> {
    vec!["memory limit by watching".to_owned(), "lower priority".to_owned()]
}

#[expect(clippy::unused_self, reason = "the shape of the platforms that hold more")]
impl Limits {
    /// Makes ready the limits for a process that stands at its gate.
    pub fn of(spec: &SandboxSpec, _child: &Child) -> Self {
        Self { memory: u64::from(spec.memory_mb) << 20 }
    }

    /// Puts these processes, and all that they will start, under the limits.
    pub fn apply(&self, members: &[Member]) {
        for pid in members.iter().filter_map(|member| as_pid(member.pid)) {
            // A courtesy that a machine may refuse.
            let _ = setpriority_process(Some(pid), 5);
        }
    }

    /// How often [`Limits::exceeded`] is asked.
    pub fn sampling(&self) -> Duration {
        Duration::from_millis(500)
    }

    /// Whether these processes together occupy more than they may.
    pub fn exceeded(&self, pids: &[u32]) -> bool {
        process::resident_bytes(pids, self.memory) > self.memory
    }

    /// Never: only the watch speaks.
    pub fn struck(&self, _child: &Child) -> bool {
        false
    }

    /// Never: only signals can.
    pub fn freeze(&self, _frozen: bool) -> bool {
        false
    }

    /// Nothing beyond the process group.
    pub fn kill(&self) {}
}
