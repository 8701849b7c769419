//! What agents are told of a project: contexts and learnings, from the review to the words that a step was sent.

use crate::stand_in::hired;
use crate::support::{Home, Output};
use serde_json::{Value, json};

const P: &[&str] = &["-p", "parcels"];

fn desk() -> Home {
    let home = Home::new();
    home.project("parcels", &[("parcels.txt", "lost\n")]);
    home.consent("parcels");
    home.json(&["issue", "new", "-p", "parcels", "--title", "Parcels are lost", "--body", "Find them."]);
    home.json(&["tool", "add", "player", "--command", &hired("play plain -"), "--prompt", "stdin"]);
    home
}

fn ask(home: &Home, words: &[&str]) -> Value {
    home.json(&[words, P].concat())
}

fn refused(home: &Home, words: &[&str], code: i32) -> Value {
    home.waybill(&[words, P, &["--json"]].concat()).error(code)
}

fn learn(home: &Home, description: &str, more: &[&str]) -> Value {
    let words =
        ["learning", "add", "--description", description, "--trigger", "a parcel is lost", "--behavior"];
    ask(home, &[&words[..], &["look behind the shelf"], more].concat())
}

/// The titles and texts of what a step was sent.
fn parts(run: &Value, step: usize) -> Vec<(String, String)> {
    let parts = run["steps"][step]["instructions"].as_array().expect("instructions");
    let word = |part: &Value, name: &str| part[name].as_str().unwrap_or_default().to_owned();
    parts.iter().map(|part| (word(part, "title"), word(part, "text"))).collect()
}

#[test]
fn a_step_is_told_the_active_context_and_the_learnings_of_its_role_in_their_order() {
    let home = desk();
    ask(&home, &["project", "set", "sandbox_system_prompt=You are in a box."]);
    ask(&home, &["context", "edit", "issue", "--body", "Parcels are numbered.", "--publish"]);
    ask(&home, &["context", "edit", "judging", "--body", "Judges are told this alone.", "--publish"]);
    learn(&home, "Shelves hide parcels", &[]);
    learn(&home, "Checkers count parcels", &["--role", "checker"]);
    learn(&home, "Nobody decided this", &[]);
    ask(&home, &["learning", "approve", "1", "2"]);
    ask(&home, &["learning", "compile", "--role", "designer"]);
    ask(&home, &["learning", "compile", "--role", "checker"]);

    let words =
        ["run", "start", "--issue", "1", "--tool", "player", "--workflow", "designer_checker", "--wait"];
    let run = Output::of(home.command(&[&words[..], &["--json"], P].concat())).value();
    assert_eq!(run["status"], "completed", "{run:#}");
    let run = ask(&home, &["run", "show", "1"]);
    for (step, role, told, untold) in [
        (0, "Designer", "Shelves hide parcels", "Checkers count parcels"),
        (1, "Checker", "Checkers count parcels", "Nobody decided this"),
    ] {
        let parts = parts(&run, step);
        let titles: Vec<&str> = parts.iter().map(|(title, _)| title.as_str()).collect();
        assert_eq!(
            titles[..5],
            ["Sandbox system prompt", "Context", role, "Learnings", "Issue #1"],
            "{titles:?}"
        );
        assert_eq!(parts[1].1, "Parcels are numbered.", "the context of work on issues");
        assert!(parts[3].1.contains(told), "its role learnt it: {}", parts[3].1);
        assert!(!parts[3].1.contains(untold), "that is not for it: {}", parts[3].1);
    }
}

#[test]
fn a_learning_is_reviewed_and_what_is_told_changes_only_by_compiling() {
    let home = desk();
    let first = learn(&home, "Run the linter before committing", &["--severity", "critical"]);
    assert_eq!((&first["status"], &first["source"]), (&json!("pending"), &json!("operator")));
    let second = learn(&home, "Always run the linter before each commit", &[]);
    assert_eq!(second["similar"][0]["number"], 1, "a near-duplicate is pointed out: {second:#}");
    let nothing = refused(&home, &["learning", "compile", "--role", "designer"], 4);
    assert!(nothing["message"].as_str().is_some_and(|text| text.contains("is approved")), "{nothing}");

    let decided = ask(&home, &["learning", "approve", "1"]);
    assert_eq!(decided["items"], json!([{"number": 1, "from": "pending", "to": "approved"}]));
    ask(&home, &["learning", "reject", "2"]);
    let pending = ask(&home, &["learning", "list", "--status", "pending"]);
    assert_eq!(pending["items"], json!([]));

    let dry = ask(&home, &["learning", "compile", "--role", "designer", "--dry-run"]);
    assert_eq!((&dry["changed"], &dry["version"]), (&json!(true), &Value::Null), "{dry:#}");
    assert_eq!(ask(&home, &["learning", "versions", "designer"])["items"], json!([]), "a dry run makes none");
    let made = ask(&home, &["learning", "compile", "--role", "designer"]);
    assert_eq!(
        (&made["version"], &made["body"]),
        (&json!(1), &dry["body"]),
        "what was shown is what is told"
    );
    ask(&home, &["learning", "approve", "2"]);
    ask(&home, &["learning", "edit", "2", "--description", "Commit small"]);
    let grown = ask(&home, &["learning", "compile", "--role", "designer"]);
    assert_eq!((&grown["version"], &grown["added"][0]["number"]), (&json!(2), &json!(2)));
    ask(&home, &["learning", "activate", "designer", "1"]);
    let roles = ask(&home, &["learning", "compile"]);
    let designer = roles["items"].as_array().and_then(|all| all.iter().find(|one| one["role"] == "designer"));
    let designer = designer.expect("the role is there");
    assert_eq!((&designer["active_version"], &designer["outdated"]), (&json!(1), &json!(true)), "{designer}");

    ask(&home, &["learning", "reopen", "1"]);
    assert_eq!(ask(&home, &["learning", "show", "1"])["status"], "pending");
    refused(&home, &["learning", "show", "9"], 3);
    refused(&home, &["learning", "edit", "1", "--confidence", "7"], 2);
    assert_eq!(home.json(&["audit", "verify"])["ok"], true, "the trail is whole");
}

#[test]
fn a_context_is_a_draft_until_it_is_published_and_a_former_version_comes_back() {
    let home = desk();
    refused(&home, &["context", "show", "issue"], 3);
    refused(&home, &["context", "publish", "issue"], 3);
    let draft = ask(&home, &["context", "edit", "issue", "--body", "one"]);
    assert_eq!((&draft["active_version"], &draft["last_state"]), (&Value::Null, &json!("draft")));
    refused(&home, &["context", "activate", "issue", "1"], 4);
    assert_eq!(ask(&home, &["context", "publish", "issue"])["active_version"], 1);
    refused(&home, &["context", "publish", "issue", "1"], 4);
    let second =
        home.waybill_with_input("two\n", &[&["context", "edit", "issue", "--body-file", "-"], P].concat());
    second.ok();
    assert_eq!(ask(&home, &["context", "show", "issue"])["body"], "two\n", "the newest is shown");
    ask(&home, &["context", "publish", "issue"]);
    ask(&home, &["context", "activate", "issue", "1"]);
    let versions = ask(&home, &["context", "versions", "issue"]);
    let states: Vec<_> =
        versions["items"].as_array().expect("a list").iter().map(|one| &one["state"]).collect();
    assert_eq!(states, ["published", "active"], "both can be looked at");
    assert_eq!(ask(&home, &["context", "show", "issue", "--version", "2"])["body"], "two\n");
    let all = ask(&home, &["context", "list"]);
    assert_eq!(all["items"].as_array().map(Vec::len), Some(6), "one for each session type");
}
