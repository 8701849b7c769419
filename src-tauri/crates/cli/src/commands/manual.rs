//! `waybill completions` and `waybill man`: made from the grammar, for packagers and shells.

use super::Shown;
use crate::arguments::Arguments;
use crate::print;
use clap::CommandFactory;
use serde_json::json;
use std::path::Path;
use waybill_api::error::{ApiError, Code};

/// Prints a completion script.
pub fn completions(shell: clap_complete::Shell) -> Result<(), ApiError> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "waybill", &mut script);
    print(&String::from_utf8_lossy(&script))
}

/// Writes a man page for each command into a folder, which is made.
pub fn pages(directory: &Path, shown: Shown) -> Result<(), ApiError> {
    let fault =
        |error| ApiError::new(Code::Failed, format!("{} cannot be written: {error}", directory.display()));
    std::fs::create_dir_all(directory).map_err(fault)?;
    clap_mangen::generate_to(Arguments::command(), directory).map_err(fault)?;
    shown.answer(&json!({ "path": directory }), |_| format!("the man pages are in {}\n", directory.display()))
}
