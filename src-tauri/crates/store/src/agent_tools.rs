//! Agent tools that the operator added.

use crate::changes::Topic;
use crate::error::StoreError;
use crate::row::all;
use crate::writer::Write;
use rusqlite::Connection;
use serde_json::json;
use waybill_domain::principal::Principal;

/// A custom tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomTool {
    pub name: String,
    pub command: String,
    /// arg, stdin or file.
    pub prompt_by: String,
}

/// The custom tools, by name.
pub fn list(connection: &Connection) -> Result<Vec<CustomTool>, StoreError> {
    all(connection, "SELECT name, command, prompt_by FROM agent_tools ORDER BY name", [], |row| {
        Ok(CustomTool { name: row.get(0)?, command: row.get(1)?, prompt_by: row.get(2)? })
    })
}

/// Adds a tool, or replaces the one of that name.
pub fn put(write: &Write<'_>, tool: &CustomTool, actor: &Principal) -> Result<(), StoreError> {
    write
        .prepare_cached(
            "INSERT INTO agent_tools VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (name) DO UPDATE SET command = ?2, prompt_by = ?3",
        )?
        .execute((&tool.name, &tool.command, &tool.prompt_by, write.now()))?;
    write.changed(Topic::Tool, &tool.name, None)?;
    write.audit(actor, None, "tool.added", &json!({"name": tool.name, "command": tool.command}))
}

/// Removes a tool; answers whether it was there.
pub fn remove(write: &Write<'_>, name: &str, actor: &Principal) -> Result<bool, StoreError> {
    if write.prepare_cached("DELETE FROM agent_tools WHERE name = ?1")?.execute([name])? == 0 {
        return Ok(false);
    }
    write.changed(Topic::Tool, name, None)?;
    write.audit(actor, None, "tool.removed", &json!({ "name": name }))?;
    Ok(true)
}
