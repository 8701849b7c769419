//! Owns the checks of the other two platforms from a Debian machine: clippy for Windows and macOS, and the tests of all
//! crates without a window under wine. It must not know what the crates do.
//!
//! Nothing is linked for macOS: there the compiler checks, and no more is claimed.

mod git;
mod kit;

use std::process::Command;

use anyhow::Context;

use crate::machine::Machine;
use crate::process;
use crate::test::{Counts, Verdict};
use crate::tree::Tree;
use kit::Kit;

const WINDOWS: &str = "x86_64-pc-windows-gnu";
const MACOS: &str = "aarch64-apple-darwin";

/// The crates whose tests run under wine: all but the window and this one.
const TESTED: &[&str] =
    &["waybill-domain", "waybill-store", "waybill-github", "waybill-engine", "waybill-api", "waybill-cli"];

/// At least so much of what runs on Linux runs under wine, in percent.
const SHARE: u64 = 90;

/// Lints every crate, the shell included, as Windows sees it.
pub fn lint_windows(tree: &Tree, machine: &Machine) -> anyhow::Result<Verdict> {
    with_kit(tree, machine, |kit| lint(&mut kit.cargo(&["clippy", "--target", WINDOWS])))
}

/// Lints every crate, the shell included, as macOS sees it.
pub fn lint_macos(tree: &Tree, machine: &Machine) -> anyhow::Result<Verdict> {
    with_kit(tree, machine, |kit| {
        let mut command = kit.cargo(&["clippy", "--target", MACOS]);
        kit.compile_nothing(&mut command, MACOS);
        lint(&mut command)
    })
}

fn lint(command: &mut Command) -> anyhow::Result<Verdict> {
    command.args(["--workspace", "--all-targets", "--features", "waybill-desktop/custom-protocol"]);
    process::run(command.args(["--", "-D", "warnings"]))?;
    Ok(Verdict::Passed)
}

/// Runs the tests under wine, and compares their number with Linux's.
pub fn test_windows(tree: &Tree, machine: &Machine) -> anyhow::Result<Verdict> {
    with_kit(tree, machine, |kit| under_wine(tree, kit))
}

/// Does what needs the kit; a machine that cannot have it skips that, and says why.
fn with_kit(
    tree: &Tree,
    machine: &Machine,
    work: impl FnOnce(&Kit) -> anyhow::Result<Verdict>,
) -> anyhow::Result<Verdict> {
    match Kit::ready(tree, machine)? {
        Ok(kit) => work(&kit),
        Err(why) => Ok(Verdict::Skipped(why)),
    }
}

fn under_wine(tree: &Tree, kit: &Kit) -> anyhow::Result<Verdict> {
    let mut command = kit.cargo(&["test", "--target", WINDOWS, "--no-fail-fast"]);
    for package in TESTED {
        command.args(["--package", package]);
    }
    let (status, text) = process::run_and_keep(&mut command)?;
    let counts = Counts::of(&text);
    let here = on_this_machine(tree)?;
    println!(
        "{} tests ran under wine, {here} run on this machine ({} %)",
        counts.passed,
        counts.passed * 100 / here.max(1)
    );
    anyhow::ensure!(
        !status.success() || counts.passed * 100 >= here * SHARE,
        "only {} of {here} tests ran under wine; at least {SHARE} % must",
        counts.passed
    );
    Ok(Verdict::Counted { counts, succeeded: status.success() })
}

/// How many tests the same crates have here.
fn on_this_machine(tree: &Tree) -> anyhow::Result<u64> {
    let mut command = crate::cargo::command(tree, &["test", "--quiet"]);
    for package in TESTED {
        command.args(["--package", package]);
    }
    let text = process::read(command.args(["--", "--list", "--format", "terse"]))
        .context("the tests of this machine could not be counted")?;
    Ok(text.lines().filter(|line| line.ends_with(": test")).map(|_| 1).sum())
}
