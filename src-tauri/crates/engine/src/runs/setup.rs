//! The beginning of a run's work: everything it needs is found, its sandbox is made or found again.

use super::agent::StepOutcome;
use super::instructions::Instructions;
use super::work::WorkFault;
use crate::agents::Mask;
use crate::agents::tool_access::{TOKEN_VARIABLE, Token};
use crate::engine::Engine;
use crate::git::{Git, WorkspaceStart};
use crate::sandbox::{self, Isolation, Sandbox, SandboxSpec, Strength};
use crate::tools::{self, ReadyTool};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use waybill_domain::agent::ErrorKind;
use waybill_domain::ids::{RunId, SandboxId};
use waybill_domain::issue::Status;
use waybill_domain::principal::Principal;
use waybill_domain::run::{Network, RunEvent, RunStatus, SandboxState, StepStatus};
use waybill_domain::session::MessageState;
use waybill_domain::slug::branch_name;
use waybill_store::issues::{self, Issue};
use waybill_store::project_settings::ProjectSettings;
use waybill_store::projects::{self, Project};
use waybill_store::run_steps::{self, Step};
use waybill_store::runs::{self, Run, RunPatch, Wish};
use waybill_store::sandboxes::{self, NewSandbox};
use waybill_store::sessions::{self, Session};
use waybill_store::{StoreError, agent_tools, session_messages};

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
    /// How the agent ended, when that is known already.
    pub outcome: Option<StepOutcome>,
}

const INTERRUPTED: &str =
    "Waybill was interrupted twice during this step; what the agent had committed is on the run's branch";

/// How a step ended whose agent is not started again: cancelled meanwhile, or interrupted too often.
fn ended_without_agent(run: &Run, step: &Step) -> Option<StepOutcome> {
    match run.wish {
        Some(Wish::Cancel) => {
            Some(StepOutcome { ok: false, cancelled: true, summary: String::new(), error: None })
        }
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
pub(super) async fn open(engine: &Engine, id: &RunId) -> Result<Opened, WorkFault> {
    let rows = read_rows(engine, id).await?;
    if rows.run.status.is_final() {
        return Ok(Opened::Ended);
    }
    let waiting = |step: &&Step| matches!(step.status, StepStatus::Pending | StepStatus::Running);
    let Some(step) = rows.steps.iter().find(waiting).cloned() else {
        return Ok(Opened::Ended);
    };
    let known = rows.sandbox.clone().filter(|_| rows.run.status == RunStatus::Running);
    let usable =
        known.filter(|known| known.state != SandboxState::Creating && known.workspace.join("repo").is_dir());
    let kept = step.outcome.as_ref().and_then(|text| serde_json::from_str(text).ok());
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
    let continued = usable.is_some();
    let sandbox_id = usable.map_or_else(SandboxId::generate, |known| known.id);
    let sandbox = make_sandbox(engine, &rows, tool.as_ref(), sandbox_id).await;
    let isolation = sandbox.isolation();
    let weak = isolation.strength != Strength::Full && !rows.run.config.weak_isolation_allowed;
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
        base_commit: rows.run.head_commit.clone().unwrap_or_else(|| base_commit.clone()),
        author,
    };
    let instructions = match &rows.session {
        Some(session) => told_in_session(engine, session, &step, &rows.settings, outcome.is_none()).await?,
        None => Instructions::of(&rows.run, rows.issue.as_ref(), &rows.settings),
    };
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
        secrets,
        mask,
        continued,
        outcome,
    };
    begin(&mut work, base_commit, &isolation).await?;
    if !continued {
        work.git.prepare_workspace(&work.sandbox, &work.start).await?;
        set_state(&work, SandboxState::Running).await?;
    }
    Ok(Opened::Ready(Box::new(work)))
}

struct Rows {
    run: Run,
    project: Project,
    settings: ProjectSettings,
    issue: Option<Issue>,
    session: Option<Session>,
    steps: Vec<Step>,
    sandbox: Option<sandboxes::Sandbox>,
    custom: Vec<agent_tools::CustomTool>,
}

async fn read_rows(engine: &Engine, id: &RunId) -> Result<Rows, StoreError> {
    let id = id.clone();
    let rows = engine.store().read(move |reader| {
        let run = runs::by_id(reader, &id)?;
        let project = projects::by_id(reader, &run.project_id)?;
        let settings = ProjectSettings::read(&project.settings)?;
        let issue = run.issue_id.as_ref().map(|issue| issues::by_id(reader, issue)).transpose()?;
        let session = sessions::of_run(reader, &id)?;
        let steps = run_steps::of_run(reader, &id)?;
        let sandbox = sandboxes::of_run(reader, &id)?.filter(|sandbox| sandbox.state.is_live());
        let custom = agent_tools::list(reader)?;
        Ok(Rows { run, project, settings, issue, session, steps, sandbox, custom })
    });
    rows.await
}

/// What the agent of a session is told in this turn, which, when its agent is to work (`take`), gets what waits.
async fn told_in_session(
    engine: &Engine,
    session: &Session,
    step: &Step,
    settings: &ProjectSettings,
    take: bool,
) -> Result<Instructions, StoreError> {
    /// As many earlier messages as a tool is told that does not remember them.
    const SAID: u32 = 100;
    let (session, step, settings) = (session.clone(), step.id.clone(), settings.clone());
    let told = engine.store().write(move |write| {
        let messages = if take {
            crate::sessions::take_messages(write, &session, &step)?
        } else {
            session_messages::of_turn(write, &step, &session.id)?
        };
        let first = messages.first().map(|message| message.seq);
        let mut said = session_messages::page(write, &session.id, first, SAID)?;
        said.retain(|message| message.state == MessageState::Delivered);
        said.reverse();
        Ok(Instructions::of_session(&session, &said, &messages, &settings))
    });
    told.await
}

async fn find_tool(engine: &Engine, rows: &Rows) -> Result<ReadyTool, WorkFault> {
    let secrets = engine.secrets();
    let stored =
        tokio::task::spawn_blocking(move || tools::stored_secrets(&*secrets)).await.unwrap_or_default();
    let search = tools::search(engine.place(), stored);
    let share = rows.settings.share_tool_login;
    Ok(tools::ready(&rows.run.config.tool, &rows.custom, &search, share).await?)
}

/// The secrets that a run could show: the tools' keys and the project's own.
async fn read_secrets(
    engine: &Engine,
    rows: &Rows,
    needed: bool,
) -> Result<BTreeMap<String, String>, WorkFault> {
    let known = tools::KNOWN_SECRETS.iter().map(|(name, _, _)| (*name).to_owned());
    let own = rows.settings.environment.iter().filter(|variable| variable.is_secret);
    let names: Vec<(String, bool)> = known
        .map(|name| (name, false))
        .chain(own.map(|variable| (super::project_secret(&rows.project.id, &variable.key), needed)))
        .collect();
    let keychain = engine.secrets();
    let read = tokio::task::spawn_blocking(move || {
        let mut values = BTreeMap::new();
        for (name, required) in names {
            match keychain.get(&name) {
                Ok(Some(value)) => {
                    values.insert(name, value);
                }
                Ok(None) if required => return Err(format!("the secret {} has no value", last_part(&name))),
                Err(fault) if required => return Err(fault.to_string()),
                Ok(None) | Err(_) => {}
            }
        }
        Ok(values)
    });
    let values = read.await.unwrap_or_else(|error| Err(error.to_string()));
    values.map_err(|message| WorkFault::new(ErrorKind::Auth, message))
}

fn last_part(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

async fn make_sandbox(engine: &Engine, rows: &Rows, tool: Option<&ReadyTool>, id: SandboxId) -> Sandbox {
    let (place, config) = (engine.place(), &rows.run.config);
    let needs = tool.into_iter().flat_map(|tool| &tool.needs);
    let logins = tool.into_iter().flat_map(|tool| &tool.logins);
    let home = engine.store().directory();
    let bounded = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
    let mut spec = SandboxSpec {
        directory: home.join("workspaces").join(id.as_str()),
        id,
        project_slug: rows.project.slug.clone(),
        repository: rows.project.root_path.clone(),
        git_common_dir: rows.project.git_common_dir.clone(),
        caches: home.join("caches").join(rows.project.id.as_str()),
        user_home: place.user_home.clone(),
        user_name: place.user_name.clone(),
        user_path: place.user_path.clone(),
        user_env: place.environment.clone(),
        hidden: vec![home.to_owned()],
        visible: rows.settings.visible_paths.iter().chain(needs).cloned().collect(),
        tool_logins: logins.map(|(path, _)| path.clone()).collect(),
        memory_mb: bounded(config.memory_mb),
        cpu_count: bounded(config.cpu_count),
        timeout: Duration::from_millis(u64::try_from(config.timeout_ms).unwrap_or(u64::MAX)),
        network: match config.network {
            Network::Open => sandbox::Network::Open,
            Network::None => sandbox::Network::None,
        },
        allow_weak: config.weak_isolation_allowed,
    };
    // What an agent reaches Waybill's tools with, where nothing forbids to show it.
    spec.visible.extend(place.program.clone().filter(|program| spec.may_show(program)));
    Sandbox::new(engine.sandboxes().await, spec)
}

/// A branch that neither the repository nor another run of the project has.
async fn free_branch(engine: &Engine, git: &Git, rows: &Rows) -> Result<String, WorkFault> {
    let number = rows.issue.as_ref().map(|issue| issue.number);
    let wanted = branch_name(&rows.settings.branch_prefix, number, rows.run.number, &rows.run.name);
    let mut candidate = wanted.clone();
    for suffix in 2.. {
        let free = git.unique_branch(&rows.project.git_common_dir, &candidate).await?;
        let (run, name) = (rows.run.clone(), free.clone());
        let claimed = engine.store().write(move |write| runs::claim_branch(write, &run, &name)).await?;
        if claimed {
            return Ok(free);
        }
        candidate = format!("{wanted}-{suffix}");
    }
    Err(WorkFault::new(ErrorKind::Crash, "no branch name is free"))
}

/// Commits that the step begins, before anything of it exists outside the database.
async fn begin(work: &mut Work, base_commit: String, isolation: &Isolation) -> Result<(), WorkFault> {
    let parts = work.instructions.parts(&work.settings);
    let shown: Vec<_> = parts
        .into_iter()
        .map(|part| serde_json::json!({"title": part.title, "text": work.mask.mask(&part.text)}))
        .collect();
    let patch = RunPatch {
        waiting_for: Some(None),
        base_commit: Some(base_commit),
        instructions: Some(serde_json::Value::Array(shown)),
        ..RunPatch::default()
    };
    let spec = work.sandbox.spec();
    let new = NewSandbox {
        id: spec.id.clone(),
        project_id: work.project.id.clone(),
        run_id: work.run.id.clone(),
        timeout_ms: work.run.config.timeout_ms,
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
    let id = work.run.id.clone();
    let found = work.engine.store().read(move |reader| sandboxes::of_run(reader, &id)).await?;
    Ok(found.filter(|sandbox| sandbox.state.is_live()).map(|sandbox| sandbox.id))
}

pub(super) async fn set_state(work: &Work, state: SandboxState) -> Result<(), StoreError> {
    let (id, run) = (work.sandbox.spec().id.clone(), work.run.clone());
    let write = work.engine.store().write(move |write| {
        sandboxes::set_state(write, &id, state, None)?;
        runs::touch(write, &run)
    });
    write.await
}
