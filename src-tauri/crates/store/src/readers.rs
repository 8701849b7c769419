//! The readers: a small pool of read-only connections, made when they are first wanted.

use crate::error::StoreError;
use crate::open::keep_plans;
use rusqlite::{Connection, OpenFlags};
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// How many idle connections are kept; more may work at once, and are closed afterwards.
const KEPT: usize = 4;

/// One consistent snapshot of the database.
#[derive(Debug)]
pub struct Reader<'a>(&'a Connection);

impl<'a> Reader<'a> {
    pub(crate) const fn new(connection: &'a Connection) -> Self {
        Self(connection)
    }
}

impl Deref for Reader<'_> {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        self.0
    }
}

pub(crate) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    /// Kept apart: `data_version` tells of changes since the same connection was last asked.
    versions: Mutex<Option<Connection>>,
}

impl Readers {
    pub(crate) const fn new(path: PathBuf) -> Self {
        Self { path, idle: Mutex::new(Vec::new()), versions: Mutex::new(None) }
    }

    pub(crate) fn with<T>(
        &self,
        work: impl FnOnce(&Reader<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let taken = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut connection = match taken {
            Some(connection) => connection,
            None => self.connect()?,
        };
        let result = {
            let snapshot = connection.transaction()?;
            work(&Reader(&snapshot))
        };
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT {
            idle.push(connection);
        }
        result
    }

    /// On a connection of its own and in no transaction, which `VACUUM INTO` asks for.
    pub(crate) fn outside_transaction<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let connection = self.connect()?;
        // It counts as a write, though only of the copy.
        connection.pragma_update(None, "query_only", false)?;
        work(&connection)
    }

    pub(crate) fn data_version(&self) -> Result<i64, StoreError> {
        let mut slot = self.versions.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = match slot.as_mut() {
            Some(connection) => connection,
            None => slot.insert(self.connect()?),
        };
        Ok(connection.query_row("PRAGMA data_version", [], |row| row.get(0))?)
    }

    fn connect(&self) -> Result<Connection, StoreError> {
        let connection = Connection::open_with_flags(
            &self.path,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        connection.busy_timeout(std::time::Duration::from_secs(10))?;
        connection.pragma_update(None, "query_only", true)?;
        connection.pragma_update(None, "cache_size", -16_384)?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        keep_plans(&connection)?;
        connection.set_prepared_statement_cache_capacity(128);
        Ok(connection)
    }
}
