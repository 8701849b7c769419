//! The supervision of one task: hears wishes, counts time and memory, and leaves no process behind.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;
use waybill_domain::agent::HeldBackKind;

use super::gate::Gatekeeper;
use super::{Ended, Outcome, Wish};
use crate::process::{self, Child, Member};
use crate::sandbox::limits::Limits;
use crate::sandbox::{Gate, HeldBack};

/// How long a task has to end by itself when its time is up.
const GRACE: Duration = Duration::from_secs(5);
/// How long processes that are just ending have before they count as left behind.
const STRAGGLERS: Duration = Duration::from_millis(200);

/// A running task and all that is known of it.
pub struct Watch {
    pub child: Child,
    pub gatekeeper: Gatekeeper,
    pub limits: Limits,
    pub gate: Gate,
    pub id: String,
    pub memory_mb: u32,
    /// The processes that hold the sandbox; they are no part of the task.
    pub frame: Vec<u32>,
    /// A hold on them: the last of them ends after every process of the sandbox.
    pub held: process::Held,
    pub ended: Ended,
    pub held_back: Vec<HeldBack>,
}

impl Watch {
    /// Watches until the task and all its processes have ended.
    pub async fn until_ended(
        mut self,
        mut wishes: mpsc::UnboundedReceiver<Wish>,
        timeout: Duration,
    ) -> Outcome {
        let mut clock = Clock { deadline: Instant::now() + timeout, kill_at: None, paused_at: None };
        let mut sample_at = Instant::now();
        let mut listening = true;
        let code = loop {
            tokio::select! {
                wish = wishes.recv(), if listening => match wish {
                    Some(Wish::Pause(answer)) => {
                        let done = self.pause();
                        if done {
                            clock.paused_at.get_or_insert(Instant::now());
                        }
                        let _ = answer.send(done);
                    }
                    Some(Wish::Resume(answer)) => {
                        self.resume();
                        clock.resume();
                        let _ = answer.send(true);
                    }
                    Some(Wish::Stop(grace)) => {
                        clock.resume();
                        self.end(Ended::Stopped, grace, &mut clock);
                    }
                    None => {
                        listening = false;
                        self.end(Ended::Stopped, Duration::ZERO, &mut clock);
                    }
                },
                code = self.gatekeeper.exit_code() => break Some(code),
                status = self.child.wait() => break status.ok().and_then(|status| status.code()),
                () = sleep_until(clock.kill_at) => {
                    clock.kill_at = None;
                    self.kill();
                }
                () = sleep_until(clock.running_deadline()) => {
                    clock.deadline += Duration::from_hours(24 * 365);
                    self.end(Ended::TimedOut, GRACE, &mut clock);
                }
                () = tokio::time::sleep_until(sample_at), if clock.paused_at.is_none() && self.ended == Ended::Itself => {
                    let used = self.limits.used(&self.task());
                    sample_at = Instant::now() + self.limits.next_look(used);
                    if self.limits.exceeded(used) {
                        self.end(Ended::OutOfMemory, Duration::ZERO, &mut clock);
                    }
                }
            }
        };
        self.settle(code).await
    }

    /// The processes of the task itself.
    fn task(&self) -> Vec<u32> {
        self.task_members().into_iter().map(|member| member.pid).collect()
    }

    fn task_members(&self) -> Vec<Member> {
        let all = members(&self.child, self.gate, &self.id);
        all.into_iter().filter(|member| !self.frame.contains(&member.pid)).collect()
    }

    fn end(&mut self, why: Ended, grace: Duration, clock: &mut Clock) {
        if self.ended == Ended::Itself {
            self.ended = why;
        }
        if grace.is_zero() {
            clock.kill_at = None;
            return self.kill();
        }
        self.resume();
        if !ask_to_end(&self.task()) {
            clock.kill_at = None;
            return self.kill();
        }
        let kill_at = Instant::now() + grace;
        clock.kill_at = Some(clock.kill_at.map_or(kill_at, |earlier| earlier.min(kill_at)));
    }

    fn kill(&self) {
        self.limits.kill();
        kill_all(members(&self.child, self.gate, &self.id).into_iter().map(|member| member.pid));
        self.child.kill_group();
    }

    /// A process may be born while others are being stopped: repeated until none moves.
    fn pause(&self) -> bool {
        if self.limits.freeze(true) {
            return true;
        }
        for _ in 0..50 {
            let moving: Vec<u32> = self
                .task_members()
                .into_iter()
                .filter(|member| !member.stopped)
                .map(|member| member.pid)
                .collect();
            if moving.is_empty() {
                return true;
            }
            if !hold(&self.child, &moving) {
                return false;
            }
        }
        false
    }

    fn resume(&self) {
        if !self.limits.freeze(false) {
            release(&self.child, &self.task());
        }
    }

    /// The program has ended: tells and ends what it left behind.
    async fn settle(mut self, code: Option<i32>) -> Outcome {
        if self.ended == Ended::Itself {
            if self.limits.struck(&self.child) {
                self.ended = Ended::OutOfMemory;
            }
            if !self.task().is_empty() {
                tokio::time::sleep(STRAGGLERS).await;
            }
            let left = self.task_members();
            if !left.is_empty() {
                self.held_back.push(HeldBack { kind: HeldBackKind::Process, detail: left_behind(&left) });
            }
        }
        if self.ended == Ended::OutOfMemory {
            let detail =
                format!("The task reached its limit of {} MiB of memory and was ended.", self.memory_mb);
            self.held_back.push(HeldBack { kind: HeldBackKind::Memory, detail });
        }
        // Where nothing holds the sandbox, each process is waited for: Windows removes no folder in which one still works.
        let last = process::Held::of(&members(&self.child, self.gate, &self.id));
        self.kill();
        if let Err(error) = self.child.wait().await {
            tracing::warn!(%error, sandbox = %self.id, "the sandbox's process could not be waited for");
        }
        self.held.ended().await;
        last.ended().await;
        // Giving up a control group may wait for the kernel. It can only fail when the runtime ends.
        let limits = self.limits;
        let _ = tokio::task::spawn_blocking(move || limits.give_up()).await;
        if self.gate.strays() {
            process::reap_leftovers(&self.id).await;
        }
        let code = code.filter(|_| self.ended == Ended::Itself || self.ended == Ended::Stopped);
        Outcome { code, ended: self.ended, held_back: self.held_back }
    }
}

/// Every process of a task, those that hold the sandbox included. Where there is no process namespace, these are all
/// processes of the sandbox: only one task at a time runs there.
pub fn members(child: &Child, gate: Gate, id: &str) -> Vec<Member> {
    let mut found = child.tree();
    if gate.strays() {
        // Without a process namespace an orphan leaves the tree, but not its environment.
        let marked = process::marked(id);
        found.extend(
            marked
                .into_iter()
                .filter(|member| !found.iter().any(|known| known.pid == member.pid))
                .collect::<Vec<_>>(),
        );
    }
    found
}

struct Clock {
    deadline: Instant,
    kill_at: Option<Instant>,
    paused_at: Option<Instant>,
}

impl Clock {
    fn running_deadline(&self) -> Option<Instant> {
        self.paused_at.is_none().then_some(self.deadline)
    }

    fn resume(&mut self) {
        if let Some(since) = self.paused_at.take() {
            self.deadline += since.elapsed();
        }
    }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

fn left_behind(left: &[Member]) -> String {
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for member in left {
        *names.entry(member.name.as_str()).or_default() += 1;
    }
    let names: Vec<String> = names
        .into_iter()
        .take(10)
        .map(|(name, count)| if count == 1 { name.to_owned() } else { format!("{name} (×{count})") })
        .collect();
    match left.len() {
        1 => format!("A process that outlived the task was ended: {}.", names.join(", ")),
        count => format!("{count} processes that outlived the task were ended: {}.", names.join(", ")),
    }
}

/// Whether they could be asked.
#[cfg(unix)]
fn ask_to_end(pids: &[u32]) -> bool {
    process::unix::signal(pids.iter().copied(), rustix::process::Signal::TERM);
    true
}

#[cfg(unix)]
fn kill_all(pids: impl Iterator<Item = u32>) {
    process::unix::signal(pids, rustix::process::Signal::KILL);
}

#[cfg(unix)]
fn hold(_child: &Child, pids: &[u32]) -> bool {
    process::unix::signal(pids.iter().copied(), rustix::process::Signal::STOP);
    true
}

#[cfg(unix)]
fn release(_child: &Child, pids: &[u32]) {
    process::unix::signal(pids.iter().copied(), rustix::process::Signal::CONT);
}

// A Job Object ends its processes as one, with no way to ask them first: a program without a window or a console of
// its own hears nothing.
#[cfg(windows)]
fn ask_to_end(_pids: &[u32]) -> bool {
    false
}

#[cfg(windows)]
fn kill_all(_pids: impl Iterator<Item = u32>) {}

#[cfg(windows)]
fn hold(child: &Child, pids: &[u32]) -> bool {
    child.guard().hold(pids)
}

#[cfg(windows)]
fn release(child: &Child, _pids: &[u32]) {
    child.guard().release();
}
