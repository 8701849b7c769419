//! The plain table that the `sqlite3` shell works on: as many issues, with no more around them than a person would make.

use crate::filled::Filled;
use crate::measure::Fallible;
use std::path::{Path, PathBuf};
use waybill_store::Connection;

pub const FILE: &str =
    "PRAGMA synchronous = FULL; INSERT INTO issues (title, body, status, priority, created_at)
     VALUES ('The editor loses its place', 'It jumps to the top.', 'open', 'medium', 1750000000000);";
pub const LIST: &str =
    "SELECT number, status, priority, title FROM issues WHERE status IN ('open', 'triaged', 'assigned', 'in_progress')
     ORDER BY number DESC LIMIT 50;";

/// A search as `sqlite3` is told it: ranked, with excerpts.
pub fn search(word: &str) -> String {
    format!(
        "SELECT rowid, title, snippet(texts, -1, '', '', '…', 16) FROM texts WHERE texts MATCH '\"{word}\"'
         ORDER BY bm25(texts, 4.0, 1.0) LIMIT 50;"
    )
}

/// Writes the file.
pub fn build(filled: &Filled, folder: &Path) -> Fallible<PathBuf> {
    let path = folder.join("plain.db");
    let connection = Connection::open(&path)?;
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF")?;
    connection.execute("ATTACH ?1 AS filled", [filled.home.join("waybill.db").to_string_lossy()])?;
    connection.execute_batch(
        "BEGIN;
         CREATE TABLE issues (number INTEGER PRIMARY KEY, title TEXT, body TEXT, status TEXT, priority TEXT,
           created_at INTEGER);
         INSERT INTO issues SELECT number, title, body, status, priority, created_at FROM filled.issues ORDER BY number;
         CREATE VIRTUAL TABLE texts USING fts5 (title, body, content = 'issues', content_rowid = 'number');
         INSERT INTO texts (rowid, title, body) SELECT number, title, body FROM issues;
         COMMIT; DETACH filled",
    )?;
    Ok(path)
}
