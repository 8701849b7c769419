//! Reads a plain command's output: lines of our own vocabulary are events, all others are text.

use waybill_domain::agent::{AgentEvent, ErrorKind};

use crate::agents::failure::Failure;
use crate::agents::ledger::{Ledger, Verdict};
use crate::agents::turn::{Doing, Exit, Outcome, StreamParser};

/// How many of the last lines of text make the summary of a command that gives none.
const SUMMARY_LINES: usize = 20;

pub(super) struct CustomStream {
    ledger: Ledger,
    last_lines: Vec<String>,
    finished: Option<(bool, String)>,
    error: Option<Failure>,
}

impl CustomStream {
    pub(super) fn new(name: &str, resumed: Option<&str>, model: Option<&str>) -> Self {
        let mut ledger = Ledger::new(name, resumed);
        ledger.model = model.map(str::to_owned);
        ledger.words_tell = false;
        // An ordinary command's silence is work, as far as anyone can tell.
        ledger.doing = Doing::RunningTool;
        Self { ledger, last_lines: Vec::new(), finished: None, error: None }
    }

    fn said(&mut self, line: &str) -> AgentEvent {
        if !line.trim().is_empty() {
            if self.last_lines.len() == SUMMARY_LINES {
                self.last_lines.remove(0);
            }
            self.last_lines.push(line.to_owned());
        }
        AgentEvent::Text { text: line.to_owned(), delta: false }
    }

    fn event(&mut self, event: AgentEvent) -> Vec<AgentEvent> {
        self.ledger.doing = Doing::RunningTool;
        match &event {
            AgentEvent::SessionStarted { agent_session_id, model } => {
                self.ledger.agent_session_id.clone_from(agent_session_id);
                self.ledger.model = model.clone().or(self.ledger.model.take());
            }
            AgentEvent::Usage(usage) => return self.ledger.spend(*usage).into_iter().collect(),
            AgentEvent::RateLimited { .. } => self.ledger.doing = Doing::Retrying,
            AgentEvent::Error { kind, message } => {
                self.error = Some(Failure { kind: *kind, sentence: message.clone() });
            }
            // Said once, at the end, whatever the command does afterwards.
            AgentEvent::Finished { ok, summary, agent_session_id } => {
                self.finished = Some((*ok, summary.clone()));
                self.ledger.agent_session_id =
                    agent_session_id.clone().or(self.ledger.agent_session_id.take());
                return Vec::new();
            }
            // Waybill's own words are not the command's to say.
            AgentEvent::HeldBack { .. } | AgentEvent::Note { .. } => {
                return vec![AgentEvent::Raw { text: serde_json::to_string(&event).unwrap_or_default() }];
            }
            _ => {}
        }
        vec![event]
    }

    fn verdict(&mut self, exit: Exit) -> Verdict {
        let ended_well = exit.code == Some(0) && exit.signal.is_none() && exit.stopped.is_none();
        match self.finished.take() {
            Some((true, summary)) => Verdict::Done { summary },
            Some((false, summary)) => {
                let failure = self.error.take().unwrap_or_else(|| Failure {
                    kind: ErrorKind::Crash,
                    sentence: format!("{} says that it did not succeed.", self.ledger.tool()),
                });
                Verdict::Failed { failure, summary }
            }
            None if ended_well => Verdict::Done { summary: self.last_lines.join("\n") },
            None => match self.error.take() {
                Some(failure) => Verdict::Failed { failure, summary: self.last_lines.join("\n") },
                None => Verdict::Silent { summary: self.last_lines.join("\n") },
            },
        }
    }
}

impl StreamParser for CustomStream {
    fn line(&mut self, line: &str) -> Vec<AgentEvent> {
        let event = line.trim_start().starts_with('{').then(|| serde_json::from_str::<AgentEvent>(line));
        if let Some(Ok(event)) = event {
            return self.event(event);
        }
        self.ledger.doing = Doing::RunningTool;
        vec![self.said(line)]
    }

    fn stderr_line(&mut self, line: &str) -> Vec<AgentEvent> {
        self.ledger.heard(line);
        vec![AgentEvent::Raw { text: line.to_owned() }]
    }

    fn end(&mut self, exit: Exit) -> (Vec<AgentEvent>, Outcome) {
        let verdict = self.verdict(exit);
        self.ledger.close(verdict, exit)
    }

    fn doing(&self) -> Doing {
        self.ledger.doing
    }
}
