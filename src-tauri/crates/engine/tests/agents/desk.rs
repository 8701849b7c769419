//! What the tests share: the scripted model, and a desk at which one tool works as the engine would let it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use serde_json::Value;
use waybill_domain::agent::{AgentEvent, Usage};
use waybill_engine::agents::tool_access::TOKEN_VARIABLE;
use waybill_engine::agents::{Exit, Invocation, KeySource, Mask, Outcome, Place, Reader, Stop, Tool, Turn};

pub const KEY: &str = "sk-scripted-key-of-the-tests";

/// Where the agent programs are, and the runtime that the newest of them needs.
pub fn programs() -> PathBuf {
    tests_folder().join("peers/agents/node_modules/.bin")
}

pub fn tests_folder() -> PathBuf {
    plain(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests").canonicalize().unwrap())
}

/// Windows answers in a form that hardly any program takes.
fn plain(path: &Path) -> PathBuf {
    path.to_str().and_then(|path| path.strip_prefix(r"\\?\")).map_or_else(|| path.to_owned(), PathBuf::from)
}

/// Each tool, and the key that it gets.
pub const KEY_VARIABLES: [(&str, &str); 4] = [
    ("claude", "ANTHROPIC_API_KEY"),
    ("codex", "OPENAI_API_KEY"),
    ("opencode", "OPENAI_API_KEY"),
    ("pi", "ANTHROPIC_API_KEY"),
];

/// The scripted model; it ends with this value.
pub struct Model {
    child: Child,
    listening: String,
    closed: String,
    requests: tempfile::TempDir,
}

impl Model {
    /// Plays the scenarios from which the recorded streams come.
    pub fn of_streams() -> Self {
        Self::start(&tests_folder().join("fixtures/streams/script.json"))
    }

    pub fn start(script: &Path) -> Self {
        let requests = tempfile::tempdir().unwrap();
        let mut child = Command::new("python3")
            .arg(tests_folder().join("peers/model_server.py"))
            .arg("--script")
            .arg(script)
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

    pub fn url(&self, scenario: &str) -> String {
        format!("http://127.0.0.1:{}/s/{scenario}/work", self.listening)
    }

    /// A place where nobody listens.
    pub fn nowhere(&self) -> String {
        format!("http://127.0.0.1:{}", self.closed)
    }

    /// The requests so far, oldest first.
    pub fn requests(&self) -> Vec<Value> {
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
pub struct Desk {
    place: tempfile::TempDir,
    pub tool: Tool,
    /// What the project's environment adds.
    pub variables: Vec<(String, String)>,
}

impl Desk {
    pub fn new(tool: &str) -> Self {
        Self::of(Tool::built_in(tool).unwrap())
    }

    pub fn of(tool: Tool) -> Self {
        // Not the folder for temporary files: Codex does not work well with a home below it.
        let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        for folder in ["home", "in", "out", "workspace"] {
            std::fs::create_dir(place.path().join(folder)).unwrap();
        }
        Self { place, tool, variables: Vec::new() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        plain(&self.place.path().canonicalize().unwrap()).join(name)
    }

    pub fn file(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.path("workspace").join(name)).ok()
    }

    pub fn turn(&self, prompt: &str, base_url: String) -> Turn {
        let name = self.tool.adapter().name().to_owned();
        let (_, secret) = KEY_VARIABLES.iter().find(|(tool, _)| *tool == name).unwrap();
        let program = if cfg!(windows) { format!("{name}.cmd") } else { name };
        let executable = programs().join(program);
        assert!(executable.exists(), "the agent programs are not installed: run `cargo xtask test`");
        Turn {
            executable,
            system_prompt: Some("SYSTEM-MARK: be brief.".to_owned()),
            claude_md: Some("RULES-MARK: tabs.".to_owned()),
            key: KeySource::Stored { secret: (*secret).to_owned() },
            base_url: Some(base_url),
            ..self.bare_turn(prompt)
        }
    }

    /// A turn without a program, a key or a model.
    pub fn bare_turn(&self, prompt: &str) -> Turn {
        Turn {
            executable: PathBuf::new(),
            prompt: prompt.to_owned(),
            system_prompt: None,
            claude_md: None,
            model: None,
            effort: None,
            resume: None,
            new_session_id: None,
            workspace: self.path("workspace"),
            in_dir: self.path("in"),
            out_dir: self.path("out"),
            is_root: is_root(),
            key: KeySource::None,
            base_url: None,
            tool_access: None,
            earlier: Usage::default(),
        }
    }

    /// Runs a turn; `stop` is asked after each line whether Waybill stops the program there.
    pub fn run(&self, turn: &Turn, stop: impl Fn(&Reader) -> Option<Stop>) -> (Vec<AgentEvent>, Outcome) {
        let adapter = self.tool.adapter();
        let invocation = adapter.invocation(turn).unwrap();
        let mut child = self.spawn(&invocation, turn);
        let mut reader = Reader::new(adapter.parser(turn), Arc::new(Mask::new([("the-key", KEY)])));
        let mut stdin = child.stdin.take();
        let mut say = |words: &[u8], close: bool| {
            // A program that has gone hears nothing, and its end tells why.
            let _ = stdin.as_mut().map(|stdin| stdin.write_all(words));
            stdin = stdin.take().filter(|_| !close);
        };
        say(invocation.stdin.as_deref().unwrap_or_default(), !adapter.converses());
        say(&reader.replies(), false);
        let mut stderr = child.stderr.take().unwrap();
        let complaints = std::thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).unwrap();
            text
        });
        let (mut events, mut stopped) = (Vec::new(), None);
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            events.extend(reader.line(&line.unwrap()));
            if stopped.is_none() {
                stopped = stop(&reader);
                if stopped.is_some() {
                    reader.cancel();
                }
                if stopped.is_some() && !adapter.converses() {
                    end(&mut child);
                }
            }
            say(&reader.replies(), reader.is_over());
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

    /// The files below the private home, the workspace and what is handed in and out that hold a secret.
    pub fn files_with(&self, secret: &str) -> Vec<PathBuf> {
        let mut folders = vec![self.path("home"), self.path("workspace"), self.path("in"), self.path("out")];
        let mut found = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
                let kind = entry.file_type().unwrap();
                if kind.is_dir() {
                    folders.push(entry.path());
                } else if kind.is_file() {
                    let bytes = std::fs::read(entry.path()).unwrap();
                    let holds = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
                    found.extend(holds.then(|| entry.path()));
                }
            }
        }
        found
    }

    fn spawn(&self, invocation: &Invocation, turn: &Turn) -> Child {
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
            assert!(secret.ends_with("_API_KEY"), "the key that the turn named is asked for: {secret}");
            (variable.clone(), KEY.to_owned())
        });
        let token = turn.tool_access.iter();
        let token = token.map(|access| (TOKEN_VARIABLE.to_owned(), access.token.reveal().to_owned()));
        let inherited = std::env::var_os("PATH").unwrap();
        let path = [programs()].into_iter().chain(std::env::split_paths(&inherited));
        let mut command = Command::new(&invocation.program);
        command
            .args(&invocation.args)
            .env_clear()
            .env("PATH", std::env::join_paths(path).unwrap())
            .env("HOME", self.path("home"))
            .env("USERPROFILE", self.path("home"))
            .envs(without_which_nothing_starts())
            .envs(self.variables.iter().cloned())
            .envs(invocation.env.iter().cloned().chain(secrets).chain(token))
            .current_dir(self.path("workspace"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        own_group(&mut command);
        command.spawn().unwrap()
    }
}

/// What programs of Windows need of the environment.
fn without_which_nothing_starts() -> impl Iterator<Item = (&'static str, std::ffi::OsString)> {
    let names = if cfg!(windows) { &["SystemRoot", "ComSpec", "PATHEXT"][..] } else { &[] };
    names.iter().filter_map(|name| Some((*name, std::env::var_os(name)?)))
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

pub const fn never(_: &Reader) -> Option<Stop> {
    None
}
