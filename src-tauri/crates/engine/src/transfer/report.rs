//! What an import or export did, or what a dry run would do.

use waybill_domain::issue::{Priority, Status};

/// How many entries that could not be read are told one by one.
const TOLD: usize = 1_000;
/// How many issues are shown beforehand.
const SHOWN: usize = 20;

/// What an import or export did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    pub dry_run: bool,
    pub issues: i64,
    /// Issues that were there already.
    pub existing: i64,
    pub updates: i64,
    pub todos: i64,
    pub links: i64,
    /// Labels that the project did not have (an import), or has (an export).
    pub labels: i64,
    pub attachments: i64,
    /// At most 1,000 of them.
    pub skipped: Vec<Skipped>,
    pub skipped_total: i64,
    /// One sentence each.
    pub notes: Vec<String>,
    pub preview: Vec<Preview>,
}

/// An entry that could not be read; all others came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    pub file: String,
    /// Counted from 1; `None` when it is the whole file.
    pub line: Option<i64>,
    pub what: String,
}

/// An issue that an import brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    pub external_id: String,
    pub title: String,
    pub status: Status,
    pub priority: Priority,
    pub labels: Vec<String>,
}

impl Report {
    /// Tells of an entry that is left out.
    pub(super) fn skip(&mut self, file: &str, line: Option<i64>, what: impl Into<String>) {
        self.skipped_total += 1;
        if self.skipped.len() < TOLD {
            self.skipped.push(Skipped { file: file.to_owned(), line, what: what.into() });
        }
    }

    /// Adds a sentence, once.
    pub(super) fn note(&mut self, sentence: &str) {
        if !self.notes.iter().any(|known| known == sentence) {
            self.notes.push(sentence.to_owned());
        }
    }

    pub(super) fn show(&mut self, preview: impl FnOnce() -> Preview) {
        if self.preview.len() < SHOWN {
            self.preview.push(preview());
        }
    }
}
