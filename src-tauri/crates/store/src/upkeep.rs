//! Keeping the full-text indexes quick, in the writer's idle moments.
//!
//! Each commit adds a segment to an index, and a search opens every one: an index of many is several times as slow as an
//! index of few. `SQLite` merges some with each write; what it leaves is merged here, a bounded piece at a time, so that
//! whoever comes to write hardly waits.

use crate::error::StoreError;
use rusqlite::{Connection, TransactionBehavior};
use std::time::Duration;

/// How long nobody must have written before anything is merged.
pub(crate) const IDLE: Duration = Duration::from_secs(5);
/// The pause between two pieces: the disk is not ours alone.
pub(crate) const PAUSE: Duration = Duration::from_millis(50);
/// The pages that one piece writes, about ten milliseconds' work.
const PAGES: i64 = 250;
/// An index with more segments than this (after an import, say) is merged into one.
const MOST: i64 = 12;

/// Does one piece of what is to be done; whether there is more.
pub(crate) fn tidy(connection: &mut Connection) -> Result<bool, StoreError> {
    // Another process at work is no reason to wait, nor to keep whoever comes to write waiting.
    let patience: u64 =
        connection.query_row("PRAGMA busy_timeout", [], |row| row.get::<_, i64>(0))?.unsigned_abs();
    connection.busy_timeout(Duration::ZERO)?;
    let more = merge(connection);
    connection.busy_timeout(Duration::from_millis(patience))?;
    more
}

fn merge(connection: &mut Connection) -> Result<bool, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut more = false;
    for index in [ISSUES, COMMENTS] {
        let segments: i64 = transaction.prepare_cached(index.segments)?.query_row([], |row| row.get(0))?;
        // Less than none means: all of them, whatever their sizes.
        let pages = if segments > MOST { -PAGES } else { PAGES };
        let before = changes(&transaction)?;
        transaction.prepare_cached(index.merge)?.execute([pages])?;
        // An index that had nothing to merge changes one row: its own command.
        more |= changes(&transaction)? - before >= 2;
    }
    transaction.commit()?;
    Ok(more)
}

fn changes(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.prepare_cached("SELECT total_changes()")?.query_row([], |row| row.get(0))?)
}

struct Index {
    segments: &'static str,
    merge: &'static str,
}

const ISSUES: Index = Index {
    segments: "SELECT count(DISTINCT segid) FROM issues_fts_idx",
    merge: "INSERT INTO issues_fts (issues_fts, rank) VALUES ('merge', ?1)",
};
const COMMENTS: Index = Index {
    segments: "SELECT count(DISTINCT segid) FROM comments_fts_idx",
    merge: "INSERT INTO comments_fts (comments_fts, rank) VALUES ('merge', ?1)",
};

#[cfg(test)]
mod tests {
    use super::tidy;
    use crate::Store;
    use crate::issue_query::search;
    use crate::issues::{self, NewIssue};
    use crate::projects::{self, NewProject};
    use crate::viewer::Viewer;
    use rusqlite::Connection;
    use std::sync::Arc;
    use waybill_domain::issue::Priority;
    use waybill_domain::principal::Principal;
    use waybill_domain::query::Query;

    #[test]
    fn many_small_writes_leave_a_quick_index_that_finds_the_same() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let store = Store::open(directory.path(), Arc::new(|| 1)).expect("opens");
        let new = NewProject {
            slug: "p".to_owned(),
            name: "P".to_owned(),
            root_path: "/r".into(),
            git_common_dir: "/r/.git".into(),
            default_branch: "main".to_owned(),
            github_repo: None,
        };
        let project = store
            .write_blocking(move |w| projects::insert(w, &new, &Principal::Operator))
            .expect("is added")
            .id;
        for index in 0..60 {
            let (title, project) = (format!("importer {index}"), project.clone());
            let new = NewIssue { title, body: String::new(), priority: Priority::Low, labels: Vec::new() };
            store
                .write_blocking(move |w| issues::insert(w, &project, &new, &Principal::Operator))
                .expect("is filed");
        }
        let found = || {
            let query = Query::parse("importer");
            let page = store.read_blocking(|r| search(r, &Viewer::Operator, &project, &query, None, 100, 1));
            page.expect("is read").items.iter().map(|(issue, _)| issue.number).collect::<Vec<_>>()
        };
        let before = found();
        let mut connection = Connection::open(directory.path().join("waybill.db")).expect("opens");
        let mut pieces = 0;
        while tidy(&mut connection).expect("is merged") {
            pieces += 1;
            assert!(pieces < 1_000, "the merging must come to its end");
        }
        let segments = "SELECT count(DISTINCT segid) FROM issues_fts_idx";
        let segments: i64 = connection.query_row(segments, [], |row| row.get(0)).expect("is read");
        assert!(segments <= 4, "{segments} segments are left, and each search opens all of them");
        assert_eq!(found(), before, "nothing is found otherwise");
        let check = "INSERT INTO issues_fts (issues_fts) VALUES ('integrity-check')";
        connection.execute(check, []).expect("the index is whole");
    }
}
