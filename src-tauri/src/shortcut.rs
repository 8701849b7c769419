//! The global shortcut that files an issue. One that cannot be had is told in the settings and harms nothing.

use std::sync::{Mutex, PoisonError};

use tauri::{AppHandle, Manager};
use tauri_plugin_global_shortcut::{Builder, GlobalShortcut, ShortcutState};
use waybill_api::wire::Settings;

use crate::quick;

/// What is registered, and why the wished one is not.
#[derive(Default)]
pub struct Registered(Mutex<State>);

#[derive(Default)]
struct State {
    /// The shortcut that was last asked for; null: none.
    wished: Option<String>,
    problem: Option<String>,
}

/// Makes global shortcuts available, where the desktop has them.
pub fn listen(app: &AppHandle) {
    if let Err(error) = app.plugin(Builder::new().build()) {
        tracing::warn!(%error, "this desktop has no global shortcuts");
    }
}

/// Registers the shortcut that the settings name, in place of the former one.
pub fn follow_settings(app: &AppHandle, settings: &Settings) {
    let registered = app.state::<Registered>();
    let mut state = registered.0.lock().unwrap_or_else(PoisonError::into_inner);
    let wished = settings.new_issue_shortcut.clone();
    if state.wished == wished {
        return;
    }
    let Some(shortcuts) = app.try_state::<GlobalShortcut<tauri::Wry>>() else {
        state.problem = wished.is_some().then(|| "This desktop has no global shortcuts.".to_owned());
        state.wished = wished;
        return;
    };
    if let Some(former) = state.wished.take()
        && state.problem.is_none()
        && let Err(error) = shortcuts.unregister(former.as_str())
    {
        tracing::warn!(%error, "the former shortcut cannot be given up");
    }
    let asked = wished.as_deref().map(|keys| {
        shortcuts.on_shortcut(keys, |app, _, event| {
            if event.state() == ShortcutState::Pressed {
                open(app);
            }
        })
    });
    state.problem = asked.and_then(Result::err).map(|error| {
        tracing::warn!(%error, "the shortcut for a new issue cannot be registered");
        format!(
            "The desktop refuses this shortcut: {error}. Another program may have it; choose another one."
        )
    });
    state.wished = wished;
}

/// Why the shortcut does not work; none: it does, or is off.
pub fn problem(app: &AppHandle) -> Option<String> {
    app.state::<Registered>().0.lock().unwrap_or_else(PoisonError::into_inner).problem.clone()
}

/// Windows are made on the main thread; the shortcut is heard on one of its own.
fn open(app: &AppHandle) {
    let handle = app.clone();
    if let Err(error) = app.run_on_main_thread(move || quick::open(&handle)) {
        tracing::warn!(%error, "the window that files an issue cannot be opened");
    }
}
