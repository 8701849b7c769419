//! Owns how this program asks Cargo for things: by the same Cargo that runs it, from the tree's root.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::Context;
use serde_json::Value;

use crate::process;
use crate::tree::Tree;

/// A `cargo` command for this tree.
pub fn command(tree: &Tree, arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(tree.root()).args(arguments);
    command
}

/// What `cargo metadata` says of this workspace's own packages.
pub fn metadata(tree: &Tree) -> anyhow::Result<Value> {
    let text = process::read(&mut command(tree, &["metadata", "--format-version", "1", "--no-deps"]))?;
    serde_json::from_str(&text).context("`cargo metadata` did not answer with JSON")
}

/// Where this workspace's build results go.
pub fn target_directory(tree: &Tree) -> anyhow::Result<PathBuf> {
    let metadata = metadata(tree)?;
    let target =
        metadata["target_directory"].as_str().context("`cargo metadata` names no target directory")?;
    Ok(PathBuf::from(target))
}

/// Builds one package and answers with the program that came out, wherever Cargo has put it.
pub fn build(tree: &Tree, package: &str, options: &[&str]) -> anyhow::Result<PathBuf> {
    let mut command = command(tree, &["build", "--package", package]);
    command.args(options);
    println!("$ {}", process::shown(&command));
    // Diagnostics go to stderr for the person to read, the list of results to stdout for us.
    let output = command
        .arg("--message-format=json-render-diagnostics")
        .stderr(Stdio::inherit())
        .output()
        .context("could not start `cargo`")?;
    process::succeeded(&command, output.status)?;
    executable(&String::from_utf8_lossy(&output.stdout))
        .with_context(|| format!("the package {package} builds no program yet"))
}

/// The last program among Cargo's messages.
fn executable(messages: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["kind"][0] == "bin")
        .filter_map(|message| message["executable"].as_str().map(PathBuf::from))
        .next_back()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_found_among_build_scripts_and_libraries() {
        let messages = r#"{"reason":"compiler-artifact","target":{"kind":["custom-build"]},"executable":"/t/build-script"}
not json
{"reason":"compiler-artifact","target":{"kind":["bin"]},"executable":"/t/debug/waybill"}
{"reason":"compiler-artifact","target":{"kind":["lib"]},"executable":null}
{"reason":"build-finished","success":true}"#;
        assert_eq!(
            executable(messages),
            Some(PathBuf::from("/t/debug/waybill")),
            "`run` would otherwise start nothing, or a build script"
        );
        assert_eq!(executable(r#"{"reason":"build-finished"}"#), None, "a library gives no program");
    }
}
