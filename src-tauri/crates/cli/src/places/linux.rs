//! Linux: the XDG base directories.

use std::path::{Path, PathBuf};

pub const HOME: &str = "HOME";

pub fn data(user_home: &Path, path: &dyn Fn(&str) -> Option<PathBuf>) -> PathBuf {
    path("XDG_DATA_HOME").unwrap_or_else(|| user_home.join(".local/share")).join("waybill")
}

pub fn config(user_home: &Path, path: &dyn Fn(&str) -> Option<PathBuf>) -> PathBuf {
    path("XDG_CONFIG_HOME").unwrap_or_else(|| user_home.join(".config")).join("waybill")
}
