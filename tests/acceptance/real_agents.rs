//! The real agent programs, each taking an issue to a branch against a scripted model.

mod conversation;

use crate::support::{Home, Log, Served, files_below, git};
use serde_json::{Value, json};
use std::cell::Cell;
use std::ffi::OsString;
use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;
use tempfile::TempDir;

const KEY: &str = "sk-planted-key-of-the-scripted-model";

/// In the second turn the tool knocks at the test's door and waits: there the engine is killed. A tool that resumes
/// its own session goes on with the third; one that had not written the second down yet knocks at a closed door first.
const SCRIPT: &str = r#"{"scenarios": {
    "session": {"turns": [
        [{"tool": {"name": "(^|_)issue$", "input": {"action": "get", "number": 1}}}],
        [{"tool": {"name": "(^|_)todo$", "input": {"action": "set", "steps": ["look", "mend", "test"]}}}],
        [{"tool": {"name": "(^|_)todo$", "input": {"action": "start", "todo": "look"}}}],
        [{"tool": {"name": "(^|_)todo$", "input": {"action": "done", "todo": "look"}}}],
        [{"tool": {"name": "(^|_)todo$", "input": {"action": "done", "todo": "they arrive"}}}],
        [{"tool": {"name": "(^|_)ask$", "input": {"question": "Which colour?", "choices": ["blue", "red"]}}}],
        [{"text": "I wait for the answer."}],
        [{"tool": {"name": "(^|_)checkpoint$", "input": {"reason": "The criterion is met."}}}],
        [{"text": "Please sign off."}],
        [{"text": "Thank you."}]
    ]},
    "long": {"turns": [
        [{"text": "I begin."}, {"shell": "echo one > one.txt && git add one.txt && git commit --quiet -m One && ls"}],
        [{"text": "I wait."}, {"shell": "python3 -c 'import socket; socket.create_connection((\"127.0.0.1\", DOOR)).recv(1)'"}],
        [{"text": "I go on."}, {"shell": "echo two > two.txt && ls"}],
        [{"text": "Both files are written."}]
    ]},
    "writes": {"turns": [
        [{"shell": "echo here > here.txt && ls"}], [{"shell": "echo here > here.txt && ls"}],
        [{"shell": "echo here > here.txt && ls"}], [{"shell": "echo here > here.txt && ls"}], [{"text": "It is here."}]
    ]},
    "falters": {"turns": [[{"text": "I begin."}, {"pause": 3600}]]},
    "pipeline": {"cast": [
        {"when": "You are the judge of a race", "turns": [
            [{"text": "{\"winner\": \"candidate-2\", \"rationale\": \"It builds.\", \"comparison\": []}"}]]},
        {"when": "You evaluate this change", "turns": [
            [{"text": "{\"correctness\": 60, \"type_safety\": 60, \"code_style\": 60, \"test_coverage\": 10, \"completeness\": 60, \"summary\": \"No tests.\"}"}]]},
        {"when": "(?s)^(?=.*You are the checker)(?=.*third line)", "turns": [
            [{"tool": {"name": "(^|_)submit$", "input": {"contract": "review", "answer": {"pass": true, "feedback": "All is there.", "findings": []}}}}],
            [{"shell": "printf '{\"pass\": true, \"feedback\": \"All is there.\", \"findings\": []}' > $WAYBILL_OUT/review.json"}],
            [{"text": "It passes."}]]},
        {"when": "You are the checker", "turns": [
            [{"tool": {"name": "(^|_)submit$", "input": {"contract": "review", "answer": {"pass": "perhaps"}}}}],
            [{"shell": "printf '{\"pass\": false, \"feedback\": \"A line is missing.\", \"findings\": []}' > $WAYBILL_OUT/review.json"}],
            [{"text": "It does not pass."}]]},
        {"when": "You find out why", "turns": [
            [{"text": "The cause is in README.md:1."}]]},
        {"when": "You are the designer", "turns": [
            [{"shell": "echo 'first line' > lines.txt && git add lines.txt && git commit -qm First && ls"}],
            [{"text": "The first line is there."}],
            [{"shell": "echo 'second line' >> lines.txt && cat lines.txt"}],
            [{"text": "The second line is there."}],
            [{"shell": "echo 'third line' >> lines.txt && cat lines.txt"}],
            [{"text": "The third line is there."}],
            [{"shell": "echo 'fourth line' >> lines.txt && cat lines.txt"}],
            [{"text": "The fourth line is there."}]]}
    ]},
    "never": {"cast": [
        {"when": "You are the checker", "turns": [
            [{"tool": {"name": "(^|_)submit$", "input": {"contract": "review", "answer": {"pass": false, "feedback": "Never.", "findings": []}}}}],
            [{"text": "{\"pass\": false, \"feedback\": \"Never.\", \"findings\": []}"}]]},
        {"when": "You are the designer", "turns": [[{"shell": "date > now.txt && ls"}], [{"text": "Done."}]]}
    ]}
}}"#;

#[test]
fn claude_takes_an_issue_to_a_branch() {
    takes_an_issue_to_a_branch(&CLAUDE);
}

#[test]
fn codex_takes_an_issue_to_a_branch() {
    takes_an_issue_to_a_branch(&CODEX);
}

#[test]
fn opencode_takes_an_issue_to_a_branch() {
    takes_an_issue_to_a_branch(&OPENCODE);
}

#[test]
fn pi_takes_an_issue_to_a_branch() {
    takes_an_issue_to_a_branch(&PI);
}

#[test]
fn a_claude_that_was_killed_with_its_engine_goes_on_in_its_own_session() {
    goes_on_in_its_own_session(&CLAUDE);
}

#[test]
fn a_codex_that_was_killed_with_its_engine_goes_on_in_its_own_session() {
    goes_on_in_its_own_session(&CODEX);
}

#[test]
fn an_opencode_that_was_killed_with_its_engine_goes_on_in_its_own_session() {
    goes_on_in_its_own_session(&OPENCODE);
}

#[test]
fn a_pi_that_was_killed_with_its_engine_goes_on_in_its_own_session() {
    goes_on_in_its_own_session(&PI);
}

#[test]
fn a_refused_key_and_a_silent_model_end_a_claude_run_with_a_reason() {
    refused_and_silent(&CLAUDE);
}

#[test]
fn a_refused_key_and_a_silent_model_end_a_codex_run_with_a_reason() {
    refused_and_silent(&CODEX);
}

#[test]
fn a_refused_key_and_a_silent_model_end_an_opencode_run_with_a_reason() {
    refused_and_silent(&OPENCODE);
}

#[test]
fn a_refused_key_and_a_silent_model_end_a_pi_run_with_a_reason() {
    refused_and_silent(&PI);
}

#[test]
fn a_limited_claude_waits_and_goes_on_and_a_task_too_long_for_it_says_so() {
    limited_and_too_long(&CLAUDE);
}

#[test]
fn a_limited_codex_waits_and_goes_on_and_a_task_too_long_for_it_says_so() {
    limited_and_too_long(&CODEX);
}

#[test]
fn a_limited_opencode_waits_and_goes_on_and_a_task_too_long_for_it_says_so() {
    limited_and_too_long(&OPENCODE);
}

#[test]
fn a_limited_pi_waits_and_goes_on_and_a_task_too_long_for_it_says_so() {
    limited_and_too_long(&PI);
}

#[test]
fn an_agent_of_the_client_protocol_takes_an_issue_to_a_branch() {
    takes_an_issue_to_a_branch(&ACP);
}

#[test]
fn an_agent_of_the_client_protocol_that_was_killed_with_its_engine_goes_on_in_its_own_session() {
    goes_on_in_its_own_session(&ACP);
}

#[test]
fn a_refused_key_and_a_silent_model_end_a_run_of_the_client_protocol_with_a_reason() {
    refused_and_silent(&ACP);
}

#[test]
fn claude_works_through_loops_races_and_scores() {
    works_through_workflows(&CLAUDE);
}

#[test]
fn codex_works_through_loops_races_and_scores() {
    works_through_workflows(&CODEX);
}

/// What differs between them.
struct Agent {
    name: &'static str,
    key: &'static str,
    base_url: &'static str,
    /// The model that falls silent: at once, or, for a tool that tells of its session no earlier, in its first answer.
    silent: &'static str,
}

const OPENCODE: Agent =
    Agent { name: "opencode", key: "OPENAI_API_KEY", base_url: "OPENAI_BASE_URL", silent: "falters" };
/// An agent of the Agent Client Protocol: one of the real programs, in its mode for editors.
const ACP: Agent =
    Agent { name: "mine", key: "OPENAI_API_KEY", base_url: "OPENCODE_CONFIG_CONTENT", silent: "falters" };
const PI: Agent =
    Agent { name: "pi", key: "ANTHROPIC_API_KEY", base_url: "ANTHROPIC_BASE_URL", silent: "hang" };
const CLAUDE: Agent =
    Agent { name: "claude", key: "ANTHROPIC_API_KEY", base_url: "ANTHROPIC_BASE_URL", silent: "hang" };
const CODEX: Agent =
    Agent { name: "codex", key: "OPENAI_API_KEY", base_url: "OPENAI_BASE_URL", silent: "hang" };

fn takes_an_issue_to_a_branch(agent: &Agent) {
    let desk = Desk::new(agent, "write");
    let run = desk.work();
    assert_eq!(run["status"], "completed", "{run:#}");
    let branch = run["branch"].as_str().expect("a branch");
    let made = git(&desk.home, &desk.repository, &["show", &format!("{branch}:made-by-agent.txt")]);
    assert_eq!(made, "hello from the scripted model", "the change is on the branch");
    assert_eq!(run["files_changed"], 1, "nothing of the tool's own is committed: {run:#}");
    assert!(
        run["input_tokens"].as_i64() > Some(0) && run["output_tokens"].as_i64() > Some(0),
        "tokens: {run:#}"
    );
    let told = run["steps"][0]["instructions"].to_string();
    for words in ["Parcels are lost", "They are sent to nowhere.", "You are the designer"] {
        assert!(told.contains(words), "the exact instructions are kept: {told}");
    }
    assert!(
        run["steps"][0]["summary"].as_str().is_some_and(|text| text.contains("made-by-agent.txt")),
        "{run:#}"
    );
    let events = desk.events();
    assert!(session(&events).is_some(), "the tool's own session is known: {events:#?}");
    for kind in ["text", "tool_call", "tool_result", "usage", "finished"] {
        assert!(events.iter().any(|event| event["type"] == kind), "the output has a {kind}: {events:#?}");
    }
    let asked = desk.model.requests();
    let asked = asked.iter().find(|request| request.contains("They are sent to nowhere."));
    assert!(
        asked.is_some_and(|request| request.contains("You are the designer")),
        "the model got the instructions"
    );
    desk.key_is_nowhere();
}

/// Each workflow that ships, with the agent in every role of it.
fn works_through_workflows(agent: &Agent) {
    let desk = Desk::new(agent, "pipeline");
    let words = |run: &Value| -> Vec<String> {
        let told = |step: &Value| {
            let verdict = &step["verdict"]["pass"];
            format!(
                "{} {}{}",
                step["role"].as_str().unwrap_or_default(),
                step["iteration"],
                match verdict.as_bool() {
                    Some(true) => " passed",
                    Some(false) => " refused",
                    None => "",
                }
            )
        };
        run["steps"].as_array().expect("steps").iter().map(told).collect()
    };
    let run = desk.begin(&["--workflow", "thorough", "--wait"]);
    assert_eq!((&run["status"], &run["threshold_result"]), (&json!("completed"), &json!(false)), "{run:#}");
    assert_eq!(
        words(&run),
        [
            "investigator 1",
            "designer 1",
            "checker 1 refused",
            "designer 2",
            "checker 2 refused",
            "designer 3",
            "checker 3 passed",
            "evaluator 1"
        ],
        "it passes on its third iteration: {run:#}"
    );
    let branch = run["branch"].as_str().expect("a branch");
    let lines = git(&desk.home, &desk.repository, &["show", &format!("{branch}:lines.txt")]);
    assert_eq!(lines, "first line\nsecond line\nthird line", "the designer went on in its own session");
    let steps = run["steps"].as_array().expect("steps");
    let sum = |name: &str| steps.iter().map(|step| step[name].as_i64().unwrap_or_default()).sum::<i64>();
    assert_eq!(run["input_tokens"], sum("input_tokens"), "a run used what its steps used");
    let (first, third) = (&steps[1]["input_tokens"], &steps[5]["input_tokens"]);
    assert!(
        third.as_i64() < first.as_i64().map(|tokens| tokens * 3),
        "what the session used before is not counted again: {first}, then {third}"
    );

    let mut command = desk.home.command(&[
        "run",
        "request-changes",
        "1",
        "--comment",
        "lines.txt:3: One more, please.",
        "--wait",
        "--json",
        "-p",
        "parcels",
    ]);
    command.env("PATH", search_path(desk.agent));
    let run = crate::support::Output::of(command).value();
    assert_eq!(run["status"], "completed", "{run:#}");
    assert_eq!(words(&run)[8..], ["designer 4", "checker 4 passed", "evaluator 1"], "{run:#}");
    let lines = git(&desk.home, &desk.repository, &["show", &format!("{branch}:lines.txt")]);
    assert!(lines.ends_with("fourth line"), "days later it still goes on in its own session: {lines}");

    let run = desk.begin(&["--workflow", "best_of_three", "--wait"]);
    assert_eq!(run["status"], "completed", "{run:#}");
    let chosen: Vec<_> =
        run["candidates"].as_array().expect("three").iter().map(|one| &one["chosen"]).collect();
    assert_eq!(chosen, [false, true, false], "{run:#}");

    desk.home.json(&["issue", "move", "1", "triaged", "-p", "parcels"]);
    desk.play("never");
    let run = desk.begin(&["--workflow", "designer_checker", "--wait"]);
    assert_eq!((&run["status"], &run["delivery"]), (&json!("failed"), &json!("ready")), "{run:#}");
    assert!(
        run["error"].as_str().is_some_and(|text| text.ends_with("after 3 iterations: Never.")),
        "{run:#}"
    );
    desk.key_is_nowhere();
}

fn goes_on_in_its_own_session(agent: &Agent) {
    let desk = Desk::new(agent, "long");
    let number = desk.start();
    let served = desk.serve();
    let knocked = desk.model.knocked();
    served.kill();
    drop(knocked);

    let served = desk.serve();
    Log::follow(&desk.home, "parcels", &number).read_to_end();
    let run = desk.home.json(&["run", "show", &number, "-p", "parcels"]);
    served.ends_well();
    assert_eq!(run["status"], "completed", "{run:#}");
    assert_eq!(run["steps"][0]["attempt"], 2, "it was one step, continued: {run:#}");
    let branch = run["branch"].as_str().expect("a branch");
    for (file, text) in [("one.txt", "one"), ("two.txt", "two")] {
        let made = git(&desk.home, &desk.repository, &["show", &format!("{branch}:{file}")]);
        assert_eq!(made, text, "what was done before and after is there");
    }
    let events = desk.events();
    let sessions = events.iter().filter(|event| event["type"] == "session_started");
    let sessions: Vec<&Value> = sessions.map(|event| &event["agent_session_id"]).collect();
    assert!(
        sessions.len() >= 2 && sessions.windows(2).all(|pair| pair[0] == pair[1]),
        "one session: {sessions:?}"
    );
    let asked = desk.model.requests();
    let last =
        asked.iter().rfind(|request| request.contains("They are sent to nowhere.")).expect("a request");
    assert!(last.contains("I begin."), "the model was sent the whole conversation: {last:.3000}");
    desk.key_is_nowhere();
}

fn refused_and_silent(agent: &Agent) {
    let desk = Desk::new(agent, "401");
    let run = desk.work();
    assert_eq!(run["status"], "failed", "{run:#}");
    assert_eq!(run["error_kind"], "auth", "the kind tells what to mend: {run:#}");
    assert!(run["error"].as_str().is_some_and(|text| !text.is_empty()), "why: {run:#}");
    assert!(run["advice"].as_str().is_some_and(|text| text.contains("API key")), "what to do next: {run:#}");

    desk.play(agent.silent);
    let number = desk.start();
    let served = desk.serve();
    // The model has been asked and says nothing; the tool's own first word is that its session has begun.
    Desk::begun(&served, &number);
    desk.home.json(&["run", "cancel", &number, "-p", "parcels"]);
    Log::follow(&desk.home, "parcels", &number).read_to_end();
    let run = desk.home.json(&["run", "show", &number, "-p", "parcels"]);
    assert_eq!(run["status"], "cancelled", "a model that hangs cannot hold a run: {run:#}");
    served.ends_well();
    desk.key_is_nowhere();
}

/// A provider that refuses for now is waited for, whichever way it says so; one that can never take the task ends it.
fn limited_and_too_long(agent: &Agent) {
    let desk = Desk::new(agent, "429");
    let number = desk.start();
    let served = desk.serve();
    let until = |is: &dyn Fn(&Value) -> bool| {
        let mut events = served.events(None);
        loop {
            let run = desk.home.json(&["run", "show", &number, "-p", "parcels"]);
            if is(&run) {
                return run;
            }
            assert_eq!(run["error"], Value::Null, "it is no failure: {run:#}");
            events.changed("runs");
        }
    };
    let run = until(&|run| run["waiting_for"] == "quota");
    assert!(run["resume_at"].as_i64().is_some(), "it says when it goes on: {run:#}");
    desk.play("529");
    desk.home.json(&["run", "resume", &number, "-p", "parcels"]);
    until(&|run| run["waiting_for"] == Value::Null);
    until(&|run| run["waiting_for"] == "quota");
    // A tool may keep its own words about the refusals in its session: whichever turn it is by now, it writes.
    desk.play("writes");
    desk.home.json(&["run", "resume", &number, "-p", "parcels"]);
    let run = until(&|run| run["status"] == "completed");
    assert_eq!((&run["steps"][0]["attempt"], &run["files_changed"]), (&json!(1), &json!(1)), "{run:#}");
    served.ends_well();

    desk.home.json(&["issue", "new", "-p", "parcels", "--title", "Too long"]);
    desk.play("context");
    let words = ["run", "start", "-p", "parcels", "--issue", "2", "--tool", desk.agent, "--json", "--wait"];
    let mut command = desk.home.command(&words);
    command.env("PATH", search_path(desk.agent));
    let run = crate::support::Output::of(command).value();
    assert_eq!((&run["status"], &run["error_kind"]), (&json!("failed"), &json!("context_length")), "{run:#}");
    assert!(run["advice"].as_str().is_some_and(|text| text.contains("split the issue")), "{run:#}");
}

/// A home with an agent, its key, a repository with an issue, and a model.
struct Desk {
    home: Home,
    repository: PathBuf,
    agent: &'static str,
    base_url: &'static str,
    model: Model,
}

impl Desk {
    fn new(agent: &Agent, scenario: &str) -> Self {
        // Not below the system's temporary folder: Codex does not work well with a home there.
        let home = Home::below(Path::new(env!("CARGO_TARGET_TMPDIR")));
        let repository = home.project("parcels", &[("README.md", "# Parcels\n")]);
        home.json(&["secret", "file", "on"]);
        if agent.name == ACP.name {
            let command = ["tool", "add", agent.name, "--command", "opencode acp", "--prompt", "acp"];
            home.json(&command);
            // A tool of one's own gets its key by the project's environment.
            home.waybill_with_input(KEY, &["project", "env", agent.key, "--secret", "-p", "parcels"]).ok();
        } else {
            home.waybill_with_input(KEY, &["secret", "set", agent.key]).ok();
        }
        let body = "They are sent to nowhere.";
        home.json(&["issue", "new", "-p", "parcels", "--title", "Parcels are lost", "--body", body]);
        let desk =
            Self { home, repository, agent: agent.name, base_url: agent.base_url, model: Model::start() };
        desk.play(scenario);
        desk
    }

    /// Makes the model play a scenario from here on.
    fn play(&self, scenario: &str) {
        let mut url = format!("http://127.0.0.1:{}/s/{scenario}/work", self.model.port);
        if self.base_url == ACP.base_url {
            let provider = json!({ "openai": { "options": { "baseURL": format!("{url}/v1") } } });
            url = json!({ "provider": provider, "model": "openai/gpt-5" }).to_string();
        }
        self.home.json(&["project", "env", self.base_url, &url, "-p", "parcels"]);
    }

    /// Sends the issue to the agent and waits for the end.
    fn work(&self) -> Value {
        self.begin(&["--wait"])
    }

    /// Queues a run; its number.
    fn start(&self) -> String {
        self.begin(&[])["number"].to_string()
    }

    fn begin(&self, more: &[&str]) -> Value {
        let words = ["run", "start", "-p", "parcels", "--issue", "1", "--tool", self.agent, "--json"];
        let mut command = self.home.command(&[&words[..], more].concat());
        command.env("PATH", search_path(self.agent));
        crate::support::Output::of(command).value()
    }

    fn serve(&self) -> Served {
        self.home.serve_with(|command| {
            command.env("PATH", search_path(self.agent));
        })
    }

    /// Waits until the tool has said that its session has begun.
    fn begun(served: &Served, number: &str) {
        let number: i64 = number.parse().expect("a number");
        let mut events = served.events(None);
        loop {
            let args = json!({"project": "parcels", "number": number, "from": 0, "limit": 100});
            let page = served.call("run_output", &args);
            let items = page["items"].as_array().expect("a list");
            if items.iter().any(|item| item["event"]["type"] == "session_started") {
                return;
            }
            events.changed("output");
        }
    }

    /// All that the first run said.
    fn events(&self) -> Vec<Value> {
        let log = self.home.json(&["run", "log", "1", "-p", "parcels"]);
        log["items"].as_array().expect("a list").iter().map(|item| item["event"].clone()).collect()
    }

    fn key_is_nowhere(&self) {
        for name in files_below(self.home.root()) {
            let bytes = std::fs::read(self.home.root().join(&name)).unwrap_or_default();
            let found = bytes.windows(KEY.len()).any(|window| window == KEY.as_bytes());
            assert!(!found, "{name} holds the key");
        }
    }
}

fn session(events: &[Value]) -> Option<&str> {
    let started = events.iter().find(|event| event["type"] == "session_started")?;
    started["agent_session_id"].as_str()
}

fn tests_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests").canonicalize().expect("the tests are there")
}

/// PATH with the agent programs on it.
fn search_path(agent: &str) -> OsString {
    let programs = tests_folder().join("peers/agents/node_modules/.bin");
    assert!(
        programs.join(if agent == ACP.name { "opencode" } else { agent }).exists(),
        "the agent programs are not installed: run `cargo xtask test`, or `npm ci` in tests/peers/agents"
    );
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let folders = [programs].into_iter().chain(std::env::split_paths(&inherited));
    std::env::join_paths(folders).expect("folders without colons")
}

/// The scripted model; it ends with this value.
struct Model {
    child: Child,
    port: String,
    requests: TempDir,
    door: Cell<Option<TcpListener>>,
}

impl Model {
    fn start() -> Self {
        let requests = tempfile::tempdir().expect("a temporary folder");
        let door = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let port = door.local_addr().expect("it has an address").port();
        let script = requests.path().join("script.json");
        std::fs::write(&script, SCRIPT.replace("DOOR", &port.to_string())).expect("the script is written");
        let record = requests.path().join("requests");
        std::fs::create_dir(&record).expect("the folder is made");
        let mut child = Command::new("python3")
            .arg(tests_folder().join("peers/model_server.py"))
            .arg("--script")
            .arg(script)
            .arg("--record")
            .arg(record)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the tests need Python 3 on PATH");
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let mut told = |word: &str| {
            let line = lines.next().and_then(Result::ok).unwrap_or_default();
            line.strip_prefix(word).unwrap_or_else(|| panic!("'{line}' instead of {word}")).to_owned()
        };
        let port = told("listening ");
        // Told last; the server writes nothing after it.
        told("closed ");
        Self { child, port, requests, door: Cell::new(Some(door)) }
    }

    /// Waits until the agent has knocked, and closes the door to all others.
    fn knocked(&self) -> TcpStream {
        let door = self.door.take().expect("it is waited for once");
        let (tell, told) = channel();
        let waiting = std::thread::spawn(move || tell.send(door.accept()));
        let knocked =
            told.recv_timeout(Duration::from_mins(1)).expect("the agent works up to the second turn");
        drop(waiting.join());
        knocked.expect("the connection stands").0
    }

    /// The requests so far, oldest first, as they were sent.
    fn requests(&self) -> Vec<String> {
        let folder = self.requests.path().join("requests");
        let mut names = files_below(&folder);
        names.sort();
        names
            .iter()
            .map(|name| std::fs::read_to_string(folder.join(name)).expect("a request is read"))
            .collect()
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        drop(self.child.wait());
    }
}
