//! What an engine does first: ends what an engine before it left behind, and lets its work go on (SPEC 16).

use crate::engine::Engine;
use crate::sandbox;
use std::collections::HashSet;
use std::ffi::OsString;
use waybill_store::{jobs, sandboxes};

/// Ends leftover processes, frees jobs, and removes workspaces that belong to nothing. Only under the lease.
pub(super) async fn recover(engine: &Engine) {
    let live = match engine.store().read(|reader| sandboxes::live(reader)).await {
        Ok(live) => live,
        Err(error) => {
            tracing::error!(%error, "sandboxes cannot be read");
            return;
        }
    };
    for sandbox in &live {
        let ended = sandbox::end_leftovers(&sandbox.id).await;
        if !ended.is_empty() {
            tracing::warn!(sandbox = %sandbox.id, ?ended, "processes of an earlier start were ended");
        }
    }
    if let Err(error) = engine.store().write(jobs::release_all).await {
        tracing::error!(%error, "jobs cannot be released");
    }
    let kept = live.into_iter().map(|sandbox| OsString::from(sandbox.id.as_str())).collect();
    let workspaces = engine.store().directory().join("workspaces");
    let removed = tokio::task::spawn_blocking(move || remove_others(&workspaces, &kept)).await;
    if !matches!(removed, Ok(Ok(()))) {
        tracing::warn!(?removed, "workspaces left behind could not all be removed");
    }
}

fn remove_others(workspaces: &std::path::Path, kept: &HashSet<OsString>) -> std::io::Result<()> {
    let entries = match std::fs::read_dir(workspaces) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        if !kept.contains(&entry.file_name()) {
            super::remove::remove_directory(&entry.path())?;
        }
    }
    Ok(())
}
