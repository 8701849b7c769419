//! What is kept of an agent's turn while it works: events in batches, its last words, what was held back.

use super::held_back;
use crate::runs::conclude::is_passing;
use crate::runs::setup::Work;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
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

/// How long a writing that failed for a passing fault waits.
const RETRY: Duration = Duration::from_secs(2);
/// The most output of a turn that is kept, in bytes; nothing grows without bound.
const MOST: usize = 256 * 1024 * 1024;

/// Events with their times, and what was held back.
type Batch = (Vec<(Millis, AgentEvent)>, Vec<HeldBack>);

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
    /// When what could not be written is tried again.
    retry_at: Option<Instant>,
    /// How many bytes of output the run has kept, about.
    kept: usize,
    closing: CancellationToken,
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
            retry_at: None,
            kept: 0,
            closing: work.engine.stopping().clone(),
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
        let size = size(&event);
        let before = self.kept;
        self.kept = before.saturating_add(size);
        if before >= MOST && size > 0 {
            return;
        }
        let event = if self.kept >= MOST && size > 0 {
            AgentEvent::Note { text: "The output is larger than 256 MB; the rest is not kept.".to_owned() }
        } else {
            event
        };
        self.events.push((self.store.now(), event));
        self.due_at.get_or_insert_with(|| Instant::now() + PACE);
    }

    /// Resolves when something has waited long enough, or there is no room.
    pub(super) async fn due(&self) {
        match (self.retry_at, self.due_at) {
            (Some(at), _) | (None, Some(at)) if self.has_room() || self.retry_at.is_some() => {
                tokio::time::sleep_until(at).await;
            }
            _ if !self.has_room() => {}
            _ => std::future::pending().await,
        }
    }

    /// Writes what waits; what this could not write for a passing fault (a full disk, a lock) waits on.
    pub(super) async fn flush(&mut self) -> Result<(), StoreError> {
        self.due_at = None;
        let batch = Arc::new((std::mem::take(&mut self.events), std::mem::take(&mut self.held)));
        let show = self.words != self.shown_words && Instant::now() >= self.words_at;
        let words = self.words.clone().filter(|_| show);
        let written = self.write(Arc::clone(&batch), words).await;
        match written {
            Err(error) if is_passing(&error) => {
                tracing::warn!(%error, "output waits to be written");
                let (events, held) = Arc::unwrap_or_clone(batch);
                self.events = events;
                self.held = held;
                self.retry_at = Some(Instant::now() + RETRY);
                return Ok(());
            }
            other => other?,
        }
        self.retry_at = None;
        if show {
            self.shown_words.clone_from(&self.words);
            self.words_at = Instant::now() + WORDS_PACE;
        }
        Ok(())
    }

    /// Writes everything that waits, however long a passing fault lasts; given up only when Waybill closes.
    pub(super) async fn flush_all(&mut self) -> Result<(), StoreError> {
        self.flush().await?;
        while !self.events.is_empty() {
            tokio::select! {
                () = self.due() => self.flush().await?,
                () = self.closing.cancelled() => return Err(StoreError::Closed),
            }
        }
        Ok(())
    }

    async fn write(&self, batch: Arc<Batch>, words: Option<String>) -> Result<(), StoreError> {
        let (run, position, sandbox, step) =
            (self.run.clone(), self.position, self.sandbox.clone(), self.step.clone());
        let write = self.store.write(move |write| {
            let (events, held) = &*batch;
            let session = events.iter().find_map(|(_, event)| match event {
                AgentEvent::SessionStarted { agent_session_id, model } => Some((agent_session_id, model)),
                _ => None,
            });
            if let Some((session, model)) = session {
                run_steps::set_session(write, &step, session.as_deref(), model.as_deref())?;
            }
            if !held.is_empty() {
                sandboxes::add_held_back(write, &sandbox, held)?;
            }
            if let Some(words) = words {
                runs::patch(write, &run, &RunPatch { activity: Some(Some(words)), ..RunPatch::default() })?;
            } else if session.is_some() || !held.is_empty() {
                runs::touch(write, &run)?;
            }
            output::append(write, &run.project_id, &run.id, position, events)
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

/// What an event adds to the disk, in bytes; nothing for those that a run cannot do without.
fn size(event: &AgentEvent) -> usize {
    const FRAME: usize = 48;
    match event {
        AgentEvent::Text { text, .. } | AgentEvent::Thinking { text } | AgentEvent::Raw { text } => {
            FRAME + text.len()
        }
        AgentEvent::ToolResult { output, .. } => FRAME + output.len(),
        AgentEvent::ToolCall { input, .. } => FRAME + input.to_string().len(),
        AgentEvent::FileChanged { path, .. } => FRAME + path.len(),
        _ => 0,
    }
}
