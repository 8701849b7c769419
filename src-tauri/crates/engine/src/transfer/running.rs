//! Transfers at work: started, watched and cancelled by their ids, kept until the application ends.

use super::control::{Control, TransferError};
use super::report::Report;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use waybill_domain::ids::TransferId;
use waybill_store::{Store, Topic};

/// The shortest time between two words to those who watch.
const PACE: Duration = Duration::from_millis(100);

waybill_domain::words! {
    /// Where a transfer stands.
    pub enum State { Running = "running", Completed = "completed", Failed = "failed", Cancelled = "cancelled" }
}

/// A transfer as it stands.
#[derive(Debug, Clone)]
pub struct Status {
    pub id: TransferId,
    pub state: State,
    /// How many entries are done, of how many; 0 of 0 until they are counted.
    pub done: i64,
    pub total: i64,
    /// Present once it has ended well.
    pub report: Option<Report>,
    /// What ended it, in one sentence.
    pub error: Option<String>,
}

/// All transfers since the start.
#[derive(Debug, Default)]
pub struct Transfers(Mutex<HashMap<TransferId, Arc<One>>>);

#[derive(Debug)]
struct One {
    cancel: CancellationToken,
    status: Mutex<Status>,
    told: Mutex<Instant>,
}

impl Transfers {
    /// Starts `work` off the runtime's threads; answers at once. Must be called on the runtime.
    pub fn start(
        &self,
        store: &Store,
        work: impl FnOnce(&Store, &Control<'_>) -> Result<Report, TransferError> + Send + 'static,
    ) -> Status {
        let id = TransferId::generate();
        let status =
            Status { id: id.clone(), state: State::Running, done: 0, total: 0, report: None, error: None };
        let one = Arc::new(One {
            cancel: CancellationToken::new(),
            status: Mutex::new(status.clone()),
            told: Mutex::new(Instant::now()),
        });
        lock(&self.0).insert(id, Arc::clone(&one));
        let store = store.clone();
        let runtime = tokio::runtime::Handle::current();
        tokio::task::spawn_blocking(move || {
            let progress = |done, total| one.progress(&store, &runtime, done, total);
            let control = Control { progress: &progress, cancel: &one.cancel };
            let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(&store, &control)));
            one.end(ended.unwrap_or_else(|_| {
                Err(TransferError::Shape("Waybill made a mistake while it worked".to_owned()))
            }));
            one.tell(&store, &runtime);
        });
        status
    }

    /// A transfer as it stands now.
    pub fn get(&self, id: &TransferId) -> Option<Status> {
        let one = lock(&self.0).get(id).cloned()?;
        let status = lock(&one.status).clone();
        Some(status)
    }

    /// Asks a transfer to stop; what is in already stays.
    pub fn cancel(&self, id: &TransferId) -> Option<Status> {
        let one = lock(&self.0).get(id).cloned()?;
        one.cancel.cancel();
        let status = lock(&one.status).clone();
        Some(status)
    }

    /// Asks all of them to stop.
    pub(crate) fn cancel_all(&self) {
        lock(&self.0).values().for_each(|one| one.cancel.cancel());
    }
}

impl One {
    fn progress(&self, store: &Store, runtime: &tokio::runtime::Handle, done: i64, total: i64) {
        {
            let mut status = lock(&self.status);
            (status.done, status.total) = (done, total);
        }
        let due = {
            let mut told = lock(&self.told);
            let due = told.elapsed() >= PACE;
            if due {
                *told = Instant::now();
            }
            due
        };
        if due {
            self.tell(store, runtime);
        }
    }

    /// Tells those who watch; written with whatever is written next, and waited for by nobody.
    fn tell(&self, store: &Store, runtime: &tokio::runtime::Handle) {
        let id = lock(&self.status).id.to_string();
        let store = store.clone();
        runtime.spawn(async move {
            let told = store.write(move |write| write.changed(Topic::Transfer, &id, None)).await;
            if let Err(error) = told {
                tracing::debug!(%error, "a transfer's progress could not be told");
            }
        });
    }

    fn end(&self, ended: Result<Report, TransferError>) {
        let mut status = lock(&self.status);
        match ended {
            Ok(report) => {
                status.state = State::Completed;
                status.done = status.done.max(status.total);
                status.total = status.done;
                status.report = Some(report);
            }
            Err(TransferError::Cancelled) => status.state = State::Cancelled,
            Err(error) => {
                status.state = State::Failed;
                status.error = Some(told(&error));
            }
        }
    }
}

/// A fault with its cause, as one sentence.
fn told(error: &TransferError) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
