//! Import and export: issues from other systems, a project's rows out and in, issues as Markdown (SPEC 3).
//!
//! This room reads and writes files; rows are the store's. Everything here blocks and runs off the runtime's threads,
//! in pieces small enough that other writers get their turn. Nothing that is read is trusted: sizes are bounded, links
//! out of a folder are not followed, and one entry that cannot be read never costs another.

mod attachments;
mod control;
mod entry;
mod export;
mod formats;
mod import;
mod links;
mod markdown;
mod places;
mod report;
mod restore;
mod running;
mod shape;
mod times;
mod values;

pub use control::{Control, TransferError};
pub use export::{ExportRequest, Layout, export};
pub use formats::Format;
pub use import::{ImportRequest, import};
pub use report::{Preview, Report, Skipped};
pub use restore::{Restored, restore};
pub use running::{State, Status, Transfers};
