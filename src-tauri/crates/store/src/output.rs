//! The output of runs: events in order, appended in batches, read in pages; never held whole in memory.

use crate::changes::Topic;
use crate::error::StoreError;
use crate::row::to_json;
use crate::writer::Write;
use rusqlite::Connection;
use serde_json::Value;
use waybill_domain::Millis;
use waybill_domain::agent::AgentEvent;
use waybill_domain::ids::{ProjectId, RunId};

/// One event of a run's output.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputEvent {
    /// Counted from 0 over the whole run.
    pub seq: i64,
    pub step: i64,
    pub at: Millis,
    pub event: Value,
}

/// Appends events to a run's output; they bear the time of the write unless they bring their own.
pub fn append(
    write: &Write<'_>,
    project: &ProjectId,
    run: &RunId,
    step: i64,
    events: &[(Millis, AgentEvent)],
) -> Result<(), StoreError> {
    let count = i64::try_from(events.len()).unwrap_or(i64::MAX);
    if count == 0 {
        return Ok(());
    }
    let first: i64 = write
        .prepare_cached(
            "UPDATE runs SET output_events = output_events + ?2 WHERE id = ?1 RETURNING output_events - ?2",
        )?
        .query_row((run.as_str(), count), |row| row.get(0))?;
    write
        .prepare_cached(
            "INSERT INTO run_output (run_id, first, count, step, events) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((run.as_str(), first, count, step, to_json(&events)?))?;
    write.changed(Topic::Output, run.as_str(), Some(project))
}

/// The events from number `from` on, at most `limit`.
pub fn page(
    connection: &Connection,
    run: &RunId,
    from: i64,
    limit: usize,
) -> Result<Vec<OutputEvent>, StoreError> {
    let from = from.max(0);
    let mut statement = connection.prepare_cached(
        "SELECT first, step, events FROM run_output WHERE run_id = ?1 AND first >= coalesce(
           (SELECT max(first) FROM run_output WHERE run_id = ?1 AND first <= ?2), 0) ORDER BY first",
    )?;
    let mut rows = statement.query((run.as_str(), from))?;
    let mut events = Vec::new();
    while let Some(row) = rows.next()? {
        let (first, step, text): (i64, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let batch: Vec<(Millis, Value)> = serde_json::from_str(&text)
            .map_err(|error| StoreError::Unreadable(format!("output: {error}")))?;
        for (seq, (at, event)) in (first..).zip(batch) {
            if seq < from {
                continue;
            }
            if events.len() >= limit {
                return Ok(events);
            }
            events.push(OutputEvent { seq, step, at, event });
        }
    }
    Ok(events)
}
