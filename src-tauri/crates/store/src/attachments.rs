//! Attachments: files at issues. Their bytes are `attachment_files`'s.

use crate::attachment_files::{self, Content};
use crate::error::StoreError;
use crate::issues::{self, Issue};
use crate::open::Store;
use crate::row::{all, first, parsed, parsed_option};
use crate::writer::Write;
use rusqlite::{Connection, Row};
use serde_json::json;
use std::path::Path;
use waybill_domain::Millis;
use waybill_domain::ids::{AttachmentId, IssueId, ProjectId};
use waybill_domain::principal::Principal;

/// The most files at one issue: more are a folder, which belongs elsewhere.
const PER_ISSUE: i64 = 200;
/// The most characters of a name.
const NAME: usize = 255;

/// A file at an issue, or one whose issue is not filed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    pub id: AttachmentId,
    pub project_id: ProjectId,
    pub issue_id: Option<IssueId>,
    pub name: String,
    pub media_type: String,
    pub size: i64,
    pub sha256: String,
    pub created_by: String,
    pub created_at: Millis,
}

const COLUMNS: &str = "id, project_id, issue_id, name, media_type, size, sha256, created_by, created_at";

fn read(row: &Row<'_>) -> Result<Attachment, StoreError> {
    Ok(Attachment {
        id: parsed(row, "id")?,
        project_id: parsed(row, "project_id")?,
        issue_id: parsed_option(row, "issue_id")?,
        name: row.get("name")?,
        media_type: row.get("media_type")?,
        size: row.get("size")?,
        sha256: row.get("sha256")?,
        created_by: row.get("created_by")?,
        created_at: row.get("created_at")?,
    })
}

/// The files at an issue, in the order of their arrival.
pub fn list(connection: &Connection, issue: &IssueId) -> Result<Vec<Attachment>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM attachments WHERE issue_id = ?1 ORDER BY id");
    all(connection, &sql, [issue.as_str()], read)
}

/// The attachment with this id, unless its issue is in the trash.
pub fn get(connection: &Connection, id: &AttachmentId) -> Result<Attachment, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM attachments WHERE id = ?1 AND trash_id IS NULL");
    first(connection, &sql, [id.as_str()], read)?.ok_or_else(|| StoreError::not_found("attachment", id))
}

/// Adds a file whose content lies in the data directory `home`: at an issue, or loose until one adopts it.
pub fn insert(
    write: &Write<'_>,
    home: &Path,
    (project, issue): (&ProjectId, Option<&Issue>),
    (name, content): (&str, &Content),
    actor: &Principal,
) -> Result<Attachment, StoreError> {
    crate::projects::expect_open(write, project)?;
    // The clean-up removes content that no row refers to, in a transaction as this one is.
    if !attachment_files::path(home, &content.sha256).is_some_and(|path| path.is_file()) {
        return Err(StoreError::Conflict("the file was removed meanwhile; add it again".to_owned()));
    }
    let id = AttachmentId::generate();
    write
        .prepare_cached(
            "INSERT INTO attachments (id, project_id, issue_id, name, media_type, size, sha256, created_by, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute((
            id.as_str(),
            project.as_str(),
            issue.map(|issue| issue.id.as_str()),
            clean_name(name),
            content.media_type,
            content.size,
            &content.sha256,
            actor.to_string(),
            write.now(),
        ))?;
    let attachment = get(write, &id)?;
    if let Some(issue) = issue {
        check_room(write, issue)?;
        issues::touch(write, issue)?;
        audit(write, issue, &attachment, "issue.attachment_uploaded", actor)?;
    }
    Ok(attachment)
}

/// Puts loose files at an issue, which is being filed or is there already. A person's loose files are theirs alone;
/// the operator may take anyone's.
pub fn adopt(
    write: &Write<'_>,
    issue: &Issue,
    ids: &[AttachmentId],
    actor: &Principal,
) -> Result<(), StoreError> {
    for id in ids {
        let attachment = get(write, id)?;
        let theirs = *actor == Principal::Operator || attachment.created_by == actor.to_string();
        if attachment.project_id != issue.project_id || !theirs {
            return Err(StoreError::not_found("attachment", id));
        }
        let adopted = write
            .prepare_cached("UPDATE attachments SET issue_id = ?2 WHERE id = ?1 AND issue_id IS NULL")?
            .execute((id.as_str(), issue.id.as_str()))?;
        if adopted == 0 {
            return Err(StoreError::Conflict(format!("'{}' is at an issue already", attachment.name)));
        }
        audit(write, issue, &attachment, "issue.attachment_uploaded", actor)?;
    }
    check_room(write, issue)
}

/// Removes a file from its issue. Its bytes go with [`remove_unused`], after this is committed.
pub fn remove(write: &Write<'_>, attachment: &Attachment, actor: &Principal) -> Result<(), StoreError> {
    delete(write, &attachment.id)?;
    if let Some(id) = &attachment.issue_id {
        let issue = issues::by_id(write, id)?;
        issues::touch(write, &issue)?;
        audit(write, &issue, attachment, "issue.attachment_removed", actor)?;
    }
    Ok(())
}

/// Removes the content of `sha256` from the data directory when no row refers to it; answers whether it did. In a
/// transaction of its own, so that no row of an upload comes between.
pub fn remove_unused(write: &Write<'_>, home: &Path, sha256: &str) -> Result<bool, StoreError> {
    remove_unused_older(write, home, sha256, Millis::MAX)
}

/// What a clean-up removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Files whose issue was never filed.
    pub loose: usize,
    /// Contents that no row refers to.
    pub contents: usize,
}

/// Removes files whose issue was not filed and contents that no row refers to, both older than `before`. Blocks.
pub fn sweep(store: &Store, before: Millis) -> Result<Swept, StoreError> {
    let loose = store.write_blocking(move |write| remove_loose(write, before))?;
    let old = attachment_files::older_than(store.directory(), before)
        .map_err(|error| StoreError::from(attachment_files::FileFault::Io(error)))?;
    let mut contents = 0;
    for part in old.chunks(100) {
        let (home, part) = (store.directory().to_owned(), part.to_vec());
        contents += store.write_blocking(move |write| {
            let mut removed = 0;
            for sha256 in &part {
                removed += usize::from(remove_unused_older(write, &home, sha256, before)?);
            }
            Ok(removed)
        })?;
    }
    Ok(Swept { loose, contents })
}

/// A name without folders and without what would hide or turn its characters; at most 255 characters, the extension
/// kept.
pub fn clean_name(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = base.chars().filter(|c| !is_hidden(*c)).collect();
    let shown = shown.trim().trim_end_matches(['.', ' ']);
    if shown.trim_matches('.').is_empty() {
        return "attachment".to_owned();
    }
    if shown.chars().count() <= NAME {
        return shown.to_owned();
    }
    let extension = shown.rsplit_once('.').map(|(_, extension)| extension);
    let extension = extension.filter(|extension| extension.chars().count() <= 16).unwrap_or_default();
    let dot = if extension.is_empty() { "" } else { "." };
    let room = NAME - extension.chars().count() - dot.len();
    let stem: String = shown.chars().take(room).collect();
    format!("{stem}{dot}{extension}")
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || waybill_domain::text::has_hidden_characters(c.encode_utf8(&mut [0; 4]))
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{2060}' | '\u{061c}')
}

fn check_room(write: &Write<'_>, issue: &Issue) -> Result<(), StoreError> {
    let count: i64 = write
        .prepare_cached("SELECT attachments FROM issues WHERE id = ?1")?
        .query_row([issue.id.as_str()], |row| row.get(0))?;
    if count > PER_ISSUE {
        return Err(StoreError::Invalid(format!("an issue holds at most {PER_ISSUE} files")));
    }
    Ok(())
}

fn audit(
    write: &Write<'_>,
    issue: &Issue,
    attachment: &Attachment,
    event: &str,
    actor: &Principal,
) -> Result<(), StoreError> {
    let what = json!({
        "issue": issue.number, "attachment": attachment.id, "name": attachment.name,
        "size": attachment.size, "sha256": attachment.sha256,
    });
    write.audit(actor, Some(&issue.project_id), event, &what)
}

fn delete(write: &Write<'_>, id: &AttachmentId) -> Result<(), StoreError> {
    write.prepare_cached("DELETE FROM attachments WHERE id = ?1")?.execute([id.as_str()])?;
    Ok(())
}

fn remove_loose(write: &Write<'_>, before: Millis) -> Result<usize, StoreError> {
    Ok(write
        .prepare_cached(
            "DELETE FROM attachments WHERE issue_id IS NULL AND trash_id IS NULL AND created_at < ?1",
        )?
        .execute([before])?)
}

fn remove_unused_older(
    write: &Write<'_>,
    home: &Path,
    sha256: &str,
    before: Millis,
) -> Result<bool, StoreError> {
    let used: bool = write
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM attachments WHERE sha256 = ?1)")?
        .query_row([sha256], |row| row.get(0))?;
    if used {
        return Ok(false);
    }
    attachment_files::remove(home, sha256, before)
        .map_err(|error| attachment_files::FileFault::Io(error).into())
}

#[cfg(test)]
mod tests;
