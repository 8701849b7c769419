//! Contexts and their versions on the wire.

use super::Author;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_domain::Millis;
use waybill_domain::context::{SessionType, VersionState};

/// What every agent of one kind of session is told of a project.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Context {
    #[ts(type = "SessionType")]
    pub session_type: SessionType,
    /// Null: nothing was published yet, and nothing is told.
    pub active_version: Option<i64>,
    /// 0: nothing was saved yet.
    pub last_version: i64,
    #[ts(type = "VersionState | null")]
    pub last_state: Option<VersionState>,
    pub updated_at: Option<Millis>,
}

/// A version of a context as lists show it.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ContextVersionRow {
    #[ts(type = "SessionType")]
    pub session_type: SessionType,
    pub version: i64,
    #[ts(type = "VersionState")]
    pub state: VersionState,
    pub saved_by: Author,
    pub saved_at: Millis,
    /// Null of a draft.
    pub published_at: Option<Millis>,
}

/// A version of a context.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ContextVersion {
    #[serde(flatten)]
    #[ts(flatten)]
    pub row: ContextVersionRow,
    /// Markdown.
    pub body: String,
}

/// Names a context.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ContextRef {
    pub project: String,
    #[ts(type = "SessionType")]
    pub session_type: SessionType,
}

/// Asks for a version of a context.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ContextGet {
    pub project: String,
    #[ts(type = "SessionType")]
    pub session_type: SessionType,
    /// The newest when absent.
    #[serde(default)]
    #[ts(optional)]
    pub version: Option<i64>,
}

/// Saves a context as a draft.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ContextSave {
    pub project: String,
    #[ts(type = "SessionType")]
    pub session_type: SessionType,
    pub body: String,
    /// The version that was edited, 0 for none; refused when another was saved meanwhile.
    #[serde(default)]
    #[ts(optional)]
    pub version: Option<i64>,
}

/// Names a version of a context: to be published, or to be active again.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ContextVersionRef {
    pub project: String,
    #[ts(type = "SessionType")]
    pub session_type: SessionType,
    pub version: i64,
}
