//! One turn of an agent in its sandbox: started, watched, its output kept, and ended when it must.

mod door;
mod record;

use super::setup::Work;
use super::work::WorkFault;
use super::{answer, told};
use crate::agents::tool_access::TOKEN_VARIABLE;
use crate::agents::{Exit, Outcome, Place, Reader, Stop, Turn};
use crate::process::{Line, Speaker, Stream};
use crate::sandbox::{self, Control, Ended, HeldBackScanner, Input, Running, Task};
use crate::tools::ReadyTool;
use door::Door;
use record::Record;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;
use waybill_domain::agent::{AgentEvent, ErrorKind, HeldBackKind, Usage};
use waybill_domain::contract::Contract;
use waybill_domain::run::{SandboxState, WaitingFor};
use waybill_store::runs::{RunPatch, Wish};
use waybill_store::{StoreError, run_steps, runs, sandboxes};

/// How long an agent has to end by itself when it is asked to.
const GRACE: Duration = Duration::from_secs(3);

/// How an agent's turn ended; kept with the step before its work is collected.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct StepOutcome {
    pub ok: bool,
    pub cancelled: bool,
    pub summary: String,
    pub error: Option<(ErrorKind, String)>,
    /// What a role answered that must answer with data; it fits its contract.
    #[serde(default)]
    pub answer: Option<Value>,
    /// How long the provider asked to wait, in seconds.
    #[serde(default)]
    pub retry_after: Option<f64>,
}

impl StepOutcome {
    /// A turn that Waybill could not bring to its end.
    pub(super) fn failed(kind: ErrorKind, message: String) -> Self {
        Self { error: Some((kind, message)), ..Self::default() }
    }
}

pub(super) enum TurnEnd {
    Ended(StepOutcome),
    /// Waybill is closing; the turn is continued at the next start.
    Interrupted,
}

/// Runs the step's agent to its end, once more from the start when its own session is gone.
pub(super) async fn turn(
    work: &mut Work,
    mut wishes: watch::Receiver<Option<Wish>>,
) -> Result<TurnEnd, WorkFault> {
    let Some(tool) = work.tool.clone() else {
        return Err(WorkFault::new(ErrorKind::NotInstalled, "the tool of this run is not there any more"));
    };
    let adapter = tool.tool.adapter();
    let contract = Contract::of_role(work.planned.role).filter(|_| work.session.is_none());
    if let Some(contract) = contract.filter(|_| work.step.attempt <= 1 && work.step.mending.is_none()) {
        answer::clear(work, contract);
    }
    let mut resume = work.step.agent_session_id.clone().filter(|_| work.remembers && adapter.resumes());
    loop {
        let door = Door::open(work).await?;
        let mut turn = compose(work, &tool, resume.clone());
        if let Some(session) = &resume {
            let (run, session) = (work.run.id.clone(), session.clone());
            let earlier =
                work.engine.store().read(move |reader| run_steps::session_usage(reader, &run, &session));
            turn.earlier = earlier.await?;
        }
        if let (Some(contract), Some(faults)) = (contract, &work.step.mending) {
            let mend = told::mend(contract, faults);
            turn.prompt = if resume.is_some() { mend } else { format!("{}\n\n{mend}", turn.prompt) };
        }
        turn.tool_access = door.as_ref().map(|door| door.access.clone());
        let mut watched = Watched::start(work, &tool, &turn, door.as_ref()).await?;
        let end = watched.watch(work, &mut wishes).await?;
        let Some((stopped, outcome)) = end else { return Ok(TurnEnd::Interrupted) };
        if outcome.session_lost && resume.take().is_some() {
            continue;
        }
        let mut judged = judge(stopped, &outcome);
        judged.retry_after = watched.retry_after;
        let (step, usage) = (work.step.id.clone(), outcome.usage);
        let (session, model) = (outcome.agent_session_id.clone(), outcome.model.clone());
        if let Some(contract) = contract.filter(|_| judged.ok) {
            match answer::find(work, contract, &outcome.summary).await? {
                Ok(answer) => judged.answer = Some(answer),
                // One more turn, to mend it.
                Err(faults) if work.step.mending.is_none() => {
                    let faults = work.mask.mask(&faults).into_owned();
                    let kept = faults.clone();
                    let write = work.engine.store().write(move |write| {
                        run_steps::set_session(write, &step, session.as_deref(), model.as_deref())?;
                        run_steps::set_mending(write, &step, &kept, &usage)
                    });
                    write.await?;
                    work.step.mending = Some(faults);
                    resume = outcome.agent_session_id.filter(|_| adapter.resumes());
                    continue;
                }
                Err(faults) => {
                    let faults = work.mask.mask(&faults).replace('\n', "; ");
                    let message = format!("The answer does not fit the contract '{contract}': {faults}");
                    judged.ok = false;
                    judged.error = Some((ErrorKind::Contract, message));
                }
            }
        }
        let kept = judged.clone();
        let write = work.engine.store().write(move |write| {
            run_steps::set_session(write, &step, session.as_deref(), model.as_deref())?;
            run_steps::set_outcome(write, &step, &kept, &usage)
        });
        write.await?;
        return Ok(TurnEnd::Ended(judged));
    }
}

fn judge(stop: Option<Stop>, outcome: &Outcome) -> StepOutcome {
    let cancelled = stop == Some(Stop::Cancelled);
    let error = outcome.failure.as_ref().map(|failure| (failure.kind, failure.sentence.clone()));
    let (ok, summary) = (outcome.ok && !cancelled, outcome.summary.clone());
    StepOutcome { ok, cancelled, summary, error, ..StepOutcome::default() }
}

fn compose(work: &Work, tool: &ReadyTool, resume: Option<String>) -> Turn {
    let layout = work.sandbox.layout();
    let base_url = tool.tool.adapter().base_url_variable(work.model.as_deref(), &tool.key);
    Turn {
        executable: tool.executable.clone(),
        prompt: work.instructions.message_text(resume.is_some() && work.begun_before, resume.is_some()),
        system_prompt: Some(work.instructions.system_text()),
        claude_md: Some(work.settings.claude_md.clone()).filter(|text| !text.trim().is_empty()),
        model: work.model.clone(),
        effort: work.effort.clone(),
        new_session_id: resume.is_none().then(session_id),
        resume,
        workspace: layout.workspace,
        in_dir: layout.inputs,
        out_dir: layout.out,
        is_root: is_root(),
        key: tool.key.clone(),
        base_url: base_url.and_then(|name| variable(work, name)),
        tool_access: None,
        earlier: Usage::default(),
    }
}

/// A version 4 UUID, as tools want their session ids.
fn session_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

#[cfg(unix)]
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

fn variable(work: &Work, key: &str) -> Option<String> {
    let found = work.settings.environment.iter().find(|variable| variable.key == key)?;
    found.value.clone().filter(|value| !value.is_empty())
}

/// A started agent and what is kept of it.
struct Watched {
    running: Option<Running>,
    control: Control,
    reader: Reader,
    scanner: HeldBackScanner,
    record: Record,
    stdout: Option<Stream>,
    stderr: Option<Stream>,
    /// The way to a tool that is answered while it works; None once the turn is over.
    speaker: Option<Speaker>,
    /// What the provider last said of when to come again, in seconds.
    retry_after: Option<f64>,
}

impl Watched {
    async fn start(
        work: &Work,
        tool: &ReadyTool,
        turn: &Turn,
        door: Option<&Door>,
    ) -> Result<Self, WorkFault> {
        let adapter = tool.tool.adapter();
        let invocation = adapter
            .invocation(turn)
            .map_err(|unrunnable| WorkFault::new(ErrorKind::NotInstalled, unrunnable.to_string()))?;
        let spec = work.sandbox.spec();
        let seeds = invocation.files.iter().map(|file| {
            let root = match file.place {
                Place::InDir => spec.inputs(),
                Place::Home => spec.home(),
            };
            (root, file.path.clone(), file.contents.clone())
        });
        let seeds: Vec<_> = seeds.collect();
        let written = tokio::task::spawn_blocking(move || write_files(&seeds)).await;
        if !matches!(written, Ok(Ok(()))) {
            return Err(WorkFault::new(
                ErrorKind::Crash,
                "the agent's files could not be written; is the disk full?",
            ));
        }
        let mut task = Task::new(invocation.program).args(invocation.args);
        for (key, value) in environment(work, tool, &invocation.env) {
            task = task.env(key, value);
        }
        for (key, secret) in &invocation.secret_env {
            if let Some(value) = work.secrets.get(secret) {
                task = task.env(key, value);
            }
        }
        if let Some(door) = door {
            task = task.env(TOKEN_VARIABLE, door.access.token.reveal());
            task = task.env(door::SOCKET_VARIABLE, &door.address);
        }
        if adapter.converses() {
            task.input = Input::Open;
        } else if let Some(bytes) = invocation.stdin {
            task.input = Input::Bytes(bytes);
        }
        let record = Record::new(work);
        record.message(&work.mask.mask(&turn.prompt)).await?;
        if let Some(id) = turn.new_session_id.clone().filter(|_| adapter.takes_session_id()) {
            record.session(Some(id), None).await?;
        }
        let mut running = work.sandbox.start(task).await?;
        record.process(running.pid, running.started).await?;
        let mut watched = Self {
            control: running.control(),
            speaker: running.speaker.take(),
            stdout: running.stdout.take(),
            stderr: running.stderr.take(),
            running: Some(running),
            reader: Reader::new(adapter.parser(turn), work.mask.clone()),
            scanner: HeldBackScanner::new(spec, &work.sandbox.layout()),
            record,
            retry_after: None,
        };
        watched.answer();
        Ok(watched)
    }

    /// Reads until the agent has ended; `None` when Waybill is closing.
    async fn watch(
        &mut self,
        work: &Work,
        wishes: &mut watch::Receiver<Option<Wish>>,
    ) -> Result<Option<(Option<Stop>, Outcome)>, WorkFault> {
        let Some(running) = self.running.take() else {
            return Err(WorkFault::new(ErrorKind::Crash, "the agent was started twice"));
        };
        let mut ending = Box::pin(running.wait());
        let mut ended = None;
        let mut stop = None;
        let mut paused = false;
        let mut heard = true;
        let mut last_progress = Instant::now();
        // When a tool that has been told that it is over is ended.
        let mut leave_at: Option<Instant> = None;
        let closing = work.engine.stopping().clone();
        wishes.mark_changed();
        while ended.is_none() || self.stdout.is_some() || self.stderr.is_some() {
            let silent_at = last_progress + self.reader.patience();
            tokio::select! {
                outcome = &mut ending, if ended.is_none() => ended = Some(outcome),
                line = next(&mut self.stdout), if self.stdout.is_some() && self.record.has_room() => match line {
                    Some(line) => {
                        self.take(&line, false, &mut last_progress);
                        if self.answer() { leave_at = Some(Instant::now() + GRACE); }
                    }
                    None => self.stdout = None,
                },
                line = next(&mut self.stderr), if self.stderr.is_some() && self.record.has_room() => match line {
                    Some(line) => self.take(&line, true, &mut last_progress),
                    None => self.stderr = None,
                },
                () = self.record.due() => self.record.flush().await?,
                changed = wishes.changed(), if heard && stop.is_none() && ended.is_none() => {
                    let wish = *wishes.borrow_and_update();
                    match wish {
                        Some(Wish::Cancel) => {
                            stop = Some(Stop::Cancelled);
                            if paused { self.control.resume().await; }
                            if self.speaker.is_some() {
                                self.reader.cancel();
                                self.answer();
                                leave_at = Some(Instant::now() + GRACE);
                            } else {
                                self.control.stop(GRACE);
                            }
                        }
                        Some(Wish::Pause) if !paused => {
                            paused = self.control.pause().await;
                            if paused { set_paused(work, true).await? }
                        }
                        None if paused => {
                            self.control.resume().await;
                            paused = false;
                            last_progress = Instant::now();
                            set_paused(work, false).await?;
                        }
                        _ => {}
                    }
                    heard = changed.is_ok();
                },
                () = tokio::time::sleep_until(silent_at), if !paused && stop.is_none() && ended.is_none() => {
                    stop = Some(Stop::Silence);
                    self.control.stop(GRACE);
                },
                () = tokio::time::sleep_until(leave_at.unwrap_or(silent_at)), if leave_at.is_some() && ended.is_none() => {
                    leave_at = None;
                    self.control.stop(GRACE);
                }
                () = closing.cancelled(), if ended.is_none() => {
                    self.control.kill();
                    drop((self.stdout.take(), self.stderr.take()));
                    ending.await;
                    self.record.flush().await?;
                    return Ok(None);
                }
            }
        }
        let Some(outcome) = ended else {
            return Err(WorkFault::new(ErrorKind::Crash, "the agent's end was not seen"));
        };
        let stop = stop.or((outcome.ended == Ended::TimedOut).then_some(Stop::Total));
        for mut held in outcome.held_back {
            // Names of processes are the agent's words.
            held.detail = work.mask.mask(&held.detail).into_owned();
            self.record.push(held.into());
        }
        let exit = Exit { code: outcome.code, signal: None, stopped: stop };
        let (events, mut said) = self.reader.end(exit);
        if outcome.ended == Ended::OutOfMemory {
            said = out_of_memory(said, work.run.config.memory_mb);
        }
        for event in events {
            self.record.push(event);
        }
        self.record.flush_all().await?;
        self.record.answer(&said.summary).await?;
        Ok(Some((stop, said)))
    }

    /// Tells the tool what it waits for. True when the turn has just come to its end: its input is closed then.
    fn answer(&mut self) -> bool {
        let words = self.reader.replies();
        if let Some(speaker) = self.speaker.as_ref().filter(|_| !words.is_empty()) {
            speaker.say(words);
        }
        self.reader.is_over() && self.speaker.take().is_some()
    }

    fn take(&mut self, line: &Line, complaint: bool, last_progress: &mut Instant) {
        let events =
            if complaint { self.reader.stderr_line(&line.text) } else { self.reader.line(&line.text) };
        if self.reader.progressed() {
            *last_progress = Instant::now();
        }
        let mut held = Vec::new();
        for event in &events {
            if let AgentEvent::RateLimited { retry_after } = event {
                self.retry_after = *retry_after;
            }
            if let Some(text) = spoken(event) {
                held.extend(text.lines().filter_map(|line| self.scanner.scan(line)));
            }
        }
        for event in events.into_iter().chain(held.into_iter().map(AgentEvent::from)) {
            self.record.push(event);
        }
    }
}

/// The texts of an event in which a refusal of the sandbox may be told.
fn spoken(event: &AgentEvent) -> Option<&str> {
    match event {
        AgentEvent::ToolResult { output: text, .. }
        | AgentEvent::Text { text, .. }
        | AgentEvent::Raw { text } => Some(text),
        AgentEvent::Error { message, .. } => Some(message),
        _ => None,
    }
}

fn out_of_memory(mut said: Outcome, memory_mb: i64) -> Outcome {
    said.ok = false;
    said.failure = Some(crate::agents::Failure {
        kind: ErrorKind::Crash,
        sentence: format!(
            "The sandbox reached its memory limit of {memory_mb} MiB and was ended. Give it more memory, then retry."
        ),
    });
    said
}

async fn next(stream: &mut Option<Stream>) -> Option<Line> {
    match stream {
        Some(stream) => stream.next_line().await.ok().flatten(),
        None => std::future::pending().await,
    }
}

/// The project's variables, the tool's own, and where its programs are.
fn environment(work: &Work, tool: &ReadyTool, own: &[(String, String)]) -> Vec<(OsString, OsString)> {
    let mut variables: Vec<(OsString, OsString)> = Vec::new();
    for variable in &work.settings.environment {
        let secret = super::project_secret(&work.project.id, &variable.key);
        let value = if variable.is_secret { work.secrets.get(&secret) } else { variable.value.as_ref() };
        if let Some(value) = value {
            variables.push(((&variable.key).into(), value.into()));
        }
    }
    variables.extend(own.iter().map(|(key, value)| (key.into(), value.into())));
    if let Ok(path) = std::env::join_paths(&tool.path_dirs)
        && !path.is_empty()
    {
        variables.push(("PATH".into(), path));
    }
    variables
}

/// Writes a tool's files below their roots. In a home that goes on from an earlier attempt, an agent may have left
/// links in their way.
fn write_files(files: &[(PathBuf, PathBuf, Vec<u8>)]) -> std::io::Result<()> {
    files.iter().try_for_each(|(root, relative, contents)| sandbox::write_over(root, relative, contents))
}

async fn set_paused(work: &Work, paused: bool) -> Result<(), StoreError> {
    let (run, sandbox) = (work.run.clone(), work.sandbox.spec().id.clone());
    let write = work.engine.store().write(move |write| {
        let waiting = paused.then_some(WaitingFor::Operator);
        let state = if paused { SandboxState::Paused } else { SandboxState::Running };
        sandboxes::set_state(write, &sandbox, state, None)?;
        runs::patch(write, &run, &RunPatch { waiting_for: Some(waiting), ..RunPatch::default() })
    });
    write.await
}

/// What is counted of an event that tells of something held back.
pub(super) fn held_back(event: &AgentEvent) -> Option<(HeldBackKind, String)> {
    match event {
        AgentEvent::HeldBack { kind, detail } => Some((*kind, detail.clone())),
        _ => None,
    }
}
