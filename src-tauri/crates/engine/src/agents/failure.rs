//! What went wrong, as one of the kinds of SPEC 6 and one plain sentence.

use waybill_domain::agent::ErrorKind;
use waybill_domain::text::cut;

use super::turn::{Doing, Exit, Stop};

/// The longest detail that a sentence quotes, in characters.
const MAX_DETAIL: usize = 300;

/// Why a turn did not succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub kind: ErrorKind,
    /// One plain sentence; what to do next is [`ErrorKind::advice`].
    pub sentence: String,
}

impl Failure {
    /// The failure that `detail`, said by the tool or its provider, speaks of.
    pub fn from_detail(tool: &str, status: Option<u16>, detail: &str) -> Self {
        let kind =
            status.and_then(kind_of_status).or_else(|| kind_of_text(detail)).unwrap_or(ErrorKind::Crash);
        Self::of(tool, kind, detail)
    }

    /// A failure of a known kind, and what was said of it.
    pub fn of(tool: &str, kind: ErrorKind, detail: &str) -> Self {
        Self { kind, sentence: sentence(tool, kind, detail) }
    }

    /// The failure of a tool that ended, or was ended, before it said what came of the turn.
    ///
    /// `last_words` tell the kind only when `words_tell`: those of an ordinary command are about anything.
    pub fn from_exit(tool: &str, exit: Exit, doing: Doing, last_words: &str, words_tell: bool) -> Self {
        let said = kind_of_text(last_words).filter(|_| words_tell);
        let (kind, what) = match (exit.stopped, exit.code, exit.signal) {
            (Some(Stop::Cancelled), ..) => (ErrorKind::Cancelled, format!("{tool} was stopped.")),
            (Some(Stop::Silence | Stop::Total), ..) if doing == Doing::Retrying => {
                let kind = said.unwrap_or(ErrorKind::Network);
                return Self { kind, sentence: sentence(tool, kind, last_words) };
            }
            (Some(Stop::Silence), ..) => {
                (ErrorKind::Timeout, format!("{tool} made no progress and was stopped."))
            }
            (Some(Stop::Total), ..) => {
                (ErrorKind::Timeout, format!("{tool} used up its time and was stopped."))
            }
            // The codes with which shells and sandboxes say that there is no such program.
            (None, Some(126 | 127), _) => (ErrorKind::NotInstalled, format!("{tool} could not be started.")),
            (None, _, Some(signal)) => (ErrorKind::Crash, format!("{tool} was ended by signal {signal}.")),
            (None, Some(code @ 129..=192), _) => {
                (ErrorKind::Crash, format!("{tool} was ended by signal {}.", code - 128))
            }
            (None, code, _) => match said {
                Some(kind) => return Self { kind, sentence: sentence(tool, kind, last_words) },
                None => (
                    ErrorKind::Crash,
                    match code {
                        Some(0) => format!("{tool} ended without saying what came of its work."),
                        Some(code) => format!("{tool} failed with exit code {code}."),
                        None => format!("{tool} ended in an unknown way."),
                    },
                ),
            },
        };
        Self { kind, sentence: with_detail(&what, if exit.stopped.is_some() { "" } else { last_words }) }
    }

    /// The program is not there.
    pub fn not_installed(tool: &str) -> Self {
        Self { kind: ErrorKind::NotInstalled, sentence: format!("{tool} was not found on this computer.") }
    }
}

/// The kind that an HTTP status of the provider stands for.
pub const fn kind_of_status(status: u16) -> Option<ErrorKind> {
    match status {
        401 | 403 => Some(ErrorKind::Auth),
        // A request that the provider finds too large never becomes smaller by waiting.
        413 => Some(ErrorKind::ContextLength),
        429 => Some(ErrorKind::RateLimit),
        408 | 500..=599 => Some(ErrorKind::Overloaded),
        _ => None,
    }
}

/// The kind that a tool's own words stand for. The words are those of the real programs (tests/fixtures/streams).
pub fn kind_of_text(text: &str) -> Option<ErrorKind> {
    const WORDS: &[(ErrorKind, &[&str])] = &[
        (
            ErrorKind::ContextLength,
            &["prompt is too long", "context window", "context length", "context_length", "ran out of room"],
        ),
        (
            ErrorKind::Auth,
            &[
                "invalid api key",
                "incorrect api key",
                "failed to authenticate",
                "authentication",
                "unauthorized",
                "not logged in",
                "please run /login",
                "oauth token",
                "401 ",
                "403 forbidden",
                "missing environment variable",
                "credit balance",
            ],
        ),
        (
            ErrorKind::RateLimit,
            &[
                "rate limit",
                "rate_limit",
                "too many requests",
                "usage limit",
                "quota",
                "(429)",
                "status: 429",
            ],
        ),
        (
            ErrorKind::Overloaded,
            &[
                "overloaded",
                "high demand",
                "at capacity",
                "internal server error",
                "server error",
                "bad gateway",
                "service unavailable",
            ],
        ),
        (
            ErrorKind::Network,
            &[
                "unable to connect",
                "connection refused",
                "connectionrefused",
                "connection failed",
                "waiting for network",
                "connection error",
                "connection reset",
                "stream disconnected",
                "network error",
                "timed out",
                "dns error",
                "enotfound",
                "econnrefused",
                "error sending request",
                "malformed response",
                "in json at position",
                "json parsing failed",
            ],
        ),
        (ErrorKind::NotInstalled, &["execvp", "command not found", "is not recognized as an internal"]),
    ];
    let text = text.to_lowercase();
    WORDS.iter().find(|(_, words)| words.iter().any(|word| text.contains(word))).map(|(kind, _)| *kind)
}

fn sentence(tool: &str, kind: ErrorKind, detail: &str) -> String {
    let what = match kind {
        ErrorKind::Auth => format!("{tool} was refused by the provider: the key or login is not valid."),
        ErrorKind::RateLimit => format!("{tool} has reached the provider's rate limit."),
        ErrorKind::Overloaded => format!("{tool} could not go on: the provider is overloaded or failing."),
        ErrorKind::ContextLength => format!("{tool} ran out of the model's context."),
        ErrorKind::Network => format!("{tool} could not reach the model."),
        ErrorKind::NotInstalled => format!("{tool} could not be started."),
        ErrorKind::Timeout => format!("{tool} took too long."),
        ErrorKind::Cancelled => format!("{tool} was stopped."),
        ErrorKind::Contract => format!("{tool} did not answer in the form that was asked for."),
        ErrorKind::Crash => format!("{tool} failed."),
    };
    with_detail(&what, detail)
}

fn with_detail(what: &str, detail: &str) -> String {
    let detail = detail.split_whitespace().collect::<Vec<_>>().join(" ");
    if detail.is_empty() { what.to_owned() } else { format!("{what} It said: {}", cut(&detail, MAX_DETAIL)) }
}
