//! What was removed and can be restored whole for 30 days (SPEC 3, "Recently removed"); it keeps its id.
//!
//! Issues are here as JSON of their rows, runs as the names of their branches. Projects, personas and workflows are
//! never here: one that was removed stays as it is, marked so, and is only listed with the rest.

mod issue;
mod rows;
mod run;

pub use issue::{remove as remove_issue, restore as restore_issue};
pub use run::{Branch, branch as run_branch, discard as discard_run, restore as restore_run};

use crate::changes::Topic;
use crate::error::StoreError;
use crate::row::{all, first, parsed};
use crate::writer::Write;
use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::json;
use waybill_domain::Millis;
use waybill_domain::ids::{ProjectId, TrashId};
use waybill_domain::principal::Principal;

/// How long it is kept, in milliseconds: 30 days.
pub const KEPT: Millis = 30 * 24 * 3_600_000;

waybill_domain::words! {
    /// What was removed.
    pub enum Kind {
        Issue = "issue",
        Run = "run",
        Project = "project",
        Persona = "persona",
        Workflow = "workflow",
    }
}

/// Something that was removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub id: TrashId,
    pub project_id: ProjectId,
    pub project_slug: String,
    pub kind: Kind,
    /// The issue's or run's number; the others have none.
    pub number: Option<i64>,
    pub title: String,
    pub removed_by: String,
    pub removed_at: Millis,
}

/// What is in the trash, and projects that were removed. Only the owner removes a project.
const ITEMS: &str = "SELECT t.id, t.project_id, p.slug AS project_slug, t.kind, t.number, t.title, t.removed_by, t.removed_at
    FROM trash t JOIN projects p ON p.id = t.project_id
    UNION ALL
    SELECT p.id, p.id, p.slug, 'project', NULL, p.name, p.owner, p.archived_at FROM projects p WHERE p.archived_at IS NOT NULL
    UNION ALL
    SELECT o.id, o.project_id, p.slug, 'persona', NULL, o.name, o.removed_by, o.removed_at
    FROM personas o JOIN projects p ON p.id = o.project_id WHERE o.removed_at IS NOT NULL
    UNION ALL
    SELECT w.id, w.project_id, p.slug, 'workflow', NULL, w.name, w.removed_by, w.removed_at
    FROM workflows w JOIN projects p ON p.id = w.project_id WHERE w.removed_at IS NOT NULL";

fn read(row: &Row<'_>) -> Result<Item, StoreError> {
    Ok(Item {
        id: parsed(row, "id")?,
        project_id: parsed(row, "project_id")?,
        project_slug: row.get("project_slug")?,
        kind: parsed(row, "kind")?,
        number: row.get("number")?,
        title: row.get("title")?,
        removed_by: row.get("removed_by")?,
        removed_at: row.get("removed_at")?,
    })
}

/// What was removed, newest first, after the time and id of the last one seen; in all projects when none is named.
pub fn list(
    connection: &Connection,
    project: Option<&ProjectId>,
    after: Option<(Millis, &str)>,
    limit: u32,
) -> Result<Vec<Item>, StoreError> {
    let sql = format!(
        "SELECT * FROM ({ITEMS}) WHERE (?1 IS NULL OR project_id = ?1) AND (removed_at, id) < (?2, ?3)
         ORDER BY removed_at DESC, id DESC LIMIT ?4"
    );
    // No id is larger than '~'.
    let (at, id) = after.unwrap_or((Millis::MAX, "~"));
    all(connection, &sql, (project.map(ProjectId::as_str), at, id, limit), read)
}

/// One thing that was removed.
pub fn get(connection: &Connection, id: &TrashId) -> Result<Item, StoreError> {
    let sql = format!("SELECT * FROM ({ITEMS}) WHERE id = ?1");
    first(connection, &sql, [id.as_str()], read)?.ok_or_else(|| StoreError::not_found("removed item", id))
}

/// What was removed before `before` and is kept no longer, the oldest first, at most `limit`; never a project.
pub fn expired(connection: &Connection, before: Millis, limit: u32) -> Result<Vec<Item>, StoreError> {
    let sql = format!(
        "SELECT * FROM ({ITEMS}) WHERE kind <> 'project' AND removed_at < ?1 ORDER BY removed_at LIMIT ?2"
    );
    all(connection, &sql, (before, limit), read)
}

/// Lets something go for good. The bytes of its attachments go with the next clean-up.
pub fn purge(write: &Write<'_>, item: &Item) -> Result<(), StoreError> {
    match item.kind.noun() {
        Some(noun) => noun.purge(write, item)?,
        None => delete(write, item)?,
    }
    let what = json!({"kind": item.kind, "number": item.number, "title": item.title});
    write.audit(&Principal::System, Some(&item.project_id), "trash.emptied", &what)
}

/// Brings a persona or a workflow back with its versions.
pub fn restore_versions(write: &Write<'_>, id: &TrashId, actor: &Principal) -> Result<(), StoreError> {
    let item = get(write, id)?;
    let noun = item.kind.noun().ok_or_else(|| StoreError::not_found("removed persona or workflow", id))?;
    noun.restore(write, &item, actor)
}

/// Puts something into the trash under its own id.
fn insert(write: &Write<'_>, item: &Item, content: &str) -> Result<(), StoreError> {
    write
        .prepare_cached(
            "INSERT INTO trash (id, project_id, kind, number, title, removed_by, removed_at, content)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute((
            item.id.as_str(),
            item.project_id.as_str(),
            item.kind.as_str(),
            item.number,
            &item.title,
            &item.removed_by,
            item.removed_at,
            content,
        ))?;
    write.changed(Topic::Trash, item.id.as_str(), Some(&item.project_id))
}

fn delete(write: &Write<'_>, item: &Item) -> Result<(), StoreError> {
    write.prepare_cached("DELETE FROM trash WHERE id = ?1")?.execute([item.id.as_str()])?;
    write.changed(Topic::Trash, item.id.as_str(), Some(&item.project_id))
}

fn content<T: serde::de::DeserializeOwned>(
    connection: &Connection,
    id: &str,
) -> Result<Option<T>, StoreError> {
    let text: Option<String> = connection
        .prepare_cached("SELECT content FROM trash WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    text.map(|text| serde_json::from_str(&text))
        .transpose()
        .map_err(|error| StoreError::Unreadable(format!("trash: {error}")))
}

/// The id that something keeps in the trash.
fn trash_id(id: &str) -> Result<TrashId, StoreError> {
    id.parse().map_err(|error| StoreError::Unreadable(format!("{error}")))
}

#[cfg(test)]
mod tests;
