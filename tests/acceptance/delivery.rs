//! What becomes of a run's branch: merged, squashed, rebased, discarded, or refused with what to do.

use crate::support::{Home, git, snapshot};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// A project and a tool that makes two commits, in a file of its own or in the one that its prompt names.
fn garden(home: &Home) -> PathBuf {
    let path = home.project("garden", &[("roses", "dry\n")]);
    let script = "file=$1\n\
                  echo one >> \"$file\"; git add .; git commit --quiet --message 'First half'\n\
                  echo two >> \"$file\"; git add .; git commit --quiet --message 'Second half'";
    // A command script is not told a prompt of several lines; it finds the word in the file of the prompt.
    let windows = "set file=roses\nfor /f \"delims=\" %%l in (%1) do for %%w in (a b c d e) do if \"%%l\"==\"file-%%w\" set file=file-%%w\n\
                   >>%file% echo one\ngit add .\ngit commit --quiet --message \"First half\"\n\
                   >>%file% echo two\ngit add .\ngit commit --quiet --message \"Second half\"";
    let posix = format!("set -- $(grep -o 'file-[a-z]*\\|roses' \"$1\" | tail -1)\n{script}");
    let script = home.agent("gardener", &posix, windows);
    home.json(&["tool", "add", "gardener", "--command", &format!("{script} {{prompt_file}}")]);
    home.consent("garden");
    home.json(&["project", "set", "default_tool=gardener", "-p", "garden"]);
    path
}

/// A completed run that wrote a file; its number.
fn run(home: &Home, file: &str) -> String {
    let run = home.json(&["run", "start", "--prompt", file, "--wait", "-p", "garden"]);
    assert_eq!(run["status"], "completed", "{run:#}");
    run["number"].to_string()
}

fn merge(home: &Home, number: &str, how: &[&str]) -> Value {
    let mut args = vec!["run", "merge", number, "-p", "garden"];
    args.extend(how);
    home.json(&args)
}

fn log(home: &Home, path: &Path, range: &str) -> Vec<String> {
    let log = git(home, path, &["log", "--first-parent", "--reverse", "--format=%s", range]);
    log.lines().map(str::to_owned).collect()
}

fn parents(home: &Home, path: &Path) -> usize {
    git(home, path, &["log", "-1", "--format=%P", "main"]).split(' ').count()
}

#[test]
fn each_way_of_merging_makes_the_history_that_it_names() {
    let home = Home::new();
    let path = garden(&home);
    let (first, second, third) = (run(&home, "file-a"), run(&home, "file-b"), run(&home, "file-c"));

    let merged = merge(&home, &first, &[]);
    assert_eq!(parents(&home, &path), 2, "a merge commit joins base and branch");
    assert_eq!(git(&home, &path, &["rev-parse", "main"]), merged["merge_commit"], "the run knows its commit");
    assert_eq!(merged["delivery"], "merged", "the run page shows that it is delivered");

    let before = git(&home, &path, &["rev-parse", "main"]);
    merge(&home, &second, &["--squash"]);
    assert_eq!(log(&home, &path, &format!("{before}..main")).len(), 1, "squashed, it is one commit");
    assert_eq!(parents(&home, &path), 1, "on top of the base");

    let before = git(&home, &path, &["rev-parse", "main"]);
    merge(&home, &third, &["--rebase"]);
    let made = log(&home, &path, &format!("{before}..main"));
    assert_eq!(made, ["First half", "Second half"], "rebased, each commit stays its own");

    for file in ["file-a", "file-b", "file-c"] {
        let text = std::fs::read_to_string(path.join(file)).expect("the checked-out base has the file");
        assert_eq!(text.replace('\r', ""), "one\ntwo\n", "with what the agent wrote");
    }
    assert_eq!(git(&home, &path, &["status", "--porcelain"]), "", "and a working tree that agrees with it");
    let again = home.waybill(&["run", "merge", &first, "-p", "garden", "--json"]).error(4);
    assert_eq!(again["code"], "conflict", "what is merged is not merged twice: {again}");
}

#[test]
fn a_base_that_is_not_checked_out_moves_without_the_working_tree() {
    let home = Home::new();
    let path = garden(&home);
    git(&home, &path, &["switch", "--quiet", "--create", "elsewhere"]);
    let number = run(&home, "file-a");
    std::fs::write(path.join("roses"), "being watered\n").expect("is written");
    let before = snapshot(&path);
    merge(&home, &number, &[]);
    let after = snapshot(&path);
    for (file, entry) in before.iter().filter(|(file, _)| !file.ends_with("/heads/main")) {
        assert_eq!(Some(entry), after.get(file), "{file} belongs to the work of the user");
    }
    let text = git(&home, &path, &["show", "main:file-a"]).replace('\r', "");
    assert_eq!(text, "one\ntwo", "the base has the change");
}

#[test]
fn a_merge_that_would_lose_work_is_refused_and_nothing_moves() {
    let home = Home::new();
    let path = garden(&home);
    let (clean, first, second) = (run(&home, "file-a"), run(&home, "roses"), run(&home, "roses"));

    std::fs::write(path.join("roses"), "being watered\n").expect("is written");
    let before = snapshot(&path);
    let error = home.waybill(&["run", "merge", &clean, "-p", "garden", "--json"]).error(4);
    let told = error["message"].as_str().expect("a sentence");
    assert!(told.contains("uncommitted changes"), "it says why: {told}");
    assert!(told.contains(" merge waybill/"), "and offers the command: {told}");
    assert_eq!(snapshot(&path), before, "a refused merge leaves all as it was");

    std::fs::write(path.join("roses"), "dry\n").expect("is written");
    git(&home, &path, &["update-index", "--refresh"]);
    std::fs::write(path.join("roses"), "wet\n").expect("is written");
    git(&home, &path, &["commit", "--quiet", "--all", "--message", "Watered by hand"]);
    let before = snapshot(&path);
    for number in [&first, &second] {
        for how in [&[][..], &["--squash"], &["--rebase"]] {
            let mut args = vec!["run", "merge", number, "-p", "garden", "--json"];
            args.extend(how);
            let error = home.waybill(&args).error(4);
            assert!(
                error["message"].as_str().is_some_and(|told| told.contains("roses")),
                "it names what conflicts: {error}"
            );
        }
    }
    assert_eq!(snapshot(&path), before, "a merge that conflicts leaves all as it was");
}

#[test]
fn a_discarded_branch_is_gone_and_its_commits_are_kept() {
    let home = Home::new();
    let path = garden(&home);
    let number = run(&home, "file-a");
    let head = git(&home, &path, &["rev-parse", "waybill/run-1-file-a"]);
    let run = home.json(&["run", "discard", &number, "-p", "garden"]);
    assert_eq!(run["delivery"], "discarded", "the run page shows it");
    assert_eq!(git(&home, &path, &["branch", "--list", "waybill/*"]), "", "the branch is off the list");
    git(&home, &path, &["-c", "gc.pruneExpire=now", "gc", "--quiet", "--prune=now"]);
    assert_eq!(git(&home, &path, &["cat-file", "-t", &head]), "commit", "restoring needs its commits");
    home.waybill(&["run", "merge", &number, "-p", "garden", "--json"]).error(4);
}

#[test]
fn a_discarded_branch_comes_back_from_the_trash_and_can_be_merged() {
    let home = Home::new();
    let path = garden(&home);
    let number = run(&home, "file-a");
    let head = git(&home, &path, &["rev-parse", "waybill/run-1-file-a"]);
    home.json(&["run", "discard", &number, "-p", "garden"]);
    let server = home.serve();
    let listed = server.call("trash_list", &json!({}));
    let item = &listed["items"][0];
    assert_eq!((&item["kind"], &item["number"]), (&json!("run"), &json!(1)), "it is found there: {listed:#}");
    // Meanwhile a branch of the same name was made.
    git(&home, &path, &["branch", "waybill/run-1-file-a", "main"]);
    server.call("trash_restore", &json!({"id": item["id"]}));
    let run = server.call("run_get", &json!({"project": "garden", "number": 1}));
    assert_eq!(run["delivery"], "ready", "it waits to be reviewed as before");
    assert_eq!(run["branch"], "waybill/run-1-file-a-2", "and takes nobody's name");
    assert_eq!(git(&home, &path, &["rev-parse", "waybill/run-1-file-a-2"]), head, "with its commits");
    assert_eq!(
        git(&home, &path, &["for-each-ref", "refs/waybill/trash"]),
        "",
        "nothing of it is in the trash"
    );
    assert_eq!(server.call("trash_list", &json!({}))["items"], json!([]), "nor listed there");
    server.call("run_merge", &json!({"project": "garden", "number": 1, "mode": "merge"}));
}
