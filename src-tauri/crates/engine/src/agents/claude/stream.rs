//! Reads Claude Code's JSON stream.

use std::collections::HashMap;
use std::path::PathBuf;

use serde_json::Value;
use waybill_domain::agent::{AgentEvent, ChangeKind, ErrorKind, Usage};

use super::TITLE;
use super::usage::{self, Messages};
use crate::agents::failure::{Failure, kind_of_status};
use crate::agents::ledger::{Ledger, Verdict};
use crate::agents::mcp;
use crate::agents::pieces::Pieces;
use crate::agents::turn::{Doing, Exit, Outcome, StreamParser, Turn};
use crate::agents::workspace_path::relative;

/// The tools with which it changes files, and where their input names the file.
const FILE_TOOLS: &[(&str, &str)] = &[
    ("Write", "file_path"),
    ("Edit", "file_path"),
    ("MultiEdit", "file_path"),
    ("NotebookEdit", "notebook_path"),
];

pub(super) struct ClaudeStream {
    ledger: Ledger,
    workspace: PathBuf,
    earlier: Usage,
    block: Pieces,
    messages: Messages,
    /// The tool calls without an answer, and the file that each would change.
    calls: HashMap<String, Option<String>>,
    last_text: String,
    verdict: Option<Verdict>,
}

impl ClaudeStream {
    pub(super) fn new(turn: &Turn) -> Self {
        let id = turn.resume.as_deref().or(turn.new_session_id.as_deref());
        Self {
            ledger: Ledger::new(TITLE, id),
            workspace: turn.workspace.clone(),
            earlier: turn.earlier,
            block: Pieces::default(),
            messages: Messages::default(),
            calls: HashMap::new(),
            last_text: String::new(),
            verdict: None,
        }
    }

    /// The events of a line, or None when it is not one that this parser knows.
    fn known(&mut self, line: &Value) -> Option<Vec<AgentEvent>> {
        match line["type"].as_str()? {
            "system" => self.system(line),
            "stream_event" => Some(self.partial(line)),
            "assistant" => Some(self.assistant(line)),
            "user" => Some(self.user(line)),
            "result" => Some(self.result(line)),
            "rate_limit_event" => Some(rate_limit(&line["rate_limit_info"])),
            _ => None,
        }
    }

    fn system(&mut self, line: &Value) -> Option<Vec<AgentEvent>> {
        match line["subtype"].as_str()? {
            "init" => {
                self.ledger.agent_session_id = text(&line["session_id"]);
                self.ledger.model = text(&line["model"]);
                let servers = line["mcp_servers"].as_array().into_iter().flatten();
                let failed = |server: &&Value| server["name"] == mcp::SERVER && server["status"] == "failed";
                let started = AgentEvent::SessionStarted {
                    agent_session_id: self.ledger.agent_session_id.clone(),
                    model: self.ledger.model.clone(),
                };
                let missing = servers.filter(failed).map(|_| mcp::missing(TITLE));
                Some(std::iter::once(started).chain(missing).collect())
            }
            "api_retry" => {
                self.ledger.doing = Doing::Retrying;
                Some(vec![self.retry(line)])
            }
            // Signs of life.
            "status" | "thinking_tokens" => Some(Vec::new()),
            "compact_boundary" => Some(vec![AgentEvent::Note {
                text: format!("{TITLE} has summed up the conversation so far."),
            }]),
            _ => None,
        }
    }

    fn retry(&mut self, line: &Value) -> AgentEvent {
        let word = line["error"].as_str().unwrap_or("unknown");
        let status = line["error_status"].as_u64().and_then(|status| u16::try_from(status).ok());
        // Without a status there was no answer at all.
        let kind = status.map_or(Some(ErrorKind::Network), kind_of_status).unwrap_or(ErrorKind::Overloaded);
        let reason = match status {
            Some(status) => format!("{word} ({status})"),
            None => "no connection to the model".to_owned(),
        };
        self.ledger.heard(&reason);
        if kind == ErrorKind::RateLimit {
            return AgentEvent::RateLimited {
                retry_after: line["retry_delay_ms"].as_f64().map(|ms| ms / 1000.0),
            };
        }
        let (attempt, most) = (&line["attempt"], &line["max_retries"]);
        AgentEvent::Error { kind, message: format!("{TITLE} tries again ({attempt} of {most}): {reason}.") }
    }

    /// Pieces of an answer that is being written. Those of subagents come whole, in their own lines.
    fn partial(&mut self, line: &Value) -> Vec<AgentEvent> {
        let event = &line["event"];
        if !line["parent_tool_use_id"].is_null() {
            return Vec::new();
        }
        self.ledger.doing = Doing::Thinking;
        match event["type"].as_str() {
            Some("message_start") => {
                self.messages.start(&event["message"]["usage"]);
                Vec::new()
            }
            Some("content_block_start") if event["content_block"]["type"] == "text" => {
                self.block.begin();
                Vec::new()
            }
            Some("content_block_delta") if event["delta"]["type"] == "text_delta" => {
                let piece = event["delta"]["text"].as_str().unwrap_or_default();
                self.block.push(piece).into_iter().collect()
            }
            Some("message_delta") => {
                let usage = self.messages.end(&event["usage"]);
                self.ledger.spend(usage).into_iter().collect()
            }
            Some("message_stop") => {
                self.rest_to_running();
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// A block of an answer, complete. Several lines share one message.
    fn assistant(&mut self, line: &Value) -> Vec<AgentEvent> {
        let message = &line["message"];
        // Its own words about a failure, which the result repeats.
        if message["model"] == "<synthetic>" {
            return Vec::new();
        }
        let mine = line["parent_tool_use_id"].is_null();
        let mut events = Vec::new();
        for block in message["content"].as_array().into_iter().flatten() {
            match block["type"].as_str() {
                Some("text") => {
                    let whole = block["text"].as_str().unwrap_or_default();
                    if mine {
                        whole.clone_into(&mut self.last_text);
                        events.extend(self.block.complete(whole));
                    } else {
                        events.push(AgentEvent::Text { text: whole.to_owned(), delta: false });
                    }
                }
                Some("thinking") => {
                    let text = block["thinking"].as_str().unwrap_or_default().to_owned();
                    events.extend((!text.is_empty()).then_some(AgentEvent::Thinking { text }));
                }
                Some("tool_use" | "server_tool_use" | "mcp_tool_use") => events.push(self.tool_call(block)),
                _ => {}
            }
        }
        self.rest_to_running();
        events
    }

    fn tool_call(&mut self, block: &Value) -> AgentEvent {
        let (id, name) = (text(&block["id"]).unwrap_or_default(), text(&block["name"]).unwrap_or_default());
        let file =
            FILE_TOOLS.iter().find(|(tool, _)| *tool == name).and_then(|(_, key)| text(&block["input"][key]));
        self.calls.insert(id.clone(), file);
        AgentEvent::ToolCall { id, name, input: block["input"].clone() }
    }

    fn user(&mut self, line: &Value) -> Vec<AgentEvent> {
        let mut events = Vec::new();
        for block in line["message"]["content"].as_array().into_iter().flatten() {
            if block["type"] != "tool_result" {
                continue;
            }
            let id = text(&block["tool_use_id"]).unwrap_or_default();
            let ok = block["is_error"] != true;
            let file = self.calls.remove(&id).flatten();
            events.push(AgentEvent::ToolResult { id, ok, output: content_text(&block["content"]) });
            if let Some(file) = file.filter(|_| ok) {
                let kind = match line["tool_use_result"]["type"].as_str() {
                    Some("create") => ChangeKind::Added,
                    _ => ChangeKind::Modified,
                };
                events.push(AgentEvent::FileChanged { path: relative(&self.workspace, &file), kind });
            }
        }
        self.ledger.doing = Doing::Thinking;
        self.rest_to_running();
        events
    }

    fn result(&mut self, line: &Value) -> Vec<AgentEvent> {
        let spent = usage::of_result(line, self.earlier, self.ledger.spent());
        let said = text(&line["result"]).unwrap_or_else(|| std::mem::take(&mut self.last_text));
        let done = line["is_error"] != true && line["subtype"] == "success";
        self.ledger.agent_session_id = text(&line["session_id"]).or(self.ledger.agent_session_id.take());
        self.verdict = Some(if done {
            Verdict::Done { summary: said }
        } else {
            let status = line["api_error_status"].as_u64().and_then(|status| u16::try_from(status).ok());
            let detail = match (said.is_empty(), line["errors"].as_array()) {
                (true, Some(errors)) => {
                    errors.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; ")
                }
                (true, None) => line["subtype"].as_str().unwrap_or_default().replace('_', " "),
                (false, _) => said,
            };
            self.ledger.session_lost |= is_lost_session(&detail);
            let failure = Failure::from_detail(self.ledger.tool(), status, &detail);
            Verdict::Failed { failure, summary: std::mem::take(&mut self.last_text) }
        });
        self.ledger.spend(spent).into_iter().collect()
    }

    /// While a tool call is open, silence is the tool's.
    fn rest_to_running(&mut self) {
        self.ledger.doing = if self.calls.is_empty() { Doing::Thinking } else { Doing::RunningTool };
    }
}

impl StreamParser for ClaudeStream {
    fn line(&mut self, line: &str) -> Vec<AgentEvent> {
        if line.trim().is_empty() {
            return Vec::new();
        }
        let known = serde_json::from_str::<Value>(line).ok().and_then(|value| self.known(&value));
        known.unwrap_or_else(|| {
            self.ledger.heard(line);
            vec![AgentEvent::Raw { text: line.to_owned() }]
        })
    }

    fn stderr_line(&mut self, line: &str) -> Vec<AgentEvent> {
        self.ledger.heard(line);
        self.ledger.session_lost |= is_lost_session(line);
        vec![AgentEvent::Raw { text: line.to_owned() }]
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

fn is_lost_session(text: &str) -> bool {
    text.contains("No conversation found with session ID")
}

fn rate_limit(info: &Value) -> Vec<AgentEvent> {
    if info["status"] == "rejected" {
        vec![AgentEvent::RateLimited { retry_after: None }]
    } else {
        Vec::new()
    }
}

/// A tool's answer is a text or a list of blocks, of which only text is kept.
fn content_text(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(blocks) => {
            let texts = blocks.iter().map(|block| match block["text"].as_str() {
                Some(text) => text.to_owned(),
                None => format!("[{}]", block["type"].as_str().unwrap_or("content")),
            });
            texts.collect::<Vec<_>>().join("\n")
        }
        _ => String::new(),
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
