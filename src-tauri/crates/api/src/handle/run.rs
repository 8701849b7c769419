//! Runs: lists, pages, output, diffs, and what is asked of them.

use super::{limit, number_cursor, paged};
use crate::app::App;
use crate::error::{ApiError, Code};
use crate::wire::{
    Candidate, DiffFile, DiffLine, DiffLineKind, DiffPage, HeldBack, InstructionPart, LineComment,
    MergeState, OutputEvent, OutputPage, Page, Quality, Run, RunActions, RunChoose, RunDiff, RunDiffFile,
    RunDiffOf, RunIssue, RunList, RunMerge, RunOutput, RunRef, RunRequestChanges, RunRow, RunStart, Sandbox,
    Step, UpcomingStep,
};
use serde_json::json;
use waybill_domain::agent::{ChangeKind, ErrorKind};
use waybill_domain::principal::Principal;
use waybill_domain::run::{Delivery, MergeMode, RunSource, RunStatus, WaitingFor};
use waybill_domain::text::cut;
use waybill_engine::git::{self, GitError};
use waybill_engine::runs::{self as engine_runs, RunFault, StartRequest, delivery};
use waybill_engine::tools::ToolFault;
use waybill_store::{Connection, StoreError, output, projects, run_steps, runs, sandboxes};

pub async fn run_list(app: &App, _: &Principal, args: RunList) -> Result<Page<RunRow>, ApiError> {
    let limit = limit(args.limit, 50, 200)?;
    let before = number_cursor(args.after.as_deref())?;
    let page = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        let found = runs::list(reader, &project.id, &args.statuses, args.issue, before, limit + 1)?;
        let (found, next) = paged(found, limit, |run| run.number.to_string());
        Ok(Page { items: found.into_iter().map(|run| row_of(&project.slug, &run)).collect(), next })
    });
    Ok(page.await?)
}

pub async fn run_get(app: &App, _: &Principal, args: RunRef) -> Result<Run, ApiError> {
    let run = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        let run = runs::get(reader, &project.id, args.number)?;
        run_of(reader, &project.slug, run)
    });
    Ok(run.await?)
}

pub async fn run_output(app: &App, _: &Principal, args: RunOutput) -> Result<OutputPage, ApiError> {
    let limit = limit(args.limit, 500, 2000)?;
    let page = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        let run = runs::get(reader, &project.id, args.number)?;
        let from = args.from.unwrap_or_else(|| (run.output_events - i64::from(limit)).max(0));
        let events = output::page(reader, &run.id, from, limit as usize)?;
        let items = events
            .into_iter()
            .map(|event| OutputEvent { seq: event.seq, step: event.step, at: event.at, event: event.event })
            .collect();
        Ok(OutputPage { items, end: run.output_events })
    });
    Ok(page.await?)
}

pub async fn run_diff(app: &App, _: &Principal, args: RunDiffOf) -> Result<RunDiff, ApiError> {
    let (base_commit, head_commit, files) =
        delivery::diff(app.engine(), &args.project, args.number, args.lane).await?;
    Ok(RunDiff { base_commit, head_commit, files: files.into_iter().map(file_of).collect() })
}

pub async fn run_diff_file(app: &App, _: &Principal, args: RunDiffFile) -> Result<DiffPage, ApiError> {
    let most = limit(args.limit, 2000, 5000)? as usize;
    let from = u64::try_from(args.from).map_err(|_| ApiError::invalid("from is counted from 0"))?;
    let page =
        delivery::diff_file(app.engine(), (&args.project, args.number, args.lane), &args.path, from, most)
            .await?;
    Ok(DiffPage {
        lines: page.lines.into_iter().map(line_of).collect(),
        next: page.next.map(|next| i64::try_from(next).unwrap_or(i64::MAX)),
    })
}

pub async fn run_merge_state(app: &App, _: &Principal, args: RunRef) -> Result<MergeState, ApiError> {
    let state = delivery::merge_state(app.engine(), &args.project, args.number).await?;
    Ok(MergeState {
        conflicts: state.conflicts,
        already_merged: state.already_merged,
        base_ahead: state.base_ahead,
        refusal: state.refusal,
    })
}

pub async fn run_start(app: &App, who: &Principal, args: RunStart) -> Result<Run, ApiError> {
    let request = StartRequest {
        issue: args.issue,
        prompt: args.prompt,
        workflow: args.workflow,
        tool: args.tool,
        model: args.model,
        effort: args.effort,
        base_branch: args.base_branch,
        timeout_ms: args.timeout_ms,
        memory_mb: args.memory_mb,
        cpu_count: args.cpu_count,
    };
    let run = engine_runs::start(app.engine(), &args.project, request, who).await?;
    answer(app, &args.project, run.number).await
}

pub async fn run_cancel(app: &App, who: &Principal, args: RunRef) -> Result<Run, ApiError> {
    engine_runs::cancel(app.engine(), &args.project, args.number, who).await?;
    answer(app, &args.project, args.number).await
}

pub async fn run_pause(app: &App, who: &Principal, args: RunRef) -> Result<Run, ApiError> {
    engine_runs::pause(app.engine(), &args.project, args.number, who).await?;
    answer(app, &args.project, args.number).await
}

pub async fn run_resume(app: &App, who: &Principal, args: RunRef) -> Result<Run, ApiError> {
    engine_runs::resume(app.engine(), &args.project, args.number, who).await?;
    answer(app, &args.project, args.number).await
}

pub async fn run_consent(app: &App, who: &Principal, args: RunRef) -> Result<Run, ApiError> {
    engine_runs::consent(app.engine(), &args.project, args.number, who).await?;
    answer(app, &args.project, args.number).await
}

pub async fn run_retry(app: &App, who: &Principal, args: RunRef) -> Result<Run, ApiError> {
    engine_runs::retry(app.engine(), &args.project, args.number, who).await?;
    answer(app, &args.project, args.number).await
}

pub async fn run_merge(app: &App, who: &Principal, args: RunMerge) -> Result<Run, ApiError> {
    let mode = args.mode.unwrap_or(MergeMode::Merge);
    delivery::merge(app.engine(), &args.project, args.number, mode, who).await?;
    answer(app, &args.project, args.number).await
}

pub async fn run_discard(app: &App, who: &Principal, args: RunRef) -> Result<Run, ApiError> {
    delivery::discard(app.engine(), &args.project, args.number, who).await?;
    answer(app, &args.project, args.number).await
}

pub async fn run_request_changes(
    app: &App,
    who: &Principal,
    args: RunRequestChanges,
) -> Result<Run, ApiError> {
    let text = args.text.trim();
    let text = match (text, args.comments.is_empty()) {
        ("", true) => return Err(ApiError::invalid("say what is to be changed")),
        ("", false) => "See the comments on the lines.",
        (text, _) => text,
    };
    let finding = |comment: LineComment| {
        let mut finding = json!({"file": comment.file, "severity": "important", "message": comment.text});
        if let Some(line) = comment.line {
            finding["line"] = line.into();
        }
        finding
    };
    let findings: Vec<_> = args.comments.into_iter().map(finding).collect();
    let review = json!({"pass": false, "feedback": text, "findings": findings});
    engine_runs::request_changes(app.engine(), &args.project, args.number, review, who).await?;
    answer(app, &args.project, args.number).await
}

pub async fn run_choose(app: &App, who: &Principal, args: RunChoose) -> Result<Run, ApiError> {
    delivery::choose(app.engine(), &args.project, args.number, args.lane, who).await?;
    answer(app, &args.project, args.number).await
}

async fn answer(app: &App, project: &str, number: i64) -> Result<Run, ApiError> {
    let project = project.to_owned();
    let run = app.store().read(move |reader| {
        let project = projects::get(reader, &project)?;
        run_of(reader, &project.slug, runs::get(reader, &project.id, number)?)
    });
    Ok(run.await?)
}

fn row_of(slug: &str, run: &runs::Run) -> RunRow {
    RunRow {
        id: run.id.clone(),
        project_slug: slug.to_owned(),
        number: run.number,
        name: run.name.clone(),
        source: run.source,
        status: run.status,
        waiting_for: run.waiting_for,
        issue: run.issue.clone().map(|(number, title)| RunIssue { number, title }),
        workflow: run.workflow.clone(),
        workflow_version: run.workflow_version,
        tool: run.config.tool.clone(),
        model: run.config.model.clone(),
        prompt_preview: cut(&run.prompt, 160),
        branch: run.branch.clone(),
        delivery: run.delivery,
        files_changed: run.files_changed,
        lines_added: run.lines_added,
        lines_removed: run.lines_removed,
        cost_usd: run.cost_usd,
        input_tokens: run.input_tokens,
        output_tokens: run.output_tokens,
        error: run.error.clone(),
        resume_at: run.resume_at,
        quality_score: run.quality_score,
        threshold_result: run.threshold_result,
        iterations: run.iterations,
        activity: run.activity.clone(),
        created_at: run.created_at,
        started_at: run.started_at,
        finished_at: run.finished_at,
    }
}

fn run_of(connection: &Connection, slug: &str, run: runs::Run) -> Result<Run, StoreError> {
    let steps = run_steps::of_run(connection, &run.id)?;
    let sandbox = sandboxes::of_run(connection, &run.id)?;
    let held_back = sandboxes::held_back_of_run(connection, &run.id)?;
    let upcoming = engine_runs::upcoming(connection, &run, &steps)?;
    let candidates = candidates_of(connection, &run, &steps)?;
    let mut actions = actions_of(&run);
    actions.choose = actions.merge && candidates.iter().any(|one| one.chosen) && candidates.len() > 1;
    Ok(Run {
        row: row_of(slug, &run),
        actions,
        candidates,
        steps: steps.into_iter().map(step_of).collect::<Result<_, _>>()?,
        upcoming: upcoming.into_iter().map(upcoming_of).collect(),
        failed_step_id: run.failed_step.as_ref().map(ToString::to_string),
        sandbox: sandbox.map(sandbox_of),
        held_back: held_back
            .into_iter()
            .map(|held| HeldBack { kind: held.kind, detail: held.detail, count: held.count })
            .collect(),
        prompt: run.prompt,
        base_branch: run.base_branch,
        base_commit: run.base_commit,
        head_commit: run.head_commit,
        merge_commit: run.merge_commit,
        advice: run.error_kind.map(|kind| ErrorKind::advice(kind).to_owned()),
        error_kind: run.error_kind,
    })
}

fn actions_of(run: &runs::Run) -> RunActions {
    let running = run.status == RunStatus::Running;
    let paused = run.wish == Some(runs::Wish::Pause);
    let finished = run.status.is_final();
    let ready = finished && run.delivery == Delivery::Ready;
    // What a session works is stopped and gone on with there.
    let own = run.source != RunSource::Sandbox;
    RunActions {
        cancel: own && !finished && run.wish != Some(runs::Wish::Cancel),
        pause: own && running && run.wish.is_none(),
        resume: own && running && (paused || run.waiting_for == Some(WaitingFor::Quota)),
        retry: own
            && matches!(run.status, RunStatus::Failed | RunStatus::Cancelled)
            && matches!(run.delivery, Delivery::None | Delivery::Ready),
        merge: ready,
        discard: ready || (run.status == RunStatus::Failed && run.delivery == Delivery::None),
        consent: run.waiting_for == Some(WaitingFor::Consent),
        choose: false,
        request_changes: own && ready,
    }
}

fn upcoming_of(step: engine_runs::Upcoming) -> UpcomingStep {
    UpcomingStep { place: step.place.to_string(), role: step.role, persona: step.persona, tool: step.tool }
}

fn candidates_of(
    connection: &Connection,
    run: &runs::Run,
    steps: &[run_steps::Step],
) -> Result<Vec<Candidate>, StoreError> {
    let all = engine_runs::candidates(connection, run, steps)?;
    let of = |known: engine_runs::Standing| {
        let candidate = known.candidate;
        Candidate {
            lane: candidate.lane,
            race: candidate.race.to_string(),
            label: known.label,
            status: candidate.status,
            files_changed: candidate.files_changed,
            lines_added: candidate.lines_added,
            lines_removed: candidate.lines_removed,
            error: candidate.error,
            chosen: candidate.chosen,
            judged: known.judged.and_then(|judged| serde_json::from_value(judged).ok()),
        }
    };
    Ok(all.into_iter().map(of).collect())
}

fn step_of(step: run_steps::Step) -> Result<Step, StoreError> {
    let instructions: Vec<InstructionPart> = serde_json::from_value(step.instructions)
        .map_err(|error| StoreError::Unreadable(format!("instructions: {error}")))?;
    Ok(Step {
        id: step.id,
        position: step.position,
        lane: step.lane,
        place: step.place.to_string(),
        instructions,
        verdict: step.verdict,
        quality: step.quality.map(|quality| Quality {
            composite: quality.composite,
            threshold: quality.threshold,
            threshold_result: quality.threshold_result,
        }),
        persona: step.persona,
        role: step.role,
        tool: step.tool,
        model: step.model,
        effort: step.effort,
        iteration: step.iteration,
        attempt: step.attempt,
        status: step.status,
        summary: step.summary,
        error: step.error,
        error_kind: step.error_kind,
        input_tokens: step.input_tokens,
        output_tokens: step.output_tokens,
        cost_usd: step.cost_usd,
        started_at: step.started_at,
        finished_at: step.finished_at,
    })
}

fn sandbox_of(sandbox: sandboxes::Sandbox) -> Sandbox {
    Sandbox {
        id: sandbox.id,
        state: sandbox.state,
        isolation: sandbox.isolation.words,
        isolation_details: sandbox.isolation.details,
        weak: sandbox.isolation.weak,
        network: sandbox.network,
        timeout_ms: sandbox.timeout_ms,
        memory_mb: sandbox.memory_mb,
        cpu_count: sandbox.cpu_count,
        error: sandbox.error,
        started_at: sandbox.started_at,
        ended_at: sandbox.ended_at,
    }
}

fn file_of(file: git::FileDiff) -> DiffFile {
    DiffFile {
        kind: match file.status {
            git::ChangeStatus::Added | git::ChangeStatus::Copied => ChangeKind::Added,
            git::ChangeStatus::Deleted => ChangeKind::Deleted,
            git::ChangeStatus::Renamed => ChangeKind::Renamed,
            _ => ChangeKind::Modified,
        },
        path: file.path,
        old_path: file.old_path,
        binary: file.binary,
        lines_added: i64::from(file.added),
        lines_removed: i64::from(file.removed),
    }
}

fn line_of(line: git::DiffLine) -> DiffLine {
    DiffLine {
        kind: match line.kind {
            git::LineKind::Hunk => DiffLineKind::Hunk,
            git::LineKind::Context => DiffLineKind::Context,
            git::LineKind::Added => DiffLineKind::Added,
            git::LineKind::Removed => DiffLineKind::Removed,
            git::LineKind::Note => DiffLineKind::NoNewline,
        },
        old_line: line.old.map(i64::from),
        new_line: line.new.map(i64::from),
        text: line.text,
    }
}

impl From<RunFault> for ApiError {
    fn from(fault: RunFault) -> Self {
        match fault {
            RunFault::Store(error) => error.into(),
            RunFault::Git(error) => error.into(),
            RunFault::Tool(fault) => fault.into(),
            RunFault::Plan(fault) => Self::new(Code::Conflict, fault.to_string()),
            RunFault::NoTool => Self::new(Code::Missing, "no agent tool is installed").with_hint(
                "Install Claude Code or Codex, or add a command of your own with `waybill tool add`; \
                 `waybill tool list` shows what was found.",
            ),
        }
    }
}

impl From<ToolFault> for ApiError {
    fn from(fault: ToolFault) -> Self {
        let message = fault.to_string();
        match fault {
            ToolFault::Unknown(_) => Self::new(Code::NotFound, message).with_hint("`waybill tool list` shows the tools."),
            ToolFault::NotInstalled { hint, .. } => Self::new(Code::Missing, message).with_hint(hint),
            ToolFault::NoKey { secret, .. } => Self::new(Code::Missing, message)
                .with_hint(format!("Set {secret} in Settings → Keys, or with `waybill secret set {secret}`.")),
            ToolFault::LoginNotShared { secret, .. } => Self::new(Code::Missing, message).with_hint(format!(
                "Allow it in the project's settings (share the tool's login), or set {secret} in Settings → Keys."
            )),
            ToolFault::BadCommand(_) => Self::invalid(message),
        }
    }
}

impl From<GitError> for ApiError {
    fn from(error: GitError) -> Self {
        let message = match std::error::Error::source(&error) {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        };
        let code = match &error {
            GitError::Missing | GitError::TooOld { .. } => Code::Missing,
            GitError::NotARepository { .. }
            | GitError::Bare { .. }
            | GitError::Empty { .. }
            | GitError::BranchName { .. } => Code::Invalid,
            GitError::NoSuchCommit { .. } => Code::NotFound,
            GitError::DubiousOwnership { .. }
            | GitError::RefMoved { .. }
            | GitError::Conflicts { .. }
            | GitError::AlreadyMerged { .. }
            | GitError::DirtyWorktree { .. }
            | GitError::CheckedOut { .. } => Code::Conflict,
            _ => Code::Failed,
        };
        Self::new(code, message)
    }
}
