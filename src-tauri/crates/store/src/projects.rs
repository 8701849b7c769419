//! Projects and their settings.

use crate::changes::Topic;
use crate::error::StoreError;
use crate::row::{all, first, json, parsed, to_json};
use crate::writer::Write;
use rusqlite::{Connection, Row};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use waybill_domain::Millis;
use waybill_domain::ids::ProjectId;
use waybill_domain::principal::Principal;

/// A project.
#[derive(Debug, Clone, PartialEq)]
pub struct Project {
    pub id: ProjectId,
    pub slug: String,
    pub name: String,
    pub root_path: PathBuf,
    pub git_common_dir: PathBuf,
    pub default_branch: String,
    pub github_repo: Option<String>,
    /// Only what differs from the defaults.
    pub settings: Map<String, Value>,
    pub created_at: Millis,
    pub updated_at: Millis,
    pub archived_at: Option<Millis>,
}

/// What a new project is made of.
#[derive(Debug, Clone)]
pub struct NewProject {
    pub slug: String,
    pub name: String,
    pub root_path: PathBuf,
    pub git_common_dir: PathBuf,
    pub default_branch: String,
    pub github_repo: Option<String>,
}

const COLUMNS: &str =
    "id, slug, name, root_path, git_common_dir, default_branch, github_repo, settings, created_at,
    updated_at, archived_at";

fn read(row: &Row<'_>) -> Result<Project, StoreError> {
    Ok(Project {
        id: parsed(row, "id")?,
        slug: row.get("slug")?,
        name: row.get("name")?,
        root_path: PathBuf::from(row.get::<_, String>("root_path")?),
        git_common_dir: PathBuf::from(row.get::<_, String>("git_common_dir")?),
        default_branch: row.get("default_branch")?,
        github_repo: row.get("github_repo")?,
        settings: json(row, "settings")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        archived_at: row.get("archived_at")?,
    })
}

/// Every project that is not archived, by name.
pub fn list(connection: &Connection) -> Result<Vec<Project>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM projects WHERE archived_at IS NULL ORDER BY name COLLATE NOCASE, slug"
    );
    all(connection, &sql, [], read)
}

/// The project with this slug or id, archived or not.
pub fn find(connection: &Connection, slug_or_id: &str) -> Result<Option<Project>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM projects WHERE slug = ?1 OR id = ?1");
    first(connection, &sql, [slug_or_id], read)
}

/// As `find`; a project that is not there is an error that says so.
pub fn get(connection: &Connection, slug_or_id: &str) -> Result<Project, StoreError> {
    find(connection, slug_or_id)?.ok_or_else(|| StoreError::not_found("project", slug_or_id))
}

/// The project with this id.
pub fn by_id(connection: &Connection, id: &ProjectId) -> Result<Project, StoreError> {
    get(connection, id.as_str())
}

/// The project of the repository with this git directory, archived or not.
pub fn by_git_dir(connection: &Connection, git_common_dir: &Path) -> Result<Option<Project>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM projects WHERE git_common_dir = ?1");
    first(connection, &sql, [git_common_dir.to_string_lossy()], read)
}

/// Refuses what would add to a project that was removed.
pub(crate) fn expect_open(connection: &Connection, id: &ProjectId) -> Result<(), StoreError> {
    let removed: bool = connection
        .prepare_cached("SELECT archived_at IS NOT NULL FROM projects WHERE id = ?1")?
        .query_row([id.as_str()], |row| row.get(0))?;
    if removed {
        Err(StoreError::Conflict("the project was removed; restore it first".to_owned()))
    } else {
        Ok(())
    }
}

/// A slug that no project has: `wanted`, or with a number behind it.
pub fn free_slug(connection: &Connection, wanted: &str) -> Result<String, StoreError> {
    let mut slug = wanted.to_owned();
    let mut number = 2;
    while find(connection, &slug)?.is_some() {
        slug = format!("{wanted}-{number}");
        number += 1;
    }
    Ok(slug)
}

/// Adds a project.
pub fn insert(write: &Write<'_>, new: &NewProject, actor: &Principal) -> Result<Project, StoreError> {
    if find(write, &new.slug)?.is_some() {
        return Err(StoreError::Conflict(format!("a project with the slug '{}' exists already", new.slug)));
    }
    let id = ProjectId::generate();
    write
        .prepare_cached(
            "INSERT INTO projects (id, slug, name, root_path, git_common_dir, default_branch, github_repo, owner,
               created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)",
        )?
        .execute((
            id.as_str(),
            &new.slug,
            &new.name,
            new.root_path.to_string_lossy(),
            new.git_common_dir.to_string_lossy(),
            &new.default_branch,
            &new.github_repo,
            actor.to_string(),
            write.now(),
        ))?;
    write.changed(Topic::Project, id.as_str(), Some(&id))?;
    write.audit(actor, Some(&id), "project.added", &json!({"slug": new.slug, "root_path": new.root_path}))?;
    by_id(write, &id)
}

/// Archives a project, or brings it back; its issues and runs stay as they are.
pub fn set_archived(
    write: &Write<'_>,
    id: &ProjectId,
    archived: bool,
    actor: &Principal,
) -> Result<(), StoreError> {
    let at = archived.then(|| write.now());
    write
        .prepare_cached("UPDATE projects SET archived_at = ?2, updated_at = ?3 WHERE id = ?1")?
        .execute((id.as_str(), at, write.now()))?;
    write.changed(Topic::Project, id.as_str(), Some(id))?;
    let event = if archived { "project.archived" } else { "project.restored" };
    write.audit(actor, Some(id), event, &json!({}))
}

/// Replaces what a project is set to; `changed` names the keys for the audit trail, never their values.
pub fn set_settings(
    write: &Write<'_>,
    id: &ProjectId,
    settings: &Map<String, Value>,
    changed: &[String],
    actor: &Principal,
) -> Result<(), StoreError> {
    write.prepare_cached("UPDATE projects SET settings = ?2, updated_at = ?3 WHERE id = ?1")?.execute((
        id.as_str(),
        to_json(settings)?,
        write.now(),
    ))?;
    write.changed(Topic::Project, id.as_str(), Some(id))?;
    write.audit(actor, Some(id), "project.settings_changed", &json!({ "keys": changed }))
}

/// Counts of one project: untriaged issues, active issues, active runs, what needs the operator.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub untriaged_issues: i64,
    pub active_issues: i64,
    pub active_runs: i64,
    pub needs_you: i64,
}

/// The counts of a project, none of which scans the issues.
pub fn counts(connection: &Connection, id: &ProjectId) -> Result<Counts, StoreError> {
    let (untriaged_issues, active_issues) = connection
        .prepare_cached(
            "SELECT coalesce(sum(count) FILTER (WHERE status = 'open'), 0),
               coalesce(sum(count) FILTER (WHERE status NOT IN ('resolved', 'rejected')), 0)
             FROM issue_counts WHERE project_id = ?1",
        )?
        .query_row([id.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let active_runs = connection
        .prepare_cached(
            "SELECT count(*) FROM runs WHERE project_id = ?1 AND status IN ('pending', 'running')
               AND NOT (source = 'sandbox' AND waiting_for IS NOT NULL AND waiting_for = 'operator')",
        )?
        .query_row([id.as_str()], |row| row.get(0))?;
    let needs_you = crate::runs::needing_operator_count(connection, Some(id))?
        + crate::session_questions::needing_operator_count(connection, Some(id))?;
    Ok(Counts { untriaged_issues, active_issues, active_runs, needs_you })
}
