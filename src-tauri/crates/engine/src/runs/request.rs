//! What the operator asks of runs: start, cancel, pause, resume, consent, retry. Each is one transaction.

use super::pipeline;
use crate::engine::Engine;
use crate::git::GitError;
use crate::tools::{self, ToolFault};
use serde_json::{Value, json};
use std::io::ErrorKind;
use waybill_domain::Millis;
use waybill_domain::assignment::{Assignment, BUILT_IN_WORKFLOW};
use waybill_domain::contract::Contract;
use waybill_domain::ids::{JobId, RunId};
use waybill_domain::issue::Status;
use waybill_domain::principal::Principal;
use waybill_domain::run::{
    CPU_COUNT, MEMORY_MB, Network, RunEvent, RunSource, RunStatus, TIMEOUT_MS, WaitingFor,
};
use waybill_domain::text::cut;
use waybill_domain::workflow::{self, Next, Plan, PlanFault, SandboxDefaults};
use waybill_store::project_settings::ProjectSettings;
use waybill_store::projects::Project;
use waybill_store::runs::{NewRun, Run, RunConfig, RunPatch, Wish};
use waybill_store::{
    StoreError, Write, agent_tools, issue_updates, issues, jobs, personas, projects, runs, settings,
    workflows,
};

/// What a run is asked to be.
#[derive(Debug, Clone, Default)]
pub struct StartRequest {
    /// The number of the issue to work on.
    pub issue: Option<i64>,
    pub prompt: Option<String>,
    /// The name of a workflow; None: the one that the issue is assigned to, else a single designer.
    pub workflow: Option<String>,
    pub tool: Option<String>,
    pub model: Option<String>,
    pub effort: Option<String>,
    pub base_branch: Option<String>,
    pub timeout_ms: Option<i64>,
    pub memory_mb: Option<i64>,
    pub cpu_count: Option<i64>,
}

/// Why a run was not started or changed.
#[derive(Debug, thiserror::Error)]
pub enum RunFault {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Git(#[from] GitError),
    #[error(transparent)]
    Tool(#[from] ToolFault),
    #[error("no agent tool is installed")]
    NoTool,
    #[error(transparent)]
    Plan(#[from] PlanFault),
}

/// Starts a run: from here on it is durable, and an engine takes it.
pub async fn start(
    engine: &Engine,
    project: &str,
    request: StartRequest,
    actor: &Principal,
) -> Result<Run, RunFault> {
    let prompt = request.prompt.as_deref().map(str::trim).unwrap_or_default().to_owned();
    if prompt.is_empty() && request.issue.is_none() {
        return Err(StoreError::Invalid("a run needs an issue or a prompt".to_owned()).into());
    }
    let Prepared { project, config, base_branch, base_commit } = prepare(engine, project, &request).await?;
    let (plan, defaults) = find_plan(engine, &project, &request).await?;
    let config = with_defaults(config, &request, &defaults);
    let settings = ProjectSettings::read(&project.settings)?;
    for tool in plan.tools() {
        usable_tool(engine, Some(tool), &settings).await?;
    }
    // Candidates begin side by side, and at the same commit.
    let races = matches!(workflow::begin(&plan.definition), Next::Steps(places) if places.len() > 1);
    let actor = actor.clone();
    let new = New { prompt, config, base_branch, base_commit: races.then_some(base_commit), plan };
    let run = engine.store().write(move |write| insert(write, &project, &request, new, &actor));
    Ok(run.await?)
}

/// The workflow that is asked for, pinned with its personas, and what its sandboxes get.
async fn find_plan(
    engine: &Engine,
    project: &Project,
    request: &StartRequest,
) -> Result<(Plan, SandboxDefaults), RunFault> {
    let (project, wanted, issue) = (project.id.clone(), request.workflow.clone(), request.issue);
    let found = engine.store().read(move |reader| {
        let issue = issue.map(|number| issues::get(reader, &project, number)).transpose()?;
        let assigned = issue.and_then(|issue| issue.assignment?.strip_prefix("workflow:").map(str::to_owned));
        let known = |name: &String| workflows::find(reader, &project, name).map(|found| found.is_some());
        // What an issue was assigned to may be gone; what was asked for must be there.
        let assigned = assigned.filter(|name| known(name).unwrap_or(false));
        let name = wanted.or(assigned).unwrap_or_else(|| BUILT_IN_WORKFLOW.to_owned());
        let workflow = workflows::find(reader, &project, &name)?
            .ok_or_else(|| StoreError::not_found("workflow", &name))?;
        if !workflow.enabled {
            return Err(StoreError::Conflict(format!(
                "the workflow '{name}' is switched off; switch it on first"
            )));
        }
        let mut personas = Vec::new();
        for name in Plan::personas_of(&workflow.definition) {
            personas.extend(personas::find(reader, &project, &name)?);
        }
        let checked = workflows::check(reader, &project, workflow.kind, &workflow.definition)?;
        Ok((workflow, personas, checked))
    });
    let (workflow, personas, checked) = found.await?;
    let plan = Plan::pin(&workflow.name, workflow.kind, workflow.version, workflow.definition, personas)?;
    // A project's export brings in what was never saved here.
    if let Some(fault) = checked.faults.first() {
        return Err(
            StoreError::Conflict(format!("the workflow '{}' cannot work: {fault}", workflow.name)).into()
        );
    }
    Ok((plan, workflow.sandbox_defaults))
}

/// What the request does not say comes from the workflow, then from the project. A workflow takes the network away, and
/// never gives it.
fn with_defaults(config: RunConfig, request: &StartRequest, defaults: &SandboxDefaults) -> RunConfig {
    RunConfig {
        timeout_ms: request.timeout_ms.or(defaults.timeout_ms).unwrap_or(config.timeout_ms),
        memory_mb: request.memory_mb.or(defaults.memory_mb).unwrap_or(config.memory_mb),
        cpu_count: request.cpu_count.or(defaults.cpu_count).unwrap_or(config.cpu_count),
        network: if defaults.network == Some(Network::None) { Network::None } else { config.network },
        ..config
    }
}

/// What a new run is made of, found and checked.
struct New {
    prompt: String,
    config: RunConfig,
    base_branch: String,
    base_commit: Option<String>,
    plan: Plan,
}

/// What a run or a session stands on, found to be usable.
pub(crate) struct Prepared {
    pub project: Project,
    pub config: RunConfig,
    pub base_branch: String,
    /// Where the base branch is now.
    pub base_commit: String,
}

/// Finds the project, the tool and the base branch of a request; refused when they cannot work here.
pub(crate) async fn prepare(
    engine: &Engine,
    project: &str,
    request: &StartRequest,
) -> Result<Prepared, RunFault> {
    let slug = project.to_owned();
    let (project, chosen) = engine
        .store()
        .read(move |reader| Ok((projects::get(reader, &slug)?, settings::get(reader, "default_tool")?)))
        .await?;
    if project.archived_at.is_some() {
        return Err(StoreError::Conflict(format!(
            "the project '{}' was removed; restore it first",
            project.slug
        ))
        .into());
    }
    expect_room(engine).await?;
    let project_settings = ProjectSettings::read(&project.settings)?;
    let preferred = chosen.and_then(|tool| tool.as_str().map(str::to_owned));
    let wanted = request.tool.clone().or_else(|| project_settings.default_tool.clone()).or(preferred);
    let tool = usable_tool(engine, wanted, &project_settings).await?;
    let base_branch = request.base_branch.clone().unwrap_or_else(|| project.default_branch.clone());
    let base = format!("refs/heads/{base_branch}");
    let base_commit = engine.git().await?.resolve(&project.git_common_dir, &base).await?;
    let config = config(request, tool, &project_settings)?;
    Ok(Prepared { project, config, base_branch, base_commit })
}

/// Refuses to begin on a full disk: a run that could be written down but not worked would only wait, and say nothing.
async fn expect_room(engine: &Engine) -> Result<(), StoreError> {
    /// The least that a workspace and its rows take, in bytes.
    const ROOM: usize = 1024 * 1024;
    // Where a killed Waybill left one, the next start removes it with what else belongs to nothing.
    let place = engine.store().directory().join("workspaces").join(format!("room-{}", JobId::generate()));
    let tried = tokio::task::spawn_blocking(move || {
        std::fs::create_dir_all(&place)?;
        let written = std::fs::write(place.join("room"), vec![0; ROOM]);
        std::fs::remove_dir_all(&place)?;
        written
    });
    match tried.await {
        Ok(Err(error)) if error.kind() == ErrorKind::StorageFull => Err(StoreError::Full),
        // What else is wrong with the place, whoever writes next can tell better.
        _ => Ok(()),
    }
}

/// The tool that was asked for, or the first that can be started; refused when it cannot work here.
async fn usable_tool(
    engine: &Engine,
    wanted: Option<String>,
    settings: &ProjectSettings,
) -> Result<String, RunFault> {
    let secrets = engine.secrets();
    let stored =
        tokio::task::spawn_blocking(move || tools::stored_secrets(&*secrets)).await.unwrap_or_default();
    let search = tools::search(engine.place(), stored);
    let custom = engine.store().read(|reader| agent_tools::list(reader)).await?;
    let share = settings.share_tool_login;
    if let Some(name) = wanted {
        tools::ready(&name, &custom, &search, share).await?;
        return Ok(name);
    }
    let known =
        tools::KNOWN_TOOLS.iter().map(|tool| tool.name).chain(custom.iter().map(|tool| tool.name.as_str()));
    let mut first_fault = None;
    for name in known {
        match tools::ready(name, &custom, &search, share).await {
            Ok(_) => return Ok(name.to_owned()),
            // What is installed but not signed in tells more than what is not installed.
            Err(fault @ (ToolFault::NoKey { .. } | ToolFault::LoginNotShared { .. })) => {
                first_fault.get_or_insert(fault);
            }
            Err(_) => {}
        }
    }
    Err(first_fault.map_or(RunFault::NoTool, RunFault::Tool))
}

fn config(request: &StartRequest, tool: String, settings: &ProjectSettings) -> Result<RunConfig, StoreError> {
    let timeout_ms = request.timeout_ms.unwrap_or(settings.timeout_ms);
    let memory_mb = request.memory_mb.unwrap_or(settings.memory_mb);
    let cpu_count = request.cpu_count.unwrap_or(settings.cpu_count);
    if !TIMEOUT_MS.contains(&timeout_ms) || !MEMORY_MB.contains(&memory_mb) || !CPU_COUNT.contains(&cpu_count)
    {
        return Err(StoreError::Invalid(
            "a sandbox has 60,000 to 14,400,000 ms, 256 to 8192 MiB and 1 to 8 processors".to_owned(),
        ));
    }
    Ok(RunConfig {
        tool,
        model: request
            .model
            .clone()
            .or_else(|| settings.default_model.clone())
            .filter(|model| !model.is_empty()),
        effort: request.effort.clone(),
        timeout_ms,
        memory_mb,
        cpu_count,
        network: settings.network,
        weak_isolation_allowed: settings.weak_isolation_allowed,
    })
}

fn insert(
    write: &Write<'_>,
    project: &Project,
    request: &StartRequest,
    new: New,
    actor: &Principal,
) -> Result<Run, StoreError> {
    let New { prompt, config, base_branch, base_commit, plan } = new;
    let target = Assignment::Workflow(plan.name.clone()).to_string();
    let issue = request.issue.map(|number| issues::get(write, &project.id, number)).transpose()?;
    if let Some(issue) = &issue {
        if matches!(issue.status, Status::Resolved | Status::Rejected) {
            return Err(StoreError::Conflict(format!(
                "issue #{} is {}; reopen it first",
                issue.number, issue.status
            )));
        }
        if let Some(run) = issue.run.as_ref().filter(|run| !run.status.is_final()) {
            return Err(StoreError::Conflict(format!(
                "run {} works on issue #{} already",
                run.number, issue.number
            )));
        }
    }
    let name = match &issue {
        Some(issue) => issue.title.clone(),
        None => cut(prompt.lines().next().unwrap_or("Run"), 80),
    };
    let new = NewRun {
        name,
        source: if issue.is_some() { RunSource::Issue } else { RunSource::Workflow },
        prompt,
        base_branch,
        base_commit,
        plan: Some(plan.clone()),
        issue_id: issue.as_ref().map(|issue| issue.id.clone()),
        config,
    };
    let run = runs::insert(write, &project.id, &new, actor)?;
    pipeline::begin(write, &run, &plan)?;
    if let Some(issue) = &issue {
        issues::link_run(write, &issue.id, &run.id)?;
        if matches!(issue.status, Status::Open | Status::Triaged) {
            issues::make_run_move(write, issue, Status::Assigned, run.number, actor)?;
        }
        if issue.assignment.is_none() {
            issues::assign(write, issue, Some(&target), actor)?;
        }
    }
    runs::by_id(write, &run.id)
}

/// Queues the work of a run's lane; each asking is a job of its own.
pub(crate) fn queue(write: &Write<'_>, run: &RunId, lane: i64) -> Result<(), StoreError> {
    queue_at(write, run, lane, write.now())
}

/// As [`queue`], not before a time.
pub(super) fn queue_at(write: &Write<'_>, run: &RunId, lane: i64, at: Millis) -> Result<(), StoreError> {
    let key = format!("run/{run}/{}", JobId::generate());
    jobs::insert(write, "run", &key, &json!({ "run_id": run, "lane": lane }), at)
}

/// Cancels a run. One at work is stopped by its engine at once; one that waits is cancelled here.
pub async fn cancel(engine: &Engine, project: &str, number: i64, actor: &Principal) -> Result<Run, RunFault> {
    change_own(engine, project, number, actor, |write, run, actor| match run.status {
        RunStatus::Running => {
            wish(write, run, Some(Wish::Cancel), "run.cancel_asked", actor)?;
            // A run that waits for consent or quota has no job that would see the wish now.
            match run.waiting_for {
                Some(WaitingFor::Consent | WaitingFor::Quota) => pipeline::queue_open_lanes(write, &run.id),
                _ => Ok(()),
            }
        }
        RunStatus::Pending => {
            runs::apply(write, run, RunEvent::Cancel, actor)?;
            put_issue_back(write, run, "was cancelled before it began")
        }
        status => Err(StoreError::Conflict(format!("run {} is {status} already", run.number))),
    })
    .await
}

/// Freezes a run that works.
pub async fn pause(engine: &Engine, project: &str, number: i64, actor: &Principal) -> Result<Run, RunFault> {
    change_own(engine, project, number, actor, |write, run, actor| match (run.status, run.wish) {
        (RunStatus::Running, None) => wish(write, run, Some(Wish::Pause), "run.pause_asked", actor),
        (RunStatus::Running, Some(Wish::Pause)) => Ok(()),
        _ => Err(StoreError::Conflict(format!(
            "run {} is {}; only one that works can be paused",
            run.number, run.status
        ))),
    })
    .await
}

/// Thaws a run that was paused.
pub async fn resume(engine: &Engine, project: &str, number: i64, actor: &Principal) -> Result<Run, RunFault> {
    change_own(engine, project, number, actor, |write, run, actor| match run.wish {
        Some(Wish::Pause) => wish(write, run, None, "run.resume_asked", actor),
        // Asked again before its time: the operator may know more than the provider said.
        None if run.waiting_for == Some(WaitingFor::Quota) => {
            write.audit(actor, Some(&run.project_id), "run.resume_asked", &json!({ "run": run.number }))?;
            pipeline::queue_open_lanes(write, &run.id)
        }
        _ => Err(StoreError::Conflict(format!("run {} is not paused", run.number))),
    })
    .await
}

/// Agrees to weaker isolation for one run, which then begins.
pub async fn consent(
    engine: &Engine,
    project: &str,
    number: i64,
    actor: &Principal,
) -> Result<Run, RunFault> {
    change(engine, project, number, actor, |write, run, actor| {
        if run.waiting_for != Some(WaitingFor::Consent) {
            return Err(StoreError::Conflict(format!("run {} does not wait for consent", run.number)));
        }
        let config = RunConfig { weak_isolation_allowed: true, ..run.config.clone() };
        let patch = RunPatch {
            config: Some(config),
            waiting_for: Some(Some(WaitingFor::Engine)),
            ..RunPatch::default()
        };
        runs::patch(write, run, &patch)?;
        write.audit(
            actor,
            Some(&run.project_id),
            "run.weak_isolation_allowed",
            &json!({ "run": run.number }),
        )?;
        pipeline::queue_open_lanes(write, &run.id)
    })
    .await
}

/// Tries a failed or cancelled run again, from its failed step and from what it had committed.
pub async fn retry(engine: &Engine, project: &str, number: i64, actor: &Principal) -> Result<Run, RunFault> {
    change_own(engine, project, number, actor, |write, run, actor| {
        take_up_again(write, run, actor)?;
        runs::apply(write, run, RunEvent::Retry, actor)?;
        let patch = RunPatch {
            error: Some(None),
            failed_step: Some(None),
            delivery: Some(waybill_domain::run::Delivery::None),
            ..RunPatch::default()
        };
        runs::patch(write, run, &patch)?;
        pipeline::again(write, run)
    })
    .await
}

/// Sends a run's change back to the agent that made it, with what the operator wants of it.
pub async fn request_changes(
    engine: &Engine,
    project: &str,
    number: i64,
    review: Value,
    actor: &Principal,
) -> Result<Run, RunFault> {
    if let Err(faults) = Contract::Review.check(&review) {
        let told: Vec<_> = faults.iter().map(ToString::to_string).collect();
        return Err(StoreError::Invalid(told.join("; ")).into());
    }
    change_own(engine, project, number, actor, |write, run, actor| {
        if run.delivery != waybill_domain::run::Delivery::Ready {
            return Err(StoreError::Conflict(format!("run {} has no change to be changed", run.number)));
        }
        take_up_again(write, run, actor)?;
        runs::apply(write, run, RunEvent::Revise, actor)?;
        let patch = RunPatch {
            error: Some(None),
            failed_step: Some(None),
            delivery: Some(waybill_domain::run::Delivery::None),
            quality: Some(None),
            ..RunPatch::default()
        };
        runs::patch(write, run, &patch)?;
        pipeline::revise(write, run, review)
    })
    .await
}

/// Makes a run that has ended, and its issue, fit to be worked again.
fn take_up_again(write: &Write<'_>, run: &Run, actor: &Principal) -> Result<(), StoreError> {
    if run.delivery == waybill_domain::run::Delivery::Merged {
        return Err(StoreError::Conflict(format!("run {} is merged already", run.number)));
    }
    if run.delivery == waybill_domain::run::Delivery::Discarded {
        return Err(StoreError::Conflict(format!("run {} was discarded; start a new one", run.number)));
    }
    if let Some(id) = &run.issue_id {
        let issue = issues::by_id(write, id)?;
        if let Some(other) = issue.run.as_ref().filter(|other| !other.status.is_final()) {
            return Err(StoreError::Conflict(format!(
                "run {} works on issue #{} already",
                other.number, issue.number
            )));
        }
        if matches!(issue.status, Status::Resolved | Status::Rejected) {
            issues::make_run_move(write, &issue, Status::Triaged, run.number, actor)?;
        }
        let issue = issues::by_id(write, id)?;
        if matches!(issue.status, Status::Open | Status::Triaged) {
            issues::make_run_move(write, &issue, Status::Assigned, run.number, actor)?;
            let name = run.workflow.clone().unwrap_or_else(|| BUILT_IN_WORKFLOW.to_owned());
            let target = Assignment::Workflow(name).to_string();
            issues::assign(write, &issues::by_id(write, id)?, Some(&target), actor)?;
        }
        issues::link_run(write, id, &run.id)?;
    }
    Ok(())
}

fn wish(
    write: &Write<'_>,
    run: &Run,
    wish: Option<Wish>,
    event: &str,
    actor: &Principal,
) -> Result<(), StoreError> {
    runs::patch(write, run, &RunPatch { wish: Some(wish), ..RunPatch::default() })?;
    write.audit(actor, Some(&run.project_id), event, &json!({ "run": run.number }))
}

/// Puts the issue of a run that did not succeed back to assigned, with a note that says which run and why.
pub(super) fn put_issue_back(write: &Write<'_>, run: &Run, why: &str) -> Result<(), StoreError> {
    let Some(id) = &run.issue_id else { return Ok(()) };
    let issue = issues::by_id(write, id)?;
    if issue.status == Status::InProgress {
        issues::make_run_move(write, &issue, Status::Assigned, run.number, &Principal::System)?;
    }
    let note = format!("Run {} {why}.", run.number);
    issue_updates::system_note(write, &issue, &note, json!({ "run": run.number }))?;
    Ok(())
}

/// As `change`, of what is no session's work.
async fn change_own(
    engine: &Engine,
    project: &str,
    number: i64,
    actor: &Principal,
    work: impl FnOnce(&Write<'_>, &Run, &Principal) -> Result<(), StoreError> + Send + 'static,
) -> Result<Run, RunFault> {
    change(engine, project, number, actor, |write, run, actor| {
        crate::sessions::expect_own(write, &run.id)?;
        work(write, run, actor)
    })
    .await
}

async fn change(
    engine: &Engine,
    project: &str,
    number: i64,
    actor: &Principal,
    work: impl FnOnce(&Write<'_>, &Run, &Principal) -> Result<(), StoreError> + Send + 'static,
) -> Result<Run, RunFault> {
    let (slug, actor) = (project.to_owned(), actor.clone());
    let run = engine.store().write(move |write| {
        let project = projects::get(write, &slug)?;
        let run = runs::get(write, &project.id, number)?;
        work(write, &run, &actor)?;
        runs::by_id(write, &run.id)
    });
    Ok(run.await?)
}
