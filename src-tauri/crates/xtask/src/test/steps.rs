//! Owns the list of checks, in order, and the commands behind each. A step says what it needs; it must not set
//! anything up itself.

use std::process::Command;

use anyhow::Context;

use super::counts::Counts;
use crate::machine::Machine;
use crate::setup::{self, Need};
use crate::tree::Tree;
use crate::{cargo, cross, generate, process};

/// One check.
pub struct Step {
    pub name: &'static str,
    pub says: &'static str,
    pub needs: &'static [Need],
    run: fn(&Place<'_>) -> anyhow::Result<Verdict>,
}

/// Where a step runs.
pub struct Place<'a> {
    pub tree: &'a Tree,
    pub machine: &'a Machine,
    /// Whether the steps were named, so that what takes long to prepare is prepared for them.
    pub asked: bool,
}

/// How a step ended, when it could be carried out.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A check that is one thing: it counts as one test.
    Passed,
    /// A suite, with the numbers its runner gave.
    Counted { counts: Counts, succeeded: bool },
    /// This machine cannot carry it out; the sentence says why.
    Skipped(String),
}

impl Step {
    pub fn run(&self, place: &Place<'_>) -> anyhow::Result<Verdict> {
        (self.run)(place)
    }
}

/// All checks, quick ones first.
pub const STEPS: &[Step] = &[
    Step { name: "format", says: "Rust is formatted", needs: &[], run: format },
    Step {
        name: "bindings",
        says: "the TypeScript bindings are those of the Rust types",
        needs: &[Need::Engine],
        run: bindings,
    },
    Step {
        name: "ui-lint",
        says: "TypeScript is formatted and linted",
        needs: &[Need::UiPackages],
        run: ui_lint,
    },
    Step { name: "ui-types", says: "TypeScript's types hold", needs: &[Need::UiPackages], run: ui_types },
    Step { name: "ui-unit", says: "the UI's unit tests", needs: &[Need::UiPackages], run: ui_unit },
    Step { name: "ui-build", says: "the UI builds", needs: &[Need::UiPackages], run: ui_build },
    Step {
        name: "lint",
        says: "Rust is linted, all crates with the desktop",
        // The desktop crate takes the built UI in at compile time.
        needs: &[Need::Engine, Need::WebView, Need::Ui],
        run: lint,
    },
    Step { name: "licences", says: "licences and sources of what we depend on", needs: &[], run: licences },
    Step {
        name: "rust",
        says: "unit and acceptance tests, with the real agent programs",
        needs: &[
            Need::Engine,
            Need::AcceptanceTests,
            Need::Ui,
            Need::Packages("tests/peers/agents"),
            Need::Packages("tests/peers/mcp"),
            Need::PythonPackages("tests/peers/mcp"),
        ],
        run: rust,
    },
    Step {
        name: "browser",
        says: "the UI in Chromium against the real backend",
        needs: &[Need::Engine, Need::Browser, Need::Ui, Need::Packages("tests/ui")],
        run: browser,
    },
    Step {
        name: "desktop-build",
        says: "the desktop application builds",
        needs: &[Need::Engine, Need::WebView, Need::Ui],
        run: desktop_build,
    },
    #[cfg(target_os = "linux")]
    Step {
        name: "desktop",
        says: "the desktop in a real WebKit window",
        needs: &[Need::Engine, Need::WebView, Need::DesktopTests, Need::Ui, Need::Packages("tests/desktop")],
        run: desktop,
    },
];

/// The checks of other platforms, which `cargo xtask cross` prepares and runs, and `cargo xtask test` where they are
/// prepared.
pub const CROSS: &[Step] = &[
    Step {
        name: "windows-lint",
        says: "Rust is linted as Windows sees it, all crates with the desktop",
        needs: &[Need::Engine, Need::Ui],
        run: cross::lint_windows,
    },
    Step {
        name: "macos-lint",
        says: "Rust is linted as macOS sees it, all crates with the desktop",
        needs: &[Need::Engine, Need::Ui],
        run: cross::lint_macos,
    },
    Step {
        name: "planted",
        says: "a type error in Windows' or macOS' own code is found",
        needs: &[Need::Engine],
        run: cross::find_planted,
    },
];

/// What `cargo xtask cross` runs besides: it takes longer than all other checks together.
pub const UNDER_WINE: &[Step] = &[Step {
    name: "windows",
    says: "the tests of all crates without a window, under wine",
    needs: &[
        Need::Engine,
        Need::AcceptanceTests,
        Need::Ui,
        Need::Packages("tests/peers/agents"),
        Need::Packages("tests/peers/mcp"),
    ],
    run: cross::test_windows,
}];

/// The package and the options that make the application load its own UI and not a development server's.
pub const DESKTOP: (&str, &[&str]) = ("waybill-desktop", &["--features", "custom-protocol"]);

fn format(place: &Place<'_>) -> anyhow::Result<Verdict> {
    passes(&mut cargo::command(place.tree, &["fmt", "--all", "--check"]))
}

fn bindings(place: &Place<'_>) -> anyhow::Result<Verdict> {
    generate::bindings(place.tree, true)?;
    Ok(Verdict::Passed)
}

fn ui_lint(place: &Place<'_>) -> anyhow::Result<Verdict> {
    process::run(&mut setup::npm(place.tree, "ui", &["run", "check"]))?;
    // The tests written in TypeScript and JavaScript have a configuration of their own, at the root.
    let biome = setup::module_binary(place.tree, "ui", "biome").context("ui brings no `biome`")?;
    passes(Command::new(biome).current_dir(place.tree.root()).args(["check", "tests"]))
}

fn ui_types(place: &Place<'_>) -> anyhow::Result<Verdict> {
    passes(&mut setup::npm(place.tree, "ui", &["run", "types"]))
}

fn ui_unit(place: &Place<'_>) -> anyhow::Result<Verdict> {
    counted(&mut setup::npm(place.tree, "ui", &["test"]))
}

fn ui_build(place: &Place<'_>) -> anyhow::Result<Verdict> {
    setup::build_ui(place.tree)?;
    Ok(Verdict::Passed)
}

fn lint(place: &Place<'_>) -> anyhow::Result<Verdict> {
    passes(&mut cargo::command(
        place.tree,
        &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--features",
            "waybill-desktop/custom-protocol",
            "--",
            "--deny",
            "warnings",
        ],
    ))
}

fn licences(place: &Place<'_>) -> anyhow::Result<Verdict> {
    if place.machine.find(&["cargo-deny"]).is_none() {
        return Ok(Verdict::Skipped(
            "cargo-deny is not installed (`cargo install cargo-deny --locked`)".to_owned(),
        ));
    }
    // Advisories are left to the build machines: their list comes from the network.
    passes(&mut cargo::command(place.tree, &["deny", "check", "bans", "licenses", "sources"]))
}

fn rust(place: &Place<'_>) -> anyhow::Result<Verdict> {
    // The acceptance tests start the program that this very command builds.
    counted(&mut coloured(place, cargo::command(place.tree, &["test", "--no-fail-fast"])))
}

fn browser(place: &Place<'_>) -> anyhow::Result<Verdict> {
    let waybill = cargo::build(place.tree, "waybill-cli", &[])?;
    let mut tests = setup::npm(place.tree, "tests/ui", &["test"]);
    tests.env("WAYBILL_BIN", waybill).envs(setup::chromium(place.machine).map(|path| ("CHROMIUM", path)));
    counted(&mut tests)
}

fn desktop_build(place: &Place<'_>) -> anyhow::Result<Verdict> {
    cargo::build(place.tree, DESKTOP.0, DESKTOP.1)?;
    Ok(Verdict::Passed)
}

/// A screen that nobody sees and a session bus of the tests' own: no window, notification or secret of theirs
/// reaches the person who runs them.
#[cfg(target_os = "linux")]
fn desktop(place: &Place<'_>) -> anyhow::Result<Verdict> {
    let waybill = cargo::build(place.tree, "waybill-cli", &[])?;
    let desktop = cargo::build(place.tree, DESKTOP.0, DESKTOP.1)?;
    let mut tests = crate::machine::unseen_screen();
    tests
        .args(["dbus-run-session", "--", "npm", "test"])
        .current_dir(place.tree.at("tests/desktop"))
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("WAYLAND_DISPLAY")
        .envs([("GDK_BACKEND", "x11"), ("NO_AT_BRIDGE", "1")])
        .env("WAYBILL_BIN", waybill)
        .env("WAYBILL_DESKTOP_BIN", desktop);
    counted(&mut tests)
}

fn passes(command: &mut Command) -> anyhow::Result<Verdict> {
    process::run(command)?;
    Ok(Verdict::Passed)
}

fn counted(command: &mut Command) -> anyhow::Result<Verdict> {
    let (status, output) = process::run_and_keep(command)?;
    let counts = Counts::of(&output);
    anyhow::ensure!(
        counts != Counts::default() || !status.success(),
        "`{}` ended well without having run a single test",
        process::shown(command)
    );
    Ok(Verdict::Counted { counts, succeeded: status.success() })
}

/// Cargo sees a pipe; the person who reads along sees a terminal.
fn coloured(place: &Place<'_>, mut command: Command) -> Command {
    if place.machine.terminal {
        command.env("CARGO_TERM_COLOR", "always");
    }
    command
}
