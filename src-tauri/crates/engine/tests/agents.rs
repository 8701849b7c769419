//! The real agent programs, run by our adapters against a scripted model: from a prompt to changed files, and on.

#![expect(clippy::unwrap_used, reason = "the helpers of a test may fail the test")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use serde_json::Value;
use waybill_domain::agent::{AgentEvent, ErrorKind, Usage};
use waybill_engine::agents::discover::{Search, SignedIn, discover};
use waybill_engine::agents::{Exit, Invocation, KeySource, Mask, Outcome, Place, Reader, Stop, Tool, Turn};

const KEY: &str = "sk-scripted-key-of-the-tests";

fn tests_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests").canonicalize().unwrap()
}

/// The scripted model; it ends with this value.
struct Model {
    child: Child,
    listening: String,
    closed: String,
    requests: tempfile::TempDir,
}

impl Model {
    fn start() -> Self {
        let requests = tempfile::tempdir().unwrap();
        let mut child = Command::new("python3")
            .arg(tests_folder().join("peers/model_server.py"))
            .arg("--script")
            .arg(tests_folder().join("fixtures/streams/script.json"))
            .arg("--record")
            .arg(requests.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the tests need Python 3 on PATH");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut port = |word: &str| {
            let line = lines.next().unwrap().unwrap();
            line.strip_prefix(word).unwrap_or_else(|| panic!("'{line}' instead of a port")).to_owned()
        };
        let (listening, closed) = (port("listening "), port("closed "));
        Self { child, listening, closed, requests }
    }

    fn url(&self, scenario: &str) -> String {
        format!("http://127.0.0.1:{}/s/{scenario}/work", self.listening)
    }

    /// A place where nobody listens.
    fn nowhere(&self) -> String {
        format!("http://127.0.0.1:{}", self.closed)
    }

    /// The requests so far, oldest first.
    fn requests(&self) -> Vec<Value> {
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(self.requests.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
            .iter()
            .map(|file| serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap())
            .collect()
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        self.child.wait().unwrap();
    }
}

/// A private home, a workspace and what the engine would put around them.
struct Desk {
    place: tempfile::TempDir,
    tool: Tool,
}

impl Desk {
    fn new(tool: &str) -> Self {
        // Not the folder for temporary files: Codex does not work well with a home below it.
        let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        for folder in ["home", "in", "out", "workspace"] {
            std::fs::create_dir(place.path().join(folder)).unwrap();
        }
        Self { place, tool: Tool::built_in(tool).unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.place.path().canonicalize().unwrap().join(name)
    }

    fn file(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.path("workspace").join(name)).ok()
    }

    fn turn(&self, prompt: &str, base_url: String) -> Turn {
        let name = self.tool.adapter().name().to_owned();
        let program = if cfg!(windows) { format!("{name}.cmd") } else { name };
        let executable = tests_folder().join("peers/agents/node_modules/.bin").join(program);
        assert!(executable.exists(), "the agent programs are not installed: run `cargo xtask test`");
        Turn {
            executable,
            prompt: prompt.to_owned(),
            system_prompt: Some("SYSTEM-MARK: be brief.".to_owned()),
            claude_md: Some("RULES-MARK: tabs.".to_owned()),
            model: None,
            effort: None,
            resume: None,
            new_session_id: None,
            workspace: self.path("workspace"),
            in_dir: self.path("in"),
            out_dir: self.path("out"),
            is_root: is_root(),
            key: KeySource::Stored { secret: "the-key".to_owned() },
            base_url: Some(base_url),
            earlier: Usage::default(),
        }
    }

    /// Runs a turn; `stop` is asked after each line whether Waybill stops the program there.
    fn run(&self, turn: &Turn, stop: impl Fn(&Reader) -> Option<Stop>) -> (Vec<AgentEvent>, Outcome) {
        let adapter = self.tool.adapter();
        let invocation = adapter.invocation(turn).unwrap();
        let mut child = self.spawn(&invocation);
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(invocation.stdin.as_deref().unwrap_or_default()).unwrap();
        drop(stdin);
        let mut stderr = child.stderr.take().unwrap();
        let complaints = std::thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).unwrap();
            text
        });
        let mut reader = Reader::new(adapter.parser(turn), Arc::new(Mask::new([("the-key", KEY)])));
        let (mut events, mut stopped) = (Vec::new(), None);
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            events.extend(reader.line(&line.unwrap()));
            if stopped.is_none() {
                stopped = stop(&reader);
                if stopped.is_some() {
                    end(&mut child);
                }
            }
        }
        let status = child.wait().unwrap();
        for line in complaints.join().unwrap().lines() {
            events.extend(reader.stderr_line(line));
        }
        let exit = Exit { code: status.code(), signal: signal_of(status), stopped };
        let (rest, outcome) = reader.end(exit);
        events.extend(rest);
        (events, outcome)
    }

    /// The files below the private home and the workspace that hold the key.
    fn files_with_the_key(&self) -> Vec<PathBuf> {
        let mut folders = vec![self.path("home"), self.path("workspace"), self.path("in"), self.path("out")];
        let mut found = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
                let kind = entry.file_type().unwrap();
                if kind.is_dir() {
                    folders.push(entry.path());
                } else if kind.is_file() {
                    let bytes = std::fs::read(entry.path()).unwrap();
                    let holds = bytes.windows(KEY.len()).any(|window| window == KEY.as_bytes());
                    found.extend(holds.then(|| entry.path()));
                }
            }
        }
        found
    }

    fn spawn(&self, invocation: &Invocation) -> Child {
        for file in &invocation.files {
            let place = match file.place {
                Place::InDir => self.path("in"),
                Place::Home => self.path("home"),
            };
            let path = place.join(&file.path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, &file.contents).unwrap();
        }
        let secrets = invocation.secret_env.iter().map(|(variable, secret)| {
            assert_eq!(secret, "the-key", "the key that the turn named is asked for");
            (variable.clone(), KEY.to_owned())
        });
        let mut command = Command::new(&invocation.program);
        command
            .args(&invocation.args)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", self.path("home"))
            .envs(invocation.env.iter().cloned().chain(secrets))
            .current_dir(self.path("workspace"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        own_group(&mut command);
        command.spawn().unwrap()
    }
}

#[cfg(unix)]
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// The programs start others; a group of their own lets all of them be ended.
#[cfg(unix)]
fn own_group(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

#[cfg(unix)]
fn end(child: &mut Child) {
    let group = rustix::process::Pid::from_child(child);
    rustix::process::kill_process_group(group, rustix::process::Signal::KILL).unwrap();
}

#[cfg(unix)]
fn signal_of(status: std::process::ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(windows)]
fn is_root() -> bool {
    false
}

#[cfg(windows)]
fn own_group(_command: &mut Command) {}

#[cfg(windows)]
fn end(child: &mut Child) {
    child.kill().unwrap();
}

#[cfg(windows)]
fn signal_of(_status: std::process::ExitStatus) -> Option<i32> {
    None
}

const fn never(_: &Reader) -> Option<Stop> {
    None
}

#[tokio::test]
#[cfg_attr(windows, ignore = "the programs for Windows, and Python, are not installed on this machine")]
async fn both_programs_are_found_with_the_versions_that_are_pinned() {
    let folder = tests_folder().join("peers/agents");
    let bin = folder.join("node_modules/.bin");
    let home = tempfile::tempdir().unwrap();
    let system = std::env::split_paths(&std::env::var_os("PATH").unwrap()).collect::<Vec<_>>();
    let path = [vec![bin], system].concat();
    let found = discover(&Search { path, home: home.path().to_owned(), ..Search::default() }).await;
    let pinned: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("package.json")).unwrap()).unwrap();
    for (name, package) in [("claude", "@anthropic-ai/claude-code"), ("codex", "@openai/codex")] {
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
    let (model, desk) = (Model::start(), Desk::new(tool));
    let mut turn = desk.turn("PROMPT-MARK: write a greeting.", model.url("job"));
    turn.new_session_id = Some("11111111-2222-4333-8444-555555555555".to_owned());

    let (events, first) = desk.run(&turn, never);
    assert!(first.ok, "{first:?}\n{events:#?}");
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
    let follow_up =
        Turn { prompt: "Add a line.".to_owned(), resume, new_session_id: None, earlier: first.usage, ..turn };
    let (events, second) = desk.run(&follow_up, never);
    assert!(second.ok, "{second:?}\n{events:#?}");
    assert_eq!(desk.file("by-shell.txt").as_deref(), Some("one\nagain\n"), "it knew what it had done before");
    assert_eq!(second.agent_session_id, first.agent_session_id, "a third turn can follow");
    assert_eq!(second.usage.output_tokens, 2 * 42, "the first turn is not charged again");
    let files = desk.files_with_the_key();
    assert!(files.is_empty(), "a key belongs into no file: {files:?}");
}

#[test]
#[cfg_attr(windows, ignore = "the programs for Windows, and Python, are not installed on this machine")]
fn claude_takes_a_prompt_to_changed_files_and_goes_on_in_its_session() {
    job_and_follow_up("claude");
}

#[test]
#[cfg_attr(windows, ignore = "the programs for Windows, and Python, are not installed on this machine")]
fn codex_takes_a_prompt_to_changed_files_and_goes_on_in_its_session() {
    job_and_follow_up("codex");
}

#[test]
#[cfg_attr(windows, ignore = "the programs for Windows, and Python, are not installed on this machine")]
fn a_refused_key_ends_both_programs_soon_and_is_named() {
    for tool in ["claude", "codex"] {
        let (model, desk) = (Model::start(), Desk::new(tool));
        let (_, outcome) = desk.run(&desk.turn("Hello?", model.url("401")), never);
        let failure = outcome.failure.expect("a refused key is no success");
        assert_eq!(failure.kind, ErrorKind::Auth, "{tool}: {}", failure.sentence);
        let tries = model.requests().iter().filter(|request| request["method"] == "POST").count();
        assert!(tries <= 12, "{tool} asked {tries} times: a provider locks out who does not stop");
    }
}

#[test]
#[cfg_attr(windows, ignore = "the programs for Windows, and Python, are not installed on this machine")]
fn an_unreachable_model_is_named_although_codex_never_gives_up() {
    let (model, desk) = (Model::start(), Desk::new("codex"));
    let turn = desk.turn("Hello?", model.nowhere());
    // The second refusal in a row is where the engine's clock would go on.
    let (_, outcome) = desk.run(&turn, |reader| (!reader.progressed()).then_some(Stop::Silence));
    let failure = outcome.failure.expect("nobody answered");
    assert_eq!(failure.kind, ErrorKind::Network, "{}", failure.sentence);
    let files = desk.files_with_the_key();
    assert!(files.is_empty(), "a program that was killed cleans up nothing: {files:?}");
}

#[test]
#[cfg_attr(windows, ignore = "the programs for Windows, and Python, are not installed on this machine")]
fn a_session_that_is_gone_can_be_told_from_a_failure() {
    for tool in ["claude", "codex"] {
        let (model, desk) = (Model::start(), Desk::new(tool));
        let resume = Some("99999999-2222-4333-8444-555555555555".to_owned());
        let (_, outcome) = desk.run(&Turn { resume, ..desk.turn("Go on.", model.url("job")) }, never);
        assert!(
            outcome.session_lost && !outcome.ok,
            "{tool} would never be asked again without it: {outcome:?}"
        );
    }
}
