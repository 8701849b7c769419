//! Agents that speak the Agent Client Protocol: one made with its official SDK, which refuses whatever its schema does
//! not know, and a real program in its mode for editors.

use serde_json::{Value, json};
use waybill_domain::agent::{AgentEvent, ChangeKind, ErrorKind};
use waybill_engine::agents::custom::{PromptBy, Template};
use waybill_engine::agents::tool_access::Token;
use waybill_engine::agents::{Stop, Tool, ToolAccess, Turn};

use crate::desk::{Desk, KEY, Model, never, programs, tests_folder};

fn desk(command: &str) -> Desk {
    Desk::of(Tool::Custom(Template {
        name: "mine".to_owned(),
        command: command.to_owned(),
        prompt: PromptBy::Acp,
        key_variable: None,
    }))
}

/// The agent of the tests, and what it noted down.
struct Agent {
    desk: Desk,
}

impl Agent {
    fn new() -> Self {
        let script = tests_folder().join("peers/agents/acp_agent.mjs");
        Self { desk: desk(&format!("agent '{}' {{out}}/log.jsonl", script.display())) }
    }

    fn turn(&self, prompt: &str) -> Turn {
        Turn { executable: "node".into(), ..self.desk.bare_turn(prompt) }
    }

    fn noted(&self, key: &str) -> Vec<Value> {
        let text = std::fs::read_to_string(self.desk.path("out").join("log.jsonl")).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.filter(|line| !line[key].is_null()).collect()
    }
}

#[test]
fn a_turn_is_asked_permitted_and_read_as_what_happened() {
    let agent = Agent::new();
    let token = Token::generate();
    let access = ToolAccess { command: vec!["waybill".to_owned(), "mcp".to_owned()], token: token.clone() };
    let turn = Turn {
        system_prompt: Some("SYSTEM-MARK: be brief.".to_owned()),
        tool_access: Some(access),
        ..agent.turn("PROMPT-MARK: write a greeting.")
    };
    let (events, outcome) = agent.desk.run(&turn, never);
    assert!(outcome.ok, "{outcome:?}\n{events:#?}");
    let text = |text: &str| AgentEvent::Text { text: text.to_owned(), delta: true };
    let path = agent.desk.path("workspace").join("greeting.txt");
    let id = "session-of-the-tests".to_owned();
    assert_eq!(
        events,
        [
            AgentEvent::SessionStarted { agent_session_id: Some(id.clone()), model: None },
            text("I will write it."),
            AgentEvent::ToolCall {
                id: "call-1".to_owned(),
                name: "Write greeting.txt".to_owned(),
                input: json!({ "path": path }),
            },
            AgentEvent::ToolResult { id: "call-1".to_owned(), ok: true, output: String::new() },
            AgentEvent::FileChanged { path: "greeting.txt".to_owned(), kind: ChangeKind::Added },
            text("It is written."),
            AgentEvent::Finished {
                ok: true,
                summary: "It is written.".to_owned(),
                agent_session_id: Some(id),
            },
        ]
    );
    assert_eq!(
        agent.noted("permission")[0]["permission"],
        json!({ "outcome": "selected", "optionId": "yes" })
    );
    let new = &agent.noted("new")[0]["new"];
    assert_eq!(new["cwd"], json!(agent.desk.path("workspace")), "it works in the workspace");
    assert_eq!(
        new["mcpServers"],
        json!([{ "name": "waybill", "command": "waybill", "args": ["mcp"], "env": [] }]),
        "the token is in its environment, not in what it may keep"
    );
    let prompt = agent.noted("prompt")[0].to_string();
    assert!(prompt.contains("PROMPT-MARK") && prompt.contains("SYSTEM-MARK"), "{prompt}");
    assert!(agent.desk.files_with(token.reveal()).is_empty(), "the token belongs into no file");
}

#[test]
fn a_session_goes_on_in_another_process_and_its_past_is_not_told_again() {
    let agent = Agent::new();
    let (_, first) = agent.desk.run(&agent.turn("The word is heron."), never);
    let resume = first.agent_session_id.clone();
    let (events, second) = agent.desk.run(&Turn { resume, ..agent.turn("Which word?") }, never);
    assert!(second.ok, "{second:?}\n{events:#?}");
    assert_eq!(second.agent_session_id, first.agent_session_id);
    let said = &agent.noted("prompt")[1]["said"];
    assert_eq!(*said, json!(["The word is heron.", "Which word?"]), "it knew what was said before");
    assert!(!format!("{events:?}").contains("before"), "what was played again is not told: {events:#?}");

    let lost = Turn { resume: Some("session-that-never-was".to_owned()), ..agent.turn("Go on.") };
    let (_, outcome) = agent.desk.run(&lost, never);
    assert!(outcome.session_lost && !outcome.ok, "the turn can be replayed: {outcome:?}");
}

#[test]
fn an_agent_is_told_to_stop_in_its_own_words_and_ends_by_itself() {
    let agent = Agent::new();
    let began = |_: &waybill_engine::agents::Reader| {
        let asked = std::fs::read_to_string(agent.desk.path("out").join("log.jsonl")).unwrap_or_default();
        asked.contains("\"prompt\"").then_some(Stop::Cancelled)
    };
    let (events, outcome) = agent.desk.run(&agent.turn("Work for ever."), began);
    assert_eq!(outcome.failure.map(|failure| failure.kind), Some(ErrorKind::Cancelled), "{events:#?}");
    assert_eq!(outcome.summary, "I begin.\n", "what it said is kept");
}

#[test]
fn an_agent_that_wants_a_login_says_so() {
    let agent = Agent::new();
    let (_, outcome) = agent.desk.run(&agent.turn("Without a login."), never);
    let failure = outcome.failure.expect("it did not work");
    assert_eq!(failure.kind, ErrorKind::Auth, "{}", failure.sentence);
}

/// `OpenCode` in its mode for editors, with a scripted model of the scenario.
pub fn opencode(model: &Model, scenario: &str) -> (Desk, Turn) {
    let mut desk = desk("opencode acp");
    let provider = json!({ "openai": { "options": { "baseURL": format!("{}/v1", model.url(scenario)) } } });
    // It asks for leave only when it is told to.
    let config = json!({ "provider": provider, "permission": { "bash": "ask", "edit": "ask" } });
    desk.variables = vec![
        ("OPENCODE_CONFIG_CONTENT".to_owned(), config.to_string()),
        ("OPENCODE_DISABLE_MODELS_FETCH".to_owned(), "1".to_owned()),
        ("OPENCODE_DISABLE_AUTOUPDATE".to_owned(), "1".to_owned()),
        ("OPENAI_API_KEY".to_owned(), KEY.to_owned()),
    ];
    let turn = Turn {
        executable: programs().join("opencode"),
        model: Some("openai/gpt-5".to_owned()),
        ..desk.bare_turn("PROMPT-MARK: write a greeting.")
    };
    (desk, turn)
}

#[test]
fn a_real_program_takes_a_prompt_to_changed_files_and_goes_on_in_its_session() {
    let model = Model::of_streams();
    let (desk, turn) = opencode(&model, "job");
    let (events, first) = desk.run(&turn, never);
    assert!(first.ok, "{first:?}\n{events:#?}");
    assert_eq!(first.summary, "The greeting is written, and a second file beside it.");
    assert_eq!(desk.file("greeting.txt").as_deref(), Some("hello\n"), "it was let change files");
    assert_eq!(desk.file("by-shell.txt").as_deref(), Some("one\n"), "and run commands");
    let added = AgentEvent::FileChanged { path: "greeting.txt".to_owned(), kind: ChangeKind::Added };
    assert!(events.contains(&added), "{events:#?}");
    let calls = events.iter().filter(|event| matches!(event, AgentEvent::ToolCall { .. })).count();
    let results = events.iter().filter(|event| matches!(event, AgentEvent::ToolResult { .. })).count();
    assert_eq!((calls, results), (3, 3), "nothing is told twice: {events:#?}");
    let asked = model.requests();
    assert!(
        asked.iter().any(|request| request["body"]["model"] == "gpt-5"),
        "the chosen model was asked, not the program's own"
    );

    let resume = first.agent_session_id.clone();
    let (events, second) = desk.run(&Turn { prompt: "Add a line.".to_owned(), resume, ..turn }, never);
    assert!(second.ok, "{second:?}\n{events:#?}");
    assert_eq!(desk.file("by-shell.txt").as_deref(), Some("one\nagain\n"), "it knew what it had done before");
    let later = &model.requests()[asked.len()..];
    assert!(later.iter().any(|request| request["body"].to_string().contains("PROMPT-MARK")));
}

#[test]
fn a_real_programs_refused_key_and_lost_session_are_named() {
    let model = Model::of_streams();
    let (desk, turn) = opencode(&model, "401");
    let (_, outcome) = desk.run(&turn, never);
    let failure = outcome.failure.expect("a refused key is no success");
    assert_eq!(failure.kind, ErrorKind::Auth, "{}", failure.sentence);
    let resume = Some("ses_99999999ffeoneSessionThat0".to_owned());
    let (_, outcome) = desk.run(&Turn { resume, ..turn }, never);
    assert!(outcome.session_lost, "{outcome:?}");
}
