//! Updates: the history and the comments of an issue, and taking changes back.

use crate::error::StoreError;
use crate::issues::{self, Issue};
use crate::labels;
use crate::row::{all, first, parsed};
use crate::writer::Write;
use rusqlite::{Connection, Row};
use serde_json::{Value, json};
use waybill_domain::Millis;
use waybill_domain::ids::{IssueId, UpdateId};
use waybill_domain::issue::{Move, UpdateKind, Via, Visibility, check_comment};
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

const COLUMNS: &str = "key, id, author, kind, body, metadata, visibility, created_at";

fn read(row: &Row<'_>) -> Result<Update, StoreError> {
    let metadata: Option<String> = row.get("metadata")?;
    Ok(Update {
        id: parsed(row, "id")?,
        key: row.get("key")?,
        author: row.get("author")?,
        kind: parsed(row, "kind")?,
        body: row.get("body")?,
        metadata: metadata
            .map(|text| serde_json::from_str(&text))
            .transpose()
            .map_err(|error| StoreError::Unreadable(format!("metadata: {error}")))?,
        visibility: parsed(row, "visibility")?,
        created_at: row.get("created_at")?,
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
            new.metadata.as_ref().map(Value::to_string),
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

/// Takes recorded changes back, newest first; each only when nothing came after it that it would overwrite.
pub fn undo(
    write: &Write<'_>,
    issue: &Issue,
    ids: &[UpdateId],
    actor: &Principal,
) -> Result<Vec<UpdateId>, StoreError> {
    let mut wanted = ids.iter().map(|id| get(write, &issue.id, id)).collect::<Result<Vec<_>, _>>()?;
    wanted.sort_by_key(|update| std::cmp::Reverse(update.key));
    let mut recorded = Vec::new();
    let mut moves = wanted.iter().filter(|update| update.kind == UpdateKind::StatusChange);
    if let Some(newest) = moves.next() {
        let oldest = moves.next_back().unwrap_or(newest);
        let (from, to) = (word(newest, "to")?, word(oldest, "from")?);
        expect(issue.status.as_str() == from, issue)?;
        let status = to.parse().map_err(|error| StoreError::Unreadable(format!("{error}")))?;
        recorded.push(issues::record_move(
            write,
            issue,
            Move { from: issue.status, to: status },
            Via::Undo,
            actor,
        )?);
        issues::set_status(write, issue, status, actor)?;
        let assignment = oldest.metadata.as_ref().and_then(|metadata| metadata.get("assignment")?.as_str());
        issues::set_assignment(write, &issue.id, assignment)?;
        let change = json!({"issue": issue.number, "from": issue.status, "to": status, "via": Via::Undo});
        write.audit(actor, Some(&issue.project_id), "issue.status_changed", &change)?;
    }
    let mut edit = issues::Edit::default();
    for update in wanted {
        match update.kind {
            UpdateKind::TitleEdit => {
                expect(issue.title == word(&update, "to")?, issue)?;
                edit.title = Some(word(&update, "from")?.to_owned());
            }
            UpdateKind::BodyEdit => {
                expect(issue.body == word(&update, "after")?, issue)?;
                edit.body = Some(word(&update, "before")?.to_owned());
            }
            UpdateKind::PriorityChange => {
                expect(issue.priority.as_str() == word(&update, "to")?, issue)?;
                let before = word(&update, "from")?.parse();
                edit.priority = Some(before.map_err(|error| StoreError::Unreadable(format!("{error}")))?);
            }
            UpdateKind::LabelChange => {
                let (added, removed) = (words(&update, "added"), words(&update, "removed"));
                let mut names: Vec<String> =
                    labels::of_issue(write, &issue.id)?.into_iter().map(|label| label.name).collect();
                names.retain(|name| !added.contains(name));
                names.extend(removed);
                edit.labels = Some(names);
            }
            UpdateKind::StatusChange => {}
            kind => return Err(StoreError::Conflict(format!("a {kind} cannot be taken back"))),
        }
    }
    recorded.extend(issues::edit(write, issue, &edit, actor)?);
    Ok(recorded)
}

fn expect(unchanged: bool, issue: &Issue) -> Result<(), StoreError> {
    if unchanged {
        return Ok(());
    }
    Err(StoreError::Conflict(format!("issue #{} changed since; undo would overwrite that", issue.number)))
}

fn word<'a>(update: &'a Update, key: &str) -> Result<&'a str, StoreError> {
    update
        .metadata
        .as_ref()
        .and_then(|metadata| metadata.get(key)?.as_str())
        .ok_or_else(|| StoreError::Unreadable(format!("update {} has no '{key}'", update.id)))
}

fn words(update: &Update, key: &str) -> Vec<String> {
    let list = update.metadata.as_ref().and_then(|metadata| metadata.get(key)?.as_array());
    list.into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect()
}
