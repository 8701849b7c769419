//! The audit trail: append-only, each row's hash covers the row before it (SPEC 3).

use crate::error::StoreError;
use rusqlite::{Connection, OptionalExtension};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use waybill_domain::Millis;
use waybill_domain::ids::{AuditId, ProjectId};
use waybill_domain::principal::Principal;

/// A row at which the trail does not hold together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditFault {
    pub seq: i64,
    pub what: &'static str,
}

pub(crate) fn append(
    connection: &Connection,
    actor: &Principal,
    project: Option<&ProjectId>,
    event: &str,
    metadata: &Value,
    at: Millis,
) -> Result<(), StoreError> {
    let previous: Option<String> = connection
        .prepare_cached("SELECT hash FROM audit_events ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    let row = Row {
        id: AuditId::generate().to_string(),
        project_id: project.map(ToString::to_string),
        at,
        actor: actor.to_string(),
        event: event.to_owned(),
        metadata: metadata.to_string(),
        prev_hash: previous.unwrap_or_default(),
    };
    connection
        .prepare_cached(
            "INSERT INTO audit_events (id, project_id, at, actor, event, metadata, prev_hash, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute((
            &row.id,
            &row.project_id,
            row.at,
            &row.actor,
            &row.event,
            &row.metadata,
            &row.prev_hash,
            row.hash(),
        ))?;
    Ok(())
}

/// Walks the whole trail; the first row that was changed, or before which one was removed.
pub fn verify(connection: &Connection) -> Result<(i64, Option<AuditFault>), StoreError> {
    let mut statement = connection.prepare(
        "SELECT id, project_id, at, actor, event, metadata, prev_hash, hash, seq FROM audit_events ORDER BY seq",
    )?;
    let mut rows = statement.query([])?;
    let (mut count, mut expected, mut next) = (0, String::new(), None);
    while let Some(row) = rows.next()? {
        let (hash, seq): (String, i64) = (row.get(7)?, row.get(8)?);
        let read = Row {
            id: row.get(0)?,
            project_id: row.get(1)?,
            at: row.get(2)?,
            actor: row.get(3)?,
            event: row.get(4)?,
            metadata: row.get(5)?,
            prev_hash: row.get(6)?,
        };
        let what = if read.prev_hash != expected || next.is_some_and(|next| next != seq) {
            Some("a row before it was removed")
        } else if read.hash() != hash {
            Some("the row was changed")
        } else {
            None
        };
        if let Some(what) = what {
            return Ok((count, Some(AuditFault { seq, what })));
        }
        (count, expected, next) = (count + 1, hash, Some(seq + 1));
    }
    // AUTOINCREMENT remembers the last number given: rows cut off at the end leave a gap to it.
    let given: Option<i64> = connection
        .query_row("SELECT seq FROM sqlite_sequence WHERE name = 'audit_events'", [], |row| row.get(0))
        .optional()?;
    let fault = match (given, next) {
        (Some(given), Some(next)) if given >= next => {
            Some(AuditFault { seq: next, what: "rows at the end were removed" })
        }
        (Some(given), None) if given > 0 => Some(AuditFault { seq: 1, what: "rows at the end were removed" }),
        _ => None,
    };
    Ok((count, fault))
}

struct Row {
    id: String,
    project_id: Option<String>,
    at: Millis,
    actor: String,
    event: String,
    metadata: String,
    prev_hash: String,
}

impl Row {
    /// SHA-256 over the fields, each with its length before it, so that no two rows read alike.
    fn hash(&self) -> String {
        let mut hasher = Sha256::new();
        let at = self.at.to_string();
        let fields = [
            &self.prev_hash,
            &self.id,
            self.project_id.as_deref().unwrap_or(""),
            &at,
            &self.actor,
            &self.event,
            &self.metadata,
        ];
        for field in fields {
            hasher.update((field.len() as u64).to_be_bytes());
            hasher.update(field.as_bytes());
        }
        hasher.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}
