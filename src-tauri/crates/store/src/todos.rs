//! Todos of issues: the rows behind the checklist and its Markdown (SPEC 3, "Todos").
//!
//! Steps and notes stay on their rows; only a criterion that is claimed or completed, and the closing of an issue
//! against its criteria, become part of the issue's history.

mod law;
mod rows;

pub use rows::{Row as TodoRow, list};

use crate::changes::Topic;
use crate::error::StoreError;
use crate::issue_updates;
use crate::issues::Issue;
use crate::writer::Write;
use rusqlite::Connection;
use serde_json::json;
use waybill_domain::ids::{IssueId, TodoId};
use waybill_domain::principal::Principal;
use waybill_domain::todo::{Todo, TodoKind, TodoStatus, markdown, one_line, start};

/// The todos of an issue as Markdown.
pub fn markdown(connection: &Connection, issue: &IssueId) -> Result<String, StoreError> {
    Ok(markdown::write(&plain(&list(connection, issue)?)))
}

/// Replaces the todos of an issue by edited Markdown. When a line cannot be read, or the list is no longer the one
/// that was edited (`edited`, when it is given), nothing is changed.
pub fn set(
    write: &Write<'_>,
    issue: &Issue,
    text: &str,
    edited: Option<&str>,
    actor: &Principal,
) -> Result<(), StoreError> {
    let before = list(write, &issue.id)?;
    let todos = plain(&before);
    if edited.is_some_and(|edited| edited.trim_end() != markdown::write(&todos).trim_end()) {
        return Err(StoreError::Conflict(format!(
            "the todos of issue #{} changed meanwhile; look at them again before you edit",
            issue.number
        )));
    }
    let reading = markdown::read(text, &todos).map_err(|faults| StoreError::Invalid(told(&faults)))?;
    store(write, issue, &before, &reading.todos, actor)
}

/// Every fault in one sentence, the first twenty by line.
fn told(faults: &[markdown::LineFault]) -> String {
    const TOLD: usize = 20;
    let mut told: Vec<_> = faults.iter().take(TOLD).map(ToString::to_string).collect();
    if let Some(more) = faults.len().checked_sub(TOLD).filter(|more| *more > 0) {
        told.push(format!("and {more} more lines"));
    }
    told.join("; ")
}

/// Adds a todo at the end of its kind, or of its phase when one is named and there.
pub fn add(
    write: &Write<'_>,
    issue: &Issue,
    kind: TodoKind,
    content: &str,
    phase: Option<&str>,
    actor: &Principal,
) -> Result<TodoId, StoreError> {
    let before = list(write, &issue.id)?;
    let mut todos = plain(&before);
    let phase = phase.map(one_line).filter(|phase| !phase.is_empty());
    let in_phase = |todo: &Todo| todo.kind == kind && (phase.is_none() || todo.phase == phase);
    let last = todos.iter().rposition(in_phase).or_else(|| todos.iter().rposition(|todo| todo.kind == kind));
    // Criteria stand above steps.
    let at = last.map_or(if kind == TodoKind::Criterion { 0 } else { todos.len() }, |last| last + 1);
    let id = TodoId::generate();
    let status = TodoStatus::Pending;
    let todo =
        Todo { id: id.clone(), kind, content: content.trim().to_owned(), status, phase, notes: Vec::new() };
    todos.insert(at, todo);
    store(write, issue, &before, &todos, actor)?;
    Ok(id)
}

/// Replaces the steps of an issue by a plan of contents and phases; one of the same content and phase stays what it
/// was, and criteria stay as they are.
pub fn plan(
    write: &Write<'_>,
    issue: &Issue,
    steps: &[(String, Option<String>)],
    actor: &Principal,
) -> Result<(), StoreError> {
    let before = list(write, &issue.id)?;
    let (mut after, mut old): (Vec<Todo>, Vec<Todo>) =
        plain(&before).into_iter().partition(|todo| todo.kind == TodoKind::Criterion);
    for (content, phase) in steps {
        let content = content.trim();
        let phase = phase.as_deref().map(one_line).filter(|phase| !phase.is_empty());
        let same = old.iter().position(|todo| todo.content == content && todo.phase == phase);
        after.push(match same {
            Some(at) => old.remove(at),
            None => Todo {
                id: TodoId::generate(),
                kind: TodoKind::Step,
                content: content.to_owned(),
                status: TodoStatus::Pending,
                phase,
                notes: Vec::new(),
            },
        });
    }
    store(write, issue, &before, &after, actor)
}

/// What of a todo is to be changed.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    pub content: Option<String>,
    pub status: Option<TodoStatus>,
    /// A note to append.
    pub note: Option<String>,
    /// The place among its kind, counted from 0; past the end is the end.
    pub position: Option<usize>,
}

/// Changes one todo; starting it puts the one that was in progress back to pending.
pub fn edit(
    write: &Write<'_>,
    issue: &Issue,
    todo: &TodoId,
    edit: &Edit,
    actor: &Principal,
) -> Result<(), StoreError> {
    let before = list(write, &issue.id)?;
    let mut todos = plain(&before);
    let at = todos
        .iter()
        .position(|other| other.id == *todo)
        .ok_or_else(|| StoreError::not_found("todo", todo))?;
    if let Some(content) = &edit.content {
        content.trim().clone_into(&mut todos[at].content);
    }
    match edit.status {
        Some(TodoStatus::InProgress) => start(&mut todos, at),
        Some(status) => todos[at].status = status,
        None => {}
    }
    if let Some(note) = &edit.note {
        let note = one_line(note);
        if note.is_empty() {
            return Err(StoreError::Invalid("the note is empty".to_owned()));
        }
        todos[at].notes.push(note);
    }
    if let Some(position) = edit.position {
        let moved = todos.remove(at);
        let of_kind = todos.iter().filter(|todo| todo.kind == moved.kind).count();
        let first = if moved.kind == TodoKind::Criterion { 0 } else { todos.len() - of_kind };
        todos.insert(first + position.min(of_kind), moved);
    }
    store(write, issue, &before, &todos, actor)
}

/// How an issue stands against its definition of done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Criteria {
    /// How many there are that were not dropped.
    pub all: usize,
    /// The texts of those that nobody has completed or claimed.
    pub open: Vec<String>,
}

impl Criteria {
    /// Whether there are some, and all of them are completed or claimed.
    pub const fn is_met(&self) -> bool {
        self.all > 0 && self.open.is_empty()
    }
}

/// The criteria of an issue.
pub fn criteria(connection: &Connection, issue: &IssueId) -> Result<Criteria, StoreError> {
    let mut found = Criteria { all: 0, open: Vec::new() };
    for row in list(connection, issue)? {
        let todo = row.todo;
        if todo.kind == TodoKind::Criterion && todo.status != TodoStatus::Abandoned {
            found.all += 1;
            if todo.status != TodoStatus::Completed {
                found.open.push(todo.content);
            }
        }
    }
    Ok(found)
}

/// Says against which criteria an issue was closed, when it has any.
pub(crate) fn note_closed(write: &Write<'_>, issue: &Issue) -> Result<(), StoreError> {
    let Criteria { all: criteria, open } = criteria(write, &issue.id)?;
    if criteria == 0 {
        return Ok(());
    }
    let met = criteria - open.len();
    let text = match criteria {
        1 => format!("Closed with {met} of 1 criterion completed."),
        _ => format!("Closed with {met} of {criteria} criteria completed."),
    };
    let metadata = json!({"criteria": criteria, "completed": met});
    issue_updates::system_note(write, issue, &text, metadata).map(drop)
}

/// Makes the rows say what `after` says, touching only those that differ.
fn store(
    write: &Write<'_>,
    issue: &Issue,
    before: &[TodoRow],
    after: &[Todo],
    actor: &Principal,
) -> Result<(), StoreError> {
    law::check(before, after, actor)?;
    let difference = rows::write(write, &issue.id, before, after, actor)?;
    if difference.is_none() {
        return Ok(());
    }
    for todo in difference.completed.iter().filter(|todo| todo.kind == TodoKind::Criterion) {
        note_criterion(write, issue, todo, actor)?;
    }
    write.changed(Topic::Issue, issue.id.as_str(), Some(&issue.project_id))?;
    let change = json!({
        "issue": issue.number,
        "added": difference.added,
        "changed": difference.changed,
        "dropped": difference.dropped,
    });
    write.audit(actor, Some(&issue.project_id), "issue.todos_changed", &change)
}

fn note_criterion(
    write: &Write<'_>,
    issue: &Issue,
    todo: &Todo,
    actor: &Principal,
) -> Result<(), StoreError> {
    let (text, event) = match actor {
        Principal::Agent(path) => {
            (format!("{path} claims that a criterion is met: {}", todo.content), "criterion_claimed")
        }
        _ => (format!("Criterion completed: {}", todo.content), "criterion_completed"),
    };
    let metadata = json!({"todo": todo.id, "event": event, "by": actor.to_string()});
    issue_updates::system_note(write, issue, &text, metadata).map(drop)
}

fn plain(rows: &[TodoRow]) -> Vec<Todo> {
    rows.iter().map(|row| row.todo.clone()).collect()
}

#[cfg(test)]
mod tests;
