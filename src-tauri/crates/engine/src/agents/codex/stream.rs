//! Reads Codex's JSON stream.

use std::collections::HashSet;
use std::path::PathBuf;

use serde_json::{Value, json};
use waybill_domain::agent::{AgentEvent, ChangeKind, ErrorKind, Usage};

use super::TITLE;
use crate::agents::failure::{Failure, kind_of_text};
use crate::agents::ledger::{Ledger, Verdict, beyond, json_line, tokens};
use crate::agents::turn::{Doing, Exit, Outcome, StreamParser, Turn};
use crate::agents::workspace_path::relative;

pub(super) struct CodexStream {
    ledger: Ledger,
    workspace: PathBuf,
    earlier: Usage,
    /// The items that have begun and not ended.
    open: HashSet<String>,
    last_text: String,
    verdict: Option<Verdict>,
}

impl CodexStream {
    pub(super) fn new(turn: &Turn) -> Self {
        let mut ledger = Ledger::new(TITLE, turn.resume.as_deref());
        // The stream never names the model.
        ledger.model.clone_from(&turn.model);
        Self {
            ledger,
            workspace: turn.workspace.clone(),
            earlier: turn.earlier,
            open: HashSet::new(),
            last_text: String::new(),
            verdict: None,
        }
    }

    /// The events of a line, or None when it is not one that this parser knows.
    fn known(&mut self, line: &Value) -> Option<Vec<AgentEvent>> {
        let kind = line["type"].as_str()?;
        if kind == "error" {
            return Some(vec![self.trouble(line["message"].as_str().unwrap_or_default())]);
        }
        self.ledger.doing = Doing::Thinking;
        let events = match kind {
            "thread.started" => {
                self.ledger.agent_session_id = text(&line["thread_id"]);
                vec![AgentEvent::SessionStarted {
                    agent_session_id: self.ledger.agent_session_id.clone(),
                    model: self.ledger.model.clone(),
                }]
            }
            "item.started" => self.started(&line["item"])?,
            "turn.started" | "item.updated" => Vec::new(),
            "item.completed" => self.completed(&line["item"])?,
            "turn.completed" => {
                self.verdict = Some(Verdict::Done { summary: self.last_text.clone() });
                self.usage(&line["usage"]).into_iter().collect()
            }
            "turn.failed" => {
                let detail = line["error"]["message"].as_str().unwrap_or_default();
                let failure = Failure::from_detail(TITLE, status_in(detail), detail);
                self.verdict = Some(Verdict::Failed { failure, summary: self.last_text.clone() });
                Vec::new()
            }
            _ => return None,
        };
        if !self.open.is_empty() {
            self.ledger.doing = Doing::RunningTool;
        }
        Some(events)
    }

    /// An `error` line: it may recover from this one; what it cannot recover from comes as `turn.failed`.
    fn trouble(&mut self, message: &str) -> AgentEvent {
        self.ledger.heard(message);
        self.ledger.doing = Doing::Retrying;
        let kind = Failure::from_detail(TITLE, status_in(message), message).kind;
        match kind {
            ErrorKind::RateLimit => AgentEvent::RateLimited { retry_after: None },
            kind => AgentEvent::Error { kind, message: message.to_owned() },
        }
    }

    fn started(&mut self, item: &Value) -> Option<Vec<AgentEvent>> {
        let id = text(&item["id"]).unwrap_or_default();
        let call = tool_call(item, &id);
        if call.is_some() {
            self.open.insert(id);
        }
        // Text and reasoning come whole when they are complete.
        let quiet = matches!(item["type"].as_str()?, "agent_message" | "reasoning" | "todo_list" | "error");
        call.map(|call| vec![call]).or(quiet.then(Vec::new))
    }

    fn completed(&mut self, item: &Value) -> Option<Vec<AgentEvent>> {
        let id = text(&item["id"]).unwrap_or_default();
        let began = self.open.remove(&id);
        let said = item["text"].as_str().unwrap_or_default().to_owned();
        Some(match item["type"].as_str()? {
            "agent_message" => {
                said.clone_into(&mut self.last_text);
                vec![AgentEvent::Text { text: said, delta: false }]
            }
            "reasoning" => vec![AgentEvent::Thinking { text: said }],
            // Only a warning, whatever its name.
            "error" => vec![AgentEvent::Note { text: text(&item["message"]).unwrap_or_default() }],
            "todo_list" => {
                let plan = tool_call(item, &id)?;
                vec![plan, AgentEvent::ToolResult { id, ok: true, output: String::new() }]
            }
            _ => {
                let call = tool_call(item, &id)?;
                let mut events: Vec<AgentEvent> = (!began).then_some(call).into_iter().collect();
                let ok = succeeded(item);
                events.push(AgentEvent::ToolResult { id, ok, output: output(item) });
                if ok {
                    events.extend(self.changes(item));
                }
                events
            }
        })
    }

    fn changes(&self, item: &Value) -> Vec<AgentEvent> {
        let changes = item["changes"].as_array().into_iter().flatten();
        let events = changes.filter_map(|change| {
            let kind = match change["kind"].as_str()? {
                "add" => ChangeKind::Added,
                "delete" => ChangeKind::Deleted,
                _ => ChangeKind::Modified,
            };
            Some(AgentEvent::FileChanged { path: relative(&self.workspace, change["path"].as_str()?), kind })
        });
        events.collect()
    }

    /// The counts go on over the whole thread, so that earlier turns are taken off.
    fn usage(&mut self, usage: &Value) -> Option<AgentEvent> {
        let count = |key: &str| usage[key].as_u64().unwrap_or_default();
        let (cached, written) = (count("cached_input_tokens"), count("cache_write_input_tokens"));
        let total = Usage {
            // Its input counts what came from the cache; ours does not.
            input_tokens: count("input_tokens").saturating_sub(cached + written),
            output_tokens: count("output_tokens"),
            cache_read_tokens: cached,
            cache_write_tokens: written,
            cost_usd: None,
        };
        let goes_on = tokens(total) >= tokens(self.earlier);
        self.ledger.spend(if goes_on { beyond(total, self.earlier) } else { total })
    }
}

impl StreamParser for CodexStream {
    fn line(&mut self, line: &str) -> Vec<AgentEvent> {
        json_line(line, |value| self.known(value))
    }

    fn stderr_line(&mut self, line: &str) -> Vec<AgentEvent> {
        self.ledger.heard(line);
        self.ledger.session_lost |= line.contains("no rollout found");
        vec![AgentEvent::Raw { text: line.to_owned() }]
    }

    fn end(&mut self, exit: Exit) -> (Vec<AgentEvent>, Outcome) {
        let verdict =
            self.verdict.take().unwrap_or(Verdict::Silent { summary: std::mem::take(&mut self.last_text) });
        self.ledger.close(verdict, exit)
    }

    fn doing(&self) -> Doing {
        self.ledger.doing
    }
}

/// The call that an item stands for; None for items that are no calls, or that this parser does not know.
fn tool_call(item: &Value, id: &str) -> Option<AgentEvent> {
    let kind = item["type"].as_str()?;
    let (name, input) = match kind {
        "command_execution" => (kind.to_owned(), json!({ "command": item["command"] })),
        "file_change" => (kind.to_owned(), json!({ "changes": item["changes"] })),
        "mcp_tool_call" => {
            let (server, tool) =
                (item["server"].as_str().unwrap_or_default(), item["tool"].as_str().unwrap_or_default());
            (format!("{server}.{tool}"), item["arguments"].clone())
        }
        "web_search" => (kind.to_owned(), json!({ "query": item["query"] })),
        "todo_list" => (kind.to_owned(), json!({ "items": item["items"] })),
        _ => return None,
    };
    Some(AgentEvent::ToolCall { id: id.to_owned(), name, input })
}

fn succeeded(item: &Value) -> bool {
    let failed = matches!(item["status"].as_str(), Some("failed" | "declined"));
    !failed && item["exit_code"].as_i64().unwrap_or(0) == 0 && item["error"].is_null()
}

fn output(item: &Value) -> String {
    if let Some(output) = item["aggregated_output"].as_str() {
        return output.to_owned();
    }
    if let Some(message) = item["error"]["message"].as_str() {
        return message.to_owned();
    }
    let blocks = item["result"]["content"].as_array().into_iter().flatten();
    blocks.filter_map(|block| block["text"].as_str()).collect::<Vec<_>>().join("\n")
}

/// The HTTP status that a message tells in words: "unexpected status 401 Unauthorized", "last status: 429".
fn status_in(message: &str) -> Option<u16> {
    // Where the words already say it, a number may be anything.
    if kind_of_text(message) == Some(ErrorKind::ContextLength) {
        return None;
    }
    let after = &message[message.find("status")? + "status".len()..];
    let digits: String =
        after.trim_start_matches([':', ' ']).chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
