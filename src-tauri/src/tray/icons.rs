//! The three pictures of the tray icon. On macOS they are templates that the system colours itself.

use tauri::image::Image;
use tauri::include_image;

/// What the icon tells at a glance; what waits for the user comes before what runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Idle,
    Running,
    Attention,
}

pub const fn icon(state: State, panel_is_dark: bool) -> Image<'static> {
    if cfg!(target_os = "macos") || !panel_is_dark {
        match state {
            State::Idle => include_image!("../icons/tray/idle-on-light@2x.png"),
            State::Running => include_image!("../icons/tray/running-on-light@2x.png"),
            State::Attention => include_image!("../icons/tray/attention-on-light@2x.png"),
        }
    } else {
        match state {
            State::Idle => include_image!("../icons/tray/idle-on-dark@2x.png"),
            State::Running => include_image!("../icons/tray/running-on-dark@2x.png"),
            State::Attention => include_image!("../icons/tray/attention-on-dark@2x.png"),
        }
    }
}
