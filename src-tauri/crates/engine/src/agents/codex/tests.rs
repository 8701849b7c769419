use std::path::Path;

use serde_json::json;
use waybill_domain::agent::{AgentEvent, ChangeKind, Usage};

use super::Codex;
use crate::agents::fixtures::{SESSION, read, read_failure, read_until, turn};
use crate::agents::turn::Doing;
use crate::agents::{Adapter as _, Exit, KeySource, Place, Stop, Turn};

#[test]
fn a_job_reads_as_what_happened_and_nothing_twice() {
    let read = read("codex-job", &Turn { model: Some("scripted".to_owned()), ..turn() });
    let text = |text: &str| AgentEvent::Text { text: text.to_owned(), delta: false };
    let shell = |id: &str, command: &str| AgentEvent::ToolCall {
        id: id.to_owned(),
        name: "command_execution".to_owned(),
        input: json!({ "command": command }),
    };
    let result = |id: &str, ok, output: &str| AgentEvent::ToolResult {
        id: id.to_owned(),
        ok,
        output: output.to_owned(),
    };
    assert_eq!(read.events, [
        AgentEvent::SessionStarted {
            agent_session_id: Some(SESSION.to_owned()),
            model: Some("scripted".to_owned()),
        },
        AgentEvent::Note {
            text: "Model metadata for `scripted` not found. Defaulting to fallback metadata; this can degrade \
                   performance and cause issues."
                .to_owned(),
        },
        AgentEvent::Thinking { text: "The greeting belongs into a file of its own.".to_owned() },
        text("I will look around first.\nThen I write the greeting."),
        shell("item_3", "/bin/bash -lc 'cat missing-file.txt'"),
        result("item_3", false, "cat: missing-file.txt: No such file or directory\n"),
        text("There is none yet."),
        AgentEvent::ToolCall {
            id: "item_5".to_owned(),
            name: "file_change".to_owned(),
            input: json!({ "changes": [{ "path": "/workspace/greeting.txt", "kind": "add" }] }),
        },
        result("item_5", true, ""),
        AgentEvent::FileChanged { path: "greeting.txt".to_owned(), kind: ChangeKind::Added },
        shell("item_6", "/bin/bash -lc \"printf 'one\\\\n' > by-shell.txt && cat greeting.txt by-shell.txt\""),
        result("item_6", true, "hello\none\n"),
        text("The greeting is written, and a second file beside it."),
        AgentEvent::Usage(Usage {
            input_tokens: 4800,
            output_tokens: 168,
            cache_read_tokens: 1200,
            cache_write_tokens: 0,
            cost_usd: None,
        }),
        AgentEvent::Finished {
            ok: true,
            summary: "The greeting is written, and a second file beside it.".to_owned(),
            agent_session_id: Some(SESSION.to_owned()),
        },
    ]);
    assert!(read.outcome.ok);
}

#[test]
fn a_resumed_turn_is_charged_for_itself_alone() {
    let earlier = read("codex-job", &turn()).outcome.usage;
    let resumed = Turn { resume: Some(SESSION.to_owned()), earlier, ..turn() };
    let usage = read("codex-resume", &resumed).outcome.usage;
    assert_eq!(
        (usage.input_tokens, usage.output_tokens, usage.cache_read_tokens),
        (2400, 84, 600),
        "the stream counts the whole thread; the first turn was paid for already"
    );
    assert_eq!(usage.cost_usd, None, "it tells no cost, and unknown is not zero");
}

#[test]
fn each_failure_of_the_real_program_has_its_kind_and_a_plain_sentence() {
    for (stream, kind, words) in [
        ("codex-401", "auth", "the key or login is not valid"),
        ("codex-403", "auth", "You are not allowed to use this model"),
        ("codex-429", "rate_limit", "rate limit"),
        ("codex-500", "overloaded", "high demand"),
        ("codex-529", "overloaded", "overloaded"),
        ("codex-context", "context_length", "ran out of the model's context"),
        ("codex-badsse", "network", "stream disconnected"),
        ("codex-terminated", "crash", "ended by signal 15"),
    ] {
        let read = read_failure(stream, kind, words);
        assert!(read.raw().is_empty(), "{stream} has no line that is not understood: {:?}", read.raw());
    }
}

#[test]
fn an_unreachable_model_is_given_up_although_the_program_never_ends() {
    let exit = Exit::signal(15).stopped_by(Stop::Silence);
    let read = read_until("codex-unreachable", &turn(), usize::MAX, Some(exit));
    assert_eq!(read.failure().0, "network", "the stop is not the cause: {}", read.failure().1);
    let mut parser = Codex.parser(&turn());
    parser.line(r#"{"type":"error","message":"Reconnecting... waiting for network (Connection failed)"}"#);
    assert_eq!(parser.doing(), Doing::Retrying);
    assert!(Doing::Retrying.patience() < Doing::Thinking.patience(), "retries end sooner than thoughts");
}

#[test]
fn a_provider_that_is_busy_once_does_not_fail_the_turn() {
    let read = read("codex-busy-once", &turn());
    assert!(read.events.contains(&AgentEvent::RateLimited { retry_after: None }), "the wait is shown");
    assert!(read.outcome.ok, "an error line while reconnecting is only a warning");
}

#[test]
fn a_session_that_is_gone_is_told_apart_so_that_the_turn_can_be_replayed() {
    let resumed = Turn { resume: Some(SESSION.to_owned()), ..turn() };
    assert!(read("codex-resume-unknown", &resumed).outcome.session_lost);
}

#[test]
fn a_running_command_is_given_more_time_than_a_silent_model() {
    let mut parser = Codex.parser(&turn());
    parser.line(r#"{"type":"item.started","item":{"id":"a","type":"command_execution","command":"make"}}"#);
    assert_eq!(parser.doing(), Doing::RunningTool);
    parser.line(r#"{"type":"item.completed","item":{"id":"a","type":"command_execution","command":"make","exit_code":0}}"#);
    assert_eq!(parser.doing(), Doing::Thinking);
}

#[test]
fn calls_of_other_servers_and_plans_are_shown() {
    let mut parser = Codex.parser(&turn());
    let call = json!({ "type": "item.completed", "item": {
        "id": "a", "type": "mcp_tool_call", "server": "w", "tool": "issue", "arguments": { "n": 1 },
        "result": { "content": [{ "type": "text", "text": "found" }] }, "error": null, "status": "completed" } });
    assert_eq!(
        parser.line(&call.to_string()),
        [
            AgentEvent::ToolCall { id: "a".to_owned(), name: "w.issue".to_owned(), input: json!({ "n": 1 }) },
            AgentEvent::ToolResult { id: "a".to_owned(), ok: true, output: "found".to_owned() },
        ]
    );
    for line in [r#"{"type":"item.completed","item":{"type":"news"}}"#, r#"{"type":"news"}"#, "words"] {
        assert_eq!(parser.line(line), [AgentEvent::Raw { text: line.to_owned() }], "the unknown is kept");
    }
}

#[test]
fn the_prompt_and_the_key_are_never_arguments() {
    let turn = Turn {
        prompt: "secret plans".to_owned(),
        system_prompt: Some("be \"brief\"\nand \u{7f}plain".to_owned()),
        model: Some("gpt".to_owned()),
        resume: Some(SESSION.to_owned()),
        key: KeySource::Stored { secret: "my-openai-key".to_owned() },
        base_url: Some("http://127.0.0.1:9/".to_owned()),
        ..turn()
    };
    let invocation = Codex.invocation(&turn).unwrap();
    assert_eq!(
        invocation.args,
        [
            "exec",
            "resume",
            "--json",
            "--skip-git-repo-check",
            "--dangerously-bypass-approvals-and-sandbox",
            SESSION,
            "-"
        ]
    );
    assert_eq!(invocation.stdin.as_deref(), Some(&b"secret plans"[..]));
    assert_eq!(invocation.secret_env, [("CODEX_API_KEY".to_owned(), "my-openai-key".to_owned())]);
    let file = &invocation.files[0];
    assert_eq!((file.place, file.path.as_path()), (Place::Home, Path::new(".codex/config.toml")));
    let toml = String::from_utf8(file.contents.clone()).unwrap();
    assert!(toml.contains(r#"developer_instructions = "be \"brief\"\nand \u007fplain""#), "{toml}");
    assert!(
        toml.contains(r#"base_url = "http://127.0.0.1:9/v1""#)
            && toml.contains(r#"env_key = "CODEX_API_KEY""#)
    );
}
