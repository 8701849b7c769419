//! The grammar that scripts rely on: what each command prints for people and for programs, and how it ends.

use crate::support::{Home, Output, git};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// A command, what its answer for people holds, and the fields of its JSON value.
type Stop = (&'static [&'static str], &'static str, &'static [&'static str]);

/// One way through every command, each relying on those before.
const TOUR: &[Stop] = &[
    (&["project", "list"], "garden", &["items", "next"]),
    (&["project", "show"], "Rose garden (garden)", &["slug", "root_path", "settings"]),
    (&["project", "set", "default_tool=demo", "memory_mb=1024"], "set", &["default_tool", "memory_mb"]),
    (&["project", "env", "COLOUR", "red"], "COLOUR set", &["environment"]),
    (
        &[
            "issue",
            "new",
            "--title",
            "Water the roses",
            "--body",
            "They *wilt*.",
            "--priority",
            "high",
            "--label",
            "bug",
        ],
        "#1 filed",
        &["id", "number", "status", "labels", "legal_moves"],
    ),
    (&["issue", "list"], "Water the roses", &["items", "next"]),
    (&["issue", "list", "label:bug priority:high"], "Water the roses", &["items", "next"]),
    (&["issue", "search", "wilt"], "Water the roses", &["items", "next"]),
    (
        &["issue", "edit", "1", "--title", "Water all roses", "--priority", "low"],
        "#1 changed",
        &["number", "title"],
    ),
    (&["issue", "comment", "1", "--body", "Twice a day."], "#1 commented", &["id", "kind", "author"]),
    (&["issue", "move", "1", "triaged", "--note", "Soon."], "#1 is triaged", &["number", "status"]),
    (&["issue", "show", "1"], "Twice a day.", &["title", "body", "updates"]),
    (&["run", "start", "--issue", "1"], "run 1 is queued", &["number", "status", "waiting_for"]),
    (&["run", "list"], "waits for engine", &["items", "next"]),
    (&["run", "cancel", "1"], "run 1 is cancelled", &["number", "status"]),
    (&["run", "show", "1"], "cancelled", &["steps", "upcoming", "candidates", "actions"]),
    (&["run", "start", "--issue", "1", "--wait"], "completed", &["branch", "head_commit"]),
    (&["run", "log", "2"], "a script and not an AI", &["items", "next"]),
    (&["run", "diff", "2"], "CHANGES.md", &["base_commit", "head_commit", "files"]),
    (&["run", "list", "--status", "completed", "--issue", "1"], "Water all roses", &["items", "next"]),
    (&["inbox"], "Run 2", &["items", "next", "count"]),
    (&["run", "merge", "2"], "run 2 merged into main", &["merge_commit", "delivery"]),
    (&["run", "start", "--prompt", "Weed", "--wait"], "completed", &["branch"]),
    (&["run", "discard", "3"], "is discarded", &["delivery"]),
    (&["tool", "add", "spade", "--command", "git dig {prompt}"], "spade added", &["name", "command"]),
    (&["tool", "list"], "spade", &["items", "next"]),
    (&["tool", "check", "spade"], "spade", &["name", "installed"]),
    (&["tool", "remove", "spade"], "spade removed", &[]),
    (&["secret", "list"], "OPENAI_API_KEY", &["store", "items", "next"]),
    (
        &["context", "edit", "issue", "--body", "Roses are thirsty.", "--publish"],
        "version 1 is told",
        &["session_type", "active_version", "last_version"],
    ),
    (&["context", "list"], "judging", &["items", "next"]),
    (&["context", "show", "issue"], "Roses are thirsty.", &["version", "state", "body"]),
    (&["context", "versions", "issue"], "active", &["items", "next"]),
    (
        &[
            "learning",
            "add",
            "--description",
            "Water early",
            "--trigger",
            "It is hot",
            "--behavior",
            "Rise at six",
        ],
        "learning 1 waits for its review",
        &["number", "status", "similar"],
    ),
    (&["learning", "list"], "Water early", &["items", "next"]),
    (&["learning", "approve", "1"], "learning 1 is approved", &["items", "next"]),
    (&["learning", "show", "1"], "Rise at six", &["description", "trigger", "correct_behavior"]),
    (&["learning", "compile", "--role", "designer"], "version 1 is told", &["version", "body", "added"]),
    (&["learning", "compile"], "up to date", &["items", "next"]),
    (&["learning", "versions", "designer"], "active", &["items", "next"]),
    (&["learning", "versions", "designer", "1"], "**Water early**", &["version", "active", "body"]),
    (&["learning", "activate", "designer", "1"], "version 1 is told", &["version", "active"]),
    (&["backup"], "waybill-", &["path", "bytes"]),
    (&["audit", "verify"], "none changed or removed", &["entries", "ok"]),
    (&["doctor"], "✓ git", &["checks"]),
    (&["project", "remove"], "garden removed", &[]),
    (&["project", "restore", "-p", "garden"], "garden restored", &["slug", "archived_at"]),
];

fn repository(home: &Home) -> PathBuf {
    home.repository("garden", &[("CHANGES.md", "# Changes\n"), ("beds/roses", "dry\n")])
}

/// A project added from within its repository.
fn garden(home: &Home) -> PathBuf {
    let path = repository(home);
    home.waybill_in(&path, &["project", "add", ".", "--slug", "garden", "--name", "Rose garden"]).ok();
    path
}

#[test]
fn every_command_tells_a_person_in_plain_text_what_it_did() {
    let home = Home::new();
    let path = garden(&home);
    for (args, fragment, _) in TOUR {
        let told = home.waybill_in(&path, args).ok();
        assert!(told.stdout.contains(fragment), "{args:?} should tell {fragment:?}: {}", told.stdout);
        assert!(!told.stdout.contains('\u{1b}'), "{args:?}: colours are for terminals alone");
        assert_eq!(told.stderr, "", "{args:?} has nothing to complain about");
    }
}

#[test]
fn every_command_answers_a_program_with_one_json_value() {
    let home = Home::new();
    let path = garden(&home);
    for (args, _, fields) in TOUR {
        let mut all = args.to_vec();
        all.push("--json");
        let value = home.waybill_in(&path, &all).json();
        for field in *fields {
            assert!(value.get(*field).is_some(), "{args:?} promises {field}: {value:#}");
        }
        assert!(value.is_object(), "{args:?}: room for more fields is left: {value}");
        if fields.contains(&"next") {
            assert!(value["items"].is_array(), "{args:?} is a list: {value}");
            assert!(value["next"].is_null(), "{args:?}: a short list has no next page: {value}");
        }
    }
}

#[test]
fn text_comes_from_an_argument_a_file_or_standard_input() {
    let home = Home::new();
    garden(&home);
    let file = home.root().join("body.md");
    std::fs::write(&file, "From a file.\n").expect("is written");
    let file = file.to_str().expect("a path in UTF-8");
    let filed = home.json(&["issue", "new", "--title", "A", "--body-file", file, "-p", "garden"]);
    assert_eq!(filed["body"], "From a file.\n", "not a byte is changed");
    let args = ["issue", "new", "--title", "B", "--body-file", "-", "-p", "garden", "--json"];
    let filed = home.waybill_with_input("Über die Röhre.\n\n- eins\n", &args).json();
    assert_eq!(filed["body"], "Über die Röhre.\n\n- eins\n", "not a byte is changed");
}

/// All pages of a list, and how many there were.
fn pages(home: &Home, args: &[&str], limit: &str, between: impl Fn()) -> (Vec<i64>, usize) {
    let (mut numbers, mut count, mut after) = (Vec::new(), 0, None::<String>);
    loop {
        let mut all = args.to_vec();
        all.extend(["--limit", limit, "-p", "garden"]);
        if let Some(cursor) = &after {
            all.extend(["--after", cursor]);
        }
        let page = home.json(&all);
        let items = page["items"].as_array().expect("a list has items");
        numbers.extend(items.iter().map(|item| item["number"].as_i64().expect("a number")));
        count += 1;
        match page["next"].as_str() {
            Some(cursor) => after = Some(cursor.to_owned()),
            None => return (numbers, count),
        }
        between();
    }
}

#[test]
fn pages_of_a_list_cover_everything_once_even_while_it_grows() {
    let home = Home::new();
    garden(&home);
    let file = |title: &str| home.json(&["issue", "new", "--title", title, "-p", "garden"]);
    for number in 1..=11 {
        file(&format!("Rose {number}"));
    }
    let expected: Vec<i64> = (1..=11).rev().collect();
    let (found, count) = pages(&home, &["issue", "list"], "4", || drop(file("Newcomer tulip")));
    assert_eq!((found, count), (expected, 3), "newest first, none twice, none left out, though others file");
    let found = pages(&home, &["issue", "list", "rose"], "3", || {}).0;
    assert_eq!(found.len(), 11, "a query is paged alike: {found:?}");
    for sort in ["sort:updated", "sort:priority"] {
        let found = pages(&home, &["issue", "list", sort], "5", || {}).0;
        assert_eq!(found.len(), 13, "{sort} loses none: {found:?}");
        assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), 13, "{sort} repeats none: {found:?}");
    }
    let found = pages(&home, &["issue", "search", "rose"], "2", || {}).0;
    assert_eq!(
        found.iter().collect::<BTreeSet<_>>().len(),
        11,
        "the best come first, but all come: {found:?}"
    );

    for number in 1..=5 {
        home.json(&["run", "start", "--prompt", &format!("Dig {number}"), "--tool", "demo", "-p", "garden"]);
    }
    assert_eq!(pages(&home, &["run", "list"], "2", || {}), (vec![5, 4, 3, 2, 1], 3), "runs are paged alike");
    home.waybill(&["issue", "list", "--after", "nonsense", "-p", "garden", "--json"]).error(2);
    home.waybill(&["issue", "list", "--limit", "0", "-p", "garden", "--json"]).error(2);
}

#[test]
fn any_text_is_safe_to_search_for() {
    let home = Home::new();
    garden(&home);
    home.json(&["issue", "new", "--title", "Water (all) the \"roses\"", "-p", "garden"]);
    let queries = [
        "",
        "(",
        "\"",
        "roses\"",
        "AND",
        "NOT OR",
        "a* *",
        "-",
        "--",
        "title:x",
        "'; DROP TABLE issues; --",
        "^",
        "is:",
        "NEAR(a b)",
        "{a b}:c",
        "💐",
        "%",
        "sort:",
        "#",
        "#x",
        "updated:<",
        "label:",
    ];
    for query in queries {
        for verb in ["list", "search"] {
            home.waybill(&["issue", verb, "--json", "-p", "garden", "--", query]).json();
        }
    }
    let found = home.json(&["issue", "search", "(all) roses", "-p", "garden"]);
    assert_eq!(found["items"][0]["number"], 1, "marks do not keep the words from being found: {found}");
}

#[test]
fn the_exit_code_tells_what_kind_of_refusal_it_is() {
    let home = Home::new();
    garden(&home);
    home.json(&["issue", "new", "--title", "Water the roses", "-p", "garden"]);
    let refusals: &[(i32, &str, &[&str])] = &[
        (2, "invalid", &["issue", "explode"]),
        (2, "invalid", &["issue", "new"]),
        (2, "invalid", &["issue", "show", "one"]),
        (2, "invalid", &["issue", "edit", "1", "-p", "garden"]),
        (2, "invalid", &["issue", "new", "--title", " ", "-p", "garden"]),
        (2, "invalid", &["issue", "move", "1", "rejected", "-p", "garden"]),
        (2, "invalid", &["project", "set", "no_such_setting=1", "-p", "garden"]),
        (2, "invalid", &["project", "env", "PATH=x", "1", "-p", "garden"]),
        (2, "invalid", &["run", "start", "--tool", "demo", "-p", "garden"]),
        (2, "invalid", &["issue", "list"]),
        (3, "not_found", &["issue", "show", "99", "-p", "garden"]),
        (3, "not_found", &["issue", "list", "-p", "nowhere"]),
        (3, "not_found", &["run", "show", "99", "-p", "garden"]),
        (3, "not_found", &["run", "start", "--issue", "1", "--tool", "nothing", "-p", "garden"]),
        (3, "not_found", &["tool", "check", "nothing"]),
        (4, "conflict", &["project", "add", "garden"]),
        (4, "conflict", &["run", "merge", "1", "-p", "garden"]),
    ];
    home.json(&["run", "start", "--issue", "1", "--tool", "demo", "-p", "garden"]);
    for (code, word, args) in refusals {
        let mut all = args.to_vec();
        all.push("--json");
        let error = home.waybill(&all).error(*code);
        assert_eq!(error["code"], *word, "{args:?}: the code and the exit code agree: {error}");
        let told = home.waybill(args);
        assert_eq!((told.code, told.stdout.as_str()), (Some(*code), ""), "{args:?} ends alike for a person");
        assert!(!told.stderr.trim().is_empty(), "{args:?} says why");
    }
    assert_eq!(
        home.json(&["issue", "list", "-p", "garden"])["items"].as_array().map(Vec::len),
        Some(1),
        "none was filed"
    );
}

#[test]
fn a_project_is_found_from_its_folders_and_worktrees_and_no_other() {
    let home = Home::new();
    let path = garden(&home);
    home.json(&["issue", "new", "--title", "Water the roses", "-p", "garden"]);
    let elsewhere = home.root().join("worktree");
    git(&home, &path, &["worktree", "add", "--quiet", elsewhere.to_str().expect("UTF-8"), "-b", "summer"]);
    for here in [&path, &path.join("beds"), &elsewhere, &elsewhere.join("beds")] {
        let issue = home.waybill_in(here, &["issue", "show", "1", "--json"]).json();
        assert_eq!(issue["project_slug"], "garden", "the same tracker in {}", here.display());
    }
    let other = home.repository("garden/beds/other", &[("tulips", "wet\n")]);
    for outside in [&other, &home.user()] {
        let error = home.waybill_in(outside, &["issue", "list", "--json"]).error(2);
        assert!(
            error["hint"].as_str().is_some_and(|hint| hint.contains("-p SLUG")),
            "it says how to name one: {error}"
        );
    }
    home.waybill_in(&other, &["project", "add", ".", "--slug", "other"]).ok();
    let listed = home.waybill_in(&other, &["issue", "list", "--json"]).json();
    assert_eq!(
        listed["items"],
        serde_json::json!([]),
        "a repository inside another's is a project of its own"
    );
    let listed = home.waybill_in(&other, &["issue", "list", "--json", "-p", "garden"]).json();
    assert_eq!(
        listed["items"].as_array().map(Vec::len),
        Some(1),
        "a named project goes before the directory"
    );
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let home = Home::new();
    garden(&home);
    home.json(&["issue", "new", "--title", "Water the roses", "-p", "garden"]);
    let commands: &[&[&str]] = &[
        &["issue", "list", "-p", "garden"],
        &["issue", "list", "-p", "garden", "--json"],
        &["project", "show", "-p", "garden"],
        &["doctor"],
        &["completions", "bash"],
        &["--help"],
    ];
    for args in commands {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut command = home.command(args);
        let child = command.stdout(writer).stderr(std::process::Stdio::piped()).spawn().expect("it starts");
        // The command holds the end that is written to.
        drop(command);
        let output = child.wait_with_output().expect("it ends");
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), told.as_ref()), (Some(0), ""), "{args:?} | head is quiet");
    }
}

#[test]
fn completions_are_there_for_every_shell() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = home.waybill(&["completions", shell]).ok().stdout;
        for word in ["waybill", "backup", "comment", "discard"] {
            assert!(script.contains(word), "{shell} completes {word}");
        }
    }
    home.waybill(&["completions", "tcsh", "--json"]).error(2);
}

/// Long and strange enough that it occurs nowhere by chance.
const SECRET: &str = "sk-rose-7f3a91d2c4";

fn assert_untold(output: &Output) {
    assert!(
        !output.stdout.contains(SECRET) && !output.stderr.contains(SECRET),
        "a secret is told: {output:?}"
    );
}

#[test]
fn a_secret_goes_in_by_standard_input_and_never_comes_out() {
    let home = Home::new();
    garden(&home);
    let set = ["secret", "set", "OPENAI_API_KEY", "--json"];
    let refused = home.waybill_with_input(SECRET, &set);
    assert_eq!(refused.error(1)["code"], "missing", "without a keychain nothing is kept in secret");
    assert!(refused.stderr.contains("encrypted file"), "and what to do is said: {}", refused.stderr);
    home.waybill(&["secret", "set", "OPENAI_API_KEY", SECRET, "--json"]).error(2);

    home.json(&["secret", "file", "on"]);
    let answers = [
        home.waybill_with_input(&format!("{SECRET}\n"), &set).ok(),
        home.waybill_with_input(
            SECRET,
            &["project", "env", "ROSE_KEY", "--secret", "-p", "garden", "--json"],
        )
        .ok(),
        home.waybill(&["secret", "list"]).ok(),
        home.waybill(&["secret", "list", "--json"]).ok(),
        home.waybill(&["project", "show", "-p", "garden", "--json"]).ok(),
        home.waybill(&["doctor", "--json"]).ok(),
        home.waybill(&["backup"]).ok(),
    ];
    answers.iter().for_each(assert_untold);
    let listed: Value = answers[3].json();
    let key = listed["items"].as_array().into_iter().flatten().find(|item| item["name"] == "OPENAI_API_KEY");
    assert_eq!(key.map(|key| &key["is_set"]), Some(&Value::Bool(true)), "that it is set is told: {listed}");

    for (file, bytes) in files(&home) {
        let found = bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes());
        assert!(!found, "the value lies in clear in {file}");
    }
    home.json(&["secret", "remove", "OPENAI_API_KEY"]);
    let listed = home.json(&["secret", "list"]);
    assert_eq!(listed["items"][1]["is_set"], false, "what is removed is gone: {listed}");
}

/// Every file of the home, with its bytes.
fn files(home: &Home) -> Vec<(String, Vec<u8>)> {
    let snapshot = crate::support::files_below(home.root()).into_iter();
    snapshot.map(|path| (path.clone(), std::fs::read(home.root().join(&path)).expect("is read"))).collect()
}
