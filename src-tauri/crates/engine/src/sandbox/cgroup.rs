//! Control groups, version 2, where the system lets Waybill make its own.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// A control group of one task; it is removed when dropped.
#[derive(Debug)]
pub struct Cgroup {
    path: PathBuf,
    holds_memory: bool,
}

impl Cgroup {
    /// Makes a group for the task whose first process is `pid`; None where the system does not let us.
    pub fn create(sandbox_id: &str, pid: u32, memory: u64) -> Option<Self> {
        let parent = parent()?;
        let path = parent.join(format!("waybill-{sandbox_id}-{pid}"));
        fs::create_dir(&path).ok()?;
        let holds_memory = fs::write(path.join("memory.max"), memory.to_string()).is_ok();
        if holds_memory {
            // Both are refinements that an older kernel may lack.
            let _ = fs::write(path.join("memory.swap.max"), "0");
            let _ = fs::write(path.join("memory.oom.group"), "1");
        }
        // A bound on processes keeps a runaway script from taking the whole machine's.
        let _ = fs::write(path.join("pids.max"), "4096");
        let mut group = Self { path, holds_memory };
        // Moving a process in can be refused though the directory could be made.
        if !group.take(pid) {
            group.holds_memory = false;
            return None;
        }
        Some(group)
    }

    /// Whether a group made here would bound memory.
    pub fn bounds_memory() -> bool {
        parent().is_some_and(|parent| {
            let controllers = fs::read_to_string(parent.join("cgroup.subtree_control")).unwrap_or_default();
            controllers.split_ascii_whitespace().any(|controller| controller == "memory")
        })
    }

    /// Whether this one does.
    pub fn holds_memory(&self) -> bool {
        self.holds_memory
    }

    /// Moves processes in; what they start later follows by itself.
    pub fn adopt(&self, pids: &[u32]) {
        for pid in pids {
            self.take(*pid);
        }
    }

    /// Whether the kernel ended a process here for its memory.
    pub fn struck(&self) -> bool {
        let events = fs::read_to_string(self.path.join("memory.events")).unwrap_or_default();
        let kills = events.lines().find_map(|line| line.strip_prefix("oom_kill "));
        kills.and_then(|count| count.trim().parse::<u64>().ok()).is_some_and(|count| count > 0)
    }

    /// Freezes or thaws, and waits until that is so; false when the kernel cannot.
    pub fn freeze(&self, frozen: bool) -> bool {
        let written = fs::write(self.path.join("cgroup.freeze"), if frozen { "1" } else { "0" });
        written.is_ok() && self.wait_for(if frozen { "frozen 1" } else { "frozen 0" })
    }

    /// Waits, at most a second, until the kernel reports this line.
    fn wait_for(&self, line: &str) -> bool {
        let Ok(mut events) = File::open(self.path.join("cgroup.events")) else { return false };
        for _ in 0..20 {
            let mut text = String::new();
            let read = events.seek(SeekFrom::Start(0)).and_then(|_| events.read_to_string(&mut text));
            if read.is_ok() && text.lines().any(|reported| reported == line) {
                return true;
            }
            // The kernel wakes those who watch the file when it changes.
            let patience = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };
            let _ = poll(&mut [PollFd::new(&events, PollFlags::PRI)], Some(&patience));
        }
        false
    }

    /// Kills every process in the group.
    pub fn kill(&self) {
        // Older kernels lack the file; the caller kills by signals as well.
        let _ = fs::write(self.path.join("cgroup.kill"), "1");
    }

    fn take(&self, pid: u32) -> bool {
        fs::write(self.path.join("cgroup.procs"), pid.to_string()).is_ok()
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        // The kernel takes an ended process out a moment after it has told its end.
        if fs::remove_dir(&self.path).is_err() && self.wait_for("populated 0") {
            let _ = fs::remove_dir(&self.path);
        }
    }
}

/// Removes the empty groups that an earlier Waybill left for this sandbox.
pub fn sweep(sandbox_id: &str) {
    let prefix = format!("waybill-{sandbox_id}-");
    let Some(parent) = parent() else { return };
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            let _ = fs::remove_dir(entry.path());
        }
    }
}

/// The group beside Waybill's own (a group that holds processes cannot give its limits to groups below it).
fn parent() -> Option<PathBuf> {
    let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
    let mount = mounts.lines().find_map(|line| {
        let (place, kind) = line.split_once(" - ")?;
        kind.starts_with("cgroup2 ").then(|| place.split(' ').nth(4)).flatten()
    })?;
    let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
    let own = groups.lines().find_map(|line| line.strip_prefix("0::"))?.trim_start_matches('/');
    let own = Path::new(mount).join(own);
    let parent = if own == Path::new(mount) { own } else { own.parent()?.to_path_buf() };
    let writable = rustix::fs::access(parent.join("cgroup.procs"), rustix::fs::Access::WRITE_OK).is_ok();
    writable.then_some(parent)
}
