//! Owns the Python packages of test suites: a virtual environment beside what asks for it.

use std::fs;
use std::process::Command;

use anyhow::Context;

use super::stamp::Stamp;
use crate::process;
use crate::tree::Tree;

/// A virtual environment with the packages of `requirements.txt`, when it is not there from the same list.
pub fn install(tree: &Tree, folder: &str) -> anyhow::Result<()> {
    let at = tree.at(folder);
    let list = at.join("requirements.txt");
    let input = fs::read_to_string(&list).with_context(|| format!("{} is missing", tree.shown(&list)))?;
    let environment = at.join(".venv");
    Stamp::new(environment.join(".installed-from"), input).or_do(|| {
        println!("\n{folder}: installing the packages of {}", tree.shown(&list));
        let python = if cfg!(windows) { "python" } else { "python3" };
        process::run(Command::new(python).args(["-m", "venv", "--clear"]).arg(&environment))?;
        let inside = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
        let quiet = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
        process::run(Command::new(environment.join(inside)).args(quiet).arg(&list))
    })
}
