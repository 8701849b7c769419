//! Owns `cargo xtask dist`: the release build and the bundles of this platform, each tried on its own, with a plain
//! account at the end of what could be made, how large it is, and what could not.

#[cfg(target_os = "linux")]
mod verify;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::Context;
use serde_json::json;

use crate::machine::Machine;
use crate::setup::{self, Need};
use crate::tree::Tree;
use crate::{cargo, process};

/// The folder whose package is Tauri's bundler.
const BUNDLER: &str = "src-tauri/crates/xtask/bundler";

/// A kind of bundle, by the name that Tauri's bundler gives it and its folder.
#[derive(Debug)]
struct Kind {
    name: &'static str,
    ending: &'static str,
    /// Its failure is the task's failure; the others need the network while bundling.
    essential: bool,
}

const fn kind(name: &'static str, ending: &'static str, essential: bool) -> Kind {
    Kind { name, ending, essential }
}

#[cfg(target_os = "linux")]
const KINDS: &[Kind] =
    &[kind("deb", "deb", true), kind("rpm", "rpm", true), kind("appimage", "AppImage", false)];
#[cfg(target_os = "macos")]
const KINDS: &[Kind] = &[kind("dmg", "dmg", true)];
#[cfg(windows)]
const KINDS: &[Kind] = &[kind("msi", "msi", true), kind("nsis", "exe", false)];

/// Installs the .deb that was made in a fresh root, starts it there and removes it, and says what was seen.
pub fn verify(tree: &Tree, machine: &Machine) -> anyhow::Result<()> {
    println!("{}", verified(tree, machine)?);
    Ok(())
}

/// Builds the bundles.
pub fn dist(tree: &Tree, machine: &Machine) -> anyhow::Result<()> {
    setup::ensure(tree, machine, &[Need::Engine, Need::WebView, Need::Ui, Need::Packages(BUNDLER)])?;
    let tauri = setup::module_binary(tree, BUNDLER, "tauri").context("@tauri-apps/cli brings no `tauri`")?;
    let bundles = cargo::target_directory(tree)?.join("release").join("bundle");

    // The command line first: bundles that carry it take it from there.
    process::run(&mut cargo::command(tree, &["build", "--release", "--package", "waybill-cli"]))?;
    bundler(tree, &tauri, &["build", "--no-bundle", "--ci"])?;

    let out = tree.at("dist");
    fs::create_dir_all(&out).with_context(|| format!("could not make {}", out.display()))?;
    let mut account = Vec::new();
    let mut lacking = Vec::new();
    for kind in KINDS {
        let start = SystemTime::now();
        let signing = signing(machine);
        let made = bundler(tree, &tauri, &["bundle", "--bundles", kind.name, "--ci", "--config", &signing])
            .and_then(|()| made_since(&bundles.join(kind.name), kind.ending, start))
            .and_then(|file| keep(&file, &out));
        match made {
            Ok(file) => account.push(format!("{:<9} {}  {}", kind.name, size(&file)?, tree.shown(&file))),
            Err(error) => {
                account.push(format!("{:<9} could not be built here: {error:#}", kind.name));
                lacking.extend(kind.essential.then_some(kind.name));
            }
        }
    }
    println!("\n{}", account.join("\n"));
    anyhow::ensure!(lacking.is_empty(), "not built: {}", lacking.join(", "));
    Ok(())
}

#[cfg(target_os = "linux")]
fn verified(tree: &Tree, machine: &Machine) -> anyhow::Result<String> {
    let packages = fs::read_dir(tree.at("dist"))?.flatten().map(|entry| entry.path());
    let newest = packages
        .filter(|path| path.extension().is_some_and(|ending| ending == "deb"))
        .max_by_key(|path| path.metadata().and_then(|about| about.modified()).ok());
    let package = newest.context("there is no .deb in dist/; `cargo xtask dist` makes one")?;
    Ok(verify::verify(&package, machine)?.unwrap_or_else(|why| format!("not here: {why}")))
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "the shape of the platform that can")]
fn verified(_tree: &Tree, _machine: &Machine) -> anyhow::Result<String> {
    Ok("not here: a fresh root to install in is made on Debian alone".to_owned())
}

fn bundler(tree: &Tree, tauri: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    process::run(Command::new(tauri).current_dir(tree.root()).args(arguments))
}

/// The bundle of this run, and not one that lay there before.
fn made_since(folder: &Path, ending: &str, start: SystemTime) -> anyhow::Result<PathBuf> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("the bundler left no {}", folder.display()))?;
    entries
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|found| found == ending))
        .find(|entry| entry.metadata().and_then(|about| about.modified()).is_ok_and(|at| at >= start))
        .map(|entry| entry.path())
        .with_context(|| format!("the bundler left no .{ending} in {}", folder.display()))
}

/// What the configuration lacks for bundles that are signed, where there is something to sign them with.
fn signing(machine: &Machine) -> String {
    let mut config = json!({ "bundle": { "createUpdaterArtifacts": machine.updater_key.is_some() } });
    if let Some(key) = &machine.updater_key {
        config["plugins"] = json!({ "updater": { "pubkey": key, "endpoints": [] } });
    }
    if let Some(certificate) = &machine.windows_certificate {
        config["bundle"]["windows"] =
            json!({ "certificateThumbprint": certificate, "digestAlgorithm": "sha256" });
    }
    config.to_string()
}

/// Copies a bundle, and its signature for the updater where there is one.
fn keep(file: &Path, out: &Path) -> anyhow::Result<PathBuf> {
    let mut signature = file.as_os_str().to_owned();
    signature.push(".sig");
    let signature = PathBuf::from(signature);
    if let Some(name) = signature.file_name().filter(|_| signature.is_file()) {
        fs::copy(&signature, out.join(name))?;
    }
    let kept = out.join(file.file_name().context("a bundle without a name")?);
    fs::copy(file, &kept)
        .with_context(|| format!("could not copy {} to {}", file.display(), kept.display()))?;
    Ok(kept)
}

/// `19.4 MB`, in millions of bytes.
fn size(file: &Path) -> anyhow::Result<String> {
    let tenths = fs::metadata(file)?.len() / 100_000;
    Ok(format!("{:>4}.{} MB", tenths / 10, tenths % 10))
}
