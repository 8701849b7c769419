#![cfg(unix)]

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use super::{Search, SignedIn, discover, locate, version_in};

/// A home directory with a program in it.
fn program(home: &Path, path: &str, script: &str) -> PathBuf {
    let path = home.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, script).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

fn search(home: &Path) -> Search {
    Search { home: home.to_owned(), ..Search::default() }
}

#[tokio::test]
async fn a_tool_off_the_path_is_found_with_its_version_and_its_login() {
    let home = tempfile::tempdir().unwrap();
    let path = program(home.path(), ".local/bin/claude", "#!/bin/sh\necho '9.8.7 (Claude Code)'\n");
    program(home.path(), ".claude/.credentials.json", "not to be read");
    let tools = discover(&search(home.path())).await;
    let claude = tools.iter().find(|tool| tool.name == "claude").unwrap();
    assert_eq!(claude.path, path, "an application started from a menu has no PATH of the shell");
    assert_eq!(claude.version.as_deref(), Some("9.8.7"));
    assert_eq!(claude.signed_in, SignedIn::Login);
    assert_eq!(claude.login_paths[0].1, Path::new(".claude/.credentials.json"));
    let with_key = Search { stored_keys: ["ANTHROPIC_API_KEY".to_owned()].into(), ..search(home.path()) };
    let tools = discover(&with_key).await;
    assert_eq!(tools[0].signed_in, SignedIn::Key, "a stored key comes before the login");
}

#[tokio::test]
async fn a_tool_that_is_a_script_for_node_brings_its_package_and_its_node() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path().canonicalize().unwrap();
    let bin = home.join(".nvm/versions/node/v20.1.0/bin");
    program(&home, ".nvm/versions/node/v9.0.0/bin/codex", "#!/bin/sh\necho old\n");
    let node = program(&home, ".nvm/versions/node/v20.1.0/bin/node", "#!/bin/sh\necho codex-cli 1.2.3\n");
    program(
        &home,
        ".nvm/versions/node/v20.1.0/lib/node_modules/@openai/codex/bin/codex.js",
        "#!/usr/bin/env node\nno shell could run this\n",
    );
    symlink("../lib/node_modules/@openai/codex/bin/codex.js", bin.join("codex")).unwrap();
    let tools = discover(&search(&home)).await;
    let codex = tools.iter().find(|tool| tool.name == "codex").unwrap();
    assert_eq!(codex.path, bin.join("codex"), "the newest runtime's tool is taken");
    assert_eq!(codex.version.as_deref(), Some("1.2.3"), "it was run with the node beside it");
    let package = home.join(".nvm/versions/node/v20.1.0/lib/node_modules");
    for path in [&codex.path, &package, &node] {
        assert!(codex.needs.contains(path), "{} must be seen inside: {:?}", path.display(), codex.needs);
    }
    assert_eq!(codex.path_dirs[0], bin);
    assert_eq!(codex.signed_in, SignedIn::None);
}

#[test]
fn the_path_comes_first_and_only_programs_count() {
    let home = tempfile::tempdir().unwrap();
    program(home.path(), ".local/bin/mytool", "");
    let first = program(home.path(), "first/mytool", "");
    let second = program(home.path(), "second/mytool", "");
    std::fs::set_permissions(&first, std::fs::Permissions::from_mode(0o644)).unwrap();
    let path = vec![PathBuf::from("."), home.path().join("first"), home.path().join("second")];
    let search = Search { path, ..search(home.path()) };
    assert_eq!(locate("mytool", &search), Some(second.clone()));
    assert_eq!(locate(second.to_str().unwrap(), &search), Some(second), "a full path is taken as it is");
    assert_eq!(locate("no-such-tool-anywhere", &search), None);
}

#[test]
fn versions_are_read_from_what_tools_really_print() {
    assert_eq!(version_in("2.1.197 (Claude Code)").as_deref(), Some("2.1.197"));
    assert_eq!(version_in("codex-cli 0.169.0\n").as_deref(), Some("0.169.0"));
    assert_eq!(version_in("tool v1.2.3-beta.1").as_deref(), Some("1.2.3-beta.1"));
    assert_eq!(version_in("usage: tool [options]"), None);
}
