use serde_json::{Value, json};
use waybill_domain::agent::{AgentEvent, ChangeKind, Usage};

use super::OpenCode;
use crate::agents::fixtures::{SESSION, read, read_failure, read_until, turn};
use crate::agents::turn::Doing;
use crate::agents::{Adapter as _, Exit, Invocation, KeySource, Stop, Turn};

#[test]
fn a_job_reads_as_what_happened_and_nothing_twice() {
    let read = read("opencode-job", &Turn { model: Some("openai/gpt".to_owned()), ..turn() });
    let text = |text: &str| AgentEvent::Text { text: text.to_owned(), delta: false };
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
        cost_usd: Some(0.002_964),
    });
    let patch = "*** Begin Patch\n*** Add File: greeting.txt\n+hello\n*** End Patch";
    assert_eq!(
        read.events,
        [
            AgentEvent::SessionStarted {
                agent_session_id: Some(SESSION.to_owned()),
                model: Some("openai/gpt".to_owned()),
            },
            AgentEvent::Thinking { text: "The greeting belongs into a file of its own.".to_owned() },
            text("I will look around first.\nThen I write the greeting."),
            shell("call_t0_id0007", "cat missing-file.txt"),
            result("call_t0_id0007", false, "cat: missing-file.txt: No such file or directory\n"),
            usage.clone(),
            text("There is none yet."),
            AgentEvent::ToolCall {
                id: "call_t1_id0014".to_owned(),
                name: "apply_patch".to_owned(),
                input: json!({ "patchText": patch }),
            },
            result("call_t1_id0014", true, "Success. Updated the following files:\nA greeting.txt"),
            AgentEvent::FileChanged { path: "greeting.txt".to_owned(), kind: ChangeKind::Added },
            usage.clone(),
            shell("call_t2_id0019", "printf 'one\\n' > by-shell.txt && cat greeting.txt by-shell.txt"),
            result("call_t2_id0019", true, "hello\none\n"),
            usage.clone(),
            text("The greeting is written, and a second file beside it."),
            usage,
            AgentEvent::Finished {
                ok: true,
                summary: "The greeting is written, and a second file beside it.".to_owned(),
                agent_session_id: Some(SESSION.to_owned()),
            },
        ]
    );
    assert_eq!(read.outcome.usage.output_tokens, 4 * 42, "the steps are summed");
}

#[test]
fn each_failure_of_the_real_program_has_its_kind_and_a_plain_sentence() {
    for (stream, kind, words) in [
        ("opencode-401", "auth", "the key or login is not valid"),
        ("opencode-403", "auth", "You are not allowed to use this model"),
        ("opencode-429", "rate_limit", "rate limit"),
        ("opencode-500", "overloaded", "server had an error"),
        ("opencode-529", "overloaded", "overloaded"),
        ("opencode-context", "context_length", "ran out of the model's context"),
        ("opencode-badsse", "network", "JSON parsing failed"),
        ("opencode-unreachable", "network", "Cannot connect to API"),
        ("opencode-terminated", "crash", "ended by signal 15"),
    ] {
        let read = read_failure(stream, kind, words);
        assert!(read.raw().is_empty(), "{stream} has no line that is not understood: {:?}", read.raw());
    }
}

#[test]
fn a_stream_that_breaks_off_is_no_success_whatever_the_exit_code() {
    assert_eq!(read_until("opencode-job", &turn(), 9, Some(Exit::code(0))).failure().0, "crash");
    let stopped = Exit::signal(15).stopped_by(Stop::Cancelled);
    assert_eq!(read_until("opencode-job", &turn(), 9, Some(stopped)).failure().0, "cancelled");
    assert!(read("opencode-busy-once", &turn()).outcome.ok, "what it tried again by itself is no failure");
}

#[test]
fn silence_within_a_step_may_be_a_long_build() {
    let mut parser = OpenCode.parser(&turn());
    parser.line(r#"{"type":"step_start","sessionID":"ses_1","part":{}}"#);
    assert_eq!(parser.doing(), Doing::RunningTool, "it tells of a tool only when that has ended");
    parser.line(r#"{"type":"step_finish","sessionID":"ses_1","part":{"reason":"tool-calls"}}"#);
    assert_eq!(parser.doing(), Doing::Thinking);
}

#[test]
fn a_session_that_is_gone_is_told_apart_so_that_the_turn_can_be_replayed() {
    let resumed = Turn { resume: Some(SESSION.to_owned()), ..turn() };
    assert!(read("opencode-resume-unknown", &resumed).outcome.session_lost);
    assert!(!read("opencode-401", &resumed).outcome.session_lost, "a refused key is no lost session");
}

#[test]
fn what_no_parser_knows_is_kept_and_ends_nothing() {
    let mut parser = OpenCode.parser(&turn());
    for line in [r#"{"type":"news"}"#, "plain words", "{broken", "[1]", "null"] {
        assert_eq!(parser.line(line), [AgentEvent::Raw { text: line.to_owned() }]);
    }
}

fn config(invocation: &Invocation) -> Value {
    let (_, text) = invocation.env.iter().find(|(name, _)| name == "OPENCODE_CONFIG_CONTENT").unwrap();
    serde_json::from_str(text).unwrap()
}

#[test]
fn the_prompt_and_the_key_are_never_arguments() {
    let turn = Turn {
        prompt: "secret plans".to_owned(),
        system_prompt: Some("be brief".to_owned()),
        model: Some("gpt-mine".to_owned()),
        effort: Some("high".to_owned()),
        key: KeySource::Stored { secret: "OPENAI_API_KEY".to_owned() },
        base_url: Some("http://127.0.0.1:9/".to_owned()),
        ..turn()
    };
    let invocation = OpenCode.invocation(&turn).unwrap();
    let args = invocation.args.join(" ");
    assert!(
        !args.contains("secret plans") && !args.contains("be brief"),
        "every user sees arguments: {args}"
    );
    assert!(args.contains("--model openai/gpt-mine --variant high"), "{args}");
    assert_eq!(invocation.stdin.as_deref(), Some(&b"secret plans"[..]));
    assert_eq!(invocation.secret_env, [("OPENAI_API_KEY".to_owned(), "OPENAI_API_KEY".to_owned())]);
    let config = config(&invocation);
    assert_eq!(config["provider"]["openai"]["options"]["baseURL"], "http://127.0.0.1:9/v1");
    assert_eq!(config["provider"]["openai"]["models"], json!({ "gpt-mine": {} }), "a new name is taken");
    assert_eq!(config["instructions"], json!([turn.in_dir.join("system-prompt.md")]));
}

#[test]
fn the_model_decides_whose_key_is_handed_over() {
    let key = KeySource::Stored { secret: "ANTHROPIC_API_KEY".to_owned() };
    let turn = Turn { model: Some("openai/gpt".to_owned()), key: key.clone(), ..turn() };
    let invocation = OpenCode.invocation(&turn).unwrap();
    assert_eq!(invocation.secret_env[0].1, "OPENAI_API_KEY", "one provider never gets another's key");
    assert_eq!(OpenCode.base_url_variable(Some("openai/gpt"), &key), Some("OPENAI_BASE_URL"));
    let elsewhere = Turn { model: Some("elsewhere/model".to_owned()), ..turn };
    assert!(OpenCode.invocation(&elsewhere).unwrap().secret_env.is_empty(), "nor does one we do not know");
}
