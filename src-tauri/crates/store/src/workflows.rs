//! Workflows of a project: those that ship with Waybill, and its own in their place or beside them.

use crate::error::StoreError;
use crate::personas;
use crate::row::{all, first, json, parsed, to_json};
use crate::trash::Item;
use crate::versions::{Head, Saved, WORKFLOW, saved};
use crate::writer::Write;
use rusqlite::{Connection, Row};
use std::collections::HashMap;
use waybill_domain::Millis;
use waybill_domain::ids::ProjectId;
use waybill_domain::principal::Principal;
use waybill_domain::workflow::{
    self, DESCRIPTION_MAX, Definition, SandboxDefaults, WorkflowFault, WorkflowType, built_in,
    is_description, is_name,
};

/// A workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workflow {
    pub name: String,
    pub kind: WorkflowType,
    pub description: String,
    pub definition: Definition,
    pub sandbox_defaults: SandboxDefaults,
    /// 0: as it ships; each saving counts one further.
    pub version: i64,
    pub enabled: bool,
    /// Absent of what is as it ships.
    pub updated_at: Option<Millis>,
}

/// What a version of a workflow holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    pub kind: WorkflowType,
    pub description: String,
    pub definition: Definition,
    pub sandbox_defaults: SandboxDefaults,
}

/// A version of a workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub saved: Saved,
    pub content: Content,
}

/// What is wrong with a workflow: faults keep it from being saved, warnings from being started.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    pub faults: Vec<WorkflowFault>,
    pub warnings: Vec<WorkflowFault>,
}

/// The workflow of this name.
pub fn find(
    connection: &Connection,
    project: &ProjectId,
    name: &str,
) -> Result<Option<Workflow>, StoreError> {
    match WORKFLOW.head(connection, project, name)? {
        Some(head) => of_head(connection, name, &head),
        None => Ok(shipped(name).map(|content| content.named(name, 0, true, None))),
    }
}

/// Whether there is a workflow of this name; lists of issues ask it for each.
pub fn exists(connection: &Connection, project: &ProjectId, name: &str) -> Result<bool, StoreError> {
    if built_in::ships(name) {
        return Ok(true);
    }
    // A row of version 0 has no content of its own.
    Ok(WORKFLOW.head(connection, project, name)?.is_some_and(|head| head.version > 0))
}

/// All workflows: those that ship in their order, then the project's own by name.
pub fn list(connection: &Connection, project: &ProjectId) -> Result<Vec<Workflow>, StoreError> {
    let mut rows = HashMap::new();
    let mut own = Vec::new();
    for (name, head) in WORKFLOW.heads(connection, project)? {
        let Some(workflow) = of_head(connection, &name, &head)? else { continue };
        if built_in::ships(&name) {
            rows.insert(name, workflow);
        } else {
            own.push(workflow);
        }
    }
    let known = built_in::all().into_iter().map(|known| {
        rows.remove(known.name).unwrap_or_else(|| of_built_in(&known).named(known.name, 0, true, None))
    });
    Ok(known.chain(own).collect())
}

/// Checks a workflow against the personas that the project has.
pub fn check(
    connection: &Connection,
    project: &ProjectId,
    kind: WorkflowType,
    definition: &Definition,
) -> Result<Checked, StoreError> {
    Ok(check_with(&personas::list(connection, project)?, kind, definition))
}

/// As `check`, with the personas at hand.
pub fn check_with(known: &[personas::Listed], kind: WorkflowType, definition: &Definition) -> Checked {
    let of_name =
        |name: &str| known.iter().map(|listed| &listed.persona).find(|persona| persona.name == name);
    let role_of = |name: &str| of_name(name).map(|persona| persona.kind);
    let disabled = |name: &str| of_name(name).is_some_and(|persona| !persona.enabled);
    Checked {
        faults: workflow::check(kind, definition, &role_of).err().unwrap_or_default(),
        warnings: workflow::uses(definition)
            .into_iter()
            .filter(|used| disabled(&used.persona))
            .map(|used| WorkflowFault {
                place: used.place,
                problem: format!("the persona '{}' is disabled", used.persona),
            })
            .collect(),
    }
}

/// Saves a new version, or nothing where it is what is active. `expected` is the version that was edited.
pub fn save(
    write: &Write<'_>,
    project: &ProjectId,
    name: &str,
    content: &Content,
    expected: Option<i64>,
    actor: &Principal,
) -> Result<Workflow, StoreError> {
    if !is_name(name) {
        return Err(StoreError::Invalid(
            "a workflow's name is 1 to 60 of a–z, 0–9, '_' and '-', beginning with a letter".to_owned(),
        ));
    }
    if !is_description(&content.description) {
        return Err(StoreError::Invalid(format!(
            "a description is one line of at most {DESCRIPTION_MAX} characters that show"
        )));
    }
    content.sandbox_defaults.check().map_err(StoreError::Invalid)?;
    let faults = check(write, project, content.kind, &content.definition)?.faults;
    if !faults.is_empty() {
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        return Err(StoreError::Invalid(format!("the workflow cannot work: {}", told.join("; "))));
    }
    let former = find(write, project, name)?;
    if let Some(former) = former.filter(|former| former.content() == *content)
        && expected.is_none_or(|expected| expected == former.version)
    {
        return Ok(former);
    }
    let head = WORKFLOW.advance(write, project, name, expected, actor)?;
    write
        .prepare_cached(
            "INSERT INTO workflow_versions (workflow_id, version, type, description, definition, sandbox_defaults,
               saved_by, saved_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute((
            head.id.as_str(),
            head.version,
            content.kind.as_str(),
            &content.description,
            to_json(&content.definition)?,
            to_json(&content.sandbox_defaults)?,
            actor.to_string(),
            head.updated_at,
        ))?;
    find(write, project, name)?.ok_or_else(|| StoreError::not_found("workflow", name))
}

/// Enables or disables a workflow.
pub fn enable(
    write: &Write<'_>,
    project: &ProjectId,
    name: &str,
    enabled: bool,
    actor: &Principal,
) -> Result<(), StoreError> {
    find(write, project, name)?.ok_or_else(|| StoreError::not_found("workflow", name))?;
    WORKFLOW.enable(write, project, name, enabled, actor)
}

/// Moves a workflow into the trash; one that ships is then as it ships.
pub fn remove(
    write: &Write<'_>,
    project: &ProjectId,
    name: &str,
    actor: &Principal,
) -> Result<Item, StoreError> {
    WORKFLOW.remove(write, project, name, built_in::ships(name), actor)
}

/// The versions of a workflow, the newest first; the last one is what ships, where something ships.
pub fn versions(
    connection: &Connection,
    project: &ProjectId,
    name: &str,
) -> Result<Vec<Version>, StoreError> {
    let mut found = match WORKFLOW.head(connection, project, name)? {
        Some(head) => all(
            connection,
            "SELECT * FROM workflow_versions WHERE workflow_id = ?1 ORDER BY version DESC",
            [head.id.as_str()],
            |row| Ok(Version { saved: saved(row)?, content: content(row)? }),
        )?,
        None => Vec::new(),
    };
    found.extend(
        shipped(name).map(|content| Version { saved: Saved { version: 0, by: None, at: None }, content }),
    );
    if found.is_empty() { Err(StoreError::not_found("workflow", name)) } else { Ok(found) }
}

impl Workflow {
    /// All of it but its name, its version and whether it is enabled.
    pub fn content(&self) -> Content {
        Content {
            kind: self.kind,
            description: self.description.clone(),
            definition: self.definition.clone(),
            sandbox_defaults: self.sandbox_defaults.clone(),
        }
    }
}

impl Content {
    fn named(self, name: &str, version: i64, enabled: bool, updated_at: Option<Millis>) -> Workflow {
        let Self { kind, description, definition, sandbox_defaults } = self;
        Workflow {
            name: name.to_owned(),
            kind,
            description,
            definition,
            sandbox_defaults,
            version,
            enabled,
            updated_at,
        }
    }
}

fn shipped(name: &str) -> Option<Content> {
    built_in::find(name).as_ref().map(of_built_in)
}

fn of_built_in(known: &built_in::BuiltIn) -> Content {
    Content {
        kind: known.kind,
        description: known.description.to_owned(),
        definition: known.definition.clone(),
        sandbox_defaults: SandboxDefaults::default(),
    }
}

/// The workflow of a row; none where the row has no content, as one of a name that no longer ships.
fn of_head(connection: &Connection, name: &str, head: &Head) -> Result<Option<Workflow>, StoreError> {
    let kept = first(
        connection,
        "SELECT * FROM workflow_versions WHERE workflow_id = ?1 AND version = ?2",
        (head.id.as_str(), head.version),
        content,
    )?;
    let updated_at = (head.version > 0).then_some(head.updated_at);
    let content = kept.or_else(|| shipped(name));
    Ok(content.map(|content| content.named(name, head.version, head.enabled, updated_at)))
}

fn content(row: &Row<'_>) -> Result<Content, StoreError> {
    Ok(Content {
        kind: parsed(row, "type")?,
        description: row.get("description")?,
        definition: json(row, "definition")?,
        sandbox_defaults: json(row, "sandbox_defaults")?,
    })
}

#[cfg(test)]
mod tests;
