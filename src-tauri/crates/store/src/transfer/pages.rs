//! Issues with their todos, labels and comments, page by page, for an export that people read.

use crate::error::StoreError;
use crate::labels;
use crate::row::{all, json, parsed, to_json};
use crate::transfer::Viewer;
use rusqlite::Connection;
use std::collections::HashMap;
use waybill_domain::Millis;
use waybill_domain::ids::{IssueId, ProjectId};
use waybill_domain::issue::{Priority, Status};
use waybill_domain::todo::Todo;

/// An issue as a person reads it.
#[derive(Debug, Clone)]
pub struct IssuePage {
    pub id: IssueId,
    pub number: i64,
    pub title: String,
    pub body: String,
    pub status: Status,
    pub priority: Priority,
    pub created_by: String,
    pub created_at: Millis,
    pub updated_at: Millis,
    pub resolved_at: Option<Millis>,
    pub labels: Vec<String>,
    pub todos: Vec<Todo>,
    /// The oldest first.
    pub comments: Vec<PageComment>,
}

/// A comment as a person reads it.
#[derive(Debug, Clone)]
pub struct PageComment {
    pub author: String,
    pub body: String,
    pub created_at: Millis,
}

/// The issues after a number, in the order of numbers, as the viewer may see them.
pub fn issues(
    connection: &Connection,
    project: &ProjectId,
    viewer: &Viewer,
    after: i64,
    limit: u32,
) -> Result<Vec<IssuePage>, StoreError> {
    let own = match viewer {
        Viewer::Guest { own } => own.as_deref(),
        Viewer::Operator => None,
    };
    let mut pages = all(
        connection,
        "SELECT id, number, title, body, status, priority, created_by, created_at, updated_at, resolved_at
         FROM issues WHERE project_id = ?1 AND number > ?2 AND (?3 IS NULL OR created_by = ?3)
         ORDER BY number LIMIT ?4",
        (project.as_str(), after, own, limit),
        |row| {
            Ok(IssuePage {
                id: parsed(row, "id")?,
                number: row.get("number")?,
                title: row.get("title")?,
                body: row.get("body")?,
                status: parsed(row, "status")?,
                priority: parsed(row, "priority")?,
                created_by: row.get("created_by")?,
                created_at: row.get("created_at")?,
                updated_at: row.get("updated_at")?,
                resolved_at: row.get("resolved_at")?,
                labels: Vec::new(),
                todos: Vec::new(),
                comments: Vec::new(),
            })
        },
    )?;
    let ids: Vec<IssueId> = pages.iter().map(|page| page.id.clone()).collect();
    let mut labels = labels::of_issues(connection, &ids.iter().collect::<Vec<_>>())?;
    let mut todos = todos(connection, &ids)?;
    let mut comments = comments(connection, &ids, viewer)?;
    for page in &mut pages {
        let of_issue = labels.remove(page.id.as_str()).unwrap_or_default();
        page.labels = of_issue.into_iter().map(|label| label.name).collect();
        page.todos = todos.remove(page.id.as_str()).unwrap_or_default();
        page.comments = comments.remove(page.id.as_str()).unwrap_or_default();
    }
    Ok(pages)
}

fn todos(connection: &Connection, ids: &[IssueId]) -> Result<HashMap<String, Vec<Todo>>, StoreError> {
    let rows = all(
        connection,
        "SELECT t.issue_id, t.id, t.kind, t.content, t.status, t.phase, t.notes FROM json_each(?1) wanted
         JOIN issue_todos t ON t.issue_id = wanted.value ORDER BY t.issue_id, t.position",
        [to_json(&ids)?],
        |row| {
            let todo = Todo {
                id: parsed(row, "id")?,
                kind: parsed(row, "kind")?,
                content: row.get("content")?,
                status: parsed(row, "status")?,
                phase: row.get("phase")?,
                notes: json(row, "notes")?,
            };
            Ok((row.get("issue_id")?, todo))
        },
    )?;
    Ok(grouped(rows))
}

fn comments(
    connection: &Connection,
    ids: &[IssueId],
    viewer: &Viewer,
) -> Result<HashMap<String, Vec<PageComment>>, StoreError> {
    let rows = all(
        connection,
        "SELECT u.issue_id, u.author, u.body, u.created_at FROM json_each(?1) wanted
         JOIN issue_updates u ON u.issue_id = wanted.value
         WHERE u.kind = 'comment' AND (?2 OR u.visibility = 'all') ORDER BY u.issue_id, u.key",
        (to_json(&ids)?, *viewer == Viewer::Operator),
        |row| {
            let comment = PageComment {
                author: row.get("author")?,
                body: row.get::<_, Option<String>>("body")?.unwrap_or_default(),
                created_at: row.get("created_at")?,
            };
            Ok((row.get("issue_id")?, comment))
        },
    )?;
    Ok(grouped(rows))
}

fn grouped<T>(rows: Vec<(String, T)>) -> HashMap<String, Vec<T>> {
    let mut groups: HashMap<String, Vec<T>> = HashMap::new();
    for (issue, item) in rows {
        groups.entry(issue).or_default().push(item);
    }
    groups
}
