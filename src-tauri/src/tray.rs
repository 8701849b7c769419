//! The tray icon and its menu: what runs, what waits for the user, and the way back to the window.
//!
//! It shows what the application answers and opens paths; it decides nothing.

mod content;
mod icons;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tauri::menu::{Menu, MenuBuilder, MenuItemBuilder};
use tauri::tray::{TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager, Theme};

use crate::shell::Shell;
use crate::{quick, quit, window};
use content::Content;

const ID: &str = "waybill";

/// The menu is not made anew more often than this, however fast agents work.
const CALM: Duration = Duration::from_millis(500);

/// What a menu entry does: a word, or a path behind `open:`.
const SHOW: &str = "show";
const NEW: &str = "new";
const QUIT: &str = "quit";
const OPEN: &str = "open:";

/// What the tray shows now, so that the same is not shown again.
#[derive(Default)]
pub struct Shown(Mutex<Option<Content>>);

/// Makes the tray icon, once. A desktop without a tray is no fault: starting Waybill again shows its window.
pub fn make(app: &AppHandle) {
    let made = if app.tray_by_id(ID).is_some() { Ok(()) } else { build(app) };
    if let Err(error) = made {
        tracing::warn!(%error, "there is no tray");
    }
}

fn build(app: &AppHandle) -> tauri::Result<()> {
    let content = Content::default();
    let tray = TrayIconBuilder::with_id(ID)
        .icon(icons::icon(content.state(), panel_is_dark(app)))
        .icon_as_template(cfg!(target_os = "macos"))
        .tooltip("Waybill")
        .menu(&menu(app, &content)?)
        // Where the platform tells clicks apart, the left one is the quick way back.
        .show_menu_on_left_click(cfg!(target_os = "macos"))
        .on_menu_event(|app, event| chosen(app, event.id().as_ref()))
        .on_tray_icon_event(|tray, event| clicked(tray, &event))
        .build(app)?;
    tray.set_visible(true)?;
    // What was looked up before there was a tray is looked up again.
    app.state::<Shell>().tray.notify_one();
    Ok(())
}

/// Shows what is running and waiting, for as long as the application lives.
pub async fn follow(app: AppHandle) {
    let shell = app.state::<Shell>();
    loop {
        if let Some(content) = content::look(&shell).await
            && let Err(error) = show(&app, content)
        {
            tracing::warn!(%error, "the tray cannot be brought up to date");
        }
        tokio::time::sleep(CALM).await;
        shell.tray.notified().await;
    }
}

pub fn remove(app: &AppHandle) {
    app.remove_tray_by_id(ID);
}

fn show(app: &AppHandle, content: Content) -> tauri::Result<()> {
    let Some(tray) = app.tray_by_id(ID) else { return Ok(()) };
    let state = app.state::<Shown>();
    let mut shown = state.0.lock().unwrap_or_else(PoisonError::into_inner);
    if shown.as_ref() == Some(&content) {
        return Ok(());
    }
    tray.set_menu(Some(menu(app, &content)?))?;
    tray.set_icon_with_as_template(
        Some(icons::icon(content.state(), panel_is_dark(app))),
        cfg!(target_os = "macos"),
    )?;
    tray.set_title(content.needs_you_count())?;
    tray.set_tooltip(Some(content.tooltip()))?;
    *shown = Some(content);
    Ok(())
}

fn menu(app: &AppHandle, content: &Content) -> tauri::Result<Menu<tauri::Wry>> {
    let entry = |id: String, text: &str| MenuItemBuilder::with_id(id, text.replace('&', "&&"));
    let mut menu = MenuBuilder::new(app);
    let needs_you = entry(format!("{OPEN}/needs-you"), &content.needs_you_line());
    menu = menu.item(&needs_you.build(app)?).separator();
    if content.runs.is_empty() {
        menu = menu.item(&entry("idle".to_owned(), "Nothing is running").enabled(false).build(app)?);
    }
    for run in &content.runs {
        menu = menu.item(&entry(format!("{OPEN}{}", run.path), &run.line).build(app)?);
    }
    menu.separator()
        .item(&entry(NEW.to_owned(), "New issue…").build(app)?)
        .item(&entry(SHOW.to_owned(), "Show Waybill").build(app)?)
        .separator()
        .item(&entry(QUIT.to_owned(), "Quit Waybill").build(app)?)
        .build()
}

fn chosen(app: &AppHandle, id: &str) {
    match id {
        SHOW => window::show(app),
        QUIT => quit::quit(app),
        NEW => quick::open(app),
        other => {
            if let Some(path) = other.strip_prefix(OPEN) {
                window::open(app, path.to_owned());
            }
        }
    }
}

fn clicked(tray: &TrayIcon, event: &TrayIconEvent) {
    use tauri::tray::{MouseButton, MouseButtonState};
    if let TrayIconEvent::Click { button: MouseButton::Left, button_state: MouseButtonState::Up, .. } = event
    {
        window::show(tray.app_handle());
    }
}

fn panel_is_dark(app: &AppHandle) -> bool {
    // GNOME's panel is dark whatever the theme; elsewhere it follows the theme.
    let theme = app.get_webview_window(window::LABEL).and_then(|window| window.theme().ok());
    app.state::<Shell>().always_dark_panel || theme == Some(Theme::Dark)
}
