//! The floor of everything that reads: the statements that Waybill ran, run again by nothing but `SQLite`.

use crate::measure::Fallible;
use rusqlite::trace::{TraceEvent, TraceEventCodes};
use rusqlite::{Connection, OpenFlags, Statement};
use std::cell::RefCell;
use waybill_store::{Reader, Store, StoreError};

thread_local! {
    #[cfg_attr(
        windows,
        expect(clippy::missing_const_for_thread_local, reason = "it is const; clippy sees what the macro makes of it")
    )]
    static SEEN: RefCell<Vec<Asked>> = const { RefCell::new(Vec::new()) };
}

/// A statement with its values filled in, and how many of its rows were read: some are left before their end.
#[derive(Debug, Clone)]
pub struct Asked {
    sql: String,
    expanded: String,
    rows: usize,
}

/// What `work` asks of the database.
pub fn asked<T>(
    store: &Store,
    work: impl FnOnce(&Reader<'_>) -> Result<T, StoreError>,
) -> Result<Vec<Asked>, StoreError> {
    store.read_blocking(|reader| {
        let events = TraceEventCodes::SQLITE_TRACE_STMT | TraceEventCodes::SQLITE_TRACE_ROW;
        reader.trace_v2(events, Some(note));
        let result = work(reader);
        reader.trace_v2(TraceEventCodes::empty(), None);
        result.map(|_| SEEN.take())
    })
}

fn note(event: TraceEvent<'_>) {
    match event {
        // What triggers and the full-text index ask in turn begins with a comment.
        TraceEvent::Stmt(statement, sql) if !sql.starts_with("--") => {
            let expanded = statement.expanded_sql().unwrap_or_default();
            let asked = Asked { sql: statement.sql().to_string(), expanded, rows: 0 };
            SEEN.with_borrow_mut(|seen| seen.push(asked));
        }
        TraceEvent::Row(statement) => SEEN.with_borrow_mut(|seen| {
            let sql = statement.sql();
            if let Some(asked) = seen.iter_mut().rev().find(|asked| asked.sql == *sql) {
                asked.rows += 1;
            }
        }),
        _ => {}
    }
}

/// A connection as the readers have it, beside them.
pub fn connect(store: &Store) -> Fallible<Connection> {
    let connection = Connection::open_with_flags(
        store.directory().join("waybill.db"),
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    for setting in ["cache_size", "mmap_size", "temp_store"] {
        let set: Option<i64> = store.read_blocking(|reader| {
            let mut asked = reader.prepare(&format!("PRAGMA {setting}"))?;
            Ok(asked.query([])?.next()?.map(|row| row.get(0)).transpose()?)
        })?;
        connection.pragma_update(None, setting, set)?;
    }
    Ok(connection)
}

/// Statements that are kept prepared, as one snapshot.
pub struct Raw<'a>(Vec<(Statement<'a>, usize)>);

impl<'a> Raw<'a> {
    pub fn prepare(connection: &'a Connection, asked: &[Asked]) -> Fallible<Self> {
        let mut prepared = vec![(connection.prepare("BEGIN")?, 0)];
        for asked in asked {
            prepared.push((connection.prepare(&asked.expanded)?, asked.rows));
        }
        prepared.push((connection.prepare("ROLLBACK")?, 0));
        Ok(Self(prepared))
    }

    /// Runs all of them as far as they were read, keeping every value until the last row of its statement.
    pub fn run(&mut self) -> Fallible<()> {
        for (statement, most) in &mut self.0 {
            let columns = statement.column_count();
            let mut rows = statement.raw_query();
            let mut values = Vec::new();
            let mut read = 0;
            while let Some(row) = rows.next()? {
                // The step after the last row finds that there is none, or is one too many.
                if read == *most {
                    break;
                }
                read += 1;
                for column in 0..columns {
                    values.push(row.get::<_, rusqlite::types::Value>(column)?);
                }
            }
            std::hint::black_box(values);
        }
        Ok(())
    }
}
