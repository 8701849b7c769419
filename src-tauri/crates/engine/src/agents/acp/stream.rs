//! The client's side of one turn: greeting, session, choices, prompt, and an answer to all that the agent asks.

use agent_client_protocol_schema::ProtocolVersion;
use agent_client_protocol_schema::v1::{
    CancelNotification, ContentBlock, Error, ErrorCode, Implementation, InitializeRequest,
    InitializeResponse, LoadSessionRequest, LoadSessionResponse, McpServer, McpServerStdio,
    NewSessionRequest, NewSessionResponse, PermissionOptionKind, PromptRequest, PromptResponse,
    RequestPermissionOutcome, RequestPermissionRequest, RequestPermissionResponse, SelectedPermissionOutcome,
    SessionConfigOption, SessionConfigOptionCategory, SessionConfigValueId, SessionNotification,
    SetSessionConfigOptionRequest, StopReason,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use waybill_domain::agent::{AgentEvent, ErrorKind, Usage};

use super::updates::Updates;
use crate::agents::custom::whole_prompt;
use crate::agents::failure::Failure;
use crate::agents::ledger::{Ledger, Verdict};
use crate::agents::mcp;
use crate::agents::turn::{Doing, Exit, Outcome, StreamParser, Turn};

/// What the agent's next answer is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Greeting,
    Opening,
    Choosing,
    Working,
    Over,
}

pub(super) struct AcpStream {
    ledger: Ledger,
    updates: Updates,
    turn: Turn,
    stage: Stage,
    /// The id of the request that waits for its answer.
    awaited: u64,
    /// What is to be chosen before the prompt, the next one last.
    wishes: Vec<(SessionConfigOptionCategory, String)>,
    options: Vec<SessionConfigOption>,
    /// What the agent must be told, a message a line.
    out: Vec<u8>,
    verdict: Option<Verdict>,
}

impl AcpStream {
    pub(super) fn new(name: &str, turn: &Turn) -> Self {
        let mut ledger = Ledger::new(name, turn.resume.as_deref());
        ledger.model.clone_from(&turn.model);
        let effort = turn.effort.clone().map(|word| (SessionConfigOptionCategory::ThoughtLevel, word));
        let model = turn.model.clone().map(|word| (SessionConfigOptionCategory::Model, word));
        let mut stream = Self {
            ledger,
            updates: Updates::new(turn.workspace.clone()),
            turn: turn.clone(),
            stage: Stage::Greeting,
            awaited: 0,
            // The levels of effort may depend on the model.
            wishes: effort.into_iter().chain(model).collect(),
            options: Vec::new(),
            out: Vec::new(),
            verdict: None,
        };
        let waybill = Implementation::new("waybill", env!("CARGO_PKG_VERSION")).title("Waybill".to_owned());
        stream.ask("initialize", &InitializeRequest::new(ProtocolVersion::V1).client_info(waybill));
        stream
    }

    /// The events of a line, or None when it is not one that this parser knows.
    fn known(&mut self, message: &Value) -> Option<Vec<AgentEvent>> {
        let id = message.get("id").filter(|id| !id.is_null());
        match (message["method"].as_str(), id) {
            (Some("session/update"), None) => self.update(&message["params"]),
            (Some(method), Some(id)) => self.asked(method, id, &message["params"]),
            (None, Some(id)) if *id == self.awaited && self.stage != Stage::Over => self.answered(message),
            _ => None,
        }
    }

    fn update(&mut self, params: &Value) -> Option<Vec<AgentEvent>> {
        let told: SessionNotification = read(params)?;
        // A session that is loaded is played from its beginning, which is known already.
        if self.stage == Stage::Opening {
            return Some(Vec::new());
        }
        self.updates.apply(told.update)
    }

    /// A request of the agent's. Permission is given once; anything else was not offered.
    fn asked(&mut self, method: &str, id: &Value, params: &Value) -> Option<Vec<AgentEvent>> {
        if method != "session/request_permission" {
            let error = Error::method_not_found();
            self.say(&json!({ "jsonrpc": "2.0", "id": id, "error": error }));
            return None;
        }
        let request: RequestPermissionRequest = read(params)?;
        let option = |kind: PermissionOptionKind| request.options.iter().find(|one| one.kind == kind);
        let granted = option(PermissionOptionKind::AllowOnce).or(option(PermissionOptionKind::AllowAlways));
        let outcome = match granted {
            Some(one) => {
                RequestPermissionOutcome::Selected(SelectedPermissionOutcome::new(one.option_id.clone()))
            }
            None => RequestPermissionOutcome::Cancelled,
        };
        let answer = RequestPermissionResponse::new(outcome);
        self.say(&json!({ "jsonrpc": "2.0", "id": id, "result": answer }));
        Some(self.updates.call_changed(request.tool_call))
    }

    /// The answer to the request that waits.
    fn answered(&mut self, message: &Value) -> Option<Vec<AgentEvent>> {
        if let Some(error) = message.get("error") {
            self.refused(&read::<Error>(error)?);
            return Some(Vec::new());
        }
        let result = &message["result"];
        Some(match self.stage {
            Stage::Greeting => {
                self.open(&read(result)?);
                Vec::new()
            }
            Stage::Opening => {
                self.opened(result)?;
                let started = AgentEvent::SessionStarted {
                    agent_session_id: self.ledger.agent_session_id.clone(),
                    model: self.ledger.model.clone(),
                };
                std::iter::once(started).chain(self.choose()).collect()
            }
            Stage::Choosing => self.choose(),
            Stage::Working => self.finished(&read(result)?, &result["usage"]),
            Stage::Over => return None,
        })
    }

    fn open(&mut self, agent: &InitializeResponse) {
        if agent.protocol_version != ProtocolVersion::V1 {
            let version = agent.protocol_version;
            return self
                .fail(ErrorKind::Crash, &format!("it speaks version {version} of the protocol, not 1"));
        }
        self.stage = Stage::Opening;
        let (cwd, servers) = (self.turn.workspace.clone(), self.servers());
        match self.turn.resume.clone() {
            None => self.ask("session/new", &NewSessionRequest::new(cwd).mcp_servers(servers)),
            Some(id) if agent.agent_capabilities.load_session => {
                self.ask("session/load", &LoadSessionRequest::new(id, cwd).mcp_servers(servers));
            }
            Some(_) => {
                self.ledger.session_lost = true;
                self.fail(ErrorKind::Crash, "it cannot continue a session");
            }
        }
    }

    /// The server of Waybill's tools. Its token is not said here: the agent's own environment holds it.
    fn servers(&self) -> Vec<McpServer> {
        let words = self.turn.tool_access.as_ref().and_then(|access| access.command.split_first());
        let server = words.map(|(program, arguments)| {
            McpServer::Stdio(McpServerStdio::new(mcp::SERVER, program).args(arguments.to_vec()))
        });
        server.into_iter().collect()
    }

    fn opened(&mut self, result: &Value) -> Option<()> {
        let options = if self.turn.resume.is_some() {
            // An agent may answer this with nothing at all.
            read::<LoadSessionResponse>(result).and_then(|loaded| loaded.config_options)
        } else {
            let new: NewSessionResponse = read(result)?;
            self.ledger.agent_session_id = Some(new.session_id.to_string());
            new.config_options
        };
        self.options = options.unwrap_or_default();
        self.stage = Stage::Choosing;
        Some(())
    }

    /// Chooses the next thing that is wished for; the prompt follows the last one.
    fn choose(&mut self) -> Vec<AgentEvent> {
        let mut events = Vec::new();
        let session = self.ledger.agent_session_id.clone().unwrap_or_default();
        while let Some((category, word)) = self.wishes.pop() {
            let option = self.options.iter().find(|one| one.category.as_ref() == Some(&category));
            if let Some(id) = option.map(|one| one.id.clone()) {
                let value = SessionConfigValueId::new(word);
                self.ask(
                    "session/set_config_option",
                    &SetSessionConfigOptionRequest::new(session, id, value),
                );
                return events;
            }
            let text = format!("{} does not let '{word}' be chosen; it uses its own.", self.ledger.tool());
            events.push(AgentEvent::Note { text });
        }
        // What stands before the prompt was said when the session began.
        let prompt =
            if self.turn.resume.is_some() { self.turn.prompt.clone() } else { whole_prompt(&self.turn) };
        self.stage = Stage::Working;
        self.ask("session/prompt", &PromptRequest::new(session, vec![ContentBlock::from(prompt)]));
        events
    }

    fn finished(&mut self, response: &PromptResponse, usage: &Value) -> Vec<AgentEvent> {
        let mut events = self.updates.close();
        events.extend(self.ledger.spend(self.usage(usage)));
        let summary = self.updates.last_text().to_owned();
        let (kind, detail) = match response.stop_reason {
            StopReason::EndTurn => {
                self.stage = Stage::Over;
                self.verdict = Some(Verdict::Done { summary });
                return events;
            }
            StopReason::Cancelled => (ErrorKind::Cancelled, "it was cancelled"),
            StopReason::MaxTokens => (ErrorKind::ContextLength, "it reached the most tokens of an answer"),
            StopReason::MaxTurnRequests => (ErrorKind::Crash, "it reached its most requests in a turn"),
            StopReason::Refusal => (ErrorKind::Crash, "the model refused to go on"),
            _ => (ErrorKind::Crash, "it stopped for a reason that Waybill does not know"),
        };
        self.fail(kind, detail);
        events
    }

    /// What the turn used, as far as agents tell: tokens with the answer, a sum of money on the way.
    fn usage(&self, usage: &Value) -> Usage {
        let count = |key: &str| usage[key].as_u64().unwrap_or_default();
        let cost = self.updates.cost().map(|cost| cost - self.turn.earlier.cost_usd.unwrap_or_default());
        Usage {
            input_tokens: count("inputTokens"),
            output_tokens: count("outputTokens").saturating_add(count("thoughtTokens")),
            cache_read_tokens: count("cachedReadTokens"),
            cache_write_tokens: count("cachedWriteTokens"),
            cost_usd: cost.filter(|cost| *cost > 0.0),
        }
    }

    fn refused(&mut self, error: &Error) {
        let more =
            error.data.as_ref().map(|data| data.as_str().map_or_else(|| data.to_string(), str::to_owned));
        let detail = [Some(error.message.clone()), more].into_iter().flatten().collect::<Vec<_>>().join(": ");
        let failure = match error.code {
            ErrorCode::AuthRequired => Failure::of(self.ledger.tool(), ErrorKind::Auth, &detail),
            _ => Failure::from_detail(self.ledger.tool(), None, &detail),
        };
        let loading = self.stage == Stage::Opening && self.turn.resume.is_some();
        self.ledger.session_lost |= loading && failure.kind != ErrorKind::Auth;
        self.stop_at(failure);
    }

    fn fail(&mut self, kind: ErrorKind, detail: &str) {
        self.stop_at(Failure::of(self.ledger.tool(), kind, detail));
    }

    fn stop_at(&mut self, failure: Failure) {
        self.stage = Stage::Over;
        self.verdict = Some(Verdict::Failed { failure, summary: self.updates.last_text().to_owned() });
    }

    fn ask(&mut self, method: &str, params: &impl Serialize) {
        self.awaited += 1;
        let id = self.awaited;
        self.say(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
    }

    fn say(&mut self, message: &Value) {
        self.out.extend_from_slice(message.to_string().as_bytes());
        self.out.push(b'\n');
    }
}

impl StreamParser for AcpStream {
    fn line(&mut self, line: &str) -> Vec<AgentEvent> {
        if line.trim().is_empty() {
            return Vec::new();
        }
        let known = serde_json::from_str::<Value>(line).ok().and_then(|value| self.known(&value));
        self.ledger.doing = if self.updates.runs_a_tool() { Doing::RunningTool } else { Doing::Thinking };
        known.unwrap_or_else(|| vec![AgentEvent::Raw { text: line.to_owned() }])
    }

    fn stderr_line(&mut self, line: &str) -> Vec<AgentEvent> {
        self.ledger.heard(line);
        vec![AgentEvent::Raw { text: line.to_owned() }]
    }

    fn replies(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    fn cancel(&mut self) {
        if let (Stage::Working, Some(session)) = (self.stage, self.ledger.agent_session_id.clone()) {
            let params = CancelNotification::new(session);
            self.say(&json!({ "jsonrpc": "2.0", "method": "session/cancel", "params": params }));
        }
    }

    fn is_over(&self) -> bool {
        self.stage == Stage::Over
    }

    fn end(&mut self, exit: Exit) -> (Vec<AgentEvent>, Outcome) {
        let mut events = self.updates.close();
        let silent = || Verdict::Silent { summary: self.updates.last_text().to_owned() };
        let verdict = self.verdict.take().unwrap_or_else(silent);
        let (closing, outcome) = self.ledger.close(verdict, exit);
        events.extend(closing);
        (events, outcome)
    }

    fn doing(&self) -> Doing {
        self.ledger.doing
    }
}

fn read<T: DeserializeOwned>(value: &Value) -> Option<T> {
    T::deserialize(value).ok()
}
