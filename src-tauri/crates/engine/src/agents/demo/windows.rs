//! The demo tool as a Windows command script.

pub(super) const PROGRAM: &str = "cmd.exe";
pub(super) const ARGS: &[&str] = &["/d", "/c"];
pub(super) const SCRIPT_NAME: &str = "demo.cmd";
pub(super) const SCRIPT: &str = include_str!("demo.cmd");

/// The command interpreter loses its place in scripts without carriage returns.
pub(super) fn line_ends(script: &str) -> String {
    script.replace('\r', "").replace('\n', "\r\n")
}
