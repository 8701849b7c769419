//! The demo tool as a POSIX shell script.

pub(super) const PROGRAM: &str = "/bin/sh";
pub(super) const ARGS: &[&str] = &[];
pub(super) const SCRIPT_NAME: &str = "demo.sh";
pub(super) const SCRIPT: &str = include_str!("demo.sh");

/// A checkout may have given the script other line ends than the shell reads.
pub(super) fn line_ends(script: &str) -> String {
    script.replace('\r', "")
}
