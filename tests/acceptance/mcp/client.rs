//! Waybill's tools, used by a client that is not ours, over both transports: the Python SDK, in both generations of the
//! protocol; on Windows the TypeScript SDK, which knows one.

use super::{garden, start};
#[cfg(unix)]
use crate::support::peers;
use crate::support::{Home, Process, Served};
use serde_json::{Value, json};
use std::io::Write as _;
use std::process::{Command, Stdio};

/// The generations of the protocol that the client speaks: one begins with `initialize`, the other with any request.
const GENERATIONS: &[(&str, &str)] = &[
    ("legacy", "2025-11-25"),
    #[cfg(unix)]
    ("2026-07-28", "2026-07-28"),
];

/// The client that is not ours.
#[cfg(unix)]
fn sdk(home: &Home) -> Command {
    let folder = peers().join("mcp");
    let python = folder.join(".venv/bin/python");
    assert!(python.exists(), "the client is not installed: run `cargo xtask test`");
    let mut command = Command::new(python);
    home.environment(&mut command);
    command.arg(folder.join("client.py")).current_dir(home.root());
    command
}

#[cfg(windows)]
fn sdk(home: &Home) -> Command {
    crate::support::node(home, "agents/mcp_tools.mjs")
}

/// Asks the independent client to list the tools and to call some.
fn client(home: &Home, mut asked: Value, calls: &[(&str, Value)]) -> Value {
    let mut command = sdk(home);
    command.stdin(Stdio::piped());
    asked["calls"] = calls.iter().map(|(name, arguments)| json!([name, arguments])).collect();
    let mut process = Process::start(command);
    let mut stdin = process.stdin.take().expect("standard input is piped");
    stdin.write_all(asked.to_string().as_bytes()).expect("it is asked");
    drop(stdin);
    process.output().json()
}

fn over_http(server: &Served, mode: &str, token: &str) -> Value {
    let url = format!("http://{}/mcp", server.host());
    json!({"transport": "http", "url": url, "mode": mode, "token": token})
}

fn over_stdio(mode: &str, token: Option<&str>) -> Value {
    let waybill = std::path::absolute(env!("CARGO_BIN_EXE_waybill")).expect("a path");
    let command = json!([waybill, "mcp"]);
    json!({"transport": "stdio", "command": command, "mode": mode, "token": token})
}

#[test]
fn an_independent_client_lists_and_calls_every_tool_of_an_agent() {
    let (home, server, door) = garden();
    start(&home);
    let agent = door.next();
    let review = json!({"pass": true, "feedback": "Wet.", "findings": []});
    let calls = [
        ("issue", json!({"action": "get"})),
        ("issue", json!({"action": "search", "query": "roses"})),
        ("todo", json!({"action": "set", "steps": ["fetch water", "pour"]})),
        ("todo", json!({"action": "done", "todo": "fetch water"})),
        ("checkpoint", json!({"reason": "May I go on?"})),
        ("ask", json!({"question": "Warm or cold?", "choices": ["warm", "cold"]})),
        ("form", json!({"title": "How much?", "fields": [{"name": "litres", "kind": "number"}]})),
        ("submit", json!({"contract": "review", "answer": review})),
        ("submit", json!({"contract": "review", "answer": {"pass": "yes"}})),
        ("run", json!({"action": "list"})),
    ];
    for &(mode, version) in GENERATIONS {
        for asked in [over_http(&server, mode, &agent.token), over_stdio(mode, Some(&agent.token))] {
            let told = client(&home, asked.clone(), &calls);
            assert_eq!(told["version"], version, "the generation that the client speaks: {asked}");
            assert_eq!(told["tools"], json!(["issue", "todo", "checkpoint", "ask", "form", "submit"]));
            let results = told["results"].as_array().expect("a result a call");
            let failed: Vec<_> = results.iter().map(|result| result["error"] == true).collect();
            let expected = [false, false, false, false, false, false, false, false, true, true];
            assert_eq!(failed, expected, "{asked}: {results:#?}");
            assert_eq!(results[0]["answer"]["title"], "Water the roses", "the issue that it works on");
            assert_eq!(results[1]["answer"]["items"][0]["number"], 1, "is found");
            assert_eq!(results[3]["answer"]["steps"][0]["status"], "completed");
            let mended = results[8]["answer"].as_str().expect("an error is a text");
            assert!(mended.contains("feedback: it is missing"), "it says how to mend the answer: {mended}");
        }
    }
    let session = home.json(&["-p", "garden", "session", "show", "1"]);
    assert_eq!(session["open_questions"], 3, "what is asked again while it waits is asked once");
    home.json(&["-p", "garden", "session", "end", "1"]);
}

#[test]
fn the_operators_own_client_works_the_tracker_without_a_token() {
    let (home, server, _door) = garden();
    let calls = [
        ("issue", json!({"action": "create", "title": "Cut the hedge", "project": "garden"})),
        ("issue", json!({"action": "list", "project": "garden"})),
        ("todo", json!({"action": "add", "number": 2, "content": "find the shears", "project": "garden"})),
        ("inbox", json!({})),
        ("run", json!({"action": "list", "project": "garden"})),
        ("session", json!({"action": "list", "project": "garden"})),
    ];
    let (first, last) = (GENERATIONS[0], GENERATIONS[GENERATIONS.len() - 1]);
    for (index, asked) in
        [over_http(&server, first.0, &server.token), over_stdio(last.0, None)].into_iter().enumerate()
    {
        let told = client(&home, asked, &calls);
        assert_eq!(told["tools"], json!(["issue", "todo", "inbox", "run", "session"]));
        let results = told["results"].as_array().expect("a result a call");
        assert!(results.iter().all(|result| result["error"] == false), "{results:#?}");
        assert_eq!(results[0]["answer"]["created"]["number"], 2 + index, "the same tracker for both");
    }
    let shown = home.json(&["-p", "garden", "mcp", "--print-config", "claude"]);
    let config: Value = serde_json::from_str(shown["content"].as_str().expect("a text")).expect("JSON");
    assert_eq!(config["mcpServers"]["waybill"]["args"], json!(["--project", "garden", "mcp"]));
}
