//! The main window: made hidden, shown when its page is painted, hidden again into the tray.

use std::time::Duration;

use tauri::webview::{Color, PageLoadEvent};
use tauri::{
    AppHandle, Emitter, Manager, Theme, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent,
};
use waybill_api::wire::{self, Settings};

use crate::shell::Shell;
use crate::{quit, tray};

pub const LABEL: &str = "main";

/// How long a page may take before the window shows whatever there is.
const PATIENCE: Duration = Duration::from_secs(4);

/// Makes the window, hidden; its size and place come from the window-state plugin.
pub fn make(app: &AppHandle) -> tauri::Result<()> {
    let shell = app.state::<Shell>();
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("index.html".into()))
        .title("Waybill")
        .inner_size(1280.0, 800.0)
        .min_inner_size(900.0, 600.0)
        .center()
        .visible(false)
        .zoom_hotkeys_enabled(true)
        // Files that are dropped are the page's: it attaches them to the issue under them.
        .disable_drag_drop_handler()
        .data_directory(shell.home.join("webview"))
        .background_color(background(Theme::Light))
        // The page never leaves its own origin; links go through `open_external`.
        .on_navigation(is_own)
        .on_page_load(|window, load| {
            let shell = window.state::<Shell>();
            match load.event() {
                PageLoadEvent::Started => shell.page_is_loading(),
                PageLoadEvent::Finished => shell.mark("page-loaded"),
            }
        })
        .build()?;
    shell.mark("window-made");
    paint(&window, window.theme().unwrap_or(Theme::Light));
    let handle = app.clone();
    window.on_window_event(move |event| match event {
        WindowEvent::CloseRequested { api, .. } => {
            api.prevent_close();
            close(&handle);
        }
        WindowEvent::ThemeChanged(theme) => {
            if let Some(window) = handle.get_webview_window(LABEL) {
                paint(&window, *theme);
            }
        }
        _ => {}
    });
    let handle = app.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(PATIENCE).await;
        if !handle.state::<Shell>().is_page_ready() {
            tracing::warn!("the page did not say that it is ready; the window is shown as it is");
            first_show(&handle);
        }
    });
    Ok(())
}

/// Shows the window for the first time, and makes the tray, which need not hold it up.
pub fn first_show(app: &AppHandle) {
    show(app);
    app.state::<Shell>().mark("shown");
    tray::make(app);
}

/// Brings the window to the front.
pub fn show(app: &AppHandle) {
    let Some(window) = app.get_webview_window(LABEL) else { return };
    let shown = window.show().and_then(|()| window.unminimize()).and_then(|()| window.set_focus());
    if let Err(error) = shown {
        tracing::warn!(%error, "the window cannot be shown");
    }
}

/// Brings the window to the front with a path of the application open in it.
pub fn open(app: &AppHandle, path: String) {
    let shell = app.state::<Shell>();
    // Before the page is ready nothing is shown: it asks for the path itself, and shows the window then.
    if let Some(path) = shell.offer(path) {
        tell(app, "open", &path);
        show(app);
    }
}

/// Sends an event to the page.
pub fn tell<T: serde::Serialize + Clone>(app: &AppHandle, event: &str, what: &T) {
    if let Err(error) = app.emit_to(LABEL, event, what) {
        // As at the end, when the page is gone before the feed is.
        tracing::debug!(event, %error, "the page did not hear of it");
    }
}

/// Follows the theme that the user chose.
pub fn follow_settings(app: &AppHandle, settings: &Settings) {
    let Some(window) = app.get_webview_window(LABEL) else { return };
    let chosen = theme_of(settings);
    if let Err(error) = window.set_theme(chosen) {
        tracing::warn!(%error, "the theme of the window cannot be set");
    }
    paint(&window, chosen.or_else(|| window.theme().ok()).unwrap_or(Theme::Light));
}

/// The theme that the user chose; none: the system's.
pub fn chosen_theme(shell: &Shell) -> Option<Theme> {
    shell.settings().as_ref().and_then(theme_of)
}

const fn theme_of(settings: &Settings) -> Option<Theme> {
    match settings.theme {
        wire::Theme::System => None,
        wire::Theme::Light => Some(Theme::Light),
        wire::Theme::Dark => Some(Theme::Dark),
    }
}

fn close(app: &AppHandle) {
    let to_tray = app.state::<Shell>().settings().is_none_or(|settings| settings.close_to_tray);
    if to_tray { hide(app) } else { quit::quit(app) }
}

/// Leaves the window in the tray.
pub fn hide(app: &AppHandle) {
    let Some(window) = app.get_webview_window(LABEL) else { return };
    if let Err(error) = window.hide() {
        tracing::warn!(%error, "the window cannot be hidden");
    }
}

fn paint(window: &WebviewWindow, theme: Theme) {
    if let Err(error) = window.set_background_color(Some(background(theme))) {
        tracing::warn!(%error, "the background of the window cannot be set");
    }
}

/// The page's own background (slate 1), so that nothing flashes before it paints.
pub const fn background(theme: Theme) -> Color {
    match theme {
        Theme::Dark => Color(0x11, 0x11, 0x13, 0xff),
        _ => Color(0xfc, 0xfc, 0xfd, 0xff),
    }
}

pub fn is_own(url: &Url) -> bool {
    url.scheme() == "tauri"
        || url.host_str() == Some("tauri.localhost")
        || cfg!(debug_assertions) && url.host_str() == Some("localhost")
}
