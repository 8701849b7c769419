//! What the parts of the shell share: the application once it is open, and what the window still has to hear.
//!
//! It must not know how anything looks; it keeps, and the others show.

use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::{Notify, watch};
use waybill_api::App;
use waybill_api::error::ApiError;
use waybill_api::wire::Settings;
use waybill_domain::principal::Principal;

pub struct Shell {
    /// The data directory.
    pub home: PathBuf,
    /// Whether each step of the start is told on stderr, for the benches.
    pub trace_start: bool,
    /// Whether the desktop's panel is dark in a light theme too.
    pub always_dark_panel: bool,
    /// Asks the tray to look again.
    pub tray: Notify,
    /// Asks for a look at the notifications.
    pub notifications: Notify,
    app: watch::Sender<Option<App>>,
    settings: Mutex<Option<Settings>>,
    /// The path to open as soon as the page can.
    waiting: Mutex<Option<String>>,
    page_ready: AtomicBool,
    quitting: AtomicBool,
}

impl Shell {
    pub fn new(home: PathBuf, trace_start: bool, always_dark_panel: bool) -> Self {
        Self {
            home,
            trace_start,
            always_dark_panel,
            tray: Notify::new(),
            notifications: Notify::new(),
            app: watch::Sender::new(None),
            settings: Mutex::new(None),
            waiting: Mutex::new(None),
            page_ready: AtomicBool::new(false),
            quitting: AtomicBool::new(false),
        }
    }

    /// Tells that a step of the start is reached: one line on stderr, `waybill-start <step>`.
    pub fn mark(&self, step: &str) {
        if self.trace_start {
            // Nothing can be done about a closed stderr.
            let _closed = writeln!(std::io::stderr(), "waybill-start {step}");
        }
    }

    pub fn opened(&self, app: App) {
        self.app.send_replace(Some(app));
    }

    /// The application; waits until it is open.
    pub async fn app(&self) -> App {
        let mut changes = self.app.subscribe();
        let app = changes.wait_for(Option::is_some).await.ok().and_then(|app| app.clone());
        match app {
            Some(app) => app,
            // The sender lives in `self`, so the channel cannot be closed while somebody asks.
            None => std::future::pending().await,
        }
    }

    /// The application, if it is open.
    pub fn app_now(&self) -> Option<App> {
        self.app.borrow().clone()
    }

    /// Asks the application something as the operator.
    pub async fn ask(&self, name: &str, args: Value) -> Result<Value, ApiError> {
        self.app().await.call(&Principal::Operator, name, args).await
    }

    /// Asks for what the shell itself shows. A failure is logged and read as nothing to show.
    pub async fn look_up<T: DeserializeOwned>(&self, name: &str, args: Value) -> Option<T> {
        let answer = self.ask(name, args).await;
        let read = answer
            .map_err(|error| error.message)
            .and_then(|value| serde_json::from_value(value).map_err(|error| error.to_string()));
        read.inspect_err(|error| tracing::warn!(command = name, error, "the shell got no answer")).ok()
    }

    pub fn settings(&self) -> Option<Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn remember_settings(&self, settings: Settings) {
        *self.settings.lock().unwrap_or_else(PoisonError::into_inner) = Some(settings);
    }

    /// Keeps a path for a page that is not ready; answers it back when the page can have it now.
    pub fn offer(&self, path: String) -> Option<String> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if self.page_ready.load(Ordering::Acquire) {
            return Some(path);
        }
        *waiting = Some(path);
        None
    }

    /// The page can listen from now on; answers what it has to open first.
    pub fn page_is_ready(&self) -> Option<String> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        self.page_ready.store(true, Ordering::Release);
        waiting.take()
    }

    /// A page that loads anew has to say again that it is ready.
    pub fn page_is_loading(&self) {
        self.page_ready.store(false, Ordering::Release);
    }

    pub fn is_page_ready(&self) -> bool {
        self.page_ready.load(Ordering::Acquire)
    }

    /// Whether this is the first wish to quit.
    pub fn begin_quitting(&self) -> bool {
        !self.quitting.swap(true, Ordering::AcqRel)
    }

    pub fn stay(&self) {
        self.quitting.store(false, Ordering::Release);
    }
}
