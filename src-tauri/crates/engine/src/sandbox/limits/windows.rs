//! Limits on Windows: those of the Job Object that holds the task.

use std::time::Duration;

use crate::process::{Child, Member};
use crate::sandbox::SandboxSpec;

/// The limits of one task.
#[derive(Debug)]
pub struct Limits {
    memory: usize,
    bounded: bool,
}

/// What limits this machine can hold, in words.
pub fn in_force() -> Vec<String> {
    vec!["memory limit by the system".to_owned(), "processor limit".to_owned()]
}

#[expect(clippy::unused_self, reason = "the shape of the platforms that hold less by themselves")]
impl Limits {
    /// Bounds the job of a process that was just started.
    pub fn of(spec: &SandboxSpec, child: &Child) -> Self {
        let memory = usize::try_from(u64::from(spec.memory_mb) << 20).unwrap_or(usize::MAX);
        let machine = std::thread::available_parallelism().map_or(1, usize::from);
        let wanted = usize::try_from(spec.cpu_count).unwrap_or(1).max(1);
        // As many processors as the machine has, or more than one mask can name, is no bound.
        let processors = if wanted >= machine || machine > 63 { 0 } else { (1_usize << wanted) - 1 };
        let bounded = child.guard().bound(memory, processors).is_ok();
        if !bounded {
            tracing::warn!(sandbox = %spec.id, "the job's limits could not be set");
        }
        Self { memory, bounded }
    }

    /// Nothing: the job holds all of them.
    pub fn apply(&self, _members: &[Member]) {}

    /// Zero: the job itself bounds the memory.
    pub fn used(&self, _pids: &[u32]) -> u64 {
        0
    }

    /// Never: the job refuses memory by itself.
    pub fn exceeded(&self, _used: u64) -> bool {
        false
    }

    /// As good as never: nothing is to be seen.
    pub fn next_look(&self, _used: u64) -> Duration {
        Duration::from_hours(1)
    }

    /// Whether the job came to the edge of its memory.
    pub fn struck(&self, child: &Child) -> bool {
        self.bounded && child.guard().struck(self.memory)
    }

    /// Never: a job cannot be held.
    pub fn freeze(&self, _frozen: bool) -> bool {
        false
    }

    /// Nothing beyond the job.
    pub fn kill(&self) {}

    /// Nothing is held.
    pub fn give_up(self) {}
}
