//! Steps of runs.

use crate::error::StoreError;
use crate::row::{all, parsed, parsed_option};
use crate::writer::Write;
use rusqlite::{Connection, Row};
use waybill_domain::Millis;
use waybill_domain::agent::{ErrorKind, Usage};
use waybill_domain::ids::{RunId, SandboxId, StepId};
use waybill_domain::run::{Role, StepStatus};

/// A step.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub id: StepId,
    pub run_id: RunId,
    pub position: i64,
    pub iteration: i64,
    /// How often it was begun.
    pub attempt: i64,
    pub role: Role,
    pub tool: String,
    pub model: Option<String>,
    pub effort: Option<String>,
    pub status: StepStatus,
    pub agent_session_id: Option<String>,
    /// How the agent ended, as JSON, once that is known and before its work is collected.
    pub outcome: Option<String>,
    pub summary: Option<String>,
    pub error: Option<String>,
    pub error_kind: Option<ErrorKind>,
    pub input_tokens: i64,
    pub output_tokens: i64,
    pub cost_usd: Option<f64>,
    pub started_at: Option<Millis>,
    pub finished_at: Option<Millis>,
}

fn read(row: &Row<'_>) -> Result<Step, StoreError> {
    Ok(Step {
        id: parsed(row, "id")?,
        run_id: parsed(row, "run_id")?,
        position: row.get("position")?,
        iteration: row.get("iteration")?,
        attempt: row.get("attempt")?,
        role: parsed(row, "role")?,
        tool: row.get("tool")?,
        model: row.get("model")?,
        effort: row.get("effort")?,
        status: parsed(row, "status")?,
        agent_session_id: row.get("agent_session_id")?,
        outcome: row.get("outcome")?,
        summary: row.get("summary")?,
        error: row.get("error")?,
        error_kind: parsed_option(row, "error_kind")?,
        input_tokens: row.get("input_tokens")?,
        output_tokens: row.get("output_tokens")?,
        cost_usd: row.get("cost_usd")?,
        started_at: row.get("started_at")?,
        finished_at: row.get("finished_at")?,
    })
}

/// The steps of a run, in order.
pub fn of_run(connection: &Connection, run: &RunId) -> Result<Vec<Step>, StoreError> {
    all(
        connection,
        "SELECT * FROM run_steps WHERE run_id = ?1 ORDER BY position, iteration",
        [run.as_str()],
        read,
    )
}

/// Adds a step that waits for its turn.
pub fn insert(
    write: &Write<'_>,
    run: &RunId,
    position: i64,
    role: Role,
    tool: &str,
    model: Option<&str>,
    effort: Option<&str>,
) -> Result<StepId, StoreError> {
    let id = StepId::generate();
    write
        .prepare_cached(
            "INSERT INTO run_steps (id, run_id, position, role, tool, model, effort) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((id.as_str(), run.as_str(), position, role.as_str(), tool, model, effort))?;
    Ok(id)
}

/// Begins a step, or begins it once more after an interruption.
pub fn begin(write: &Write<'_>, step: &StepId, sandbox: &SandboxId) -> Result<(), StoreError> {
    write
        .prepare_cached(
            "UPDATE run_steps SET status = 'running', attempt = attempt + 1, sandbox_id = ?2, error = NULL, error_kind = NULL,
               started_at = coalesce(started_at, ?3), finished_at = NULL WHERE id = ?1",
        )?
        .execute((step.as_str(), sandbox.as_str(), write.now()))?;
    Ok(())
}

/// Makes a step wait again for a retry that the operator asked for; its count of attempts begins anew.
pub fn reset(write: &Write<'_>, step: &StepId) -> Result<(), StoreError> {
    write
        .prepare_cached(
            "UPDATE run_steps SET status = 'pending', attempt = 0, error = NULL, error_kind = NULL, summary = NULL,
               outcome = NULL, agent_session_id = NULL, finished_at = NULL WHERE id = ?1",
        )?
        .execute([step.as_str()])?;
    Ok(())
}

/// Keeps the tool's own session id, with which the step can be resumed, and the model that it named.
pub fn set_session(
    write: &Write<'_>,
    step: &StepId,
    session: Option<&str>,
    model: Option<&str>,
) -> Result<(), StoreError> {
    write
        .prepare_cached(
            "UPDATE run_steps SET agent_session_id = coalesce(?2, agent_session_id), model = coalesce(model, ?3) WHERE id = ?1",
        )?
        .execute((step.as_str(), session, model))?;
    Ok(())
}

/// Keeps how the agent ended, with what it used: from here on it is not run again.
pub fn set_outcome(
    write: &Write<'_>,
    step: &StepId,
    outcome: &impl serde::Serialize,
    usage: &Usage,
) -> Result<(), StoreError> {
    // A tool may claim any number; sums of these stay whole numbers, in SQL and in a browser.
    let tokens = |count: u64| count.min(1 << 50).cast_signed();
    write
        .prepare_cached(
            "UPDATE run_steps SET outcome = ?2, input_tokens = input_tokens + ?3, output_tokens = output_tokens + ?4,
               cache_read_tokens = cache_read_tokens + ?5, cache_write_tokens = cache_write_tokens + ?6,
               cost_usd = CASE WHEN ?7 IS NULL THEN cost_usd ELSE coalesce(cost_usd, 0.0) + ?7 END WHERE id = ?1",
        )?
        .execute((
            step.as_str(),
            crate::row::to_json(outcome)?,
            tokens(usage.input_tokens),
            tokens(usage.output_tokens),
            tokens(usage.cache_read_tokens),
            tokens(usage.cache_write_tokens),
            usage.cost_usd,
        ))?;
    Ok(())
}

/// Uncounts an attempt that Waybill itself ended in good order.
pub fn uncount_attempt(write: &Write<'_>, step: &StepId) -> Result<(), StoreError> {
    write
        .prepare_cached("UPDATE run_steps SET attempt = max(attempt - 1, 0) WHERE id = ?1")?
        .execute([step.as_str()])?;
    Ok(())
}

/// How a step ended.
#[derive(Debug, Clone)]
pub struct StepEnd {
    pub status: StepStatus,
    pub summary: Option<String>,
    pub error: Option<(ErrorKind, String)>,
}

/// Ends a step.
pub fn end(write: &Write<'_>, step: &StepId, end: &StepEnd) -> Result<(), StoreError> {
    write
        .prepare_cached(
            "UPDATE run_steps SET status = ?2, summary = ?3, error_kind = ?4, error = ?5, finished_at = ?6 WHERE id = ?1",
        )?
        .execute((
            step.as_str(),
            end.status.as_str(),
            &end.summary,
            end.error.as_ref().map(|(kind, _)| kind.as_str()),
            end.error.as_ref().map(|(_, message)| message),
            write.now(),
        ))?;
    Ok(())
}
