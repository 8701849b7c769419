//! Opening the database: pragmas with their reasons, the schema, the writer and the readers.

use crate::alone::Alone;
use crate::error::{OpenFault, StoreError};
use crate::in_use::{self, InUse};
use crate::migrations::migrate;
use crate::origin;
use crate::readers::{Reader, Readers};
use crate::writer::{Write, Writer};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::watch;
use waybill_domain::Millis;

/// Tells the time; handed in so that tests and replays decide it.
pub type Clock = Arc<dyn Fn() -> Millis + Send + Sync>;

/// The open database. Cheap to clone; the last clone dropped ends the writer after what is queued is done.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    directory: PathBuf,
    clock: Clock,
    // Closed before the writer's connection, which then finds itself the last one and folds the log into the file.
    readers: Readers,
    writing: Writing,
    committed: watch::Receiver<i64>,
    /// Given back last, when no connection is left.
    _in_use: Option<InUse>,
}

/// Where what is asked for is done.
enum Writing {
    /// By the writer's thread; reads are for the readers.
    Thread(Writer),
    /// By whoever asks, reads as well.
    Alone(Alone),
}

impl Store {
    /// Opens `waybill.db` in the data directory, making both when they are not there.
    pub fn open(directory: &Path, clock: Clock) -> Result<Self, OpenFault> {
        Self::open_for(directory, clock, false)
    }

    /// As `open`, for one short command that asks for one thing after another: each is done at once, on the thread
    /// that asks. Quicker to begin and to end, but a read within a read or a write would wait for itself.
    pub fn open_alone(directory: &Path, clock: Clock) -> Result<Self, OpenFault> {
        Self::open_for(directory, clock, true)
    }

    fn open_for(directory: &Path, clock: Clock, alone: bool) -> Result<Self, OpenFault> {
        make_directory(directory)?;
        let in_use = in_use::share(directory);
        let path = directory.join("waybill.db");
        let connection = match open_file(directory, &path) {
            Ok(connection) => connection,
            Err(fault) => {
                in_use::forget(directory, in_use.as_ref());
                return Err(fault);
            }
        };
        let (announce, committed) = watch::channel(0);
        let writing = if alone {
            Writing::Alone(Alone::new(connection, Arc::clone(&clock), announce))
        } else {
            fold_seldom(&connection)?;
            Writing::Thread(Writer::start(connection, Arc::clone(&clock), announce))
        };
        Ok(Self(Arc::new(Inner {
            directory: directory.to_owned(),
            clock,
            readers: Readers::new(path),
            writing,
            committed,
            _in_use: in_use,
        })))
    }

    /// The data directory.
    pub fn directory(&self) -> &Path {
        &self.0.directory
    }

    /// The time now, by the clock that was handed in.
    pub fn now(&self) -> Millis {
        (self.0.clock)()
    }

    /// Writes in the next transaction; an `Ok` is durable. A closure that fails leaves nothing behind.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Write<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let origin = origin::current();
        let work = move |write: &Write<'_>| match origin {
            Some(_) => work(&write.coming_from(origin)),
            None => work(write),
        };
        match &self.0.writing {
            Writing::Thread(writer) => writer.submit(work)?.await.map_err(|_| StoreError::Closed)?,
            Writing::Alone(alone) => alone.write(work),
        }
    }

    /// As `write`, for callers outside the runtime.
    pub fn write_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Write<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        match &self.0.writing {
            Writing::Thread(writer) => {
                writer.submit(work)?.blocking_recv().map_err(|_| StoreError::Closed)?
            }
            Writing::Alone(alone) => alone.write(work),
        }
    }

    /// Reads one consistent snapshot off the runtime's threads.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Reader<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        if let Writing::Alone(alone) = &self.0.writing {
            return alone.read(work);
        }
        let store = self.clone();
        tokio::task::spawn_blocking(move || store.read_blocking(work))
            .await
            .map_err(|_| StoreError::Closed)?
    }

    /// As `read`, on the calling thread.
    pub fn read_blocking<T>(
        &self,
        work: impl FnOnce(&Reader<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match &self.0.writing {
            Writing::Thread(_) => self.0.readers.with(work),
            Writing::Alone(alone) => alone.read(work),
        }
    }

    /// Writes a consistent copy to `target`, which appears only once it is whole. Blocks as long as that takes.
    pub fn backup(&self, target: &Path) -> Result<(), StoreError> {
        self.0.readers.outside_transaction(|connection| Ok(backup(connection, target)?))
    }

    /// Wakes when this process has committed; the value is the change log's last number.
    pub fn committed(&self) -> watch::Receiver<i64> {
        self.0.committed.clone()
    }

    /// A number that changes when any process has committed.
    pub fn data_version(&self) -> Result<i64, StoreError> {
        self.0.readers.data_version()
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Store").field(&self.0.directory).finish()
    }
}

/// The write connection, with the newest schema.
fn open_file(directory: &Path, path: &Path) -> Result<Connection, OpenFault> {
    make_private_file(path).map_err(|source| OpenFault::Directory { path: directory.to_owned(), source })?;
    let mut connection = connect(path)?;
    migrate(&mut connection, path)?;
    Ok(connection)
}

/// A connection with the pragmas that every write connection has.
fn connect(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    // Another process may hold the write lock for the length of one commit, or of one migration.
    connection.busy_timeout(std::time::Duration::from_secs(30))?;
    // Acknowledged means durable: each commit reaches the disk before it is answered.
    connection.pragma_update(None, "synchronous", "FULL")?;
    // On macOS a plain sync leaves the data in the drive's own cache; elsewhere these change nothing.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // Keeps the log from staying large after one large transaction.
    connection.pragma_update(None, "journal_size_limit", 16 * 1024 * 1024)?;
    connection.pragma_update(None, "cache_size", -16_384)?;
    // Killed between making a temporary file and unlinking it, a process would leave it in a folder that all share.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    keep_plans(&connection)?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

/// Folds the log into the file after so many pages, 16 MB, where one process writes much: a page that many commits change
/// is then written once. A short command keeps to fewer, since whoever opens a log that was left reads all of it.
fn fold_seldom(connection: &Connection) -> Result<(), StoreError> {
    Ok(connection.pragma_update(None, "wal_autocheckpoint", 4_000)?)
}

/// A statement keeps its plan whatever its parameters are: or each new value would have it planned anew, which takes
/// longer than most statements run.
pub(crate) fn keep_plans(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(|_| ())
}

pub(crate) fn make_directory(directory: &Path) -> Result<(), OpenFault> {
    let fault = |source| OpenFault::Directory { path: directory.to_owned(), source };
    // Only a directory that is Waybill's own is closed to others: one that was there before may be shared.
    #[cfg(unix)]
    let ours = !directory.exists() || directory.join("waybill.db").exists();
    std::fs::create_dir_all(directory).map_err(fault)?;
    // On Windows a directory below the user's own inherits that nobody else may look into it.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(directory).map_err(fault)?.permissions().mode();
        // The issues of a person are theirs alone; only tightened, so that a read-only disk is still readable.
        if ours && mode & 0o077 != 0 {
            std::fs::set_permissions(directory, std::fs::Permissions::from_mode(0o700)).map_err(fault)?;
        }
    }
    Ok(())
}

/// Makes the database's file readable by its owner alone before anything is in it.
fn make_private_file(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Writes a consistent copy of the database to `target`, which appears only once it is whole.
pub(crate) fn backup(connection: &Connection, target: &Path) -> Result<(), rusqlite::Error> {
    let refused = |_| rusqlite::Error::InvalidPath(target.to_owned());
    let folder = target.parent().unwrap_or_else(|| Path::new("."));
    // A folder of its own, closed to others: nothing of the person's is in the way, and nobody reads the copy.
    let own = folder.join(format!(".waybill-{}.partial", waybill_domain::ids::JobId::generate()));
    make_private_folder(&own).map_err(refused)?;
    let partial = own.join("copy.db");
    let made =
        write_copy(connection, &partial).and_then(|()| std::fs::rename(&partial, target).map_err(refused));
    let removed = std::fs::remove_dir_all(&own).map_err(refused);
    made.and(removed)
}

fn make_private_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    #[cfg(not(unix))]
    builder.recursive(false);
    builder.create(path)
}

fn write_copy(connection: &Connection, partial: &Path) -> Result<(), rusqlite::Error> {
    let refused = |_| rusqlite::Error::InvalidPath(partial.to_owned());
    let name = partial.to_str().ok_or_else(|| rusqlite::Error::InvalidPath(partial.to_owned()))?;
    connection.execute("VACUUM INTO ?1", [name])?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(partial, std::fs::Permissions::from_mode(0o600)).map_err(refused)?;
    }
    // Windows syncs only what may be written.
    let file = std::fs::OpenOptions::new().write(true).open(partial).map_err(refused)?;
    file.sync_all().map_err(refused)
}

/// What `PRAGMA quick_check` finds wrong; empty when the database is whole.
pub fn quick_check(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare("PRAGMA quick_check(20)")?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    let found: Vec<String> = rows.collect::<Result<_, _>>()?;
    Ok(found.into_iter().filter(|line| line != "ok").collect())
}

#[cfg(test)]
mod tests {
    use super::Store;
    use rusqlite::Connection;
    use std::sync::Arc;

    #[test]
    fn a_backup_is_a_whole_database_and_appears_only_once_it_is() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let store = Store::open(directory.path(), Arc::new(|| 1)).expect("opens");
        let target = directory.path().join("copy.db");
        store.backup(&target).expect("is made");
        let copy = Connection::open(&target).expect("opens");
        assert!(
            super::quick_check(&copy).expect("is read").is_empty(),
            "a backup that cannot be restored is none"
        );
        let left = std::fs::read_dir(directory.path()).expect("is read").flatten();
        let left: Vec<_> =
            left.filter(|entry| entry.file_name().to_string_lossy().contains("partial")).collect();
        assert!(left.is_empty(), "nothing half-made is left: {left:?}");
        assert!(store.backup(&directory.path().join("no/such/folder/copy.db")).is_err());
    }
}
