use proptest::prelude::*;
use serde_json::{Value, json};
use waybill_domain::agent::{AgentEvent, ErrorKind, Usage};

use super::stream::AcpStream;
use crate::agents::fixtures::turn;
use crate::agents::turn::Doing;
use crate::agents::{Exit, StreamParser, Turn};

/// A turn in which the agent has been greeted and has opened a session.
fn at_work(turn: &Turn) -> AcpStream {
    let mut stream = AcpStream::new("mine", turn);
    tell(&mut stream, &json!({ "id": 1, "result": { "protocolVersion": 1 } }));
    tell(&mut stream, &json!({ "id": 2, "result": { "sessionId": "s" } }));
    stream.replies();
    stream
}

fn tell(stream: &mut AcpStream, message: &Value) -> Vec<AgentEvent> {
    let mut message = message.clone();
    message["jsonrpc"] = json!("2.0");
    stream.line(&message.to_string())
}

fn update(stream: &mut AcpStream, update: &Value) -> Vec<AgentEvent> {
    tell(stream, &json!({ "method": "session/update", "params": { "sessionId": "s", "update": update } }))
}

fn said(stream: &mut AcpStream) -> Vec<Value> {
    let words = String::from_utf8(stream.replies()).unwrap();
    words.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn an_agent_of_another_version_is_refused() {
    let mut stream = AcpStream::new("mine", &turn());
    assert_eq!(said(&mut stream)[0]["params"]["protocolVersion"], 1);
    tell(&mut stream, &json!({ "id": 1, "result": { "protocolVersion": 2 } }));
    assert!(stream.is_over(), "nothing more is asked of it");
    let (_, outcome) = stream.end(Exit::code(0));
    assert!(outcome.failure.unwrap().sentence.contains("version 2"));
}

#[test]
fn what_was_not_offered_is_refused_and_what_is_not_known_is_kept() {
    let mut stream = at_work(&turn());
    let asked = json!({ "id": "a", "method": "fs/read_text_file", "params": { "path": "/etc/passwd" } });
    assert!(
        matches!(tell(&mut stream, &asked)[..], [AgentEvent::Raw { .. }]),
        "the reader sees that it tried"
    );
    assert_eq!(said(&mut stream)[0]["error"]["code"], -32601);
    for line in [r#"{"id":99,"result":{}}"#, r#"{"method":"news"}"#, "plain words", "{broken", "[1]", "null"]
    {
        assert_eq!(stream.line(line), [AgentEvent::Raw { text: line.to_owned() }]);
    }
    assert!(matches!(update(&mut stream, &json!({ "sessionUpdate": "news" }))[..], [AgentEvent::Raw { .. }]));
    assert!(!stream.is_over(), "and ends nothing");
}

#[test]
fn permission_is_given_once_where_that_can_be_chosen() {
    let mut stream = at_work(&turn());
    let option = |id: &str, kind: &str| json!({ "optionId": id, "name": id, "kind": kind });
    let mut ask = |options: Value| {
        let call = json!({ "toolCallId": "c" });
        let params = json!({ "sessionId": "s", "toolCall": call, "options": options });
        tell(&mut stream, &json!({ "id": 7, "method": "session/request_permission", "params": params }));
        said(&mut stream)[0]["result"]["outcome"].clone()
    };
    let all = [option("n", "reject_once"), option("a", "allow_always"), option("y", "allow_once")];
    assert_eq!(ask(json!(all)), json!({ "outcome": "selected", "optionId": "y" }));
    assert_eq!(ask(json!([option("a", "allow_always")]))["optionId"], "a");
    assert_eq!(ask(json!([option("n", "reject_once")])), json!({ "outcome": "cancelled" }));
}

#[test]
fn a_call_is_told_when_it_runs_and_a_long_one_is_given_time() {
    let mut stream = at_work(&turn());
    let call = json!({ "sessionUpdate": "tool_call", "toolCallId": "c", "title": "bash", "rawInput": {} });
    assert!(update(&mut stream, &call).is_empty(), "its input is not known yet");
    let begun = json!({ "sessionUpdate": "tool_call_update", "toolCallId": "c", "status": "in_progress",
        "rawInput": { "command": "make" } });
    let input = json!({ "command": "make" });
    let told = AgentEvent::ToolCall { id: "c".to_owned(), name: "bash".to_owned(), input };
    assert_eq!(update(&mut stream, &begun), [told]);
    assert!(update(&mut stream, &begun).is_empty(), "and not twice");
    assert_eq!(stream.doing(), Doing::RunningTool);
    let ended = json!({ "sessionUpdate": "tool_call_update", "toolCallId": "c", "status": "failed" });
    let result = AgentEvent::ToolResult { id: "c".to_owned(), ok: false, output: String::new() };
    assert_eq!(update(&mut stream, &ended), [result]);
    assert_eq!(stream.doing(), Doing::Thinking);
}

#[test]
fn an_agent_without_choices_works_with_its_own_model_and_says_so() {
    let mut stream = AcpStream::new("mine", &Turn { model: Some("large".to_owned()), ..turn() });
    tell(&mut stream, &json!({ "id": 1, "result": { "protocolVersion": 1 } }));
    let begun = tell(&mut stream, &json!({ "id": 2, "result": { "sessionId": "s" } }));
    let note = "mine does not let 'large' be chosen; it uses its own.".to_owned();
    assert_eq!(begun[1], AgentEvent::Note { text: note });
    let done = json!({ "id": 3, "result": { "stopReason": "end_turn",
        "usage": { "inputTokens": 5, "outputTokens": 7, "thoughtTokens": 1, "totalTokens": 13 } } });
    let usage = Usage { input_tokens: 5, output_tokens: 8, ..Usage::default() };
    assert_eq!(tell(&mut stream, &done), [AgentEvent::Usage(usage)], "unknown money is not zero");
    assert!(stream.end(Exit::signal(15)).1.ok, "an end after the answer is no failure");
}

#[test]
fn an_early_end_has_its_reason() {
    for (reason, kind) in [("max_tokens", ErrorKind::ContextLength), ("refusal", ErrorKind::Crash)] {
        let mut stream = at_work(&turn());
        tell(&mut stream, &json!({ "id": 3, "result": { "stopReason": reason } }));
        assert_eq!(stream.end(Exit::code(0)).1.failure.unwrap().kind, kind, "{reason}");
    }
    let mut silent = at_work(&turn());
    assert_eq!(
        silent.end(Exit::code(0)).1.failure.unwrap().kind,
        ErrorKind::Crash,
        "no answer is no success"
    );
}

proptest! {
    #[test]
    fn no_output_breaks_the_parser(lines in prop::collection::vec(
        prop_oneof![
            ".*",
            (0u8..5, "(result|error|method|params)", "[a-z_/]*")
                .prop_map(|(id, key, word)| json!({ "id": id, key: { "code": 1, "message": word } }).to_string()),
        ], 0..20)) {
        let mut stream = AcpStream::new("mine", &turn());
        for line in &lines {
            stream.line(line);
        }
        stream.end(Exit::code(0));
    }
}
