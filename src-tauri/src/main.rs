//! Waybill's desktop application. Reads the environment and puts the parts together; everything else is elsewhere.

#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

mod answers;
mod attachments;
mod bridge;
mod deep_link;
mod feed;
#[path = "../crates/cli/src/keychain.rs"]
mod keychain;
mod logging;
mod notify;
#[path = "../crates/cli/src/places.rs"]
mod places;
mod quick;
mod quit;
mod shell;
mod shortcut;
mod start;
mod tray;
mod window;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use tauri::RunEvent;
use tauri_plugin_window_state::StateFlags;
use waybill_api::Config;
use waybill_engine::Place;

use places::Places;
use shell::Shell;

fn main() -> ExitCode {
    let found = Places::of_this_user(&|name| std::env::var_os(name)).and_then(|places| {
        let place = Place::from_environment(std::env::vars_os())?;
        Some((places, place.with_program(std::env::current_exe().ok().as_deref())))
    });
    let Some((places, place)) = found else {
        logging::start(&std::env::temp_dir(), None);
        tracing::error!("There is no home directory. Set HOME, or WAYBILL_HOME to the data directory.");
        return ExitCode::FAILURE;
    };
    let text = |name: &str| place.variable(name).map(|value| value.to_string_lossy().into_owned());
    logging::start(&places.home, text("WAYBILL_LOG").as_deref());
    let shell = Shell::new(
        places.home.clone(),
        text("WAYBILL_TRACE_START").is_some(),
        text("XDG_CURRENT_DESKTOP").is_some_and(|name| name.contains("GNOME")),
    );
    shell.mark("main");
    let config = Config {
        home: places.home.clone(),
        secrets: keychain::open(keychain::Places {
            file: places.home.join("secrets.sealed"),
            key_file: places.config.join("secrets.key"),
            passphrase: text("WAYBILL_PASSPHRASE"),
            keychain: text("WAYBILL_KEYCHAIN").is_none_or(|wish| wish != "off"),
        }),
        place,
        clock: Arc::new(now),
        engine: true,
        follow: true,
    };
    run(shell, config)
}

fn run(shell: Shell, config: Config) -> ExitCode {
    let single = tauri_plugin_single_instance::Builder::new()
        .callback(|app, _arguments, _folder| window::show(app))
        .dbus_id(instance(&shell.home));
    let window_state = tauri_plugin_window_state::Builder::new()
        .with_state_flags(
            StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED | StateFlags::FULLSCREEN,
        )
        // The small window opens in the middle, where the eyes are.
        .with_denylist(&[quick::LABEL])
        .with_filename(shell.home.join("window.json").to_string_lossy());
    let built = tauri::Builder::default()
        // First, so that a second start ends before it touches anything.
        .plugin(single.build())
        .plugin(tauri_plugin_deep_link::init())
        .plugin(window_state.build())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build())
        .register_asynchronous_uri_scheme_protocol(attachments::SCHEME, attachments::respond)
        .manage(shell)
        .manage(tray::Shown::default())
        .manage(shortcut::Registered::default())
        .invoke_handler(tauri::generate_handler![
            bridge::call,
            bridge::ready,
            bridge::choose_folder,
            bridge::choose_file,
            bridge::open_external,
            bridge::close_quick,
            bridge::shortcut_problem,
            attachments::upload,
            attachments::save_attachment,
            attachments::save_text
        ])
        .setup(move |app| {
            start::start(app.handle(), config);
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(app) => {
            let code = app.run_return(|app, event| match event {
                // A wish of the user or the system; our own exit has a code.
                RunEvent::ExitRequested { code: None, api, .. } => {
                    api.prevent_exit();
                    quit::quit(app);
                }
                #[cfg(target_os = "macos")]
                RunEvent::Reopen { .. } => window::show(app),
                _ => {}
            });
            u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from)
        }
        Err(error) => {
            tracing::error!(%error, "the window cannot be made; is there a display?");
            ExitCode::FAILURE
        }
    }
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// One instance for each data directory (where the platform can tell them apart: on Linux).
fn instance(home: &Path) -> String {
    let mut hasher = DefaultHasher::new();
    home.hash(&mut hasher);
    format!("dev.waybill.desktop.h{:016x}", hasher.finish())
}
