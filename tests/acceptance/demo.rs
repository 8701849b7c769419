//! The main job: an issue goes to an agent, its change comes back as a branch, and nothing else is touched.

use crate::support::{Home, Log, Snapshot, git, snapshot};
use serde_json::Value;
use std::path::Path;
use std::time::{Duration, Instant};

/// What the demo promises on a machine that has nothing but git.
const DEMO_LIMIT: Duration = Duration::from_secs(20);

#[test]
fn the_demo_ends_with_a_branch_that_holds_the_change() {
    let home = Home::new();
    let begun = Instant::now();
    let answer = home.json(&["demo"]);
    assert!(begun.elapsed() < DEMO_LIMIT, "a first look takes seconds, not {:?}", begun.elapsed());
    assert_eq!(answer["run"]["status"], "completed", "the demo shows a run that works: {answer:#}");

    let repository = Path::new(answer["repository"].as_str().expect("it says where the repository is"));
    let branch = answer["branch"].as_str().expect("it says which branch holds the change");
    let (base, head) = (&answer["run"]["base_commit"], &answer["run"]["head_commit"]);
    let range = format!("main...{branch}");
    let changed = git(&home, repository, &["diff", "--name-only", &range]);
    let told: Vec<&str> =
        answer["files"].as_array().expect("files").iter().filter_map(|file| file["path"].as_str()).collect();
    assert_eq!(changed.lines().collect::<Vec<_>>(), told, "the branch holds exactly what it says");
    assert!(told.contains(&"postage.sh"), "the program of the sample is mended: {told:?}");
    assert_eq!(git(&home, repository, &["rev-parse", branch]), *head, "the branch is where the run ended");

    assert_eq!(git(&home, repository, &["rev-parse", "HEAD"]), *base, "the checked-out branch has not moved");
    assert_eq!(git(&home, repository, &["symbolic-ref", "HEAD"]), "refs/heads/main", "nor was another one");
    assert_eq!(git(&home, repository, &["status", "--porcelain"]), "", "the working tree is as it was");
    // A git without templates makes no folder for hooks.
    let hooks = repository.join(".git/hooks").read_dir().into_iter().flatten();
    let hooks: Vec<_> = hooks.map(|hook| hook.expect("a hook").file_name()).collect();
    assert!(
        hooks.iter().all(|hook| hook.to_string_lossy().ends_with(".sample")),
        "only git's own samples lie among the hooks: {hooks:?}"
    );
}

#[test]
fn the_demo_is_told_to_a_person_with_the_commands_that_come_next() {
    let home = Home::new();
    let told = home.waybill(&["demo"]).ok().stdout;
    for part in ["a script and not an AI", "completed", "git -C", "waybill run merge 1 -p waybill-demo"] {
        assert!(told.contains(part), "a newcomer would miss {part:?}: {told}");
    }
    home.waybill(&["run", "merge", "1", "-p", "waybill-demo"]).ok();
}

/// A repository as people have them: changes not committed, a stash, hooks, a link, settings of its own.
fn lived_in(home: &Home) -> std::path::PathBuf {
    let path =
        home.project("garden", &[("CHANGES.md", "# Changes\n"), ("src/a.txt", "a\n"), ("b.txt", "b\n")]);
    std::fs::write(path.join("b.txt"), "stashed\n").expect("is written");
    git(home, &path, &["stash", "--quiet"]);
    git(home, &path, &["tag", "v1"]);
    git(home, &path, &["config", "garden.fence", "high"]);
    std::fs::write(path.join("src/a.txt"), "staged\n").expect("is written");
    git(home, &path, &["add", "--all"]);
    std::fs::write(path.join("b.txt"), "not staged\n").expect("is written");
    std::fs::write(path.join("untracked"), "mine\n").expect("is written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::os::unix::fs::symlink("b.txt", path.join("link")).expect("a link is made");
        let text = format!("#!/bin/sh\necho ran >> '{}'\n", path.join("hook-ran").display());
        for hook in ["reference-transaction", "post-checkout", "pre-commit", "post-commit", "post-merge"] {
            let file = path.join(".git/hooks").join(hook);
            std::fs::write(&file, &text).expect("the hook is written");
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).expect("is executable");
        }
    }
    path
}

fn assert_added(before: &Snapshot, after: &Snapshot, added: &[&str]) {
    for (path, entry) in before {
        assert_eq!(Some(entry), after.get(path), "{path} is the user's own");
    }
    let new: Vec<&str> =
        after.keys().filter(|path| !before.contains_key(*path)).map(String::as_str).collect();
    assert_eq!(new, added, "a run adds its branch and nothing else");
}

#[test]
fn a_run_leaves_the_users_repository_as_it_was_but_for_its_branch() {
    let home = Home::new();
    let path = lived_in(&home);
    home.waybill_in(&path, &["issue", "new", "--title", "Water the roses"]).ok();
    let before = snapshot(&path);
    let run = home.waybill_in(&path, &["run", "start", "--issue", "1", "--tool", "demo", "--wait", "--json"]);
    assert_eq!(run.json()["branch"], "waybill/1-water-the-roses", "the branch tells which issue it is for");
    let branch = "heads/waybill/1-water-the-roses";
    let added = [format!(".git/logs/refs/{branch}"), format!(".git/refs/{branch}")];
    assert_added(&before, &snapshot(&path), &added.each_ref().map(String::as_str));
    let author = git(&home, &path, &["log", "-1", "--format=%an <%ae>", branch]);
    assert_eq!(author, "Ana Tester <ana@example.org>", "the commit bears the name of the repository's user");
}

fn moves(issue: &Value) -> Vec<String> {
    let updates = issue["updates"].as_array().expect("an issue shows its activity");
    let moves = updates.iter().rev().filter(|update| update["kind"] == "status_change");
    moves.map(|update| update["metadata"]["to"].as_str().expect("a status").to_owned()).collect()
}

fn notes(issue: &Value) -> Vec<&str> {
    let updates = issue["updates"].as_array().expect("an issue shows its activity");
    let notes = updates.iter().filter(|update| update["kind"] == "system_note");
    notes.filter_map(|update| update["body"].as_str()).collect()
}

#[test]
fn an_issue_moves_along_with_its_run_and_the_operator_is_told() {
    let home = Home::new();
    home.project("garden", &[("CHANGES.md", "# Changes\n")]);
    home.json(&["issue", "new", "--title", "Water the roses", "-p", "garden"]);
    home.json(&["run", "start", "--issue", "1", "--tool", "demo", "--wait", "-p", "garden"]);

    let issue = home.json(&["issue", "show", "1", "-p", "garden"]);
    assert_eq!(issue["status"], "resolved", "a run that succeeds resolves its issue");
    assert_eq!(issue["execution"], "completed", "the list shows how its run went");
    assert_eq!(moves(&issue), ["triaged", "assigned", "in_progress", "resolved"], "each move is recorded");

    let inbox = home.json(&["inbox"]);
    assert_eq!(inbox["count"], 1, "one thing waits for the operator: {inbox}");
    assert_eq!(inbox["items"][0]["kind"], "review", "the change waits to be reviewed");
    let server = home.serve();
    let told = server.call("notification_list", &serde_json::json!({}));
    assert_eq!(told["items"][0]["type"], "run_completed", "the end is told natively: {told}");
    assert_eq!(told["items"][0]["link"], "/p/garden/runs/1", "a click on it opens the run");
    drop(server);

    home.json(&["run", "merge", "1", "-p", "garden"]);
    assert_eq!(home.json(&["inbox"])["count"], 0, "what was merged waits for nobody");
}

#[test]
fn a_run_that_fails_says_why_puts_its_issue_back_and_can_be_tried_again() {
    let home = Home::new();
    home.project("garden", &[("roses", "dry\n")]);
    home.json(&["issue", "new", "--title", "Water the roses", "-p", "garden"]);
    let script =
        home.agent("gardener", "echo 'the tap is stuck'; exit 3", "echo the tap is stuck\nexit /b 3");
    home.json(&["tool", "add", "gardener", "--command", &script]);
    home.consent("garden");

    let start = ["run", "start", "--issue", "1", "--tool", "gardener", "--wait", "-p", "garden", "--json"];
    let error = home.waybill(&start);
    assert_eq!(error.code, Some(1), "a script must see that the run failed");
    assert!(error.stderr.contains("exit code 3"), "and why: {}", error.stderr);
    let issue = home.json(&["issue", "show", "1", "-p", "garden"]);
    assert_eq!(issue["status"], "assigned", "its issue can be sent again");
    assert_eq!(issue["execution"], "failed", "the list shows how its run went");
    assert!(
        notes(&issue).iter().any(|note| note.starts_with("Run 1 failed")),
        "a note says which run and why"
    );
    assert_eq!(
        home.json(&["inbox"])["items"][0]["kind"],
        "failed_run",
        "a failed run waits for the operator"
    );

    home.agent("gardener", "echo wet > roses; echo watered", ">roses echo wet\necho watered");
    let run = home.json(&["run", "retry", "1", "--wait", "-p", "garden"]);
    assert_eq!(run["status"], "completed", "the same run goes on from its failed step: {run:#}");
    assert_eq!(run["error"], Value::Null, "what was wrong is wrong no more");
    assert_eq!(run["files_changed"], 1, "what the agent did not commit is committed for it");
    let issue = home.json(&["issue", "show", "1", "-p", "garden"]);
    assert_eq!(issue["status"], "resolved", "the issue follows the second attempt");
    home.waybill(&["run", "retry", "1", "-p", "garden", "--json"]).error(4);
}

#[test]
fn cancelling_stops_the_agent_at_once_and_keeps_what_it_committed() {
    let home = Home::new();
    let path = home.project("garden", &[("roses", "dry\n")]);
    home.json(&["issue", "new", "--title", "Water the roses", "-p", "garden"]);
    let script = "echo half > roses; git commit --quiet --all --message 'Water half of them'\n\
                  setsid sh -c 'exec sleep 500' & echo 'half is done'; sleep 500";
    let windows = ">roses echo half\ngit commit --quiet --all --message \"Water half of them\"\n\
                   start /b ping -n 1000 127.0.0.1 >nul\necho half is done\nping -n 1000 127.0.0.1 >nul";
    let script = home.agent("gardener", script, windows);
    home.json(&["tool", "add", "gardener", "--command", &script]);
    home.consent("garden");
    let server = home.serve();
    home.json(&["run", "start", "--issue", "1", "--tool", "gardener", "-p", "garden"]);

    // The running server takes the run, and its output is followed live.
    let mut log = Log::follow(&home, "garden", "1");
    log.until("half is done");
    #[cfg(target_os = "linux")]
    assert!(!home.sandboxed_processes().is_empty(), "the agent works in its sandbox");

    home.json(&["run", "cancel", "1", "-p", "garden"]);
    log.read_to_end();
    let run = home.json(&["run", "show", "1", "-p", "garden"]);
    assert_eq!(run["status"], "cancelled", "it is over: {run:#}");
    #[cfg(target_os = "linux")]
    assert_eq!(
        home.sandboxed_processes(),
        Vec::<String>::new(),
        "nothing goes on, not even what left the session"
    );
    let branch = run["branch"].as_str().expect("a branch");
    let kept = git(&home, &path, &["log", "-1", "--format=%s", branch]);
    assert_eq!(kept, "Water half of them", "what was committed is kept");
    let issue = home.json(&["issue", "show", "1", "-p", "garden"]);
    assert_eq!(issue["status"], "assigned", "its issue can be sent again");
    assert!(
        notes(&issue).iter().any(|note| note.contains("Run 1 was cancelled")),
        "a note says so: {issue:#}"
    );
    server.ends_well();
}
