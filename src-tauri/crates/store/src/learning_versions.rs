//! What was compiled of approved learnings: versions for each role, of which one is active (SPEC 11).

use crate::changes::Topic;
use crate::error::StoreError;
use crate::learnings;
use crate::row::{all, first, json, parsed, to_json};
use crate::writer::Write;
use rusqlite::{Connection, Row};
use serde_json::json;
use waybill_domain::Millis;
use waybill_domain::ids::ProjectId;
use waybill_domain::learning::compile;
use waybill_domain::principal::Principal;
use waybill_domain::run::Role;

/// A version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LearningVersion {
    pub role: Role,
    pub version: i64,
    /// Markdown.
    pub body: String,
    /// The numbers of the learnings that it holds.
    pub learnings: Vec<i64>,
    pub active: bool,
    pub compiled_by: String,
    pub compiled_at: Millis,
}

/// What the approved learnings for a role come to now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compiled {
    pub body: String,
    pub learnings: Vec<i64>,
}

fn read(row: &Row<'_>) -> Result<LearningVersion, StoreError> {
    Ok(LearningVersion {
        role: parsed(row, "role")?,
        version: row.get("version")?,
        body: row.get("body")?,
        learnings: json(row, "learnings")?,
        active: row.get("active")?,
        compiled_by: row.get("compiled_by")?,
        compiled_at: row.get("compiled_at")?,
    })
}

/// The versions of a role, the newest first.
pub fn list(
    connection: &Connection,
    project: &ProjectId,
    role: Role,
) -> Result<Vec<LearningVersion>, StoreError> {
    all(
        connection,
        "SELECT * FROM learning_versions WHERE project_id = ?1 AND role = ?2 ORDER BY version DESC",
        (project.as_str(), role.as_str()),
        read,
    )
}

/// One version of a role; one that is not there is an error that says so.
pub fn get(
    connection: &Connection,
    project: &ProjectId,
    role: Role,
    version: i64,
) -> Result<LearningVersion, StoreError> {
    let sql = "SELECT * FROM learning_versions WHERE project_id = ?1 AND role = ?2 AND version = ?3";
    first(connection, sql, (project.as_str(), role.as_str(), version), read)?
        .ok_or_else(|| StoreError::not_found("version", version))
}

/// The version that agents of this role are told.
pub fn active(
    connection: &Connection,
    project: &ProjectId,
    role: Role,
) -> Result<Option<LearningVersion>, StoreError> {
    let sql = "SELECT * FROM learning_versions WHERE project_id = ?1 AND role = ?2 AND active = 1";
    first(connection, sql, (project.as_str(), role.as_str()), read)
}

/// What compiling would make for a role now.
pub fn compiled(connection: &Connection, project: &ProjectId, role: Role) -> Result<Compiled, StoreError> {
    let mut approved = learnings::approved(connection, project)?;
    approved.retain(|learning| learning.lesson.is_for(role));
    Ok(Compiled {
        body: compile(approved.iter().map(|learning| (learning.number, &learning.lesson))),
        learnings: approved.iter().map(|learning| learning.number).collect(),
    })
}

/// Compiles the approved learnings for a role into the next version, which is the active one; answers the active one as
/// it is where it says the same.
pub fn make(
    write: &Write<'_>,
    project: &ProjectId,
    role: Role,
    actor: &Principal,
) -> Result<LearningVersion, StoreError> {
    crate::projects::expect_open(write, project)?;
    let Compiled { body, learnings } = compiled(write, project, role)?;
    match active(write, project, role)? {
        Some(active) if active.body == body => return Ok(active),
        None if learnings.is_empty() => {
            return Err(StoreError::Conflict(format!(
                "no learning for the role '{role}' is approved: there is nothing to compile"
            )));
        }
        _ => {}
    }
    let version: i64 = write
        .prepare_cached(
            "INSERT INTO learning_versions (project_id, role, version, body, learnings, active, compiled_by, compiled_at)
             VALUES (?1, ?2, 1 + coalesce((SELECT max(version) FROM learning_versions WHERE project_id = ?1 AND role = ?2), 0),
               ?3, ?4, 0, ?5, ?6)
             RETURNING version",
        )?
        .query_row(
            (
                project.as_str(),
                role.as_str(),
                &body,
                to_json(&learnings)?,
                actor.to_string(),
                write.now(),
            ),
            |row| row.get(0),
        )?;
    set_active(write, project, role, version)?;
    tell(write, project, role, version, "learning.compiled", actor)
}

/// Makes a version the one that agents of its role are told.
pub fn activate(
    write: &Write<'_>,
    project: &ProjectId,
    role: Role,
    version: i64,
    actor: &Principal,
) -> Result<LearningVersion, StoreError> {
    crate::projects::expect_open(write, project)?;
    let wanted = get(write, project, role, version)?;
    if wanted.active {
        return Ok(wanted);
    }
    set_active(write, project, role, version)?;
    tell(write, project, role, version, "learning.version_activated", actor)
}

/// First the former one is no more, for there is at most one.
fn set_active(write: &Write<'_>, project: &ProjectId, role: Role, version: i64) -> Result<(), StoreError> {
    write
        .prepare_cached(
            "UPDATE learning_versions SET active = 0 WHERE project_id = ?1 AND role = ?2 AND active = 1",
        )?
        .execute((project.as_str(), role.as_str()))?;
    write
        .prepare_cached(
            "UPDATE learning_versions SET active = 1 WHERE project_id = ?1 AND role = ?2 AND version = ?3",
        )?
        .execute((project.as_str(), role.as_str(), version))?;
    Ok(())
}

fn tell(
    write: &Write<'_>,
    project: &ProjectId,
    role: Role,
    version: i64,
    event: &str,
    actor: &Principal,
) -> Result<LearningVersion, StoreError> {
    write.changed(Topic::Learning, role.as_str(), Some(project))?;
    write.audit(actor, Some(project), event, &json!({"role": role, "version": version}))?;
    get(write, project, role, version)
}

#[cfg(test)]
mod tests;
