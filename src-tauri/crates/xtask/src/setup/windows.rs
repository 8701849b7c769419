//! Owns what a Windows machine needs: it says what is missing and how to get it, and installs nothing by itself.

use std::path::PathBuf;

use super::Need;
use crate::machine::Machine;

pub const NPM: &str = "npm.cmd";
pub const SCRIPT_SUFFIX: &str = ".cmd";
pub const NODE_FROM: &str = "`winget install OpenJS.NodeJS.LTS`";

pub fn ensure(machine: &Machine, needs: &[Need]) -> anyhow::Result<()> {
    let mut missing = Vec::new();
    for need in needs {
        let (program, how) = match need {
            Need::Engine => ("git", "git: `winget install Git.Git`"),
            Need::Icons => {
                ("rsvg-convert", "rsvg-convert: `scoop install librsvg` (or make the icons elsewhere)")
            }
            // WebView2 and a Chromium (Edge) come with Windows 10 and 11, the linker with the Rust toolchain's set-up.
            _ => continue,
        };
        if machine.find(&[program]).is_none() {
            missing.push(how);
        }
    }
    anyhow::ensure!(missing.is_empty(), "this machine lacks:\n  {}", missing.join("\n  "));
    Ok(())
}

/// A Chromium of this machine: Edge is one, and part of the system.
pub fn chromium(_: &Machine) -> Option<PathBuf> {
    let edge = PathBuf::from(r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe");
    edge.is_file().then_some(edge)
}
