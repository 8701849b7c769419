//! The protocol's own judges of a server: its conformance suite, and its inspector from the command line.

use crate::support::{Door, Home, Output, Served, node, peers};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::process::Command;

/// The suite's server scenarios that speak of what Waybill's server does not have, with the reason.
const DOES_NOT_APPLY: [(&str, &[&str]); 6] = [
    (
        "they call a tool of the suite's own example server",
        &[
            "tools-call-simple-text",
            "tools-call-image",
            "tools-call-audio",
            "tools-call-embedded-resource",
            "tools-call-mixed-content",
            "tools-call-error",
            "json-schema-2020-12",
        ],
    ),
    (
        "no call takes so long that it would report its progress or log",
        &["logging-set-level", "tools-call-with-logging", "tools-call-with-progress"],
    ),
    (
        "nothing is asked of the client: who is asked is the operator, by the tools `ask` and `form`",
        &[
            "tools-call-sampling",
            "tools-call-elicitation",
            "elicitation-sep1034-defaults",
            "elicitation-sep1330-enums",
        ],
    ),
    (
        "what there is to read is read by the tools: there are no resources",
        &[
            "resources-read-text",
            "resources-read-binary",
            "resources-templates-read",
            "resources-subscribe",
            "resources-unsubscribe",
        ],
    ),
    (
        "what agents are told they are told with their work: there are no prompts",
        &[
            "prompts-get-simple",
            "prompts-get-with-args",
            "prompts-get-embedded-resource",
            "prompts-get-with-image",
        ],
    ),
    (
        "each call is answered at once, so that the server keeps neither sessions nor streams",
        &["server-sse-polling", "server-sse-multiple-streams"],
    ),
];

/// Every other one; they pass.
const APPLIES: [&str; 7] = [
    "completion-complete",
    "dns-rebinding-protection",
    "ping",
    "prompts-list",
    "resources-list",
    "server-initialize",
    "tools-list",
];

/// One of the judges.
fn judge(home: &Home, script: &str) -> Command {
    assert!(
        peers().join("mcp").join(script).exists(),
        "the judges are not installed: run `cargo xtask test`"
    );
    node(home, &format!("mcp/{script}"))
}

/// A project with an issue, a server, and the door for its agents.
fn garden() -> (Home, Served, Door) {
    let home = Home::new();
    home.project("garden", &[("roses", "dry\n")]);
    home.consent("garden");
    home.json(&["-p", "garden", "issue", "new", "--title", "Water the roses"]);
    home.json(&["-p", "garden", "issue", "todo", "1", "add", "pour"]);
    let door = Door::open(&home);
    let server = home.serve();
    (home, server, door)
}

#[test]
fn the_protocols_conformance_suite_passes_where_it_applies() {
    let (home, server, _door) = garden();
    let folder = home.root().join("conformance");
    let mut suite = judge(&home, "conformance.mjs");
    suite.args([&format!("http://{}/mcp", server.host()), &server.token]).arg(&folder);
    let told = Output::of(suite).json();
    let told: BTreeMap<String, Value> = serde_json::from_value(told).expect("a result a scenario");
    let holds =
        |result: &Value| result["failed"] == 0 && result["passed"].as_u64().is_some_and(|passed| passed > 0);
    let passed: Vec<&str> =
        told.iter().filter(|(_, result)| holds(result)).map(|(name, _)| name.as_str()).collect();
    assert_eq!(passed, APPLIES, "what applies passes, and nothing else: {told:#?}");
    let mut left: Vec<&str> =
        told.keys().map(String::as_str).filter(|name| !APPLIES.contains(name)).collect();
    let mut reasoned: Vec<&str> =
        DOES_NOT_APPLY.iter().flat_map(|(_, names)| names.iter().copied()).collect();
    left.sort_unstable();
    reasoned.sort_unstable();
    assert_eq!(left, reasoned, "no scenario is left out without a reason");
}

/// What the inspector is told to reach the server by.
enum Way<'a> {
    Http(&'a Served),
    Stdio(&'a Home),
}

/// Asks the inspector for one thing, as the agent with this token.
fn inspect(home: &Home, way: &Way<'_>, token: &str, asked: &[&str]) -> Value {
    let mut inspector =
        judge(home, "node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js");
    inspector.arg("--cli");
    match way {
        Way::Http(server) => {
            inspector.arg(format!("http://{}/mcp", server.host())).args(["--transport", "http"]);
            inspector.arg("--header").arg(format!("Authorization: Bearer {token}")).args(asked);
        }
        Way::Stdio(home) => {
            inspector.args(["--transport", "stdio"]).args(asked);
            // It hands its servers no environment but this.
            let mut set = Command::new("waybill");
            home.environment(&mut set);
            for (name, value) in set.get_envs() {
                let value = value.unwrap_or_default().to_string_lossy();
                inspector.arg("-e").arg(format!("{}={value}", name.to_string_lossy()));
            }
            inspector.arg("-e").arg(format!("WAYBILL_TOKEN={token}"));
            let waybill = std::path::absolute(env!("CARGO_BIN_EXE_waybill")).expect("a path");
            inspector.arg("--").arg(waybill).arg("mcp");
        }
    }
    Output::of(inspector).json()
}

#[test]
fn the_inspector_lists_and_calls_every_tool_of_an_agent_over_both_transports() {
    let (home, server, door) = garden();
    home.json(&["-p", "garden", "session", "start", "--issue", "1", "--tool", "waiting"]);
    let agent = door.next();
    let review = json!({"pass": true, "feedback": "Wet.", "findings": []});
    let fields = json!([{"name": "litres", "label": "Litres", "kind": "number"}]);
    let calls: [(&str, &[String]); 6] = [
        ("issue", &["action=get".to_owned()]),
        ("todo", &["action=start".to_owned(), "todo=pour".to_owned()]),
        ("checkpoint", &["reason=May I go on?".to_owned()]),
        ("ask", &["question=Warm or cold?".to_owned(), format!("choices={}", json!(["warm", "cold"]))]),
        ("form", &["title=How much?".to_owned(), format!("fields={fields}")]),
        ("submit", &["contract=review".to_owned(), format!("answer={review}")]),
    ];
    for way in [Way::Http(&server), Way::Stdio(&home)] {
        // Strict: no schema that some model's provider would refuse.
        let listed = inspect(&home, &way, &agent.token, &["--method", "tools/list", "--strict"]);
        let tools = listed["tools"].as_array().expect("tools");
        let names: Vec<_> = tools.iter().map(|tool| tool["name"].as_str().unwrap_or_default()).collect();
        assert_eq!(names, calls.each_ref().map(|(name, _)| *name), "every tool of an agent");
        for (tool, arguments) in calls {
            let mut asked = vec!["--method", "tools/call", "--tool-name", tool];
            for argument in arguments {
                asked.extend(["--tool-arg", argument]);
            }
            let told = inspect(&home, &way, &agent.token, &asked);
            assert_ne!(told["isError"], true, "{tool}: {told}");
        }
    }
    let session = home.json(&["-p", "garden", "session", "show", "1"]);
    assert_eq!(session["open_questions"], 3, "what is asked again while it waits is asked once");
    home.json(&["-p", "garden", "session", "end", "1"]);
}
