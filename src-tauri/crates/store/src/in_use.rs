//! Whether some process has the database open: a lock that the operating system holds for the process, so that it
//! is free the moment its holder is gone. All who have it open share it; who replaces the file takes it alone.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

/// The lock, held until it is dropped.
#[derive(Debug)]
pub(crate) struct InUse {
    #[expect(dead_code, reason = "holding the file holds the lock")]
    file: File,
    is_new: bool,
}

/// Removes the lock's file again where there was none before; what cannot be opened gets nothing put beside it.
pub(crate) fn forget(directory: &Path, shared: Option<&InUse>) {
    if let Some(InUse { is_new: true, .. }) = shared {
        // Left behind, it harms nobody.
        drop(std::fs::remove_file(path(directory)));
    }
}

/// Shares the lock, once nobody replaces the file any more. On a disk that cannot be written nobody does: there it
/// is `None`.
pub(crate) fn share(directory: &Path) -> Option<InUse> {
    let is_new = !path(directory).exists();
    let file = open(directory).ok()?;
    file.lock_shared().ok().map(|()| InUse { file, is_new })
}

/// Takes the lock alone; `None` while some process has the database open.
pub(crate) fn alone(directory: &Path) -> std::io::Result<Option<InUse>> {
    let file = open(directory)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(InUse { file, is_new: false })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn open(directory: &Path) -> std::io::Result<File> {
    OpenOptions::new().create(true).truncate(false).write(true).open(path(directory))
}

fn path(directory: &Path) -> PathBuf {
    directory.join("waybill.open")
}
