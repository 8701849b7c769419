use std::path::{Path, PathBuf};

use super::{Search, SignedIn, discover, locate, version_in};

fn file(home: &Path, path: &str, text: &str) -> PathBuf {
    let path = home.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    path
}

/// A home directory with a program in it, which says this: a POSIX shell's script, or a command script.
fn program(home: &Path, path: &str, says: &str) -> PathBuf {
    #[cfg(windows)]
    return file(home, &format!("{path}.cmd"), &format!("@echo {says}\r\n"));
    #[cfg(unix)]
    {
        let path = file(home, path, &format!("#!/bin/sh\necho '{says}'\n"));
        let mode = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o755);
        std::fs::set_permissions(&path, mode).unwrap();
        path
    }
}

fn search(home: &Path) -> Search {
    Search { home: home.to_owned(), ..Search::default() }
}

#[tokio::test]
async fn a_tool_off_the_path_is_found_with_its_version_and_its_login() {
    let home = tempfile::tempdir().unwrap();
    let path = program(home.path(), ".local/bin/claude", "9.8.7 (Claude Code)");
    file(home.path(), ".claude/.credentials.json", "not to be read");
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

#[cfg(unix)]
#[tokio::test]
async fn a_tool_that_is_a_script_for_node_brings_its_package_and_its_node() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path().canonicalize().unwrap();
    let bin = home.join(".nvm/versions/node/v20.1.0/bin");
    program(&home, ".nvm/versions/node/v9.0.0/bin/codex", "old");
    let node = program(&home, ".nvm/versions/node/v20.1.0/bin/node", "codex-cli 1.2.3");
    let script = program(&home, ".nvm/versions/node/v20.1.0/lib/node_modules/@openai/codex/bin/codex.js", "");
    std::fs::write(&script, "#!/usr/bin/env node\nno shell could run this\n").unwrap();
    std::os::unix::fs::symlink("../lib/node_modules/@openai/codex/bin/codex.js", bin.join("codex")).unwrap();
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

/// As npm installs on Windows: three starters beside the package, of which only the command script can be started.
#[cfg(windows)]
#[tokio::test]
async fn a_tool_that_is_a_script_for_node_is_started_by_the_starter_that_npm_made() {
    let home = tempfile::tempdir().unwrap();
    let npm = home.path().join("AppData/Roaming/npm");
    file(&npm, "codex", "#!/bin/sh\nexec node codex.js\n");
    file(&npm, "codex.ps1", "exit 1\n");
    let starter = file(&npm, "codex.cmd", "@echo off\r\ncall \"%~dp0\\node_modules\\part.cmd\" %*\r\n");
    file(&npm, "node_modules/part.cmd", "@if \"%1\"==\"--version\" echo codex-cli 1.2.3\r\n");
    let app_data = Some(home.path().join("AppData/Roaming"));
    let tools = discover(&Search { app_data, ..search(home.path()) }).await;
    let codex = tools.iter().find(|tool| tool.name == "codex").unwrap();
    assert_eq!(codex.path, starter, "a shell's script is nothing that Windows can start");
    assert_eq!(codex.version.as_deref(), Some("1.2.3"), "it was run with its word and its package");
    assert_eq!(codex.signed_in, SignedIn::None);
}

#[test]
fn the_path_comes_first_and_only_programs_count() {
    let home = tempfile::tempdir().unwrap();
    program(home.path(), ".local/bin/mytool", "");
    // What only bears the name can be started nowhere.
    file(home.path(), "first/mytool", "");
    let second = program(home.path(), "second/mytool", "");
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
