//! The files of issues: into the data directory from where an import names them, and out of it into an export.

use super::control::TransferError;
use super::places;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use waybill_store::attachment_files::{self, Content, MOST};
use waybill_store::{Store, StoreError};

/// Keeps a file in the data directory, or says why it is left out.
pub(super) fn keep(store: &Store, path: &Path) -> Result<Result<Content, String>, TransferError> {
    if !places::is_own_file(path) {
        return Ok(Err("the file is not there".to_owned()));
    }
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MOST + 1).read_to_end(&mut bytes));
    if let Err(error) = read {
        return Ok(Err(format!("the file cannot be read: {error}")));
    }
    match attachment_files::keep(store.directory(), &bytes) {
        Ok(content) => Ok(Ok(content)),
        Err(attachment_files::FileFault::TooLarge) => Ok(Err("the file is larger than 25 MB".to_owned())),
        Err(fault) => Err(StoreError::from(fault).into()),
    }
}

/// Copies a content of the data directory to a file; `false` when it is not there.
pub(super) fn copy_out(store: &Store, sha256: &str, target: &Path) -> Result<bool, TransferError> {
    let Some(source) = attachment_files::path(store.directory(), sha256).filter(|path| path.is_file()) else {
        return Ok(false);
    };
    std::fs::copy(&source, target).map_err(TransferError::unwritable(target))?;
    Ok(true)
}
