//! The beginning of a step's work: everything it needs is found, its sandbox is made or found again.

mod means;
mod rows;

use super::agent::StepOutcome;
use super::instructions::Instructions;
use super::pipeline;
use super::session_state;
use super::work::WorkFault;
use crate::agents::Mask;
use crate::agents::tool_access::{TOKEN_VARIABLE, Token};
use crate::engine::Engine;
use crate::git::{Git, WorkspaceStart};
use crate::sandbox::{Isolation, Sandbox, Strength};
use crate::tools::ReadyTool;
use means::{find_tool, free_branch, last_part, make_sandbox, read_secrets};
use rows::Rows;
use std::collections::BTreeMap;
use std::sync::Arc;
use waybill_domain::agent::ErrorKind;
use waybill_domain::ids::{RunId, SandboxId};
use waybill_domain::issue::Status;
use waybill_domain::principal::Principal;
use waybill_domain::run::{Role, RunEvent, RunStatus, SandboxState};
use waybill_domain::workflow::PlannedStep;
use waybill_store::StoreError;
use waybill_store::issues::{self, Issue};
use waybill_store::project_settings::ProjectSettings;
use waybill_store::projects::Project;
use waybill_store::run_candidates::Candidate;
use waybill_store::run_steps::{self, Step};
use waybill_store::runs::{self, Run, RunPatch, Wish};
use waybill_store::sandboxes::{self, NewSandbox};
use waybill_store::sessions::Session;

/// How often a step is begun before an interruption counts as its failure.
const ATTEMPTS: i64 = 2;

/// A run with everything that its work needs.
pub(super) struct Work {
    pub engine: Engine,
    pub git: Git,
    pub run: Run,
    pub project: Project,
    pub settings: ProjectSettings,
    pub issue: Option<Issue>,
    pub step: Step,
    /// None only when the agent has ended already and its tool is gone.
    pub tool: Option<ReadyTool>,
    pub sandbox: Sandbox,
    pub start: WorkspaceStart,
    pub instructions: Instructions,
    pub planned: PlannedStep,
    /// The model and the effort that the step's tool is told.
    pub model: Option<String>,
    pub effort: Option<String>,
    /// Where the lane began, and where its branch stands; a candidate of a race has its own.
    pub base_commit: Option<String>,
    pub head_commit: Option<String>,
    /// What a judge chooses from, by the names of their branches.
    pub candidates: Vec<(String, Candidate)>,
    /// The session whose turn this is; None: the run is a run of its own.
    pub session: Option<Session>,
    /// Whether the step was begun before, and interrupted.
    pub begun_before: bool,
    /// The token by which the agent is known to Waybill's tools.
    pub token: Token,
    /// The values of secrets by the names under which they are stored.
    pub secrets: BTreeMap<String, String>,
    pub mask: Arc<Mask>,
    /// Whether the workspace is from an earlier attempt at this step.
    pub continued: bool,
    /// Whether the tool's own session, where it has one, is in the sandbox's home.
    pub remembers: bool,
    /// How the agent ended, when that is known already.
    pub outcome: Option<StepOutcome>,
}

const INTERRUPTED: &str =
    "Waybill was interrupted twice during this step; what the agent had committed is on the run's branch";

/// How a step ended whose agent is not started again: cancelled meanwhile, or interrupted too often.
fn ended_without_agent(run: &Run, step: &Step) -> Option<StepOutcome> {
    match run.wish {
        Some(Wish::Cancel) => Some(StepOutcome { cancelled: true, ..StepOutcome::default() }),
        _ if step.attempt >= ATTEMPTS => Some(StepOutcome::failed(ErrorKind::Crash, INTERRUPTED.to_owned())),
        _ => None,
    }
}

pub(super) enum Opened {
    Ready(Box<Work>),
    /// The run needs no work any more.
    Ended,
    /// The operator cancelled it before anything ran.
    Cancelled,
    NeedsConsent(Isolation),
}

/// Finds or makes everything that a run's work needs.
pub(super) async fn open(engine: &Engine, id: &RunId, lane: i64) -> Result<Opened, WorkFault> {
    let Some(rows) = Rows::read(engine, id, lane).await? else { return Ok(Opened::Ended) };
    let step = rows.step.clone();
    let known = rows.sandbox.clone().filter(|_| rows.run.status == RunStatus::Running);
    // A judge begins in a workspace of its own, in which every candidate is.
    let begins_anew = step.role == Role::Judge && step.attempt == 0;
    let usable = known.filter(|known| {
        known.state != SandboxState::Creating && known.workspace.join("repo").is_dir() && !begins_anew
    });
    let kept = step.outcome.as_ref().and_then(|text| serde_json::from_str(text).ok());
    let kept = kept.or_else(|| rows.won_alone());
    // What lies in the workspace is collected whatever else is missing by now: no agent's work is thrown away.
    let outcome = kept.or_else(|| usable.as_ref().and_then(|_| ended_without_agent(&rows.run, &step)));
    if outcome.is_none() && rows.run.wish == Some(Wish::Cancel) {
        return Ok(Opened::Cancelled);
    }
    if outcome.is_none() && step.attempt >= ATTEMPTS {
        return Err(WorkFault::new(ErrorKind::Crash, INTERRUPTED));
    }
    let tool = find_tool(engine, &rows).await;
    let tool = if outcome.is_some() { tool.ok() } else { Some(tool?) };
    let secrets = read_secrets(engine, &rows, outcome.is_none()).await?;
    let token = Token::generate();
    let own = (TOKEN_VARIABLE.to_owned(), token.reveal().to_owned());
    let stored = secrets.iter().map(|(name, value)| (last_part(name).to_owned(), value.clone()));
    let mask = Arc::new(Mask::new(stored.chain([own])));
    let git = engine.git().await?.clone();
    let repository = git.inspect(&rows.project.root_path).await?;
    let author = super::author(&rows.settings, &repository);
    let base_commit = match &rows.run.base_commit {
        Some(commit) => commit.clone(),
        None => {
            git.resolve(&rows.project.git_common_dir, &format!("refs/heads/{}", rows.run.base_branch)).await?
        }
    };
    let (lane_base, lane_head) = match &rows.candidate {
        Some(candidate) => (candidate.base_commit.clone(), candidate.head_commit.clone()),
        None => (base_commit.clone(), rows.run.head_commit.clone()),
    };
    let continued = usable.is_some();
    let sandbox_id = usable.map_or_else(SandboxId::generate, |known| known.id);
    let sandbox = make_sandbox(engine, &rows, tool.as_ref(), sandbox_id).await;
    let isolation = sandbox.isolation();
    let weak = isolation.strength != Strength::Full && !sandbox.spec().allow_weak;
    if weak && outcome.is_none() {
        return Ok(Opened::NeedsConsent(isolation));
    }
    let branch = match &rows.run.branch {
        Some(branch) => branch.clone(),
        None => free_branch(engine, &git, &rows).await?,
    };
    let start = WorkspaceStart {
        branch,
        base_branch: rows.run.base_branch.clone(),
        // A retry goes on from what an earlier try had committed.
        base_commit: lane_head.clone().unwrap_or_else(|| lane_base.clone()),
        author,
        others: rows.candidates.iter().map(|(name, one)| (name.clone(), one.end().to_owned())).collect(),
        result_ref: rows.candidate.as_ref().map(|one| super::candidate_ref(rows.run.number, one.lane)),
    };
    let at = (lane_base.as_str(), lane_head.as_deref());
    let instructions = rows.told(engine, &git, at, outcome.is_none()).await?;
    let (_, model, effort) = pipeline::chosen(&rows.run, &rows.planned);
    // Another tool goes on with the step: what was chosen for its own says nothing to it.
    let own_tool = rows.planned.tool.as_ref().unwrap_or(&rows.run.config.tool) == &step.tool;
    if continued && !rows.is_as_left() && step.attempt == 0 && outcome.is_none() {
        git.restore_workspace(&sandbox, &start).await?;
    }
    let mut work = Work {
        engine: engine.clone(),
        git,
        run: rows.run,
        project: rows.project,
        settings: rows.settings,
        issue: rows.issue,
        session: rows.session,
        begun_before: step.started_at.is_some(),
        token,
        step,
        tool,
        sandbox,
        start,
        instructions,
        planned: rows.planned,
        model: model.filter(|_| own_tool),
        effort: effort.filter(|_| own_tool),
        base_commit: Some(lane_base),
        head_commit: lane_head,
        candidates: rows.candidates,
        secrets,
        mask,
        remembers: continued,
        continued,
        outcome,
    };
    begin(&mut work, base_commit, &isolation).await?;
    if !continued {
        work.git.prepare_workspace(&work.sandbox, &work.start).await?;
        work.remembers = put_session_back(&work).await;
        set_state(&work, SandboxState::Running).await?;
    }
    Ok(Opened::Ready(Box::new(work)))
}

/// Puts the tool's session of a run that is taken up again into its new home.
async fn put_session_back(work: &Work) -> bool {
    if work.step.agent_session_id.is_none() || work.session.is_some() {
        return false;
    }
    let place = session_state::place(work.engine.store().directory(), &work.run.id);
    let home = work.sandbox.spec().home();
    let put = tokio::task::spawn_blocking(move || session_state::put_back(&place, &home)).await;
    matches!(put, Ok(Ok(true)))
}

/// Commits that the step begins, before anything of it exists outside the database.
async fn begin(work: &mut Work, base_commit: String, isolation: &Isolation) -> Result<(), WorkFault> {
    let parts = work.instructions.parts(&work.settings);
    let shown: Vec<_> = parts
        .into_iter()
        .map(|part| serde_json::json!({"title": part.title, "text": work.mask.mask(&part.text)}))
        .collect();
    let shown = serde_json::Value::Array(shown);
    let patch = RunPatch {
        waiting_for: Some(None),
        resume_at: Some(None),
        base_commit: Some(base_commit),
        ..RunPatch::default()
    };
    let spec = work.sandbox.spec();
    let new = NewSandbox {
        id: spec.id.clone(),
        project_id: work.project.id.clone(),
        run_id: work.run.id.clone(),
        lane: work.step.lane,
        timeout_ms: work.planned.timeout_ms.unwrap_or(work.run.config.timeout_ms),
        memory_mb: work.run.config.memory_mb,
        cpu_count: work.run.config.cpu_count,
        network: work.run.config.network,
        workspace: spec.directory.clone(),
        isolation: sandboxes::Isolation {
            words: isolation.summary(),
            details: isolation
                .in_force
                .iter()
                .cloned()
                .chain(isolation.missing.iter().map(|m| format!("missing: {m}")))
                .collect(),
            weak: isolation.strength != Strength::Full,
        },
    };
    let (run, step, continued, ended) =
        (work.run.clone(), work.step.id.clone(), work.continued, work.outcome.is_some());
    let old = if continued { None } else { abandoned_sandbox(work).await? };
    let left = old.clone();
    let read = work.engine.store().write(move |write| {
        // Of the candidates that begin side by side one is the first.
        let run = runs::by_id(write, &run.id)?;
        if run.status == RunStatus::Pending {
            runs::apply(write, &run, RunEvent::Start, &Principal::System)?;
            if let Some(id) = &run.issue_id {
                let issue = issues::by_id(write, id)?;
                if issue.status == Status::Assigned {
                    issues::make_run_move(write, &issue, Status::InProgress, run.number, &Principal::System)?;
                }
            }
        }
        if let Some(old) = &old {
            sandboxes::set_state(write, old, SandboxState::Killed, None)?;
        }
        if continued {
            sandboxes::set_state(write, &new.id, SandboxState::Running, None)?;
        } else {
            sandboxes::insert(write, &new)?;
        }
        if !ended {
            run_steps::begin(write, &step, &new.id)?;
            run_steps::set_instructions(write, &step, &shown)?;
        }
        let run = runs::by_id(write, &run.id)?;
        runs::patch(write, &run, &patch)?;
        Ok((runs::by_id(write, &run.id)?, run_steps::of_run(write, &run.id)?))
    });
    let (run, steps) = read.await?;
    work.run = run;
    if let Some(step) = steps.into_iter().find(|step| step.id == work.step.id) {
        work.step = step;
    }
    if let Some(old) = left {
        super::remove::remove_quietly(work.engine.store().directory().join("workspaces").join(old.as_str()))
            .await;
    }
    Ok(())
}

/// The sandbox of an earlier attempt that cannot be continued.
async fn abandoned_sandbox(work: &Work) -> Result<Option<SandboxId>, StoreError> {
    let (id, lane) = (work.run.id.clone(), work.step.lane);
    let found = work.engine.store().read(move |reader| sandboxes::live_of_lane(reader, &id, lane)).await?;
    Ok(found.map(|sandbox| sandbox.id))
}

pub(super) async fn set_state(work: &Work, state: SandboxState) -> Result<(), StoreError> {
    let (id, run) = (work.sandbox.spec().id.clone(), work.run.clone());
    let write = work.engine.store().write(move |write| {
        sandboxes::set_state(write, &id, state, None)?;
        runs::touch(write, &run)
    });
    write.await
}
