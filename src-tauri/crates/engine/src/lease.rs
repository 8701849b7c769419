//! The engine lease: one engine at a time works a data directory (SPEC 10).
//!
//! It is a lock that the operating system holds for the process, so that it is free the moment its holder is
//! gone, however that happened.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

/// The lease, held until it is dropped.
#[derive(Debug)]
pub struct Lease(#[expect(dead_code, reason = "holding the file holds the lock")] File);

/// Takes the lease; `None` when another process holds it.
pub fn take(directory: &Path) -> std::io::Result<Option<Lease>> {
    let file =
        OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path(directory))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Lease(file))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Whether some process holds the lease now.
pub fn is_held(directory: &Path) -> bool {
    matches!(take(directory), Ok(None))
}

fn path(directory: &Path) -> PathBuf {
    directory.join("engine.lock")
}

#[cfg(test)]
mod tests {
    #[test]
    fn two_engines_never_work_the_same_data() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let first = super::take(directory.path()).expect("can be asked for");
        assert!(first.is_some());
        assert!(super::is_held(directory.path()), "the second must see the first");
        drop(first);
        assert!(!super::is_held(directory.path()), "a lease must not outlive its holder");
    }
}
