//! Owns Node and its packages: is Node there, are the packages of a folder installed as its lock file says, is the
//! UI built from the sources as they are.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Context;
use serde_json::Value;

use super::platform;
use super::stamp::{Stamp, fingerprint};
use crate::machine::Machine;
use crate::process;
use crate::tree::Tree;

/// The oldest Node that the UI's tools accept.
pub const OLDEST_NODE: u32 = 20;

/// `npm …` in one of the tree's folders.
pub fn npm(tree: &Tree, folder: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(platform::NPM);
    command.current_dir(tree.at(folder)).args(arguments);
    command
}

/// Where a program lies that the packages of a folder bring along.
pub fn module_binary(tree: &Tree, folder: &str, program: &str) -> Option<PathBuf> {
    let binaries = tree.at(folder).join("node_modules").join(".bin");
    let binary = binaries.join(format!("{program}{}", platform::SCRIPT_SUFFIX));
    binary.is_file().then_some(binary)
}

/// Says what to do when Node is missing or too old.
pub fn check(machine: &Machine) -> anyhow::Result<()> {
    let get = format!("get it from https://nodejs.org/en/download or by {}", platform::NODE_FROM);
    #[cfg(target_os = "linux")]
    if machine.find(&["node"]).is_none() {
        platform::get_node(machine)?;
    }
    anyhow::ensure!(machine.find(&["node"]).is_some(), "Node.js {OLDEST_NODE} or newer is missing: {get}");
    let version = process::read(Command::new("node").arg("--version"))?;
    anyhow::ensure!(
        major(&version).is_some_and(|major| major >= OLDEST_NODE),
        "Node.js {} is too old, {OLDEST_NODE} or newer is needed: {get}",
        version.trim()
    );
    process::read(Command::new(platform::NPM).arg("--version"))
        .with_context(|| format!("npm is missing, it comes with Node.js: {get}"))?;
    Ok(())
}

/// `v20.20.2` → 20.
fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// `npm ci` when the lock file is not the one that was installed last.
pub fn install(tree: &Tree, folder: &str) -> anyhow::Result<()> {
    let at = tree.at(folder);
    let manifest = at.join("package.json");
    let manifest = fs::read_to_string(&manifest).with_context(|| {
        format!("{} is missing: this part of the tree is not there yet", tree.shown(&manifest))
    })?;
    if !has_dependencies(&manifest)? {
        return Ok(());
    }
    let lock = at.join("package-lock.json");
    let input = fs::read_to_string(&lock)
        .with_context(|| format!("{} is missing (`npm install` in {folder} writes it)", tree.shown(&lock)))?;
    Stamp::new(at.join("node_modules").join(".installed-from"), input).or_do(|| {
        println!("\n{folder}: installing the packages of {}", tree.shown(&lock));
        process::run(&mut npm(tree, folder, &["ci", "--no-audit", "--no-fund"]))
    })
}

/// A package that uses only what Node brings needs no installation, and has no lock file.
fn has_dependencies(manifest: &str) -> anyhow::Result<bool> {
    let manifest: Value = serde_json::from_str(manifest).context("a package.json that is no JSON")?;
    Ok(["dependencies", "devDependencies", "optionalDependencies"]
        .iter()
        .any(|kind| manifest[kind].as_object().is_some_and(|packages| !packages.is_empty())))
}

/// `npm run build` when the sources are not the ones that were built last.
pub fn build_ui(tree: &Tree) -> anyhow::Result<()> {
    let ui = tree.at("ui");
    let sources = fingerprint(&ui, &["node_modules", "dist"])?;
    let stamp = Stamp::new(ui.join("node_modules").join(".built-from"), sources);
    let page = ui.join("dist").join("index.html");
    if stamp.holds() && page.is_file() {
        println!("ui: built before from these sources");
        return Ok(());
    }
    println!("\nui: building");
    stamp.renew(|| process::run(&mut npm(tree, "ui", &["run", "build"])))?;
    anyhow::ensure!(page.is_file(), "the build of the UI ended well but left no {}", tree.shown(&page));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_of_its_own_means_needs_nothing() {
        let asks = |manifest: &str| has_dependencies(manifest).unwrap();
        assert!(!asks(r#"{"name": "tests", "devDependencies": {}}"#), "there is no lock file to insist on");
        assert!(
            asks(r#"{"devDependencies": {"playwright-core": "1.65.1"}}"#),
            "what is used must be installed"
        );
    }

    #[test]
    fn an_old_node_is_recognised() {
        assert_eq!(major("v20.20.2\n"), Some(20), "the usual answer");
        assert_eq!(major("v9.1.0"), Some(9), "numbers are compared, not letters");
        assert_eq!(major("node: not found"), None, "an error message is no version");
    }
}
