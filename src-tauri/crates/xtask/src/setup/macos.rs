//! Owns what a Mac needs: it says what is missing and how to get it, and installs nothing by itself.

use std::path::PathBuf;

use super::Need;
use crate::machine::Machine;

pub const NPM: &str = "npm";
pub const SCRIPT_SUFFIX: &str = "";
pub const NODE_FROM: &str = "`brew install node`";

pub fn ensure(machine: &Machine, needs: &[Need]) -> anyhow::Result<()> {
    let mut missing = Vec::new();
    for need in needs {
        let (programs, how): (&[&str], &str) = match need {
            Need::Engine => (&["git", "cc"], "git and a compiler: `xcode-select --install`"),
            Need::Icons => (&["rsvg-convert"], "rsvg-convert: `brew install librsvg`"),
            Need::Browser if super::chromium(machine).is_some() => continue,
            Need::Browser => (&["chromium"], "a Chromium: `brew install --cask chromium`, or Google Chrome"),
            // The web view, the sandbox and sqlite3 come with the system.
            _ => continue,
        };
        if programs.iter().any(|program| machine.find(&[program]).is_none()) {
            missing.push(how);
        }
    }
    anyhow::ensure!(missing.is_empty(), "this machine lacks:\n  {}", missing.join("\n  "));
    Ok(())
}

/// A Chromium of this machine: Chrome is an application here, not a program on the search path.
pub fn chromium(machine: &Machine) -> Option<PathBuf> {
    let chrome = PathBuf::from("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
    if chrome.is_file() { Some(chrome) } else { machine.find(&["chromium", "google-chrome"]) }
}
