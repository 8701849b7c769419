//! Limits on Linux: a control group where one is delegated, else a watch with the kernel's own limit for each process.

use std::time::Duration;

use rustix::process::{Resource, Rlimit, prlimit, setpriority_process};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use crate::process::unix::as_pid;
use crate::process::{self, Child, Member};
use crate::sandbox::SandboxSpec;
use crate::sandbox::cgroup::Cgroup;

/// The limits of one task.
#[derive(Debug)]
pub struct Limits {
    cgroup: Option<Cgroup>,
    memory: u64,
    processors: CpuSet,
}

/// What limits this machine can hold, in words.
pub fn in_force() -> Vec<String> {
    let memory =
        if Cgroup::bounds_memory() { "memory limit by the kernel" } else { "memory limit by watching" };
    vec![memory.to_owned(), "processor limit".to_owned()]
}

impl Limits {
    /// Makes ready the limits for a process that stands at its gate.
    pub fn of(spec: &SandboxSpec, child: &Child) -> Self {
        let memory = u64::from(spec.memory_mb) << 20;
        let cgroup = Cgroup::create(spec.id.as_str(), child.pid(), memory);
        Self { cgroup, memory, processors: some_processors(spec.cpu_count, child.pid()) }
    }

    /// Puts these processes, and all that they will start, under the limits.
    pub fn apply(&self, members: &[Member]) {
        let pids: Vec<u32> = members.iter().map(|member| member.pid).collect();
        if let Some(cgroup) = &self.cgroup {
            cgroup.adopt(&pids);
        }
        // Room above the watched limit, so that the watch speaks first and says why.
        let data = Some(self.memory.saturating_add(1 << 30));
        for number in pids {
            let Some(pid) = as_pid(number) else { continue };
            // Each is a courtesy that a machine may refuse; the watch holds in any case.
            let _ = prlimit(Some(pid), Resource::Data, Rlimit { current: data, maximum: data });
            let _ = prlimit(Some(pid), Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
            let _ = sched_setaffinity(Some(pid), &self.processors);
            let _ = setpriority_process(Some(pid), 5);
            // When the machine itself runs out, the agent goes before the user's own programs.
            let _ = std::fs::write(format!("/proc/{number}/oom_score_adj"), "500");
        }
    }

    /// The memory that these processes occupy together, in bytes; zero where the kernel itself bounds it.
    pub fn used(&self, pids: &[u32]) -> u64 {
        if self.held_by_kernel() { 0 } else { process::resident_bytes(pids, self.memory) }
    }

    /// Whether that is more than they may.
    pub fn exceeded(&self, used: u64) -> bool {
        used > self.memory
    }

    /// How long until the next look: looking costs, and a task far from its limit does not reach it at once.
    pub fn next_look(&self, used: u64) -> Duration {
        match used {
            _ if self.held_by_kernel() => Duration::from_hours(1),
            used if used > self.memory / 2 => Duration::from_millis(100),
            _ => Duration::from_millis(300),
        }
    }

    fn held_by_kernel(&self) -> bool {
        self.cgroup.as_ref().is_some_and(Cgroup::holds_memory)
    }

    /// Whether the kernel ended a process for its memory.
    pub fn struck(&self, _child: &Child) -> bool {
        self.cgroup.as_ref().is_some_and(Cgroup::struck)
    }

    /// Freezes or thaws all processes; false when only signals can.
    pub fn freeze(&self, frozen: bool) -> bool {
        self.cgroup.as_ref().is_some_and(|cgroup| cgroup.freeze(frozen))
    }

    /// Gives up the control group; may wait a moment for the kernel.
    pub fn give_up(self) {
        drop(self.cgroup);
    }

    /// Kills all processes that the kernel counts to this task.
    pub fn kill(&self) {
        if let Some(cgroup) = &self.cgroup {
            cgroup.kill();
        }
    }
}

/// As many of Waybill's own processors as asked for; different tasks begin at different ones.
fn some_processors(count: u32, seed: u32) -> CpuSet {
    let all = sched_getaffinity(None).unwrap_or_else(|_| CpuSet::new());
    let usable: Vec<usize> = (0..CpuSet::MAX_CPU).filter(|number| all.is_set(*number)).collect();
    let mut chosen = CpuSet::new();
    let first = usize::try_from(seed).unwrap_or(0);
    for step in 0..usable.len().min(usize::try_from(count).unwrap_or(1).max(1)) {
        chosen.set(usable[(first + step) % usable.len()]);
    }
    chosen
}
