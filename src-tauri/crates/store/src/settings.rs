//! The operator's settings: one JSON value a key.

use crate::changes::Topic;
use crate::error::StoreError;
use crate::row::{all, first, json};
use crate::writer::Write;
use rusqlite::Connection;
use serde_json::{Map, Value, json};
use waybill_domain::principal::Principal;

/// All settings that differ from their defaults.
pub fn all_set(connection: &Connection) -> Result<Map<String, Value>, StoreError> {
    let rows = all(connection, "SELECT key, value FROM settings", [], |row| {
        Ok((row.get::<_, String>("key")?, json::<Value>(row, "value")?))
    })?;
    Ok(rows.into_iter().collect())
}

/// One setting, when it was set.
pub fn get(connection: &Connection, key: &str) -> Result<Option<Value>, StoreError> {
    first(connection, "SELECT value FROM settings WHERE key = ?1", [key], |row| json(row, "value"))
}

/// Sets some settings.
pub fn set(write: &Write<'_>, values: &Map<String, Value>, actor: &Principal) -> Result<(), StoreError> {
    for (key, value) in values {
        write
            .prepare_cached(
                "INSERT INTO settings VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2",
            )?
            .execute((key, value.to_string()))?;
        write.changed(Topic::Setting, key, None)?;
    }
    let keys: Vec<&String> = values.keys().collect();
    write.audit(actor, None, "settings.changed", &json!({ "keys": keys }))
}
