//! Which secrets are set; their values lie in the keychain and never here.

use crate::changes::Topic;
use crate::error::StoreError;
use crate::row::all;
use crate::writer::Write;
use rusqlite::Connection;
use serde_json::json;
use waybill_domain::Millis;
use waybill_domain::ids::ProjectId;
use waybill_domain::principal::Principal;

/// The names of the secrets that are set, with when.
pub fn list(connection: &Connection) -> Result<Vec<(String, Millis)>, StoreError> {
    all(connection, "SELECT name, updated_at FROM secrets ORDER BY name", [], |row| {
        Ok((row.get("name")?, row.get("updated_at")?))
    })
}

/// Records that a secret was set or removed.
pub fn record(
    write: &Write<'_>,
    name: &str,
    project: Option<&ProjectId>,
    is_set: bool,
    actor: &Principal,
) -> Result<(), StoreError> {
    if is_set {
        write
            .prepare_cached(
                "INSERT INTO secrets VALUES (?1, ?2, ?3) ON CONFLICT (name) DO UPDATE SET updated_at = ?3",
            )?
            .execute((name, project.map(ProjectId::as_str), write.now()))?;
    } else {
        write.prepare_cached("DELETE FROM secrets WHERE name = ?1")?.execute([name])?;
    }
    write.changed(Topic::Secret, name, project)?;
    write.audit(
        actor,
        project,
        if is_set { "secret.set" } else { "secret.removed" },
        &json!({ "name": name }),
    )
}
