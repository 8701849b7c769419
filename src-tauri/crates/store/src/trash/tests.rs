use super::rows::{ISSUES, LINKS, TODOS, Table, UPDATES, dump};
use super::{Kind, expired, list, purge, remove_issue, restore_issue};
use crate::attachment_files::keep;
use crate::attachments;
use crate::error::StoreError;
use crate::issues::{self, Issue};
use crate::links;
use crate::open::Store;
use crate::projects::{self, NewProject};
use crate::row::all;
use crate::writer::Write;
use proptest::prelude::*;
use rusqlite::Connection;
use serde_json::{Value, json};
use std::sync::Arc;
use waybill_domain::Millis;
use waybill_domain::ids::{ProjectId, TodoId, TrashId, UpdateId};
use waybill_domain::issue::Priority;
use waybill_domain::link::Relation;
use waybill_domain::principal::Principal;

const OPERATOR: Principal = Principal::Operator;

fn store() -> (tempfile::TempDir, Store, ProjectId) {
    let home = tempfile::tempdir().expect("a temporary directory");
    let store = Store::open(home.path(), Arc::new(|| 1_000)).expect("opens");
    let new = NewProject {
        slug: "demo".to_owned(),
        name: "Demo".to_owned(),
        root_path: "/repository".into(),
        git_common_dir: "/repository/.git".into(),
        default_branch: "main".to_owned(),
        github_repo: None,
    };
    let project = store.write_blocking(move |w| projects::insert(w, &new, &OPERATOR)).expect("is added");
    (home, store, project.id)
}

fn file(write: &Write<'_>, project: &ProjectId, title: &str, labels: &[String]) -> Result<Issue, StoreError> {
    let new = issues::NewIssue {
        title: title.to_owned(),
        body: String::new(),
        priority: Priority::Medium,
        labels: labels.to_vec(),
    };
    issues::insert(write, project, &new, &OPERATOR)
}

fn in_trash(issue: &Issue) -> TrashId {
    issue.id.as_str().parse().expect("an id")
}

fn link_rows(connection: &Connection, issue: &Issue) -> Result<Vec<Value>, StoreError> {
    Ok(dump(connection, LINKS, issue.id.as_str())?.into_iter().map(Value::Object).collect())
}

/// Everything that is stored of an issue, keys included.
fn everything(connection: &Connection, issue: &Issue) -> Result<Value, StoreError> {
    let id = issue.id.as_str();
    let attachments = Table { name: "attachments", of_issue: "issue_id = ?1 ORDER BY id" };
    let labels = Table { name: "issue_labels", of_issue: "issue_id = ?1 ORDER BY label_id" };
    let mut found = serde_json::Map::new();
    for table in [ISSUES, UPDATES, TODOS, LINKS, attachments, labels] {
        found.insert(table.name.to_owned(), json!(dump(connection, table, id)?));
    }
    let runs = all(connection, "SELECT id FROM runs WHERE issue_id = ?1 ORDER BY id", [id], |row| {
        Ok(row.get::<_, String>("id")?)
    })?;
    found.insert("runs".to_owned(), json!(runs));
    let shown = links::list(connection, &issue.id)?.len();
    found.insert("links seen".to_owned(), json!(shown));
    Ok(Value::Object(found))
}

/// What one issue is made of, beside its title and body.
#[derive(Debug, Clone)]
struct Made {
    title: String,
    body: String,
    status: usize,
    updates: Vec<(usize, Option<String>, bool, Millis)>,
    todos: Vec<(usize, bool, String, Vec<String>)>,
    labels: Vec<usize>,
    links: Vec<(usize, usize)>,
    files: Vec<u8>,
    runs: usize,
}

fn made() -> impl Strategy<Value = Made> {
    let update = (0..9_usize, proptest::option::of(".{0,80}"), any::<bool>(), 0..2_000_000_000_000_i64);
    let todo =
        (0..3_usize, any::<bool>(), "[^\\n\\r\\x00]{1,40}", proptest::collection::vec(".{0,20}", 0..3));
    (
        ("[a-zäöü #\"'\\\\]{1,60}", ".{0,400}", 0..6_usize),
        proptest::collection::vec(update, 0..12),
        proptest::collection::vec(todo, 0..8),
        proptest::collection::vec(0..6_usize, 0..4),
        proptest::collection::vec((0..7_usize, 0..3_usize), 0..4),
        (proptest::collection::vec(any::<u8>(), 0..3), 0..3_usize),
    )
        .prop_map(|((title, body, status), updates, todos, labels, links, (files, runs))| Made {
            title,
            body,
            status,
            updates,
            todos,
            labels,
            links,
            files,
            runs,
        })
}

const STATUSES: [&str; 6] = ["open", "triaged", "assigned", "in_progress", "resolved", "rejected"];
const KINDS: [&str; 9] = [
    "comment",
    "status_change",
    "assignment_change",
    "title_edit",
    "body_edit",
    "priority_change",
    "label_change",
    "link_change",
    "system_note",
];
const TODO_STATUSES: [&str; 3] = ["pending", "completed", "abandoned"];

/// Writes an issue with everything in it, by SQL, so that no rule of a command leaves a case out.
fn build(
    write: &Write<'_>,
    store_home: &std::path::Path,
    project: &ProjectId,
    others: &[Issue],
    made: &Made,
) -> Result<Issue, StoreError> {
    let labels: Vec<String> = made.labels.iter().map(|label| format!("label {label}")).collect();
    let issue = file(write, project, "before", &labels)?;
    let comments = made.updates.iter().filter(|(kind, body, ..)| *kind == 0 && body.is_some()).count();
    write.execute(
        "UPDATE issues SET title = ?2, body = ?3, original_body = ?3, status = ?4, comments = ?5, updated_at = ?6,
           suggested_prompt = 'try', claimed_by = 'agent:primary', claimed_at = 5 WHERE id = ?1",
        (issue.id.as_str(), &made.title, &made.body, STATUSES[made.status], i64::try_from(comments).unwrap(), 77),
    )?;
    for (kind, body, hidden, at) in &made.updates {
        let visibility = if *hidden { "operator_only" } else { "all" };
        let metadata = json!({"body": body, "at": at}).to_string();
        write.execute(
            "INSERT INTO issue_updates (id, issue_id, author, kind, body, metadata, visibility, created_at)
             VALUES (?1, ?2, 'agent:primary', ?3, ?4, ?5, ?6, ?7)",
            (UpdateId::generate().as_str(), issue.id.as_str(), KINDS[*kind], body, metadata, visibility, at),
        )?;
    }
    for (position, (status, criterion, content, notes)) in made.todos.iter().enumerate() {
        // At most one is in progress: the first.
        let status = if position == 0 { "in_progress" } else { TODO_STATUSES[*status] };
        write.execute(
            "INSERT INTO issue_todos (id, issue_id, content, status, kind, phase, position, notes, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, 'explore', ?6, ?7, 1, 2)",
            (
                TodoId::generate().as_str(),
                issue.id.as_str(),
                content,
                status,
                if *criterion { "criterion" } else { "step" },
                i64::try_from(position).unwrap(),
                json!(notes).to_string(),
            ),
        )?;
    }
    for (relation, other) in &made.links {
        // What contradicts a link that is there is refused, and that is fine here.
        drop(links::add(write, &issue, Relation::ALL[*relation], &others[*other], &OPERATOR));
    }
    for byte in &made.files {
        let content = keep(store_home, &[*byte]).expect("is stored");
        attachments::insert(write, store_home, (project, Some(&issue)), ("x.bin", &content), &OPERATOR)?;
    }
    for _ in 0..made.runs {
        add_run(write, project, &issue, "completed")?;
    }
    issues::by_id(write, &issue.id)
}

fn add_run(write: &Write<'_>, project: &ProjectId, issue: &Issue, status: &str) -> Result<i64, StoreError> {
    let number: i64 = write.query_row("SELECT count(*) + 1 FROM runs", [], |row| row.get(0))?;
    write.execute(
        "INSERT INTO runs (id, project_id, number, name, source, prompt, config, status, base_branch, issue_id,
           created_by, created_at)
         VALUES (?1, ?2, ?3, 'run', 'issue', 'p', '{}', ?4, 'main', ?5, 'operator', 1)",
        (
            waybill_domain::ids::RunId::generate().as_str(),
            project.as_str(),
            number,
            status,
            issue.id.as_str(),
        ),
    )?;
    Ok(number)
}

/// The full-text indexes and the counts say what the rows say.
fn expect_consistent(write: &Write<'_>) -> Result<(), StoreError> {
    for index in ["issues_fts", "comments_fts"] {
        write.execute(&format!("INSERT INTO {index} ({index}) VALUES ('integrity-check')"), [])?;
    }
    let wrong: i64 = write.query_row(
        "SELECT count(*) FROM issues i WHERE
           todos <> (SELECT count(*) FROM issue_todos t WHERE t.issue_id = i.id AND t.status <> 'abandoned')
           OR todos_done <> (SELECT count(*) FROM issue_todos t WHERE t.issue_id = i.id AND t.status = 'completed')
           OR attachments <> (SELECT count(*) FROM attachments a WHERE a.issue_id = i.id)",
        [],
        |row| row.get(0),
    )?;
    assert_eq!(wrong, 0, "counts are what the rows say");
    let wrong: i64 = write.query_row(
        "SELECT count(*) FROM issue_counts c WHERE count <>
           (SELECT count(*) FROM issues i WHERE i.project_id = c.project_id AND i.status = c.status)",
        [],
        |row| row.get(0),
    )?;
    assert_eq!(wrong, 0, "a removed issue is counted nowhere, a restored one again");
    Ok(())
}

#[test]
fn what_comes_back_is_byte_for_byte_what_went() {
    let (home, store, project) = store();
    let others = store
        .write_blocking({
            let project = project.clone();
            move |w| {
                (0..3)
                    .map(|index| file(w, &project, &format!("other {index}"), &[]))
                    .collect::<Result<Vec<_>, _>>()
            }
        })
        .expect("are filed");
    let config = ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(made in made())| {
        let (home, project, others) = (home.path().to_owned(), project.clone(), others.clone());
        store.write_blocking(move |w| {
            let issue = build(w, &home, &project, &others, &made)?;
            let before = everything(w, &issue)?;
            let linked = others.iter().map(|other| links::list(w, &other.id)).collect::<Result<Vec<_>, _>>()?;
            let item = remove_issue(w, &issue, &OPERATOR)?;
            assert!(issues::by_id(w, &issue.id).is_err(), "it is gone");
            let gone = everything(w, &issue)?;
            for (table, rows) in gone.as_object().into_iter().flatten() {
                assert!(*rows == json!([]) || *rows == json!(0), "nothing of it is left in {table}: {rows}");
            }
            expect_consistent(w)?;
            let restored = restore_issue(w, &item.id, &OPERATOR)?;
            assert_eq!(restored.number, issue.number, "a number is an issue's name for ever");
            assert_eq!(everything(w, &issue)?, before, "all of it is as it was");
            let again = others.iter().map(|other| links::list(w, &other.id)).collect::<Result<Vec<_>, _>>()?;
            assert_eq!(again, linked, "the other issues see it as before");
            assert!(super::get(w, &item.id).is_err(), "and it is not in the trash any more");
            expect_consistent(w)
        }).expect("all of it");
    });
}

#[test]
fn what_was_filed_meanwhile_takes_neither_its_number_nor_its_order() {
    let (_home, store, project) = store();
    store
        .write_blocking(move |w| {
            let first = file(w, &project, "first", &[])?;
            for body in ["one", "two", "three"] {
                crate::issue_updates::comment(
                    w,
                    &first,
                    body,
                    waybill_domain::issue::Visibility::All,
                    &OPERATOR,
                )?;
            }
            remove_issue(w, &first, &OPERATOR)?;
            // The keys of the last rows are free again, and SQLite gives them to these.
            let second = file(w, &project, "second", &[])?;
            crate::issue_updates::comment(
                w,
                &second,
                "new",
                waybill_domain::issue::Visibility::All,
                &OPERATOR,
            )?;
            assert_eq!(second.number, 2, "a removed issue's number is never given again");
            let restored = restore_issue(w, &in_trash(&first), &OPERATOR)?;
            assert_eq!(restored.number, 1);
            let page = crate::issue_updates::page(w, &first.id, None, 10)?;
            let bodies: Vec<_> = page.iter().filter_map(|update| update.body.as_deref()).collect();
            assert_eq!(bodies, ["three", "two", "one"], "its history reads as before");
            expect_consistent(w)
        })
        .expect("all of it");
}

#[test]
fn a_link_comes_back_with_the_later_of_its_two_issues_in_any_order() {
    let (_home, store, project) = store();
    store
        .write_blocking(move |w| {
            for (out, back) in [([0, 1], [0, 1]), ([0, 1], [1, 0]), ([1, 0], [0, 1]), ([1, 0], [1, 0])] {
                let pair = [file(w, &project, "a", &[])?, file(w, &project, "b", &[])?];
                links::add(w, &pair[0], Relation::BlockedBy, &pair[1], &OPERATOR)?;
                let before = link_rows(w, &pair[0])?;
                for index in out {
                    remove_issue(w, &pair[index], &OPERATOR)?;
                }
                for index in back {
                    restore_issue(w, &in_trash(&pair[index]), &OPERATOR)?;
                }
                assert_eq!(link_rows(w, &pair[0])?, before, "removed {out:?}, restored {back:?}");
            }
            Ok(())
        })
        .expect("all of it");
}

#[test]
fn a_link_that_would_close_a_circle_by_now_stays_away_and_says_so() {
    let (_home, store, project) = store();
    store
        .write_blocking(move |w| {
            let (top, middle, low) = (
                file(w, &project, "top", &[])?,
                file(w, &project, "middle", &[])?,
                file(w, &project, "low", &[])?,
            );
            links::add(w, &middle, Relation::ChildOf, &top, &OPERATOR)?;
            links::add(w, &low, Relation::ChildOf, &middle, &OPERATOR)?;
            remove_issue(w, &middle, &OPERATOR)?;
            links::add(w, &top, Relation::ChildOf, &low, &OPERATOR)?;
            restore_issue(w, &in_trash(&middle), &OPERATOR)?;
            assert_eq!(
                link_rows(w, &middle)?.len(),
                1,
                "of two links that contradict the new one, one came back"
            );
            let page = crate::issue_updates::page(w, &middle.id, None, 1)?;
            let told = page[0].body.clone().unwrap_or_default();
            assert!(told.starts_with("A link did not come back"), "nothing is lost silently: {told}");
            Ok(())
        })
        .expect("all of it");
}

#[test]
fn an_issue_at_which_a_run_works_is_not_removed() {
    let (_home, store, project) = store();
    for status in ["pending", "running"] {
        let project = project.clone();
        let refused = store.write_blocking(move |w| {
            let issue = file(w, &project, "busy", &[])?;
            add_run(w, &project, &issue, status)?;
            remove_issue(w, &issue, &OPERATOR)
        });
        let said = refused.expect_err("is refused").to_string();
        assert!(said.contains("run 1") && said.contains("cancel it"), "it says what to do: {said}");
    }
}

#[test]
fn a_label_that_went_meanwhile_is_made_again() {
    let (_home, store, project) = store();
    store
        .write_blocking(move |w| {
            let issue = file(w, &project, "one", &["bug".to_owned(), "ui".to_owned()])?;
            remove_issue(w, &issue, &OPERATOR)?;
            w.execute("DELETE FROM labels WHERE name = 'bug'", [])?;
            w.execute("UPDATE labels SET id = '01ARZ3NDEKTSV4RRFFQ69G5FAV' WHERE name = 'ui'", [])?;
            restore_issue(w, &in_trash(&issue), &OPERATOR)?;
            let names: Vec<_> =
                crate::labels::of_issue(w, &issue.id)?.into_iter().map(|label| label.name).collect();
            assert_eq!(names, ["bug", "ui"], "it bears the labels that it bore, none of them twice");
            Ok(())
        })
        .expect("all of it");
}

#[test]
fn the_list_is_newest_first_with_projects_in_it_and_old_issues_go_for_good() {
    let (_home, store, project) = store();
    store
        .write_blocking(move |w| {
            let issues = ["a", "b", "c"].map(|title| file(w, &project, title, &[]));
            let mut ids = Vec::new();
            for (index, issue) in issues.into_iter().enumerate() {
                let issue = issue?;
                remove_issue(w, &issue, &OPERATOR)?;
                let at = i64::try_from(index).unwrap() * 1_000;
                w.execute("UPDATE trash SET removed_at = ?2 WHERE id = ?1", (issue.id.as_str(), at))?;
                ids.push(in_trash(&issue));
            }
            projects::set_archived(w, &project, true, &OPERATOR)?;
            w.execute("UPDATE projects SET archived_at = 1500", [])?;
            let mut seen = Vec::new();
            let mut after: Option<(Millis, String)> = None;
            while let Some(item) =
                list(w, None, after.as_ref().map(|(at, id)| (*at, id.as_str())), 1)?.into_iter().next()
            {
                after = Some((item.removed_at, item.id.to_string()));
                seen.push(item.title);
            }
            assert_eq!(seen, ["c", "Demo", "b", "a"], "page by page, newest first");
            let refused = restore_issue(w, &ids[0], &OPERATOR);
            assert!(refused.is_err(), "an issue of a removed project waits for its project");
            let old = expired(w, 1_000, 10)?;
            assert_eq!(old.len(), 1, "only what is older than that");
            assert_eq!(old[0].kind, Kind::Issue);
            purge(w, &old[0])?;
            assert!(restore_issue(w, &ids[0], &OPERATOR).is_err(), "what is gone is gone");
            assert!(
                expired(w, Millis::MAX, 10)?.iter().all(|item| item.kind != Kind::Project),
                "projects are kept"
            );
            Ok(())
        })
        .expect("all of it");
}

#[test]
fn every_table_that_refers_to_issues_is_known_here() {
    let (_home, store, _project) = store();
    let referring = store
        .read_blocking(|r| {
            all(
                r,
                "SELECT m.name FROM sqlite_schema m, pragma_foreign_key_list(m.name) f
                 WHERE m.type = 'table' AND f.\"table\" = 'issues' GROUP BY m.name ORDER BY m.name",
                [],
                |row| Ok(row.get::<_, String>("name")?),
            )
        })
        .expect("is read");
    assert_eq!(
        referring,
        ["attachments", "issue_labels", "issue_links", "issue_todos", "issue_updates", "runs", "sessions"],
        "rows of a new table would be lost with a removed issue; let them go with it and come back"
    );
}
