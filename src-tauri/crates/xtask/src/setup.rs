//! Owns getting a machine ready: system packages, Node packages and the built UI, each only when something asks
//! for it and only when it is not there yet. It must not know what the tasks do with them.

mod node;
mod python;
mod stamp;

#[cfg(target_os = "linux")]
#[path = "setup/linux.rs"]
mod platform;
#[cfg(target_os = "macos")]
#[path = "setup/macos.rs"]
mod platform;
#[cfg(windows)]
#[path = "setup/windows.rs"]
mod platform;

pub use node::{build_ui, module_binary, npm};

use std::path::PathBuf;

use crate::machine::Machine;
use crate::tree::Tree;

/// Something a task needs before it can start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Compiler, git and the sandbox program: enough to build and use `waybill`.
    Engine,
    /// What the desktop window is built with.
    WebView,
    /// A Chromium for the tests of the UI.
    Browser,
    /// A driver for the web view, a screen nobody sees, a keyring and a session bus for the tests of the desktop.
    DesktopTests,
    /// Looking into a database from outside.
    AcceptanceTests,
    /// The drawing program for the icons.
    Icons,
    /// The packages of the UI.
    UiPackages,
    /// The UI, built.
    Ui,
    /// The packages of one of the test suites.
    Packages(&'static str),
    /// The Python packages of one of the test suites.
    PythonPackages(&'static str),
}

/// All that `run` and `test` need.
const EVERYTHING: &[Need] = &[
    Need::Engine,
    Need::WebView,
    Need::Browser,
    Need::DesktopTests,
    Need::AcceptanceTests,
    Need::UiPackages,
    Need::Packages("tests/peers/agents"),
    Need::Packages("tests/peers/mcp"),
    Need::PythonPackages("tests/peers/mcp"),
    Need::Packages("tests/ui"),
    Need::Packages("tests/desktop"),
    Need::Ui,
];

pub fn everything(tree: &Tree, machine: &Machine) -> anyhow::Result<()> {
    ensure(tree, machine, EVERYTHING)
}

/// Makes sure of all the needs.
pub fn ensure(tree: &Tree, machine: &Machine, needs: &[Need]) -> anyhow::Result<()> {
    system(machine, needs)?;
    below_the_tree(tree, machine, needs)
}

/// The Chromium for the tests of the UI: the user's choice, else what this machine has.
pub fn chromium(machine: &Machine) -> Option<PathBuf> {
    machine.chromium.clone().or_else(|| platform::chromium(machine))
}

/// Makes sure of the system packages, in one installation.
pub fn system(machine: &Machine, needs: &[Need]) -> anyhow::Result<()> {
    platform::ensure(machine, needs)
}

/// Makes sure of what lies in the tree itself: installed packages, the built UI.
pub fn below_the_tree(tree: &Tree, machine: &Machine, needs: &[Need]) -> anyhow::Result<()> {
    if needs.iter().any(|need| matches!(need, Need::UiPackages | Need::Ui | Need::Packages(_))) {
        node::check(machine)?;
    }
    for need in needs {
        match need {
            Need::UiPackages => node::install(tree, "ui")?,
            Need::Ui => {
                node::install(tree, "ui")?;
                node::build_ui(tree)?;
            }
            Need::Packages(folder) => node::install(tree, folder)?,
            Need::PythonPackages(folder) => python::install(tree, folder)?,
            _ => {}
        }
    }
    Ok(())
}
