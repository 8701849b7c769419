//! The full-text indexes: triggers note which texts were written, and each transaction indexes them before it ends.
//!
//! Every statement that writes a text makes an index write out all it holds. Row by row this takes longer than everything
//! else that filing an issue does; for a whole transaction at once it is done once.

use crate::error::StoreError;
use rusqlite::Connection;

/// Indexes what this transaction has written; what is committed can be found.
pub(crate) fn index(connection: &Connection) -> Result<(), StoreError> {
    if has_any(connection, "SELECT EXISTS (SELECT 1 FROM unindexed_issues)")? {
        connection
            .prepare_cached(
                "INSERT INTO issues_fts (rowid, title, body)
                   SELECT i.key, i.title, i.body FROM unindexed_issues u CROSS JOIN issues i ON i.key = u.key",
            )?
            .execute([])?;
        connection.prepare_cached("DELETE FROM unindexed_issues")?.execute([])?;
    }
    if has_any(connection, "SELECT EXISTS (SELECT 1 FROM unindexed_comments)")? {
        connection
            .prepare_cached(
                "INSERT INTO comments_fts (rowid, body)
                   SELECT c.key, c.body FROM unindexed_comments u CROSS JOIN issue_updates c ON c.key = u.key",
            )?
            .execute([])?;
        connection.prepare_cached("DELETE FROM unindexed_comments")?.execute([])?;
    }
    Ok(())
}

fn has_any(connection: &Connection, sql: &str) -> Result<bool, StoreError> {
    Ok(connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use crate::issue_query::search;
    use crate::issues::{self, Edit, NewIssue};
    use crate::projects::{self, NewProject};
    use crate::viewer::Viewer;
    use crate::{Store, StoreError, Write, issue_updates};
    use std::sync::Arc;
    use waybill_domain::ids::ProjectId;
    use waybill_domain::issue::{Priority, Visibility};
    use waybill_domain::principal::Principal::Operator;
    use waybill_domain::query::Query;

    fn store() -> (tempfile::TempDir, Store, ProjectId) {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let store = Store::open(directory.path(), Arc::new(|| 1_000)).expect("opens");
        let new = NewProject {
            slug: "p".to_owned(),
            name: "P".to_owned(),
            root_path: "/r".into(),
            git_common_dir: "/r/.git".into(),
            default_branch: "main".to_owned(),
            github_repo: None,
        };
        let project = store.write_blocking(move |w| projects::insert(w, &new, &Operator)).expect("added").id;
        (directory, store, project)
    }

    fn file(write: &Write<'_>, project: &ProjectId, title: &str) -> Result<issues::Issue, StoreError> {
        let (title, body) = (title.to_owned(), String::new());
        let new = NewIssue { title, body, priority: Priority::Medium, labels: Vec::new() };
        issues::insert(write, project, &new, &Operator)
    }

    fn edit(write: &Write<'_>, issue: &issues::Issue, title: &str) -> Result<(), StoreError> {
        let edit = Edit { title: Some(title.to_owned()), ..Edit::default() };
        issues::edit(write, issue, &edit, &Operator).map(|_| ())
    }

    fn found(store: &Store, project: &ProjectId, line: &str) -> Vec<i64> {
        let query = Query::parse(line);
        let page = store
            .read_blocking(|r| search(r, &Viewer::Operator, project, &query, None, 50, 0))
            .expect("is searched");
        page.items.iter().map(|(issue, _)| issue.number).collect()
    }

    /// The indexes say exactly what the rows say.
    fn expect_whole(store: &Store) {
        let checked = store.write_blocking(|w| {
            w.execute_batch(
                "INSERT INTO issues_fts (issues_fts, rank) VALUES ('integrity-check', 1);
                 INSERT INTO comments_fts (comments_fts) VALUES ('integrity-check')",
            )?;
            Ok(())
        });
        checked.expect("an index that differs from its rows finds what is gone and misses what is there");
    }

    #[test]
    fn whatever_one_transaction_does_to_a_text_only_what_it_is_in_the_end_is_found() {
        let (_directory, store, project) = store();
        let here = project.clone();
        store
            .write_blocking(move |w| {
                let kept = file(w, &here, "heron")?;
                issue_updates::comment(w, &kept, "seen by the lake", Visibility::All, &Operator)?;
                let edited = file(w, &here, "kestrel")?;
                edit(w, &edited, "falcon")?;
                edit(w, &issues::by_id(w, &edited.id)?, "osprey")?;
                let gone = file(w, &here, "bittern")?;
                w.execute("DELETE FROM issues WHERE id = ?1", [gone.id.as_str()])?;
                let refused = w.attempt(|w| {
                    file(w, &here, "curlew")?;
                    Err::<(), _>(StoreError::Conflict("on purpose".to_owned()))
                });
                assert!(refused.is_err(), "one part of the transaction is taken back");
                Ok(())
            })
            .expect("is written");
        assert_eq!(found(&store, &project, "heron"), [1], "what was filed is found at once");
        assert_eq!(found(&store, &project, "lake"), [1], "and so is what was said of it");
        assert_eq!(found(&store, &project, "osprey"), [2], "as it was last edited");
        for word in ["kestrel", "falcon", "bittern", "curlew"] {
            assert_eq!(
                found(&store, &project, word),
                Vec::<i64>::new(),
                "{word} is no issue's text any more"
            );
        }
        expect_whole(&store);
    }

    #[test]
    fn a_text_of_an_earlier_transaction_is_forgotten_when_it_changes_or_goes() {
        let (_directory, store, project) = store();
        for title in ["heron", "kestrel"] {
            let project = project.clone();
            store.write_blocking(move |w| file(w, &project, title)).expect("is filed");
        }
        let here = project.clone();
        store
            .write_blocking(move |w| {
                let first = issues::get(w, &here, 1)?;
                edit(w, &first, "egret")?;
                edit(w, &issues::by_id(w, &first.id)?, "stork")?;
                let second = issues::get(w, &here, 2)?;
                edit(w, &second, "harrier")?;
                w.execute("DELETE FROM issues WHERE id = ?1", [second.id.as_str()])?;
                Ok(())
            })
            .expect("is changed");
        assert_eq!(found(&store, &project, "stork"), [1]);
        for word in ["heron", "egret", "kestrel", "harrier"] {
            assert_eq!(
                found(&store, &project, word),
                Vec::<i64>::new(),
                "{word} is no issue's text any more"
            );
        }
        expect_whole(&store);
    }
}
