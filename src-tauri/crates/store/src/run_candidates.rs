//! Candidates of races: the same work done side by side, of which a judge chooses one (SPEC 8).

use crate::error::StoreError;
use crate::row::{all, parsed};
use crate::writer::Write;
use rusqlite::{Connection, Row};
use waybill_domain::ids::RunId;
use waybill_domain::workflow::Place;

waybill_domain::words! {
    /// Where a candidate stands.
    pub enum CandidateStatus {
        Running = "running",
        Completed = "completed",
        Failed = "failed",
        Cancelled = "cancelled",
    }
}

/// A candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Counted from 1 over the run; its steps and its sandbox have the same.
    pub lane: i64,
    /// The place of the race's judge.
    pub race: Place,
    pub variant: i64,
    pub status: CandidateStatus,
    pub base_commit: String,
    /// Where its branch ends; the base where it changed nothing.
    pub head_commit: Option<String>,
    pub files_changed: i64,
    pub lines_added: i64,
    pub lines_removed: i64,
    pub error: Option<String>,
    pub chosen: bool,
}

impl Candidate {
    /// The commit that it comes to.
    pub fn end(&self) -> &str {
        self.head_commit.as_deref().unwrap_or(&self.base_commit)
    }
}

fn read(row: &Row<'_>) -> Result<Candidate, StoreError> {
    Ok(Candidate {
        lane: row.get("lane")?,
        race: parsed(row, "race")?,
        variant: row.get("variant")?,
        status: parsed(row, "status")?,
        base_commit: row.get("base_commit")?,
        head_commit: row.get("head_commit")?,
        files_changed: row.get("files_changed")?,
        lines_added: row.get("lines_added")?,
        lines_removed: row.get("lines_removed")?,
        error: row.get("error")?,
        chosen: row.get("chosen")?,
    })
}

/// All candidates of a run, race by race.
pub fn of_run(connection: &Connection, run: &RunId) -> Result<Vec<Candidate>, StoreError> {
    all(connection, "SELECT * FROM run_candidates WHERE run_id = ?1 ORDER BY lane", [run.as_str()], read)
}

/// Adds a candidate; answers its lane.
pub fn insert(
    write: &Write<'_>,
    run: &RunId,
    race: &Place,
    variant: usize,
    base_commit: &str,
) -> Result<i64, StoreError> {
    let variant = i64::try_from(variant).unwrap_or(i64::MAX);
    Ok(write
        .prepare_cached(
            "INSERT INTO run_candidates (run_id, lane, race, variant, base_commit)
             VALUES (?1, (SELECT coalesce(max(lane), 0) + 1 FROM run_candidates WHERE run_id = ?1), ?2, ?3, ?4)
             RETURNING lane",
        )?
        .query_row((run.as_str(), race.to_string(), variant, base_commit), |row| row.get(0))?)
}

/// Sets where a candidate stands, and why where it failed.
pub fn set_status(
    write: &Write<'_>,
    run: &RunId,
    lane: i64,
    status: CandidateStatus,
    error: Option<&str>,
) -> Result<(), StoreError> {
    write
        .prepare_cached("UPDATE run_candidates SET status = ?3, error = ?4 WHERE run_id = ?1 AND lane = ?2")?
        .execute((run.as_str(), lane, status.as_str(), error))?;
    Ok(())
}

/// Sets where its branch ends, and what that changes: files, lines added, lines removed.
pub fn set_head(
    write: &Write<'_>,
    run: &RunId,
    lane: i64,
    head: &str,
    (files, added, removed): (i64, i64, i64),
) -> Result<(), StoreError> {
    write
        .prepare_cached(
            "UPDATE run_candidates SET head_commit = ?3, files_changed = ?4, lines_added = ?5, lines_removed = ?6
             WHERE run_id = ?1 AND lane = ?2",
        )?
        .execute((run.as_str(), lane, head, files, added, removed))?;
    Ok(())
}

/// Makes one candidate of a race the chosen one.
pub fn choose(write: &Write<'_>, run: &RunId, race: &Place, lane: i64) -> Result<(), StoreError> {
    write
        .prepare_cached("UPDATE run_candidates SET chosen = (lane = ?3) WHERE run_id = ?1 AND race = ?2")?
        .execute((run.as_str(), race.to_string(), lane))?;
    Ok(())
}
