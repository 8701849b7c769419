//! Updates: the history and the comments of an issue; taking changes back is in `undo`.

mod undo;

pub use undo::undo;

use crate::changes::Topic;
use crate::error::StoreError;
use crate::issues::{self, Issue};
use crate::origin;
use crate::row::{Cells, all, first};
use crate::writer::Write;
use rusqlite::{Connection, Row};
use serde_json::{Value, json};
use waybill_domain::Millis;
use waybill_domain::ids::{IssueId, UpdateId};
use waybill_domain::issue::{UpdateKind, Visibility, check_comment};
use waybill_domain::principal::Principal;

/// An update.
#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    pub id: UpdateId,
    /// The order of updates, and the cursor of their pages.
    pub key: i64,
    pub author: String,
    pub kind: UpdateKind,
    pub body: Option<String>,
    pub metadata: Option<Value>,
    pub visibility: Visibility,
    pub created_at: Millis,
}

/// What a new update is made of.
#[derive(Debug, Clone)]
pub struct NewUpdate {
    pub kind: UpdateKind,
    pub body: Option<String>,
    pub metadata: Option<Value>,
    pub visibility: Visibility,
}

/// The columns of `read`, in its order.
const COLUMNS: &str = "key, id, author, kind, body, metadata, visibility, created_at";

fn read(row: &Row<'_>) -> Result<Update, StoreError> {
    let mut cells = Cells::of(row);
    Ok(Update {
        key: cells.get()?,
        id: cells.parsed()?,
        author: cells.get()?,
        kind: cells.parsed()?,
        body: cells.get()?,
        metadata: cells
            .get::<Option<String>>()?
            .map(|text| serde_json::from_str(&text))
            .transpose()
            .map_err(|error| StoreError::Unreadable(format!("metadata: {error}")))?,
        visibility: cells.parsed()?,
        created_at: cells.get()?,
    })
}

/// A page of an issue's updates, newest first, older than `before` when it is given.
pub fn page(
    connection: &Connection,
    issue: &IssueId,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<Update>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM issue_updates WHERE issue_id = ?1 AND key < ?2 ORDER BY key DESC LIMIT ?3"
    );
    all(connection, &sql, (issue.as_str(), before.unwrap_or(i64::MAX), limit), read)
}

/// As `page`, of what guests see: nothing that is the operator's alone, nor what an issue is assigned to.
pub(crate) fn visible_page(
    connection: &Connection,
    issue: &IssueId,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<Update>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM issue_updates WHERE issue_id = ?1 AND key < ?2 AND visibility = 'all'
           AND kind <> 'assignment_change' ORDER BY key DESC LIMIT ?3"
    );
    all(connection, &sql, (issue.as_str(), before.unwrap_or(i64::MAX), limit), read)
}

/// The update with this id, of this issue.
pub fn get(connection: &Connection, issue: &IssueId, id: &UpdateId) -> Result<Update, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM issue_updates WHERE id = ?1 AND issue_id = ?2");
    first(connection, &sql, (id.as_str(), issue.as_str()), read)?
        .ok_or_else(|| StoreError::not_found("update", id))
}

pub(crate) fn insert(
    write: &Write<'_>,
    issue: &IssueId,
    new: &NewUpdate,
    author: &Principal,
) -> Result<UpdateId, StoreError> {
    let id = UpdateId::generate();
    write
        .prepare_cached(
            "INSERT INTO issue_updates (id, issue_id, author, kind, body, metadata, visibility, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute((
            id.as_str(),
            issue.as_str(),
            author.to_string(),
            new.kind.as_str(),
            &new.body,
            origin::told(new.metadata.clone(), write.origin()).as_ref().map(Value::to_string),
            new.visibility.as_str(),
            write.now(),
        ))?;
    Ok(id)
}

/// Comments on an issue.
pub fn comment(
    write: &Write<'_>,
    issue: &Issue,
    body: &str,
    visibility: Visibility,
    author: &Principal,
) -> Result<Update, StoreError> {
    let new = NewUpdate {
        kind: UpdateKind::Comment,
        body: Some(check_comment(body)?.to_owned()),
        metadata: None,
        visibility,
    };
    let id = insert(write, &issue.id, &new, author)?;
    write
        .prepare_cached("UPDATE issues SET comments = comments + 1 WHERE id = ?1")?
        .execute([issue.id.as_str()])?;
    issues::touch(write, issue)?;
    write.audit(author, Some(&issue.project_id), "issue.commented", &json!({ "issue": issue.number }))?;
    get(write, &issue.id, &id)
}

/// Says something about an issue in Waybill's own voice.
pub fn system_note(
    write: &Write<'_>,
    issue: &Issue,
    body: &str,
    metadata: Value,
) -> Result<UpdateId, StoreError> {
    let new = NewUpdate {
        kind: UpdateKind::SystemNote,
        body: Some(body.to_owned()),
        metadata: Some(metadata),
        visibility: Visibility::All,
    };
    let id = insert(write, &issue.id, &new, &Principal::System)?;
    issues::touch(write, issue)?;
    Ok(id)
}

/// Shows an update to guests, or hides it from them.
pub fn show(
    write: &Write<'_>,
    issue: &Issue,
    id: &UpdateId,
    visibility: Visibility,
    actor: &Principal,
) -> Result<Update, StoreError> {
    let update = get(write, &issue.id, id)?;
    if update.visibility == visibility {
        return Ok(update);
    }
    write
        .prepare_cached("UPDATE issue_updates SET visibility = ?2 WHERE id = ?1")?
        .execute((id.as_str(), visibility.as_str()))?;
    write.changed(Topic::Issue, issue.id.as_str(), Some(&issue.project_id))?;
    let event = match visibility {
        Visibility::All => "issue.update_shown",
        Visibility::OperatorOnly => "issue.update_hidden",
    };
    write.audit(actor, Some(&issue.project_id), event, &json!({"issue": issue.number, "update": id}))?;
    get(write, &issue.id, id)
}
