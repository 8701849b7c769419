//! Where programs are on Linux and macOS.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// Folders below the home directory where installers put programs, PATH or not: an application that is started
/// from a menu does not get the PATH of the user's shell.
const IN_HOME: &[&str] = &[
    ".local/bin",
    ".claude/local",
    ".npm-global/bin",
    ".volta/bin",
    ".bun/bin",
    ".asdf/shims",
    ".local/share/mise/shims",
    ".local/share/pnpm",
    "Library/pnpm",
];

/// Folders of one folder for each version of a runtime, and the way on to its programs.
const PER_VERSION: &[(&str, &str)] = &[
    (".nvm/versions/node", "bin"),
    (".local/share/fnm/node-versions", "installation/bin"),
    ("Library/Application Support/fnm/node-versions", "installation/bin"),
];

const OF_THE_SYSTEM: &[&str] = &["/opt/homebrew/bin", "/usr/local/bin", "/usr/bin", "/bin"];

pub(super) fn usual_folders(home: &Path, _app_data: Option<&Path>) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = IN_HOME.iter().map(|folder| home.join(folder)).collect();
    for (folder, programs) in PER_VERSION {
        let entries = std::fs::read_dir(home.join(folder)).into_iter().flatten().flatten();
        let mut versions: Vec<PathBuf> = entries.map(|entry| entry.path().join(programs)).collect();
        versions.sort_by_key(|path| std::cmp::Reverse(numbers(path)));
        folders.extend(versions);
    }
    folders.extend(system_folders());
    folders
}

pub(super) fn system_folders() -> impl Iterator<Item = PathBuf> {
    OF_THE_SYSTEM.iter().map(PathBuf::from)
}

pub(super) fn programs(folder: &Path, name: &str) -> Vec<PathBuf> {
    vec![folder.join(name)]
}

pub(super) fn is_program(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

pub(super) fn bare_environment(home: &Path) -> Vec<(&'static str, PathBuf)> {
    vec![("HOME", home.to_owned()), ("TMPDIR", home.to_owned())]
}

/// The numbers in a path, so that v20 comes after v9.
fn numbers(path: &Path) -> Vec<u64> {
    let text = path.to_string_lossy().into_owned();
    text.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
}
