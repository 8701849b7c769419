//! The small window that files an issue: made when it is first asked for, then kept hidden and ready.

use tauri::{AppHandle, Emitter, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent};

use crate::shell::Shell;
use crate::window;

pub const LABEL: &str = "quick";

/// Opens the window over whatever the user does.
pub fn open(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL) {
        return show(app, &window);
    }
    // The page says when it stands (`bridge::ready`), and the window shows then.
    if let Err(error) = make(app) {
        tracing::warn!(%error, "the window that files an issue cannot be made");
        window::show(app);
    }
}

/// Its page stands: shows it for the first time.
pub fn ready(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL) {
        show(app, &window);
    }
}

pub fn hide(app: &AppHandle) {
    let Some(window) = app.get_webview_window(LABEL) else { return };
    if let Err(error) = window.hide() {
        tracing::warn!(%error, "the window that files an issue cannot be hidden");
    }
}

fn make(app: &AppHandle) -> tauri::Result<()> {
    let shell = app.state::<Shell>();
    let theme = window::chosen_theme(&shell);
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("quick".into()))
        .title("New issue")
        .inner_size(600.0, 320.0)
        .min_inner_size(460.0, 260.0)
        .center()
        .visible(false)
        .always_on_top(true)
        .skip_taskbar(true)
        .theme(theme)
        .data_directory(shell.home.join("webview"))
        .background_color(window::background(theme.unwrap_or(tauri::Theme::Light)))
        .on_navigation(window::is_own)
        .build()?;
    let handle = app.clone();
    window.on_window_event(move |event| {
        if let WindowEvent::CloseRequested { api, .. } = event {
            api.prevent_close();
            hide(&handle);
        }
    });
    Ok(())
}

fn show(app: &AppHandle, window: &WebviewWindow) {
    // While it is hidden it hears of no change: projects, labels and theme may be others by now.
    if let Err(error) = window.emit_to(LABEL, "refetch", ()) {
        tracing::debug!(%error, "the page that files an issue did not hear of it");
    }
    let theme = window::chosen_theme(&app.state::<Shell>());
    let shown = window.set_theme(theme).and_then(|()| window.show()).and_then(|()| window.set_focus());
    if let Err(error) = shown {
        tracing::warn!(%error, "the window that files an issue cannot be shown");
    }
}
