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

    /// The memory that these processes occupy together, in bytes.
    pub fn used(&self, pids: &[u32]) -> u64 {
        process::resident_bytes(pids, self.memory)
    }

    /// Whether that is more than they may.
    pub fn exceeded(&self, used: u64) -> bool {
        used > self.memory
    }

    /// How long until the next look: looking costs, and a task far from its limit does not reach it at once.
    pub fn next_look(&self, used: u64) -> Duration {
        if used > self.memory / 2 { Duration::from_millis(300) } else { Duration::from_secs(1) }
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

    /// Nothing is held.
    pub fn give_up(self) {}
}
