//! Owns `cargo xtask run`: the application, ready to use, from nothing but a checkout. Where no window can be
//! opened, the main job is done without one.

use std::process::{Command, ExitCode};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context;

use crate::machine::Machine;
use crate::setup::{self, Need};
use crate::test::DESKTOP;
use crate::tree::Tree;
use crate::{cargo, process};

pub fn run(tree: &Tree, machine: &Machine, pass_on: &[String]) -> anyhow::Result<ExitCode> {
    if machine.display { window(tree, machine, pass_on) } else { headless(tree, machine) }
}

fn window(tree: &Tree, machine: &Machine, pass_on: &[String]) -> anyhow::Result<ExitCode> {
    setup::ensure(tree, machine, &[Need::Engine, Need::WebView, Need::Ui])?;
    let desktop = cargo::build(tree, DESKTOP.0, DESKTOP.1)?;
    ended(Command::new(desktop).args(pass_on))
}

/// Files an issue, lets the demo tool work it and shows the branch, in a data directory that stays.
fn headless(tree: &Tree, machine: &Machine) -> anyhow::Result<ExitCode> {
    println!("No display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can be opened.");
    println!("Building the command line instead, and doing Waybill's main job with it: `waybill demo`.\n");
    setup::ensure(tree, machine, &[Need::Engine, Need::Ui])?;
    let waybill = cargo::build(tree, "waybill-cli", &[])?;
    let home = match &machine.waybill_home {
        Some(home) => home.clone(),
        None => machine
            .temporary
            .join(format!("waybill-demo-{}", SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())),
    };
    std::fs::create_dir_all(&home).with_context(|| format!("could not make {}", home.display()))?;
    println!();
    let code = ended(Command::new(&waybill).arg("demo").env("WAYBILL_HOME", &home))?;
    if code == ExitCode::SUCCESS {
        println!("\nAll of it is kept in {}. To look around in it:", home.display());
        println!("  WAYBILL_HOME={} {} project list", home.display(), waybill.display());
    }
    Ok(code)
}

/// Runs a program to its end and hands its exit code on.
fn ended(command: &mut Command) -> anyhow::Result<ExitCode> {
    println!("$ {}", process::shown(command));
    let status =
        command.status().with_context(|| format!("could not start `{}`", process::shown(command)))?;
    if status.success() {
        return Ok(ExitCode::SUCCESS);
    }
    println!("`{}` ended with {status}", process::shown(command));
    Ok(ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
}
