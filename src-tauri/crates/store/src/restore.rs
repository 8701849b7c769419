//! Putting a backup in the place of the database (SPEC 16).
//!
//! The backup is checked and copied before anything is touched, and the present file is kept beside it: at every
//! moment there is one whole database at its place.

use crate::error::{OpenFault, StoreError};
use crate::open::{backup, make_directory, quick_check};
use crate::{in_use, migrations};
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use waybill_domain::Millis;

/// Replaces `waybill.db` in the data directory by the backup `file`; where the former one is kept, if there was one.
/// Refused while any process has the database open.
pub fn restore(directory: &Path, file: &Path, now: Millis) -> Result<Option<PathBuf>, OpenFault> {
    let path = directory.join("waybill.db");
    make_directory(directory)?;
    let fault = |source| OpenFault::Directory { path: directory.to_owned(), source };
    let _alone = in_use::alone(directory).map_err(fault)?.ok_or_else(|| {
        let message = "another Waybill has the database open: close the application, `waybill serve` and other commands first";
        StoreError::Conflict(message.to_owned())
    })?;
    if file.canonicalize().ok() == path.canonicalize().ok() {
        return Err(StoreError::Invalid("this is the database itself, not a backup of it".to_owned()).into());
    }
    let incoming = directory.join("waybill.restoring.db");
    copy_checked(file, &incoming)?;
    let kept = keep(&path, now).map_err(fault)?;
    std::fs::rename(&incoming, &path).map_err(fault)?;
    sync(directory).map_err(fault)?;
    Ok(kept)
}

/// Copies a backup that is whole, ours and not of a newer Waybill.
fn copy_checked(file: &Path, target: &Path) -> Result<(), OpenFault> {
    if !file.is_file() {
        return Err(StoreError::not_found("the backup", file.display()).into());
    }
    let unusable = |why: &str| StoreError::Invalid(format!("{} {why}; nothing was changed", file.display()));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    match migrations::check(&connection, file) {
        Ok(0) => return Err(unusable("holds nothing").into()),
        Ok(_) => {}
        Err(OpenFault::Foreign { .. } | OpenFault::Store(StoreError::Corrupt(_))) => {
            return Err(unusable("is not a backup of Waybill").into());
        }
        Err(fault) => return Err(fault),
    }
    let wrong = match quick_check(&connection) {
        Ok(found) => found.into_iter().next(),
        Err(StoreError::Corrupt(source)) => Some(source.to_string()),
        Err(error) => return Err(error.into()),
    };
    if let Some(wrong) = wrong {
        return Err(unusable(&format!("is damaged ({wrong})")).into());
    }
    Ok(backup(&connection, target)?)
}

/// Keeps the present database under another name, with its log when that cannot be folded into it.
fn keep(path: &Path, now: Millis) -> std::io::Result<Option<PathBuf>> {
    // None was there, or one in which nothing was.
    if !std::fs::metadata(path).is_ok_and(|meta| meta.len() > 0) {
        return Ok(None);
    }
    // Closing the last connection folds the log into the file. A damaged one stays as it is.
    if let Ok(connection) = Connection::open(path) {
        drop(connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())));
    }
    let kept = path.with_extension(format!("before-restore-{now}.db"));
    let (log, kept_log) = (beside(path, "-wal"), beside(&kept, "-wal"));
    // The database stays at its place, too, until the other one takes it. The log must not: it would be read into
    // the new file.
    if std::fs::hard_link(path, &kept).is_err() {
        std::fs::copy(path, &kept)?;
    }
    absent(std::fs::rename(log, kept_log))?;
    absent(std::fs::remove_file(beside(path, "-shm")))?;
    Ok(Some(kept))
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// What is not there needs no moving.
fn absent(done: std::io::Result<()>) -> std::io::Result<()> {
    match done {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Makes new names durable, where folders can be synced.
fn sync(directory: &Path) -> std::io::Result<()> {
    if cfg!(unix) { std::fs::File::open(directory)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::restore;
    use crate::error::{OpenFault, StoreError};
    use crate::open::Store;
    use std::path::Path;
    use std::sync::Arc;

    fn open(directory: &Path) -> Store {
        Store::open(directory, Arc::new(|| 1)).expect("opens")
    }

    fn set(store: &Store, name: &str) {
        let name = name.to_owned();
        let work = move |write: &crate::Write<'_>| {
            write.execute(
                "INSERT OR REPLACE INTO settings (key, value) VALUES ('operator_name', json_quote(?1))",
                [name],
            )?;
            Ok(())
        };
        store.write_blocking(work).expect("is written");
    }

    fn name(store: &Store) -> String {
        let work = |reader: &crate::Reader<'_>| {
            Ok(reader
                .query_row("SELECT value FROM settings WHERE key = 'operator_name'", [], |row| row.get(0))?)
        };
        store.read_blocking(work).expect("is read")
    }

    #[test]
    fn a_restored_backup_takes_the_place_and_the_former_database_is_kept_whole() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let (home, file) = (directory.path().join("home"), directory.path().join("copy.db"));
        let store = open(&home);
        set(&store, "before");
        store.backup(&file).expect("is made");
        set(&store, "after");
        let refused = restore(&home, &file, 7).expect_err("it is open");
        assert!(matches!(refused, OpenFault::Store(StoreError::Conflict(_))), "{refused}");
        drop(store);
        let kept = restore(&home, &file, 7).expect("is restored").expect("there was one");
        assert_eq!(name(&open(&home)), "\"before\"", "the backup's content is what is there now");
        let aside = directory.path().join("aside");
        std::fs::create_dir(&aside).expect("is made");
        std::fs::copy(&kept, aside.join("waybill.db")).expect("is copied");
        assert_eq!(name(&open(&aside)), "\"after\"", "nothing of the former one is lost");
    }

    #[test]
    fn a_file_that_is_no_whole_backup_is_refused_and_changes_nothing() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let (home, file) = (directory.path().join("home"), directory.path().join("copy.db"));
        let store = open(&home);
        set(&store, "now");
        store.backup(&file).expect("is made");
        drop(store);
        let whole = std::fs::read(&file).expect("is read");
        let mut damaged = whole.clone();
        let middle = damaged.len() / 2;
        damaged[middle..].fill(0xaa);
        let bad: [(&str, &[u8]); 4] = [
            ("text", b"not a database"),
            ("nothing", b""),
            ("half", &whole[..whole.len() / 2]),
            ("damaged", &damaged),
        ];
        for (what, bytes) in bad {
            std::fs::write(&file, bytes).expect("is written");
            assert!(restore(&home, &file, 7).is_err(), "{what} would lose every issue");
        }
        assert!(restore(&home, &home.join("waybill.db"), 7).is_err(), "itself is no backup");
        assert!(restore(&home, &directory.path().join("none"), 7).is_err());
        assert_eq!(name(&open(&home)), "\"now\"", "a refused restore changes nothing");
        let left = std::fs::read_dir(&home).expect("is read").flatten();
        let left: Vec<_> = left
            .map(|entry| entry.file_name())
            .filter(|name| name.to_string_lossy().contains("restor"))
            .collect();
        assert!(left.is_empty(), "and leaves nothing: {left:?}");
    }
}
