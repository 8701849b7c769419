//! The open application: the store, the engine, and what the shells hand in.

use crate::error::{ApiError, Code};
use crate::feed::{self, Feed};
use crate::mcp::Door;
use crate::wire::Changed;
use std::path::PathBuf;
use std::sync::{Arc, Weak};
use tokio::sync::broadcast;
use waybill_engine::secrets::Secrets;
use waybill_engine::{Engine, Place};
use waybill_store::{Clock, Store};

/// What `main` reads from its environment and hands in.
pub struct Config {
    /// The data directory.
    pub home: PathBuf,
    pub place: Place,
    pub secrets: Arc<dyn Secrets>,
    pub clock: Clock,
    /// Whether this process works runs whenever no other one does.
    pub engine: bool,
    /// Whether it tells of what changes, in other processes as well (the desktop and `serve`, not one command).
    pub follow: bool,
}

impl std::fmt::Debug for Config {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Config").field("home", &self.home).finish_non_exhaustive()
    }
}

/// The application. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    engine: Engine,
    feed: Option<Feed>,
}

/// The application, for what lives in its engine and must not keep it open.
#[derive(Debug, Clone)]
pub(crate) struct WeakApp(Weak<Inner>);

impl WeakApp {
    /// The application, while it is open.
    pub(crate) fn open(&self) -> Option<App> {
        self.0.upgrade().map(App)
    }
}

impl App {
    /// Opens the data directory and, where asked for, begins to follow changes and to work runs.
    pub async fn open(config: Config) -> Result<Self, ApiError> {
        let (home, clock) = (config.home, config.clock);
        let store = if config.engine || config.follow {
            tokio::task::spawn_blocking(move || Store::open(&home, clock))
                .await
                .map_err(|_| ApiError::new(Code::Failed, "Waybill is closing"))??
        } else {
            // One command, with nothing else to keep waiting.
            Store::open_alone(&home, clock)?
        };
        let feed = if config.follow { Some(feed::follow(store.clone()).await?) } else { None };
        let engine = Engine::new(store.clone(), config.place, config.secrets);
        let app = Self(Arc::new(Inner { store, engine, feed }));
        if config.engine {
            app.engine().offer_tools(Arc::new(Door(WeakApp(Arc::downgrade(&app.0)))));
            app.engine().work();
        }
        Ok(app)
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// What takes time.
    pub fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// What changes from now on, at most one message every 16 ms; `None` when it was opened without `follow`.
    /// A receiver that lags has missed changes and must read everything anew.
    pub fn changes(&self) -> Option<broadcast::Receiver<Changed>> {
        self.0.feed.as_ref().map(Feed::subscribe)
    }

    /// Ends what takes time: agents are stopped and their runs left to continue at the next start.
    pub async fn close(&self) {
        self.0.engine.stop().await;
    }
}
