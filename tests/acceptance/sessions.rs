//! Conversations with agents: what was said and asked survives whatever happens to Waybill.

use crate::stand_in::hired;
use crate::support::{Door, Home, Served, git};
use serde_json::{Value, json};

/// The project's repository, an issue with a criterion, and the door for its agents.
fn garden() -> (Home, Door) {
    let home = Home::new();
    home.project("garden", &[("roses", "dry\n")]);
    home.consent("garden");
    home.json(&["-p", "garden", "issue", "new", "--title", "Water the roses"]);
    home.json(&["-p", "garden", "issue", "todo", "1", "add", "they are wet", "--criterion"]);
    let door = Door::open(&home);
    (home, door)
}

fn session(home: &Home, arguments: &[&str]) -> Value {
    let all: Vec<&str> = ["-p", "garden", "session"].into_iter().chain(arguments.iter().copied()).collect();
    home.json(&all)
}

/// Calls a tool as the agent with this token.
fn call(server: &Served, token: &str, tool: &str, arguments: &Value) -> Value {
    let (host, token) = (server.host(), format!("Bearer {token}"));
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": tool, "arguments": arguments}});
    let headers = [
        ("Host", host.as_str()),
        ("Authorization", &token),
        ("Content-Type", "application/json"),
        ("Accept", "application/json, text/event-stream"),
    ];
    let answer = server.request("POST", "/mcp", &headers, body.to_string().as_bytes());
    let result = answer.json()["result"].clone();
    assert_eq!(result["isError"], false, "{tool}: {answer:?}");
    result["structuredContent"].clone()
}

/// Waits until the session stands there, as a page that follows it would.
fn until(home: &Home, server: &Served, is: impl Fn(&Value) -> bool) -> Value {
    let mut events = server.events(None);
    loop {
        let now = session(home, &["show", "1"]);
        if is(&now) {
            return now;
        }
        events.changed("sessions");
    }
}

fn texts(log: &Value) -> Vec<String> {
    let items = log["items"].as_array().expect("messages");
    items.iter().map(|message| message["text"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn what_was_asked_is_answered_after_a_restart_and_signed_off_in_the_end() {
    let (home, door) = garden();
    let server = home.serve();
    let started = session(&home, &["start", "--issue", "1", "--tool", "waiting"]);
    assert_eq!((&started["title"], &started["state"]), (&json!("Water the roses"), &json!("running")));
    let agent = door.next();
    let issue = call(&server, &agent.token, "issue", &json!({"action": "get"}));
    assert_eq!(
        (&issue["number"], &issue["status"]),
        (&json!(1), &json!("in_progress")),
        "its work has begun"
    );
    call(&server, &agent.token, "ask", &json!({"question": "Warm or cold?", "choices": ["warm", "cold"]}));
    drop(agent);
    let paused = until(&home, &server, |now| now["working"] == false);
    assert_eq!(paused["state"], "paused", "the turn has ended, the question waits");
    let inbox = home.json(&["inbox"]);
    assert_eq!(inbox["items"][0]["kind"], "ask", "it is among what needs the operator");
    server.kill();
    let server = home.serve();
    assert_eq!(home.json(&["inbox"]), inbox, "it still waits");
    let answered = session(&home, &["answer", "1", "cold"]);
    assert_eq!((&answered["state"], &answered["working"]), (&json!("running"), &json!(true)));
    let refused = home.waybill(&["-p", "garden", "session", "answer", "1", "warm", "--json"]).error(4);
    assert_eq!(refused["message"], "session 1 asks nothing", "an answer is given once");
    let agent = door.next();
    let claimed = call(&server, &agent.token, "todo", &json!({"action": "done", "todo": "they are wet"}));
    assert!(claimed["next"].is_string(), "the last criterion is claimed: {claimed}");
    call(&server, &agent.token, "checkpoint", &json!({"reason": "All is wet."}));
    drop(agent);
    until(&home, &server, |now| now["working"] == false);
    let issue = home.json(&["-p", "garden", "issue", "show", "1"]);
    assert_eq!(issue["status"], "in_progress", "a claim resolves nothing");
    session(&home, &["answer", "1", "Well done.", "--sign-off"]);
    let issue = home.json(&["-p", "garden", "issue", "show", "1"]);
    assert_eq!(issue["status"], "resolved", "the operator's sign-off does");
    drop(door.next());
    until(&home, &server, |now| now["working"] == false);
    let said = texts(&session(&home, &["log", "1"]));
    assert!(
        said.iter().any(|text| text.contains("I was told: cold")),
        "the answer was the message: {said:#?}"
    );
    assert_eq!(session(&home, &["end", "1"])["state"], "ended");
    let run = home.json(&["-p", "garden", "run", "show", "1"]);
    assert_eq!((&run["status"], &run["delivery"]), (&json!("completed"), &json!("ready")));
    assert_eq!(run["held_back"], json!([]), "a later turn is not taken for one that moved the base");
    let branch = run["branch"].as_str().expect("a branch");
    let repository = home.root().join("repositories").join("garden");
    let written = git(&home, &repository, &["show", &format!("{branch}:turn.txt")]);
    assert_eq!(written, "a turn\na turn\na turn", "each turn went on in the same workspace");
}

#[test]
fn what_is_sent_while_an_agent_works_waits_for_the_next_turn_even_through_a_crash() {
    let (home, door) = garden();
    let server = home.serve();
    session(&home, &["start", "--title", "Talk", "--message", "one", "--tool", "waiting"]);
    let agent = door.next();
    let sent = session(&home, &["send", "1", "two"]);
    assert_eq!(sent["queued_messages"], 1, "it waits");
    session(&home, &["send", "1", "three"]);
    server.kill();
    drop(agent);
    let server = home.serve();
    drop(door.next());
    drop(door.next());
    until(&home, &server, |now| now["working"] == false);
    let said = texts(&session(&home, &["log", "1"]));
    let told: Vec<_> = said.iter().filter(|text| text.contains("I was told")).collect();
    assert_eq!(told.len(), 2, "the first turn was continued, the second took what waited: {said:#?}");
    assert!(told[0].contains("one") && told[1].contains("three"), "in their order: {told:?}");
    session(&home, &["end", "1"]);
}

#[test]
fn a_turn_is_interrupted_and_the_session_goes_on() {
    let (home, door) = garden();
    let server = home.serve();
    session(&home, &["start", "--message", "one", "--tool", "waiting"]);
    let agent = door.next();
    session(&home, &["interrupt", "1"]);
    let idle = until(&home, &server, |now| now["working"] == false);
    assert_eq!((&idle["state"], &idle["error"]), (&json!("idle"), &Value::Null), "it was asked for");
    drop(agent);
    session(&home, &["send", "1", "two"]);
    drop(door.next());
    until(&home, &server, |now| now["working"] == false);
    let refused = home.waybill(&["-p", "garden", "run", "cancel", "1", "--json"]).error(4);
    assert!(refused["message"].as_str().is_some_and(|text| text.contains("session 1")), "{refused}");
    let filed = session(&home, &["promote", "1", "--title", "From a talk"]);
    assert_eq!(filed["issue"]["number"], 2, "it is filed and bound");
    assert_eq!(session(&home, &["unbind", "1"])["issue"], Value::Null);
    assert_eq!(session(&home, &["bind", "1", "1"])["issue"]["number"], 1);
    session(&home, &["end", "1"]);
    let issue = home.json(&["-p", "garden", "issue", "show", "1"]);
    assert_eq!(issue["status"], "open", "a pointer moved, and nothing else");
    home.waybill(&["-p", "garden", "session", "send", "1", "three", "--json"]).error(4);
}

#[test]
fn an_agent_without_network_reaches_the_tools() {
    let (home, _door) = garden();
    let command = hired(&format!("comment {}", env!("CARGO_BIN_EXE_waybill")));
    home.json(&["tool", "add", "inside", "--command", &command, "--prompt", "stdin"]);
    home.json(&["-p", "garden", "project", "set", "network=none"]);
    session(&home, &["start", "--issue", "1", "--tool", "inside", "--wait"]);
    let issue = home.json(&["-p", "garden", "issue", "show", "1"]);
    let said =
        issue["updates"].to_string() + &home.waybill(&["-p", "garden", "issue", "show", "1"]).ok().stdout;
    assert!(said.contains("From inside."), "it came out of the sandbox: {said}");
    let log = texts(&session(&home, &["log", "1"])).join("\n");
    assert!(log.contains("2 answers; the token is •••"), "its token is no text for a log: {log}");
    session(&home, &["end", "1"]);
}
