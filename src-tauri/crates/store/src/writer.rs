//! The one write path: a thread that owns the write connection and commits in groups.
//!
//! What has gathered in the queue becomes one transaction, each closure in a savepoint of its own, so that one
//! failure is its own; then all are answered. Nothing is announced before it is committed.

use crate::audit;
use crate::changes::{self, Topic};
use crate::error::StoreError;
use crate::open::Clock;
use crate::origin;
use crate::texts;
use crate::upkeep;
use rusqlite::{Connection, TransactionBehavior};
use serde_json::Value;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::time::Duration;
use tokio::sync::{oneshot, watch};
use waybill_domain::Millis;
use waybill_domain::ids::ProjectId;
use waybill_domain::principal::Principal;

/// The most closures in one transaction: bounds how long a reader of the log and an answer wait.
const GROUP: usize = 512;

/// A write transaction in progress.
#[derive(Debug)]
pub struct Write<'a> {
    connection: &'a Connection,
    now: Millis,
    /// Where the change comes from, when an agent asked for it.
    origin: Option<Value>,
}

impl Deref for Write<'_> {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        self.connection
    }
}

impl<'a> Write<'a> {
    pub(crate) const fn new(connection: &'a Connection, now: Millis) -> Self {
        Self { connection, now, origin: None }
    }

    /// The same transaction, for a change that comes from there.
    pub(crate) fn coming_from(&self, origin: Option<Value>) -> Self {
        Self { connection: self.connection, now: self.now, origin }
    }

    /// Where the change comes from, when an agent asked for it.
    pub(crate) const fn origin(&self) -> Option<&Value> {
        self.origin.as_ref()
    }

    /// The time that everything in this transaction bears.
    pub const fn now(&self) -> Millis {
        self.now
    }

    /// Records that something changed, in the same transaction as the change.
    pub fn changed(&self, topic: Topic, entity: &str, project: Option<&ProjectId>) -> Result<(), StoreError> {
        changes::record(self.connection, topic, entity, project, self.now)
    }

    /// Appends to the audit trail, in the same transaction as what it speaks of.
    pub fn audit(
        &self,
        actor: &Principal,
        project: Option<&ProjectId>,
        event: &str,
        metadata: &Value,
    ) -> Result<(), StoreError> {
        let told = self.origin().and_then(|origin| origin::told(Some(metadata.clone()), Some(origin)));
        audit::append(self.connection, actor, project, event, told.as_ref().unwrap_or(metadata), self.now)
    }

    /// Does one part of several, each of which may fail for itself: of one that fails, nothing is kept.
    pub fn attempt<T>(
        &self,
        part: impl FnOnce(&Write<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        in_savepoint(self, part)
    }
}

/// A queued closure with its caller.
trait Job: Send {
    /// Runs the closure in its savepoint and keeps what it gave.
    fn run(&mut self, write: &Write<'_>);
    /// As `run`, without a savepoint; whether it went well. If not, the transaction is to be rolled back.
    fn run_first(&mut self, write: &Write<'_>) -> bool;
    /// Tells the caller, once it is known whether the transaction was committed.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

struct Task<T, F> {
    work: Option<F>,
    result: Option<Result<T, StoreError>>,
    caller: oneshot::Sender<Result<T, StoreError>>,
}

impl<T: Send, F: FnOnce(&Write<'_>) -> Result<T, StoreError> + Send> Job for Task<T, F> {
    fn run(&mut self, write: &Write<'_>) {
        self.result = self.work.take().map(|work| in_savepoint(write, work));
    }

    fn run_first(&mut self, write: &Write<'_>) -> bool {
        self.result = self.work.take().map(|work| caught(write, work));
        self.result.as_ref().is_some_and(Result::is_ok)
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let Self { result, caller, .. } = *self;
        let result = committed.and_then(|()| result.unwrap_or(Err(StoreError::Closed)));
        // A caller that has gone away is not waiting for the answer.
        drop(caller.send(result));
    }
}

pub(crate) struct Writer {
    queue: Option<mpsc::Sender<Box<dyn Job>>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Writer {
    pub(crate) fn start(connection: Connection, clock: Clock, announce: watch::Sender<i64>) -> Self {
        let (queue, jobs) = mpsc::channel::<Box<dyn Job>>();
        let thread = std::thread::Builder::new()
            .name("waybill-writer".to_owned())
            .spawn(move || run(connection, &clock, &announce, &jobs))
            .ok();
        // Without its thread the receiver is gone, and every write answers that Waybill is closing.
        Self { queue: Some(queue), thread }
    }

    pub(crate) fn submit<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Write<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<oneshot::Receiver<Result<T, StoreError>>, StoreError> {
        let (caller, receiver) = oneshot::channel();
        let job = Box::new(Task { work: Some(work), result: None, caller });
        self.queue.as_ref().ok_or(StoreError::Closed)?.send(job).map_err(|_| StoreError::Closed)?;
        Ok(receiver)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
        {
            drop(thread.join());
        }
    }
}

fn run(
    mut connection: Connection,
    clock: &Clock,
    announce: &watch::Sender<i64>,
    jobs: &mpsc::Receiver<Box<dyn Job>>,
) {
    // An index may be left from an import, or from processes that were too short to tidy.
    let mut untidy = Some(upkeep::IDLE);
    while let Some(first) = next(jobs, untidy) {
        let Some(first) = first else {
            untidy = match upkeep::tidy(&mut connection) {
                Ok(more) => more.then_some(upkeep::PAUSE),
                Err(error) => {
                    tracing::debug!(%error, "the full-text indexes stay as they are for now");
                    None
                }
            };
            continue;
        };
        untidy = Some(upkeep::IDLE);
        let mut group = vec![first];
        let committed = commit_group(&mut connection, clock(), jobs, &mut group);
        for job in group {
            job.answer(committed.as_ref().map(|_| ()).map_err(copy));
        }
        if let Ok(seq) = committed {
            announce.send_if_modified(|last| seq > std::mem::replace(last, seq.max(*last)));
        }
    }
}

/// The next job; within `Some` nothing when none came in that time. `None`: there will be no more.
#[expect(clippy::option_option, reason = "no job yet and never a job again are two things")]
fn next(jobs: &mpsc::Receiver<Box<dyn Job>>, patience: Option<Duration>) -> Option<Option<Box<dyn Job>>> {
    let Some(patience) = patience else { return jobs.recv().ok().map(Some) };
    match jobs.recv_timeout(patience) {
        Ok(job) => Some(Some(job)),
        Err(mpsc::RecvTimeoutError::Timeout) => Some(None),
        Err(mpsc::RecvTimeoutError::Disconnected) => None,
    }
}

/// Runs what has gathered as one transaction; answers the change log's last number.
fn commit_group(
    connection: &mut Connection,
    now: Millis,
    jobs: &mpsc::Receiver<Box<dyn Job>>,
    group: &mut Vec<Box<dyn Job>>,
) -> Result<i64, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let write = Write::new(&transaction, now);
    if let Ok(second) = jobs.try_recv() {
        group.push(second);
    }
    if let [only] = group.as_mut_slice() {
        // What fails before anything else was done takes nothing with it. And a large one is much quicker without a
        // savepoint, in which each statement costs more the more pages were changed before it.
        let well = only.run_first(&write);
        still_open(&transaction)?;
        if !well {
            transaction.rollback()?;
            return changes::last(connection);
        }
    } else {
        for job in group.iter_mut() {
            job.run(&write);
            still_open(&transaction)?;
        }
    }
    while group.len() < GROUP {
        let Ok(mut job) = jobs.try_recv() else { break };
        job.run(&write);
        group.push(job);
        still_open(&transaction)?;
    }
    texts::index(&transaction)?;
    let seq = changes::prune(&transaction)?;
    transaction.commit()?;
    Ok(seq)
}

/// After some faults (no memory, a broken disk) `SQLite` itself has rolled everything back: nothing more may run, since
/// it would be committed on its own.
pub(crate) fn still_open(transaction: &Connection) -> Result<(), StoreError> {
    if transaction.is_autocommit() {
        Err(StoreError::Unreadable("the transaction was rolled back".to_owned()))
    } else {
        Ok(())
    }
}

fn in_savepoint<T>(
    write: &Write<'_>,
    work: impl FnOnce(&Write<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    write.connection.prepare_cached("SAVEPOINT one")?.execute([])?;
    let result = caught(write, work);
    if result.is_err() {
        write.connection.prepare_cached("ROLLBACK TO one")?.execute([])?;
    }
    write.connection.prepare_cached("RELEASE one")?.execute([])?;
    result
}

/// A panic is one caller's error, not the end of all writing.
fn caught<T>(
    write: &Write<'_>,
    work: impl FnOnce(&Write<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(|| work(write)))
        .unwrap_or_else(|_| Err(StoreError::Unreadable("a write panicked".to_owned())))
}

/// A fault of the whole transaction, told to each of its callers.
fn copy(error: &StoreError) -> StoreError {
    match error {
        StoreError::Full => StoreError::Full,
        StoreError::ReadOnly => StoreError::ReadOnly,
        StoreError::Locked => StoreError::Locked,
        StoreError::Closed => StoreError::Closed,
        other => StoreError::Unreadable(other.to_string()),
    }
}
