//! A turn of each program: from a prompt to changed files, on in its own session, and its failures.

use serde_json::Value;
use waybill_domain::agent::{AgentEvent, ErrorKind};
use waybill_engine::agents::discover::{Search, SignedIn, discover};
use waybill_engine::agents::{Stop, Turn};

use crate::desk::{Desk, KEY, KEY_VARIABLES, Model, never, tests_folder};

#[tokio::test]
async fn all_programs_are_found_with_the_versions_that_are_pinned() {
    let folder = tests_folder().join("peers/agents");
    let bin = folder.join("node_modules/.bin");
    let home = tempfile::tempdir().unwrap();
    let system = std::env::split_paths(&std::env::var_os("PATH").unwrap()).collect::<Vec<_>>();
    let path = [vec![bin], system].concat();
    let found = discover(&Search { path, home: home.path().to_owned(), ..Search::default() }).await;
    let pinned: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("package.json")).unwrap()).unwrap();
    for (name, package) in [
        ("claude", "@anthropic-ai/claude-code"),
        ("codex", "@openai/codex"),
        ("opencode", "opencode-ai"),
        ("pi", "@earendil-works/pi-coding-agent"),
    ] {
        let tool = found.iter().find(|tool| tool.name == name).expect("installed by `cargo xtask test`");
        assert_eq!(tool.version.as_deref(), pinned["dependencies"][package].as_str(), "{name}");
        assert_eq!(tool.signed_in, SignedIn::None, "nobody signed in to {name} in an empty home");
        assert!(
            tool.needs.contains(&folder.join("node_modules")),
            "its package must be seen inside: {tool:?}"
        );
    }
    assert_eq!(
        std::fs::read_dir(home.path()).unwrap().count(),
        0,
        "asking for a version leaves nothing behind"
    );
}

/// A first turn that writes two files, and a follow-up in the tool's own session that adds a line to one.
fn job_and_follow_up(tool: &str) {
    let (model, desk) = (Model::of_streams(), Desk::new(tool));
    let mut turn = desk.turn("PROMPT-MARK: write a greeting.", model.url("job"));
    turn.new_session_id = Some("11111111-2222-4333-8444-555555555555".to_owned());
    let takes_id = desk.tool.adapter().takes_session_id();

    let (events, first) = desk.run(&turn, never);
    assert!(first.ok, "{first:?}\n{events:#?}");
    assert!(!takes_id || first.agent_session_id == turn.new_session_id, "the id was known before the start");
    assert_eq!(desk.file("greeting.txt").as_deref(), Some("hello\n"), "the agent's own tool wrote the file");
    assert_eq!(desk.file("by-shell.txt").as_deref(), Some("one\n"), "and its shell the other");
    assert_eq!(first.summary, "The greeting is written, and a second file beside it.");
    let changed =
        |event: &AgentEvent| matches!(event, AgentEvent::FileChanged { path, .. } if path == "greeting.txt");
    assert!(events.iter().any(changed), "the change is told with its path in the workspace: {events:#?}");
    assert_eq!(first.usage.output_tokens, 4 * 42, "four answers of the model are charged");
    assert!(!format!("{events:?}").contains(KEY), "the key is in no event");

    let requests = model.requests();
    let asked = requests.iter().find(|request| request["method"] == "POST").unwrap();
    for mark in ["PROMPT-MARK", "SYSTEM-MARK", "RULES-MARK"] {
        assert!(asked["body"].to_string().contains(mark), "the model was not told {mark}");
    }
    let headers = asked["headers"].to_string();
    assert!(headers.contains(KEY), "the provider was not shown the key: {headers}");

    let resume = first.agent_session_id.clone();
    let before = model.requests().len();
    let follow_up =
        Turn { prompt: "Add a line.".to_owned(), resume, new_session_id: None, earlier: first.usage, ..turn };
    let (events, second) = desk.run(&follow_up, never);
    assert!(second.ok, "{second:?}\n{events:#?}");
    assert_eq!(desk.file("by-shell.txt").as_deref(), Some("one\nagain\n"), "it knew what it had done before");
    let asked = &model.requests()[before..];
    assert!(
        asked.iter().any(|request| request["body"].to_string().contains("PROMPT-MARK")),
        "the model was not sent what was said before"
    );
    assert_eq!(second.agent_session_id, first.agent_session_id, "a third turn can follow");
    assert_eq!(second.usage.output_tokens, 2 * 42, "the first turn is not charged again");
    let files = desk.files_with(KEY);
    assert!(files.is_empty(), "a key belongs into no file: {files:?}");
}

#[test]
fn claude_takes_a_prompt_to_changed_files_and_goes_on_in_its_session() {
    job_and_follow_up("claude");
}

#[test]
fn codex_takes_a_prompt_to_changed_files_and_goes_on_in_its_session() {
    job_and_follow_up("codex");
}

#[test]
fn opencode_takes_a_prompt_to_changed_files_and_goes_on_in_its_session() {
    job_and_follow_up("opencode");
}

#[test]
fn pi_takes_a_prompt_to_changed_files_and_goes_on_in_its_session() {
    job_and_follow_up("pi");
}

#[test]
fn a_refused_key_ends_every_program_soon_and_is_named() {
    for (tool, _) in KEY_VARIABLES {
        let (model, desk) = (Model::of_streams(), Desk::new(tool));
        let (_, outcome) = desk.run(&desk.turn("Hello?", model.url("401")), never);
        let failure = outcome.failure.expect("a refused key is no success");
        assert_eq!(failure.kind, ErrorKind::Auth, "{tool}: {}", failure.sentence);
        let tries = model.requests().iter().filter(|request| request["method"] == "POST").count();
        assert!(tries <= 12, "{tool} asked {tries} times: a provider locks out who does not stop");
    }
}

#[test]
fn a_provider_without_room_is_named_by_every_program() {
    for (tool, _) in KEY_VARIABLES {
        let (model, desk) = (Model::of_streams(), Desk::new(tool));
        let (_, outcome) = desk.run(&desk.turn("Hello?", model.url("429")), never);
        let failure = outcome.failure.expect("nothing was answered");
        assert_eq!(failure.kind, ErrorKind::RateLimit, "{tool}: {}", failure.sentence);
    }
}

#[test]
fn an_unreachable_model_is_named_although_codex_never_gives_up() {
    let (model, desk) = (Model::of_streams(), Desk::new("codex"));
    let turn = desk.turn("Hello?", model.nowhere());
    // The second refusal in a row is where the engine's clock would go on.
    let (_, outcome) = desk.run(&turn, |reader| (!reader.progressed()).then_some(Stop::Silence));
    let failure = outcome.failure.expect("nobody answered");
    assert_eq!(failure.kind, ErrorKind::Network, "{}", failure.sentence);
    let files = desk.files_with(KEY);
    assert!(files.is_empty(), "a program that was killed cleans up nothing: {files:?}");
}

#[test]
fn a_session_that_is_gone_can_be_told_from_a_failure() {
    for (tool, _) in KEY_VARIABLES {
        let (model, desk) = (Model::of_streams(), Desk::new(tool));
        let unknown = match tool {
            "opencode" => "ses_99999999ffeoneSessionThat0",
            _ => "99999999-2222-4333-8444-555555555555",
        };
        let resume = Some(unknown.to_owned());
        let (_, outcome) = desk.run(&Turn { resume, ..desk.turn("Go on.", model.url("job")) }, never);
        assert!(
            outcome.session_lost && !outcome.ok,
            "{tool} would never be asked again without it: {outcome:?}"
        );
    }
}
