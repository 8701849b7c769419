//! The schema: forward only, one transaction each, with a backup before an existing file is touched (SPEC 1).

use crate::error::OpenFault;
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;

/// The migrations in order; the database's `user_version` is how many were applied.
const MIGRATIONS: &[(&str, &str)] = &[
    ("0001_foundation", include_str!("../../../../migrations/0001_foundation.sql")),
    ("0002_issues", include_str!("../../../../migrations/0002_issues.sql")),
    ("0003_runs", include_str!("../../../../migrations/0003_runs.sql")),
    ("0004_jobs_and_notifications", include_str!("../../../../migrations/0004_jobs_and_notifications.sql")),
    ("0005_tracker", include_str!("../../../../migrations/0005_tracker.sql")),
    ("0006_sessions", include_str!("../../../../migrations/0006_sessions.sql")),
    ("0007_conversing_tools", include_str!("../../../../migrations/0007_conversing_tools.sql")),
    ("0008_plans_without_figures", include_str!("../../../../migrations/0008_plans_without_figures.sql")),
    ("0009_pipelines", include_str!("../../../../migrations/0009_pipelines.sql")),
    ("0010_workflows", include_str!("../../../../migrations/0010_workflows.sql")),
    ("0011_contexts_and_learnings", include_str!("../../../../migrations/0011_contexts_and_learnings.sql")),
];

/// "WAYB": tells our files from other programs'.
const APPLICATION_ID: i64 = 0x5741_5942;

/// Brings the file at `path` to the newest schema; refuses files of a newer Waybill or of another program, and
/// changes nothing of them.
pub fn migrate(connection: &mut Connection, path: &Path) -> Result<(), OpenFault> {
    let known = known();
    let found = check(connection, path)?;
    if found == known && is_logged_ahead(connection)? {
        return Ok(());
    }
    // One process at a time; the next one finds it done.
    let _alone = lock(&path.with_extension("lock"))?;
    if !is_logged_ahead(connection)? {
        // Readers never wait for the writer, nor the writer for them.
        connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    }
    let found = version(connection)?;
    if found > 0 && found < known {
        let target = path.with_extension(format!("before-{known}.db"));
        // Another process that updates at this moment may have made it, from the same older schema.
        if !target.exists() {
            crate::open::backup(connection, &target)
                .map_err(|source| OpenFault::Backup { path: target, source })?;
        }
    }
    for (index, (name, sql)) in MIGRATIONS.iter().enumerate() {
        apply(connection, index, sql).map_err(|source| OpenFault::Migration { name, source })?;
    }
    Ok(())
}

/// The schema of a file, 0 for an empty one; refuses those of a newer Waybill or of another program.
pub fn check(connection: &Connection, path: &Path) -> Result<i64, OpenFault> {
    let (found, known) = (version(connection)?, known());
    check_owner(connection, path, found)?;
    if found > known {
        return Err(OpenFault::Newer { path: path.to_owned(), found, known });
    }
    Ok(found)
}

fn known() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

fn is_logged_ahead(connection: &Connection) -> Result<bool, rusqlite::Error> {
    let mode: String = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
    Ok(mode == "wal")
}

/// Waits for a file's lock, which ends with the value or the process.
fn lock(path: &Path) -> Result<std::fs::File, OpenFault> {
    let fault = |source| OpenFault::Directory { path: path.to_owned(), source };
    let file =
        std::fs::OpenOptions::new().create(true).truncate(false).write(true).open(path).map_err(fault)?;
    file.lock().map_err(fault)?;
    Ok(file)
}

/// Applies one migration unless it is there; another process may have been quicker.
fn apply(connection: &mut Connection, index: usize, sql: &str) -> Result<(), rusqlite::Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let index = i64::try_from(index).unwrap_or(i64::MAX);
    if version(&transaction)? > index {
        return Ok(());
    }
    transaction.execute_batch(sql)?;
    transaction.pragma_update(None, "user_version", index + 1)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.commit()
}

fn version(connection: &Connection) -> Result<i64, rusqlite::Error> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

fn check_owner(connection: &Connection, path: &Path, version: i64) -> Result<(), OpenFault> {
    let owner: i64 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let fresh = version == 0 && tables == 0;
    if fresh || owner == APPLICATION_ID { Ok(()) } else { Err(OpenFault::Foreign { path: path.to_owned() }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::open::Store;
    use std::sync::Arc;

    fn clock() -> crate::Clock {
        Arc::new(|| 1)
    }

    #[test]
    fn a_database_from_the_future_is_refused_and_left_byte_for_byte() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("waybill.db");
        drop(Store::open(directory.path(), clock()).expect("a new database opens"));
        let connection = Connection::open(&path).expect("opens");
        connection.pragma_update(None, "user_version", 999).expect("is set");
        drop(connection);
        let before = std::fs::read(&path).expect("reads");
        let refusal = Store::open(directory.path(), clock()).expect_err("must be refused");
        assert!(matches!(refusal, OpenFault::Newer { found: 999, .. }), "{refusal}");
        assert_eq!(
            std::fs::read(&path).expect("reads"),
            before,
            "a newer Waybill's file must not be touched"
        );
    }

    #[test]
    fn no_query_is_planned_by_figures_of_a_day_when_the_project_was_small() {
        let figures = |connection: &Connection| -> i64 {
            let count = "SELECT count(*) FROM sqlite_schema WHERE name GLOB 'sqlite_stat*'";
            connection.query_row(count, [], |row| row.get(0)).expect("is read")
        };
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("waybill.db");
        drop(Store::open(directory.path(), clock()).expect("a new database opens"));
        let connection = Connection::open(&path).expect("opens");
        assert_eq!(figures(&connection), 0, "closing gathers none");

        drop(connection);

        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("waybill.db");
        let mut connection = Connection::open(&path).expect("opens");
        for (at, (_, sql)) in MIGRATIONS[..7].iter().enumerate() {
            apply(&mut connection, at, sql).expect("the former version's schema");
        }
        connection.execute_batch("ANALYZE").expect("is gathered, as former versions did");
        assert!(figures(&connection) > 0, "there are some now");
        drop(connection);
        drop(Store::open(directory.path(), clock()).expect("the former version's database opens"));
        assert_eq!(figures(&Connection::open(&path).expect("opens")), 0, "they are gone");
    }

    #[test]
    fn another_programs_database_is_refused() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let connection = Connection::open(directory.path().join("waybill.db")).expect("opens");
        connection.execute_batch("CREATE TABLE theirs (x)").expect("is made");
        drop(connection);
        let refusal = Store::open(directory.path(), clock()).expect_err("must be refused");
        assert!(matches!(refusal, OpenFault::Foreign { .. }), "{refusal}");
    }

    #[test]
    fn an_older_database_is_backed_up_before_it_is_updated() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("waybill.db");
        let mut connection = Connection::open(&path).expect("opens");
        apply(&mut connection, 0, MIGRATIONS[0].1).expect("the first schema");
        drop(connection);
        drop(Store::open(directory.path(), clock()).expect("is updated"));
        let backup = path.with_extension(format!("before-{}.db", MIGRATIONS.len()));
        let old = Connection::open(backup).expect("the backup is there");
        assert_eq!(version(&old).expect("has a version"), 1, "the backup holds the schema from before");
    }
}
