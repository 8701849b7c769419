//! Windows: the profile's roaming directory for data, the local one for what must stay on this machine.

use std::path::{Path, PathBuf};

pub const HOME: &str = "USERPROFILE";

pub fn data(user_home: &Path, path: &dyn Fn(&str) -> Option<PathBuf>) -> PathBuf {
    path("APPDATA").unwrap_or_else(|| user_home.join("AppData").join("Roaming")).join("Waybill")
}

pub fn config(user_home: &Path, path: &dyn Fn(&str) -> Option<PathBuf>) -> PathBuf {
    path("LOCALAPPDATA").unwrap_or_else(|| user_home.join("AppData").join("Local")).join("Waybill")
}
