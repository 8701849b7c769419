//! The one shape of an error at the edge: a code that some consumer acts on, a sentence, and what to do.

use serde::Serialize;
use ts_rs::TS;
use waybill_engine::secrets::SecretFault;
use waybill_store::{OpenFault, StoreError};

waybill_domain::words! {
    /// What kind of refusal it is. A code exists only because some consumer acts on it.
    pub enum Code {
        /// The request makes no sense as it stands (CLI exit 2).
        Invalid = "invalid",
        /// What it names is not there (CLI exit 3).
        NotFound = "not_found",
        /// It cannot be done as things stand now (CLI exit 4).
        Conflict = "conflict",
        /// The caller may not do it.
        Forbidden = "forbidden",
        /// Something that is needed is not installed, not signed in or not set.
        Missing = "missing",
        /// A fault that is not the caller's (CLI exit 1).
        Failed = "failed",
    }
}

/// What a caller is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, thiserror::Error)]
#[ts(rename = "WireError")]
#[error("{message}")]
pub struct ApiError {
    #[ts(type = "ErrorCode")]
    pub code: Code,
    /// One sentence: what is wrong.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
    /// What a consumer needs to act on it, by command.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "{ [key: string]: unknown }")]
    pub details: Option<Box<serde_json::Value>>,
}

impl ApiError {
    /// An error without a hint.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None, details: None }
    }

    /// Says what to do.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The request makes no sense as it stands.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(Code::Invalid, message)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let message = error.to_string();
        match error {
            StoreError::NotFound { .. } => Self::new(Code::NotFound, message),
            StoreError::Forbidden(_) => Self::new(Code::Forbidden, message),
            StoreError::OpenChildren { children, .. } => {
                let children: Vec<_> = children.into_iter().map(crate::handle::brief_of).collect();
                let mut refusal = Self::new(Code::Conflict, message)
                    .with_hint("Close them first, or resolve it despite its open children.");
                refusal.details = Some(Box::new(serde_json::json!({ "children": children })));
                refusal
            }
            StoreError::Conflict(_) | StoreError::Move(_) => Self::new(Code::Conflict, message),
            StoreError::Invalid(_) | StoreError::Text(_) => Self::invalid(message),
            StoreError::Full => {
                Self::new(Code::Failed, message).with_hint("Free some space; nothing was changed.")
            }
            StoreError::ReadOnly => Self::new(Code::Failed, message).with_hint(
                "Make the directory writable, or set WAYBILL_HOME to another one; nothing was changed.",
            ),
            StoreError::Locked => Self::new(Code::Conflict, message)
                .with_hint("Close the program that holds it, then try again; nothing was changed."),
            StoreError::Corrupt(source) => {
                tracing::error!(%source, "damaged database");
                Self::new(Code::Failed, message).with_hint(
                    "Put the newest backup of the data directory's `backups` folder in its place; nothing was changed.",
                )
            }
            StoreError::Database(source) => {
                tracing::error!(%source, "database");
                Self::new(Code::Failed, format!("{message}: {source}")).with_hint("Run `waybill doctor`.")
            }
            StoreError::File(source) => {
                tracing::error!(%source, "data directory");
                Self::new(Code::Failed, format!("{message}: {source}")).with_hint("Run `waybill doctor`.")
            }
            StoreError::Unreadable(_) | StoreError::Closed => Self::new(Code::Failed, message),
        }
    }
}

impl From<OpenFault> for ApiError {
    fn from(error: OpenFault) -> Self {
        let message = error.to_string();
        match error {
            OpenFault::Newer { .. } => Self::new(Code::Conflict, message)
                .with_hint("Install the newest Waybill; the file was not touched."),
            OpenFault::Foreign { .. } => Self::new(Code::Conflict, message).with_hint(
                "Move it away, or set WAYBILL_HOME to another directory; the file was not touched.",
            ),
            OpenFault::Directory { source, .. } => Self::new(Code::Failed, format!("{message}: {source}"))
                .with_hint("Make it writable, or set WAYBILL_HOME to another directory."),
            OpenFault::Backup { source, .. } | OpenFault::Migration { source, .. } => {
                Self::new(Code::Failed, format!("{message}: {source}"))
                    .with_hint("Free some space and try again; the database is as it was.")
            }
            OpenFault::Store(error) => error.into(),
        }
    }
}

impl From<SecretFault> for ApiError {
    fn from(fault: SecretFault) -> Self {
        let code = match fault {
            SecretFault::Unavailable(_) => Code::Missing,
            SecretFault::Refused(_) => Code::Failed,
        };
        Self::new(code, fault.to_string())
    }
}
