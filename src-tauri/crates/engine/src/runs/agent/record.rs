//! What is kept of an agent's turn while it works: events in batches, its last words, what was held back.

use super::held_back;
use crate::runs::setup::Work;
use std::time::Duration;
use tokio::time::Instant;
use waybill_domain::Millis;
use waybill_domain::agent::AgentEvent;
use waybill_domain::ids::{SandboxId, StepId};
use waybill_domain::text::cut;
use waybill_store::runs::{Run, RunPatch};
use waybill_store::sandboxes::HeldBack;
use waybill_store::{Store, StoreError, output, run_steps, runs, sandboxes};

/// How long an event waits at most before it is written.
const PACE: Duration = Duration::from_millis(50);
/// How often the agent's last words are shown in lists.
const WORDS_PACE: Duration = Duration::from_millis(500);
/// At this many waiting events the agent is not read any further until they are written.
const ROOM: usize = 4_000;

/// The record of one turn.
pub(super) struct Record {
    store: Store,
    run: Run,
    step: StepId,
    position: i64,
    sandbox: SandboxId,
    events: Vec<(Millis, AgentEvent)>,
    held: Vec<HeldBack>,
    words: Option<String>,
    shown_words: Option<String>,
    due_at: Option<Instant>,
    words_at: Instant,
}

impl Record {
    pub(super) fn new(work: &Work) -> Self {
        Self {
            store: work.engine.store().clone(),
            run: work.run.clone(),
            step: work.step.id.clone(),
            position: work.step.position,
            sandbox: work.sandbox.spec().id.clone(),
            events: Vec::new(),
            held: Vec::new(),
            words: None,
            shown_words: None,
            due_at: None,
            words_at: Instant::now(),
        }
    }

    /// Whether more events may come before some are written.
    pub(super) fn has_room(&self) -> bool {
        self.events.len() < ROOM
    }

    /// Keeps an event for the next writing.
    pub(super) fn push(&mut self, event: AgentEvent) {
        if let Some((kind, detail)) = held_back(&event) {
            self.held.push(HeldBack { kind, detail, count: 1 });
        }
        if let Some(words) = last_words(&event) {
            self.words = Some(words);
        }
        self.events.push((self.store.now(), event));
        self.due_at.get_or_insert_with(|| Instant::now() + PACE);
    }

    /// Resolves when something has waited long enough, or there is no room.
    pub(super) async fn due(&self) {
        match self.due_at {
            _ if !self.has_room() => {}
            Some(at) => tokio::time::sleep_until(at).await,
            None => std::future::pending().await,
        }
    }

    /// Writes what waits; it is durable when this returns.
    pub(super) async fn flush(&mut self) -> Result<(), StoreError> {
        self.due_at = None;
        let (events, held) = (std::mem::take(&mut self.events), std::mem::take(&mut self.held));
        let show = self.words != self.shown_words && Instant::now() >= self.words_at;
        let words = show.then(|| self.words.clone());
        if show {
            self.shown_words.clone_from(&self.words);
            self.words_at = Instant::now() + WORDS_PACE;
        }
        let (run, position, sandbox, step) =
            (self.run.clone(), self.position, self.sandbox.clone(), self.step.clone());
        let session = events.iter().find_map(|(_, event)| match event {
            AgentEvent::SessionStarted { agent_session_id, model } => {
                Some((agent_session_id.clone(), model.clone()))
            }
            _ => None,
        });
        let write = self.store.write(move |write| {
            if let Some((session, model)) = &session {
                run_steps::set_session(write, &step, session.as_deref(), model.as_deref())?;
            }
            if !held.is_empty() {
                sandboxes::add_held_back(write, &sandbox, &held)?;
            }
            if let Some(words) = words {
                runs::patch(write, &run, &RunPatch { activity: Some(words), ..RunPatch::default() })?;
            } else if session.is_some() || !held.is_empty() {
                runs::touch(write, &run)?;
            }
            output::append(write, &run.project_id, &run.id, position, &events)
        });
        write.await
    }

    /// Keeps what Waybill said to the agent.
    pub(super) async fn message(&self, text: &str) -> Result<(), StoreError> {
        self.keep("user", text).await
    }

    /// Keeps the agent's last word.
    pub(super) async fn answer(&self, text: &str) -> Result<(), StoreError> {
        self.keep("assistant", text).await
    }

    async fn keep(&self, role: &'static str, text: &str) -> Result<(), StoreError> {
        let (sandbox, step, text) = (self.sandbox.clone(), self.step.clone(), text.to_owned());
        self.store.write(move |write| sandboxes::add_message(write, &sandbox, &step, role, &text)).await
    }

    /// Keeps the tool's own session, by which an interrupted turn is continued.
    pub(super) async fn session(&self, id: Option<String>, model: Option<String>) -> Result<(), StoreError> {
        let step = self.step.clone();
        self.store
            .write(move |write| run_steps::set_session(write, &step, id.as_deref(), model.as_deref()))
            .await
    }

    /// Keeps which process it is.
    pub(super) async fn process(&self, pid: u32, started: Option<u64>) -> Result<(), StoreError> {
        let sandbox = self.sandbox.clone();
        let process = serde_json::json!({"pid": pid, "started": started});
        self.store.write(move |write| sandboxes::set_process(write, &sandbox, &process)).await
    }
}

/// What an agent does now, in its own words and in one line.
fn last_words(event: &AgentEvent) -> Option<String> {
    let text = match event {
        AgentEvent::Text { text, delta: false } => text.trim().lines().last()?.to_owned(),
        AgentEvent::ToolCall { name, input, .. } => {
            let first = input.as_object().and_then(|fields| fields.values().find_map(|value| value.as_str()));
            format!("{name} {}", first.unwrap_or_default().lines().next().unwrap_or_default())
        }
        AgentEvent::FileChanged { path, kind } => format!("{path} {kind}"),
        AgentEvent::Note { text } => text.clone(),
        _ => return None,
    };
    let text = text.trim();
    (!text.is_empty()).then(|| cut(text, 160))
}
