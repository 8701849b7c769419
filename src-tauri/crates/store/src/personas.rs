//! Personas of a project: those that ship with Waybill, and its own in their place or beside them.

use crate::error::StoreError;
use crate::row::{all, first, parsed, to_json};
use crate::trash::Item;
use crate::versions::{Head, PERSONA, Saved, saved};
use crate::writer::Write;
use rusqlite::{Connection, Row};
use std::collections::HashMap;
use waybill_domain::Millis;
use waybill_domain::ids::ProjectId;
use waybill_domain::persona::{self, Content, Persona, built_in};
use waybill_domain::principal::Principal;
use waybill_domain::run::Role;

/// A persona with when it was saved last.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    pub persona: Persona,
    /// Absent of what is as it ships.
    pub updated_at: Option<Millis>,
}

/// A version of a persona.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    pub saved: Saved,
    pub content: Content,
}

/// The persona of this name.
pub fn find(connection: &Connection, project: &ProjectId, name: &str) -> Result<Option<Persona>, StoreError> {
    Ok(get(connection, project, name)?.map(|listed| listed.persona))
}

/// As `find`, with when it was saved.
pub fn get(connection: &Connection, project: &ProjectId, name: &str) -> Result<Option<Listed>, StoreError> {
    match PERSONA.head(connection, project, name)? {
        Some(head) => of_head(connection, name, &head),
        None => Ok(built_in::find(name).map(|persona| Listed { persona, updated_at: None })),
    }
}

/// All personas: those that ship in their order, then the project's own by name.
pub fn list(connection: &Connection, project: &ProjectId) -> Result<Vec<Listed>, StoreError> {
    let mut rows = HashMap::new();
    let mut own = Vec::new();
    for (name, head) in PERSONA.heads(connection, project)? {
        let Some(listed) = of_head(connection, &name, &head)? else { continue };
        if built_in::find(&name).is_some() {
            rows.insert(name, listed);
        } else {
            own.push(listed);
        }
    }
    let shipped = built_in::all()
        .into_iter()
        .map(|persona| rows.remove(&persona.name).unwrap_or(Listed { persona, updated_at: None }));
    Ok(shipped.chain(own).collect())
}

/// The role of each persona that there is.
pub fn roles(connection: &Connection, project: &ProjectId) -> Result<HashMap<String, Role>, StoreError> {
    Ok(list(connection, project)?
        .into_iter()
        .map(|listed| (listed.persona.name, listed.persona.kind))
        .collect())
}

/// Saves a new version, or nothing where it is what is active. `expected` is the version that was edited.
pub fn save(
    write: &Write<'_>,
    project: &ProjectId,
    name: &str,
    content: &Content,
    expected: Option<i64>,
    actor: &Principal,
) -> Result<Listed, StoreError> {
    persona::check(&content.clone().named(name.to_owned(), true, 0)).map_err(StoreError::Invalid)?;
    let former = get(write, project, name)?;
    if let Some(former) = former.filter(|former| former.persona.content() == *content)
        && expected.is_none_or(|expected| expected == former.persona.version)
    {
        return Ok(former);
    }
    let head = PERSONA.advance(write, project, name, expected, actor)?;
    write
        .prepare_cached(
            "INSERT INTO persona_versions (persona_id, version, type, description, instructions, tool, model, effort,
               include_learnings, weights, threshold, saved_by, saved_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?
        .execute((
            head.id.as_str(),
            head.version,
            content.kind.as_str(),
            &content.description,
            &content.instructions,
            &content.tool,
            &content.model,
            &content.effort,
            content.include_learnings,
            content.weights.as_ref().map(to_json).transpose()?,
            content.threshold,
            actor.to_string(),
            head.updated_at,
        ))?;
    get(write, project, name)?.ok_or_else(|| StoreError::not_found("persona", name))
}

/// Enables or disables a persona.
pub fn enable(
    write: &Write<'_>,
    project: &ProjectId,
    name: &str,
    enabled: bool,
    actor: &Principal,
) -> Result<(), StoreError> {
    get(write, project, name)?.ok_or_else(|| StoreError::not_found("persona", name))?;
    PERSONA.enable(write, project, name, enabled, actor)
}

/// Moves a persona into the trash; one that ships is then as it ships.
pub fn remove(
    write: &Write<'_>,
    project: &ProjectId,
    name: &str,
    actor: &Principal,
) -> Result<Item, StoreError> {
    PERSONA.remove(write, project, name, built_in::find(name).is_some(), actor)
}

/// The versions of a persona, the newest first; the last one is what ships, where something ships.
pub fn versions(
    connection: &Connection,
    project: &ProjectId,
    name: &str,
) -> Result<Vec<Version>, StoreError> {
    let mut found = match PERSONA.head(connection, project, name)? {
        Some(head) => all(
            connection,
            "SELECT * FROM persona_versions WHERE persona_id = ?1 ORDER BY version DESC",
            [head.id.as_str()],
            |row| Ok(Version { saved: saved(row)?, content: content(row)? }),
        )?,
        None => Vec::new(),
    };
    found.extend(built_in::find(name).map(|shipped| Version {
        saved: Saved { version: 0, by: None, at: None },
        content: shipped.content(),
    }));
    if found.is_empty() { Err(StoreError::not_found("persona", name)) } else { Ok(found) }
}

/// The persona of a row; none where the row has no content, as one of a name that no longer ships.
fn of_head(connection: &Connection, name: &str, head: &Head) -> Result<Option<Listed>, StoreError> {
    let kept = first(
        connection,
        "SELECT * FROM persona_versions WHERE persona_id = ?1 AND version = ?2",
        (head.id.as_str(), head.version),
        content,
    )?;
    let content = kept.or_else(|| built_in::find(name).map(|shipped| shipped.content()));
    Ok(content.map(|content| Listed {
        persona: content.named(name.to_owned(), head.enabled, head.version),
        updated_at: (head.version > 0).then_some(head.updated_at),
    }))
}

fn content(row: &Row<'_>) -> Result<Content, StoreError> {
    let weights: Option<String> = row.get("weights")?;
    let weights = weights.map(|text| serde_json::from_str(&text)).transpose();
    Ok(Content {
        kind: parsed(row, "type")?,
        description: row.get("description")?,
        instructions: row.get("instructions")?,
        tool: row.get("tool")?,
        model: row.get("model")?,
        effort: row.get("effort")?,
        include_learnings: row.get("include_learnings")?,
        weights: weights.map_err(|error| StoreError::Unreadable(format!("weights: {error}")))?,
        threshold: row.get("threshold")?,
    })
}
