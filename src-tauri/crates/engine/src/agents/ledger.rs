//! What every parser keeps while it reads, and how a turn is closed.

use std::collections::VecDeque;

use serde_json::Value;
use waybill_domain::agent::{AgentEvent, Usage};

use super::failure::Failure;
use super::turn::{Doing, Exit, Outcome};

/// How many lines of standard error are remembered for the sentence about a crash.
const LAST_WORDS: usize = 5;

/// A line of JSON as what a parser knows of it. A blank line is nothing; what is not known is kept as it stands.
pub(super) fn json_line(
    line: &str,
    known: impl FnOnce(&Value) -> Option<Vec<AgentEvent>>,
) -> Vec<AgentEvent> {
    if line.trim().is_empty() {
        return Vec::new();
    }
    let events = serde_json::from_str::<Value>(line).ok().and_then(|value| known(&value));
    events.unwrap_or_else(|| vec![AgentEvent::Raw { text: line.to_owned() }])
}

pub(super) struct Ledger {
    /// The tool's name as a person writes it.
    tool: String,
    pub agent_session_id: Option<String>,
    pub model: Option<String>,
    pub doing: Doing,
    spent: Usage,
    last_words: VecDeque<String>,
    pub session_lost: bool,
    /// Whether the last words are about the provider, so that they tell the kind of a failure.
    pub words_tell: bool,
}

/// What the stream itself said came of the turn.
pub(super) enum Verdict {
    Done {
        summary: String,
    },
    Failed {
        failure: Failure,
        summary: String,
    },
    /// The stream broke off.
    Silent {
        summary: String,
    },
}

impl Ledger {
    pub fn new(tool: impl Into<String>, resumed: Option<&str>) -> Self {
        Self {
            tool: tool.into(),
            agent_session_id: resumed.map(str::to_owned),
            model: None,
            doing: Doing::Thinking,
            spent: Usage::default(),
            last_words: VecDeque::new(),
            session_lost: false,
            words_tell: true,
        }
    }

    pub fn tool(&self) -> &str {
        &self.tool
    }

    /// What the turn has used so far.
    pub fn spent(&self) -> Usage {
        self.spent
    }

    /// Adds to what the turn has used; nothing is said when nothing was used.
    pub fn spend(&mut self, usage: Usage) -> Option<AgentEvent> {
        if usage == Usage::default() {
            return None;
        }
        self.spent = add(self.spent, usage);
        Some(AgentEvent::Usage(usage))
    }

    /// Remembers a line that may explain a crash.
    pub fn heard(&mut self, line: &str) {
        if line.trim().is_empty() {
            return;
        }
        if self.last_words.len() == LAST_WORDS {
            self.last_words.pop_front();
        }
        self.last_words.push_back(line.trim().to_owned());
    }

    /// Ends the turn: what the stream said counts, and the way the process ended only where the stream is silent.
    pub fn close(&mut self, verdict: Verdict, exit: Exit) -> (Vec<AgentEvent>, Outcome) {
        let (summary, failure) = match verdict {
            Verdict::Done { summary } => (summary, None),
            Verdict::Failed { failure, summary } if exit.stopped.is_none() => (summary, Some(failure)),
            Verdict::Failed { summary, .. } | Verdict::Silent { summary } => {
                let words = self.last_words.make_contiguous().join("\n");
                (summary, Some(Failure::from_exit(&self.tool, exit, self.doing, &words, self.words_tell)))
            }
        };
        let ok = failure.is_none();
        let mut events = Vec::new();
        if let Some(failure) = &failure {
            events.push(AgentEvent::Error { kind: failure.kind, message: failure.sentence.clone() });
        }
        events.push(AgentEvent::Finished {
            ok,
            summary: summary.clone(),
            agent_session_id: self.agent_session_id.clone(),
        });
        let outcome = Outcome {
            ok,
            summary,
            agent_session_id: self.agent_session_id.clone(),
            model: self.model.clone(),
            usage: self.spent,
            failure,
            session_lost: self.session_lost && !ok,
        };
        (events, outcome)
    }
}

/// The sum of two usages. A cost is unknown only when both are. A tool may claim any number: none may break the run.
pub fn add(a: Usage, b: Usage) -> Usage {
    Usage {
        input_tokens: a.input_tokens.saturating_add(b.input_tokens),
        output_tokens: a.output_tokens.saturating_add(b.output_tokens),
        cache_read_tokens: a.cache_read_tokens.saturating_add(b.cache_read_tokens),
        cache_write_tokens: a.cache_write_tokens.saturating_add(b.cache_write_tokens),
        cost_usd: match (a.cost_usd, b.cost_usd) {
            (Some(a), Some(b)) => Some(a + b),
            (a, b) => a.or(b),
        },
    }
}

/// What `total` is more than `part`, never below zero. The cost is that of `total` where `part` has none.
pub fn beyond(total: Usage, part: Usage) -> Usage {
    Usage {
        input_tokens: total.input_tokens.saturating_sub(part.input_tokens),
        output_tokens: total.output_tokens.saturating_sub(part.output_tokens),
        cache_read_tokens: total.cache_read_tokens.saturating_sub(part.cache_read_tokens),
        cache_write_tokens: total.cache_write_tokens.saturating_sub(part.cache_write_tokens),
        cost_usd: total.cost_usd.map(|cost| (cost - part.cost_usd.unwrap_or_default()).max(0.0)),
    }
}

/// All tokens together.
pub fn tokens(usage: Usage) -> u64 {
    let parts = [usage.output_tokens, usage.cache_read_tokens, usage.cache_write_tokens];
    parts.into_iter().fold(usage.input_tokens, u64::saturating_add)
}
