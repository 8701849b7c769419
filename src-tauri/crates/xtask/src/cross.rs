//! Owns the checks of the other two platforms from a Debian machine: clippy for Windows and macOS, and the tests of all
//! crates without a window under wine. It must not know what the crates do.
//!
//! Nothing is linked for macOS: there the compiler checks, and no more is claimed.

mod absent;
mod git;
mod kit;
mod planted;

use std::process::Command;

use anyhow::Context;

use crate::process;
use crate::test::{Counts, Place, Verdict};
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
pub fn lint_windows(place: &Place<'_>) -> anyhow::Result<Verdict> {
    with_kit(place, |kit| lint(&mut kit.cargo(&["clippy", "--target", WINDOWS])))
}

/// Lints every crate, the shell included, as macOS sees it.
pub fn lint_macos(place: &Place<'_>) -> anyhow::Result<Verdict> {
    with_kit(place, |kit| {
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
pub fn test_windows(place: &Place<'_>) -> anyhow::Result<Verdict> {
    with_kit(place, |kit| under_wine(place.tree, kit))
}

/// Plants a type error in the code of each platform, and expects that it is found.
pub fn find_planted(place: &Place<'_>) -> anyhow::Result<Verdict> {
    with_kit(place, |kit| {
        planted::found(place.tree, kit)?;
        Ok(Verdict::Passed)
    })
}

/// Does what needs the kit; a machine that cannot have it, or has it not yet and was not asked for it, skips that and
/// says why.
fn with_kit(
    place: &Place<'_>,
    work: impl FnOnce(&Kit) -> anyhow::Result<Verdict>,
) -> anyhow::Result<Verdict> {
    let kit = if place.asked {
        Kit::ready(place.tree, place.machine)?
    } else {
        Kit::prepared(place.tree, place.machine)?
    };
    match kit {
        Ok(kit) => work(&kit),
        Err(why) => Ok(Verdict::Skipped(why)),
    }
}

fn under_wine(tree: &Tree, kit: &Kit) -> anyhow::Result<Verdict> {
    kit.clear_temporary()?;
    let run = || of_tested(kit.cargo(&["test", "--target", WINDOWS, "--no-fail-fast"]));
    let skipped = absent::NOT_HERE.iter().flat_map(|(start, _)| ["--skip", start]).collect::<Vec<_>>();
    let mut here = listed(crate::cargo::command(tree, &["test", "--quiet"]), &[])?;
    // What tests start themselves runs nowhere by its own name.
    let helpers = listed(crate::cargo::command(tree, &["test", "--quiet"]), &["--ignored"])?;
    here.retain(|name| !helpers.contains(name));
    let there = listed(kit.cargo(&["test", "--quiet", "--target", WINDOWS]), &skipped)?;
    let (status, text) = process::run_and_keep(run().arg("--").args(&skipped))?;
    let mut counts = Counts::of(&text);
    let mut succeeded = status.success();
    let failed = absent::failed(&text);
    if !failed.is_empty() && u64::try_from(failed.len())? == counts.failed {
        // With many programs at once wine now and then fails to start one, with its error 1359.
        println!("\nonce more, one after the other: {}", failed.join(", "));
        let (status, text) =
            process::run_and_keep(run().args(["--", "--test-threads=1", "--exact"]).args(&failed))?;
        let second = Counts::of(&text);
        succeeded = status.success() && second.passed >= counts.failed;
        counts = Counts { passed: counts.passed + counts.failed - second.failed, failed: second.failed };
    }
    let absent = absent::told(&here, &there, &text)?;
    let (ran, all) = (counts.passed + counts.failed, u64::try_from(here.len())?);
    println!(
        "{absent}\n{ran} tests ran under wine, {all} run on this machine ({} %)",
        ran * 100 / all.max(1)
    );
    anyhow::ensure!(
        ran * 100 >= all * SHARE,
        "only {ran} of {all} tests ran under wine; at least {SHARE} % must"
    );
    Ok(Verdict::Counted { counts, succeeded })
}

/// The command for the crates whose tests run under wine; they have none in their documentation.
fn of_tested(mut command: Command) -> Command {
    command.arg("--tests");
    for package in TESTED {
        command.args(["--package", package]);
    }
    command
}

/// The names of the tests that this cargo has for the same crates, as these words choose among them.
fn listed(command: Command, chosen: &[&str]) -> anyhow::Result<Vec<String>> {
    let text = process::read(of_tested(command).args(["--", "--list", "--format", "terse"]).args(chosen))
        .context("the tests could not be counted")?;
    Ok(text.lines().filter_map(|line| line.trim_end().strip_suffix(": test")).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::{Kit, Place, Verdict, lint_macos};
    use crate::machine::Machine;
    use crate::tree::Tree;

    #[test]
    fn who_did_not_ask_for_the_compilers_does_not_wait_for_them() {
        let tree = Tree::of_this_build().unwrap();
        let mut machine = Machine::of_this_process();
        machine.cache = std::env::temp_dir().join(format!("xtask-no-compilers-{}", std::process::id()));
        let verdict = lint_macos(&Place { tree: &tree, machine: &machine, asked: false }).unwrap();
        let Verdict::Skipped(why) = verdict else { panic!("what is not there checks nothing: {verdict:?}") };
        assert!(!machine.cache.exists(), "nothing was begun either");
        let can = Kit::of(&tree, &machine).unwrap().is_ok();
        assert_eq!(
            why.contains("cargo xtask cross"),
            can,
            "it says how to get them, where they can be had: {why}"
        );
    }
}
