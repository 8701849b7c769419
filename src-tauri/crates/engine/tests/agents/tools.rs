//! Handing Waybill's tools to each program: it starts the server, shows the token, lists the tools and calls one.

use std::path::PathBuf;

use serde_json::{Value, json};
use waybill_domain::agent::AgentEvent;
use waybill_engine::agents::custom::{PromptBy, Template};
use waybill_engine::agents::tool_access::Token;
use waybill_engine::agents::{Invocation, Tool, ToolAccess, Turn};

use crate::desk::{Desk, Model, never, tests_folder};

/// The agent calls the tool, whatever its program puts before the name, and says what it was answered.
const SCRIPT: &str = r#"{"scenarios": {"ask": {"turns": [
    [{"text": "I look."}, {"tool": {"name": "(^|_)issue$", "input": {"number": 42}}}],
    [{"text": "I have read it."}]
]}}}"#;

/// The tests' own server, made with the protocol's official SDK, and what it noted down.
struct Server {
    folder: tempfile::TempDir,
}

impl Server {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A model that has the tool called.
    fn model(&self) -> Model {
        let script = self.folder.path().join("script.json");
        std::fs::write(&script, SCRIPT).unwrap();
        Model::start(&script)
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("calls.jsonl")
    }

    /// The command with a word that has a space, a quote and a brace: no tool may lose or read anything in it.
    fn access(&self) -> ToolAccess {
        let server = tests_folder().join("peers/agents/mcp_server.mjs");
        let words = ["node".into(), server, self.log(), r#"odd "word" {x}"#.into()];
        let command = words.map(|word: PathBuf| word.to_string_lossy().into_owned()).into();
        ToolAccess { command, token: Token::generate() }
    }

    fn noted(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.log()).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

#[test]
fn claude_lists_and_calls_waybills_tools() {
    lists_and_calls("claude", None);
}

#[test]
fn codex_lists_and_calls_waybills_tools() {
    // With a model that it does not know it offers tools one by one, instead of one that takes a program.
    lists_and_calls("codex", Some("scripted"));
}

#[test]
fn opencode_lists_and_calls_waybills_tools() {
    lists_and_calls("opencode", None);
}

#[test]
fn pi_lists_and_calls_waybills_tools() {
    lists_and_calls("pi", None);
}

#[test]
fn an_agent_of_the_client_protocol_lists_and_calls_waybills_tools() {
    let server = Server::new();
    let peer = server.model();
    let (desk, turn) = crate::acp::opencode(&peer, "ask");
    uses_the_tools(&server, &peer, &desk, turn);
}

fn lists_and_calls(tool: &str, model: Option<&str>) {
    let (server, desk) = (Server::new(), Desk::new(tool));
    let peer = server.model();
    let turn = desk.turn("Read the issue.", peer.url("ask"));
    uses_the_tools(&server, &peer, &desk, Turn { model: model.map(str::to_owned), ..turn });
}

fn uses_the_tools(server: &Server, peer: &Model, desk: &Desk, turn: Turn) {
    let access = server.access();
    let turn = Turn { tool_access: Some(access.clone()), ..turn };
    token_is_not_in(&desk.tool.adapter().invocation(&turn).unwrap(), &access);
    let (events, outcome) = desk.run(&turn, never);
    assert!(outcome.ok, "{outcome:?}\n{events:#?}");
    server_was_used(server, &access);

    let called =
        |event: &&AgentEvent| matches!(event, AgentEvent::ToolCall { name, .. } if name.ends_with("issue"));
    let Some(AgentEvent::ToolCall { id: call, .. }) = events.iter().find(called) else {
        panic!("the call is shown: {events:#?}")
    };
    let answered = events.iter().any(|event| {
        matches!(event, AgentEvent::ToolResult { id, ok: true, output } if id == call && output.contains("Parcels are lost"))
    });
    assert!(answered, "and so is its answer: {events:#?}");
    let told = peer.requests().iter().any(|request| request["body"].to_string().contains("Parcels are lost"));
    assert!(told, "the model was sent what the tool answered");
    let files = desk.files_with(access.token.reveal());
    assert!(files.is_empty(), "the token belongs into no file: {files:?}");
}

#[test]
fn a_tool_of_ones_own_finds_the_server_in_a_file() {
    let client = tests_folder().join("peers/agents/mcp_client.mjs");
    let template = Template {
        name: "mine".to_owned(),
        command: format!("client '{}' --config {{mcp_config}}", client.display()),
        prompt: PromptBy::Stdin,
        key_variable: None,
    };
    let (server, desk) = (Server::new(), Desk::of(Tool::Custom(template)));
    let access = server.access();
    let turn = Turn {
        executable: "node".into(),
        tool_access: Some(access.clone()),
        ..desk.bare_turn("Read the issue.")
    };
    token_is_not_in(&desk.tool.adapter().invocation(&turn).unwrap(), &access);
    let (events, outcome) = desk.run(&turn, never);
    assert!(outcome.ok, "{outcome:?}\n{events:#?}");
    assert!(outcome.summary.contains("Parcels are lost"), "{outcome:?}");
    server_was_used(&server, &access);
    assert!(desk.files_with(access.token.reveal()).is_empty(), "the token belongs into no file");

    let without = desk.tool.adapter().invocation(&Turn { tool_access: None, ..turn }).unwrap();
    assert_eq!(without.args, [client.to_string_lossy()], "without tools the option goes as well");
}

fn token_is_not_in(invocation: &Invocation, access: &ToolAccess) {
    let said = format!("{invocation:?} {access:?}");
    assert!(!said.contains(access.token.reveal()), "no argument, file or message holds the token");
}

fn server_was_used(server: &Server, access: &ToolAccess) {
    let noted = server.noted();
    let started = noted.iter().find(|line| line["started"].is_array()).expect("the server was started");
    assert_eq!(started["started"], json!([access.command[3]]), "with the words that it was given");
    assert_eq!(started["token"], access.token.reveal(), "and the token in its environment");
    assert!(noted.iter().any(|line| line["listed"] == true), "the tools were listed: {noted:?}");
    let calls: Vec<&Value> = noted.iter().filter(|line| line["called"].is_string()).collect();
    assert_eq!(calls.len(), 1, "one call is one call: {noted:?}");
    assert_eq!((&calls[0]["called"], &calls[0]["input"]), (&json!("issue"), &json!({ "number": 42 })));
}

#[test]
fn a_server_that_does_not_start_is_told_where_the_program_tells_it() {
    for tool in ["claude", "codex", "pi"] {
        let server = Server::new();
        let (peer, desk) = (server.model(), Desk::new(tool));
        let command = vec!["/nowhere/waybill".to_owned(), "mcp".to_owned()];
        let access = ToolAccess { command, token: Token::generate() };
        let turn = Turn { tool_access: Some(access), ..desk.turn("Read the issue.", peer.url("ask")) };
        let (events, outcome) = desk.run(&turn, never);
        let noted = events.iter().any(|event| {
            matches!(event, AgentEvent::Note { text } if text.contains("could not start Waybill's tools"))
        });
        assert!(noted || !outcome.ok, "{tool} went on as if nothing was missing: {events:#?}");
    }
}
