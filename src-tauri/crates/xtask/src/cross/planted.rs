//! Owns the proof that the checks of other platforms look at their code: a type error is planted in a copy of the tree,
//! once in what is Windows' own and once in what is macOS', and each must be found.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Context;

use super::kit::Kit;
use super::{MACOS, WINDOWS};
use crate::process;
use crate::tree::Tree;

/// Where each platform's own code lies, and the function that is planted there.
const PLANTED: &[(&str, &str, &str)] = &[
    (WINDOWS, "src-tauri/crates/engine/src/process/windows.rs", "planted_for_windows"),
    (MACOS, "src-tauri/crates/engine/src/process/macos.rs", "planted_for_macos"),
];

/// Plants and looks; an error says which error was not found.
pub fn found(tree: &Tree, kit: &Kit) -> anyhow::Result<()> {
    let copy = kit.scratch().join("planted");
    copied(tree, &copy)?;
    for (_, file, name) in PLANTED {
        let file = copy.join(file);
        let text = fs::read_to_string(&file).with_context(|| format!("{} is not there", file.display()))?;
        fs::write(&file, format!("{text}\npub fn {name}() -> u32 {{\n    \"no number\"\n}}\n"))?;
    }
    for (target, _, name) in PLANTED {
        let mut command = kit.cargo(&["check", "--package", "waybill-engine", "--target", target]);
        if *target == MACOS {
            kit.compile_nothing(&mut command, target);
        }
        let (status, text) = process::run_and_keep(command.current_dir(&copy))?;
        anyhow::ensure!(
            !status.success() && text.contains("mismatched types") && text.contains(name),
            "a type error in what is only for {target} was not found"
        );
    }
    fs::remove_dir_all(&copy)?;
    Ok(())
}

/// Copies what git knows of the tree, and what is new in it.
fn copied(tree: &Tree, to: &Path) -> anyhow::Result<()> {
    let mut list = Command::new("git");
    list.current_dir(tree.root()).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    for name in process::read(&mut list)?.split('\0').filter(|name| !name.is_empty()) {
        let (from, to) = (tree.at(name), to.join(name));
        // What was removed and is not committed yet is still listed.
        if from.is_file() {
            fs::create_dir_all(to.parent().context("a file lies in a folder")?)?;
            fs::copy(&from, &to)?;
        }
    }
    Ok(())
}
