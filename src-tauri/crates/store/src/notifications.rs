//! Notifications: what the operator was told.

use crate::changes::Topic;
use crate::error::StoreError;
use crate::row::{all, parsed};
use crate::writer::Write;
use rusqlite::Connection;
use waybill_domain::Millis;
use waybill_domain::ids::{NotificationId, ProjectId};

/// A notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    pub id: NotificationId,
    pub project_slug: String,
    pub kind: String,
    pub title: String,
    pub body: String,
    pub link: String,
    pub created_at: Millis,
    pub read_at: Option<Millis>,
}

/// What a new notification says.
#[derive(Debug, Clone)]
pub struct NewNotification {
    pub kind: &'static str,
    pub title: String,
    pub body: String,
    pub link: String,
}

/// The operator's notifications that are not dismissed, newest first.
pub fn list(
    connection: &Connection,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<Notification>, StoreError> {
    all(
        connection,
        "SELECT n.id, p.slug, n.type, n.title, n.body, n.link, n.created_at, n.read_at
             FROM notifications n JOIN projects p ON p.id = n.project_id
             WHERE n.user = 'operator' AND n.dismissed_at IS NULL AND n.id < ?1 ORDER BY n.id DESC LIMIT ?2",
        (before.unwrap_or("~"), limit),
        |row| {
            Ok(Notification {
                id: parsed(row, "id")?,
                project_slug: row.get("slug")?,
                kind: row.get("type")?,
                title: row.get("title")?,
                body: row.get("body")?,
                link: row.get("link")?,
                created_at: row.get("created_at")?,
                read_at: row.get("read_at")?,
            })
        },
    )
}

/// How many are neither read nor dismissed.
pub fn unread(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT count(*) FROM notifications WHERE user = 'operator' AND read_at IS NULL AND dismissed_at IS NULL",
        )?
        .query_row([], |row| row.get(0))?)
}

/// Tells the operator something.
pub fn insert(
    write: &Write<'_>,
    project: &ProjectId,
    new: &NewNotification,
) -> Result<NotificationId, StoreError> {
    let id = NotificationId::generate();
    write
        .prepare_cached(
            "INSERT INTO notifications (id, project_id, user, type, title, body, link, created_at)
             VALUES (?1, ?2, 'operator', ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((id.as_str(), project.as_str(), new.kind, &new.title, &new.body, &new.link, write.now()))?;
    write.changed(Topic::Notification, id.as_str(), Some(project))?;
    Ok(id)
}

/// Marks notifications as read, or dismisses them; no ids means all.
pub fn mark(write: &Write<'_>, ids: &[NotificationId], dismiss: bool) -> Result<(), StoreError> {
    let column = if dismiss { "dismissed_at" } else { "read_at" };
    let list = crate::row::to_json(&ids)?;
    let sql = format!(
        "UPDATE notifications SET {column} = ?1, read_at = coalesce(read_at, ?1) WHERE user = 'operator' AND {column} IS NULL
           AND (json_array_length(?2) = 0 OR id IN (SELECT value FROM json_each(?2)))"
    );
    let sql = if dismiss { sql } else { sql.replace(", read_at = coalesce(read_at, ?1)", "") };
    if write.prepare_cached(&sql)?.execute((write.now(), list))? > 0 {
        write.changed(Topic::Notification, ids.first().map_or("", NotificationId::as_str), None)?;
    }
    Ok(())
}
