//! Owns starting other programs: each is shown before it runs, and a failure says which one failed and how.
//! It must not know what the programs are for.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Mutex;

use anyhow::Context;

/// The command as a person would type it, without its environment.
pub fn shown(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| {
            let word = word.to_string_lossy();
            if word.is_empty() || word.contains([' ', '"', '*']) {
                format!("'{word}'")
            } else {
                word.into_owned()
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// Prints the command, runs it in sight, and insists that it succeeds.
pub fn run(command: &mut Command) -> anyhow::Result<()> {
    println!("$ {}", shown(command));
    let status = command.status().with_context(|| format!("could not start `{}`", shown(command)))?;
    succeeded(command, status)
}

/// Runs the command unseen and answers with what it wrote; its complaints are part of the error.
pub fn read(command: &mut Command) -> anyhow::Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("could not start `{}`", shown(command)))?;
    if !output.status.success() {
        anyhow::bail!(
            "`{}` ended with {}\n{}",
            shown(command),
            output.status,
            String::from_utf8_lossy(&output.stderr).trim_end()
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Prints the command, runs it in sight, and answers with how it ended and with every line it wrote.
pub fn run_and_keep(command: &mut Command) -> anyhow::Result<(ExitStatus, String)> {
    println!("$ {}", shown(command));
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("could not start `{}`", shown(command)))?;
    let kept = Mutex::new(Vec::new());
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    std::thread::scope(|scope| {
        scope.spawn(|| forward(stdout, &kept));
        scope.spawn(|| forward(stderr, &kept));
    });
    let status = child.wait().with_context(|| format!("lost sight of `{}`", shown(command)))?;
    let kept = kept.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    Ok((status, String::from_utf8_lossy(&kept).into_owned()))
}

pub fn succeeded(command: &Command, status: ExitStatus) -> anyhow::Result<()> {
    anyhow::ensure!(status.success(), "`{}` ended with {status}", shown(command));
    Ok(())
}

/// Copies line by line, so that the two streams of one program do not cut each other's lines.
fn forward(stream: Option<impl Read>, kept: &Mutex<Vec<u8>>) {
    let Some(stream) = stream else { return };
    let mut lines = BufReader::new(stream);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
        // A closed stdout must not stop the program: what it wrote is still kept for the summary.
        let _closed = std::io::stdout().lock().write_all(&line);
        kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner).append(&mut line);
    }
}
