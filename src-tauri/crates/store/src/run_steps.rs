//! Steps of runs.

use crate::error::StoreError;
use crate::row::{all, json, json_option, parsed, parsed_option, to_json};
use crate::writer::Write;
use rusqlite::{Connection, Row};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use waybill_domain::Millis;
use waybill_domain::agent::{ErrorKind, Usage};
use waybill_domain::ids::{RunId, SandboxId, StepId};
use waybill_domain::run::{Role, StepStatus};
use waybill_domain::workflow::Place;

/// A step.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub id: StepId,
    pub run_id: RunId,
    /// In the order of their making, counted from 0.
    pub position: i64,
    /// The candidate that it is of; 0: the run itself.
    pub lane: i64,
    pub place: Place,
    pub iteration: i64,
    /// How often it was begun.
    pub attempt: i64,
    pub role: Role,
    pub persona: Option<String>,
    pub tool: String,
    pub model: Option<String>,
    pub effort: Option<String>,
    pub status: StepStatus,
    pub agent_session_id: Option<String>,
    /// What it answered with, fitting its contract.
    pub verdict: Option<Value>,
    /// An evaluation's composite, 0–100, and whether it is enough.
    pub quality: Option<Quality>,
    /// What was sent, part by part.
    pub instructions: Value,
    /// What the operator wants changed, as a review; the step is what mends it.
    pub request: Option<Value>,
    /// What did not fit the contract, while its agent mends it.
    pub mending: Option<String>,
    /// Where the branch stood after it.
    pub head_commit: Option<String>,
    /// How often it waited for a provider's quota.
    pub waits: i64,
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

/// What an evaluation comes to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// The weighted mean, 0–100.
    pub composite: f64,
    pub threshold: f64,
    pub threshold_result: bool,
}

fn read(row: &Row<'_>) -> Result<Step, StoreError> {
    Ok(Step {
        id: parsed(row, "id")?,
        run_id: parsed(row, "run_id")?,
        position: row.get("position")?,
        lane: row.get("lane")?,
        place: parsed(row, "place")?,
        iteration: row.get("iteration")?,
        attempt: row.get("attempt")?,
        role: parsed(row, "role")?,
        persona: row.get("persona")?,
        tool: row.get("tool")?,
        model: row.get("model")?,
        effort: row.get("effort")?,
        status: parsed(row, "status")?,
        agent_session_id: row.get("agent_session_id")?,
        verdict: json_option(row, "verdict")?,
        quality: json_option(row, "quality_scores")?,
        instructions: json(row, "instructions")?,
        request: json_option(row, "request")?,
        mending: row.get("mending")?,
        head_commit: row.get("head_commit")?,
        waits: row.get("waits")?,
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

/// What a new step is made of.
#[derive(Debug, Clone)]
pub struct NewStep {
    pub lane: i64,
    pub place: Place,
    pub role: Role,
    pub persona: Option<String>,
    pub tool: String,
    pub model: Option<String>,
    pub effort: Option<String>,
    /// The tool's own session in which it goes on.
    pub agent_session_id: Option<String>,
    /// What the operator wants changed, as a review.
    pub request: Option<Value>,
}

/// Adds a step that waits for its turn, after all others.
pub fn insert(write: &Write<'_>, run: &RunId, new: &NewStep) -> Result<StepId, StoreError> {
    let id = StepId::generate();
    write
        .prepare_cached(
            "INSERT INTO run_steps (id, run_id, position, lane, place, iteration, role, persona, tool, model, effort,
               agent_session_id, request)
             VALUES (?1, ?2, (SELECT coalesce(max(position) + 1, 0) FROM run_steps WHERE run_id = ?2), ?3, ?4,
               max(?5, (SELECT coalesce(max(iteration) + 1, 0) FROM run_steps
                        WHERE run_id = ?2 AND lane = ?3 AND place = ?4 AND ?12 IS NOT NULL)),
               ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute((
            id.as_str(),
            run.as_str(),
            new.lane,
            new.place.to_string(),
            new.place.iteration(),
            new.role.as_str(),
            &new.persona,
            &new.tool,
            &new.model,
            &new.effort,
            &new.agent_session_id,
            new.request.as_ref().map(Value::to_string),
        ))?;
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
               outcome = NULL, agent_session_id = NULL, verdict = NULL, quality_scores = NULL, mending = NULL, waits = 0,
               finished_at = NULL WHERE id = ?1",
        )?
        .execute([step.as_str()])?;
    // What an earlier try handed in answers nothing now.
    write.prepare_cached("DELETE FROM agent_submissions WHERE step_id = ?1")?.execute([step.as_str()])?;
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
    add_usage(write, step, usage)?;
    write
        .prepare_cached("UPDATE run_steps SET outcome = ?2 WHERE id = ?1")?
        .execute((step.as_str(), to_json(outcome)?))?;
    Ok(())
}

/// Keeps what did not fit the contract, with what the turn used: the agent gets one more to mend it.
pub fn set_mending(write: &Write<'_>, step: &StepId, faults: &str, usage: &Usage) -> Result<(), StoreError> {
    add_usage(write, step, usage)?;
    write
        .prepare_cached("UPDATE run_steps SET mending = ?2 WHERE id = ?1")?
        .execute((step.as_str(), faults))?;
    Ok(())
}

/// Keeps what is sent to the agent, part by part.
pub fn set_instructions(write: &Write<'_>, step: &StepId, parts: &Value) -> Result<(), StoreError> {
    write
        .prepare_cached("UPDATE run_steps SET instructions = ?2 WHERE id = ?1")?
        .execute((step.as_str(), parts.to_string()))?;
    Ok(())
}

/// Makes a step wait again, for a provider's quota: neither an attempt nor an end. `tool`: another that goes on with it.
pub fn set_waiting(write: &Write<'_>, step: &StepId, tool: Option<&str>) -> Result<(), StoreError> {
    write
        .prepare_cached(
            "UPDATE run_steps SET status = 'pending', outcome = NULL, attempt = max(attempt - 1, 0), waits = waits + 1,
               tool = coalesce(?2, tool), model = iif(?2 IS NULL, model, NULL), effort = iif(?2 IS NULL, effort, NULL),
               agent_session_id = iif(?2 IS NULL, agent_session_id, NULL) WHERE id = ?1",
        )?
        .execute((step.as_str(), tool))?;
    Ok(())
}

/// What the turns of a tool's session have used in a run so far.
pub fn session_usage(connection: &Connection, run: &RunId, session: &str) -> Result<Usage, StoreError> {
    let tokens = |row: &Row<'_>, at: usize| row.get(at).map(i64::cast_unsigned);
    Ok(connection
        .prepare_cached(
            "SELECT coalesce(sum(input_tokens), 0), coalesce(sum(output_tokens), 0), coalesce(sum(cache_read_tokens), 0),
               coalesce(sum(cache_write_tokens), 0), sum(cost_usd)
             FROM run_steps WHERE run_id = ?1 AND agent_session_id = ?2",
        )?
        .query_row((run.as_str(), session), |row| {
            Ok(Usage {
                input_tokens: tokens(row, 0)?,
                output_tokens: tokens(row, 1)?,
                cache_read_tokens: tokens(row, 2)?,
                cache_write_tokens: tokens(row, 3)?,
                cost_usd: row.get(4)?,
            })
        })?)
}

fn add_usage(write: &Write<'_>, step: &StepId, usage: &Usage) -> Result<(), StoreError> {
    // A tool may claim any number; sums of these stay whole numbers, in SQL and in a browser.
    let tokens = |count: u64| count.min(1 << 50).cast_signed();
    write
        .prepare_cached(
            "UPDATE run_steps SET input_tokens = input_tokens + ?2, output_tokens = output_tokens + ?3,
               cache_read_tokens = cache_read_tokens + ?4, cache_write_tokens = cache_write_tokens + ?5,
               cost_usd = CASE WHEN ?6 IS NULL THEN cost_usd ELSE coalesce(cost_usd, 0.0) + ?6 END WHERE id = ?1",
        )?
        .execute((
            step.as_str(),
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
    /// What it answered with, fitting its contract.
    pub verdict: Option<Value>,
    pub quality: Option<Quality>,
    /// Where the branch stands after it.
    pub head_commit: Option<String>,
}

impl StepEnd {
    /// An end of which nothing more is known.
    pub fn of(status: StepStatus, error: Option<(ErrorKind, String)>) -> Self {
        Self { status, summary: None, error, verdict: None, quality: None, head_commit: None }
    }
}

/// Ends a step.
pub fn end(write: &Write<'_>, step: &StepId, end: &StepEnd) -> Result<(), StoreError> {
    write
        .prepare_cached(
            "UPDATE run_steps SET status = ?2, summary = ?3, error_kind = ?4, error = ?5, finished_at = ?6, verdict = ?7,
               quality_scores = ?8, head_commit = ?9, mending = NULL WHERE id = ?1",
        )?
        .execute((
            step.as_str(),
            end.status.as_str(),
            &end.summary,
            end.error.as_ref().map(|(kind, _)| kind.as_str()),
            end.error.as_ref().map(|(_, message)| message),
            write.now(),
            end.verdict.as_ref().map(Value::to_string),
            end.quality.as_ref().map(to_json).transpose()?,
            &end.head_commit,
        ))?;
    Ok(())
}
