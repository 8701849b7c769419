//! `waybill restore FILE`

use super::Shown;
use super::project::absolute;
use crate::session::{self, Session};
use serde_json::json;
use std::path::{Path, PathBuf};
use waybill_api::error::ApiError;

/// Puts a backup in the place of the database, which nobody may have open; where the former one is kept.
pub fn run(file: &Path) -> Result<Option<PathBuf>, ApiError> {
    let home = session::places()?.home;
    Ok(waybill_store::restore(&home, &absolute(file)?, session::now())?)
}

/// Tells what was done once the database was opened, and so brought to this Waybill's schema.
pub async fn told(session: &Session, file: &Path, kept: Option<&Path>, shown: Shown) -> Result<(), ApiError> {
    let found = session.call("project_list", json!({})).await?;
    let projects = found.as_array().map_or(0, Vec::len);
    let answer = json!({
        "path": session.app.store().directory().join("waybill.db"), "from": file, "kept": kept,
        "projects": projects,
    });
    shown.answer(&answer, |_| {
        let kept = kept.map_or_else(String::new, |kept| format!("; the former one is {}", kept.display()));
        format!("{} is in place of the database, with {projects} projects{kept}\n", file.display())
    })
}
