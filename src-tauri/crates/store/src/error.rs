//! What can go wrong with the database, as sentences for the person and kinds for the code.

use crate::issues::Brief;
use std::path::PathBuf;
use waybill_domain::issue::{IllegalMove, TextFault};

/// A read or a write that did not happen. Nothing of a refused write is kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// What was named is not there.
    #[error("{what} {name} does not exist")]
    NotFound { what: &'static str, name: String },
    /// It cannot be done as things stand.
    #[error("{0}")]
    Conflict(String),
    /// The request itself is wrong.
    #[error("{0}")]
    Invalid(String),
    /// It is for somebody else to do.
    #[error("{0}")]
    Forbidden(String),
    /// A parent is to be resolved while children of it are open; these are they, at most 200.
    #[error("issue #{issue} has open children: {}", numbers(children))]
    OpenChildren { issue: i64, children: Vec<Brief> },
    #[error(transparent)]
    Move(#[from] IllegalMove),
    #[error(transparent)]
    Text(#[from] TextFault),
    /// The disk has no room left.
    #[error("the disk that holds Waybill's data is full")]
    Full,
    /// The disk or the file cannot be written.
    #[error("Waybill's data directory cannot be written")]
    ReadOnly,
    /// A file beside the database; the source says which fault it was.
    #[error("a file in Waybill's data directory cannot be read or written")]
    File(#[source] std::io::Error),
    /// Another program keeps the database locked.
    #[error("the database stayed locked by another program")]
    Locked,
    #[error("the database is damaged")]
    Corrupt(#[source] rusqlite::Error),
    #[error("the database refused a statement")]
    Database(#[source] rusqlite::Error),
    /// What is stored cannot be read back.
    #[error("the database holds a value that cannot be read: {0}")]
    Unreadable(String),
    /// The writer thread has ended: the application is closing.
    #[error("Waybill is closing")]
    Closed,
}

/// Issues as a sentence names them: "#3, #4 and 7 more".
pub(crate) fn numbers(issues: &[Brief]) -> String {
    const NAMED: usize = 5;
    let named: Vec<_> = issues.iter().take(NAMED).map(|issue| format!("#{}", issue.number)).collect();
    match issues.len().checked_sub(NAMED).filter(|more| *more > 0) {
        Some(more) => format!("{} and {more} more", named.join(", ")),
        None => named.join(", "),
    }
}

impl StoreError {
    /// Whether the request was refused as it stands; otherwise the database itself is at fault.
    pub const fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::NotFound { .. }
                | Self::Conflict(_)
                | Self::Invalid(_)
                | Self::Forbidden(_)
                | Self::OpenChildren { .. }
                | Self::Move(_)
                | Self::Text(_)
        )
    }

    /// Says that `what` called `name` is not there.
    pub fn not_found(what: &'static str, name: impl std::fmt::Display) -> Self {
        Self::NotFound { what, name: name.to_string() }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => Self::ReadOnly,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Corrupt(error),
            _ => Self::Database(error),
        }
    }
}

/// A database that was not opened. It is left as it was.
#[derive(Debug, thiserror::Error)]
pub enum OpenFault {
    #[error("the database {} was written by a newer Waybill (schema {found}, this one knows {known})", path.display())]
    Newer { path: PathBuf, found: i64, known: i64 },
    #[error("{} is not a Waybill database", path.display())]
    Foreign { path: PathBuf },
    #[error("the data directory {} cannot be made or written", path.display())]
    Directory {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("the database {} could not be backed up before its update", path.display())]
    Backup {
        path: PathBuf,
        #[source]
        source: rusqlite::Error,
    },
    #[error("the update {name} of the database failed; nothing was changed")]
    Migration {
        name: &'static str,
        #[source]
        source: rusqlite::Error,
    },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for OpenFault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}
