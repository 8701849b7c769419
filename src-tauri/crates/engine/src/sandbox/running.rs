//! A task at work: its limits, its end by itself, by wish, by time or by memory, and what outlived it.
//!
//! One supervising task owns the process and hears wishes through a mailbox. When every [`Control`] and the
//! [`Running`] are dropped, the task is killed: nothing runs that nobody watches.

mod gate;
mod watch;

use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::limits::Limits;
use super::{HeldBack, Provider, SandboxError, SandboxSpec, Task};
use crate::process::{self, Child, Speaker, Stream};
use gate::Gatekeeper;
use watch::{Watch, members};

/// How long setting up the sandbox may take before the machine counts as unable to.
const SETUP: Duration = Duration::from_secs(30);

/// A started task.
#[derive(Debug)]
pub struct Running {
    /// The process that holds the sandbox; also the id of its group.
    pub pid: u32,
    /// When that process started, as the platform counts; with `pid` this names it for good.
    pub started: Option<u64>,
    /// What the task writes; None once taken.
    pub stdout: Option<Stream>,
    /// What it complains about; None once taken.
    pub stderr: Option<Stream>,
    /// The way to its input while it runs; None once taken, and unless the task's input is open.
    pub speaker: Option<Speaker>,
    control: Control,
    outcome: oneshot::Receiver<Outcome>,
}

impl Running {
    /// A handle to stop, kill, pause or resume the task.
    pub fn control(&self) -> Control {
        self.control.clone()
    }

    /// Waits until the task and all its processes have ended.
    ///
    /// The streams must be read meanwhile (or dropped): a full pipe holds the task up.
    pub async fn wait(self) -> Outcome {
        let Self { outcome, control, stdout, stderr, speaker, .. } = self;
        drop((stdout, stderr, speaker));
        let outcome = outcome.await;
        drop(control);
        outcome.unwrap_or(Outcome { code: None, ended: Ended::Stopped, held_back: Vec::new() })
    }
}

/// A wish about a running task; cheap to clone.
#[derive(Debug, Clone)]
pub struct Control(mpsc::UnboundedSender<Wish>);

impl Control {
    /// Asks every process of the task to end, and kills what is left after `grace`.
    pub fn stop(&self, grace: Duration) {
        // A task that has ended hears nothing, and needs not.
        let _ = self.0.send(Wish::Stop(grace));
    }

    /// Ends everything at once.
    pub fn kill(&self) {
        self.stop(Duration::ZERO);
    }

    /// Freezes every process; true once all of them stand still.
    pub async fn pause(&self) -> bool {
        self.ask(Wish::Pause).await
    }

    /// Thaws what [`Control::pause`] froze.
    pub async fn resume(&self) -> bool {
        self.ask(Wish::Resume).await
    }

    async fn ask(&self, wish: impl FnOnce(oneshot::Sender<bool>) -> Wish) -> bool {
        let (answer, done) = oneshot::channel();
        self.0.send(wish(answer)).is_ok() && done.await.unwrap_or(false)
    }
}

#[derive(Debug)]
enum Wish {
    Stop(Duration),
    Pause(oneshot::Sender<bool>),
    Resume(oneshot::Sender<bool>),
}

/// Why a task ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// By itself; the code tells how.
    Itself,
    /// Somebody wished it.
    Stopped,
    /// Its time was up.
    TimedOut,
    /// It took more memory than it may.
    OutOfMemory,
}

/// How a task ended. No process of it is left when this is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The program's exit code; None when it was killed.
    pub code: Option<i32>,
    /// Why it ended.
    pub ended: Ended,
    /// What the sandbox held back.
    pub held_back: Vec<HeldBack>,
}

impl Outcome {
    /// Whether the task ended by itself with exit code 0.
    pub fn success(&self) -> bool {
        self.ended == Ended::Itself && self.code == Some(0)
    }
}

/// A task's whole output.
#[derive(Debug, Clone)]
pub struct Captured {
    /// How it ended.
    pub outcome: Outcome,
    /// Its output up to the limit.
    pub stdout: Vec<u8>,
    /// Its complaints up to the limit.
    pub stderr: Vec<u8>,
    /// Whether one of the two was longer.
    pub cut: bool,
}

/// See [`super::Sandbox::start`].
pub async fn start(provider: &dyn Provider, spec: &SandboxSpec, task: Task) -> Result<Running, SandboxError> {
    let program = task.program.to_string_lossy().into_owned();
    let spawn_error = |source| SandboxError::Spawn { program: program.clone(), source };
    let mut prepared = provider.prepare(spec, task)?;
    let mut gatekeeper = Gatekeeper::attach(prepared.gate, &mut prepared.launch).map_err(spawn_error)?;
    let mut child = process::spawn(prepared.launch).await.map_err(spawn_error)?;
    let limits = Limits::of(spec, &child);
    let ready = tokio::time::timeout(SETUP, gatekeeper.ready()).await.unwrap_or(false);
    if !ready {
        return Err(failed_setup(child).await);
    }
    // Where nothing holds a gate, the task itself is what was started.
    let frame =
        if prepared.gate.frames() { members(&child, prepared.gate, spec.id.as_str()) } else { Vec::new() };
    limits.apply(&frame);
    gatekeeper.open().await.map_err(spawn_error)?;
    let (mailbox, wishes) = mpsc::unbounded_channel();
    let (told, outcome) = oneshot::channel();
    let running = Running {
        pid: child.pid(),
        started: process::started_at(child.pid()),
        stdout: child.stdout(),
        stderr: child.stderr(),
        speaker: child.speaker(),
        control: Control(mailbox),
        outcome,
    };
    let watch = Watch {
        held: process::Held::of(&frame),
        frame: frame.iter().map(|member| member.pid).collect(),
        id: spec.id.to_string(),
        gate: prepared.gate,
        memory_mb: spec.memory_mb,
        child,
        gatekeeper,
        limits,
        ended: Ended::Itself,
        held_back: Vec::new(),
    };
    let timeout = prepared.timeout;
    tokio::spawn(async move {
        let _ = told.send(watch.until_ended(wishes, timeout).await);
    });
    Ok(running)
}

/// See [`super::Sandbox::capture`].
pub async fn capture(mut running: Running, limit: usize) -> Result<Captured, SandboxError> {
    let collect = |stream: Option<Stream>| async move {
        match stream {
            Some(stream) => stream.collect(limit).await.unwrap_or_default(),
            None => Default::default(),
        }
    };
    let (stdout, stderr) = (running.stdout.take(), running.stderr.take());
    let ((stdout, cut_out), (stderr, cut_err), outcome) =
        tokio::join!(collect(stdout), collect(stderr), running.wait());
    Ok(Captured { outcome, stdout, stderr, cut: cut_out || cut_err })
}

async fn failed_setup(mut child: Child) -> SandboxError {
    child.kill_group();
    let words = match child.stderr() {
        Some(stream) => stream.collect(2000).await.unwrap_or_default().0,
        None => Vec::new(),
    };
    let _ = child.wait().await;
    let message = String::from_utf8_lossy(&words).trim().to_owned();
    let message = if message.is_empty() { "it ended without a word".to_owned() } else { message };
    SandboxError::Setup { message }
}
