//! Removing workspaces: directories of Waybill's own in which an agent may have taken away any right.

use std::io;
use std::path::{Path, PathBuf};

/// Removes a workspace; what cannot be removed now goes at the next start.
pub(crate) async fn remove_quietly(directory: PathBuf) {
    let shown = directory.clone();
    let removed = tokio::task::spawn_blocking(move || remove_directory(&directory)).await;
    if !matches!(removed, Ok(Ok(()))) {
        tracing::warn!(directory = %shown.display(), ?removed, "a workspace could not be removed");
    }
}

/// Removes a directory of Waybill's own, also where an agent took away the right to.
pub(super) fn remove_directory(directory: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            allow_below(directory)?;
            std::fs::remove_dir_all(directory)
        }
        other => other,
    }
}

/// Gives back the right to remove what is below a directory; links are not followed.
fn allow_below(directory: &Path) -> io::Result<()> {
    allow(directory)?;
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            allow_below(&entry.path())?;
        } else if cfg!(windows) && kind.is_file() {
            allow(&entry.path())?;
        }
    }
    Ok(())
}

#[cfg(unix)]
fn allow(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700))
}

/// A file that is read-only cannot be removed on Windows.
#[cfg(windows)]
fn allow(path: &Path) -> io::Result<()> {
    let mut permissions = std::fs::metadata(path)?.permissions();
    #[expect(clippy::permissions_set_readonly_false, reason = "there are no modes here that it would open")]
    permissions.set_readonly(false);
    std::fs::set_permissions(path, permissions)
}
