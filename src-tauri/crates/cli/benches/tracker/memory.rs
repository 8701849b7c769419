//! The peak memory of a command, taken by a small process between: the system counts what a process was before it
//! became another program, and this bench is large.

use crate::measure::Fallible;
use std::process::Command;

const ASK: &str = "--peak-memory-of";

/// The command that this process is to measure, when it is the one between.
pub fn asked_for() -> Option<Vec<String>> {
    let mut words = std::env::args().skip(1);
    (words.next()? == ASK).then(|| words.collect())
}

/// Runs a command and prints its peak memory in kilobytes as the last line.
pub fn tell_of(command: &[String]) -> Fallible<()> {
    let (program, arguments) = command.split_first().ok_or("no command")?;
    let status = Command::new(program).args(arguments).status()?;
    if !status.success() {
        return Err(format!("{command:?} ended with {status}").into());
    }
    println!("\n{}", peak()?);
    Ok(())
}

/// The peak memory of a command in megabytes.
pub fn of(command: &Command) -> Fallible<f64> {
    let mut between = Command::new(std::env::current_exe()?);
    between.arg(ASK).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => between.env(name, value),
            None => between.env_remove(name),
        };
    }
    let output = between.output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let kilobytes: f64 = text
        .lines()
        .last()
        .and_then(|line| line.parse().ok())
        .ok_or_else(|| format!("no memory was told: {}", String::from_utf8_lossy(&output.stderr)))?;
    Ok(kilobytes / 1024.0)
}

#[cfg(unix)]
fn peak() -> Fallible<i64> {
    use nix::sys::resource::{UsageWho, getrusage};
    let peak = getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss();
    // macOS counts bytes.
    Ok(if cfg!(target_os = "macos") { peak / 1024 } else { peak })
}

#[cfg(not(unix))]
fn peak() -> Fallible<i64> {
    Err("peak memory is measured on Unix".into())
}
