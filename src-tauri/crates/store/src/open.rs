//! Opening the database: pragmas with their reasons, the schema, the writer and the readers.

use crate::error::{OpenFault, StoreError};
use crate::migrations::migrate;
use crate::readers::{Reader, Readers};
use crate::writer::{Write, Writer};
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
    writer: Writer,
    readers: Readers,
    committed: watch::Receiver<i64>,
}

impl Store {
    /// Opens `waybill.db` in the data directory, making both when they are not there.
    pub fn open(directory: &Path, clock: Clock) -> Result<Self, OpenFault> {
        make_directory(directory)?;
        let path = directory.join("waybill.db");
        let mut connection = connect(&path)?;
        migrate(&mut connection, &path)?;
        let (announce, committed) = watch::channel(0);
        let writer = Writer::start(connection, Arc::clone(&clock), announce);
        Ok(Self(Arc::new(Inner {
            directory: directory.to_owned(),
            clock,
            writer,
            readers: Readers::new(path),
            committed,
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
        self.0.writer.submit(work)?.await.map_err(|_| StoreError::Closed)?
    }

    /// As `write`, for callers outside the runtime.
    pub fn write_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Write<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.0.writer.submit(work)?.blocking_recv().map_err(|_| StoreError::Closed)?
    }

    /// Reads one consistent snapshot off the runtime's threads.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Reader<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
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
        self.0.readers.with(work)
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
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

fn make_directory(directory: &Path) -> Result<(), OpenFault> {
    let fault = |source| OpenFault::Directory { path: directory.to_owned(), source };
    // Only a directory that is Waybill's own is closed to others: one that was there before may be shared.
    let ours = !directory.exists() || directory.join("waybill.db").exists();
    std::fs::create_dir_all(directory).map_err(fault)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(directory).map_err(fault)?.permissions().mode();
        // The issues of a person are theirs alone; only tightened, so that a read-only disk is still readable.
        if ours && mode & 0o077 != 0 {
            std::fs::set_permissions(directory, std::fs::Permissions::from_mode(0o700)).map_err(fault)?;
        }
    }
    make_private_file(&directory.join("waybill.db")).map_err(fault)
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
