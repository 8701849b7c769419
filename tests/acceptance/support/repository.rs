//! Git as the user has it, and what a repository's files are, byte for byte.

use super::{Home, Output};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// What a file is: its kind and mode, when it was written, and its bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    mode: u32,
    written: SystemTime,
    bytes: Vec<u8>,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = String::from_utf8_lossy(&self.bytes);
        write!(formatter, "{:o} {:?} {text:.200?}", self.mode, self.written)
    }
}

/// All files below a folder, by their relative paths.
pub type Snapshot = BTreeMap<String, Entry>;

/// Every file of a repository but the object store, to which commits are added and from which nothing is taken.
pub fn snapshot(repository: &Path) -> Snapshot {
    let files = files_below(repository).into_iter();
    files
        .filter(|path| !path.starts_with(".git/objects/"))
        .map(|path| {
            let full = repository.join(&path);
            let meta = full.symlink_metadata().expect("the file is still there");
            let bytes = if meta.is_symlink() {
                full.read_link().expect("a link").into_os_string().into_encoded_bytes()
            } else {
                std::fs::read(&full).expect("the file is read")
            };
            let entry = Entry { mode: mode(&meta), written: meta.modified().expect("a time"), bytes };
            (path, entry)
        })
        .collect()
}

/// The relative paths, with `/`, of all that is not a directory.
pub fn files_below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(relative) = open.pop() {
        for entry in folder.join(&relative).read_dir().expect("the folder is read") {
            let entry = entry.expect("an entry is read");
            let path = relative.join(entry.file_name());
            if entry.file_type().expect("a kind").is_dir() {
                open.push(path);
            } else {
                found.push(path.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

/// Makes a repository with one commit of these files.
pub fn make(home: &Home, path: &Path, files: &[(&str, &str)]) {
    std::fs::create_dir_all(path).expect("the folder is made");
    git(home, path, &["init", "--quiet"]);
    for (name, text) in files {
        let file = path.join(name);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("the folder is made");
        std::fs::write(file, text).expect("the file is written");
    }
    git(home, path, &["add", "--all"]);
    git(home, path, &["commit", "--quiet", "--allow-empty", "--message", "Begin"]);
}

/// Runs git in a directory as this home's user, expects success, and answers what it printed, trimmed.
#[track_caller]
pub fn git(home: &Home, directory: &Path, args: &[&str]) -> String {
    let mut command = Command::new("git");
    home.environment(&mut command);
    // Asking for the status must not write the index.
    command.env("GIT_OPTIONAL_LOCKS", "0").args(args).current_dir(directory);
    let output = Output::of(command);
    assert_eq!(output.code, Some(0), "git {args:?}: {}", output.stderr);
    output.stdout.trim_end().to_owned()
}

#[cfg(unix)]
fn mode(meta: &std::fs::Metadata) -> u32 {
    std::os::unix::fs::MetadataExt::mode(meta)
}

#[cfg(not(unix))]
fn mode(meta: &std::fs::Metadata) -> u32 {
    u32::from(meta.permissions().readonly())
}
