//! The one vocabulary of what an agent does (SPEC 6), whatever tool it runs in.

use serde::{Deserialize, Serialize};

crate::words! {
    /// Why an agent, a step or a run did not succeed (SPEC 6).
    pub enum ErrorKind {
        Auth = "auth",
        RateLimit = "rate_limit",
        Overloaded = "overloaded",
        ContextLength = "context_length",
        Network = "network",
        NotInstalled = "not_installed",
        Crash = "crash",
        Timeout = "timeout",
        Cancelled = "cancelled",
        Contract = "contract",
    }
}

impl ErrorKind {
    /// What a person does next, as one plain sentence (SPEC 13, "Errors").
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Auth => "Check the API key in Settings, or sign in to the tool in a terminal, then retry.",
            Self::RateLimit => "The provider limits how much you may ask; wait a little, then retry.",
            Self::Overloaded => "The provider is overloaded; retry in a few minutes.",
            Self::ContextLength => {
                "The task did not fit the model's context; split the issue or choose a larger model."
            }
            Self::Network => "The model could not be reached; check the connection, then retry.",
            Self::NotInstalled => "Install the tool or choose another one in Settings, then retry.",
            Self::Crash => "Read the end of the output for the cause, then retry.",
            Self::Timeout => "Give the run more time or a smaller task, then retry.",
            Self::Cancelled => "Retry to start it again; what was committed is kept.",
            Self::Contract => {
                "The agent did not answer in the form that was asked for; retry or choose another model."
            }
        }
    }
}

crate::words! {
    /// What happened to a file.
    pub enum ChangeKind { Added = "added", Modified = "modified", Deleted = "deleted", Renamed = "renamed" }
}

crate::words! {
    /// What the sandbox or the masking held back; shown on the run page.
    pub enum HeldBackKind {
        /// A path that is not visible or not writable inside the sandbox was asked for.
        Path = "path",
        /// A stored secret was about to be shown; it was replaced by `•••`.
        Secret = "secret",
        /// Processes that outlived the agent were ended.
        Process = "process",
        /// The memory limit was reached.
        Memory = "memory",
        /// A ref or hook that the agent changed in its own copy was not taken over.
        Repository = "repository",
        /// A network connection was refused.
        Network = "network",
    }
}

/// Tokens and money of one turn or one message; counts are tokens, cost is US dollars.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Usage {
    pub input_tokens: u64,
    pub output_tokens: u64,
    pub cache_read_tokens: u64,
    pub cache_write_tokens: u64,
    /// None when the tool does not say: unknown is not zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_usd: Option<f64>,
}

/// One thing that an agent, or Waybill on its behalf, did. Serialised with `type` as its tag.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AgentEvent {
    /// The tool has begun; its own session id serves to resume it.
    SessionStarted { agent_session_id: Option<String>, model: Option<String> },
    /// Text for the reader: a whole block, or a piece (`delta`) of the block that is being written.
    Text {
        text: String,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        delta: bool,
    },
    /// The model's reasoning, where the tool shows it.
    Thinking { text: String },
    /// A tool the agent calls. `input` is the tool's own JSON, cut when it is large.
    ToolCall { id: String, name: String, input: serde_json::Value },
    /// What the tool call answered.
    ToolResult { id: String, ok: bool, output: String },
    /// A file the agent says it changed; `path` is relative to the workspace.
    FileChanged { path: String, kind: ChangeKind },
    /// Tokens used by this step so far is the sum of these.
    Usage(Usage),
    /// The provider asked to wait. Seconds.
    RateLimited { retry_after: Option<f64> },
    /// Something failed; the run may go on.
    Error { kind: ErrorKind, message: String },
    /// The agent has ended its turn.
    Finished { ok: bool, summary: String, agent_session_id: Option<String> },
    /// The sandbox or the masking held something back.
    HeldBack { kind: HeldBackKind, detail: String },
    /// Waybill's own word about the run ("preparing the workspace").
    Note { text: String },
    /// A line that no adapter knows; it never ends a run.
    Raw { text: String },
}
