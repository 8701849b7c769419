//! The gate before a task: it waits until its limits are in force, and reports its end while its processes still live.
//!
//! A small shell inside the sandbox holds the gate. It speaks through pipes that the task itself does not get:
//! 3 to tell `ready` and `exit <code>`, 4 to be told `go`, 5 (outside a process namespace) to notice Waybill's death.

use std::io;

use crate::process::Launch;
use crate::sandbox::Gate;

/// Waybill's ends of the gate's pipes; without any when the platform needs no gate.
#[cfg(unix)]
pub struct Gatekeeper {
    ends: Option<Ends>,
}

#[cfg(unix)]
struct Ends {
    report: tokio::net::unix::pipe::Receiver,
    go: tokio::net::unix::pipe::Sender,
    /// Held, never written: its end is what the lifeline waits for.
    _lifeline: io::PipeWriter,
    heard: Vec<u8>,
}

#[cfg(unix)]
impl Gatekeeper {
    /// Hands the gate's pipes to the process that will be started.
    pub fn attach(gate: Gate, launch: &mut Launch) -> io::Result<Self> {
        use tokio::net::unix::pipe::{Receiver, Sender};
        let (report, report_inside) = io::pipe()?;
        let (go_inside, go) = io::pipe()?;
        let (lifeline_inside, lifeline) = io::pipe()?;
        launch.descriptors.push((3, report_inside.into()));
        launch.descriptors.push((4, go_inside.into()));
        if gate == Gate::Lifeline {
            launch.descriptors.push((5, lifeline_inside.into()));
        }
        let report = Receiver::from_owned_fd(report.into())?;
        let go = Sender::from_owned_fd(go.into())?;
        Ok(Self { ends: Some(Ends { report, go, _lifeline: lifeline, heard: Vec::new() }) })
    }

    /// Waits until the task stands at the gate; false when its process ended before.
    pub async fn ready(&mut self) -> bool {
        match &mut self.ends {
            Some(ends) => ends.line().await.as_deref() == Some("ready"),
            None => true,
        }
    }

    /// Lets the task begin.
    pub async fn open(&mut self) -> io::Result<()> {
        use tokio::io::AsyncWriteExt;
        match &mut self.ends {
            Some(ends) => ends.go.write_all(b"go\n").await,
            None => Ok(()),
        }
    }

    /// Waits for the task's exit code; for ever when its process ends without telling one.
    pub async fn exit_code(&mut self) -> i32 {
        if let Some(ends) = &mut self.ends {
            while let Some(line) = ends.line().await {
                if let Some(code) = line.strip_prefix("exit ").and_then(|code| code.parse().ok()) {
                    return code;
                }
            }
            self.ends = None;
        }
        std::future::pending().await
    }
}

#[cfg(unix)]
impl Ends {
    /// The next line; None at the end. May be dropped and called again.
    async fn line(&mut self) -> Option<String> {
        use tokio::io::AsyncReadExt;
        loop {
            if let Some(end) = self.heard.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.heard.drain(..=end).collect();
                return Some(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            let mut chunk = [0; 256];
            match self.report.read(&mut chunk).await {
                // The gate's lines are short: whoever sends more is not the gate.
                Ok(count) if count > 0 && self.heard.len() < 1024 => {
                    self.heard.extend_from_slice(&chunk[..count]);
                }
                _ => return None,
            }
        }
    }
}

#[cfg(windows)]
pub struct Gatekeeper;

#[cfg(windows)]
#[expect(clippy::unused_async, clippy::unnecessary_wraps, reason = "the shape of the Unix gate")]
impl Gatekeeper {
    pub fn attach(_gate: Gate, _launch: &mut Launch) -> io::Result<Self> {
        Ok(Self)
    }

    pub async fn ready(&mut self) -> bool {
        true
    }

    pub async fn open(&mut self) -> io::Result<()> {
        Ok(())
    }

    pub async fn exit_code(&mut self) -> i32 {
        std::future::pending().await
    }
}
