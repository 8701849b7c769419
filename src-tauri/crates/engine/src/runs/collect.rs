//! Collecting a step's work: from the workspace, through a checked bundle, to a branch of the repository.

use super::setup::Work;
use super::work::WorkFault;
use crate::git::{Expect, Finished, GitError, WAYBILL_REFS};
use crate::sandbox::HeldBack;
use waybill_domain::text::cut;
use waybill_store::issues;
use waybill_store::run_candidates::{self, Candidate};
use waybill_store::runs::{self, RunPatch};

/// What a step has added to the repository.
pub(super) struct Collected {
    /// The branch's end, when the run has committed anything at all.
    pub head_commit: Option<String>,
    /// Files changed, lines added, lines removed since the base.
    pub changes: (i64, i64, i64),
    pub held_back: Vec<HeldBack>,
    /// The lane that a judge chose.
    pub winner: Option<i64>,
}

/// What is to be kept of a step that only looks: nothing but a judge's choice, whose commits become the branch's.
pub(super) async fn look_only(work: &Work) -> Result<Collected, WorkFault> {
    let (head_commit, winner) = match chosen_candidate(work) {
        Some(candidate) => (candidate.head_commit.clone(), Some(candidate.lane)),
        None => (None, None),
    };
    let head_commit = head_commit.or_else(|| work.head_commit.clone());
    if let Some(head) = head_commit.as_ref().filter(|_| winner.is_some()) {
        put_branch(work, head).await?;
    }
    let changes = measure(work, head_commit.as_deref()).await?;
    Ok(Collected { head_commit, changes, held_back: Vec::new(), winner })
}

fn chosen_candidate(work: &Work) -> Option<&Candidate> {
    let winner = work.outcome.as_ref()?.answer.as_ref()?["winner"].as_str()?;
    work.candidates.iter().find(|(name, _)| name == winner).map(|(_, candidate)| candidate)
}

/// Puts the run's branch where a candidate ended. Doing it twice changes nothing.
async fn put_branch(work: &Work, head: &str) -> Result<(), WorkFault> {
    let (common, name) = (&work.project.git_common_dir, format!("refs/heads/{}", work.start.branch));
    if work.git.ref_commit(common, &name).await?.as_deref() == Some(head) {
        return Ok(());
    }
    let expect = match &work.run.head_commit {
        Some(commit) => Expect::At(commit),
        None => Expect::Absent,
    };
    Ok(work.git.set_ref(common, &name, head, expect).await?)
}

/// What lies between the lane's base and its end.
async fn measure(work: &Work, head: Option<&str>) -> Result<(i64, i64, i64), WorkFault> {
    let (Some(head), Some(base)) = (head, &work.base_commit) else { return Ok((0, 0, 0)) };
    let mut changes = (0, 0, 0);
    for file in work.git.diff_files(&work.project.git_common_dir, base, head).await? {
        let count = i64::from;
        changes = (changes.0 + 1, changes.1 + count(file.added), changes.2 + count(file.removed));
    }
    Ok(changes)
}

/// Commits what the agent left and bundles it, in the sandbox. May be dropped half-way and done again.
pub(super) async fn finish(work: &Work) -> Result<Finished, WorkFault> {
    let mut finished = work.git.finish_workspace(&work.sandbox, &work.start, &message(work)).await?;
    for held in &mut finished.held_back {
        // Names of refs and hooks are the agent's words.
        held.detail = work.mask.mask(&held.detail).into_owned();
    }
    Ok(finished)
}

/// Brings what was bundled into the repository, and measures it. Doing it twice changes nothing.
pub(super) async fn collect(work: &Work, finished: Finished) -> Result<Collected, WorkFault> {
    let Finished { head_commit, bundled, held_back, .. } = finished;
    let known = work.head_commit.clone();
    if bundled {
        let expect = match &known {
            Some(commit) => Expect::At(commit),
            None => Expect::Absent,
        };
        let imported = work.git.import_result(work.sandbox.spec(), &work.start, &head_commit, expect).await;
        if let Err(GitError::RefMoved { name }) = imported {
            return Err(keep_apart(work, &name, &head_commit).await?);
        }
        imported?;
    }
    let head = if bundled { Some(head_commit) } else { known };
    let changes = measure(work, head.as_deref()).await?;
    if let Some(head) = head.clone() {
        // Kept before the step is concluded: a second collecting expects the branch where this one left it.
        let (run, lane) = (work.run.clone(), work.step.lane);
        let kept = work.engine.store().write(move |write| {
            if lane > 0 {
                return run_candidates::set_head(write, &run.id, lane, &head, changes);
            }
            let patch = RunPatch { head_commit: Some(head), changes: Some(changes), ..RunPatch::default() };
            runs::patch(write, &run, &patch)
        });
        kept.await?;
    }
    // Names that an agent chose may hold a secret.
    let held_back = held_back
        .into_iter()
        .map(|held| HeldBack { kind: held.kind, detail: work.mask.mask(&held.detail).into_owned() })
        .collect();
    Ok(Collected { head_commit: head, changes, held_back, winner: None })
}

/// Keeps an agent's commits under a ref of Waybill's own when somebody else has moved the branch meanwhile.
async fn keep_apart(work: &Work, branch: &str, head: &str) -> Result<WorkFault, WorkFault> {
    let name = format!("kept/run-{}/{head}", work.run.number);
    work.git.keep(&work.project.git_common_dir, &name, head).await?;
    Ok(WorkFault::new(
        waybill_domain::agent::ErrorKind::Crash,
        format!("{branch} was changed while the agent worked; its commits are kept as {WAYBILL_REFS}{name}"),
    ))
}

/// The message of what Waybill commits for the agent.
fn message(work: &Work) -> String {
    let title = cut(&work.run.name, 68);
    let number =
        work.issue.as_ref().map_or_else(String::new, |issue: &issues::Issue| format!(" (#{})", issue.number));
    format!("{title}{number}\n\nMade by run {} of {}.\n", work.run.number, work.step.tool)
}
