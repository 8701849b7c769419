//! What a step works with: its tool, the secrets that it may show, its sandbox and its branch.

use super::super::work::WorkFault;
use super::rows::Rows;
use crate::engine::Engine;
use crate::git::Git;
use crate::sandbox::{self, Sandbox, SandboxSpec};
use crate::tools::{self, ReadyTool};
use std::collections::BTreeMap;
use std::time::Duration;
use waybill_domain::agent::ErrorKind;
use waybill_domain::ids::SandboxId;
use waybill_domain::run::Network;
use waybill_domain::slug::branch_name;
use waybill_store::runs;

/// The tool of the step, ready to be started.
pub(super) async fn find_tool(engine: &Engine, rows: &Rows) -> Result<ReadyTool, WorkFault> {
    let secrets = engine.secrets();
    let stored =
        tokio::task::spawn_blocking(move || tools::stored_secrets(&*secrets)).await.unwrap_or_default();
    let search = tools::search(engine.place(), stored);
    let share = rows.settings.share_tool_login;
    Ok(tools::ready(&rows.step.tool, &rows.custom, &search, share).await?)
}

/// The secrets that a run could show: the tools' keys and the project's own.
pub(super) async fn read_secrets(
    engine: &Engine,
    rows: &Rows,
    needed: bool,
) -> Result<BTreeMap<String, String>, WorkFault> {
    let known = tools::KNOWN_SECRETS.iter().map(|(name, _, _)| (*name).to_owned());
    let own = rows.settings.environment.iter().filter(|variable| variable.is_secret);
    let names: Vec<(String, bool)> = known
        .map(|name| (name, false))
        .chain(own.map(|variable| (crate::runs::project_secret(&rows.project.id, &variable.key), needed)))
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

/// The name of a secret without what says whose it is.
pub(super) fn last_part(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// The sandbox of this id, as the run and its step want it.
pub(super) async fn make_sandbox(
    engine: &Engine,
    rows: &Rows,
    tool: Option<&ReadyTool>,
    id: SandboxId,
) -> Sandbox {
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
        timeout: Duration::from_millis(
            u64::try_from(rows.planned.timeout_ms.unwrap_or(config.timeout_ms)).unwrap_or(u64::MAX),
        ),
        network: match config.network {
            Network::Open => sandbox::Network::Open,
            Network::None => sandbox::Network::None,
        },
        allow_weak: config.weak_isolation_allowed
            || tool.is_some_and(|tool| !tool.tool.adapter().needs_isolation()),
    };
    // What an agent reaches Waybill's tools with, where nothing forbids to show it.
    spec.visible.extend(place.program.clone().filter(|program| spec.may_show(program)));
    Sandbox::new(engine.sandboxes().await, spec)
}

/// A branch that neither the repository nor another run of the project has. The lanes of a run have one.
pub(super) async fn free_branch(engine: &Engine, git: &Git, rows: &Rows) -> Result<String, WorkFault> {
    let number = rows.issue.as_ref().map(|issue| issue.number);
    let wanted = branch_name(&rows.settings.branch_prefix, number, rows.run.number, &rows.run.name);
    let mut candidate = wanted.clone();
    for suffix in 2.. {
        let free = git.unique_branch(&rows.project.git_common_dir, &candidate).await?;
        let (run, name) = (rows.run.clone(), free.clone());
        let claimed = engine.store().write(move |write| runs::claim_branch(write, &run, &name)).await?;
        if let Some(branch) = claimed {
            return Ok(branch);
        }
        candidate = format!("{wanted}-{suffix}");
    }
    Err(WorkFault::new(ErrorKind::Crash, "no branch name is free"))
}
