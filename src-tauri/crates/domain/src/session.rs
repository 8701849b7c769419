//! Sessions: a person's conversation with an agent, and the law of its states (SPEC 9).

use std::fmt;
use std::str::FromStr;

/// The path of the root agent of a session or run; the tools of the tracker are its alone.
pub const PRIMARY: &str = "primary";
/// The most characters of an agent's path.
const PATH_MAX_CHARS: usize = 200;
/// The most bytes of a message, from either side.
pub const MESSAGE_MAX_BYTES: usize = 256 * 1024;

crate::words! {
    /// Where a session stands.
    pub enum SessionState {
        /// It waits for the next message.
        Idle = "idle",
        /// An agent works on a message, or is about to.
        Running = "running",
        /// An agent asked something, and the answer is the next message.
        Paused = "paused",
        Ended = "ended",
    }
}

crate::words! {
    /// Who said a message.
    pub enum MessageRole { User = "user", Assistant = "assistant" }
}

crate::words! {
    /// Where a message stands.
    pub enum MessageState {
        /// Ready to be sent; nobody has sent it yet.
        Draft = "draft",
        /// Sent, and handed to the agent with its next turn.
        Queued = "queued",
        /// The agent has it; of an assistant's message: it was said.
        Delivered = "delivered",
    }
}

/// What happens to a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEvent {
    /// A person sends a message, which settles whatever was asked before.
    Send,
    /// The agent asks something and waits for the answer.
    Ask,
    /// The last open question is answered.
    Answer,
    /// The agent has ended its turn, and no message waits.
    Rest,
    /// A person ends the session.
    End,
}

/// An event that a session in this state cannot have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a session that is {state} cannot {}", verb(*event))]
pub struct IllegalSessionEvent {
    pub state: SessionState,
    pub event: SessionEvent,
}

const fn verb(event: SessionEvent) -> &'static str {
    match event {
        SessionEvent::Send => "take a message; start a new session",
        SessionEvent::Ask => "ask anything",
        SessionEvent::Answer => "take an answer: nothing is asked",
        SessionEvent::Rest => "come to rest",
        SessionEvent::End => "be ended again",
    }
}

impl SessionState {
    /// The state after an event (SPEC 9). Total: what is not listed is refused.
    pub const fn next(self, event: SessionEvent) -> Result<Self, IllegalSessionEvent> {
        match (self, event) {
            (Self::Idle | Self::Running | Self::Paused, SessionEvent::Send)
            | (Self::Paused, SessionEvent::Answer) => Ok(Self::Running),
            (Self::Idle | Self::Running | Self::Paused, SessionEvent::Ask)
            | (Self::Paused, SessionEvent::Rest) => Ok(Self::Paused),
            (Self::Running | Self::Idle, SessionEvent::Rest) => Ok(Self::Idle),
            // What an agent leaves behind when its session was ended over it changes nothing.
            (Self::Ended, SessionEvent::Rest)
            | (Self::Idle | Self::Running | Self::Paused, SessionEvent::End) => Ok(Self::Ended),
            _ => Err(IllegalSessionEvent { state: self, event }),
        }
    }
}

/// The path of an agent in the tree of agents: `primary`, `primary.subagents.x`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AgentPath(String);

/// A text that is no agent's path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is no agent's path; one is words of letters, digits, - and _, joined by dots: primary.subagents.tests"
)]
pub struct NotAPath(pub String);

impl AgentPath {
    /// The root of every tree.
    pub fn primary() -> Self {
        Self(PRIMARY.to_owned())
    }

    /// Whether it is the root, which alone has the tools of the tracker.
    pub fn is_root(&self) -> bool {
        self.0 == PRIMARY
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AgentPath {
    type Err = NotAPath;
    fn from_str(text: &str) -> Result<Self, NotAPath> {
        let is_word = |word: &str| {
            !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        };
        let legal = text.len() <= PATH_MAX_CHARS && text.split('.').all(is_word);
        if legal { Ok(Self(text.to_owned())) } else { Err(NotAPath(text.chars().take(60).collect())) }
    }
}

impl fmt::Display for AgentPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use SessionEvent::{Answer, Ask, End, Rest, Send};
    use SessionState::{Ended, Idle, Paused, Running};

    #[test]
    fn every_event_in_every_state_has_one_outcome() {
        let table: [(SessionState, [Option<SessionState>; 5]); 4] = [
            //        Send           Ask           Answer         Rest          End
            (Idle, [Some(Running), Some(Paused), None, Some(Idle), Some(Ended)]),
            (Running, [Some(Running), Some(Paused), None, Some(Idle), Some(Ended)]),
            (Paused, [Some(Running), Some(Paused), Some(Running), Some(Paused), Some(Ended)]),
            (Ended, [None, None, None, Some(Ended), None]),
        ];
        for (state, outcomes) in table {
            for (event, expected) in [Send, Ask, Answer, Rest, End].into_iter().zip(outcomes) {
                assert_eq!(state.next(event).ok(), expected, "a session that is {state}, at {event:?}");
            }
        }
    }

    #[test]
    fn only_primary_is_the_root() {
        assert!(AgentPath::primary().is_root());
        for (path, root) in [("primary", true), ("primary.subagents.x", false), ("Primary", false)] {
            assert_eq!(path.parse::<AgentPath>().map(|path| path.is_root()), Ok(root), "{path}");
        }
        for text in ["", ".", "primary.", "primary..x", "a b", "primary.subagents.x\n", "a:b"] {
            assert!(text.parse::<AgentPath>().is_err(), "{text:?} would be recorded as an author");
        }
    }
}
