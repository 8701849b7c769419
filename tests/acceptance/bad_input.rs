//! What cannot be done is told in one clear sentence with what to do, and costs nothing that was there.

use crate::support::{Home, Output, git};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

mod disk;

fn garden(home: &Home) -> PathBuf {
    let path = home.project("garden", &[("roses", "dry\n")]);
    home.json(&["issue", "new", "--title", "Water the roses", "-p", "garden"]);
    path
}

/// Asserts that a command is refused with this exit code, by one sentence that holds `fragments`.
#[track_caller]
fn assert_refused(output: &Output, code: i32, fragments: &[&str]) -> Value {
    let error = output.error(code);
    let message = error["message"].as_str().expect("a sentence");
    assert!(!message.contains('\n') && message.len() < 400, "one sentence, not a story: {message}");
    assert!(
        !message.contains("Error {") && !message.contains("Some("),
        "for people, not for debuggers: {message}"
    );
    let advice = error["hint"].as_str().unwrap_or_default();
    // What to do stands in the hint, or after the sentence's semicolon.
    assert!(!advice.is_empty() || message.contains("; "), "it says what to do: {error}");
    let told = format!("{message} {advice}");
    for fragment in fragments {
        assert!(told.contains(fragment), "{fragment:?} helps to understand it: {told}");
    }
    error
}

/// Asserts that the project still has its one issue, as it was.
#[track_caller]
fn assert_nothing_lost(home: &Home) {
    let listed = home.json(&["issue", "list", "-p", "garden"]);
    let titles: Vec<&Value> =
        listed["items"].as_array().into_iter().flatten().map(|row| &row["title"]).collect();
    assert_eq!(titles, [&json!("Water the roses")], "what was there is there, and nothing else");
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

#[test]
fn only_a_repository_with_files_and_a_commit_becomes_a_project() {
    let home = Home::new();
    garden(&home);
    let folder = home.root().join("repositories");
    let plain = home.user();
    let file = plain.join("notes.txt");
    std::fs::write(&file, "notes").expect("is written");
    let (bare, empty) = (folder.join("bare"), folder.join("empty"));
    git(&home, &folder, &["init", "--quiet", "--bare", "bare"]);
    git(&home, &folder, &["init", "--quiet", "empty"]);
    let cases: &[(&Path, &[&str])] = &[
        (&plain, &["not in a git repository", "git init"]),
        (&plain.join("gone"), &["gone"]),
        (&file, &["notes.txt"]),
        (&bare, &["bare repository", "working tree"]),
        (&empty, &["no commit", "first commit"]),
    ];
    for (path, fragments) in cases {
        assert_refused(&home.waybill(&["project", "add", text(path), "--json"]), 2, fragments);
    }
    let listed = home.json(&["project", "list"]);
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1), "none was added: {listed}");
    assert_nothing_lost(&home);
}

#[test]
fn without_git_issues_go_on_and_what_needs_it_says_so() {
    let home = Home::new();
    let path = garden(&home);
    let nothing = home.root().join("no-programs");
    std::fs::create_dir(&nothing).expect("is made");
    let without_git = |args: &[&str]| {
        let mut command = home.command(args);
        command.env("PATH", &nothing);
        Output::of(command)
    };
    for args in [
        &["project", "add", text(&path), "--json"][..],
        &["run", "start", "--issue", "1", "--tool", "demo", "-p", "garden", "--wait", "--json"],
        &["demo", "--json"],
    ] {
        assert_refused(&without_git(args), 1, &["git was not found", "install git"]);
    }
    let filed = without_git(&["issue", "comment", "1", "--body", "Soon.", "-p", "garden", "--json"]).json();
    assert_eq!(filed["body"], "Soon.", "issues need no git");
    let report = without_git(&["doctor", "--json"]).json();
    let git = &report["checks"][0];
    assert_eq!((&git["name"], &git["ok"]), (&json!("git"), &json!(false)), "the doctor sees it: {report}");
    let issue = home.json(&["issue", "show", "1", "-p", "garden"]);
    assert_eq!(issue["execution"], "new", "a run that could not begin left no trace: {issue}");
    assert_nothing_lost(&home);
}

#[test]
fn a_tool_or_a_key_that_is_missing_is_named_before_anything_starts() {
    let home = Home::new();
    garden(&home);
    let script = home.agent("gardener", "true", "exit /b 0");
    home.json(&["tool", "add", "gardener", "--command", &script]);
    std::fs::remove_file(&script).expect("is removed");
    let start = |tool: &str| {
        let args = ["run", "start", "--issue", "1", "--tool", tool, "-p", "garden", "--json"];
        let mut command = home.command(&args);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::iter::once(home.user()).chain(std::env::split_paths(&path));
        command.env("PATH", std::env::join_paths(path).expect("a PATH"));
        Output::of(command)
    };
    assert_refused(&start("gardener"), 1, &["gardener", "not installed"]);
    assert_refused(&start("nobody"), 3, &["'nobody'", "waybill tool list"]);
    home.agent("claude", "echo '9.9.9 (Claude Code)'", "echo 9.9.9 (Claude Code)");
    assert_refused(&start("claude"), 1, &["Claude Code", "ANTHROPIC_API_KEY"]);
    let runs = home.json(&["run", "list", "-p", "garden"]);
    assert_eq!(runs["items"], json!([]), "no run was made that could not run");
    assert_nothing_lost(&home);
}

#[test]
fn a_text_that_is_too_long_is_refused_whole_and_one_that_just_fits_is_kept_whole() {
    let home = Home::new();
    garden(&home);
    let new = |title: &str, body: &str| {
        let args = ["issue", "new", "--title", title, "--body-file", "-", "-p", "garden", "--json"];
        home.waybill_with_input(body, &args)
    };
    assert_refused(&new(&"ö".repeat(201), ""), 2, &["201 characters", "200"]);
    assert_refused(&new("T", &"x".repeat(16_385)), 2, &["16385", "16,384", "16 KB"]);
    assert_refused(&new("T", &"ö".repeat(8_193)), 2, &["16 KB"]);
    assert_refused(&new("", ""), 2, &["title is empty"]);
    assert_refused(&new("one\ntwo", ""), 2, &["title", "remove them"]);
    let long = "x".repeat(16_385);
    assert_refused(
        &home.waybill(&["issue", "edit", "1", "--body", &long, "-p", "garden", "--json"]),
        2,
        &["16 KB"],
    );
    assert_refused(
        &home.waybill(&["issue", "comment", "1", "--body", &long, "-p", "garden", "--json"]),
        2,
        &["16 KB"],
    );
    let missing = home.root().join("gone.md");
    let file = ["issue", "new", "--title", "T", "--body-file", text(&missing), "-p", "garden", "--json"];
    assert!(
        home.waybill(&file).error(2)["message"].as_str().is_some_and(|told| told.contains("gone.md")),
        "the file is named"
    );
    assert_nothing_lost(&home);

    let (title, body) = ("ö".repeat(200), "ö".repeat(8_192));
    let filed = new(&title, &body).json();
    assert_eq!(
        (&filed["title"], &filed["body"]),
        (&json!(title), &json!(body)),
        "what fits is kept to the last letter"
    );
    assert_eq!(filed["number"], 2, "a refused issue has used up no number");
}

#[test]
fn a_move_that_is_not_one_names_those_that_are() {
    let home = Home::new();
    garden(&home);
    let moved = |status: &str, note: &[&str]| {
        let mut args = vec!["issue", "move", "1", status, "-p", "garden", "--json"];
        args.extend(note);
        home.waybill(&args)
    };
    let words = ["triaged", "assigned", "in_progress", "resolved", "rejected"];
    let unknown = moved("finished", &[]).error(2);
    let told = unknown["message"].as_str().expect("a sentence");
    assert!(
        words.iter().all(|word| told.contains(word)),
        "a word that is no status is answered with those that are: {told}"
    );
    assert_refused(&moved("rejected", &[]), 2, &["note"]);
    moved("resolved", &[]).json();
    for status in ["assigned", "in_progress", "open"] {
        assert_refused(&moved(status, &[]), 4, &["triaged"]);
    }
    let issue = home.json(&["issue", "show", "1", "-p", "garden"]);
    assert_eq!(issue["status"], "resolved", "a refused move moves nothing");
    moved("reopened", &[]).json();
    assert_eq!(
        home.json(&["issue", "show", "1", "-p", "garden"])["status"],
        "triaged",
        "reopened is triaged at once"
    );
    assert_nothing_lost(&home);
}

/// Where the header of the file holds the version of the schema, and whose file it is.
const SCHEMA_VERSION: usize = 60;
const APPLICATION: usize = 68;

/// A data directory whose database is a backup of the home's, changed at one place.
fn changed_database(home: &Home, name: &str, change: impl FnOnce(&mut Vec<u8>)) -> PathBuf {
    let directory = home.root().join(name);
    std::fs::create_dir(&directory).expect("is made");
    let file = directory.join("waybill.db");
    home.json(&["backup", text(&file)]);
    let mut bytes = std::fs::read(&file).expect("is read");
    change(&mut bytes);
    std::fs::write(&file, bytes).expect("is written");
    directory
}

fn in_directory(home: &Home, directory: &Path, args: &[&str]) -> Output {
    let mut command = home.command(args);
    command.env("WAYBILL_HOME", directory);
    Output::of(command)
}

#[test]
fn a_database_that_is_not_ours_or_not_yet_is_left_byte_for_byte() {
    let home = Home::new();
    garden(&home);
    let future = changed_database(&home, "future", |bytes| {
        bytes[SCHEMA_VERSION..][..4].copy_from_slice(&999_u32.to_be_bytes());
    });
    let foreign = changed_database(&home, "foreign", |bytes| {
        bytes[APPLICATION..][..4].copy_from_slice(&7_u32.to_be_bytes());
    });
    let notes = changed_database(&home, "notes", |bytes| {
        "These are notes, not a database. ".repeat(99).into_bytes().clone_into(bytes);
    });
    let cases: &[(&Path, i32, &[&str])] = &[
        (&future, 4, &["newer Waybill", "999", "newest"]),
        (&foreign, 4, &["not a Waybill database", "WAYBILL_HOME"]),
        (&notes, 1, &["damaged", "backup"]),
    ];
    for (directory, code, fragments) in cases {
        let file = directory.join("waybill.db");
        let before = std::fs::read(&file).expect("is read");
        for args in [
            &["project", "list", "--json"][..],
            &["issue", "new", "--title", "T", "-p", "garden", "--json"],
            &["demo", "--json"],
            &["serve", "--json"],
        ] {
            assert_refused(&in_directory(&home, directory, args), *code, fragments);
        }
        assert!(std::fs::read(&file).expect("is read") == before, "{} was touched", file.display());
        let files: Vec<String> = crate::support::files_below(directory);
        assert_eq!(files, ["waybill.db"], "nor was anything put beside it");
    }
    assert_nothing_lost(&home);
}

#[test]
fn a_backup_is_the_whole_database_and_overwrites_nothing() {
    let home = Home::new();
    garden(&home);
    let copy = changed_database(&home, "copy", |_| {});
    let listed = in_directory(&home, &copy, &["issue", "list", "-p", "garden", "--json"]).json();
    assert_eq!(listed["items"][0]["title"], "Water the roses", "put in place, a backup holds everything");
    let verified = in_directory(&home, &copy, &["audit", "verify", "--json"]).json();
    assert_eq!(verified["ok"], true, "its trail is whole");
    let target = home.root().join("mine.db");
    std::fs::write(&target, "mine").expect("is written");
    assert_refused(&home.waybill(&["backup", text(&target), "--json"]), 4, &["exists", "another name"]);
    assert_eq!(std::fs::read(&target).expect("is read"), b"mine", "a file that is there is the user's own");
}
