//! The profile that `sandbox-exec` obeys on macOS: the same policy as the Linux sandbox, by paths that stay in place.
//!
//! Later rules are stronger. The text is made on Linux too, so that its golden file is checked there.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::view::View;
use super::{Network, SandboxSpec};

/// Homes and mail of everybody, and what the system keeps secret, besides the user's home.
const HIDDEN: &[&str] = &[
    "/Users",
    "/Volumes",
    "/private/var/db/dslocal",
    "/private/var/root",
    "/Library/Keychains",
    "/private/etc/master.passwd",
    "/private/etc/sudoers",
    "/private/var/log",
    "/private/var/mail",
];

/// The profile's text.
pub fn profile(spec: &SandboxSpec, view: &View, network: Network) -> String {
    let mut text = String::from("(version 1)\n(allow default)\n(deny file-write*)\n");
    rule(&mut text, "deny file-read*", HIDDEN.iter().map(PathBuf::from));
    rule(&mut text, "deny file-read*", [spec.user_home.clone()]);
    rule(&mut text, "deny file-read*", spec.hidden.iter().cloned());
    rule(&mut text, "deny file-read*", [spec.repository.clone(), spec.git_common_dir.clone()]);
    // Programs look at each directory on the way to a file; names of files stay hidden.
    let own = [spec.workspace(), spec.home(), spec.temporary(), spec.out()];
    let shown =
        view.read_only.iter().chain(&view.objects).cloned().chain([spec.inputs()]).collect::<Vec<_>>();
    let mut ways: Vec<PathBuf> = Vec::new();
    for path in own.iter().chain(&shown).chain([&spec.caches]) {
        ways.extend(path.ancestors().skip(1).map(Path::to_path_buf));
    }
    ways.sort();
    ways.dedup();
    literal(&mut text, "allow file-read-metadata", &ways);
    rule(&mut text, "allow file-read*", shown);
    rule(&mut text, "deny file-read*", view.masked.iter().cloned());
    rule(&mut text, "allow file-read*", spec.tool_logins.iter().cloned());
    rule(&mut text, "allow file-read* file-write*", own.into_iter().chain([spec.caches.clone()]));
    text.push_str(
        "(allow file-write* (literal \"/dev/null\") (literal \"/dev/zero\") (regex #\"^/dev/tty\"))\n",
    );
    // Keys in the keychain are served by a process, not by a file.
    text.push_str("(deny mach-lookup (global-name \"com.apple.SecurityServer\") (global-name \"com.apple.securityd\"))\n");
    text.push_str("(deny appleevent-send)\n");
    if network == Network::None {
        text.push_str("(deny network*)\n");
        // Programs speak with their own helpers through sockets in the file system, and with nobody else's.
        for end in ["local", "remote"] {
            for place in [spec.workspace(), spec.temporary()] {
                let _ = writeln!(text, "(allow network* ({end} unix-socket (subpath {})))", quoted(&place));
            }
        }
    }
    text
}

fn rule(text: &mut String, action: &str, paths: impl IntoIterator<Item = PathBuf>) {
    entries(text, action, "subpath", paths);
}

fn literal(text: &mut String, action: &str, paths: &[PathBuf]) {
    entries(text, action, "literal", paths.iter().cloned());
}

fn entries(text: &mut String, action: &str, kind: &str, paths: impl IntoIterator<Item = PathBuf>) {
    let mut paths = paths.into_iter().peekable();
    if paths.peek().is_none() {
        return;
    }
    // Writing to a String cannot fail.
    let _ = write!(text, "({action}");
    for path in paths {
        let _ = write!(text, "\n  ({kind} {})", quoted(&path));
    }
    text.push_str(")\n");
}

/// A path as the profile's language writes it; what would end the string is escaped.
fn quoted(path: &Path) -> String {
    let escaped = path.to_string_lossy().replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests;
