//! What a program needs to be there beside itself: its package, the runtime that it is a script for.

use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

use super::{Search, locate};

/// Managers of versions whose programs only work with their whole folder.
const SHIMS: &[&str] = &[".volta", ".asdf", ".local/share/mise"];

/// How many links lead to a program at most.
const MAX_LINKS: usize = 16;

/// (paths to show read-only, folders for PATH), without repeats.
pub(super) fn of(program: &Path, search: &Search) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let (mut shown, mut folders) = (Vec::new(), Vec::new());
    collect(program, search, &mut shown, &mut folders);
    (unique(shown), unique(folders))
}

fn collect(program: &Path, search: &Search, shown: &mut Vec<PathBuf>, folders: &mut Vec<PathBuf>) {
    folders.extend(program.parent().map(Path::to_owned));
    shown.extend(links(program));
    let Ok(real) = program.canonicalize() else { return };
    shown.extend(SHIMS.iter().map(|shim| search.home.join(shim)).filter(|shim| real.starts_with(shim)));
    shown.push(package(&real).unwrap_or_else(|| real.clone()));
    if let Some(name) = interpreter(&real) {
        // The runtime beside the tool is the one it was installed with.
        let beside = program.parent().map(|folder| folder.join(&name)).filter(|path| path.is_file());
        if let Some(runtime) = beside.or_else(|| locate(&name, search)).filter(|runtime| runtime != program) {
            shown.extend(links(&runtime));
            shown.extend(runtime.canonicalize());
            folders.extend(runtime.parent().map(Path::to_owned));
        }
    }
}

/// The links on the way to a program, itself first.
fn links(program: &Path) -> Vec<PathBuf> {
    let mut found = vec![program.to_owned()];
    let mut at = program.to_owned();
    while found.len() < MAX_LINKS {
        let Ok(target) = std::fs::read_link(&at) else { break };
        at = tidy(&at.parent().map_or_else(|| target.clone(), |folder| folder.join(&target)));
        found.push(at.clone());
    }
    found
}

/// The outermost `node_modules` around a file: a package finds its parts in its neighbours.
fn package(real: &Path) -> Option<PathBuf> {
    let depth = real.components().position(|part| part.as_os_str() == "node_modules")?;
    Some(real.components().take(depth + 1).collect())
}

/// The program that a script asks for in its first line (`#!/usr/bin/env node`); None for what the system has.
fn interpreter(real: &Path) -> Option<String> {
    let mut start = Vec::new();
    std::fs::File::open(real).ok()?.take(128).read_to_end(&mut start).ok()?;
    let line = std::str::from_utf8(start.strip_prefix(b"#!")?.split(|byte| *byte == b'\n').next()?).ok()?;
    let mut words = line.split_whitespace();
    let first = words.next()?;
    let name = if first.ends_with("/env") { words.find(|word| !word.starts_with('-'))? } else { first };
    Some(Path::new(name).file_name()?.to_string_lossy().into_owned())
}

/// The path without `.` and `..`, as the names say; links are not followed.
fn tidy(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut out, part| {
        match part {
            Component::ParentDir => {
                out.pop();
            }
            Component::CurDir => {}
            other => out.push(other),
        }
        out
    })
}

fn unique(paths: Vec<PathBuf>) -> Vec<PathBuf> {
    let mut seen = std::collections::HashSet::new();
    paths.into_iter().filter(|path| seen.insert(path.clone())).collect()
}
