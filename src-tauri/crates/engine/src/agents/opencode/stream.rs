//! Reads OpenCode's JSON stream, which tells of texts and tools when they are complete, and has no last line.

use std::path::PathBuf;

use serde_json::{Value, json};
use waybill_domain::agent::{AgentEvent, ChangeKind, ErrorKind, Usage};

use super::TITLE;
use crate::agents::failure::Failure;
use crate::agents::ledger::{Ledger, Verdict, json_line};
use crate::agents::turn::{Doing, Exit, Outcome, StreamParser, Turn};
use crate::agents::workspace_path::relative;

pub(super) struct OpenCodeStream {
    ledger: Ledger,
    workspace: PathBuf,
    started: bool,
    last_text: String,
    /// What the last step makes of the turn.
    verdict: Option<Verdict>,
}

impl OpenCodeStream {
    pub(super) fn new(turn: &Turn) -> Self {
        let mut ledger = Ledger::new(TITLE, turn.resume.as_deref());
        // The stream never names the model.
        ledger.model.clone_from(&turn.model);
        Self {
            ledger,
            workspace: turn.workspace.clone(),
            started: false,
            last_text: String::new(),
            verdict: None,
        }
    }

    /// The events of a line, or None when it is not one that this parser knows.
    fn known(&mut self, line: &Value) -> Option<Vec<AgentEvent>> {
        let part = &line["part"];
        let said = || part["text"].as_str().unwrap_or_default().to_owned();
        let mut events = self.session(line);
        match line["type"].as_str()? {
            "step_start" => {
                self.verdict = None;
                // A tool is told of only when it has ended: from here on, silence may be the tool's.
                self.ledger.doing = Doing::RunningTool;
            }
            "text" => {
                said().clone_into(&mut self.last_text);
                events.push(AgentEvent::Text { text: said(), delta: false });
            }
            "reasoning" => events.extend((!said().is_empty()).then(|| AgentEvent::Thinking { text: said() })),
            "tool_use" => events.extend(self.tool(part)?),
            "step_finish" => events.extend(self.step_finish(part)),
            "error" => self.failed(&line["error"]),
            _ => return None,
        }
        Some(events)
    }

    /// Each line names the session; the first one tells of it.
    fn session(&mut self, line: &Value) -> Vec<AgentEvent> {
        let Some(id) = line["sessionID"].as_str() else { return Vec::new() };
        self.ledger.agent_session_id = Some(id.to_owned());
        if std::mem::replace(&mut self.started, true) {
            return Vec::new();
        }
        vec![AgentEvent::SessionStarted {
            agent_session_id: Some(id.to_owned()),
            model: self.ledger.model.clone(),
        }]
    }

    /// A tool that has ended: the call, its result, and what it changed.
    fn tool(&self, part: &Value) -> Option<Vec<AgentEvent>> {
        let state = &part["state"];
        let (id, name) = (part["callID"].as_str()?.to_owned(), part["tool"].as_str()?.to_owned());
        let ok = state["status"] == "completed" && state["metadata"]["exit"].as_i64().unwrap_or(0) == 0;
        let output = state["output"].as_str().or(state["error"].as_str()).unwrap_or_default().to_owned();
        let changes = if ok { self.changes(&name, state) } else { Vec::new() };
        let mut events = vec![
            AgentEvent::ToolCall { id: id.clone(), name, input: state["input"].clone() },
            AgentEvent::ToolResult { id, ok, output },
        ];
        events.extend(changes);
        Some(events)
    }

    fn changes(&self, tool: &str, state: &Value) -> Vec<AgentEvent> {
        let (input, about) = (&state["input"], &state["metadata"]);
        let file = |path: &Value, kind| {
            let path = relative(&self.workspace, path.as_str()?);
            Some(AgentEvent::FileChanged { path, kind })
        };
        let changed = match tool {
            "write" if about["exists"] == json!(false) => vec![file(&input["filePath"], ChangeKind::Added)],
            "write" | "edit" => vec![file(&input["filePath"], ChangeKind::Modified)],
            "apply_patch" => {
                let files = about["files"].as_array().into_iter().flatten();
                let kind = |file: &Value| match file["type"].as_str() {
                    Some("add") => ChangeKind::Added,
                    Some("delete") => ChangeKind::Deleted,
                    Some("move") => ChangeKind::Renamed,
                    _ => ChangeKind::Modified,
                };
                files.map(|one| file(&one["filePath"], kind(one))).collect()
            }
            _ => Vec::new(),
        };
        changed.into_iter().flatten().collect()
    }

    fn step_finish(&mut self, part: &Value) -> Option<AgentEvent> {
        self.ledger.doing = Doing::Thinking;
        let summary = self.last_text.clone();
        self.verdict = match part["reason"].as_str() {
            Some("stop") => Some(Verdict::Done { summary }),
            // It goes on, with the answers of its tools.
            Some("tool-calls" | "unknown") | None => None,
            Some(reason) => {
                let detail = format!("the model's answer ended early ({reason})");
                Some(Verdict::Failed { failure: Failure::from_detail(TITLE, None, &detail), summary })
            }
        };
        self.ledger.spend(usage(part))
    }

    fn failed(&mut self, error: &Value) {
        let data = &error["data"];
        let name = error["name"].as_str().unwrap_or_default();
        let detail = data["message"].as_str().unwrap_or(name);
        let status = data["statusCode"].as_u64().and_then(|status| u16::try_from(status).ok());
        let mut failure = Failure::from_detail(TITLE, status, detail);
        if failure.kind == ErrorKind::Crash {
            failure = match name {
                "ContextOverflowError" => Failure::of(TITLE, ErrorKind::ContextLength, detail),
                "ProviderAuthError" => Failure::of(TITLE, ErrorKind::Auth, detail),
                _ => failure,
            };
        }
        self.verdict = Some(Verdict::Failed { failure, summary: self.last_text.clone() });
    }
}

impl StreamParser for OpenCodeStream {
    fn line(&mut self, line: &str) -> Vec<AgentEvent> {
        json_line(line, |value| self.known(value))
    }

    fn stderr_line(&mut self, line: &str) -> Vec<AgentEvent> {
        self.ledger.heard(line);
        self.ledger.session_lost |= line.contains("Session not found");
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

/// What one step used.
fn usage(part: &Value) -> Usage {
    let count = |value: &Value| value.as_u64().unwrap_or_default();
    let tokens = &part["tokens"];
    Usage {
        input_tokens: count(&tokens["input"]),
        output_tokens: count(&tokens["output"]).saturating_add(count(&tokens["reasoning"])),
        cache_read_tokens: count(&tokens["cache"]["read"]),
        cache_write_tokens: count(&tokens["cache"]["write"]),
        // What it has no price for, it counts as nothing.
        cost_usd: part["cost"].as_f64().filter(|cost| *cost > 0.0),
    }
}
