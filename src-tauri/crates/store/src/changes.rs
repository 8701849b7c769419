//! The change log: how everything that shows data stays live (SPEC 1).

use crate::error::StoreError;
use rusqlite::Connection;
use waybill_domain::Millis;
use waybill_domain::ids::ProjectId;

waybill_domain::words! {
    /// What kind of thing changed.
    pub enum Topic {
        Project = "project",
        Issue = "issue",
        Label = "label",
        Run = "run",
        Output = "output",
        Notification = "notification",
        Setting = "setting",
        Secret = "secret",
        Tool = "tool",
        Job = "job",
        View = "view",
        Trash = "trash",
        Transfer = "transfer",
        Session = "session",
        Persona = "persona",
        Workflow = "workflow",
        Context = "context",
        Learning = "learning",
    }
}

/// The log keeps this many rows.
const KEPT: i64 = 100_000;
/// Pruning looks at the log only so often, in rows.
const PRUNE_EVERY: i64 = 1_000;

/// One row of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub seq: i64,
    pub topic: Topic,
    pub entity_id: String,
    pub project_id: Option<String>,
}

pub(crate) fn record(
    connection: &Connection,
    topic: Topic,
    entity: &str,
    project: Option<&ProjectId>,
    at: Millis,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT INTO change_log (topic, entity_id, project_id, at) VALUES (?1, ?2, ?3, ?4)")?
        .execute((topic.as_str(), entity, project.map(ProjectId::as_str), at))?;
    Ok(())
}

/// Removes what is older than the log keeps; answers the last number.
pub(crate) fn prune(connection: &Connection) -> Result<i64, StoreError> {
    let last = last(connection)?;
    let first: i64 = connection
        .prepare_cached("SELECT coalesce(min(seq), 0) FROM change_log")?
        .query_row([], |row| row.get(0))?;
    if last - first > KEPT + PRUNE_EVERY {
        connection.prepare_cached("DELETE FROM change_log WHERE seq <= ?1")?.execute([last - KEPT])?;
    }
    Ok(last)
}

/// The number of the last change; 0 when there is none.
pub fn last(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection
        .prepare_cached("SELECT coalesce(max(seq), 0) FROM change_log")?
        .query_row([], |row| row.get(0))?)
}

/// The changes after `cursor`, at most `limit`, oldest first. `None`: the log no longer reaches back so far, and
/// everything must be read anew from [`last`].
pub fn since(connection: &Connection, cursor: i64, limit: usize) -> Result<Option<Vec<Change>>, StoreError> {
    let first: Option<i64> =
        connection.prepare_cached("SELECT min(seq) FROM change_log")?.query_row([], |row| row.get(0))?;
    if first.is_some_and(|first| cursor < first.saturating_sub(1)) {
        return Ok(None);
    }
    let mut statement = connection.prepare_cached(
        "SELECT seq, topic, entity_id, project_id FROM change_log WHERE seq > ?1 ORDER BY seq LIMIT ?2",
    )?;
    let rows = statement.query_map((cursor, i64::try_from(limit).unwrap_or(i64::MAX)), |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get(2)?, row.get(3)?))
    })?;
    let mut changes = Vec::new();
    for row in rows {
        let (seq, topic, entity_id, project_id) = row?;
        let topic = topic.parse().map_err(|error| StoreError::Unreadable(format!("{error}")))?;
        changes.push(Change { seq, topic, entity_id, project_id });
    }
    Ok(Some(changes))
}
