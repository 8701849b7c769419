//! Labels of a project and which issues bear them.

use crate::changes::Topic;
use crate::error::StoreError;
use crate::row::{Cells, all};
use crate::writer::Write;
use rusqlite::{Connection, OptionalExtension, Row};
use std::collections::HashMap;
use waybill_domain::ids::{IssueId, LabelId, ProjectId};

/// A label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub id: LabelId,
    pub name: String,
    pub colour: String,
}

/// The palette that new labels take their colours from, in turn.
const COLOURS: [&str; 9] = ["iris", "green", "amber", "red", "teal", "plum", "blue", "orange", "grey"];
/// The most labels that one issue bears.
const PER_ISSUE: usize = 20;

fn read(row: &Row<'_>) -> Result<Label, StoreError> {
    read_cells(&mut Cells::of(row))
}

fn read_cells(cells: &mut Cells<'_, '_>) -> Result<Label, StoreError> {
    Ok(Label { id: cells.parsed()?, name: cells.get()?, colour: cells.get()? })
}

/// The labels of a project, by name.
pub fn list(connection: &Connection, project: &ProjectId) -> Result<Vec<Label>, StoreError> {
    all(
        connection,
        "SELECT id, name, colour FROM labels WHERE project_id = ?1 ORDER BY name COLLATE NOCASE",
        [project.as_str()],
        read,
    )
}

/// The labels of an issue, by name.
pub fn of_issue(connection: &Connection, issue: &IssueId) -> Result<Vec<Label>, StoreError> {
    all(
        connection,
        "SELECT l.id, l.name, l.colour FROM issue_labels il JOIN labels l ON l.id = il.label_id
             WHERE il.issue_id = ?1 ORDER BY l.name COLLATE NOCASE",
        [issue.as_str()],
        read,
    )
}

/// The labels of many issues, in one query.
pub fn of_issues(
    connection: &Connection,
    issues: &[&IssueId],
) -> Result<HashMap<String, Vec<Label>>, StoreError> {
    let ids = serde_json::to_string(issues).map_err(|error| StoreError::Invalid(error.to_string()))?;
    let rows = all(
        connection,
        "SELECT il.issue_id, l.id, l.name, l.colour FROM json_each(?1) wanted
             JOIN issue_labels il ON il.issue_id = wanted.value JOIN labels l ON l.id = il.label_id
             ORDER BY l.name COLLATE NOCASE",
        [ids],
        |row| {
            let mut cells = Cells::of(row);
            Ok((cells.get::<String>()?, read_cells(&mut cells)?))
        },
    )?;
    let mut labels: HashMap<String, Vec<Label>> = HashMap::new();
    for (issue, label) in rows {
        labels.entry(issue).or_default().push(label);
    }
    Ok(labels)
}

/// What a change of labels did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelChange {
    pub added: Vec<String>,
    pub removed: Vec<String>,
}

/// Gives an issue exactly the labels of these names; names that the project does not know become labels.
pub fn set(
    write: &Write<'_>,
    project: &ProjectId,
    issue: &IssueId,
    names: &[String],
) -> Result<LabelChange, StoreError> {
    if names.len() > PER_ISSUE {
        return Err(StoreError::Invalid(format!(
            "an issue bears at most {PER_ISSUE} labels, {} were given",
            names.len()
        )));
    }
    let before = of_issue(write, issue)?;
    let mut wanted: Vec<Label> = Vec::new();
    for name in names {
        let label = find_or_make(write, project, name)?;
        if !wanted.iter().any(|other| other.id == label.id) {
            wanted.push(label);
        }
    }
    let mut change = LabelChange::default();
    for label in before.iter().filter(|label| !wanted.iter().any(|other| other.id == label.id)) {
        write
            .prepare_cached("DELETE FROM issue_labels WHERE issue_id = ?1 AND label_id = ?2")?
            .execute((issue.as_str(), label.id.as_str()))?;
        change.removed.push(label.name.clone());
    }
    for label in wanted.iter().filter(|label| !before.iter().any(|other| other.id == label.id)) {
        write
            .prepare_cached("INSERT INTO issue_labels (issue_id, label_id) VALUES (?1, ?2)")?
            .execute((issue.as_str(), label.id.as_str()))?;
        change.added.push(label.name.clone());
    }
    Ok(change)
}

/// The label of this name, which becomes one when the project has none.
pub(crate) fn find_or_make(write: &Write<'_>, project: &ProjectId, name: &str) -> Result<Label, StoreError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 50 || waybill_domain::text::has_hidden_characters(name) {
        return Err(StoreError::Invalid(format!(
            "'{}' cannot be a label; use 1 to 50 characters that show",
            waybill_domain::text::cut(name, 60)
        )));
    }
    let found = write
        .prepare_cached(
            "SELECT id, name, colour FROM labels WHERE project_id = ?1 AND name = ?2 COLLATE NOCASE",
        )?
        .query_row((project.as_str(), name), |row| Ok(read(row)))
        .optional()?;
    if let Some(label) = found {
        return label;
    }
    let count: i64 = write
        .prepare_cached("SELECT count(*) FROM labels WHERE project_id = ?1")?
        .query_row([project.as_str()], |row| row.get(0))?;
    let colour = COLOURS[usize::try_from(count).unwrap_or(0) % COLOURS.len()];
    let label = Label { id: LabelId::generate(), name: name.to_owned(), colour: colour.to_owned() };
    write
        .prepare_cached("INSERT INTO labels (id, project_id, name, colour) VALUES (?1, ?2, ?3, ?4)")?
        .execute((label.id.as_str(), project.as_str(), &label.name, &label.colour))?;
    write.changed(Topic::Label, label.id.as_str(), Some(project))?;
    Ok(label)
}
