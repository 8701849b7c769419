//! Compiles the shell's configuration and capabilities into the program.

use tauri_build::{AppManifest, Attributes};

fn main() {
    // Named here, a command is closed to the page until a capability opens it.
    let commands = AppManifest::new().commands(&[
        "call",
        "ready",
        "choose_folder",
        "choose_file",
        "open_external",
        "close_quick",
        "shortcut_problem",
        "upload",
        "save_attachment",
        "save_text",
    ]);
    if let Err(error) = tauri_build::try_build(Attributes::new().app_manifest(commands)) {
        println!("cargo::error={error:#}");
    }
}
