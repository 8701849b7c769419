//! One turn of an agent: what it is given, how it is started, and what came of it.

use std::path::PathBuf;
use std::time::Duration;

use waybill_domain::agent::{AgentEvent, Usage};

use super::failure::Failure;
use super::tool_access::ToolAccess;

/// Everything an adapter may use to put a turn together. Paths are as the tool sees them inside its sandbox.
#[derive(Debug, Clone)]
pub struct Turn {
    /// The tool's program, as discovered or as chosen by the operator.
    pub executable: PathBuf,
    pub prompt: String,
    /// Put before or after the tool's own instructions, as the tool allows.
    pub system_prompt: Option<String>,
    /// The project's CLAUDE.md content, for tools that read such a file; written to the private home.
    pub claude_md: Option<String>,
    pub model: Option<String>,
    /// The tool's own word for how hard the model should think.
    pub effort: Option<String>,
    /// The tool's own session to continue.
    pub resume: Option<String>,
    /// A UUID for a new session, for tools that let it be chosen. Known before the start, it survives a crash.
    pub new_session_id: Option<String>,
    pub workspace: PathBuf,
    /// Files from Waybill for this turn; read-only inside.
    pub in_dir: PathBuf,
    /// Where the agent leaves its answers (`$WAYBILL_OUT`).
    pub out_dir: PathBuf,
    /// Whether the tool will see itself as root, which some refuse without being told that it is safe.
    pub is_root: bool,
    pub key: KeySource,
    /// Another address for the model, without the protocol's own path (`https://gateway.example`).
    pub base_url: Option<String>,
    /// The way to Waybill's tools, for tools that speak MCP; None: none are offered.
    pub tool_access: Option<ToolAccess>,
    /// The sum of the usage of the earlier turns of the resumed session; some tools count on from there.
    pub earlier: Usage,
}

/// Where the tool's right to ask the model comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// A key that Waybill keeps, by the name under which it is stored.
    Stored { secret: String },
    /// The tool's own login, mounted into the private home.
    Login,
    /// Nothing: a script, or a tool that is configured otherwise.
    None,
}

/// How a turn is started. The engine adds what belongs to the sandbox: PATH, HOME, TMPDIR, the project's variables, and
/// the token of the turn's tool access.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Invocation {
    pub program: PathBuf,
    pub args: Vec<String>,
    pub env: Vec<(String, String)>,
    /// (environment name, name of the stored secret); resolved at the last moment, never written down.
    pub secret_env: Vec<(String, String)>,
    /// Files that must be there before the start.
    pub files: Vec<SeedFile>,
    /// Written to the tool's standard input, which is then closed. None: standard input is empty.
    pub stdin: Option<Vec<u8>>,
}

/// A file that a turn needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedFile {
    pub place: Place,
    /// Relative, below the place.
    pub path: PathBuf,
    pub contents: Vec<u8>,
}

impl SeedFile {
    pub fn new(place: Place, path: impl Into<PathBuf>, contents: impl Into<Vec<u8>>) -> Self {
        Self { place, path: path.into(), contents: contents.into() }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// [`Turn::in_dir`].
    InDir,
    /// The sandbox's private home.
    Home,
}

/// Why a turn cannot even be put together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unrunnable {
    #[error("the command of the tool '{tool}' is empty")]
    EmptyCommand { tool: String },
    #[error("a quote in the command of the tool '{tool}' is never closed")]
    OpenQuote { tool: String },
    #[error(
        "the prompt is too long to be an argument ({bytes} bytes); let the tool '{tool}' read it from stdin or a file"
    )]
    LongArgument { tool: String, bytes: usize },
}

/// One tool: how it is run and how its output is read.
pub trait Adapter: Send + Sync {
    /// The name that runs, settings and messages use.
    fn name(&self) -> &str;

    /// The name as sentences write it.
    fn title(&self) -> &str {
        self.name()
    }

    /// How this turn is started.
    fn invocation(&self, turn: &Turn) -> Result<Invocation, Unrunnable>;

    /// A parser for the output of this one turn.
    fn parser(&self, turn: &Turn) -> Box<dyn StreamParser>;

    /// The variable of a project's environment that names another address for the model, when the tool's provider
    /// has one. The provider may depend on the chosen model and on the key.
    fn base_url_variable(&self, _model: Option<&str>, _key: &KeySource) -> Option<&'static str> {
        None
    }

    /// Whether the tool can continue a session of its own. When not, the engine replays what is needed.
    fn resumes(&self) -> bool;

    /// Whether the tool is answered while it works ([`StreamParser::replies`]): its standard input stays open.
    fn converses(&self) -> bool {
        false
    }

    /// Whether [`Turn::new_session_id`] becomes the id of the tool's own session.
    fn takes_session_id(&self) -> bool {
        false
    }

    /// Whether it may do what nobody has foreseen, so that the operator is asked where it cannot be isolated.
    fn needs_isolation(&self) -> bool {
        true
    }

    /// What in the private home must be kept for a resume, relative to it.
    fn session_state(&self) -> &'static [&'static str] {
        &[]
    }
}

/// Reads one turn's output, line by line, into the vocabulary. It never fails: what it does not know is `Raw`.
pub trait StreamParser: Send {
    /// A line of standard output, without its line end.
    fn line(&mut self, line: &str) -> Vec<AgentEvent>;

    /// A line of standard error.
    fn stderr_line(&mut self, line: &str) -> Vec<AgentEvent>;

    /// What the tool must now be told on its standard input: asked for before the first line and after each one.
    /// Empty for tools that do not converse.
    fn replies(&mut self) -> Vec<u8> {
        Vec::new()
    }

    /// Tells a tool that converses to stop its work; the words are among the next [`Self::replies`].
    fn cancel(&mut self) {}

    /// Whether the turn is over although the tool still listens: its input can be closed, and it can be ended.
    fn is_over(&self) -> bool {
        false
    }

    /// The process has ended: what is left to say, and what came of the turn.
    fn end(&mut self, exit: Exit) -> (Vec<AgentEvent>, Outcome);

    /// What the tool is at, for judging its silence.
    fn doing(&self) -> Doing;
}

/// What a tool that says nothing is at, as far as its last lines tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// It waits for the model to answer, or works on its own.
    Thinking,
    /// It runs a command, which may be a long build.
    RunningTool,
    /// It could not reach the provider, or was refused, and tries again. Its lines are no progress.
    Retrying,
}

impl Doing {
    /// How long the tool may go on without progress before it is given up.
    ///
    /// An agent's own commands end after ten minutes by default, a model may think for minutes without a word,
    /// and what a provider does not answer in three minutes of retries is the run's to wait for, not the tool's.
    pub const fn patience(self) -> Duration {
        match self {
            Self::Thinking => Duration::from_mins(15),
            Self::RunningTool => Duration::from_hours(1),
            Self::Retrying => Duration::from_mins(3),
        }
    }
}

/// How the process ended, and whether Waybill ended it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Exit {
    pub code: Option<i32>,
    pub signal: Option<i32>,
    /// Set when the engine stopped the tool.
    pub stopped: Option<Stop>,
}

impl Exit {
    pub const fn code(code: i32) -> Self {
        Self { code: Some(code), signal: None, stopped: None }
    }

    pub const fn signal(signal: i32) -> Self {
        Self { code: None, signal: Some(signal), stopped: None }
    }

    #[must_use]
    pub const fn stopped_by(mut self, stop: Stop) -> Self {
        self.stopped = Some(stop);
        self
    }
}

/// Why the engine stopped a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    Cancelled,
    /// No progress for longer than [`Doing::patience`].
    Silence,
    /// The whole time of the step was used up.
    Total,
}

/// What came of a turn, read from the tool's stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    pub ok: bool,
    /// The agent's last word; may be empty.
    pub summary: String,
    pub agent_session_id: Option<String>,
    pub model: Option<String>,
    /// This turn alone: the sum of the `usage` events of the turn.
    pub usage: Usage,
    pub failure: Option<Failure>,
    /// The session to resume is gone; the turn can be tried again as a new session with a replayed prompt.
    pub session_lost: bool,
}
