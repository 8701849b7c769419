//! Sandboxes: where agents run, what they see there, and how they are ended (SPEC 7).
//!
//! Owns the policy of what is visible, its translation for each platform, the limits, and the supervision of what
//! runs. Knows nothing of agents, runs or the database: a [`Task`] is any program, and what the sandbox held back
//! is told in its [`Outcome`].

mod environment;
mod held_back;
mod home;
mod limits;
mod local;
mod running;
#[cfg(any(target_os = "macos", all(test, unix)))]
mod seatbelt;
mod toolchains;
#[cfg(unix)]
mod view;

#[cfg(target_os = "linux")]
mod bubblewrap;
#[cfg(target_os = "linux")]
mod cgroup;
#[cfg(target_os = "linux")]
mod resolver;

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use waybill_domain::agent::{AgentEvent, HeldBackKind};
use waybill_domain::ids::SandboxId;

pub use crate::process::Input;
use crate::process::Launch;
pub use held_back::HeldBackScanner;
pub(crate) use home::{create_private, open_regular, read_regular, write_over};
pub use local::Local;
pub use running::{Captured, Control, Ended, Outcome, Running};

/// What a sandbox is made of. Every path is absolute; [`SandboxSpec::create_directories`] makes those that are ours.
#[derive(Debug, Clone)]
pub struct SandboxSpec {
    /// Its id, which also marks each of its processes.
    pub id: SandboxId,
    /// The project's slug: the workspace is shown under this name.
    pub project_slug: String,
    /// The root of the user's repository; never visible inside but for its objects.
    pub repository: PathBuf,
    /// The `.git` that all worktrees of that repository share.
    pub git_common_dir: PathBuf,
    /// The sandbox's own directory (`workspaces/<sandbox id>`): `repo/ home/ tmp/ out/ in/`.
    pub directory: PathBuf,
    /// The project's package caches (`caches/<project id>`), writable inside and never the user's own.
    pub caches: PathBuf,
    /// The user's home; the private home takes its place inside.
    pub user_home: PathBuf,
    /// The user's login name.
    pub user_name: String,
    /// The user's PATH.
    pub user_path: OsString,
    /// The user's environment; of it only the places of toolchains, proxies and certificates are passed on.
    pub user_env: Vec<(OsString, OsString)>,
    /// Directories that are never visible (Waybill's own).
    pub hidden: Vec<PathBuf>,
    /// Further directories and files shown read-only at their own path (the project's list, the agent tool).
    pub visible: Vec<PathBuf>,
    /// The agent tool's own login files, shown read-only by the user's choice.
    pub tool_logins: Vec<PathBuf>,
    /// The most memory that its processes may occupy together, in MiB.
    pub memory_mb: u32,
    /// How many processors it may use.
    pub cpu_count: u32,
    /// How long one task may run before it is ended; time in pause does not count.
    pub timeout: Duration,
    /// What it may reach.
    pub network: Network,
    /// Whether tasks run even where files cannot be isolated; the user has consented.
    pub allow_weak: bool,
}

impl SandboxSpec {
    /// The private clone.
    pub fn workspace(&self) -> PathBuf {
        self.directory.join("repo")
    }

    /// The private home.
    pub fn home(&self) -> PathBuf {
        self.directory.join("home")
    }

    /// The private temporary directory.
    pub fn temporary(&self) -> PathBuf {
        self.directory.join("tmp")
    }

    /// What the sandbox hands out (`$WAYBILL_OUT`): written by agents, so read it with [`read_out`] only.
    pub fn out(&self) -> PathBuf {
        self.directory.join("out")
    }

    /// What Waybill hands in; read-only inside.
    pub fn inputs(&self) -> PathBuf {
        self.directory.join("in")
    }

    /// Whether this file or directory may be shown inside, at its own path.
    #[cfg(unix)]
    pub fn may_show(&self, path: &std::path::Path) -> bool {
        view::refused(self, path).is_none()
    }

    /// Whether this file or directory may be shown inside: nothing is hidden on Windows.
    #[cfg(windows)]
    pub fn may_show(&self, _: &std::path::Path) -> bool {
        true
    }

    /// Makes the sandbox's directories and the project's cache directory, readable by the user alone.
    pub fn create_directories(&self) -> io::Result<()> {
        for path in [self.workspace(), self.home(), self.temporary(), self.out(), self.inputs()] {
            home::create_private(&path)?;
        }
        home::create_private(&self.caches)
    }
}

/// What a sandbox may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Network {
    /// Whatever the machine reaches.
    Open,
    /// Nothing, loopback of its own excepted.
    None,
}

/// Where things are as seen from inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The private clone; tasks start here.
    pub workspace: PathBuf,
    /// The private home (`$HOME`).
    pub home: PathBuf,
    /// Where answers are put (`$WAYBILL_OUT`).
    pub out: PathBuf,
    /// What Waybill hands in.
    pub inputs: PathBuf,
    /// `$TMPDIR`.
    pub temporary: PathBuf,
}

/// A program to run in a sandbox. Secrets belong into `env` and nowhere else.
#[derive(Debug, Clone)]
pub struct Task {
    /// A path, or a name that is looked up on the sandbox's PATH.
    pub program: OsString,
    /// Arguments without the program's name; visible to every process of this user.
    pub args: Vec<OsString>,
    /// Added to the sandbox's own few variables, and stronger than those; a `PATH` here is put before the sandbox's.
    pub env: Vec<(OsString, OsString)>,
    /// As seen from inside; the workspace when None.
    pub cwd: Option<PathBuf>,
    /// What it reads.
    pub input: Input,
    /// Shorter than the sandbox's own timeout, when given.
    pub timeout: Option<Duration>,
    /// Cuts the network off, whatever the sandbox has (Waybill's own git calls).
    pub offline: bool,
}

impl Task {
    /// A task of `program` with nothing else given.
    pub fn new(program: impl Into<OsString>) -> Self {
        Self {
            program: program.into(),
            args: Vec::new(),
            env: Vec::new(),
            cwd: None,
            input: Input::Nothing,
            timeout: None,
            offline: false,
        }
    }

    /// With these arguments added.
    #[must_use]
    pub fn args<A: Into<OsString>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// With this variable.
    #[must_use]
    pub fn env(mut self, key: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.env.push((key.into(), value.into()));
        self
    }
}

/// How strongly a sandbox is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// Files and processes are isolated as SPEC 7 asks.
    Full,
    /// Some of it is not in force; see `missing`.
    Weak,
    /// Files are not isolated at all: the user must consent.
    None,
}

/// What isolation is in force, in words for the screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Isolation {
    /// What does it: `bubblewrap`, `sandbox-exec`, `job object`, `process group`.
    pub by: String,
    /// How strong it is.
    pub strength: Strength,
    /// What may be reached.
    pub network: Network,
    /// What is in force, one phrase each.
    pub in_force: Vec<String>,
    /// What was asked for and is not in force, one phrase each.
    pub missing: Vec<String>,
    /// How to get full isolation, one sentence, when it is not there.
    pub mend: Option<String>,
}

impl Isolation {
    /// One line: "bubblewrap, network open".
    pub fn summary(&self) -> String {
        let network = match self.network {
            Network::Open => "network open",
            Network::None => "no network",
        };
        match self.strength {
            Strength::Full => format!("{}, {network}", self.by),
            Strength::Weak => format!("{}, {network}, weaker than usual", self.by),
            Strength::None => format!("{}, {network}, files not isolated", self.by),
        }
    }
}

/// Something that the sandbox held back; shown on the run page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldBack {
    /// What kind of thing it was.
    pub kind: HeldBackKind,
    /// One sentence for a person.
    pub detail: String,
}

impl From<HeldBack> for AgentEvent {
    fn from(held: HeldBack) -> Self {
        Self::HeldBack { kind: held.kind, detail: held.detail }
    }
}

/// What went wrong before a task ran.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// Files cannot be isolated and the user has not consented to that.
    #[error("this machine cannot isolate files from agents. {mend}")]
    Weak {
        /// How to get isolation.
        mend: String,
    },
    /// A path to be shown would show what must stay hidden.
    #[error("{} cannot be shown in the sandbox: {why}", path.display())]
    Visible {
        /// The path asked for.
        path: PathBuf,
        /// The reason.
        why: &'static str,
    },
    /// The sandbox's own directories could not be made ready.
    #[error("the sandbox's directory could not be prepared at {}", path.display())]
    Directory {
        /// Where it failed.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The process could not be started.
    #[error("the sandbox could not start {program}")]
    Spawn {
        /// The program that was started.
        program: String,
        /// Why.
        source: io::Error,
    },
    /// The isolating program gave up before the task began.
    #[error("the sandbox could not be set up: {message}")]
    Setup {
        /// Its own words, cut.
        message: String,
    },
}

/// Builds sandboxes of one kind.
pub trait Provider: Send + Sync + std::fmt::Debug {
    /// What would be in force for this sandbox.
    fn isolation(&self, spec: &SandboxSpec) -> Isolation;
    /// Where things are inside.
    fn layout(&self, spec: &SandboxSpec) -> Layout;
    /// Makes ready everything that a task needs before its process starts.
    fn prepare(&self, spec: &SandboxSpec, task: Task) -> Result<Prepared, SandboxError>;
}

/// A task, ready to start.
#[derive(Debug)]
pub struct Prepared {
    pub(crate) launch: Launch,
    /// Whether the launch has the gate that [`running`] speaks to through descriptors 3 to 5.
    pub(crate) gate: Gate,
    pub(crate) timeout: Duration,
}

/// How the started process waits for its limits and reports its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gate {
    /// The program itself in a Job Object; nothing waits or reports.
    #[cfg(windows)]
    Absent,
    /// A shell inside the sandbox's own process namespace.
    #[cfg(target_os = "linux")]
    Isolated,
    /// A shell with a lifeline: it kills its group when Waybill dies.
    #[cfg(unix)]
    Lifeline,
}

impl Gate {
    /// Whether what was started holds the task, and is no part of it.
    pub(crate) fn frames(self) -> bool {
        match self {
            #[cfg(windows)]
            Self::Absent => false,
            #[cfg(target_os = "linux")]
            Self::Isolated => true,
            #[cfg(unix)]
            Self::Lifeline => true,
        }
    }

    /// Whether processes of the task can leave its tree, so that only their marker tells them.
    pub(crate) fn strays(self) -> bool {
        match self {
            #[cfg(windows)]
            Self::Absent => false,
            #[cfg(target_os = "linux")]
            Self::Isolated => false,
            #[cfg(unix)]
            Self::Lifeline => true,
        }
    }
}

/// A sandbox: a provider and what it is made of.
///
/// One task at a time runs in it: its private home is made ready before each, trusting that nothing writes there.
#[derive(Debug, Clone)]
pub struct Sandbox {
    provider: Arc<dyn Provider>,
    spec: Arc<SandboxSpec>,
}

impl Sandbox {
    /// Names the sandbox; nothing is made or started yet.
    pub fn new(provider: Arc<dyn Provider>, spec: SandboxSpec) -> Self {
        Self { provider, spec: Arc::new(spec) }
    }

    /// What it is made of.
    pub fn spec(&self) -> &SandboxSpec {
        &self.spec
    }

    /// What isolation is in force.
    pub fn isolation(&self) -> Isolation {
        self.provider.isolation(&self.spec)
    }

    /// Where things are inside.
    pub fn layout(&self) -> Layout {
        self.provider.layout(&self.spec)
    }

    /// Starts a task; it runs once this returns.
    pub async fn start(&self, task: Task) -> Result<Running, SandboxError> {
        running::start(&*self.provider, &self.spec, task).await
    }

    /// Runs a task to its end and gives its output, at most `limit` bytes of each stream.
    pub async fn capture(&self, task: Task, limit: usize) -> Result<Captured, SandboxError> {
        running::capture(self.start(task).await?, limit).await
    }
}

/// Reads a file that the sandbox handed out, without following a link that an agent put there.
///
/// `name` is one plain file name. Gives None when there is no such file or it exceeds `limit` bytes.
pub fn read_out(spec: &SandboxSpec, name: &str, limit: u64) -> io::Result<Option<Vec<u8>>> {
    home::read_regular(&spec.out(), name, limit)
}

/// Ends every process that an earlier Waybill left in this sandbox, waits until they are gone, and gives their names.
///
/// For recovery: a sandbox of the running Waybill is ended through its [`Control`].
pub async fn end_leftovers(id: &SandboxId) -> Vec<String> {
    local::sweep(id.as_str()).await
}
