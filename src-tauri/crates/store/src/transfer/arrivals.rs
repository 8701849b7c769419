//! Issues that arrive from another system, many to a transaction: no query per row that is not an insert.

use crate::attachment_files::Content;
use crate::attachments::clean_name;
use crate::changes::Topic;
use crate::error::StoreError;
use crate::row::{all, parsed, to_json};
use crate::writer::Write;
use rusqlite::Connection;
use serde_json::Value;
use std::collections::HashMap;
use waybill_domain::Millis;
use waybill_domain::ids::{AttachmentId, IssueId, LabelId, LinkId, PersonId, ProjectId, TodoId, UpdateId};
use waybill_domain::issue::{Priority, Status, UpdateKind, Visibility};
use waybill_domain::link::Relation;
use waybill_domain::principal::Principal;
use waybill_domain::todo::{TodoKind, TodoStatus};

/// An issue that arrives, checked and cut to what the tables hold.
#[derive(Debug, Clone)]
pub struct Arrival {
    pub id: IssueId,
    /// What it is called where it comes from.
    pub external_id: String,
    pub title: String,
    pub body: String,
    pub status: Status,
    pub priority: Priority,
    /// A principal, as stored.
    pub created_by: String,
    pub created_at: Millis,
    pub updated_at: Millis,
    pub resolved_at: Option<Millis>,
    pub labels: Vec<String>,
    /// The oldest first.
    pub updates: Vec<ArrivalUpdate>,
    pub todos: Vec<ArrivalTodo>,
    pub files: Vec<ArrivalFile>,
}

/// A file of an issue that arrives; its content lies in the data directory already.
#[derive(Debug, Clone)]
pub struct ArrivalFile {
    pub name: String,
    pub content: Content,
}

/// A comment or note of an issue that arrives.
#[derive(Debug, Clone)]
pub struct ArrivalUpdate {
    pub author: String,
    pub kind: UpdateKind,
    pub body: String,
    pub metadata: Option<Value>,
    pub created_at: Millis,
}

/// A todo of an issue that arrives; at most one of an issue may be in progress.
#[derive(Debug, Clone)]
pub struct ArrivalTodo {
    pub kind: TodoKind,
    pub content: String,
    pub status: TodoStatus,
    pub phase: Option<String>,
    pub notes: Vec<String>,
}

/// Someone who wrote where the issues come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrivalPerson {
    pub id: PersonId,
    pub handle: String,
    pub display_name: Option<String>,
}

/// A link to make, of a kept kind: `from` is `kind` `to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrivalLink {
    pub from: IssueId,
    pub to: IssueId,
    pub kind: Relation,
}

/// The labels of a project by name, kept from one transaction to the next.
#[derive(Debug, Clone, Default)]
pub struct LabelsByName(HashMap<String, LabelId>);

impl LabelsByName {
    /// The labels that a project has now.
    pub fn load(connection: &Connection, project: &ProjectId) -> Result<Self, StoreError> {
        let labels = crate::labels::list(connection, project)?;
        Ok(Self(labels.into_iter().map(|label| (label.name.to_ascii_lowercase(), label.id)).collect()))
    }

    /// Whether there is a label of this name.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(&name.to_ascii_lowercase())
    }
}

/// What an import keeps from one transaction to the next.
#[derive(Debug, Clone, Default)]
pub struct Carried {
    pub labels: LabelsByName,
    /// The issues that another import brought meanwhile, by the ids that this one had for them.
    instead: HashMap<IssueId, IssueId>,
}

impl Carried {
    /// Begins with the labels that the project has.
    pub fn new(labels: LabelsByName) -> Self {
        Self { labels, instead: HashMap::new() }
    }

    fn real<'a>(&'a self, id: &'a IssueId) -> &'a IssueId {
        self.instead.get(id).unwrap_or(id)
    }
}

/// The issues of a project that came from a source, by what they are called there.
pub fn known(
    connection: &Connection,
    project: &ProjectId,
    source: &str,
) -> Result<HashMap<String, IssueId>, StoreError> {
    let rows = all(
        connection,
        "SELECT external_id, issue_id FROM external_ids WHERE project_id = ?1 AND source = ?2",
        (project.as_str(), source),
        |row| Ok((row.get::<_, String>("external_id")?, parsed(row, "issue_id")?)),
    )?;
    Ok(rows.into_iter().collect())
}

/// The `child_of` links of a project, as (child, parent).
pub fn children(connection: &Connection, project: &ProjectId) -> Result<Vec<(IssueId, IssueId)>, StoreError> {
    all(
        connection,
        "SELECT from_issue, to_issue FROM issue_links WHERE project_id = ?1 AND kind = 'child_of'",
        [project.as_str()],
        |row| Ok((parsed(row, "from_issue")?, parsed(row, "to_issue")?)),
    )
}

/// Files what arrives and was not there yet, in the order given, with the project's next numbers; answers which did.
pub fn add(
    write: &Write<'_>,
    project: &ProjectId,
    source: &str,
    arrivals: &[Arrival],
    people: &[ArrivalPerson],
    carried: &mut Carried,
) -> Result<Vec<bool>, StoreError> {
    crate::projects::expect_open(write, project)?;
    add_people(write, people)?;
    let mut claim = write.prepare_cached(
        "INSERT INTO external_ids (project_id, source, external_id, issue_id) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO NOTHING",
    )?;
    let mut came = Vec::with_capacity(arrivals.len());
    for arrival in arrivals {
        let new = claim.execute((project.as_str(), source, &arrival.external_id, arrival.id.as_str()))? == 1;
        came.push(new);
        if !new && let Some(here) = known_as(write, project, source, &arrival.external_id)? {
            carried.instead.insert(arrival.id.clone(), here);
        }
    }
    let new: Vec<&Arrival> =
        arrivals.iter().zip(&came).filter(|(_, came)| **came).map(|(arrival, _)| arrival).collect();
    if new.is_empty() {
        return Ok(came);
    }
    let count = i64::try_from(new.len()).unwrap_or(i64::MAX);
    let first: i64 = write
        .prepare_cached(
            "UPDATE projects SET next_issue_number = next_issue_number + ?2 WHERE id = ?1
             RETURNING next_issue_number - ?2",
        )?
        .query_row((project.as_str(), count), |row| row.get(0))?;
    for (arrival, number) in new.iter().zip(first..) {
        add_issue(write, project, number, arrival)?;
    }
    for arrival in &new {
        add_updates(write, arrival)?;
        add_todos(write, arrival)?;
        add_labels(write, project, arrival, &mut carried.labels)?;
        add_files(write, project, arrival)?;
    }
    // One row for all of them: whoever shows issues of this project reads them anew.
    write.changed(Topic::Issue, "", Some(project))?;
    Ok(came)
}

/// The issue that another import brought under that name.
fn known_as(
    write: &Write<'_>,
    project: &ProjectId,
    source: &str,
    external_id: &str,
) -> Result<Option<IssueId>, StoreError> {
    crate::row::first(
        write,
        "SELECT issue_id FROM external_ids WHERE project_id = ?1 AND source = ?2 AND external_id = ?3",
        (project.as_str(), source, external_id),
        |row| parsed(row, "issue_id"),
    )
}

fn add_people(write: &Write<'_>, people: &[ArrivalPerson]) -> Result<(), StoreError> {
    let mut insert = write.prepare_cached(
        "INSERT INTO people (id, kind, handle, display_name, created_at) VALUES (?1, 'guest', ?2, ?3, ?4)
         ON CONFLICT DO NOTHING",
    )?;
    for person in people {
        insert.execute((person.id.as_str(), &person.handle, &person.display_name, write.now()))?;
    }
    Ok(())
}

fn add_issue(
    write: &Write<'_>,
    project: &ProjectId,
    number: i64,
    arrival: &Arrival,
) -> Result<(), StoreError> {
    let comments = arrival.updates.iter().filter(|update| update.kind == UpdateKind::Comment).count();
    write
        .prepare_cached(
            "INSERT INTO issues (id, project_id, number, created_by, title, body, status, priority, comments,
               created_at, updated_at, resolved_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute((
            arrival.id.as_str(),
            project.as_str(),
            number,
            &arrival.created_by,
            &arrival.title,
            &arrival.body,
            arrival.status.as_str(),
            arrival.priority.as_str(),
            i64::try_from(comments).unwrap_or(i64::MAX),
            arrival.created_at,
            arrival.updated_at,
            arrival.resolved_at,
        ))?;
    Ok(())
}

fn add_updates(write: &Write<'_>, arrival: &Arrival) -> Result<(), StoreError> {
    let mut insert = write.prepare_cached(
        "INSERT INTO issue_updates (id, issue_id, author, kind, body, metadata, visibility, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for update in &arrival.updates {
        insert.execute((
            UpdateId::generate().as_str(),
            arrival.id.as_str(),
            &update.author,
            update.kind.as_str(),
            &update.body,
            update.metadata.as_ref().map(Value::to_string),
            Visibility::All.as_str(),
            update.created_at,
        ))?;
    }
    Ok(())
}

fn add_todos(write: &Write<'_>, arrival: &Arrival) -> Result<(), StoreError> {
    if arrival.todos.is_empty() {
        return Ok(());
    }
    let mut insert = write.prepare_cached(
        "INSERT INTO issue_todos (id, issue_id, content, status, kind, phase, position, notes, created_at,
           updated_at, completed_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    for (todo, position) in arrival.todos.iter().zip(0_i64..) {
        let completed = todo.status == TodoStatus::Completed;
        insert.execute((
            TodoId::generate().as_str(),
            arrival.id.as_str(),
            &todo.content,
            todo.status.as_str(),
            todo.kind.as_str(),
            &todo.phase,
            position,
            to_json(&todo.notes)?,
            arrival.created_at,
            arrival.updated_at,
            completed.then_some(arrival.resolved_at.unwrap_or(arrival.updated_at)),
        ))?;
    }
    Ok(())
}

fn add_labels(
    write: &Write<'_>,
    project: &ProjectId,
    arrival: &Arrival,
    labels: &mut LabelsByName,
) -> Result<(), StoreError> {
    for name in &arrival.labels {
        // The table compares names as SQLite's NOCASE does: ASCII letters alike.
        let folded = name.to_ascii_lowercase();
        if !labels.0.contains_key(&folded) {
            let label = crate::labels::find_or_make(write, project, name)?;
            labels.0.insert(folded.clone(), label.id);
        }
        if let Some(label) = labels.0.get(&folded) {
            write
                .prepare_cached(
                    "INSERT INTO issue_labels (issue_id, label_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                )?
                .execute((arrival.id.as_str(), label.as_str()))?;
        }
    }
    Ok(())
}

fn add_files(write: &Write<'_>, project: &ProjectId, arrival: &Arrival) -> Result<(), StoreError> {
    for ArrivalFile { name, content } in &arrival.files {
        write
            .prepare_cached(
                "INSERT INTO attachments (id, project_id, issue_id, name, media_type, size, sha256, created_by,
                   created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute((
                AttachmentId::generate().as_str(),
                project.as_str(),
                arrival.id.as_str(),
                clean_name(name),
                content.media_type,
                content.size,
                &content.sha256,
                &arrival.created_by,
                arrival.created_at,
            ))?;
    }
    Ok(())
}

/// Makes links that do not close a circle (the caller looked); answers how many were not there yet.
pub fn add_links(
    write: &Write<'_>,
    project: &ProjectId,
    links: &[ArrivalLink],
    carried: &Carried,
    actor: &Principal,
) -> Result<i64, StoreError> {
    let mut insert = write.prepare_cached(
        "INSERT INTO issue_links (id, project_id, from_issue, to_issue, kind, created_by, created_at)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
         WHERE EXISTS (SELECT 1 FROM issues WHERE id = ?3) AND EXISTS (SELECT 1 FROM issues WHERE id = ?4)
         ON CONFLICT DO NOTHING",
    )?;
    let mut made = 0;
    for link in links {
        // A link without direction is kept with the smaller id first.
        let (from, to) = (carried.real(&link.from), carried.real(&link.to));
        let turned = link.kind == Relation::RelatesTo && to < from;
        let (from, to) = if turned { (to, from) } else { (from, to) };
        made += insert.execute((
            LinkId::generate().as_str(),
            project.as_str(),
            from.as_str(),
            to.as_str(),
            link.kind.as_str(),
            actor.to_string(),
            write.now(),
        ))?;
    }
    write.changed(Topic::Issue, "", Some(project))?;
    Ok(i64::try_from(made).unwrap_or(i64::MAX))
}

/// Writes down that an import was made: one audit event for all of it.
pub fn conclude(
    write: &Write<'_>,
    project: &ProjectId,
    actor: &Principal,
    counts: &Value,
) -> Result<(), StoreError> {
    write.audit(actor, Some(project), "issue.imported", counts)
}
