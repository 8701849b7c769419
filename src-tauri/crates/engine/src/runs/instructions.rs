//! What an agent is told, part by part, in the order of SPEC 11; the run page shows exactly this.

use super::told::Taught;
use serde::{Deserialize, Serialize};
use waybill_domain::session::MessageRole;
use waybill_domain::text::cut;
use waybill_store::project_settings::ProjectSettings;
use waybill_store::session_messages::Message;
use waybill_store::sessions::Session;

/// One part of what an agent is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub title: String,
    pub text: String,
}

/// What an agent is told: what goes before its own instructions, and the message it works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instructions {
    pub system: Vec<Part>,
    /// What was said before, for a tool that does not remember it.
    pub history: Option<Part>,
    pub message: Vec<Part>,
}

const SESSION: &str = "\
You are in a conversation with the operator of this project, who reads your answers and may take a day to reply.

- You work in a private clone of the repository, on a branch made for this session. Commit what belongs together in the \
repository's style; what you leave uncommitted at the end of a turn is committed for you. Do not push, do not change \
git's configuration or hooks, and do not touch other branches.
- Do what the last message asks, and no more. Run the project's own checks where they exist.
- Where Waybill's tools are there (`issue`, `todo`, `checkpoint`, `ask`, `form`): read the issue first, keep your plan in \
`todo`, and claim each criterion once it is met. What is the operator's to decide, ask with `ask` or `form`; when every \
criterion is claimed, call `checkpoint`. Each of these returns at once: end your turn then, the answer is the next message.
- End each turn with a short word on what you did and what comes next.";

/// The most characters of a conversation that are told again.
const HISTORY_CHARS: usize = 40_000;

const INTERRUPTED: &str = "\
Waybill was interrupted while you worked, and you are now continued in the same workspace. See what is done already \
(`git status`, `git log`), then go on where you left off. The task was:";

impl Instructions {
    /// Puts together what the agent of a session is told: `said` are the earlier messages, `messages` the new ones.
    pub fn of_session(
        session: &Session,
        said: &[Message],
        messages: &[Message],
        settings: &ProjectSettings,
        taught: &Taught,
    ) -> Self {
        let mut system = Vec::new();
        push(&mut system, "Sandbox system prompt", &settings.sandbox_system_prompt);
        push(&mut system, "Context", &taught.context);
        push(&mut system, "Session", SESSION);
        push(&mut system, "Learnings", &taught.learnings);
        if let Some(bound) = &session.issue {
            let text = format!("You work on issue #{}, {:?}.", bound.number, bound.title);
            push(&mut system, "Bound issue", &text);
        }
        let mut message = Vec::new();
        for sent in messages {
            push(&mut message, "Message", &sent.text);
        }
        Self { system, history: history(said), message }
    }

    /// Everything that was sent, part by part, with the project's file for the tool among it.
    pub fn parts(&self, settings: &ProjectSettings) -> Vec<Part> {
        let mut parts = self.system.clone();
        parts.extend(self.history.clone());
        push(&mut parts, "CLAUDE.md / AGENTS.md", &settings.claude_md);
        parts.extend(self.message.iter().cloned());
        parts
    }

    /// What goes before the tool's own instructions.
    pub fn system_text(&self) -> String {
        join(&self.system)
    }

    /// The message to work on; `again` when the agent was interrupted at it, `remembers` when the tool goes on in its
    /// own session.
    pub fn message_text(&self, again: bool, remembers: bool) -> String {
        let message = join(&self.message);
        if again {
            return format!("{INTERRUPTED}\n\n{message}");
        }
        match self.history.as_ref().filter(|_| !remembers) {
            Some(history) => format!("{}\n\n{message}", history.text),
            None => message,
        }
    }
}

/// The end of a conversation, as a tool reads it that does not remember it.
fn history(said: &[Message]) -> Option<Part> {
    let mut room = HISTORY_CHARS;
    let mut told = Vec::new();
    for message in said.iter().rev() {
        let who = match message.role {
            MessageRole::User => "Operator",
            MessageRole::Assistant => "You",
        };
        let text = cut(&message.text, room);
        let count = text.chars().count();
        told.push(format!("{who}: {text}"));
        room = room.saturating_sub(count);
        if room == 0 {
            break;
        }
    }
    told.reverse();
    let text = format!("This conversation so far:\n\n{}\n\nThe new message:", told.join("\n\n"));
    (!told.is_empty()).then(|| Part { title: "Conversation so far".to_owned(), text })
}

pub(super) fn push(parts: &mut Vec<Part>, title: &str, text: &str) {
    if !text.trim().is_empty() {
        parts.push(Part { title: title.to_owned(), text: text.to_owned() });
    }
}

fn join(parts: &[Part]) -> String {
    parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join("\n\n")
}
