//! What Linux and macOS share: process groups, descriptors and signals.

use std::io;
use std::os::fd::OwnedFd;

use command_fds::{CommandFdExt, FdMapping};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::process::Command;

/// The hold on a child's process group.
#[derive(Debug)]
pub struct Guard;

impl Guard {
    /// Puts the child into a group of its own and hands it its descriptors.
    pub fn prepare(command: &mut Command, descriptors: Vec<(i32, OwnedFd)>) -> io::Result<Self> {
        command.process_group(0);
        let mappings = descriptors.into_iter().map(|(child_fd, parent_fd)| FdMapping { parent_fd, child_fd });
        command.fd_mappings(mappings.collect()).map_err(io::Error::other)?;
        Ok(Self)
    }

    /// Nothing is left to do once the child runs.
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "a Job Object takes the child in here")]
    pub fn adopt(&self, _child: &tokio::process::Child) -> io::Result<()> {
        Ok(())
    }

    /// The processes that descend from the child, itself first.
    #[expect(clippy::unused_self, reason = "a Job Object knows its processes by its handle")]
    pub fn tree(&self, root: u32) -> Vec<super::Member> {
        super::descendants(root)
    }

    /// Kills the whole group.
    #[expect(clippy::unused_self, reason = "a Job Object is killed by its handle")]
    pub fn kill(&self, pid: u32) {
        if let Some(pid) = as_pid(pid) {
            // The group may be gone already, which is what was wanted.
            let _ = kill_process_group(pid, Signal::KILL);
        }
    }
}

/// Sends a signal to each of the processes; those that are gone are passed over.
pub fn signal(pids: impl IntoIterator<Item = u32>, signal: Signal) {
    for pid in pids.into_iter().filter_map(as_pid) {
        let _ = kill_process(pid, signal);
    }
}

/// The typed id of a process; None for 0 and what no process can have.
pub fn as_pid(pid: u32) -> Option<Pid> {
    i32::try_from(pid).ok().and_then(Pid::from_raw)
}
