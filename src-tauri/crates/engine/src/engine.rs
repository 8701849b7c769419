//! The engine: what works runs, and what other rooms ask of the machine through it.

use crate::git::Git;
use crate::place::Place;
use crate::runs::{self, Mailboxes};
use crate::sandbox::Local;
use crate::secrets::Secrets;
use crate::tool_socket::ToolServer;
use crate::tools::Tools;
use crate::transfer::Transfers;
use crate::{git, lease};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use waybill_store::Store;

/// How often a waiting engine asks whether the lease is free.
const LEASE_RETRY: Duration = Duration::from_millis(500);

/// The engine. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    store: Store,
    place: Place,
    secrets: Arc<dyn Secrets>,
    git: OnceCell<Git>,
    sandboxes: OnceCell<Arc<Local>>,
    tools: Tools,
    mailboxes: Mailboxes,
    transfers: Transfers,
    tool_server: OnceLock<Arc<dyn ToolServer>>,
    stopping: CancellationToken,
    leading: Mutex<bool>,
    worker: Mutex<Option<JoinHandle<()>>>,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Inner").field("store", &self.store).finish_non_exhaustive()
    }
}

impl Engine {
    /// An engine that does nothing yet but answer.
    pub fn new(store: Store, place: Place, secrets: Arc<dyn Secrets>) -> Self {
        Self(Arc::new(Inner {
            store,
            place,
            secrets,
            git: OnceCell::new(),
            sandboxes: OnceCell::new(),
            tools: Tools::default(),
            mailboxes: Mailboxes::default(),
            transfers: Transfers::default(),
            tool_server: OnceLock::new(),
            stopping: CancellationToken::new(),
            leading: Mutex::new(false),
            worker: Mutex::new(None),
        }))
    }

    /// Works runs whenever this process holds the lease, from now until [`Engine::stop`].
    pub fn work(&self) {
        let mut worker = self.0.worker.lock().unwrap_or_else(PoisonError::into_inner);
        if worker.is_none() {
            *worker = Some(tokio::spawn(lead(self.clone())));
        }
    }

    /// Stops the agents; their runs continue at the next start. Returns once nothing of them is left.
    pub async fn stop(&self) {
        self.0.stopping.cancel();
        self.0.transfers.cancel_all();
        let worker = self.0.worker.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(worker) = worker
            && let Err(error) = worker.await
        {
            tracing::error!(%error, "the engine's worker ended badly");
        }
    }

    /// Whether this process works the runs.
    pub fn is_leading(&self) -> bool {
        *self.0.leading.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether another process works the runs.
    pub fn is_led_elsewhere(&self) -> bool {
        !self.is_leading() && lease::is_held(self.0.store.directory())
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The person's environment.
    pub fn place(&self) -> &Place {
        &self.0.place
    }

    /// Where secrets are kept.
    pub fn secrets(&self) -> Arc<dyn Secrets> {
        Arc::clone(&self.0.secrets)
    }

    /// The tools of this machine.
    pub fn tools(&self) -> &Tools {
        &self.0.tools
    }

    /// Takes what offers Waybill's tools to agents; without it they have none.
    pub fn offer_tools(&self, server: Arc<dyn ToolServer>) {
        // The first one stays.
        drop(self.0.tool_server.set(server));
    }

    pub(crate) fn tool_server(&self) -> Option<&Arc<dyn ToolServer>> {
        self.0.tool_server.get()
    }

    /// Imports and exports at work.
    pub fn transfers(&self) -> &Transfers {
        &self.0.transfers
    }

    /// The git program, found once.
    pub async fn git(&self) -> Result<&Git, git::GitError> {
        self.0.git.get_or_try_init(|| Git::find(&self.0.place.user_path, &self.0.place.environment)).await
    }

    /// What isolates agents on this machine, found once.
    pub async fn sandboxes(&self) -> Arc<Local> {
        let found =
            self.0.sandboxes.get_or_init(async || Arc::new(Local::detect(&self.0.place.user_path).await));
        Arc::clone(found.await)
    }

    pub(crate) fn mailboxes(&self) -> &Mailboxes {
        &self.0.mailboxes
    }

    pub(crate) fn stopping(&self) -> &CancellationToken {
        &self.0.stopping
    }

    fn set_leading(&self, leading: bool) {
        *self.0.leading.lock().unwrap_or_else(PoisonError::into_inner) = leading;
    }
}

/// Takes the lease when it is free, and works while holding it.
async fn lead(engine: Engine) {
    let stopping = engine.stopping().clone();
    let lease = loop {
        match lease::take(engine.store().directory()) {
            Ok(Some(lease)) => break lease,
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "the engine lease cannot be asked for"),
        }
        tokio::select! {
            () = stopping.cancelled() => return,
            () = tokio::time::sleep(LEASE_RETRY) => {}
        }
    };
    engine.set_leading(true);
    let leading = Leading(&engine);
    let chores = tokio::spawn(crate::chores::run(engine.clone()));
    runs::dispatch(&engine).await;
    if let Err(error) = chores.await {
        tracing::error!(%error, "the chores ended badly");
    }
    drop(leading);
    drop(lease);
}

/// However leading ends, it is not said to go on.
struct Leading<'a>(&'a Engine);

impl Drop for Leading<'_> {
    fn drop(&mut self) {
        self.0.set_leading(false);
    }
}
