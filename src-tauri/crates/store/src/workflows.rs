//! Workflows of a project: those that ship with Waybill, and its own in their place or beside them.

use crate::error::StoreError;
use rusqlite::Connection;
use waybill_domain::ids::ProjectId;
use waybill_domain::workflow::{Definition, WorkflowType, built_in};

/// A workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workflow {
    pub name: String,
    pub kind: WorkflowType,
    pub description: String,
    pub definition: Definition,
    /// 0: as it ships; each saving counts one further.
    pub version: i64,
    pub enabled: bool,
}

/// The workflow of this name.
pub fn find(
    _connection: &Connection,
    _project: &ProjectId,
    name: &str,
) -> Result<Option<Workflow>, StoreError> {
    Ok(built_in::find(name).map(|known| Workflow {
        name: known.name.to_owned(),
        kind: known.kind,
        description: known.description.to_owned(),
        definition: known.definition,
        version: 0,
        enabled: true,
    }))
}
