use std::path::Path;

use serde_json::json;
use waybill_domain::agent::{AgentEvent, ChangeKind, Usage};

use super::Claude;
use crate::agents::fixtures::{SESSION, read, read_failure, read_until, turn};
use crate::agents::{Adapter as _, Exit, KeySource, Place, Stop, Turn};

#[test]
fn a_job_reads_as_what_happened_and_nothing_twice() {
    let read = read("claude-job", &turn());
    let told: Vec<AgentEvent> =
        read.events.iter().filter(|event| !matches!(event, AgentEvent::Usage(_))).cloned().collect();
    let text = |text: &str| AgentEvent::Text { text: text.to_owned(), delta: true };
    let shell = |id: &str, command: &str| AgentEvent::ToolCall {
        id: id.to_owned(),
        name: "Bash".to_owned(),
        input: json!({ "command": command, "description": "work on the task" }),
    };
    let result = |id: &str, ok, output: &str| AgentEvent::ToolResult {
        id: id.to_owned(),
        ok,
        output: output.to_owned(),
    };
    assert_eq!(
        told,
        [
            AgentEvent::SessionStarted {
                agent_session_id: Some(SESSION.to_owned()),
                model: Some("claude-opus-4-8[1m]".to_owned()),
            },
            AgentEvent::Thinking { text: "The greeting belongs into a file of its own.".to_owned() },
            text("I will look around first.\n"),
            text("Then I write the greeting."),
            shell("toolu_id0016", "cat missing-file.txt"),
            result("toolu_id0016", false, "Exit code 1\ncat: missing-file.txt: No such file or directory"),
            text("There is none yet."),
            AgentEvent::ToolCall {
                id: "toolu_id0033".to_owned(),
                name: "Write".to_owned(),
                input: json!({ "file_path": "greeting.txt", "content": "hello\n" }),
            },
            result(
                "toolu_id0033",
                true,
                "File created successfully at: greeting.txt (file state is current in your context — no need to Read it back)",
            ),
            AgentEvent::FileChanged { path: "greeting.txt".to_owned(), kind: ChangeKind::Added },
            shell("toolu_id0045", "printf 'one\\n' > by-shell.txt && cat greeting.txt by-shell.txt"),
            result("toolu_id0045", true, "hello\none"),
            text("The greeting is written, and a second file beside it."),
            AgentEvent::Finished {
                ok: true,
                summary: "The greeting is written, and a second file beside it.".to_owned(),
                agent_session_id: Some(SESSION.to_owned()),
            },
        ]
    );
    assert!(read.outcome.ok);
    assert_eq!(read.outcome.agent_session_id.as_deref(), Some(SESSION), "without it nothing can be resumed");
}

#[test]
fn usage_is_told_while_it_is_spent_and_its_sum_is_the_bill() {
    let read = read("claude-job", &turn());
    let told: Vec<Usage> = read
        .events
        .iter()
        .filter_map(|event| match event {
            AgentEvent::Usage(usage) => Some(*usage),
            _ => None,
        })
        .collect();
    let answer = Usage {
        input_tokens: 1000,
        output_tokens: 42,
        cache_read_tokens: 300,
        cache_write_tokens: 200,
        cost_usd: None,
    };
    assert_eq!(told[..4], [answer; 4], "a budget is kept while the agent works, not afterwards");
    let bill = Usage {
        input_tokens: 4000,
        output_tokens: 168,
        cache_read_tokens: 1200,
        cache_write_tokens: 800,
        cost_usd: Some(0.0298),
    };
    assert_eq!(read.outcome.usage, bill);
    assert_eq!(
        told[4],
        Usage { cost_usd: Some(0.0298), ..Usage::default() },
        "the result adds only the cost"
    );
}

#[test]
fn a_resumed_turn_is_charged_once_whether_or_not_the_tool_counts_on() {
    let earlier = read("claude-job", &turn()).outcome.usage;
    let resumed = Turn { resume: Some(SESSION.to_owned()), earlier, ..turn() };
    let alone = read("claude-resume", &resumed).outcome.usage;
    assert_eq!(alone.cost_usd, Some(0.0149), "this version counts each turn on its own");
    assert_eq!(alone.output_tokens, 84);
    // Other versions go on from the earlier turns in the cost and in the counts by model.
    let counts_on = json!({
        "type": "result", "subtype": "success", "is_error": false, "result": "Done.", "session_id": SESSION,
        "total_cost_usd": 0.0447,
        "usage": { "input_tokens": 2000, "output_tokens": 84, "cache_read_input_tokens": 600, "cache_creation_input_tokens": 400 },
        "modelUsage": { "m": { "inputTokens": 6000, "outputTokens": 252, "cacheReadInputTokens": 1800, "cacheCreationInputTokens": 1200 } },
    });
    let mut parser = Claude.parser(&resumed);
    parser.line(&counts_on.to_string());
    let (_, outcome) = parser.end(Exit::code(0));
    let cost = outcome.usage.cost_usd.unwrap();
    assert!((cost - 0.0149).abs() < 1e-9, "only what this turn added is charged, not {cost}");
    assert_eq!(outcome.usage.output_tokens, 84);
}

#[test]
fn an_unknown_price_is_unknown_and_not_what_the_tool_guesses() {
    let line = json!({
        "type": "result", "subtype": "success", "is_error": false, "result": "Done.", "total_cost_usd": 0.5,
        "usage": { "input_tokens": 10, "output_tokens": 5 },
        "modelUsage": { "mine": { "inputTokens": 10, "outputTokens": 5, "costBasis": "unknown" } },
    });
    let mut parser = Claude.parser(&turn());
    parser.line(&line.to_string());
    assert_eq!(parser.end(Exit::code(0)).1.usage.cost_usd, None);
}

#[test]
fn each_failure_of_the_real_program_has_its_kind_and_a_plain_sentence() {
    for (stream, kind, words) in [
        ("claude-401", "auth", "the key or login is not valid"),
        ("claude-403", "auth", "does not have permission"),
        ("claude-429", "rate_limit", "rate limit"),
        ("claude-500", "overloaded", "Internal server error"),
        ("claude-529", "overloaded", "Overloaded"),
        ("claude-context", "context_length", "ran out of the model's context"),
        ("claude-badsse", "network", "could not reach the model"),
        ("claude-unreachable", "network", "Unable to connect"),
        ("claude-terminated", "crash", "ended by signal 15"),
    ] {
        let read = read_failure(stream, kind, words);
        let (_, sentence) = read.failure();
        assert!(sentence.starts_with("Claude Code "), "it says who: {sentence}");
        assert!(read.raw().is_empty(), "{stream} has no line that is not understood: {:?}", read.raw());
    }
}

#[test]
fn a_provider_that_is_busy_once_does_not_fail_the_turn() {
    let read = read("claude-busy-once", &turn());
    assert!(read.events.contains(&AgentEvent::RateLimited { retry_after: Some(0.001) }), "the wait is shown");
    assert!(read.outcome.ok);
    assert_eq!(read.text(), "There was room at last.");
}

#[test]
fn a_session_that_is_gone_is_told_apart_so_that_the_turn_can_be_replayed() {
    let resumed = Turn { resume: Some(SESSION.to_owned()), ..turn() };
    assert!(read("claude-resume-unknown", &resumed).outcome.session_lost);
    assert!(!read("claude-401", &resumed).outcome.session_lost, "a refused key is no lost session");
}

#[test]
fn a_stop_by_waybill_is_named_as_what_it_was() {
    for (stop, kind) in [(Stop::Cancelled, "cancelled"), (Stop::Silence, "timeout"), (Stop::Total, "timeout")]
    {
        let exit = Exit::code(143).stopped_by(stop);
        assert_eq!(read_until("claude-job", &turn(), 20, Some(exit)).failure().0, kind);
    }
    let whole = read_until("claude-job", &turn(), usize::MAX, Some(Exit::code(143).stopped_by(Stop::Total)));
    assert!(whole.outcome.ok, "a turn whose result was there before the stop has succeeded");
}

#[test]
fn exit_code_zero_without_a_result_is_no_success() {
    let read = read_until("claude-job", &turn(), 20, Some(Exit::code(0)));
    assert_eq!(read.failure().0, "crash");
}

#[test]
fn what_no_parser_knows_is_kept_and_ends_nothing() {
    let mut parser = Claude.parser(&turn());
    for line in [
        r#"{"type":"news"}"#,
        r#"{"type":"system","subtype":"news"}"#,
        "plain words",
        "{broken",
        "[1]",
        "null",
    ] {
        assert_eq!(parser.line(line), [AgentEvent::Raw { text: line.to_owned() }]);
    }
    assert_eq!(parser.line(""), []);
}

#[test]
fn the_prompt_and_the_key_are_never_arguments() {
    let turn = Turn {
        prompt: "secret plans".to_owned(),
        system_prompt: Some("be brief".to_owned()),
        claude_md: Some("# Rules".to_owned()),
        model: Some("opus".to_owned()),
        effort: Some("high".to_owned()),
        new_session_id: Some(SESSION.to_owned()),
        is_root: true,
        key: KeySource::Stored { secret: "ANTHROPIC_API_KEY".to_owned() },
        base_url: Some("http://127.0.0.1:9/".to_owned()),
        ..turn()
    };
    let invocation = Claude.invocation(&turn).unwrap();
    let args = invocation.args.join(" ");
    assert!(
        !args.contains("secret plans") && !args.contains("be brief"),
        "every user sees arguments: {args}"
    );
    assert_eq!(invocation.stdin.as_deref(), Some(&b"secret plans"[..]));
    assert!(args.contains(&format!("--session-id {SESSION}")) && args.contains("--model opus"));
    let has = |name: &str, value: &str| invocation.env.contains(&(name.to_owned(), value.to_owned()));
    assert!(has("ANTHROPIC_BASE_URL", "http://127.0.0.1:9") && has("IS_SANDBOX", "1"));
    assert_eq!(invocation.secret_env, [("ANTHROPIC_API_KEY".to_owned(), "ANTHROPIC_API_KEY".to_owned())]);
    let files: Vec<_> = invocation.files.iter().map(|file| (file.place, file.path.as_path())).collect();
    assert_eq!(
        files,
        [(Place::InDir, Path::new("system-prompt.md")), (Place::Home, Path::new(".claude/CLAUDE.md"))]
    );
}

#[test]
fn a_login_token_goes_to_the_variable_of_its_name() {
    let key = KeySource::Stored { secret: "CLAUDE_CODE_OAUTH_TOKEN".to_owned() };
    let invocation = Claude.invocation(&Turn { key, ..turn() }).unwrap();
    assert_eq!(invocation.secret_env[0].0, "CLAUDE_CODE_OAUTH_TOKEN");
}
