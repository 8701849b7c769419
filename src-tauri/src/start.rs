//! The start: window and database at the same time; a database that cannot be opened is told and ends it.

use tauri::{AppHandle, Manager};
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};
use waybill_api::error::ApiError;
use waybill_api::{App, Config};

use crate::shell::Shell;
use crate::{deep_link, feed, notify, quit, trace, tray, window};

/// Makes the window while the database opens beside it.
pub fn start(app: &AppHandle, config: Config) -> tauri::Result<()> {
    let handle = app.clone();
    tauri::async_runtime::spawn(async move {
        match App::open(config).await {
            Ok(open) => opened(&handle, open).await,
            Err(error) => give_up(&handle, &error),
        }
    });
    window::make(app)?;
    notify::listen(app);
    deep_link::listen(app);
    if let Err(error) = tray::make(app) {
        tracing::warn!(%error, "there is no tray");
    }
    watch_signals(app);
    Ok(())
}

async fn opened(app: &AppHandle, open: App) {
    let shell = app.state::<Shell>();
    shell.opened(open);
    trace::mark(&shell, "database-open");
    tauri::async_runtime::spawn(feed::follow(app.clone()));
    tauri::async_runtime::spawn(notify::follow(app.clone()));
    tauri::async_runtime::spawn(tray::follow(app.clone()));
    feed::read_settings(app).await;
}

/// Says in a dialog why Waybill cannot start, then ends it with exit code 1.
fn give_up(app: &AppHandle, error: &ApiError) {
    tracing::error!(message = error.message, hint = error.hint, "Waybill cannot start");
    let sentence = match &error.hint {
        Some(hint) => format!("{}\n\n{hint}", error.message),
        None => error.message.clone(),
    };
    let handle = app.clone();
    app.dialog()
        .message(sentence)
        .title("Waybill cannot start")
        .kind(MessageDialogKind::Error)
        .show(move |_| handle.exit(1));
}

/// The end of the session stops agents in order, as quitting does.
#[cfg(unix)]
fn watch_signals(app: &AppHandle) {
    use tokio::signal::unix::{SignalKind, signal};
    for kind in [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()] {
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            match signal(kind) {
                Ok(mut signals) => {
                    if signals.recv().await.is_some() {
                        quit::quit_at_once(&app);
                    }
                }
                Err(error) => tracing::warn!(%error, "a signal is not watched"),
            }
        });
    }
}

/// Windows ends an application through its window, which is asked to close.
#[cfg(windows)]
fn watch_signals(_app: &AppHandle) {}
