//! What becomes of a run's branch: looked at, merged or discarded. Git in the repository, then the rows.

use super::RunFault;
use crate::engine::Engine;
use crate::git::{self, DiffPage, Expect, FileDiff, GitError};
use serde_json::json;
use waybill_domain::principal::Principal;
use waybill_domain::run::{Delivery, MergeMode, RunStatus};
use waybill_domain::text::cut;
use waybill_store::project_settings::ProjectSettings;
use waybill_store::projects::{self, Project};
use waybill_store::run_candidates::{self, Candidate, CandidateStatus};
use waybill_store::runs::{self, Run, RunPatch};
use waybill_store::{StoreError, Write, issue_updates, issues, trash};

/// How a run's branch stands to its base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeState {
    pub conflicts: Vec<String>,
    pub already_merged: bool,
    /// How many commits the base has gained.
    pub base_ahead: i64,
    /// Why a merge would be refused now, with what to do.
    pub refusal: Option<String>,
}

/// The files that a run, or one candidate of it, changed since its base, with the two commits compared.
pub async fn diff(
    engine: &Engine,
    project: &str,
    number: i64,
    lane: Option<i64>,
) -> Result<(String, String, Vec<FileDiff>), RunFault> {
    let (project, run) = find(engine, project, number).await?;
    let (base, head) = commits(engine, &run, lane).await?;
    let files = engine.git().await?.diff_files(&project.git_common_dir, &base, &head).await?;
    Ok((base, head, files))
}

/// A page of one file's diff.
pub async fn diff_file(
    engine: &Engine,
    (project, number, lane): (&str, i64, Option<i64>),
    path: &str,
    from: u64,
    most: usize,
) -> Result<DiffPage, RunFault> {
    let (project, run) = find(engine, project, number).await?;
    let (base, head) = commits(engine, &run, lane).await?;
    let git = engine.git().await?;
    // Only what the run changed is shown; its old name comes from git, never from the caller.
    let files = git.diff_files(&project.git_common_dir, &base, &head).await?;
    let file = files
        .into_iter()
        .find(|file| file.path == path)
        .ok_or_else(|| StoreError::not_found("changed file", path))?;
    let names = (file.path.as_str(), file.old_path.as_deref());
    Ok(git.diff_file(&project.git_common_dir, (&base, &head), names, from, most).await?)
}

/// How a run's branch stands to its base now.
pub async fn merge_state(engine: &Engine, project: &str, number: i64) -> Result<MergeState, RunFault> {
    let (project, run) = find(engine, project, number).await?;
    if run.delivery == Delivery::Merged {
        return Ok(MergeState { conflicts: Vec::new(), already_merged: true, base_ahead: 0, refusal: None });
    }
    let branch = branch(&run)?;
    let git = engine.git().await?;
    let state = git.merge_state(&project.git_common_dir, &run.base_branch, branch).await?;
    let refusal = git.merge_refusal(&project.git_common_dir, &run.base_branch, branch).await?;
    Ok(MergeState {
        already_merged: state.ahead == 0,
        base_ahead: i64::from(state.behind),
        conflicts: state.conflicts,
        refusal: refusal.map(|error| error.to_string()),
    })
}

/// Merges a run's branch into its base.
pub async fn merge(
    engine: &Engine,
    project: &str,
    number: i64,
    mode: MergeMode,
    actor: &Principal,
) -> Result<Run, RunFault> {
    let (project, run) = find(engine, project, number).await?;
    deliverable(&run)?;
    let branch = branch(&run)?;
    let git = engine.git().await?;
    let settings = ProjectSettings::read(&project.settings)?;
    let repository = git.inspect(&project.root_path).await?;
    let author = super::author(&settings, &repository);
    let issue = run.issue.as_ref().map_or_else(String::new, |(number, _)| format!(" (#{number})"));
    let title = format!("{}{issue}", cut(&run.name, 66));
    let message = match mode {
        MergeMode::Merge => format!("Merge {branch}\n\n{title}\n"),
        MergeMode::Squash | MergeMode::Rebase => {
            format!("{title}\n\nMade by run {} of {}.\n", run.number, run.config.tool)
        }
    };
    let how = match mode {
        MergeMode::Merge => git::MergeMode::Merge,
        MergeMode::Squash => git::MergeMode::Squash,
        MergeMode::Rebase => git::MergeMode::Rebase,
    };
    let names = (run.base_branch.as_str(), branch);
    let commit = match git.merge(&project.git_common_dir, names, how, &author, &message).await {
        Ok(merged) => merged.commit,
        // Merged by hand, or by a Waybill that ended before it could say so.
        Err(GitError::AlreadyMerged { .. }) => {
            git.resolve(&project.git_common_dir, &format!("refs/heads/{}", run.base_branch)).await?
        }
        Err(error) => return Err(error.into()),
    };
    let base = run.base_branch.clone();
    let_go(engine, &project, &run).await;
    record(engine, &run, actor, move |write, run, actor| {
        let patch = RunPatch {
            delivery: Some(Delivery::Merged),
            merge_commit: Some(commit.clone()),
            ..RunPatch::default()
        };
        runs::patch(write, run, &patch)?;
        let change = json!({"run": run.number, "commit": commit, "mode": mode});
        write.audit(actor, Some(&run.project_id), "run.merged", &change)?;
        note(write, run, &format!("Run {} was merged into {base} as {}.", run.number, short(&commit)))
    })
    .await
}

/// Makes another candidate of a run's last race its result, whatever its judge said. The one before stays where it can
/// be chosen again.
pub async fn choose(
    engine: &Engine,
    project: &str,
    number: i64,
    lane: i64,
    actor: &Principal,
) -> Result<Run, RunFault> {
    let (project, run) = find(engine, project, number).await?;
    deliverable(&run)?;
    let branch = branch(&run)?;
    let wanted = candidate(engine, &run, lane).await?;
    let head = wanted.head_commit.clone().filter(|_| wanted.status == CandidateStatus::Completed);
    let head = head.ok_or_else(|| {
        StoreError::Conflict(format!(
            "candidate {lane} of run {number} has nothing to choose: it changed nothing, or failed"
        ))
    })?;
    let (git, common) = (engine.git().await?, &project.git_common_dir);
    let expect = run.head_commit.as_deref().map_or(Expect::Absent, Expect::At);
    if let Some(before) = &run.head_commit {
        git.keep(common, &format!("kept/run-{number}/{before}"), before).await?;
    }
    git.set_ref(common, &format!("refs/heads/{branch}"), &head, expect).await?;
    let base = run.base_commit.clone().unwrap_or_else(|| wanted.base_commit.clone());
    let mut changes = (0, 0, 0);
    for file in git.diff_files(common, &base, &head).await? {
        changes = (changes.0 + 1, changes.1 + i64::from(file.added), changes.2 + i64::from(file.removed));
    }
    record(engine, &run, actor, move |write, run, actor| {
        run_candidates::choose(write, &run.id, &wanted.race, lane)?;
        // What was scored was the other one.
        let patch = RunPatch {
            head_commit: Some(head),
            changes: Some(changes),
            quality: Some(None),
            ..RunPatch::default()
        };
        runs::patch(write, run, &patch)?;
        let change = json!({"run": run.number, "candidate": lane});
        write.audit(actor, Some(&run.project_id), "run.candidate_chosen", &change)?;
        note(write, run, &format!("Candidate {lane} of run {} was chosen.", run.number))
    })
    .await
}

/// Discards a run's branch; its commit is kept for restoring.
pub async fn discard(
    engine: &Engine,
    project: &str,
    number: i64,
    actor: &Principal,
) -> Result<Run, RunFault> {
    let (project, run) = find(engine, project, number).await?;
    discardable(&run)?;
    if let (Some(branch), Some(head)) = (&run.branch, &run.head_commit) {
        engine.git().await?.delete_branch(&project.git_common_dir, branch, head).await?;
    }
    let_go(engine, &project, &run).await;
    record(engine, &run, actor, |write, run, actor| {
        trash::discard_run(write, run, actor)?;
        note(write, run, &format!("The branch of run {} was discarded.", run.number))
    })
    .await
}

/// Lets go of what only a run that may be taken up again needs.
async fn let_go(engine: &Engine, project: &Project, run: &Run) {
    release_candidates(engine, project, run).await;
    let place = super::session_state::place(engine.store().directory(), &run.id);
    let removed = tokio::task::spawn_blocking(move || super::session_state::remove(&place)).await;
    if !matches!(removed, Ok(Ok(()))) {
        tracing::warn!(run = %run.id, ?removed, "the tools' sessions of a run stay");
    }
}

/// Lets the candidates go that nobody will choose any more. What cannot go now costs a ref and no more.
async fn release_candidates(engine: &Engine, project: &Project, run: &Run) {
    let (id, number) = (run.id.clone(), run.number);
    let all =
        engine.store().read(move |reader| run_candidates::of_run(reader, &id)).await.unwrap_or_default();
    let Ok(git) = engine.git().await else { return };
    for candidate in all {
        let name = super::candidate_ref(number, candidate.lane);
        let name = name.strip_prefix(git::WAYBILL_REFS).unwrap_or(&name).to_owned();
        if let Err(error) = git.release(&project.git_common_dir, &name).await {
            tracing::debug!(%error, name, "a candidate's ref stays");
        }
    }
}

/// Brings the branch of a discarded run back, to be reviewed again; under another name where its own is taken.
pub async fn restore(engine: &Engine, item: &trash::Item, actor: &Principal) -> Result<Run, RunFault> {
    let (project, branch) = removed(engine, item).await?;
    if project.archived_at.is_some() {
        return Err(StoreError::Conflict("the project was removed; restore it first".to_owned()).into());
    }
    let (git, repository) = (engine.git().await?, &project.git_common_dir);
    let own = format!("refs/heads/{}", branch.name);
    // There already, when a Waybill ended between the branch and its row.
    let name = if git.ref_commit(repository, &own).await?.as_deref() == Some(&branch.head) {
        branch.name.clone()
    } else {
        git.unique_branch(repository, &branch.name).await?
    };
    git.set_ref(repository, &format!("refs/heads/{name}"), &branch.head, Expect::Absent).await?;
    let (id, actor) = (item.id.clone(), actor.clone());
    let run = engine.store().write(move |write| {
        let run = trash::restore_run(write, &id, &name, &actor)?;
        note(write, &run, &format!("The branch of run {} is back as {name}.", run.number))?;
        Ok((project, run))
    });
    let (project, run) = run.await?;
    git.release(&project.git_common_dir, &kept_as(&branch)).await?;
    Ok(run)
}

/// Lets the branch of a discarded run go for good. Where its repository is gone, so is its commit.
pub(crate) async fn forget(engine: &Engine, item: &trash::Item) -> Result<(), RunFault> {
    let (project, branch) = removed(engine, item).await?;
    if project.git_common_dir.is_dir() {
        engine.git().await?.release(&project.git_common_dir, &kept_as(&branch)).await?;
    }
    Ok(())
}

async fn removed(engine: &Engine, item: &trash::Item) -> Result<(Project, trash::Branch), StoreError> {
    let item = item.clone();
    let found = engine.store().read(move |reader| {
        Ok((projects::by_id(reader, &item.project_id)?, trash::run_branch(reader, &item.id)?))
    });
    found.await
}

/// The name under which git keeps the commit of a branch that was removed.
fn kept_as(branch: &trash::Branch) -> String {
    format!("trash/{}/{}", branch.name, branch.head)
}

fn note(write: &Write<'_>, run: &Run, text: &str) -> Result<(), StoreError> {
    let Some(id) = &run.issue_id else { return Ok(()) };
    let issue = issues::by_id(write, id)?;
    issue_updates::system_note(write, &issue, text, json!({ "run": run.number })).map(drop)
}

/// The first characters of a commit's id, as people write it.
pub fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}

fn deliverable(run: &Run) -> Result<(), StoreError> {
    let refuse = |why: &str| Err(StoreError::Conflict(format!("run {} {why}", run.number)));
    match (run.status, run.delivery) {
        (RunStatus::Pending | RunStatus::Running, _) => {
            refuse("is still at work; wait for it or cancel it first")
        }
        (_, Delivery::Ready) => Ok(()),
        (_, Delivery::Merged) => refuse("is merged already"),
        (_, Delivery::Discarded) => refuse("was discarded"),
        (_, Delivery::None) => refuse("has changed nothing"),
    }
}

/// What may be discarded: a branch, or a failed run that left none and is only to be put away.
fn discardable(run: &Run) -> Result<(), StoreError> {
    match (run.status, run.delivery) {
        (RunStatus::Failed, Delivery::None) => Ok(()),
        _ => deliverable(run),
    }
}

fn branch(run: &Run) -> Result<&str, StoreError> {
    run.branch
        .as_deref()
        .filter(|_| run.head_commit.is_some())
        .ok_or_else(|| StoreError::Conflict(format!("run {} has no branch", run.number)))
}

/// Where a run, or one candidate of it, begins and ends.
async fn commits(engine: &Engine, run: &Run, lane: Option<i64>) -> Result<(String, String), StoreError> {
    if let Some(lane) = lane.filter(|lane| *lane > 0) {
        let candidate = candidate(engine, run, lane).await?;
        return Ok((candidate.base_commit.clone(), candidate.end().to_owned()));
    }
    run.base_commit
        .clone()
        .zip(run.head_commit.clone())
        .ok_or_else(|| StoreError::Conflict(format!("run {} has changed nothing yet", run.number)))
}

async fn candidate(engine: &Engine, run: &Run, lane: i64) -> Result<Candidate, StoreError> {
    let id = run.id.clone();
    let all = engine.store().read(move |reader| run_candidates::of_run(reader, &id)).await?;
    all.into_iter()
        .find(|candidate| candidate.lane == lane)
        .ok_or_else(|| StoreError::not_found("candidate", lane))
}

async fn find(engine: &Engine, project: &str, number: i64) -> Result<(Project, Run), StoreError> {
    let slug = project.to_owned();
    let found = engine.store().read(move |reader| {
        let project = projects::get(reader, &slug)?;
        let run = runs::get(reader, &project.id, number)?;
        Ok((project, run))
    });
    found.await
}

async fn record(
    engine: &Engine,
    run: &Run,
    actor: &Principal,
    work: impl FnOnce(&Write<'_>, &Run, &Principal) -> Result<(), StoreError> + Send + 'static,
) -> Result<Run, RunFault> {
    let (id, actor) = (run.id.clone(), actor.clone());
    let run = engine.store().write(move |write| {
        let run = runs::by_id(write, &id)?;
        // Somebody else may have been quicker; git has done nothing twice.
        if run.delivery != Delivery::Ready && run.status != RunStatus::Failed {
            return Ok(run);
        }
        work(write, &run, &actor)?;
        runs::by_id(write, &id)
    });
    Ok(run.await?)
}
