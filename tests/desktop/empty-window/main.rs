//! The floor of the start: a Tauri window with nothing in it but the news that its page stands.

use std::io::Write;

use tauri::{WebviewUrl, WebviewWindowBuilder};

/// Told by the page once its script runs, as Waybill's own page does.
#[tauri::command]
fn ready() {
    // Nothing can be done about a closed stderr.
    let _closed = writeln!(std::io::stderr(), "waybill-start ready");
}

fn main() -> tauri::Result<()> {
    tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![ready])
        .setup(|app| {
            WebviewWindowBuilder::new(app, "main", WebviewUrl::App("index.html".into()))
                .inner_size(1280.0, 800.0)
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!("../tests/desktop/empty-window/tauri.conf.json"))
}
