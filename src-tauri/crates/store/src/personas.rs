//! Personas of a project: those that ship with Waybill, and its own in their place or beside them.

use crate::error::StoreError;
use rusqlite::Connection;
use waybill_domain::ids::ProjectId;
use waybill_domain::persona::{Persona, built_in};

/// The persona of this name.
pub fn find(
    _connection: &Connection,
    _project: &ProjectId,
    name: &str,
) -> Result<Option<Persona>, StoreError> {
    Ok(built_in::find(name))
}
