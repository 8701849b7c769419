//! Reads Pi's JSON stream.

use std::collections::HashMap;
use std::path::PathBuf;

use serde_json::Value;
use waybill_domain::agent::{AgentEvent, ChangeKind, ErrorKind, Usage};

use super::TITLE;
use crate::agents::failure::Failure;
use crate::agents::ledger::{Ledger, Verdict, json_line};
use crate::agents::mcp;
use crate::agents::pieces::Pieces;
use crate::agents::turn::{Doing, Exit, Outcome, StreamParser, Turn};
use crate::agents::workspace_path::relative;

/// The tools with which it changes files.
const FILE_TOOLS: &[&str] = &["write", "edit"];

/// What the extension says when its server ends; see `waybill_tools.js`.
const TOOLS_GONE: &str = "Waybill's tools are gone";

pub(super) struct PiStream {
    ledger: Ledger,
    workspace: PathBuf,
    block: Pieces,
    /// The tool calls without an answer, and the file that each would change.
    calls: HashMap<String, Option<String>>,
    last_text: String,
    /// What the last answer of the model makes of the turn; its process ends well whatever happened.
    verdict: Option<Verdict>,
}

impl PiStream {
    pub(super) fn new(turn: &Turn) -> Self {
        let mut ledger = Ledger::new(TITLE, turn.resume.as_deref().or(turn.new_session_id.as_deref()));
        ledger.model.clone_from(&turn.model);
        Self {
            ledger,
            workspace: turn.workspace.clone(),
            block: Pieces::default(),
            calls: HashMap::new(),
            last_text: String::new(),
            verdict: None,
        }
    }

    /// The events of a line, or None when it is not one that this parser knows.
    fn known(&mut self, line: &Value) -> Option<Vec<AgentEvent>> {
        let events = match line["type"].as_str()? {
            "session" => self.session(line),
            "message_update" => self.piece(&line["assistantMessageEvent"]),
            "message_end" if line["message"]["role"] == "assistant" => self.answer(&line["message"]),
            "tool_execution_start" => vec![self.tool_call(line)],
            "tool_execution_end" => self.tool_result(line),
            "auto_retry_start" => vec![self.retry(line)],
            "compaction_end" => {
                vec![AgentEvent::Note { text: format!("{TITLE} has summed up the conversation so far.") }]
            }
            // Signs of life, and what other lines say as well.
            "message_start"
            | "message_end"
            | "tool_execution_update"
            | "agent_start"
            | "agent_end"
            | "agent_settled"
            | "turn_start"
            | "turn_end"
            | "entry_appended"
            | "auto_retry_end"
            | "compaction_start" => Vec::new(),
            _ => return None,
        };
        if line["type"] == "tool_execution_end" || line["type"] == "message_update" {
            self.ledger.doing = Doing::Thinking;
        }
        if !self.calls.is_empty() {
            self.ledger.doing = Doing::RunningTool;
        }
        Some(events)
    }

    fn session(&mut self, line: &Value) -> Vec<AgentEvent> {
        self.ledger.agent_session_id = text(&line["id"]);
        vec![AgentEvent::SessionStarted {
            agent_session_id: self.ledger.agent_session_id.clone(),
            model: self.ledger.model.clone(),
        }]
    }

    /// A piece of an answer that is being written.
    fn piece(&mut self, event: &Value) -> Vec<AgentEvent> {
        let said = |key: &str| event[key].as_str().unwrap_or_default();
        let event = match event["type"].as_str() {
            Some("text_start") => {
                self.block.begin();
                None
            }
            Some("text_delta") => self.block.push(said("delta")),
            Some("text_end") => {
                said("content").clone_into(&mut self.last_text);
                self.block.complete(said("content"))
            }
            Some("thinking_end") if !said("content").is_empty() => {
                Some(AgentEvent::Thinking { text: said("content").to_owned() })
            }
            _ => None,
        };
        event.into_iter().collect()
    }

    /// An answer, complete; the last one tells what came of the turn.
    fn answer(&mut self, message: &Value) -> Vec<AgentEvent> {
        self.ledger.model = text(&message["model"]).or(self.ledger.model.take());
        let summary = self.last_text.clone();
        self.verdict = match message["stopReason"].as_str() {
            Some("stop") => Some(Verdict::Done { summary }),
            // It goes on, with the answers of its tools.
            Some("toolUse" | "pending") | None => None,
            Some(reason) => {
                let detail = message["errorMessage"].as_str().unwrap_or(reason);
                let failure = Failure::from_detail(TITLE, status_in(detail), detail);
                Some(Verdict::Failed { failure, summary })
            }
        };
        self.ledger.spend(usage(&message["usage"])).into_iter().collect()
    }

    fn tool_call(&mut self, line: &Value) -> AgentEvent {
        let id = text(&line["toolCallId"]).unwrap_or_default();
        let name = text(&line["toolName"]).unwrap_or_default();
        let file = FILE_TOOLS.contains(&name.as_str()).then(|| text(&line["args"]["path"])).flatten();
        self.calls.insert(id.clone(), file);
        AgentEvent::ToolCall { id, name, input: line["args"].clone() }
    }

    fn tool_result(&mut self, line: &Value) -> Vec<AgentEvent> {
        let id = text(&line["toolCallId"]).unwrap_or_default();
        let ok = line["isError"] != true;
        let file = self.calls.remove(&id).flatten().filter(|_| ok);
        let blocks = line["result"]["content"].as_array().into_iter().flatten();
        let output = blocks.filter_map(|block| block["text"].as_str()).collect::<Vec<_>>().join("\n");
        let mut events = vec![AgentEvent::ToolResult { id, ok, output }];
        // Whether the file was there before is not told.
        events.extend(file.map(|file| AgentEvent::FileChanged {
            path: relative(&self.workspace, &file),
            kind: ChangeKind::Modified,
        }));
        events
    }

    fn retry(&mut self, line: &Value) -> AgentEvent {
        let reason = line["errorMessage"].as_str().unwrap_or_default();
        self.ledger.heard(reason);
        self.ledger.doing = Doing::Retrying;
        let kind = Failure::from_detail(TITLE, status_in(reason), reason).kind;
        if kind == ErrorKind::RateLimit {
            return AgentEvent::RateLimited { retry_after: line["delayMs"].as_f64().map(|ms| ms / 1000.0) };
        }
        let (attempt, most) = (&line["attempt"], &line["maxAttempts"]);
        AgentEvent::Error { kind, message: format!("{TITLE} tries again ({attempt} of {most}): {reason}") }
    }
}

impl StreamParser for PiStream {
    fn line(&mut self, line: &str) -> Vec<AgentEvent> {
        json_line(line, |value| self.known(value))
    }

    fn stderr_line(&mut self, line: &str) -> Vec<AgentEvent> {
        self.ledger.heard(line);
        self.ledger.session_lost |= line.contains("No session found matching");
        let missing = line.contains(TOOLS_GONE).then(|| mcp::missing(TITLE));
        missing.into_iter().chain([AgentEvent::Raw { text: line.to_owned() }]).collect()
    }

    fn end(&mut self, exit: Exit) -> (Vec<AgentEvent>, Outcome) {
        let mut events: Vec<AgentEvent> = self.block.flush().into_iter().collect();
        let verdict =
            self.verdict.take().unwrap_or(Verdict::Silent { summary: std::mem::take(&mut self.last_text) });
        let (closing, outcome) = self.ledger.close(verdict, exit);
        events.extend(closing);
        (events, outcome)
    }

    fn doing(&self) -> Doing {
        self.ledger.doing
    }
}

fn usage(usage: &Value) -> Usage {
    let count = |key: &str| usage[key].as_u64().unwrap_or_default();
    Usage {
        input_tokens: count("input"),
        output_tokens: count("output"),
        cache_read_tokens: count("cacheRead"),
        cache_write_tokens: count("cacheWrite"),
        // What it has no price for, it counts as nothing.
        cost_usd: usage["cost"]["total"].as_f64().filter(|cost| *cost > 0.0),
    }
}

/// The HTTP status in its words about a refusal: "OpenAI API error (429): …", "401 {…}".
fn status_in(message: &str) -> Option<u16> {
    let after = message.split_once("error (").map_or(message, |(_, after)| after);
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok().filter(|status| (400..600).contains(status))
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
