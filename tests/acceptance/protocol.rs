//! An agent made with the Agent Client Protocol's official SDK, where the vendors' own programs are not installed: from an
//! issue to a branch, killed with its engine, cancelled, and without a login.

use crate::support::{Home, Log, Served, git, peers};
use serde_json::{Value, json};
use std::path::PathBuf;

/// A project with this issue, and the agent as its tool.
fn garden(body: &str) -> (Home, PathBuf) {
    let home = Home::new();
    let path = home.project("garden", &[("roses", "dry\n")]);
    home.consent("garden");
    home.json(&["issue", "new", "--title", "Greet the roses", "--body", body, "-p", "garden"]);
    let script = peers().join("agents/acp_agent.mjs");
    let command = format!("node '{}' {{out}}/log.jsonl", script.display());
    home.json(&["tool", "add", "greeter", "--command", &command, "--prompt", "acp"]);
    (home, path)
}

fn start(home: &Home, more: &[&str]) -> Value {
    let words = ["run", "start", "--issue", "1", "--tool", "greeter", "-p", "garden", "--json"];
    home.waybill(&[&words[..], more].concat()).value()
}

fn show(home: &Home) -> Value {
    home.json(&["run", "show", "1", "-p", "garden"])
}

/// The agent's own names of its session, once it has told as many.
fn sessions(server: &Served, count: usize) -> Vec<Value> {
    let mut events = server.events(None);
    loop {
        let page =
            server.call("run_output", &json!({"project": "garden", "number": 1, "from": 0, "limit": 100}));
        let items = page["items"].as_array().expect("a list");
        let begun = items.iter().filter(|item| item["event"]["type"] == "session_started");
        let found: Vec<Value> = begun.map(|item| item["event"]["agent_session_id"].clone()).collect();
        if found.len() >= count {
            return found;
        }
        events.changed("output");
    }
}

#[test]
fn it_takes_an_issue_to_a_branch() {
    let (home, path) = garden("They like it.");
    let run = start(&home, &["--wait"]);
    assert_eq!(run["status"], "completed", "{run:#}");
    let branch = run["branch"].as_str().expect("a branch");
    assert_eq!(
        git(&home, &path, &["show", &format!("{branch}:greeting.txt")]),
        "hello",
        "the change is there"
    );
    assert_eq!(run["files_changed"], 1, "nothing of the agent's own is committed: {run:#}");
    let summary = run["steps"][0]["summary"].as_str().unwrap_or_default();
    assert!(summary.contains("It is written."), "its last words are the step's: {run:#}");
}

#[test]
fn killed_with_its_engine_it_goes_on_in_its_own_session() {
    let (home, _path) = garden("Work for ever.");
    start(&home, &[]);
    let server = home.serve();
    Log::follow(&home, "garden", "1").until("I begin.");
    server.kill();
    home.assert_no_process_left();

    let server = home.serve();
    let sessions = sessions(&server, 2);
    assert_eq!(sessions, [json!("session-of-the-tests"), json!("session-of-the-tests")], "it is the same");
    home.json(&["run", "cancel", "1", "-p", "garden"]);
    Log::follow(&home, "garden", "1").read_to_end();
    let run = show(&home);
    assert_eq!((&run["status"], &run["steps"][0]["attempt"]), (&json!("cancelled"), &json!(2)), "{run:#}");
    server.ends_well();
}

#[test]
fn a_cancelled_one_is_told_so_and_ends() {
    let (home, _path) = garden("Work for ever.");
    start(&home, &[]);
    let server = home.serve();
    Log::follow(&home, "garden", "1").until("I begin.");
    home.json(&["run", "cancel", "1", "-p", "garden"]);
    Log::follow(&home, "garden", "1").read_to_end();
    let run = show(&home);
    assert_eq!(run["status"], "cancelled", "an agent that never ends cannot hold a run: {run:#}");
    server.ends_well();
    home.assert_no_process_left();
}

#[test]
fn one_that_wants_a_login_fails_with_what_to_do() {
    let (home, _path) = garden("Without a login.");
    let run = start(&home, &["--wait"]);
    assert_eq!((&run["status"], &run["error_kind"]), (&json!("failed"), &json!("auth")), "{run:#}");
    assert!(run["advice"].as_str().is_some_and(|text| !text.is_empty()), "what to do next: {run:#}");
}
