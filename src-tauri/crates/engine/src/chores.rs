//! What is done in the background once the window is usable: the database is looked over and backed up daily
//! (SPEC 16), and what was removed or never filed goes when its time has come (SPEC 3). Only under the lease, one chore after another, never in the way of a run.

use crate::engine::Engine;
use crate::health;
use crate::runs::{self, delivery};
use std::path::{Path, PathBuf};
use std::time::Duration;
use waybill_domain::Millis;
use waybill_store::{StoreError, attachments, trash};

/// How long the start is left alone.
const FIRST: Duration = Duration::from_secs(20);
/// How often it is asked whether a backup is due.
const EVERY: Duration = Duration::from_hours(1);
const DAY: Millis = 24 * 3_600_000;
/// How long a file waits for its issue to be filed.
const LOOSE: Millis = DAY;
/// How long the agents' own sessions of a run are kept that nobody takes up again.
const SESSIONS: Millis = 30 * DAY;
/// How many removed things go at once.
const GONE_AT_ONCE: u32 = 100;
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
        clean_up(&engine).await;
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

/// Lets go of what was removed 30 days ago and of files that belong to nothing.
async fn clean_up(engine: &Engine) {
    let now = engine.store().now();
    if let Err(error) = empty_trash(engine, now.saturating_sub(trash::KEPT)).await {
        tracing::warn!(%error, "the trash was not emptied");
    }
    runs::forget_sessions(engine, now.saturating_sub(SESSIONS)).await;
    let store = engine.store().clone();
    // After the trash, whose files then belong to nothing.
    let swept =
        tokio::task::spawn_blocking(move || attachments::sweep(&store, now.saturating_sub(LOOSE))).await;
    match swept {
        Ok(Ok(swept)) if swept == attachments::Swept::default() => {}
        Ok(Ok(swept)) => tracing::info!(?swept, "files that belonged to nothing were removed"),
        Ok(Err(error)) => tracing::warn!(%error, "the attachments were not cleaned up"),
        Err(error) => tracing::warn!(%error, "the attachments were not cleaned up"),
    }
}

async fn empty_trash(engine: &Engine, before: Millis) -> Result<(), StoreError> {
    loop {
        let old = engine.store().read(move |reader| trash::expired(reader, before, GONE_AT_ONCE)).await?;
        if old.is_empty() {
            return Ok(());
        }
        for item in old.iter().filter(|item| item.kind == trash::Kind::Run) {
            if let Err(error) = delivery::forget(engine, item).await {
                // The hidden ref stays; it harms nobody.
                tracing::warn!(%error, "the commit of a removed branch is kept");
            }
        }
        engine.store().write(move |write| old.iter().try_for_each(|item| trash::purge(write, item))).await?;
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
    use super::{DAY, age, clean_up, dailies};
    use crate::engine::Engine;
    use crate::place::Place;
    use crate::secrets::Forgetful;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};
    use std::time::SystemTime;
    use waybill_domain::Millis;
    use waybill_domain::issue::Priority;
    use waybill_domain::principal::Principal;
    use waybill_store::projects::{self, NewProject};
    use waybill_store::{Store, attachment_files, attachments, issues, trash};

    #[tokio::test]
    async fn what_was_removed_30_days_ago_is_gone_for_good_with_its_files() {
        let home = tempfile::tempdir().expect("a temporary directory");
        // Files bear the time of the machine, so the clock begins there.
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("is later than 1970");
        let now = Arc::new(AtomicI64::new(Millis::try_from(since.as_millis()).expect("fits")));
        let clock = Arc::clone(&now);
        let store = Store::open(home.path(), Arc::new(move || clock.load(Ordering::Relaxed))).expect("opens");
        let place = Place {
            user_home: home.path().to_owned(),
            user_name: "ana".to_owned(),
            user_path: std::ffi::OsString::new(),
            environment: Vec::new(),
            program: None,
        };
        let engine = Engine::new(store.clone(), place, Arc::new(Forgetful::default()));
        let content = attachment_files::keep(home.path(), b"words").expect("is stored");
        let path = attachment_files::path(home.path(), &content.sha256).expect("a place");
        let folder = home.path().to_owned();
        let removed = store.write(move |write| {
            let who = &Principal::Operator;
            let new = NewProject {
                slug: "demo".to_owned(),
                name: "Demo".to_owned(),
                root_path: "/repository".into(),
                git_common_dir: "/repository/.git".into(),
                default_branch: "main".to_owned(),
                github_repo: None,
            };
            let project = projects::insert(write, &new, who)?.id;
            let new = issues::NewIssue {
                title: "one".to_owned(),
                body: String::new(),
                priority: Priority::Medium,
                labels: Vec::new(),
            };
            let issue = issues::insert(write, &project, &new, who)?;
            attachments::insert(write, &folder, (&project, Some(&issue)), ("a.txt", &content), who)?;
            trash::remove_issue(write, &issue, who)
        });
        let item = removed.await.expect("is removed");
        now.fetch_add(29 * DAY, Ordering::Relaxed);
        clean_up(&engine).await;
        let id = item.id.clone();
        let kept = store.read(move |reader| trash::get(reader, &id)).await;
        assert!(kept.is_ok() && path.is_file(), "for 30 days all of it can be restored");
        now.fetch_add(DAY + 1, Ordering::Relaxed);
        clean_up(&engine).await;
        let gone = store.read(move |reader| trash::get(reader, &item.id)).await;
        assert!(gone.is_err(), "then it takes no room any more");
        assert!(!path.exists(), "and neither do its files");
    }

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
