//! A session with each real agent: it works its issue with Waybill's tools, asks, outlives Waybill, and is signed off.

use super::{CLAUDE, CODEX, Desk, OPENCODE, PI, search_path};
use crate::support::{Output, Served};
use serde_json::{Value, json};

#[test]
fn claude_works_its_issue_asks_and_is_signed_off() {
    converses(&CLAUDE);
}

#[test]
fn codex_works_its_issue_asks_and_is_signed_off() {
    converses(&CODEX);
}

#[test]
fn opencode_works_its_issue_asks_and_is_signed_off() {
    converses(&OPENCODE);
}

#[test]
fn pi_works_its_issue_asks_and_is_signed_off() {
    converses(&PI);
}

fn converses(agent: &super::Agent) {
    let desk = Desk::new(agent, "session");
    desk.home.json(&["-p", "parcels", "issue", "todo", "1", "add", "they arrive", "--criterion"]);
    let served = desk.serve();
    // A model that Codex does not know is offered the tools one by one, and not inside a program's.
    let model: &[&str] = if desk.agent == CODEX.name { &["--model", "scripted"] } else { &[] };
    ask(&desk, &[&["start", "--issue", "1", "--tool", desk.agent], model].concat());
    let paused = until_it_rests(&desk, &served);
    let said = desk.home.waybill(&["-p", "parcels", "run", "log", "1"]).stdout;
    assert_eq!((&paused["state"], &paused["error"]), (&json!("paused"), &Value::Null), "it asks: {said}");
    assert_eq!(paused["questions"][0]["text"], "Which colour?", "{paused:#}");
    let issue = desk.home.json(&["-p", "parcels", "issue", "show", "1"]);
    assert_eq!((&issue["status"], &issue["todos_done"]), (&json!("in_progress"), &json!(2)), "{issue:#}");
    served.kill();

    let served = desk.serve();
    ask(&desk, &["answer", "1", "the blue one"]);
    let paused = until_it_rests(&desk, &served);
    let last = paused["questions"].as_array().and_then(|all| all.last()).expect("a question");
    assert_eq!((&last["kind"], &last["state"]), (&json!("checkpoint"), &json!("open")), "{paused:#}");
    let asked = desk.model.requests();
    let told = asked.iter().rfind(|request| request.contains("the blue one")).expect("the answer is told");
    assert!(told.contains("I wait for the answer."), "in the same conversation: {told:.3000}");
    ask(&desk, &["answer", "1", "--sign-off"]);
    let issue = desk.home.json(&["-p", "parcels", "issue", "show", "1"]);
    assert_eq!(issue["status"], "resolved", "the sign-off resolves it");
    let rests = until_it_rests(&desk, &served);
    assert_eq!((&rests["state"], &rests["error"]), (&json!("idle"), &Value::Null), "{rests:#}");
    let events = desk.events();
    let sessions = events.iter().filter(|event| event["type"] == "session_started");
    let sessions: Vec<&Value> = sessions.map(|event| &event["agent_session_id"]).collect();
    assert!(
        sessions.len() == 3 && sessions.windows(2).all(|pair| pair[0] == pair[1]),
        "three turns of the tool's own one session: {sessions:?}"
    );
    ask(&desk, &["end", "1"]);
    served.ends_well();
    desk.key_is_nowhere();
}

/// Asks something of the session, with the agent's program on the path.
fn ask(desk: &Desk, arguments: &[&str]) -> Value {
    let all = [&["-p", "parcels", "session"], arguments, &["--json"]].concat();
    let mut command = desk.home.command(&all);
    command.env("PATH", search_path(desk.agent));
    Output::of(command).json()
}

fn until_it_rests(desk: &Desk, served: &Served) -> Value {
    let mut events = served.events(None);
    loop {
        let now = desk.home.json(&["-p", "parcels", "session", "show", "1"]);
        if now["working"] == false {
            return now;
        }
        events.changed("sessions");
    }
}
