use std::path::Path;

use serde_json::json;
use waybill_domain::agent::{AgentEvent, ChangeKind, Usage};

use super::Pi;
use crate::agents::fixtures::{SESSION, read, read_failure, read_until, turn};
use crate::agents::turn::Doing;
use crate::agents::{Adapter as _, Exit, KeySource, Place, Stop, Turn};

#[test]
fn a_job_reads_as_what_happened_and_nothing_twice() {
    let read = read("pi-job", &turn());
    let text = |text: &str, delta| AgentEvent::Text { text: text.to_owned(), delta };
    let shell = |id: &str, command: &str| AgentEvent::ToolCall {
        id: id.to_owned(),
        name: "bash".to_owned(),
        input: json!({ "command": command }),
    };
    let result = |id: &str, ok, output: &str| AgentEvent::ToolResult {
        id: id.to_owned(),
        ok,
        output: output.to_owned(),
    };
    let usage = AgentEvent::Usage(Usage {
        input_tokens: 1200,
        output_tokens: 42,
        cache_read_tokens: 300,
        cache_write_tokens: 0,
        cost_usd: Some(0.007_41),
    });
    let calls: Vec<&str> = read
        .events
        .iter()
        .filter_map(|event| match event {
            AgentEvent::ToolCall { id, .. } => Some(id.as_str()),
            _ => None,
        })
        .collect();
    let missing = "cat: missing-file.txt: No such file or directory\n\n\nCommand exited with code 1";
    assert_eq!(
        read.events,
        [
            AgentEvent::SessionStarted { agent_session_id: Some(SESSION.to_owned()), model: None },
            AgentEvent::Thinking { text: "The greeting belongs into a file of its own.".to_owned() },
            text("I will look around first.\nThen I write the greeting.", true),
            usage.clone(),
            shell(calls[0], "cat missing-file.txt"),
            result(calls[0], false, missing),
            text("There is none yet.", true),
            usage.clone(),
            AgentEvent::ToolCall {
                id: calls[1].to_owned(),
                name: "write".to_owned(),
                input: json!({ "path": "greeting.txt", "content": "hello\n" }),
            },
            result(calls[1], true, "Successfully wrote to greeting.txt"),
            AgentEvent::FileChanged { path: "greeting.txt".to_owned(), kind: ChangeKind::Modified },
            usage.clone(),
            shell(calls[2], "printf 'one\\n' > by-shell.txt && cat greeting.txt by-shell.txt"),
            result(calls[2], true, "hello\none\n"),
            text("The greeting is written, and a second file beside it.", true),
            usage,
            AgentEvent::Finished {
                ok: true,
                summary: "The greeting is written, and a second file beside it.".to_owned(),
                agent_session_id: Some(SESSION.to_owned()),
            },
        ]
    );
    assert_eq!(read.outcome.model.as_deref(), Some("gpt-5.5"), "the model is known once it has answered");
}

#[test]
fn each_failure_of_the_real_program_has_its_kind_although_it_exits_with_zero() {
    for (stream, kind, words) in [
        ("pi-401", "auth", "the key or login is not valid"),
        ("pi-403", "auth", "You are not allowed to use this model"),
        ("pi-429", "rate_limit", "rate limit"),
        ("pi-500", "overloaded", "server had an error"),
        ("pi-529", "overloaded", "overloaded"),
        ("pi-context", "context_length", "ran out of the model's context"),
        ("pi-badsse", "network", "in JSON at position"),
        ("pi-unreachable", "network", "Connection error"),
        ("pi-terminated", "crash", "ended by signal 15"),
    ] {
        let read = read_failure(stream, kind, words);
        let on_stdout = read.raw().into_iter().filter(|raw| !format!("{raw:?}").contains("parse message"));
        let unknown: Vec<_> = on_stdout.filter(|raw| !format!("{raw:?}").contains("From chunk")).collect();
        assert!(unknown.is_empty(), "{stream} has no line that is not understood: {unknown:?}");
    }
}

#[test]
fn a_provider_that_is_busy_once_does_not_fail_the_turn() {
    let read = read("pi-busy-once", &turn());
    assert!(read.events.contains(&AgentEvent::RateLimited { retry_after: Some(2.0) }), "the wait is shown");
    assert!(read.outcome.ok, "{:?}", read.outcome);
    assert_eq!(read.text(), "There was room at last.");
}

#[test]
fn retries_are_no_progress_and_a_stop_in_them_is_the_networks() {
    let mut parser = Pi.parser(&turn());
    parser.line(r#"{"type":"auto_retry_start","attempt":1,"maxAttempts":3,"delayMs":2000,"errorMessage":"Connection error."}"#);
    parser.line(r#"{"type":"agent_start"}"#);
    assert_eq!(parser.doing(), Doing::Retrying);
    let (_, outcome) = parser.end(Exit::signal(15).stopped_by(Stop::Silence));
    assert_eq!(outcome.failure.unwrap().kind.as_str(), "network");
}

#[test]
fn a_stream_that_breaks_off_is_no_success_whatever_the_exit_code() {
    assert_eq!(read_until("pi-job", &turn(), 30, Some(Exit::code(0))).failure().0, "crash");
    let stopped = Exit::code(143).stopped_by(Stop::Cancelled);
    assert_eq!(read_until("pi-job", &turn(), 30, Some(stopped)).failure().0, "cancelled");
}

#[test]
fn a_session_that_is_gone_is_told_apart_so_that_the_turn_can_be_replayed() {
    let resumed = Turn { resume: Some(SESSION.to_owned()), ..turn() };
    assert!(read("pi-resume-unknown", &resumed).outcome.session_lost);
    assert!(!read("pi-401", &resumed).outcome.session_lost, "a refused key is no lost session");
}

#[test]
fn what_no_parser_knows_is_kept_and_ends_nothing() {
    let mut parser = Pi.parser(&turn());
    for line in [r#"{"type":"news"}"#, "plain words", "{broken", "[1]", "null"] {
        assert_eq!(parser.line(line), [AgentEvent::Raw { text: line.to_owned() }]);
    }
}

#[test]
fn the_prompt_and_the_key_are_never_arguments() {
    let turn = Turn {
        prompt: "secret plans".to_owned(),
        system_prompt: Some("be brief".to_owned()),
        claude_md: Some("# Rules".to_owned()),
        model: Some("anthropic/opus".to_owned()),
        effort: Some("high".to_owned()),
        new_session_id: Some(SESSION.to_owned()),
        key: KeySource::Stored { secret: "ANTHROPIC_API_KEY".to_owned() },
        base_url: Some("http://127.0.0.1:9/".to_owned()),
        ..turn()
    };
    let invocation = Pi.invocation(&turn).unwrap();
    let args = invocation.args.join(" ");
    assert!(
        !args.contains("secret plans") && !args.contains("be brief"),
        "every user sees arguments: {args}"
    );
    assert!(
        args.contains(&format!("--session-id {SESSION} --provider anthropic --model opus --thinking high"))
    );
    assert_eq!(invocation.stdin.as_deref(), Some(&b"secret plans"[..]));
    assert_eq!(invocation.secret_env, [("ANTHROPIC_API_KEY".to_owned(), "ANTHROPIC_API_KEY".to_owned())]);
    let files: Vec<_> = invocation.files.iter().map(|file| (file.place, file.path.as_path())).collect();
    assert_eq!(
        files,
        [
            (Place::InDir, Path::new("system-prompt.md")),
            (Place::Home, Path::new(".pi/agent/AGENTS.md")),
            (Place::Home, Path::new(".pi/agent/models.json")),
        ]
    );
    let models = String::from_utf8_lossy(&invocation.files[2].contents).into_owned();
    assert_eq!(models, r#"{"providers":{"anthropic":{"baseUrl":"http://127.0.0.1:9"}}}"#);
}
