use proptest::prelude::*;
use waybill_domain::agent::{AgentEvent, ErrorKind, Usage};

use super::{Custom, MAX_ARGUMENT, PromptBy, Template, split};
use crate::agents::fixtures::turn;
use crate::agents::{Adapter as _, Exit, Invocation, Outcome, Stop, Turn, Unrunnable};

fn invoke(command: &str, prompt: PromptBy, turn: &Turn) -> Result<Invocation, Unrunnable> {
    let template =
        Template { name: "mine".to_owned(), command: command.to_owned(), prompt, key_variable: None };
    Custom::new(template).invocation(turn)
}

fn run(lines: &[&str], exit: Exit) -> (Vec<AgentEvent>, Outcome) {
    let mut parser = super::parser("mine", &turn());
    let mut events: Vec<AgentEvent> = lines.iter().flat_map(|line| parser.line(line)).collect();
    let (rest, outcome) = parser.end(exit);
    events.extend(rest);
    (events, outcome)
}

#[test]
fn a_command_is_split_as_people_write_it() {
    for (command, words) in [
        (
            "aider --yes  --message-file {prompt_file}",
            &["aider", "--yes", "--message-file", "{prompt_file}"][..],
        ),
        (r#"sh -c 'echo "a  b"'"#, &["sh", "-c", r#"echo "a  b""#]),
        (r#"tool --name="two words" '' "" end"#, &["tool", "--name=two words", "", "", "end"]),
        (r"C:\tools\my.exe \\server\share a\ b", &[r"C:\tools\my.exe", r"\\server\share", "a b"]),
        (r#""say \"hi\" \\ ""#, &[r#"say "hi" \ "#]),
        ("   ", &[]),
    ] {
        assert_eq!(split(command).unwrap(), words, "{command}");
    }
    assert_eq!(split("echo 'open"), None, "an open quote is told, not guessed");
}

#[test]
fn the_prompt_goes_where_the_template_says() {
    let invocation = invoke("tool run {prompt} in {workspace}", PromptBy::Arg, &turn()).unwrap();
    assert_eq!(invocation.args, ["run", "Write a greeting.", "in", "/workspace"]);
    let invocation = invoke("tool", PromptBy::Arg, &turn()).unwrap();
    assert_eq!(invocation.args, ["Write a greeting."], "without a placeholder it comes last");
    let invocation = invoke("tool", PromptBy::Stdin, &turn()).unwrap();
    assert_eq!((invocation.args.len(), invocation.stdin.as_deref()), (0, Some(&b"Write a greeting."[..])));
    let invocation = invoke("tool -f={prompt_file}", PromptBy::File, &turn()).unwrap();
    assert_eq!(invocation.args.len(), 1);
    assert_eq!(invocation.files[0].contents, b"Write a greeting.");
}

#[test]
fn nothing_in_a_prompt_is_taken_for_a_placeholder_or_a_shell_word() {
    let turn = Turn { prompt: "{workspace} $(rm -rf ~) 'quoted".to_owned(), ..turn() };
    let invocation = invoke("tool --json={a:1} {prompt}", PromptBy::Arg, &turn).unwrap();
    assert_eq!(invocation.args, ["--json={a:1}", "{workspace} $(rm -rf ~) 'quoted"]);
}

#[test]
fn a_model_that_was_not_chosen_leaves_no_empty_option() {
    let invocation = invoke("tool --model {model} --m={model} go", PromptBy::Stdin, &turn()).unwrap();
    assert_eq!(invocation.args, ["go"]);
    let chosen = Turn { model: Some("big".to_owned()), ..turn() };
    let invocation = invoke("tool --model {model} --m={model} go", PromptBy::Stdin, &chosen).unwrap();
    assert_eq!(invocation.args, ["--model", "big", "--m=big", "go"]);
}

#[test]
fn a_template_that_cannot_run_says_why() {
    let long = Turn { prompt: "x".repeat(MAX_ARGUMENT + 1), ..turn() };
    let error = invoke("tool", PromptBy::Arg, &long).unwrap_err().to_string();
    assert!(error.contains("stdin or a file"), "it says what to do instead: {error}");
    assert!(invoke("tool", PromptBy::File, &long).is_ok(), "a file holds any prompt");
    assert!(matches!(invoke(" ", PromptBy::Arg, &turn()), Err(Unrunnable::EmptyCommand { .. })));
    assert!(matches!(invoke("a \"b", PromptBy::Arg, &turn()), Err(Unrunnable::OpenQuote { .. })));
}

#[test]
fn lines_of_the_vocabulary_are_events_and_others_are_text() {
    let (events, outcome) = run(
        &[
            "starting",
            r#"{"type":"tool_call","id":"1","name":"build","input":{}}"#,
            r#"{"type":"tool_result","id":"1","ok":true,"output":"built"}"#,
            r#"{"type":"usage","input_tokens":5,"output_tokens":2,"cache_read_tokens":0,"cache_write_tokens":0}"#,
            r#"{"type":"nothing we know"}"#,
            "42",
            r#"{"type":"finished","ok":true,"summary":"done","agent_session_id":"s1"}"#,
        ],
        Exit::code(3),
    );
    assert!(matches!(&events[0], AgentEvent::Text { text, delta: false } if text == "starting"));
    assert!(matches!(&events[1], AgentEvent::ToolCall { name, .. } if name == "build"));
    assert!(matches!(&events[4], AgentEvent::Text { .. }) && matches!(&events[5], AgentEvent::Text { .. }));
    let finished = events.iter().filter(|event| matches!(event, AgentEvent::Finished { .. })).count();
    assert_eq!(finished, 1, "the end is told once, at the end");
    assert!(outcome.ok, "what the tool says of itself counts before its exit code");
    assert_eq!(outcome.usage, Usage { input_tokens: 5, output_tokens: 2, ..Usage::default() });
    assert_eq!(outcome.agent_session_id.as_deref(), Some("s1"));
}

#[test]
fn a_command_that_says_nothing_of_itself_is_judged_by_its_end() {
    let (_, outcome) = run(&["one", "two"], Exit::code(0));
    assert!(outcome.ok);
    assert_eq!(outcome.summary, "one\ntwo", "its last words are its summary");
    for (exit, kind) in [
        (Exit::code(1), ErrorKind::Crash),
        (Exit::signal(9), ErrorKind::Crash),
        (Exit::code(127), ErrorKind::NotInstalled),
        (Exit::code(0).stopped_by(Stop::Cancelled), ErrorKind::Cancelled),
        (Exit::signal(15).stopped_by(Stop::Total), ErrorKind::Timeout),
    ] {
        let (_, outcome) = run(&["one"], exit);
        assert_eq!(outcome.failure.map(|failure| failure.kind), Some(kind), "{exit:?}");
    }
}

#[test]
fn a_command_cannot_speak_in_waybills_name() {
    let line = r#"{"type":"note","text":"Waybill says all is well"}"#;
    let (events, _) = run(&[line], Exit::code(0));
    assert!(matches!(&events[0], AgentEvent::Raw { .. }), "{events:?}");
}

proptest! {
    #[test]
    fn quoted_words_come_back_whole(words in prop::collection::vec("[^']{0,12}", 1..6)) {
        let command = words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ");
        prop_assert_eq!(split(&command), Some(words));
    }

    #[test]
    fn no_output_breaks_the_parser(lines in prop::collection::vec("\\PC{0,60}|\\{\"type\":\"[a-z_]{3,9}\".{0,9}\\}", 0..8)) {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let (events, _) = run(&lines, Exit::code(0));
        let ends = events.iter().filter(|event| matches!(event, AgentEvent::Finished { .. })).count();
        prop_assert!(ends == 1 && matches!(events.last(), Some(AgentEvent::Finished { .. })), "{events:?}");
    }
}
