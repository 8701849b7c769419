//! Holds DESIGN's directions: which room may know which, and what may only be named in one of them. These are
//! tests and nothing else; they read `cargo metadata` and the sources.

use std::fs;
use std::path::{Component, Path, PathBuf};

use serde_json::Value;

use crate::cargo;
use crate::tree::Tree;

/// Each package of ours and those of ours that it may use.
const MAY_USE: &[(&str, &[&str])] = &[
    ("waybill-domain", &[]),
    ("waybill-store", &["waybill-domain"]),
    ("waybill-github", &[]),
    ("waybill-engine", &["waybill-domain", "waybill-store", "waybill-github"]),
    ("waybill-api", &["waybill-domain", "waybill-store", "waybill-engine"]),
    ("waybill-cli", &["waybill-domain", "waybill-store", "waybill-engine", "waybill-api"]),
    ("waybill-desktop", &["waybill-domain", "waybill-store", "waybill-engine", "waybill-api"]),
    ("xtask", &[]),
];

/// Crates of others that only some rooms may use. A name that ends in `-` stands for all that begin with it.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("rusqlite", &["waybill-store"]),
    ("reqwest", &["waybill-github", "waybill-engine"]),
    ("tauri", &["waybill-desktop"]),
    ("tauri-", &["waybill-desktop"]),
    ("keyring", &["waybill-cli", "waybill-desktop"]),
    ("keyring-", &["waybill-cli", "waybill-desktop"]),
];

/// What `waybill-domain` names nowhere: it does no IO and reads no clock.
const NOT_IN_DOMAIN: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "SystemTime::now",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
];

fn directions(metadata: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        let Some((_, allowed)) = MAY_USE.iter().find(|(known, _)| *known == name) else {
            wrong.push(format!("{name} is a new room: say in house.rs what it may use"));
            continue;
        };
        for used in
            package["dependencies"].as_array().into_iter().flatten().filter_map(|used| used["name"].as_str())
        {
            let ours = MAY_USE.iter().any(|(known, _)| *known == used);
            if ours && !allowed.contains(&used) {
                wrong.push(format!("{name} must not use {used}"));
            }
            for (only, rooms) in ONLY_IN {
                let meant = used == *only || (only.ends_with('-') && used.starts_with(only));
                if meant && !rooms.contains(&name) {
                    wrong.push(format!("{name} must not use {used}: only {} may", rooms.join(", ")));
                }
            }
        }
    }
    wrong
}

/// Starting programs outside the engine, in the lines before a file's own tests.
fn starts_programs(text: &str) -> bool {
    code(text).any(|line| {
        line.contains("process::Command")
            || line.contains("tokio::process")
            || (line.contains("std::process::{") && line.contains("Command"))
    })
}

/// A file's lines of code: no comments, and nothing from its first `#[cfg(test)]` on.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .map(str::trim_start)
        .take_while(|line| !line.starts_with("#[cfg(test)]"))
        .filter(|line| !line.starts_with("//"))
}

/// The other features that a feature's file imports.
fn foreign_features(ui_source: &Path, file: &Path, text: &str) -> Vec<String> {
    let features = ui_source.join("features");
    let own = feature_of(&features, file);
    imports(text)
        .filter_map(|import| match import.strip_prefix("@/").or_else(|| import.strip_prefix("~/")) {
            Some(from_source) => Some(ui_source.join(from_source)),
            None if import.starts_with('.') => Some(plain(&file.parent()?.join(import))),
            None => None,
        })
        .filter_map(|path| feature_of(&features, &path))
        .filter(|feature| own.as_ref().is_some_and(|own| own != feature))
        .collect()
}

fn feature_of(features: &Path, file: &Path) -> Option<String> {
    let first = file.strip_prefix(features).ok()?.components().next()?;
    let name = first.as_os_str().to_string_lossy();
    Some(name.split('.').next().unwrap_or_default().to_owned())
}

/// The quoted names after `from`, `import` and `import(`.
fn imports(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//")).flat_map(|line| {
        ["from ", "import ", "import("].into_iter().filter_map(move |word| {
            let rest = line.split_once(word)?.1.trim_start();
            let quote = rest.chars().next().filter(|letter| matches!(letter, '"' | '\''))?;
            rest[1..].split_once(quote).map(|(name, _)| name)
        })
    })
}

/// The path without `.` and `..`, whether it exists or not.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain
}

/// All files below a folder with one of these endings, but what programs write.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if !["node_modules", "target", "gen", "generated", "dist"].iter().any(|skipped| name == *skipped)
            {
                found.extend(files(&path, endings));
            }
        } else if path.extension().is_some_and(|ending| endings.iter().any(|wanted| ending == *wanted)) {
            found.push(path);
        }
    }
    found
}

fn tree() -> Tree {
    Tree::of_this_build().unwrap()
}

/// Where a rule is broken, as a person would look for it.
fn broken(tree: &Tree, files: Vec<PathBuf>, breaks: impl Fn(&Path, &str) -> bool) -> Vec<String> {
    files
        .into_iter()
        .filter(|file| breaks(file, &fs::read_to_string(file).unwrap()))
        .map(|file| tree.shown(&file).to_string())
        .collect()
}

#[test]
fn packages_use_each_other_in_one_direction() {
    let wrong = directions(&cargo::metadata(&tree()).unwrap());
    assert_eq!(wrong, Vec::<String>::new(), "DESIGN: domain ← store ← engine ← api ← shells");
}

#[test]
fn programs_are_started_only_in_the_engine() {
    let tree = tree();
    let rooms = ["domain", "store", "github", "api", "cli"]
        .map(|room| tree.at("src-tauri/crates").join(room).join("src"));
    let sources =
        rooms.iter().chain([&tree.at("src-tauri/src")]).flat_map(|room| files(room, &["rs"])).collect();
    let wrong = broken(&tree, sources, |file, text| !file.ends_with("tests.rs") && starts_programs(text));
    assert_eq!(wrong, Vec::<String>::new(), "a program started elsewhere is not supervised, nor sandboxed");
}

#[test]
fn the_domain_does_no_io() {
    let tree = tree();
    let sources = files(&tree.at("src-tauri/crates/domain/src"), &["rs"]);
    let wrong = broken(&tree, sources, |_, text| {
        code(text).any(|line| NOT_IN_DOMAIN.iter().any(|word| line.contains(word)))
    });
    assert_eq!(wrong, Vec::<String>::new(), "a law that reads a clock or a disk cannot be tested as a law");
}

#[test]
fn only_the_platform_room_knows_tauri() {
    let tree = tree();
    let platform = tree.at("ui/src/platform");
    let sources = files(&tree.at("ui/src"), &["ts", "tsx"]);
    let wrong = broken(&tree, sources, |file, text| {
        !file.starts_with(&platform) && imports(text).any(|import| import.starts_with("@tauri-apps"))
    });
    assert_eq!(wrong, Vec::<String>::new(), "the UI would no longer run in a browser");
}

#[test]
fn features_do_not_import_each_other() {
    let tree = tree();
    let source = tree.at("ui/src");
    let wrong = broken(&tree, files(&source.join("features"), &["ts", "tsx"]), |file, text| {
        !foreign_features(&source, file, text).is_empty()
    });
    assert_eq!(wrong, Vec::<String>::new(), "features meet in `actions`, `design` and `lib`");
}

#[test]
fn no_module_hides_in_a_mod_rs() {
    let tree = tree();
    let wrong = broken(&tree, files(&tree.at("src-tauri"), &["rs"]), |file, _| file.ends_with("mod.rs"));
    assert_eq!(wrong, Vec::<String>::new(), "`foo.rs` beside `foo/` tells its subject by its name");
}

#[test]
fn lock_files_hold_for_all_platforms() {
    let tree = tree();
    let locks = [
        "ui",
        "tests/ui",
        "tests/desktop",
        "tests/peers/agents",
        "tests/peers/mcp",
        "src-tauri/crates/xtask/bundler",
    ]
    .map(|folder| tree.at(folder).join("package-lock.json"));
    for lock in locks.iter().filter(|lock| lock.is_file()) {
        let text = fs::read_to_string(lock).unwrap();
        let wrong = left_out_of_lock(&serde_json::from_str(&text).unwrap());
        assert_eq!(
            wrong,
            Vec::<String>::new(),
            "`npm ci` refuses {}: the registry lacked these",
            lock.display()
        );
    }
}

/// Optional packages, a platform's programs mostly, that are asked for and not locked.
fn left_out_of_lock(lock: &Value) -> Vec<String> {
    let Some(packages) = lock["packages"].as_object() else { return vec!["packages".to_owned()] };
    let locked = |name: &str| {
        packages.keys().any(|path| path.rsplit_once("node_modules/").is_some_and(|end| end.1 == name))
    };
    packages
        .values()
        .filter_map(|package| package["optionalDependencies"].as_object())
        .flat_map(|optional| optional.keys())
        .filter(|name| !locked(name))
        .cloned()
        .collect()
}

#[test]
fn a_wrong_direction_is_seen() {
    let metadata = serde_json::json!({"packages": [
        {"name": "waybill-domain", "dependencies": [{"name": "serde"}, {"name": "waybill-store", "kind": "dev"}]},
        {"name": "waybill-engine", "dependencies": [{"name": "rusqlite"}, {"name": "waybill-github"}]},
        {"name": "waybill-cli", "dependencies": [{"name": "tauri-build"}, {"name": "keyring"}]},
        {"name": "waybill-clock", "dependencies": []},
    ]});
    let wrong = directions(&metadata).join("\n");
    for part in [
        "domain must not use waybill-store",
        "use rusqlite",
        "use tauri-build",
        "waybill-clock is a new room",
    ] {
        assert!(wrong.contains(part), "{part:?} should be among:\n{wrong}");
    }
    assert_eq!(wrong.lines().count(), 4, "what is allowed is not complained about:\n{wrong}");
}

#[test]
fn starting_a_program_is_seen_in_code_and_not_in_talk() {
    assert!(starts_programs("use tokio::process::Command;"), "the asynchronous one");
    assert!(starts_programs("use std::process::{Command, Stdio};"), "in a list");
    assert!(!starts_programs("use std::process::ExitCode;"), "an exit code starts nothing");
    assert!(!starts_programs("//! tokio::process lives in the engine"), "a comment starts nothing");
    assert!(!starts_programs("#[cfg(test)]\nuse std::process::Command;"), "tests may");
}

#[test]
fn imports_between_features_are_seen_however_they_are_written() {
    let source = Path::new("/tree/ui/src");
    let file = source.join("features/issues/list/row.tsx");
    let foreign = |text: &str| foreign_features(source, &file, text);
    assert_eq!(foreign("import { Run } from \"../../runs/run\";"), ["runs"], "by a relative path");
    assert_eq!(
        foreign("const page = lazy(() => import('@/features/runs'));"),
        ["runs"],
        "by the alias, lazily"
    );
    assert!(foreign("import { Row } from '../row';").is_empty(), "its own rooms are its own");
    assert!(foreign("import { Button } from '@/design/button';").is_empty(), "design belongs to all");
}
