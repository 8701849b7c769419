//! Removing workspaces: directories of Waybill's own in which an agent may have taken away any right.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long what still holds a workspace's file open has to let it go, in milliseconds between the attempts: on Windows a
/// process that is just ending, or a program that looks for viruses.
const PAUSES_MS: [u64; 6] = [20, 50, 100, 200, 400, 800];

/// Removes a workspace; what cannot be removed now goes at the next start.
pub(crate) async fn remove_quietly(directory: PathBuf) {
    for pause in PAUSES_MS {
        if try_to_remove(&directory).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }
    if let Err(error) = try_to_remove(&directory).await {
        tracing::warn!(directory = %directory.display(), %error, "a workspace could not be removed");
    }
}

/// Removes a workspace unless something still holds a file of it.
pub(super) async fn try_to_remove(directory: &Path) -> io::Result<()> {
    let directory = directory.to_owned();
    // It can only fail to be joined when the runtime ends.
    tokio::task::spawn_blocking(move || remove_directory(&directory)).await.unwrap_or(Ok(()))
}

/// Removes a directory of Waybill's own, also where an agent took away the right to.
fn remove_directory(directory: &Path) -> io::Result<()> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_workspace_goes_also_when_an_agent_took_its_rights_away() {
        let place = tempfile::tempdir().unwrap();
        let directory = place.path().join("workspace");
        std::fs::create_dir_all(directory.join("repo/objects")).unwrap();
        for path in ["repo/objects/ab", "repo/HEAD"] {
            std::fs::write(directory.join(path), "x").unwrap();
        }
        for path in ["repo/objects/ab", "repo/objects", "repo"] {
            let mut permissions = std::fs::metadata(directory.join(path)).unwrap().permissions();
            permissions.set_readonly(true);
            std::fs::set_permissions(directory.join(path), permissions).unwrap();
        }
        remove_quietly(directory.clone()).await;
        assert!(!directory.exists(), "a disk fills with what nobody can remove");
    }

    #[tokio::test]
    async fn a_workspace_goes_however_deep_its_folders_are() {
        let place = tempfile::tempdir().unwrap();
        let directory = place.path().join("workspace");
        // Beyond what programs of Windows take by habit; this form of a path has no such limit there.
        let plain = |path: &Path| if cfg!(windows) { path.canonicalize().unwrap() } else { path.to_owned() };
        std::fs::create_dir(&directory).unwrap();
        let mut deep = plain(&directory);
        while deep.as_os_str().len() < 600 {
            deep.push("node_modules");
            std::fs::create_dir(&deep).unwrap();
        }
        std::fs::write(deep.join("file"), "x").unwrap();
        remove_quietly(directory.clone()).await;
        assert!(!directory.exists(), "a disk fills with what nobody can remove");
    }

    #[cfg(windows)]
    #[tokio::test]
    async fn a_workspace_is_tried_again_while_a_program_still_holds_a_file_of_it() {
        use std::os::windows::fs::OpenOptionsExt;
        let place = tempfile::tempdir().unwrap();
        let directory = place.path().join("workspace");
        std::fs::create_dir(&directory).unwrap();
        let mut alone = std::fs::OpenOptions::new();
        alone.create(true).truncate(true).write(true).share_mode(0);
        let held = alone.open(directory.join("held")).unwrap();
        assert!(try_to_remove(&directory).await.is_err(), "what is held stays");
        let removing = tokio::spawn(remove_quietly(directory.clone()));
        tokio::task::yield_now().await;
        drop(held);
        removing.await.unwrap();
        assert!(!directory.exists(), "it goes as soon as it can");
    }
}
