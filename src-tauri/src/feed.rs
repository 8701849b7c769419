//! The change feed on its way to the page, the tray and the notifications.

use serde_json::json;
use tauri::{AppHandle, Manager};
use tokio::sync::broadcast::error::RecvError;
use waybill_api::feed::Tag;
use waybill_api::wire::{Changed, Settings};

use crate::shell::Shell;
use crate::{shortcut, window};

/// Hands on what changes, for as long as the application lives.
pub async fn follow(app: AppHandle) {
    let shell = app.state::<Shell>();
    let Some(mut feed) = shell.app().await.changes() else { return };
    loop {
        match feed.recv().await {
            Ok(changed) => hand_on(&app, &changed).await,
            Err(RecvError::Lagged(_)) => {
                window::tell(&app, "refetch", &());
                read_settings(&app).await;
                shell.tray.notify_one();
                shell.notifications.notify_one();
            }
            Err(RecvError::Closed) => return,
        }
    }
}

async fn hand_on(app: &AppHandle, changed: &Changed) {
    window::tell(app, "changed", changed);
    let shell = app.state::<Shell>();
    let touches = |tags: &[Tag]| changed.tags.iter().any(|tag| tags.contains(tag));
    if touches(&[Tag::Settings]) {
        read_settings(app).await;
    }
    if touches(&[Tag::Runs, Tag::Issues, Tag::Projects, Tag::Notifications]) {
        shell.tray.notify_one();
    }
    if touches(&[Tag::Notifications]) {
        shell.notifications.notify_one();
    }
}

/// Reads the settings that the shell itself follows.
pub async fn read_settings(app: &AppHandle) {
    let shell = app.state::<Shell>();
    if let Some(settings) = shell.look_up::<Settings>("settings_get", json!({})).await {
        window::follow_settings(app, &settings);
        shortcut::follow_settings(app, &settings);
        shell.remember_settings(settings);
    }
}
