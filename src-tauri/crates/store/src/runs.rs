//! Runs: their rows, their states, and what of them waits for the operator.

use crate::changes::Topic;
use crate::error::StoreError;
use crate::row::{all, first, json, json_option, parsed, parsed_option, to_json};
use crate::writer::Write;
use rusqlite::{Connection, Row};
use serde::{Deserialize, Serialize};
use serde_json::json;
use waybill_domain::Millis;
use waybill_domain::agent::ErrorKind;
use waybill_domain::ids::{IssueId, ProjectId, RunId, StepId};
use waybill_domain::principal::Principal;
use waybill_domain::run::{Delivery, Network, RunEvent, RunSource, RunStatus, WaitingFor};
use waybill_domain::workflow::Plan;

/// What a run was asked to be; kept with it (SPEC 8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunConfig {
    pub tool: String,
    pub model: Option<String>,
    pub effort: Option<String>,
    pub timeout_ms: i64,
    pub memory_mb: i64,
    pub cpu_count: i64,
    pub network: Network,
    /// Whether the operator agreed to less isolation than asked for.
    #[serde(default)]
    pub weak_isolation_allowed: bool,
}

/// A run.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    pub id: RunId,
    pub project_id: ProjectId,
    pub number: i64,
    pub name: String,
    pub source: RunSource,
    pub prompt: String,
    pub config: RunConfig,
    pub status: RunStatus,
    pub waiting_for: Option<WaitingFor>,
    pub wish: Option<Wish>,
    pub base_branch: String,
    pub base_commit: Option<String>,
    pub branch: Option<String>,
    pub head_commit: Option<String>,
    pub merge_commit: Option<String>,
    pub delivery: Delivery,
    pub files_changed: i64,
    pub lines_added: i64,
    pub lines_removed: i64,
    pub cost_usd: Option<f64>,
    pub input_tokens: i64,
    pub output_tokens: i64,
    pub activity: Option<String>,
    pub error: Option<String>,
    pub error_kind: Option<ErrorKind>,
    pub issue_id: Option<IssueId>,
    pub issue: Option<(i64, String)>,
    /// The name of the workflow that it runs; its plan is read apart.
    pub workflow: Option<String>,
    pub workflow_version: Option<i64>,
    /// When a run that waits for a provider's quota goes on.
    pub resume_at: Option<Millis>,
    /// The mean composite of its evaluators, 0–100.
    pub quality_score: Option<f64>,
    /// Whether the score reached what its evaluators want.
    pub threshold_result: Option<bool>,
    pub iterations: i64,
    pub failed_step: Option<StepId>,
    pub output_events: i64,
    pub created_at: Millis,
    pub started_at: Option<Millis>,
    pub finished_at: Option<Millis>,
}

waybill_domain::words! {
    /// What the operator asked of a run that works; the engine obeys and clears it.
    pub enum Wish { Cancel = "cancel", Pause = "pause" }
}

const COLUMNS: &str = "r.id, r.project_id, r.number, r.name, r.source, r.prompt, r.config, r.status, r.waiting_for, r.wish,
    r.base_branch, r.base_commit, r.branch, r.head_commit, r.merge_commit, r.delivery, r.files_changed, r.lines_added,
    r.lines_removed, r.cost_usd, r.input_tokens, r.output_tokens, r.activity, r.error, r.error_kind, r.issue_id,
    i.number AS issue_number, i.title AS issue_title, r.workflow, r.workflow_version, r.resume_at, r.quality_score, r.threshold_result,
    r.iterations, r.failed_step_id, r.output_events, r.created_at, r.started_at,
    r.finished_at";
const FROM: &str = "FROM runs r LEFT JOIN issues i ON i.id = r.issue_id";

fn read(row: &Row<'_>) -> Result<Run, StoreError> {
    let issue_number: Option<i64> = row.get("issue_number")?;
    let issue_title: Option<String> = row.get("issue_title")?;
    Ok(Run {
        id: parsed(row, "id")?,
        project_id: parsed(row, "project_id")?,
        number: row.get("number")?,
        name: row.get("name")?,
        source: parsed(row, "source")?,
        prompt: row.get("prompt")?,
        config: json(row, "config")?,
        status: parsed(row, "status")?,
        waiting_for: parsed_option(row, "waiting_for")?,
        wish: parsed_option(row, "wish")?,
        base_branch: row.get("base_branch")?,
        base_commit: row.get("base_commit")?,
        branch: row.get("branch")?,
        head_commit: row.get("head_commit")?,
        merge_commit: row.get("merge_commit")?,
        delivery: parsed(row, "delivery")?,
        files_changed: row.get("files_changed")?,
        lines_added: row.get("lines_added")?,
        lines_removed: row.get("lines_removed")?,
        cost_usd: row.get("cost_usd")?,
        input_tokens: row.get("input_tokens")?,
        output_tokens: row.get("output_tokens")?,
        activity: row.get("activity")?,
        error: row.get("error")?,
        error_kind: parsed_option(row, "error_kind")?,
        issue_id: parsed_option(row, "issue_id")?,
        issue: issue_number.zip(issue_title),
        workflow: row.get("workflow")?,
        workflow_version: row.get("workflow_version")?,
        resume_at: row.get("resume_at")?,
        quality_score: row.get("quality_score")?,
        threshold_result: row.get("threshold_result")?,
        iterations: row.get("iterations")?,
        failed_step: parsed_option(row, "failed_step_id")?,
        output_events: row.get("output_events")?,
        created_at: row.get("created_at")?,
        started_at: row.get("started_at")?,
        finished_at: row.get("finished_at")?,
    })
}

/// What a new run is made of.
#[derive(Debug, Clone)]
pub struct NewRun {
    pub name: String,
    pub source: RunSource,
    pub prompt: String,
    pub config: RunConfig,
    pub base_branch: String,
    /// Where it begins; None: where the base branch is when its work begins.
    pub base_commit: Option<String>,
    pub issue_id: Option<IssueId>,
    pub plan: Option<Plan>,
}

/// The run with this number; one that is not there is an error that says so.
pub fn get(connection: &Connection, project: &ProjectId, number: i64) -> Result<Run, StoreError> {
    let sql = format!("SELECT {COLUMNS} {FROM} WHERE r.project_id = ?1 AND r.number = ?2");
    first(connection, &sql, (project.as_str(), number), read)?
        .ok_or_else(|| StoreError::not_found("run", number))
}

/// The run with this id.
pub fn by_id(connection: &Connection, id: &RunId) -> Result<Run, StoreError> {
    let sql = format!("SELECT {COLUMNS} {FROM} WHERE r.id = ?1");
    first(connection, &sql, [id.as_str()], read)?.ok_or_else(|| StoreError::not_found("run", id))
}

/// What a run does, as it was pinned; None: the turns of a session, or a run of before there were workflows.
pub fn plan(connection: &Connection, id: &RunId) -> Result<Option<Plan>, StoreError> {
    let found = first(connection, "SELECT plan FROM runs WHERE id = ?1", [id.as_str()], |row| {
        json_option(row, "plan")
    });
    found.map(Option::flatten)
}

/// A page of runs, newest first, below the number `before`; `statuses` empty means all.
pub fn list(
    connection: &Connection,
    project: &ProjectId,
    statuses: &[RunStatus],
    issue: Option<i64>,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<Run>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} {FROM} WHERE r.project_id = ?1 AND r.number < ?2
           AND (json_array_length(?3) = 0 OR r.status IN (SELECT value FROM json_each(?3)))
           AND (?4 IS NULL OR r.issue_id = (SELECT id FROM issues WHERE project_id = ?1 AND number = ?4))
         ORDER BY r.number DESC LIMIT ?5"
    );
    let parameters = (project.as_str(), before.unwrap_or(i64::MAX), to_json(&statuses)?, issue, limit);
    all(connection, &sql, parameters, read)
}

/// Every run that is pending or running, oldest first.
pub fn active(connection: &Connection) -> Result<Vec<Run>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} {FROM} WHERE r.status IN ('pending', 'running') ORDER BY r.created_at, r.id"
    );
    all(connection, &sql, [], read)
}

/// Makes a run; what is committed with it (its step, its job) makes it real.
pub fn insert(
    write: &Write<'_>,
    project: &ProjectId,
    new: &NewRun,
    actor: &Principal,
) -> Result<Run, StoreError> {
    let number: i64 = write
        .prepare_cached(
            "UPDATE projects SET next_run_number = next_run_number + 1 WHERE id = ?1 RETURNING next_run_number - 1",
        )?
        .query_row([project.as_str()], |row| row.get(0))?;
    let id = RunId::generate();
    write
        .prepare_cached(
            "INSERT INTO runs (id, project_id, number, name, source, prompt, config, waiting_for, base_branch,
               base_commit, issue_id, plan, workflow, workflow_version, created_by, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'engine', ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        )?
        .execute(rusqlite::params![
            id.as_str(),
            project.as_str(),
            number,
            &new.name,
            new.source.as_str(),
            &new.prompt,
            to_json(&new.config)?,
            &new.base_branch,
            &new.base_commit,
            new.issue_id.as_ref().map(IssueId::as_str),
            new.plan.as_ref().map(to_json).transpose()?,
            new.plan.as_ref().map(|plan| plan.name.as_str()),
            new.plan.as_ref().map(|plan| plan.version),
            actor.to_string(),
            write.now(),
        ])?;
    write.changed(Topic::Run, id.as_str(), Some(project))?;
    let workflow = new.plan.as_ref().map(|plan| plan.name.as_str());
    let made = json!({"run": number, "tool": new.config.tool, "workflow": workflow});
    write.audit(actor, Some(project), "run.created", &made)?;
    by_id(write, &id)
}

/// Moves a run to its next status, expecting the one that was read.
pub fn apply(
    write: &Write<'_>,
    run: &Run,
    event: RunEvent,
    actor: &Principal,
) -> Result<RunStatus, StoreError> {
    let next = run.status.next(event).map_err(|refusal| StoreError::Conflict(refusal.to_string()))?;
    let changed = write
        .prepare_cached(
            "UPDATE runs SET status = ?3, waiting_for = CASE WHEN ?3 = 'pending' THEN 'engine' END, wish = NULL,
               started_at = CASE WHEN ?3 = 'running' THEN coalesce(started_at, ?4) ELSE started_at END,
               finished_at = CASE WHEN ?3 IN ('completed', 'failed', 'cancelled') THEN ?4 END
             WHERE id = ?1 AND status = ?2",
        )?
        .execute((run.id.as_str(), run.status.as_str(), next.as_str(), write.now()))?;
    if changed == 0 {
        return Err(StoreError::Conflict(format!("run {} changed meanwhile; look at it again", run.number)));
    }
    touch(write, run)?;
    let name = match event {
        RunEvent::Start => "run.started",
        RunEvent::Complete => "run.completed",
        RunEvent::Fail => "run.failed",
        RunEvent::Cancel => "run.cancelled",
        RunEvent::Retry => "run.retried",
        RunEvent::Revise => "run.changes_requested",
    };
    write.audit(actor, Some(&run.project_id), name, &json!({ "run": run.number }))?;
    Ok(next)
}

/// Tells the change log that a run changed, and its issue with it: lists show the run's word.
pub fn touch(write: &Write<'_>, run: &Run) -> Result<(), StoreError> {
    write.changed(Topic::Run, run.id.as_str(), Some(&run.project_id))?;
    match &run.issue_id {
        Some(issue) => write.changed(Topic::Issue, issue.as_str(), Some(&run.project_id)),
        None => Ok(()),
    }
}

/// Columns of a run that the engine sets as it goes; `None` leaves what is there.
#[derive(Debug, Clone, Default)]
pub struct RunPatch {
    pub waiting_for: Option<Option<WaitingFor>>,
    pub wish: Option<Option<Wish>>,
    pub base_commit: Option<String>,
    pub branch: Option<String>,
    pub head_commit: Option<String>,
    pub merge_commit: Option<String>,
    pub delivery: Option<Delivery>,
    /// Files changed, lines added, lines removed.
    pub changes: Option<(i64, i64, i64)>,
    pub activity: Option<Option<String>>,
    /// The sentence, and its kind where it has one.
    pub error: Option<Option<(Option<ErrorKind>, String)>>,
    pub failed_step: Option<Option<StepId>>,
    pub config: Option<RunConfig>,
    pub resume_at: Option<Option<Millis>>,
    /// The score of its evaluators, and whether it is enough.
    pub quality: Option<Option<(f64, bool)>>,
}

/// Sets what is given.
pub fn patch(write: &Write<'_>, run: &Run, patch: &RunPatch) -> Result<(), StoreError> {
    let set = |column: &str, value: &dyn rusqlite::ToSql| -> Result<(), StoreError> {
        let sql = format!("UPDATE runs SET {column} = ?2 WHERE id = ?1");
        write.prepare_cached(&sql)?.execute(rusqlite::params![run.id.as_str(), value])?;
        Ok(())
    };
    if let Some(waiting) = patch.waiting_for {
        set("waiting_for", &waiting.map(WaitingFor::as_str))?;
    }
    if let Some(wish) = patch.wish {
        set("wish", &wish.map(Wish::as_str))?;
    }
    for (column, value) in [
        ("base_commit", &patch.base_commit),
        ("branch", &patch.branch),
        ("head_commit", &patch.head_commit),
        ("merge_commit", &patch.merge_commit),
    ] {
        if let Some(value) = value {
            set(column, value)?;
        }
    }
    if let Some(delivery) = patch.delivery {
        set("delivery", &delivery.as_str())?;
    }
    if let Some((files, added, removed)) = patch.changes {
        set("files_changed", &files)?;
        set("lines_added", &added)?;
        set("lines_removed", &removed)?;
    }
    if let Some(activity) = &patch.activity {
        set("activity", activity)?;
    }
    if let Some(error) = &patch.error {
        set("error_kind", &error.as_ref().and_then(|(kind, _)| kind.map(ErrorKind::as_str)))?;
        set("error", &error.as_ref().map(|(_, message)| message))?;
    }
    if let Some(step) = &patch.failed_step {
        set("failed_step_id", &step.as_ref().map(StepId::as_str))?;
    }
    if let Some(at) = patch.resume_at {
        set("resume_at", &at)?;
    }
    if let Some(quality) = patch.quality {
        set("quality_score", &quality.map(|(score, _)| score))?;
        set("threshold_result", &quality.map(|(_, enough)| enough))?;
    }
    if let Some(config) = &patch.config {
        set("config", &to_json(config)?)?;
    }
    touch(write, run)
}

/// Gives a run its branch, unless another run of the project has one of that name. Answers the branch that it has
/// now: one that it had already stays.
pub fn claim_branch(write: &Write<'_>, run: &Run, branch: &str) -> Result<Option<String>, StoreError> {
    write
        .prepare_cached(
            "UPDATE runs SET branch = ?3 WHERE id = ?1 AND branch IS NULL
               AND NOT EXISTS (SELECT 1 FROM runs WHERE project_id = ?2 AND branch = ?3 AND id <> ?1)",
        )?
        .execute((run.id.as_str(), run.project_id.as_str(), branch))?;
    Ok(by_id(write, &run.id)?.branch)
}

/// Makes a run's usage the sum of its steps', so that nothing is counted twice.
pub fn sum_usage(write: &Write<'_>, run: &RunId) -> Result<(), StoreError> {
    write
        .prepare_cached(
            "UPDATE runs SET (input_tokens, output_tokens, cost_usd, iterations) =
               (SELECT coalesce(sum(input_tokens), 0), coalesce(sum(output_tokens), 0), sum(cost_usd), max(iteration)
                FROM run_steps WHERE run_id = ?1) WHERE id = ?1",
        )?
        .execute([run.as_str()])?;
    Ok(())
}

/// What waits for the operator: branches to review, failed runs not looked at again, consent to be given.
const NEEDS: &str = "(r.delivery = 'ready' OR (r.waiting_for IS NOT NULL AND r.waiting_for = 'consent')
    OR (r.status = 'failed' AND r.delivery = 'none'
      AND NOT EXISTS (SELECT 1 FROM runs later WHERE later.issue_id = r.issue_id AND later.number > r.number)
      AND NOT EXISTS (SELECT 1 FROM issues over WHERE over.id = r.issue_id AND over.closed = 1)))";

/// How many runs wait for the operator.
pub fn needing_operator_count(
    connection: &Connection,
    project: Option<&ProjectId>,
) -> Result<i64, StoreError> {
    let sql = format!(
        "SELECT count(*) FROM runs r JOIN projects p ON p.id = r.project_id
         WHERE {NEEDS} AND p.archived_at IS NULL AND (?1 IS NULL OR r.project_id = ?1)"
    );
    Ok(connection.prepare_cached(&sql)?.query_row([project.map(ProjectId::as_str)], |row| row.get(0))?)
}

/// The newest runs that wait for the operator, at most 200, each with its project's slug.
pub fn needing_operator(
    connection: &Connection,
    project: Option<&ProjectId>,
) -> Result<Vec<(String, Run)>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS}, p.slug AS project_slug {FROM} JOIN projects p ON p.id = r.project_id
         WHERE {NEEDS} AND p.archived_at IS NULL AND (?1 IS NULL OR r.project_id = ?1)
         ORDER BY coalesce(r.finished_at, r.created_at) DESC LIMIT 200"
    );
    all(connection, &sql, [project.map(ProjectId::as_str)], |row| Ok((row.get("project_slug")?, read(row)?)))
}

/// Running and waiting runs, and the money spent by runs that worked since `since`.
pub fn activity(connection: &Connection, since: Millis) -> Result<(i64, i64, f64), StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT (SELECT count(*) FROM runs WHERE status IN ('pending', 'running') AND status = 'running' AND waiting_for IS NULL),
               (SELECT count(*) FROM runs WHERE status IN ('pending', 'running') AND waiting_for IS NOT NULL
                 AND NOT (source = 'sandbox' AND waiting_for = 'operator')),
               (SELECT coalesce(sum(cost_usd), 0.0) FROM runs WHERE coalesce(finished_at, started_at) >= ?1)",
        )?
        .query_row([since], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?)
}
