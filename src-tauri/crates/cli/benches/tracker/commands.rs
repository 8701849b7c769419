//! Filing, listing and searching, each a process of its own from start to end.

use crate::corpus::{COMMON, RARE};
use crate::filled::Filled;
use crate::measure::{Fallible, in_turns, tell, tell_amounts};
use crate::{memory, plain};
use std::path::Path;
use std::process::{Command, Stdio};
use waybill_domain::ids::ProjectId;

pub const WAYBILL: &str = env!("CARGO_BIN_EXE_waybill");
/// A command may take this many times what the shell takes.
const BUDGET: f64 = 3.0;
const ROUNDS: usize = 60;
const MEGABYTES: f64 = 30.0;

pub fn measure(filled: &Filled) -> Fallible<()> {
    let folder = tempfile::tempdir()?;
    let table = plain::build(filled, folder.path())?;
    let shell = |sql: &str| shell(folder.path(), &table, sql);
    let (common, rare) = (plain::search(COMMON), plain::search(RARE));
    let new = ["issue", "new", "--title", "The editor loses its place", "--body", "It jumps to the top."];
    let commands: [(&str, &[&str], Command); 4] = [
        ("filing", &new, shell(plain::FILE)),
        ("listing 50", &["issue", "list", "--limit", "50"], shell(plain::LIST)),
        ("searching, common word", &["issue", "search", COMMON, "--limit", "50"], shell(&common)),
        ("searching, rare word", &["issue", "search", RARE, "--limit", "50"], shell(&rare)),
    ];
    for (what, arguments, mut floor) in commands {
        let mut command = waybill(&filled.home, folder.path(), &filled.project, arguments);
        let pair = in_turns(ROUNDS, || run(&mut floor), || run(&mut command))?;
        tell(&format!("process, {what}"), pair, BUDGET);
        if cfg!(unix) {
            tell_amounts(&format!("memory, {what}"), "MB", (MEGABYTES, memory::of(&command)?), 1.0);
        }
    }
    Ok(())
}

/// `waybill` on a data directory; `folder` stands for the person's home.
pub fn waybill(data: &Path, folder: &Path, project: &ProjectId, arguments: &[&str]) -> Command {
    let mut command = Command::new(WAYBILL);
    command.args(["-p", project.as_str()]).args(arguments);
    command.env("WAYBILL_HOME", data).env("HOME", folder);
    command
}

/// The `sqlite3` shell, with no settings of a person's own.
pub fn shell(folder: &Path, database: &Path, sql: &str) -> Command {
    let mut command = Command::new("sqlite3");
    command.env("HOME", folder).arg(database).arg(sql);
    command
}

/// Runs a command to its end; what it says is taken and not shown.
pub fn run(command: &mut Command) -> Fallible<()> {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr)).into())
}
