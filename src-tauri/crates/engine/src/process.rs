//! Child processes: started so that they cannot outlive Waybill, read without unbounded memory, ended whole.
//!
//! Owns spawning, the output streams and the finding of a process's descendants. Knows nothing of sandboxes,
//! agents or git: what to start and what may be seen is decided by the callers.

mod spawner;
mod stream;

#[cfg(target_os = "linux")]
#[path = "process/linux.rs"]
mod platform;
#[cfg(target_os = "macos")]
#[path = "process/macos.rs"]
mod platform;
#[cfg(windows)]
#[path = "process/windows.rs"]
mod platform;

#[cfg(unix)]
pub(crate) mod unix;

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::Arc;

use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc;

pub use spawner::spawn;
pub use stream::{Line, MAX_LINE, Stream};

/// The environment variable by which the processes of a sandbox are known, also to a later Waybill.
pub const MARKER: &str = "WAYBILL_SANDBOX";

/// A process to start. The environment is exactly `env`; nothing is inherited.
#[derive(Debug)]
pub struct Launch {
    /// The program, as a path or a name that the platform looks up.
    pub program: PathBuf,
    /// Its arguments, without the program's name.
    pub args: Vec<OsString>,
    /// The whole environment.
    pub env: Vec<(OsString, OsString)>,
    /// The directory it starts in; Waybill's own when None.
    pub cwd: Option<PathBuf>,
    /// What it reads.
    pub input: Input,
    /// Descriptors that the child gets under fixed numbers (3 and up).
    #[cfg(unix)]
    pub descriptors: Vec<(i32, std::os::fd::OwnedFd)>,
}

impl Launch {
    /// A launch of `program` with nothing else given.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            args: Vec::new(),
            env: Vec::new(),
            cwd: None,
            input: Input::Nothing,
            #[cfg(unix)]
            descriptors: Vec::new(),
        }
    }
}

/// What a process reads from its standard input.
#[derive(Debug, Clone, Default)]
pub enum Input {
    /// Nothing: the end of the file at once.
    #[default]
    Nothing,
    /// These bytes, then the end of the file.
    Bytes(Vec<u8>),
    /// The rest of this file, from where it stands.
    File(Arc<File>),
    /// What a [`Speaker`] says while it runs.
    Open,
}

/// Speaks to a process that listens. When it is dropped and all is said, the process's input is at its end.
#[derive(Debug)]
pub struct Speaker(mpsc::UnboundedSender<Vec<u8>>);

impl Speaker {
    fn new(mut stdin: tokio::process::ChildStdin) -> Self {
        let (speaker, mut words) = mpsc::unbounded_channel::<Vec<u8>>();
        // A process that does not read its input must not hold up the one who started it.
        tokio::spawn(async move {
            while let Some(bytes) = words.recv().await {
                if let Err(error) = stdin.write_all(&bytes).await {
                    tracing::debug!(%error, "the process closed its input early");
                    break;
                }
            }
        });
        Self(speaker)
    }

    /// Says this next; a process that has gone hears nothing.
    pub fn say(&self, bytes: Vec<u8>) {
        let _ = self.0.send(bytes);
    }
}

/// A running process in a group of its own. Dropping it kills the group.
#[derive(Debug)]
pub struct Child {
    inner: tokio::process::Child,
    pid: u32,
    reaped: bool,
    guard: platform::Guard,
}

impl Child {
    pub(crate) fn new(
        mut inner: tokio::process::Child,
        input: Input,
        guard: platform::Guard,
    ) -> io::Result<Self> {
        let pid = inner.id().ok_or_else(|| io::Error::other("the process ended before it was known"))?;
        if let Input::Bytes(bytes) = input
            && let Some(stdin) = inner.stdin.take()
        {
            Speaker::new(stdin).say(bytes);
        }
        Ok(Self { inner, pid, reaped: false, guard })
    }

    /// The process id, which is also the id of its group.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// The way to its standard input, once; None unless that is [`Input::Open`].
    pub fn speaker(&mut self) -> Option<Speaker> {
        self.inner.stdin.take().map(Speaker::new)
    }

    /// Its standard output, once.
    pub fn stdout(&mut self) -> Option<Stream> {
        self.inner.stdout.take().map(Stream::new)
    }

    /// Its standard error, once.
    pub fn stderr(&mut self) -> Option<Stream> {
        self.inner.stderr.take().map(Stream::new)
    }

    /// Waits until the process has ended and is reaped; may be called again.
    pub async fn wait(&mut self) -> io::Result<ExitStatus> {
        let status = self.inner.wait().await?;
        self.reaped = true;
        Ok(status)
    }

    /// The process and those that it started, as far as the platform knows of them.
    pub fn tree(&self) -> Vec<Member> {
        self.guard.tree(self.pid)
    }

    /// Kills the process and everything in its group or job.
    pub fn kill_group(&self) {
        self.guard.kill(self.pid);
    }

    /// The platform's hold on the whole group.
    #[cfg_attr(unix, expect(dead_code, reason = "only a Job Object is asked about its limits"))]
    pub(crate) fn guard(&self) -> &platform::Guard {
        &self.guard
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // Once reaped, its number may belong to another process.
        if !self.reaped {
            self.kill_group();
        }
    }
}

/// One process of a sandbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its id, as seen from Waybill.
    pub pid: u32,
    /// The short name of its program.
    pub name: String,
    /// Whether it is stopped (SIGSTOP).
    pub stopped: bool,
}

pub(crate) use platform::Held;
pub use platform::{descendants, marked, resident_bytes, started_at};

/// Kills every process that bears the marker of this sandbox, and waits until they are gone.
///
/// For recovery after Waybill itself was killed: no handle is left, only the marker. Gives the names of those
/// that were ended.
pub async fn reap_leftovers(sandbox_id: &str) -> Vec<String> {
    platform::reap(sandbox_id).await
}
