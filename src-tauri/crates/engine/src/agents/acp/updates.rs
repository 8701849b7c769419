//! What an agent tells while it works, as events.

use std::collections::HashMap;
use std::path::PathBuf;

use agent_client_protocol_schema::v1::{
    ContentBlock, ContentChunk, Diff, Plan, SessionUpdate, ToolCall, ToolCallContent, ToolCallStatus,
    ToolCallUpdate, ToolCallUpdateFields,
};
use serde_json::{Value, json};
use waybill_domain::agent::{AgentEvent, ChangeKind};

use crate::agents::pieces::Pieces;
use crate::agents::workspace_path::relative;

pub(super) struct Updates {
    workspace: PathBuf,
    block: Pieces,
    /// The block of text that was written last.
    text: String,
    /// The id of its message, empty where the agent gives none; None once something else has followed.
    message: Option<String>,
    thought: String,
    calls: HashMap<String, Call>,
    plans: u32,
    cost: Option<f64>,
}

/// A tool call that has no result yet.
#[derive(Debug, Default)]
struct Call {
    name: String,
    input: Value,
    told: bool,
    output: String,
    changes: Vec<(String, ChangeKind)>,
}

impl Updates {
    pub(super) fn new(workspace: PathBuf) -> Self {
        Self {
            workspace,
            block: Pieces::default(),
            text: String::new(),
            message: None,
            thought: String::new(),
            calls: HashMap::new(),
            plans: 0,
            cost: None,
        }
    }

    /// The last block of text; complete at the end of the turn.
    pub(super) fn last_text(&self) -> &str {
        &self.text
    }

    /// The money that the session has cost so far, in US dollars.
    pub(super) fn cost(&self) -> Option<f64> {
        self.cost
    }

    pub(super) fn runs_a_tool(&self) -> bool {
        self.calls.values().any(|call| call.told)
    }

    /// The events of an update; None for one that this version of the protocol does not know.
    pub(super) fn apply(&mut self, update: SessionUpdate) -> Option<Vec<AgentEvent>> {
        Some(match update {
            SessionUpdate::AgentMessageChunk(chunk) => self.said(&chunk),
            SessionUpdate::AgentThoughtChunk(chunk) => {
                let events = self.flush_text();
                self.thought.push_str(text_of(&chunk.content));
                events
            }
            SessionUpdate::ToolCall(call) => self.call_began(call),
            SessionUpdate::ToolCallUpdate(update) => self.call_changed(update),
            SessionUpdate::Plan(plan) => self.planned(&plan),
            SessionUpdate::UsageUpdate(update) => {
                let dollars = update.cost.filter(|cost| cost.currency == "USD");
                self.cost = dollars.map(|cost| cost.amount).or(self.cost);
                Vec::new()
            }
            SessionUpdate::UserMessageChunk(_)
            | SessionUpdate::AvailableCommandsUpdate(_)
            | SessionUpdate::CurrentModeUpdate(_)
            | SessionUpdate::ConfigOptionUpdate(_)
            | SessionUpdate::SessionInfoUpdate(_) => Vec::new(),
            _ => return None,
        })
    }

    /// What still waits, now that something else begins or the turn is over.
    pub(super) fn close(&mut self) -> Vec<AgentEvent> {
        let mut events = self.flush_thought();
        events.extend(self.flush_text());
        events
    }

    fn said(&mut self, chunk: &ContentChunk) -> Vec<AgentEvent> {
        let mut events = self.flush_thought();
        // Without ids, what is said between two other things is one block.
        let message = Some(chunk.message_id.as_ref().map(ToString::to_string).unwrap_or_default());
        if self.message != message {
            events.extend(self.flush_text());
            self.text.clear();
            self.block.begin();
            self.message = message;
        }
        let piece = text_of(&chunk.content);
        self.text.push_str(piece);
        events.extend(self.block.push(piece));
        events
    }

    fn flush_text(&mut self) -> Vec<AgentEvent> {
        self.message = None;
        self.block.flush().into_iter().collect()
    }

    fn flush_thought(&mut self) -> Vec<AgentEvent> {
        let text = std::mem::take(&mut self.thought);
        (!text.is_empty()).then_some(AgentEvent::Thinking { text }).into_iter().collect()
    }

    fn call_began(&mut self, call: ToolCall) -> Vec<AgentEvent> {
        let mut events = self.close();
        let name = call.name.clone().unwrap_or_else(|| call.title.clone());
        self.calls.insert(call.tool_call_id.to_string(), Call { name, ..Call::default() });
        events.extend(self.call_changed(call.into()));
        events
    }

    /// A call, further on: told of when its input is known, and again with its result.
    pub(super) fn call_changed(&mut self, update: ToolCallUpdate) -> Vec<AgentEvent> {
        let mut events = self.close();
        let (id, fields) = (update.tool_call_id.to_string(), update.fields);
        let status = fields.status;
        let workspace = self.workspace.clone();
        let call = self.calls.entry(id.clone()).or_default();
        call.take(fields, &workspace);
        let ended = matches!(status, Some(ToolCallStatus::Completed | ToolCallStatus::Failed));
        if !call.told && (ended || status == Some(ToolCallStatus::InProgress)) {
            call.told = true;
            events.push(AgentEvent::ToolCall {
                id: id.clone(),
                name: call.name.clone(),
                input: call.input.clone(),
            });
        }
        if ended && let Some(call) = self.calls.remove(&id) {
            let ok = status == Some(ToolCallStatus::Completed);
            events.push(AgentEvent::ToolResult { id, ok, output: call.output });
            let changes = call.changes.into_iter().filter(|_| ok);
            events.extend(changes.map(|(path, kind)| AgentEvent::FileChanged { path, kind }));
        }
        events
    }

    fn planned(&mut self, plan: &Plan) -> Vec<AgentEvent> {
        let mut events = self.close();
        self.plans += 1;
        let id = format!("plan-{}", self.plans);
        let input = json!({ "entries": plan.entries });
        events.push(AgentEvent::ToolCall { id: id.clone(), name: "plan".to_owned(), input });
        events.push(AgentEvent::ToolResult { id, ok: true, output: String::new() });
        events
    }
}

impl Call {
    fn take(&mut self, fields: ToolCallUpdateFields, workspace: &std::path::Path) {
        if self.name.is_empty() {
            self.name = fields.name.or(fields.title).unwrap_or_default();
        }
        // What a permission is asked for may be put in other words than the call itself.
        if let Some(input) = fields.raw_input.filter(|_| !self.told) {
            self.input = input;
        }
        let Some(content) = fields.content else { return };
        let texts = content.iter().filter_map(|part| match part {
            ToolCallContent::Content(part) => Some(text_of(&part.content)),
            _ => None,
        });
        let output = texts.collect::<Vec<_>>().join("\n");
        if !output.is_empty() {
            self.output = output;
        }
        let diffs = content.iter().filter_map(|part| match part {
            ToolCallContent::Diff(diff) => Some(change(diff, workspace)),
            _ => None,
        });
        let diffs: Vec<_> = diffs.collect();
        if !diffs.is_empty() {
            self.changes = diffs;
        }
    }
}

fn change(diff: &Diff, workspace: &std::path::Path) -> (String, ChangeKind) {
    let is_new = diff.old_text.as_deref().is_none_or(str::is_empty);
    let kind = if is_new { ChangeKind::Added } else { ChangeKind::Modified };
    (relative(workspace, &diff.path.to_string_lossy()), kind)
}

fn text_of(content: &ContentBlock) -> &str {
    match content {
        ContentBlock::Text(text) => &text.text,
        _ => "",
    }
}
