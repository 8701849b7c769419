//! Between the parser and the log: hides secrets first, then cuts what is large, so that no half of a secret is left.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use waybill_domain::agent::{AgentEvent, HeldBackKind};

use super::mask::{Found, Mask, MaskStream};
use super::turn::{Doing, Exit, Outcome, StreamParser};

/// The longest text, reasoning or summary that is kept, in characters.
pub const MAX_TEXT: usize = 100_000;
/// The longest output of a tool call that is kept, in characters; beginning and end stay.
pub const MAX_TOOL_OUTPUT: usize = 20_000;
/// The longest single string within a tool call's input, in characters.
pub const MAX_INPUT_STRING: usize = 4_000;
/// The largest input of a tool call, as JSON, in bytes.
pub const MAX_TOOL_INPUT: usize = 32_000;
/// The longest line that no adapter knows, in characters.
pub const MAX_RAW: usize = 4_000;

/// Reads a turn's output into events that are fit to be stored and shown.
pub struct Reader {
    parser: Box<dyn StreamParser>,
    mask: Arc<Mask>,
    stream: MaskStream,
    found: Found,
    progressed: bool,
}

impl Reader {
    pub fn new(parser: Box<dyn StreamParser>, mask: Arc<Mask>) -> Self {
        Self { parser, mask, stream: MaskStream::default(), found: Found::new(), progressed: true }
    }

    /// A line of standard output, without its line end.
    pub fn line(&mut self, line: &str) -> Vec<AgentEvent> {
        let before = self.parser.doing();
        let events = self.parser.line(line);
        // The first refusal opens the time for retries; the ones that follow do not prolong it.
        self.progressed = before != Doing::Retrying || self.parser.doing() != Doing::Retrying;
        self.clean(events)
    }

    /// A line of standard error.
    pub fn stderr_line(&mut self, line: &str) -> Vec<AgentEvent> {
        let events = self.parser.stderr_line(line);
        self.clean(events)
    }

    /// The process has ended: what is left to say, and what came of the turn.
    pub fn end(&mut self, exit: Exit) -> (Vec<AgentEvent>, Outcome) {
        let (events, mut outcome) = self.parser.end(exit);
        let mut events = self.clean(events);
        self.flush(&mut events);
        outcome.summary = self.text(&outcome.summary, MAX_TEXT);
        outcome.agent_session_id = outcome.agent_session_id.filter(|id| is_session_id(id));
        outcome.model = outcome.model.map(|model| self.text(&model, 100));
        if let Some(failure) = &mut outcome.failure {
            failure.sentence = self.text(&failure.sentence, MAX_RAW);
        }
        (events, outcome)
    }

    /// What the tool must now be told: see [`StreamParser::replies`].
    pub fn replies(&mut self) -> Vec<u8> {
        self.parser.replies()
    }

    /// Tells a tool that converses to stop: see [`StreamParser::cancel`].
    pub fn cancel(&mut self) {
        self.parser.cancel();
    }

    /// Whether the turn is over although the tool still listens: see [`StreamParser::is_over`].
    pub fn is_over(&self) -> bool {
        self.parser.is_over()
    }

    /// Whether the last line showed that the tool gets on. The silence is counted from the last line that did.
    pub fn progressed(&self) -> bool {
        self.progressed
    }

    /// How long the tool may now go on without progress before it is stopped with `Stop::Silence`.
    pub fn patience(&self) -> Duration {
        self.parser.doing().patience()
    }

    fn clean(&mut self, events: Vec<AgentEvent>) -> Vec<AgentEvent> {
        let mut out = Vec::with_capacity(events.len());
        for event in events {
            if let AgentEvent::Text { text, delta: true } = event {
                let mut found = Found::new();
                let text = self.stream.push(&self.mask, &text, &mut found);
                push_delta(text, &mut out);
                self.tell(found, &mut out);
            } else {
                self.flush(&mut out);
                let mut found = Found::new();
                out.push(self.clean_one(event, &mut found));
                self.tell(found, &mut out);
            }
        }
        out
    }

    /// What was held of a block of text, now that the block is at its end.
    fn flush(&mut self, out: &mut Vec<AgentEvent>) {
        let mut found = Found::new();
        let text = self.stream.finish(&self.mask, &mut found);
        push_delta(text, out);
        self.tell(found, out);
    }

    fn clean_one(&self, event: AgentEvent, found: &mut Found) -> AgentEvent {
        let mut text = |text: &str, max: usize| shorten(&self.mask.mask_counting(text, found), max);
        match event {
            AgentEvent::Text { text: block, delta } => {
                AgentEvent::Text { text: text(&block, MAX_TEXT), delta }
            }
            AgentEvent::Thinking { text: block } => AgentEvent::Thinking { text: text(&block, MAX_TEXT) },
            AgentEvent::ToolCall { id, name, input } => AgentEvent::ToolCall {
                id: text(&id, 200),
                name: text(&name, MAX_RAW),
                input: bounded(clean_json(input, &mut text)),
            },
            AgentEvent::ToolResult { id, ok, output } => {
                AgentEvent::ToolResult { id: text(&id, 200), ok, output: text(&output, MAX_TOOL_OUTPUT) }
            }
            AgentEvent::FileChanged { path, kind } => {
                AgentEvent::FileChanged { path: text(&path, MAX_RAW), kind }
            }
            AgentEvent::Error { kind, message } => {
                AgentEvent::Error { kind, message: text(&message, MAX_RAW) }
            }
            AgentEvent::Finished { ok, summary, agent_session_id } => AgentEvent::Finished {
                ok,
                summary: text(&summary, MAX_TEXT),
                agent_session_id: agent_session_id.filter(|id| is_session_id(id)),
            },
            AgentEvent::HeldBack { kind, detail } => {
                AgentEvent::HeldBack { kind, detail: text(&detail, MAX_RAW) }
            }
            AgentEvent::Note { text: note } => AgentEvent::Note { text: text(&note, MAX_RAW) },
            AgentEvent::Raw { text: raw } => AgentEvent::Raw { text: text(&raw, MAX_RAW) },
            AgentEvent::SessionStarted { agent_session_id, model } => AgentEvent::SessionStarted {
                agent_session_id: agent_session_id.filter(|id| is_session_id(id)),
                model: model.map(|model| text(&model, 100)),
            },
            other @ (AgentEvent::Usage(_) | AgentEvent::RateLimited { .. }) => other,
        }
    }

    fn text(&self, text: &str, max: usize) -> String {
        shorten(&self.mask.mask(text), max)
    }

    /// Says once a turn for each secret that it was held back.
    fn tell(&mut self, found: Found, out: &mut Vec<AgentEvent>) {
        for (name, count) in found {
            let before = self.found.entry(name.clone()).or_default();
            if *before == 0 {
                out.push(AgentEvent::HeldBack {
                    kind: HeldBackKind::Secret,
                    detail: format!("The value of {name} was in the output and is not shown."),
                });
            }
            *before += count;
        }
    }
}

fn push_delta(text: String, out: &mut Vec<AgentEvent>) {
    if !text.is_empty() {
        out.push(AgentEvent::Text { text, delta: true });
    }
}

/// The beginning and the end of a text of more than `max` characters, with a word on what is missing.
fn shorten(text: &str, max: usize) -> String {
    // A text of few bytes has few characters; counting is for the others.
    let count = if text.len() <= max { 0 } else { text.chars().count() };
    if count <= max {
        return text.to_owned();
    }
    let head = max / 2;
    let tail = max - head;
    let at = |chars: usize| text.char_indices().nth(chars).map_or(text.len(), |(at, _)| at);
    format!("{}\n… {} characters left out …\n{}", &text[..at(head)], count - max, &text[at(count - tail)..])
}

fn clean_json(value: Value, text: &mut impl FnMut(&str, usize) -> String) -> Value {
    match value {
        Value::String(string) => Value::String(text(&string, MAX_INPUT_STRING)),
        Value::Array(items) => items.into_iter().map(|item| clean_json(item, text)).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(key, value)| (text(&key, MAX_INPUT_STRING), clean_json(value, text)))
            .collect(),
        other => other,
    }
}

/// The input itself, or the beginning of its JSON when it is large even with its strings cut.
fn bounded(input: Value) -> Value {
    let json = input.to_string();
    if json.len() <= MAX_TOOL_INPUT { input } else { Value::String(shorten(&json, MAX_INPUT_STRING)) }
}

/// Whether a tool's session id may be handed back to it as an argument: it comes from the agent's own output.
fn is_session_id(id: &str) -> bool {
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    (1..=128).contains(&id.len()) && id.chars().all(legal) && !id.starts_with(['-', '_'])
}

#[cfg(test)]
mod tests;
