//! The dispatcher: owns every run at work, takes jobs, and forwards what the operator wishes.

use super::{recovery, work};
use crate::engine::Engine;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::{Id, JoinSet};
use tokio::time::Instant;
use waybill_domain::ids::{JobId, ProjectId, RunId};
use waybill_store::project_settings::ProjectSettings;
use waybill_store::runs::Wish;
use waybill_store::{Connection, StoreError, jobs, projects, runs};

/// How often commits of other processes are looked for.
const ELSEWHERE: Duration = Duration::from_millis(100);

/// Where the wishes about runs at work are put.
#[derive(Debug, Default)]
pub struct Mailboxes(Mutex<HashMap<String, watch::Sender<Option<Wish>>>>);

impl Mailboxes {
    /// The lanes of a run hear the same wishes.
    fn open(&self, run: &RunId) -> watch::Receiver<Option<Wish>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(run.to_string()).or_insert_with(|| watch::channel(None).0).subscribe()
    }

    /// Forgets a run of which no lane listens any more.
    fn close(&self, run: &RunId) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.get(run.as_str()).is_some_and(|sender| sender.receiver_count() == 0) {
            known.remove(run.as_str());
        }
    }

    fn put(&self, run: &RunId, wish: Option<Wish>) {
        if let Some(sender) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(run.as_str()) {
            sender.send_if_modified(|known| std::mem::replace(known, wish) != wish);
        }
    }
}

struct AtWork {
    run: RunId,
    lane: i64,
    project: ProjectId,
    job: JobId,
}

/// Works until the engine stops; returns once nothing is at work any more.
pub async fn dispatch(engine: &Engine) {
    recovery::recover(engine).await;
    let mut committed = engine.store().committed();
    let mut elsewhere = tokio::time::interval(ELSEWHERE);
    elsewhere.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut version = 0;
    let mut tasks = JoinSet::new();
    let mut at_work: HashMap<Id, AtWork> = HashMap::new();
    while !engine.stopping().is_cancelled() {
        // Seen before the query: a commit after this wakes the loop again.
        committed.borrow_and_update();
        let due = next_due(engine).await;
        if let Err(error) = take_jobs(engine, &mut tasks, &mut at_work).await {
            tracing::error!(%error, "jobs cannot be taken");
        }
        if !at_work.is_empty()
            && let Err(error) = forward_wishes(engine).await
        {
            tracing::error!(%error, "wishes cannot be read");
        }
        loop {
            tokio::select! {
                () = engine.stopping().cancelled() => break,
                () = until(due) => break,
                changed = committed.changed() => {
                    if changed.is_err() { return }
                    break;
                }
                _ = elsewhere.tick() => {
                    let now = engine.store().data_version().unwrap_or(version);
                    if std::mem::replace(&mut version, now) != now { break }
                }
                Some(ended) = tasks.join_next_with_id() => {
                    settle(engine, ended, &mut at_work).await;
                    break;
                }
            }
        }
    }
    while let Some(ended) = tasks.join_next_with_id().await {
        settle(engine, ended, &mut at_work).await;
    }
}

async fn take_jobs(
    engine: &Engine,
    tasks: &mut JoinSet<()>,
    at_work: &mut HashMap<Id, AtWork>,
) -> Result<(), StoreError> {
    let now = engine.store().now();
    let ready = engine.store().read(move |reader| {
        let read = |job: jobs::Job| {
            let found = find(reader, &job);
            (job.id, found)
        };
        Ok(jobs::ready(reader, now)?.into_iter().map(read).collect::<Vec<_>>())
    });
    let mut takeable = Vec::new();
    for (job, found) in ready.await? {
        match found {
            Ok(found) => takeable.push((job, found)),
            // One job that cannot be read holds up no other.
            Err(error) => {
                tracing::error!(%error, %job, "a job cannot be read");
                engine.store().write(move |write| jobs::end(write, &job, Some(&error.to_string()))).await?;
            }
        }
    }
    for (job, Found { run, lane, project, limit }) in takeable {
        let busy = at_work.values().filter(|work| work.project == project).count();
        if busy >= limit || at_work.values().any(|work| work.run == run && work.lane == lane) {
            continue;
        }
        let taken = job.clone();
        if !engine.store().write(move |write| jobs::take(write, &taken, "engine")).await? {
            continue;
        }
        let wishes = engine.mailboxes().open(&run);
        let task = tasks.spawn(work::work(engine.clone(), run.clone(), lane, job.clone(), wishes));
        at_work.insert(task.id(), AtWork { run, lane, project, job });
    }
    Ok(())
}

struct Found {
    run: RunId,
    lane: i64,
    project: ProjectId,
    /// How many sandboxes of the project may work at once.
    limit: usize,
}

/// The run and lane that a job is about.
fn find(connection: &Connection, job: &jobs::Job) -> Result<Found, StoreError> {
    let id = job.payload.get("run_id").and_then(|id| id.as_str()?.parse::<RunId>().ok());
    let id = id.ok_or_else(|| StoreError::Unreadable(format!("job {} names no run", job.id)))?;
    let run = runs::by_id(connection, &id)?;
    let project = projects::by_id(connection, &run.project_id)?;
    // Settings that cannot be read fail the run itself, where the person sees it.
    let limit = ProjectSettings::read(&project.settings).map_or(1, |settings| settings.concurrent_sandboxes);
    let lane = job.payload.get("lane").and_then(serde_json::Value::as_i64).unwrap_or_default();
    Ok(Found { run: run.id, lane, project: run.project_id, limit: usize::try_from(limit).unwrap_or(1) })
}

/// When the next job that waits for its time may begin.
async fn next_due(engine: &Engine) -> Option<Instant> {
    let now = engine.store().now();
    let due = engine.store().read(move |reader| jobs::next_due(reader, now)).await.ok().flatten()?;
    Some(Instant::now() + Duration::from_millis(u64::try_from(due - now).unwrap_or_default()))
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

async fn forward_wishes(engine: &Engine) -> Result<(), StoreError> {
    for run in engine.store().read(|reader| runs::active(reader)).await? {
        engine.mailboxes().put(&run.id, run.wish);
    }
    Ok(())
}

async fn settle(
    engine: &Engine,
    ended: Result<(Id, ()), tokio::task::JoinError>,
    at_work: &mut HashMap<Id, AtWork>,
) {
    let (id, fault) = match ended {
        Ok((id, ())) => (id, None),
        Err(error) => (error.id(), Some(error)),
    };
    let Some(work) = at_work.remove(&id) else { return };
    engine.mailboxes().close(&work.run);
    if let Some(error) = fault {
        tracing::error!(%error, run = %work.run, "a run's task ended badly");
        super::conclude::fail_badly(engine, &work.run, work.lane, &work.job).await;
    }
}
