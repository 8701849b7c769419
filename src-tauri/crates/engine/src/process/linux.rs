//! Processes on Linux, read from `/proc`.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use super::unix::as_pid;
use super::{MARKER, Member};

pub use super::unix::Guard;

/// The processes that descend from `root`, itself first. In a pid namespace these are all: an orphan is given
/// to the namespace's first process, never to one outside.
pub fn descendants(root: u32) -> Vec<Member> {
    let all = all_processes();
    let mut children: HashMap<u32, Vec<&Stat>> = HashMap::new();
    for stat in &all {
        children.entry(stat.parent).or_default().push(stat);
    }
    let mut found: Vec<Member> =
        all.iter().filter(|stat| stat.pid == root && !stat.dead).map(Stat::member).collect();
    let mut queue = vec![root];
    let mut seen = HashSet::from([root]);
    while let Some(parent) = queue.pop() {
        for stat in children.get(&parent).into_iter().flatten() {
            if seen.insert(stat.pid) {
                queue.push(stat.pid);
                if !stat.dead {
                    found.push(stat.member());
                }
            }
        }
    }
    found
}

/// The processes whose environment bears the marker of this sandbox.
pub fn marked(sandbox_id: &str) -> Vec<Member> {
    let marker = format!("{MARKER}={sandbox_id}");
    all_processes()
        .iter()
        .filter(|stat| !stat.dead && bears(stat.pid, marker.as_bytes()))
        .map(Stat::member)
        .collect()
}

/// The memory that these processes occupy together, in bytes; what they share is counted once, as far as the
/// kernel tells. `enough` bounds the cost: only when the quick upper bound exceeds it is the exact sum taken.
pub fn resident_bytes(pids: &[u32], enough: u64) -> u64 {
    let page = rustix::param::page_size() as u64;
    let upper: u64 = pids.iter().map(|pid| resident_pages(*pid) * page).sum();
    if upper <= enough {
        return upper;
    }
    pids.iter().map(|pid| proportional_bytes(*pid).unwrap_or_else(|| resident_pages(*pid) * page)).sum()
}

/// When the process started, in clock ticks since the machine did: with its id this names it for good.
pub fn started_at(pid: u32) -> Option<u64> {
    Stat::read(pid).map(|stat| stat.started)
}

/// A hold on processes that tells their end, whoever their parent is.
#[derive(Debug)]
pub struct Held(Vec<OwnedFd>);

impl Held {
    /// Takes hold of these processes.
    pub fn of(members: &[Member]) -> Self {
        let open = |member: &Member| pidfd_open(as_pid(member.pid)?, PidfdFlags::NONBLOCK).ok();
        Self(members.iter().filter_map(open).collect())
    }

    /// Waits until all have ended. The first process of a namespace ends only after all others in it.
    pub async fn ended(self) {
        // A thread that may block waits for them; the runtime's own go on. It can only fail when the runtime ends.
        let _ = tokio::task::spawn_blocking(move || wait_for(&self.0)).await;
    }
}

/// See [`super::reap_leftovers`].
pub async fn reap(sandbox_id: &str) -> Vec<String> {
    let marker = format!("{MARKER}={sandbox_id}");
    let mut names = Vec::new();
    // Bounded, for a process that cannot die would be found for ever.
    for _ in 0..20 {
        let mut waiting = Vec::new();
        for member in marked(sandbox_id) {
            let Some(pid) = as_pid(member.pid) else { continue };
            let Ok(handle) = pidfd_open(pid, PidfdFlags::NONBLOCK) else { continue };
            // Between finding it and holding it the number may have gone to another process.
            if bears(member.pid, marker.as_bytes()) && pidfd_send_signal(&handle, Signal::KILL).is_ok() {
                names.push(member.name);
                waiting.push(handle);
            }
        }
        if waiting.is_empty() {
            return names;
        }
        Held(waiting).ended().await;
    }
    names
}

/// Waits until all these processes have ended: a handle becomes readable then.
fn wait_for(handles: &[OwnedFd]) {
    for handle in handles {
        let patience = Timespec { tv_sec: 10, tv_nsec: 0 };
        // A process that cannot die (stuck in the kernel) must not hold up Waybill's start.
        let _ = poll(&mut [PollFd::new(handle, PollFlags::IN)], Some(&patience));
    }
}

struct Stat {
    pid: u32,
    parent: u32,
    name: String,
    started: u64,
    stopped: bool,
    dead: bool,
}

impl Stat {
    fn read(pid: u32) -> Option<Self> {
        let text = fs::read(format!("/proc/{pid}/stat")).ok()?;
        let text = String::from_utf8_lossy(&text);
        // The name may hold spaces and parentheses; the last one closes it.
        let (before, after) = text.rsplit_once(')')?;
        let name = before.split_once('(')?.1.to_owned();
        let fields: Vec<&str> = after.split_ascii_whitespace().collect();
        let state = *fields.first()?;
        Some(Self {
            pid,
            parent: fields.get(1)?.parse().ok()?,
            name,
            started: fields.get(19)?.parse().ok()?,
            stopped: matches!(state, "T" | "t"),
            dead: matches!(state, "Z" | "X"),
        })
    }

    fn member(&self) -> Member {
        Member { pid: self.pid, name: self.name.clone(), stopped: self.stopped }
    }
}

fn all_processes() -> Vec<Stat> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries
        .flatten()
        .filter_map(|entry| std::str::from_utf8(entry.file_name().as_bytes()).ok()?.parse().ok())
        .filter_map(Stat::read)
        .collect()
}

fn bears(pid: u32, marker: &[u8]) -> bool {
    fs::read(format!("/proc/{pid}/environ"))
        .is_ok_and(|environment| environment.split(|byte| *byte == 0).any(|entry| entry == marker))
}

fn resident_pages(pid: u32) -> u64 {
    let read = || fs::read_to_string(format!("/proc/{pid}/statm")).ok()?.split(' ').nth(1)?.parse().ok();
    read().unwrap_or(0)
}

fn proportional_bytes(pid: u32) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    line.split_ascii_whitespace().next()?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_found_with_its_start_so_that_a_reused_number_is_not_mistaken() {
        let own = std::process::id();
        assert!(descendants(own).iter().any(|member| member.pid == own), "the root belongs to its own tree");
        assert!(started_at(own).is_some_and(|ticks| ticks > 0), "a start time is known");
        assert!(resident_bytes(&[own], 0) > 100_000, "a running process occupies memory");
    }

    #[tokio::test]
    async fn nothing_bears_a_marker_that_was_never_given() {
        assert_eq!(
            reap("01ARZ3NDEKTSV4RRFFQ69G5FAV").await,
            Vec::<String>::new(),
            "no stranger may be killed"
        );
    }
}
