use std::sync::Arc;

use serde_json::json;
use waybill_domain::agent::{AgentEvent, HeldBackKind};

use super::{MAX_RAW, MAX_TOOL_INPUT, MAX_TOOL_OUTPUT, Reader, bounded, shorten};
use crate::agents::fixtures::turn;
use crate::agents::{Exit, Mask, Tool, claude, custom};

const SECRET: &str = "sk-very-secret-0123456789";

fn masked(parser: Box<dyn crate::agents::StreamParser>) -> Reader {
    Reader::new(parser, Arc::new(Mask::new([("API_KEY", SECRET)])))
}

#[test]
fn a_secret_is_hidden_wherever_an_agent_puts_it() {
    let mut reader = masked(custom::parser("mine", &turn()));
    let mut events = Vec::new();
    for line in [
        format!("plain {SECRET}"),
        json!({ "type": "text", "text": SECRET }).to_string(),
        json!({ "type": "thinking", "text": SECRET }).to_string(),
        json!({ "type": "tool_call", "id": "1", "name": "sh", "input": { SECRET: [{ "deep": SECRET }] } })
            .to_string(),
        json!({ "type": "tool_result", "id": "1", "ok": true, "output": SECRET }).to_string(),
        json!({ "type": "file_changed", "path": SECRET, "kind": "added" }).to_string(),
        json!({ "type": "error", "kind": "crash", "message": SECRET }).to_string(),
        json!({ "type": "raw", "text": SECRET }).to_string(),
        json!({ "type": "finished", "ok": false, "summary": SECRET }).to_string(),
    ] {
        events.extend(reader.line(&line));
    }
    events.extend(reader.stderr_line(SECRET));
    let (rest, outcome) = reader.end(Exit::code(1));
    events.extend(rest);
    let kept = format!("{} {outcome:?}", serde_json::to_string(&events).unwrap());
    assert!(!kept.contains(SECRET), "this would be stored and shown: {kept}");
    let told = events
        .iter()
        .filter(|event| matches!(event, AgentEvent::HeldBack { kind: HeldBackKind::Secret, .. }));
    assert_eq!(told.count(), 1, "the run page says it once and not ten times");
}

#[test]
fn a_secret_in_pieces_of_text_is_hidden_as_well() {
    let mut reader = masked(Tool::built_in(claude::NAME).unwrap().adapter().parser(&turn()));
    let delta = |text: &str| {
        let event = json!({ "type": "content_block_delta", "index": 0, "delta": { "type": "text_delta", "text": text } });
        json!({ "type": "stream_event", "event": event, "parent_tool_use_id": null }).to_string()
    };
    let mut events = reader.line(&delta(&format!("{}\nthe key is {}", "x".repeat(90), &SECRET[..9])));
    events.extend(reader.line(&delta(&format!("{} and so on\n", &SECRET[9..]))));
    events.extend(reader.end(Exit::code(0)).0);
    let text: String = events
        .iter()
        .filter_map(|event| match event {
            AgentEvent::Text { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    assert!(text.ends_with("the key is ••• and so on\n"), "{text}");
}

#[test]
fn a_secret_on_the_edge_of_a_cut_leaves_no_half() {
    let mut reader = masked(custom::parser("mine", &turn()));
    let line = format!("{}{SECRET}{}", "a".repeat(MAX_RAW / 2 - 5), "b".repeat(MAX_RAW));
    let events = reader.stderr_line(&line);
    let AgentEvent::Raw { text } = &events[0] else { panic!("a line of standard error is raw") };
    assert!(!text.contains(&SECRET[..5]), "the beginning of the secret is left: {text}");
}

#[test]
fn what_is_large_keeps_its_beginning_and_its_end() {
    let long: String = (0..MAX_TOOL_OUTPUT).map(|_| "äb").collect();
    let short = shorten(&long, MAX_TOOL_OUTPUT);
    assert!(short.chars().count() < MAX_TOOL_OUTPUT + 50, "a log of megabytes is not stored");
    assert!(
        short.starts_with("äb") && short.ends_with("äb") && short.contains("20000 characters left out"),
        "{short:.40}"
    );
    assert_eq!(shorten("kurz", 4), "kurz");
    let many: serde_json::Value = (0..MAX_TOOL_INPUT).map(|n| json!(n)).collect();
    assert!(bounded(many).is_string(), "an input of many small parts is cut as a whole");
}

#[test]
fn the_first_refusal_opens_the_time_for_retries_and_no_other_prolongs_it() {
    let adapter = Tool::built_in("codex").unwrap().adapter();
    let mut reader = Reader::new(adapter.parser(&turn()), Arc::new(Mask::none()));
    let retry = r#"{"type":"error","message":"Reconnecting... waiting for network (Connection failed)"}"#;
    let progress = [retry, retry, retry, r#"{"type":"turn.started"}"#, retry].map(|line| {
        reader.line(line);
        reader.progressed()
    });
    assert_eq!(
        progress,
        [true, false, false, true, true],
        "else an unreachable model would never be given up"
    );
}
