//! Issues: filing, reading, editing and moving.

use crate::changes::Topic;
use crate::error::StoreError;
use crate::issue_updates::{self, NewUpdate};
use crate::row::{Cells, first, parsed};
use crate::writer::Write;
use rusqlite::{Connection, Row};
use serde_json::{Value, json};
use waybill_domain::Millis;
use waybill_domain::ids::{IssueId, ProjectId, RunId, UpdateId};
use waybill_domain::issue::{Execution, Priority, Status, UpdateKind, Visibility, check_body, check_title};
use waybill_domain::principal::Principal;
use waybill_domain::run::RunStatus;

pub use crate::assignments::assign;
pub use crate::issue_moves::{make_move, make_run_move};

/// An issue with the run it is linked to.
#[derive(Debug, Clone, PartialEq)]
pub struct Issue {
    pub id: IssueId,
    pub project_id: ProjectId,
    pub number: i64,
    pub created_by: String,
    pub title: String,
    pub body: String,
    pub original_body: Option<String>,
    pub status: Status,
    pub assignment: Option<String>,
    pub priority: Priority,
    pub suggested_prompt: Option<String>,
    pub comments: i64,
    /// Who works on it, so that nobody else begins.
    pub claimed_by: Option<String>,
    pub claimed_at: Option<Millis>,
    /// Todos that are not abandoned, and how many of them are completed.
    pub todos: i64,
    pub todos_done: i64,
    pub attachments: i64,
    pub created_at: Millis,
    pub updated_at: Millis,
    pub resolved_at: Option<Millis>,
    pub resolved_by: Option<String>,
    pub run: Option<LinkedRun>,
}

/// An issue as sentences, links and mentions need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brief {
    pub id: IssueId,
    pub number: i64,
    pub title: String,
    pub status: Status,
    pub priority: Priority,
}

/// The run that an issue is linked to, as its list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedRun {
    pub number: i64,
    pub status: RunStatus,
    pub started_at: Option<Millis>,
    pub finished_at: Option<Millis>,
}

impl Issue {
    /// The derived word: what the linked run does (SPEC 3, "Execution").
    pub fn execution(&self) -> Execution {
        match self.run.as_ref().map(|run| run.status) {
            None => Execution::New,
            Some(RunStatus::Pending | RunStatus::Running) => Execution::Running,
            Some(RunStatus::Completed) => Execution::Completed,
            Some(RunStatus::Failed | RunStatus::Cancelled) => Execution::Failed,
        }
    }
}

/// The columns that `read` needs, in its order and before any others, of `issues i` joined with `runs r`.
pub(crate) const COLUMNS: &str = "i.id, i.project_id, i.number, i.created_by, i.title, i.body, i.original_body, i.status,
    i.assignment, i.priority, i.suggested_prompt, i.comments, i.claimed_by, i.claimed_at, i.todos, i.todos_done,
    i.attachments, i.created_at, i.updated_at, i.resolved_at, i.resolved_by,
    r.number AS run_number, r.status AS run_status, r.started_at AS run_started_at, r.finished_at AS run_finished_at";

pub(crate) fn read(row: &Row<'_>) -> Result<Issue, StoreError> {
    let mut cells = Cells::of(row);
    Ok(Issue {
        id: cells.parsed()?,
        project_id: cells.parsed()?,
        number: cells.get()?,
        created_by: cells.get()?,
        title: cells.get()?,
        body: cells.get()?,
        original_body: cells.get()?,
        status: cells.parsed()?,
        assignment: cells.get()?,
        priority: cells.parsed()?,
        suggested_prompt: cells.get()?,
        comments: cells.get()?,
        claimed_by: cells.get()?,
        claimed_at: cells.get()?,
        todos: cells.get()?,
        todos_done: cells.get()?,
        attachments: cells.get()?,
        created_at: cells.get()?,
        updated_at: cells.get()?,
        resolved_at: cells.get()?,
        resolved_by: cells.get()?,
        run: read_run(&mut cells)?,
    })
}

fn read_run(cells: &mut Cells<'_, '_>) -> Result<Option<LinkedRun>, StoreError> {
    let Some(number) = cells.get()? else { return Ok(None) };
    Ok(Some(LinkedRun {
        number,
        status: cells.parsed()?,
        started_at: cells.get()?,
        finished_at: cells.get()?,
    }))
}

/// The columns that `read_brief` needs, of `issues i`.
pub(crate) const BRIEF_COLUMNS: &str = "i.id, i.number, i.title, i.status, i.priority";

pub(crate) fn read_brief(row: &Row<'_>) -> Result<Brief, StoreError> {
    Ok(Brief {
        id: parsed(row, "id")?,
        number: row.get("number")?,
        title: row.get("title")?,
        status: parsed(row, "status")?,
        priority: parsed(row, "priority")?,
    })
}

/// What a new issue is made of.
#[derive(Debug, Clone)]
pub struct NewIssue {
    pub title: String,
    pub body: String,
    pub priority: Priority,
    pub labels: Vec<String>,
}

/// The issue with this number; one that is not there is an error that says so.
pub fn get(connection: &Connection, project: &ProjectId, number: i64) -> Result<Issue, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM issues i LEFT JOIN runs r ON r.id = i.run_id WHERE i.project_id = ?1 AND i.number = ?2"
    );
    first(connection, &sql, (project.as_str(), number), read)?
        .ok_or_else(|| StoreError::not_found("issue", format!("#{number}")))
}

/// The issue with this id.
pub fn by_id(connection: &Connection, id: &IssueId) -> Result<Issue, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM issues i LEFT JOIN runs r ON r.id = i.run_id WHERE i.id = ?1");
    first(connection, &sql, [id.as_str()], read)?.ok_or_else(|| StoreError::not_found("issue", id))
}

/// Files an issue; its number is the project's next, without gaps or repeats among any number of filers.
pub fn insert(
    write: &Write<'_>,
    project: &ProjectId,
    new: &NewIssue,
    actor: &Principal,
) -> Result<Issue, StoreError> {
    let title = check_title(&new.title)?;
    let body = check_body(&new.body)?;
    crate::projects::expect_open(write, project)?;
    let number: i64 = write
        .prepare_cached(
            "UPDATE projects SET next_issue_number = next_issue_number + 1 WHERE id = ?1 RETURNING next_issue_number - 1",
        )?
        .query_row([project.as_str()], |row| row.get(0))?;
    let id = IssueId::generate();
    write
        .prepare_cached(
            "INSERT INTO issues (id, project_id, number, created_by, title, body, priority, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
        )?
        .execute((
            id.as_str(),
            project.as_str(),
            number,
            actor.to_string(),
            title,
            body,
            new.priority.as_str(),
            write.now(),
        ))?;
    if !new.labels.is_empty() {
        crate::labels::set(write, project, &id, &new.labels)?;
    }
    write.changed(Topic::Issue, id.as_str(), Some(project))?;
    write.audit(actor, Some(project), "issue.filed", &json!({ "issue": number }))?;
    by_id(write, &id)
}

/// What of an issue is to be changed.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    pub title: Option<String>,
    pub body: Option<String>,
    pub priority: Option<Priority>,
    pub labels: Option<Vec<String>>,
}

/// Changes an issue; answers the updates that were recorded, which is none when nothing differs.
pub fn edit(
    write: &Write<'_>,
    issue: &Issue,
    edit: &Edit,
    actor: &Principal,
) -> Result<Vec<UpdateId>, StoreError> {
    let mut updates = Vec::new();
    if let Some(title) = edit.title.as_deref().map(check_title).transpose()?
        && title != issue.title
    {
        set(write, issue, "UPDATE issues SET title = ?2 WHERE id = ?1", title)?;
        let change = json!({"from": issue.title, "to": title});
        updates.push(note(write, issue, UpdateKind::TitleEdit, &change, actor)?);
        write.audit(
            actor,
            Some(&issue.project_id),
            "issue.title_edited",
            &json!({ "issue": issue.number }),
        )?;
    }
    if let Some(body) = edit.body.as_deref().map(check_body).transpose()?
        && body != issue.body
    {
        write
            .prepare_cached(
                "UPDATE issues SET original_body = coalesce(original_body, body), body = ?2 WHERE id = ?1",
            )?
            .execute((issue.id.as_str(), body))?;
        let change = json!({"before": issue.body, "after": body});
        updates.push(note(write, issue, UpdateKind::BodyEdit, &change, actor)?);
        write.audit(
            actor,
            Some(&issue.project_id),
            "issue.body_edited",
            &json!({ "issue": issue.number }),
        )?;
    }
    if let Some(priority) = edit.priority
        && priority != issue.priority
    {
        set(write, issue, "UPDATE issues SET priority = ?2 WHERE id = ?1", priority.as_str())?;
        let change = json!({"from": issue.priority, "to": priority});
        updates.push(note(write, issue, UpdateKind::PriorityChange, &change, actor)?);
        write.audit(
            actor,
            Some(&issue.project_id),
            "issue.priority_changed",
            &json!({"issue": issue.number, "from": issue.priority, "to": priority}),
        )?;
    }
    if let Some(names) = &edit.labels {
        let change = crate::labels::set(write, &issue.project_id, &issue.id, names)?;
        if change != crate::labels::LabelChange::default() {
            let change = json!({"added": change.added, "removed": change.removed});
            updates.push(note(write, issue, UpdateKind::LabelChange, &change, actor)?);
            write.audit(
                actor,
                Some(&issue.project_id),
                "issue.labelled",
                &json!({"issue": issue.number, "change": change}),
            )?;
        }
    }
    if !updates.is_empty() {
        touch(write, issue)?;
    }
    Ok(updates)
}

fn set(write: &Write<'_>, issue: &Issue, sql: &str, value: &str) -> Result<(), StoreError> {
    write.prepare_cached(sql)?.execute((issue.id.as_str(), value))?;
    Ok(())
}

pub(crate) fn note(
    write: &Write<'_>,
    issue: &Issue,
    kind: UpdateKind,
    metadata: &Value,
    actor: &Principal,
) -> Result<UpdateId, StoreError> {
    let new = NewUpdate { kind, body: None, metadata: Some(metadata.clone()), visibility: Visibility::All };
    issue_updates::insert(write, &issue.id, &new, actor)
}

/// Marks an issue as changed now and tells the change log.
pub fn touch(write: &Write<'_>, issue: &Issue) -> Result<(), StoreError> {
    write
        .prepare_cached("UPDATE issues SET updated_at = ?2 WHERE id = ?1")?
        .execute((issue.id.as_str(), write.now()))?;
    write.changed(Topic::Issue, issue.id.as_str(), Some(&issue.project_id))
}

/// Links an issue to the run that now works on it.
pub fn link_run(write: &Write<'_>, issue: &IssueId, run: &RunId) -> Result<(), StoreError> {
    write
        .prepare_cached("UPDATE issues SET run_id = ?2 WHERE id = ?1")?
        .execute((issue.as_str(), run.as_str()))?;
    Ok(())
}

/// How many issues stand at each status, without counting rows.
pub fn counts(connection: &Connection, project: &ProjectId) -> Result<Vec<(Status, i64)>, StoreError> {
    crate::row::all(
        connection,
        "SELECT status, count FROM issue_counts WHERE project_id = ?1",
        [project.as_str()],
        |row| Ok((parsed(row, "status")?, row.get("count")?)),
    )
}

/// How many active issues have a run at work, and how many have one that failed.
pub fn execution_counts(connection: &Connection, project: &ProjectId) -> Result<(i64, i64), StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT count(*) FILTER (WHERE r.status IN ('pending', 'running')),
               count(*) FILTER (WHERE r.status IN ('failed', 'cancelled'))
             FROM issues i JOIN runs r ON r.id = i.run_id WHERE i.project_id = ?1 AND i.closed = 0 AND i.run_id IS NOT NULL",
        )?
        .query_row([project.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::open::Store;
    use crate::projects::{self, NewProject};
    use std::sync::Arc;
    use waybill_domain::issue::Via;

    fn store() -> (tempfile::TempDir, Store, ProjectId) {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let store = Store::open(directory.path(), Arc::new(|| 1_000)).expect("opens");
        let new = NewProject {
            slug: "demo".to_owned(),
            name: "Demo".to_owned(),
            root_path: "/repository".into(),
            git_common_dir: "/repository/.git".into(),
            default_branch: "main".to_owned(),
            github_repo: None,
        };
        let project =
            store.write_blocking(move |w| projects::insert(w, &new, &Principal::Operator)).expect("added");
        (directory, store, project.id)
    }

    fn issue(title: &str) -> NewIssue {
        NewIssue {
            title: title.to_owned(),
            body: String::new(),
            priority: Priority::Medium,
            labels: Vec::new(),
        }
    }

    #[test]
    fn eight_filers_at_once_get_numbers_without_gaps_or_repeats() {
        let (_directory, store, project) = store();
        let filers: Vec<_> = (0..8)
            .map(|filer| {
                let (store, project) = (store.clone(), project.clone());
                std::thread::spawn(move || {
                    (0..50)
                        .map(|index| {
                            let (project, new) =
                                (project.clone(), issue(&format!("filer {filer} issue {index}")));
                            store
                                .write_blocking(move |w| insert(w, &project, &new, &Principal::Operator))
                                .expect("is filed")
                                .number
                        })
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        let mut numbers: Vec<i64> = filers.into_iter().flat_map(|f| f.join().expect("no panic")).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=400).collect::<Vec<_>>(), "a number is an issue's name for ever");
    }

    #[test]
    fn one_refused_write_of_a_group_takes_nothing_with_it_and_leaves_nothing() {
        let (_directory, store, project) = store();
        let refused = store.write_blocking({
            let project = project.clone();
            move |w| {
                insert(w, &project, &issue("half done"), &Principal::Operator)?;
                Err::<(), _>(StoreError::Conflict("on purpose".to_owned()))
            }
        });
        assert!(refused.is_err());
        let kept = store
            .write_blocking(move |w| insert(w, &project, &issue("kept"), &Principal::Operator))
            .expect("is filed");
        assert_eq!(kept.number, 1, "a refused filing must not use up a number");
        let (count, fault) = store.read_blocking(|r| crate::verify_audit(r)).expect("reads");
        assert_eq!((count, fault), (2, None), "only what happened is in the trail");
    }

    #[test]
    fn moving_and_undoing_tells_the_whole_history() {
        let (_directory, store, project) = store();
        store
            .write_blocking(move |w| {
                let filed = insert(w, &project, &issue("one"), &Principal::Operator)?;
                let updates = make_move(w, &filed, Status::Resolved, Via::Operator, &Principal::Operator)?;
                assert_eq!(updates.len(), 4, "a shortcut is recorded as the moves it stands for");
                let resolved = by_id(w, &filed.id)?;
                assert_eq!(resolved.resolved_by.as_deref(), Some("operator"));
                issue_updates::undo(w, &resolved, &updates, &Principal::Operator)?;
                let back = by_id(w, &filed.id)?;
                assert_eq!(
                    (back.status, back.resolved_at),
                    (Status::Open, None),
                    "z brings it back to where it was"
                );
                let refused = issue_updates::undo(w, &back, &updates, &Principal::Operator);
                assert!(refused.is_err(), "an undo never overwrites what came after");
                assert_eq!(
                    counts(w, &project)?.iter().map(|(_, n)| n).sum::<i64>(),
                    1,
                    "counts follow every move"
                );
                Ok(())
            })
            .expect("all of it");
    }

    #[test]
    fn a_reopening_that_is_undone_leaves_no_trace_of_a_new_resolution() {
        let (_directory, store, project) = store();
        store
            .write_blocking(move |w| {
                let filed = insert(w, &project, &issue("one"), &Principal::Operator)?;
                make_move(w, &filed, Status::Resolved, Via::Operator, &Principal::Operator)?;
                w.execute("UPDATE issues SET resolved_at = 77, resolved_by = 'member:x'", [])?;
                let resolved = by_id(w, &filed.id)?;
                let updates = make_move(w, &resolved, Status::Reopened, Via::Operator, &Principal::Operator)?;
                let reopened = by_id(w, &filed.id)?;
                assert_eq!((reopened.status, reopened.resolved_at), (Status::Triaged, None));
                issue_updates::undo(w, &reopened, &updates, &Principal::Operator)?;
                assert_eq!(
                    by_id(w, &filed.id)?,
                    resolved,
                    "the guests' time to reopen it does not begin anew"
                );
                Ok(())
            })
            .expect("all of it");
    }

    #[test]
    fn the_body_as_it_was_filed_survives_every_edit() {
        let (_directory, store, project) = store();
        store
            .write_blocking(move |w| {
                let mut new = issue("one");
                new.body = "first".to_owned();
                let filed = insert(w, &project, &new, &Principal::Operator)?;
                for body in ["second", "third"] {
                    let now = by_id(w, &filed.id)?;
                    edit(
                        w,
                        &now,
                        &Edit { body: Some(body.to_owned()), ..Edit::default() },
                        &Principal::Operator,
                    )?;
                }
                let edited = by_id(w, &filed.id)?;
                assert_eq!((edited.body.as_str(), edited.original_body.as_deref()), ("third", Some("first")));
                Ok(())
            })
            .expect("all of it");
    }

    #[test]
    fn a_changed_or_removed_audit_row_is_found() {
        let (_directory, store, project) = store();
        for title in ["one", "two", "three"] {
            let project = project.clone();
            store
                .write_blocking(move |w| insert(w, &project, &issue(title), &Principal::Operator))
                .expect("is filed");
        }
        let tamper = |sql: &'static str| {
            let found = store.write_blocking(move |w| {
                w.execute_batch("DROP TRIGGER IF EXISTS audit_events_are_not_changed; DROP TRIGGER IF EXISTS audit_events_are_not_removed")?;
                w.execute_batch(sql)?;
                let found = crate::verify_audit(w)?;
                Err::<(), _>(StoreError::Conflict(format!("{found:?}")))
            });
            found.expect_err("rolled back").to_string()
        };
        assert!(tamper("UPDATE audit_events SET actor = 'agent:x' WHERE seq = 2").contains("seq: 2"));
        assert!(tamper("DELETE FROM audit_events WHERE seq = 2").contains("removed"));
        assert!(tamper("DELETE FROM audit_events WHERE seq = 4").contains("at the end"));
        assert_eq!(store.read_blocking(|r| crate::verify_audit(r)).expect("reads").1, None);
    }
}
