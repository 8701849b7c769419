//! What an engine does first: ends what an engine before it left behind, and lets its work go on (SPEC 16).

use super::remove::{remove_quietly, try_to_remove};
use crate::engine::Engine;
use crate::sandbox;
use std::collections::HashSet;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use waybill_store::{StoreError, jobs, sandboxes};

/// How long a workspace is kept whose work could not be collected (SPEC 7, `workspace_keep_days`).
const KEPT_MS: i64 = 7 * 86_400_000;

/// Ends leftover processes, frees jobs, and removes workspaces that belong to nothing. Only under the lease.
pub(super) async fn recover(engine: &Engine) {
    let mut pause = Duration::from_millis(200);
    while let Err(error) = try_to_recover(engine).await {
        tracing::error!(%error, "an earlier start's runs cannot be recovered yet");
        tokio::select! {
            () = engine.stopping().cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        pause = (pause * 2).min(Duration::from_secs(10));
    }
}

async fn try_to_recover(engine: &Engine) -> Result<(), StoreError> {
    let since = engine.store().now() - KEPT_MS;
    let read =
        engine.store().read(move |reader| Ok((sandboxes::live(reader)?, sandboxes::kept(reader, since)?)));
    let (live, kept) = read.await?;
    for sandbox in &live {
        let ended = sandbox::end_leftovers(&sandbox.id).await;
        if !ended.is_empty() {
            tracing::warn!(sandbox = %sandbox.id, ?ended, "processes of an earlier start were ended");
        }
    }
    engine.store().write(jobs::release_all).await?;
    let wanted = live.iter().map(|sandbox| &sandbox.id).chain(&kept);
    let wanted = wanted.map(|id| OsString::from(id.as_str())).collect();
    let workspaces = engine.store().directory().join("workspaces");
    match tokio::task::spawn_blocking(move || others(&workspaces, &wanted)).await {
        Ok(Ok(others)) => {
            for directory in others {
                // What still holds one of them holds up neither the others nor the work.
                if try_to_remove(&directory).await.is_err() {
                    tokio::spawn(remove_quietly(directory));
                }
            }
        }
        unread => tracing::warn!(?unread, "workspaces that were left behind cannot be found"),
    }
    Ok(())
}

/// The workspaces that are not among those that are kept.
fn others(workspaces: &Path, kept: &HashSet<OsString>) -> io::Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(workspaces) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut others = Vec::new();
    for entry in entries {
        let entry = entry?;
        if !kept.contains(&entry.file_name()) {
            others.push(entry.path());
        }
    }
    Ok(others)
}
