//! The start: window and database at the same time; a database that cannot be opened is told and ends it.

use tauri::{AppHandle, Manager};
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};
use tokio::sync::oneshot;
use waybill_api::error::{ApiError, Code};
use waybill_api::{App, Config};

#[cfg(unix)]
use crate::quit;
use crate::shell::Shell;
use crate::{deep_link, feed, notify, shortcut, tray, window};

/// Makes the window while the database opens beside it.
pub fn start(app: &AppHandle, config: Config) {
    // Before the settings are read, which name the shortcut.
    shortcut::listen(app);
    let handle = app.clone();
    let (tell, window_made) = oneshot::channel();
    tauri::async_runtime::spawn(async move {
        match App::open(config).await {
            Ok(open) => opened(&handle, open).await,
            Err(error) => return give_up(&handle, &error),
        }
        if let Ok(Err(error)) = window_made.await {
            give_up(&handle, &ApiError::new(Code::Failed, format!("the window cannot be made: {error}")));
        }
    });
    // Where neither can be had, the reason that the database gives is the one that helps.
    let _nobody_waits = tell.send(window::make(app));
    notify::listen(app);
    deep_link::listen(app);
    watch_signals(app);
}

async fn opened(app: &AppHandle, open: App) {
    let shell = app.state::<Shell>();
    shell.opened(open);
    shell.mark("database-open");
    tauri::async_runtime::spawn(feed::follow(app.clone()));
    tauri::async_runtime::spawn(notify::follow(app.clone()));
    tauri::async_runtime::spawn(tray::follow(app.clone()));
    feed::read_settings(app).await;
}

/// Says in a dialog why Waybill cannot start, then ends it with exit code 1.
fn give_up(app: &AppHandle, error: &ApiError) {
    tracing::error!(reason = error.message, hint = error.hint, "Waybill cannot start");
    let handle = app.clone();
    app.dialog().message(sentence(error)).title("Waybill cannot start").kind(MessageDialogKind::Error).show(
        move |_| {
            tauri::async_runtime::spawn(async move {
                if let Some(open) = handle.state::<Shell>().app_now() {
                    open.close().await;
                }
                handle.exit(1);
            });
        },
    );
}

/// What is wrong as a sentence, and what to do as the next.
fn sentence(error: &ApiError) -> String {
    let mut letters = error.message.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let end = if error.message.ends_with('.') { "" } else { "." };
    let hint = error.hint.as_ref().map(|hint| format!("\n\n{hint}")).unwrap_or_default();
    format!("{first}{}{end}{hint}", letters.as_str())
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

/// Windows closes the window and then the process; the Job Objects of the agents end with it.
#[cfg(windows)]
fn watch_signals(_app: &AppHandle) {}

#[cfg(test)]
mod tests {
    use super::sentence;
    use waybill_api::error::{ApiError, Code};

    #[test]
    fn the_dialog_speaks_in_sentences() {
        let error =
            ApiError::new(Code::Failed, "the database is newer than this Waybill").with_hint("Update it.");
        assert_eq!(
            sentence(&error),
            "The database is newer than this Waybill.\n\nUpdate it.",
            "what is wrong, then what to do"
        );
    }
}
