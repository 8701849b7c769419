//! The rows of todos: read in their order, and made to say what a list says.

use crate::error::StoreError;
use crate::row::{all, json, parsed, to_json};
use crate::writer::Write;
use rusqlite::Connection;
use waybill_domain::Millis;
use waybill_domain::ids::{IssueId, TodoId};
use waybill_domain::principal::Principal;
use waybill_domain::todo::{Todo, TodoKind, TodoStatus};

/// A todo with what its row alone knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub todo: Todo,
    /// The path of the agent that wrote it; `None`: a person.
    pub origin_agent: Option<String>,
    /// The place among its kind, counted from 0.
    pub position: i64,
    pub created_at: Millis,
    pub updated_at: Millis,
    pub completed_at: Option<Millis>,
}

/// The todos of an issue, criteria first, in their order.
pub fn list(connection: &Connection, issue: &IssueId) -> Result<Vec<Row>, StoreError> {
    all(
        connection,
        "SELECT id, content, status, kind, origin_agent, phase, position, notes, created_at, updated_at, completed_at
         FROM issue_todos WHERE issue_id = ?1 ORDER BY kind = 'step', position, key",
        [issue.as_str()],
        |row| {
            Ok(Row {
                todo: Todo {
                    id: parsed(row, "id")?,
                    kind: parsed(row, "kind")?,
                    content: row.get("content")?,
                    status: parsed(row, "status")?,
                    phase: row.get("phase")?,
                    notes: json(row, "notes")?,
                },
                origin_agent: row.get("origin_agent")?,
                position: row.get("position")?,
                created_at: row.get("created_at")?,
                updated_at: row.get("updated_at")?,
                completed_at: row.get("completed_at")?,
            })
        },
    )
}

/// What was written.
#[derive(Debug, Default)]
pub(super) struct Difference<'a> {
    pub added: usize,
    pub changed: usize,
    pub dropped: usize,
    moved: bool,
    /// Todos that are completed and were not.
    pub completed: Vec<&'a Todo>,
}

impl Difference<'_> {
    pub(super) const fn is_none(&self) -> bool {
        self.added + self.changed + self.dropped == 0 && !self.moved
    }
}

/// Writes what differs. What stops being in progress goes first, since only one may be at any moment.
pub(super) fn write<'a>(
    write: &Write<'_>,
    issue: &IssueId,
    before: &[Row],
    after: &'a [Todo],
    actor: &Principal,
) -> Result<Difference<'a>, StoreError> {
    let mut difference = Difference::default();
    for row in before.iter().filter(|row| !after.iter().any(|todo| todo.id == row.todo.id)) {
        write.prepare_cached("DELETE FROM issue_todos WHERE id = ?1")?.execute([row.todo.id.as_str()])?;
        difference.dropped += 1;
    }
    let mut next = [0_i64; 2];
    let mut placed: Vec<(&Todo, i64)> = Vec::with_capacity(after.len());
    for todo in after {
        let position = &mut next[usize::from(todo.kind == TodoKind::Step)];
        placed.push((todo, *position));
        *position += 1;
    }
    placed.sort_by_key(|(todo, _)| todo.status == TodoStatus::InProgress);
    for (todo, position) in placed {
        let old = before.iter().find(|row| row.todo.id == todo.id);
        let completes = todo.status == TodoStatus::Completed;
        if completes && old.is_none_or(|row| row.todo.status != TodoStatus::Completed) {
            difference.completed.push(todo);
        }
        match old {
            None => {
                insert(write, issue, todo, position, actor)?;
                difference.added += 1;
            }
            Some(row) if row.todo != *todo => {
                update(write, row, todo)?;
                difference.changed += 1;
            }
            Some(_) => {}
        }
        if let Some(row) = old.filter(|row| row.position != position) {
            place(write, &row.todo.id, position)?;
            difference.moved = true;
        }
    }
    Ok(difference)
}

fn insert(
    write: &Write<'_>,
    issue: &IssueId,
    todo: &Todo,
    position: i64,
    actor: &Principal,
) -> Result<(), StoreError> {
    let origin = match actor {
        Principal::Agent(path) => Some(path),
        _ => None,
    };
    write
        .prepare_cached(
            "INSERT INTO issue_todos (id, issue_id, content, status, kind, origin_agent, phase, position, notes,
               created_at, updated_at, completed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, ?11)",
        )?
        .execute((
            todo.id.as_str(),
            issue.as_str(),
            &todo.content,
            todo.status.as_str(),
            todo.kind.as_str(),
            origin,
            &todo.phase,
            position,
            to_json(&todo.notes)?,
            write.now(),
            (todo.status == TodoStatus::Completed).then(|| write.now()),
        ))?;
    Ok(())
}

fn update(write: &Write<'_>, row: &Row, todo: &Todo) -> Result<(), StoreError> {
    let completed_at =
        (todo.status == TodoStatus::Completed).then(|| row.completed_at.unwrap_or_else(|| write.now()));
    write
        .prepare_cached(
            "UPDATE issue_todos SET content = ?2, status = ?3, kind = ?4, phase = ?5, notes = ?6, updated_at = ?7,
               completed_at = ?8 WHERE id = ?1",
        )?
        .execute((
            todo.id.as_str(),
            &todo.content,
            todo.status.as_str(),
            todo.kind.as_str(),
            &todo.phase,
            to_json(&todo.notes)?,
            write.now(),
            completed_at,
        ))?;
    Ok(())
}

/// Where a todo stands is the list's affair: its own times stay.
fn place(write: &Write<'_>, todo: &TodoId, position: i64) -> Result<(), StoreError> {
    write
        .prepare_cached("UPDATE issue_todos SET position = ?2 WHERE id = ?1")?
        .execute((todo.as_str(), position))?;
    Ok(())
}
