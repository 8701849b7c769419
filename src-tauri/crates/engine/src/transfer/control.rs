//! How a transfer is watched and stopped, and what can end it.

use std::path::{Path, PathBuf};
use tokio_util::sync::CancellationToken;
use waybill_store::StoreError;

/// What watches and stops a transfer.
pub struct Control<'a> {
    /// Told how many entries are done, of how many; called from the transfer's own threads.
    pub progress: &'a (dyn Fn(i64, i64) + Send + Sync),
    pub cancel: &'a CancellationToken,
}

impl std::fmt::Debug for Control<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Control").field("cancel", self.cancel).finish_non_exhaustive()
    }
}

impl Control<'_> {
    /// Ends the transfer when that was asked for.
    pub(super) fn check(&self) -> Result<(), TransferError> {
        if self.cancel.is_cancelled() { Err(TransferError::Cancelled) } else { Ok(()) }
    }
}

/// What ended a transfer as a whole.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    #[error("{} does not exist or cannot be read", path.display())]
    Unreadable {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("{} cannot be written", path.display())]
    Unwritable {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    /// What was named is not what was said.
    #[error("{0}")]
    Shape(String),
    #[error("{} is not empty; an export goes to a folder that is empty or not there yet", .0.display())]
    Occupied(PathBuf),
    #[error("it was cancelled")]
    Cancelled,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl TransferError {
    pub(super) fn unreadable(path: &Path) -> impl Fn(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Unreadable { path: path.clone(), source }
    }

    pub(super) fn unwritable(path: &Path) -> impl Fn(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Unwritable { path: path.clone(), source }
    }
}
