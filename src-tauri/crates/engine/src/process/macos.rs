//! Processes on macOS, asked of `ps`.

use std::collections::{HashMap, HashSet};
use std::process::Command;
use std::time::Duration;

use rustix::process::Signal;

use super::{MARKER, Member};

pub use super::unix::Guard;

/// The processes that descend from `root`, itself first, as far as their parents still live.
pub fn descendants(root: u32) -> Vec<Member> {
    let all = all_processes();
    let mut children: HashMap<u32, Vec<&(u32, Member)>> = HashMap::new();
    for process in &all {
        children.entry(process.0).or_default().push(process);
    }
    let mut found: Vec<Member> =
        all.iter().filter(|(_, member)| member.pid == root).map(|(_, member)| member.clone()).collect();
    let mut queue = vec![root];
    let mut seen = HashSet::from([root]);
    while let Some(parent) = queue.pop() {
        for (_, member) in children.get(&parent).into_iter().flatten() {
            if seen.insert(member.pid) {
                queue.push(member.pid);
                found.push(member.clone());
            }
        }
    }
    found
}

/// The processes whose environment bears the marker of this sandbox.
pub fn marked(sandbox_id: &str) -> Vec<Member> {
    let marker = format!(" {MARKER}={sandbox_id}");
    let listed = ps(&["-axEww", "-o", "pid=,command="]);
    let bearing: HashSet<u32> = listed
        .lines()
        .filter(|line| line.contains(&marker))
        .filter_map(|line| line.split_ascii_whitespace().next()?.parse().ok())
        .collect();
    all_processes()
        .into_iter()
        .map(|(_, member)| member)
        .filter(|member| bearing.contains(&member.pid))
        .collect()
}

/// The memory that these processes occupy together, in bytes; what they share is counted for each.
pub fn resident_bytes(pids: &[u32], _enough: u64) -> u64 {
    let wanted: HashSet<u32> = pids.iter().copied().collect();
    let listed = ps(&["-axo", "pid=,rss="]);
    let sizes = listed.lines().filter_map(|line| {
        let mut fields = line.split_ascii_whitespace();
        let pid: u32 = fields.next()?.parse().ok()?;
        let kilobytes: u64 = fields.next()?.parse().ok()?;
        wanted.contains(&pid).then_some(kilobytes * 1024)
    });
    sizes.sum()
}

/// When the process started, as a number that no other process with this id has.
pub fn started_at(pid: u32) -> Option<u64> {
    let text = ps(&["-o", "lstart=", "-p", &pid.to_string()]);
    // FNV-1a: the same on every start of Waybill, unlike the standard library's hasher.
    let hash = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    (!text.trim().is_empty()).then(|| text.trim().as_bytes().iter().fold(0xcbf2_9ce4_8422_2325, hash))
}

/// Nothing: where there is no process namespace, what is left is looked for by its marker.
#[derive(Debug)]
pub struct Held;

impl Held {
    /// Takes hold of nothing.
    pub fn of(_members: &[Member]) -> Self {
        Self
    }

    /// Returns at once.
    pub async fn ended(self) {
        std::future::ready(()).await;
    }
}

/// See [`super::reap_leftovers`].
pub async fn reap(sandbox_id: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut known = HashSet::new();
    // Bounded, for a process that cannot die would be found for ever.
    for _ in 0..100 {
        let found = marked(sandbox_id);
        if found.is_empty() {
            break;
        }
        super::unix::signal(found.iter().map(|member| member.pid), Signal::KILL);
        names.extend(found.into_iter().filter(|member| known.insert(member.pid)).map(|member| member.name));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    names
}

/// Every process with its parent's id.
fn all_processes() -> Vec<(u32, Member)> {
    let listed = ps(&["-axo", "pid=,ppid=,state=,comm="]);
    let read = |line: &str| {
        let mut fields = line.split_ascii_whitespace();
        let pid = fields.next()?.parse().ok()?;
        let parent = fields.next()?.parse().ok()?;
        let state = fields.next()?;
        let path = fields.collect::<Vec<_>>().join(" ");
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        (!state.starts_with('Z')).then(|| (parent, Member { pid, name, stopped: state.starts_with('T') }))
    };
    listed.lines().filter_map(read).collect()
}

fn ps(args: &[&str]) -> String {
    let output = Command::new("/bin/ps").args(args).env_clear().output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}
