//! What is done in the background once the window is usable: the database is looked over and backed up daily
//! (SPEC 16). Only under the lease, one chore after another, never in the way of a run.

use crate::engine::Engine;
use crate::health;
use std::path::{Path, PathBuf};
use std::time::Duration;
use waybill_domain::Millis;

/// How long the start is left alone.
const FIRST: Duration = Duration::from_secs(20);
/// How often it is asked whether a backup is due.
const EVERY: Duration = Duration::from_hours(1);
const DAY: Millis = 24 * 3_600_000;
/// How many daily backups are kept.
const KEPT: usize = 7;

/// Does the chores until the engine stops.
pub(crate) async fn run(engine: Engine) {
    let mut wait = FIRST;
    loop {
        tokio::select! {
            () = engine.stopping().cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
        if wait == FIRST {
            look_over(&engine).await;
        }
        back_up(&engine).await;
        wait = EVERY;
    }
}

async fn look_over(engine: &Engine) {
    match engine.store().read(|reader| waybill_store::quick_check(reader)).await {
        Ok(faults) if faults.is_empty() => {}
        Ok(faults) => {
            tracing::error!(?faults, "the database is damaged; a backup lies in the data directory");
        }
        Err(error) => tracing::error!(%error, "the database could not be looked over"),
    }
}

async fn back_up(engine: &Engine) {
    let (store, now) = (engine.store().clone(), engine.store().now());
    let done = tokio::task::spawn_blocking(move || -> Result<(), String> {
        let folder = store.directory().join("backups");
        let mut daily = dailies(&folder);
        if daily.last().is_some_and(|newest| age(newest, now) < DAY) {
            return Ok(());
        }
        let target = folder.join(format!("daily-{now:013}.db"));
        health::write_backup(&store, &target).map_err(|error| error.to_string())?;
        daily.push(target);
        for old in daily.iter().rev().skip(KEPT) {
            std::fs::remove_file(old).map_err(|error| error.to_string())?;
        }
        Ok(())
    });
    match done.await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(error, "the daily backup was not made"),
        Err(error) => tracing::warn!(%error, "the daily backup was not made"),
    }
}

/// The daily backups, the oldest first; their names hold their times.
fn dailies(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut found: Vec<PathBuf> = entries.filter(|path| time_of(path).is_some()).collect();
    found.sort();
    found
}

fn time_of(path: &Path) -> Option<Millis> {
    path.file_name()?.to_str()?.strip_prefix("daily-")?.strip_suffix(".db")?.parse().ok()
}

fn age(path: &Path, now: Millis) -> Millis {
    time_of(path).map_or(Millis::MAX, |at| now.saturating_sub(at))
}

#[cfg(test)]
mod tests {
    use super::{age, dailies};

    #[test]
    fn only_daily_backups_are_counted_and_the_newest_is_last() {
        let folder = tempfile::tempdir().expect("a temporary directory");
        for name in ["daily-1700000000002.db", "daily-1700000000001.db", "mine.db", "daily-x.db"] {
            std::fs::write(folder.path().join(name), "").expect("is written");
        }
        let found = dailies(folder.path());
        assert_eq!(found.len(), 2, "a backup that the person made is never removed");
        assert_eq!(age(&found[1], 1_700_000_000_005), 3);
    }
}
