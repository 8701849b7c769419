//! Quitting: agents at work are not stopped without asking, and nothing is left running.

use serde::Deserialize;
use serde_json::json;
use tauri::{AppHandle, Manager};
use tauri_plugin_dialog::{DialogExt, MessageDialogButtons, MessageDialogKind};

use crate::shell::Shell;
use crate::{tray, window};

#[derive(Deserialize)]
struct Activity {
    running: i64,
}

#[derive(Deserialize)]
struct AppInfo {
    engine_here: bool,
}

/// Quits; asks first whether agents at work are to be stopped.
pub fn quit(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if !app.state::<Shell>().begin_quitting() {
            return;
        }
        match agents_at_work(&app).await {
            0 => leave(&app).await,
            count => ask(&app, count),
        }
    });
}

/// Quits without asking, as when the session ends.
#[cfg(unix)]
pub fn quit_at_once(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        app.state::<Shell>().begin_quitting();
        leave(&app).await;
    });
}

/// How many agents this process works; those of another process go on without it.
async fn agents_at_work(app: &AppHandle) -> i64 {
    let shell = app.state::<Shell>();
    if shell.app_now().is_none() {
        return 0;
    }
    match shell.look_up::<AppInfo>("app_info", json!({})).await {
        Some(AppInfo { engine_here: true }) => {
            shell.look_up::<Activity>("activity", json!({})).await.map_or(0, |activity| activity.running)
        }
        _ => 0,
    }
}

fn ask(app: &AppHandle, count: i64) {
    let question = if count == 1 {
        "An agent is at work. Stopping it keeps what it committed; its run can be retried.".to_owned()
    } else {
        format!(
            "{count} agents are at work. Stopping them keeps what they committed; their runs can be retried."
        )
    };
    let stop = if count == 1 { "Stop it and quit" } else { "Stop them and quit" };
    let buttons = MessageDialogButtons::OkCancelCustom(stop.to_owned(), "Stay in the tray".to_owned());
    let handle = app.clone();
    app.dialog()
        .message(question)
        .title("Quit Waybill")
        .kind(MessageDialogKind::Warning)
        .buttons(buttons)
        .show(move |stop| {
            tauri::async_runtime::spawn(async move {
                if stop {
                    leave(&handle).await;
                } else {
                    handle.state::<Shell>().stay();
                    window::hide(&handle);
                }
            });
        });
}

async fn leave(app: &AppHandle) {
    window::hide(app);
    tray::remove(app);
    if let Some(open) = app.state::<Shell>().app_now() {
        open.close().await;
    }
    app.exit(0);
}
