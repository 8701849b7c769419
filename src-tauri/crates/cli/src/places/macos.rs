//! macOS: the user's Library.

use std::path::{Path, PathBuf};

pub const HOME: &str = "HOME";

pub fn data(user_home: &Path, _path: &dyn Fn(&str) -> Option<PathBuf>) -> PathBuf {
    user_home.join("Library").join("Application Support").join("Waybill")
}

pub fn config(user_home: &Path, _path: &dyn Fn(&str) -> Option<PathBuf>) -> PathBuf {
    user_home.join("Library").join("Preferences").join("Waybill")
}
