//! Durable jobs: what an engine is to do, whatever happens to the process that does it (SPEC 10).

use crate::changes::Topic;
use crate::error::StoreError;
use crate::row::{all, json, parsed, to_json};
use crate::writer::Write;
use rusqlite::{Connection, Row};
use serde_json::Value;
use waybill_domain::Millis;
use waybill_domain::ids::JobId;

/// A job.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    pub id: JobId,
    pub kind: String,
    pub payload: Value,
    pub attempts: i64,
    pub run_after: Millis,
}

fn read(row: &Row<'_>) -> Result<Job, StoreError> {
    Ok(Job {
        id: parsed(row, "id")?,
        kind: row.get("kind")?,
        payload: json(row, "payload")?,
        attempts: row.get("attempts")?,
        run_after: row.get("run_after")?,
    })
}

/// Adds a job; one with the same key is the same job and is not added again.
pub fn insert(
    write: &Write<'_>,
    kind: &str,
    key: &str,
    payload: &Value,
    run_after: Millis,
) -> Result<(), StoreError> {
    let id = JobId::generate();
    write
        .prepare_cached(
            "INSERT INTO jobs (id, kind, idempotency_key, payload, run_after, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (idempotency_key) DO NOTHING",
        )?
        .execute((id.as_str(), kind, key, to_json(payload)?, run_after, write.now()))?;
    write.changed(Topic::Job, id.as_str(), None)
}

/// The jobs that may begin, oldest first.
pub fn ready(connection: &Connection, now: Millis) -> Result<Vec<Job>, StoreError> {
    all(
        connection,
        "SELECT id, kind, payload, attempts, run_after FROM jobs
             WHERE state = 'ready' AND run_after <= ?1 ORDER BY run_after, id LIMIT 1000",
        [now],
        read,
    )
}

/// When the next job that may not begin yet may.
pub fn next_due(connection: &Connection, now: Millis) -> Result<Option<Millis>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT min(run_after) FROM jobs WHERE state = 'ready' AND run_after > ?1")?
        .query_row([now], |row| row.get(0))?)
}

/// Takes a job; answers false when it was taken already.
pub fn take(write: &Write<'_>, id: &JobId, owner: &str) -> Result<bool, StoreError> {
    let taken = write
        .prepare_cached(
            "UPDATE jobs SET state = 'running', attempts = attempts + 1, lease_owner = ?2 WHERE id = ?1 AND state = 'ready'",
        )?
        .execute((id.as_str(), owner))?;
    Ok(taken == 1)
}

/// Frees the jobs that an engine which is no more had taken; only the holder of the engine lease may ask.
pub fn release_all(write: &Write<'_>) -> Result<usize, StoreError> {
    Ok(write
        .prepare_cached("UPDATE jobs SET state = 'ready', lease_owner = NULL WHERE state = 'running'")?
        .execute([])?)
}

/// Ends a job.
pub fn end(write: &Write<'_>, id: &JobId, error: Option<&str>) -> Result<(), StoreError> {
    let state = if error.is_some() { "failed" } else { "done" };
    write
        .prepare_cached(
            "UPDATE jobs SET state = ?2, error = ?3, finished_at = ?4, lease_owner = NULL WHERE id = ?1",
        )?
        .execute((id.as_str(), state, error, write.now()))?;
    // What is over is kept for a week, to be looked at.
    write
        .prepare_cached("DELETE FROM jobs WHERE state IN ('done', 'failed') AND finished_at < ?1")?
        .execute([write.now() - 7 * 86_400_000])?;
    Ok(())
}

/// Gives a job back, to be taken again by the next engine.
pub fn give_back(write: &Write<'_>, id: &JobId) -> Result<(), StoreError> {
    write
        .prepare_cached(
            "UPDATE jobs SET state = 'ready', lease_owner = NULL WHERE id = ?1 AND state = 'running'",
        )?
        .execute([id.as_str()])?;
    write.changed(Topic::Job, id.as_str(), None)
}
