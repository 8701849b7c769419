//! The `SQLite` database, and the only room with SQL.
//!
//! One writer thread owns the write connection and commits what has gathered as one transaction; readers are a
//! small pool of read-only connections (DESIGN, "The one write path and the one feed"). This room knows the
//! domain's nouns and nothing of wire shapes, processes, git, or the clock, which is handed in.

mod alone;
mod audit;
mod changes;
mod error;
mod in_use;
mod migrations;
mod open;
mod readers;
mod restore;
mod row;
mod texts;
mod upkeep;
mod versions;
mod writer;

pub mod agent_tokens;
pub mod agent_tools;
pub mod assignments;
pub mod attachment_files;
pub mod attachments;
pub mod authors;
pub mod claims;
pub mod contexts;
pub mod issue_moves;
pub mod issue_query;
pub mod issue_updates;
pub mod issues;
pub mod jobs;
pub mod labels;
pub mod learning_versions;
pub mod learnings;
pub mod links;
pub mod notifications;
pub mod origin;
pub mod output;
pub mod people;
pub mod personas;
pub mod project_settings;
pub mod projects;
pub mod run_candidates;
pub mod run_steps;
pub mod runs;
pub mod sandboxes;
pub mod secrets;
pub mod session_messages;
pub mod session_questions;
pub mod sessions;
pub mod settings;
pub mod submissions;
pub mod todos;
pub mod transfer;
pub mod trash;
pub mod viewer;
pub mod views;
pub mod workflows;

pub use audit::{AuditFault, verify as verify_audit};
pub use changes::{Change, Topic, last as last_change, since as changes_since};
pub use error::{OpenFault, StoreError};
pub use open::{Clock, Store, quick_check};
pub use readers::Reader;
pub use restore::restore;
pub use rusqlite::Connection;
pub use versions::Saved;
pub use writer::Write;
