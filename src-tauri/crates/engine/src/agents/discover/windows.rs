//! Where programs are on Windows.

use std::path::{Path, PathBuf};

const IN_HOME: &[&str] = &[".local\\bin", ".volta\\bin", ".bun\\bin", "scoop\\shims"];

pub(super) fn usual_folders(home: &Path, app_data: Option<&Path>) -> Vec<PathBuf> {
    let npm = app_data.map(|folder| folder.join("npm"));
    npm.into_iter().chain(IN_HOME.iter().map(|folder| home.join(folder))).collect()
}

pub(super) fn system_folders() -> impl Iterator<Item = PathBuf> {
    ["C:\\Windows\\System32", "C:\\Windows"].into_iter().map(PathBuf::from)
}

/// npm leaves a script without an extension, for other shells, beside the one that Windows can start.
pub(super) fn programs(folder: &Path, name: &str) -> Vec<PathBuf> {
    let given = Path::new(name).extension().is_some().then(|| folder.join(name));
    let with = ["exe", "cmd", "bat"].map(|extension| folder.join(format!("{name}.{extension}")));
    given.into_iter().chain(with).collect()
}

pub(super) fn is_program(path: &Path) -> bool {
    path.is_file()
}

pub(super) fn bare_environment(home: &Path) -> Vec<(&'static str, PathBuf)> {
    // Programs do not start without the first.
    vec![
        ("SystemRoot", PathBuf::from("C:\\Windows")),
        ("USERPROFILE", home.to_owned()),
        ("TEMP", home.to_owned()),
        ("TMP", home.to_owned()),
    ]
}
