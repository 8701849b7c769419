//! Issues into the trash and back: all of their rows, and their places in other issues' links.

use super::rows::{self, Fields, ISSUES, LINKS, TODOS, UPDATES};
use super::{Item, Kind};
use crate::changes::Topic;
use crate::error::StoreError;
use crate::issue_updates;
use crate::issues::{self, Issue};
use crate::labels::{self, Label};
use crate::links;
use crate::row::{all, to_json};
use crate::writer::Write;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use serde_json::json;
use waybill_domain::ids::{IssueId, LabelId, TrashId};
use waybill_domain::link::Relation;
use waybill_domain::principal::Principal;

/// An issue as it lies in the trash. Its attachments keep their rows, which then name the trash.
#[derive(Debug, Serialize, Deserialize)]
struct Content {
    issue: Fields,
    updates: Vec<Fields>,
    todos: Vec<Fields>,
    links: Vec<Fields>,
    labels: Vec<LabelFields>,
    /// Runs that were started for it; they stay where they are.
    runs: Vec<String>,
    /// Sessions that were bound to it.
    #[serde(default)]
    sessions: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct LabelFields {
    id: String,
    name: String,
    colour: String,
}

/// Columns of an issue that triggers count anew when its rows come back.
const COUNTED: [&str; 5] = ["todos", "todos_done", "attachments", "labels", "links"];

/// Moves an issue into the trash; its number is never given again. Refused while a run works on it.
pub fn remove(write: &Write<'_>, issue: &Issue, actor: &Principal) -> Result<Item, StoreError> {
    expect_no_run(write, issue)?;
    let content = gather(write, issue)?;
    let id = super::trash_id(issue.id.as_str())?;
    let item = Item {
        id: id.clone(),
        project_id: issue.project_id.clone(),
        project_slug: crate::projects::by_id(write, &issue.project_id)?.slug,
        kind: Kind::Issue,
        number: Some(issue.number),
        title: issue.title.clone(),
        removed_by: actor.to_string(),
        removed_at: write.now(),
    };
    super::insert(write, &item, &to_json(&content)?)?;
    write
        .prepare_cached("UPDATE attachments SET issue_id = NULL, trash_id = ?2 WHERE issue_id = ?1")?
        .execute((issue.id.as_str(), id.as_str()))?;
    // Its updates, todos, links and labels go with it.
    write.prepare_cached("DELETE FROM issues WHERE id = ?1")?.execute([issue.id.as_str()])?;
    tell(write, issue, &content)?;
    let what = json!({"issue": issue.number, "title": issue.title});
    write.audit(actor, Some(&issue.project_id), "issue.removed", &what)?;
    Ok(item)
}

/// Brings an issue back as it was: same id, number, times, order.
pub fn restore(write: &Write<'_>, id: &TrashId, actor: &Principal) -> Result<Issue, StoreError> {
    let item = super::get(write, id)?;
    crate::projects::expect_open(write, &item.project_id)?;
    let content: Option<Content> = super::content(write, id.as_str())?.filter(|_| item.kind == Kind::Issue);
    let mut content = content.ok_or_else(|| StoreError::not_found("removed issue", id))?;
    // An import may have brought it into a project with another id.
    content.issue.insert("project_id".to_owned(), item.project_id.as_str().into());
    for column in COUNTED {
        content.issue.insert(column.to_owned(), 0.into());
    }
    rows::put_back(write, ISSUES, std::slice::from_ref(&content.issue))?;
    rows::put_back(write, UPDATES, &content.updates)?;
    rows::put_back(write, TODOS, &content.todos)?;
    write
        .prepare_cached("UPDATE attachments SET issue_id = ?1, trash_id = NULL WHERE trash_id = ?1")?
        .execute([id.as_str()])?;
    let issue_id: IssueId =
        id.as_str().parse().map_err(|error| StoreError::Unreadable(format!("{error}")))?;
    let issue = issues::by_id(write, &issue_id)?;
    for label in &content.labels {
        put_label_back(write, &issue, label)?;
    }
    write
        .prepare_cached(
            "UPDATE runs SET issue_id = ?1 WHERE issue_id IS NULL AND id IN (SELECT value FROM json_each(?2))",
        )?
        .execute((id.as_str(), to_json(&content.runs)?))?;
    write
        .prepare_cached(
            "UPDATE sessions SET bound_issue = ?1
             WHERE bound_issue IS NULL AND id IN (SELECT value FROM json_each(?2))",
        )?
        .execute((id.as_str(), to_json(&content.sessions)?))?;
    for link in &content.links {
        put_link_back(write, &issue, link)?;
    }
    super::delete(write, &item)?;
    tell(write, &issue, &content)?;
    write.audit(actor, Some(&issue.project_id), "issue.restored", &json!({ "issue": issue.number }))?;
    issues::by_id(write, &issue.id)
}

fn expect_no_run(connection: &Connection, issue: &Issue) -> Result<(), StoreError> {
    let at_work = all(
        connection,
        "SELECT number FROM runs WHERE issue_id = ?1 AND status IN ('pending', 'running') ORDER BY number",
        [issue.id.as_str()],
        |row| Ok(row.get::<_, i64>("number")?),
    )?;
    match at_work.first() {
        None => Ok(()),
        Some(run) => Err(StoreError::Conflict(format!(
            "run {run} works on issue #{}; cancel it or wait for its end, then remove the issue",
            issue.number
        ))),
    }
}

fn gather(connection: &Connection, issue: &Issue) -> Result<Content, StoreError> {
    let id = issue.id.as_str();
    let row = rows::dump(connection, ISSUES, id)?.pop();
    Ok(Content {
        issue: row.ok_or_else(|| StoreError::not_found("issue", format!("#{}", issue.number)))?,
        updates: rows::dump(connection, UPDATES, id)?,
        todos: rows::dump(connection, TODOS, id)?,
        links: rows::dump(connection, LINKS, id)?,
        labels: labels::of_issue(connection, &issue.id)?.into_iter().map(label_fields).collect(),
        runs: all(connection, "SELECT id FROM runs WHERE issue_id = ?1 ORDER BY number", [id], |row| {
            Ok(row.get("id")?)
        })?,
        sessions: all(
            connection,
            "SELECT id FROM sessions WHERE bound_issue = ?1 ORDER BY id",
            [id],
            |row| Ok(row.get("id")?),
        )?,
    })
}

fn label_fields(label: Label) -> LabelFields {
    LabelFields { id: label.id.to_string(), name: label.name, colour: label.colour }
}

/// The same label, or one of that name, or the label made again.
fn put_label_back(write: &Write<'_>, issue: &Issue, label: &LabelFields) -> Result<(), StoreError> {
    let project = issue.project_id.as_str();
    let known = all(
        write,
        "SELECT id FROM labels WHERE project_id = ?1 AND (id = ?2 OR name = ?3 COLLATE NOCASE)
         ORDER BY id <> ?2 LIMIT 1",
        (project, &label.id, &label.name),
        |row| Ok(row.get::<_, String>("id")?),
    )?;
    let id = match known.into_iter().next() {
        Some(id) => id,
        None => make_label_again(write, issue, label)?,
    };
    write
        .prepare_cached("INSERT OR IGNORE INTO issue_labels (issue_id, label_id) VALUES (?1, ?2)")?
        .execute((issue.id.as_str(), id))?;
    Ok(())
}

fn make_label_again(write: &Write<'_>, issue: &Issue, label: &LabelFields) -> Result<String, StoreError> {
    let taken: bool = write
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM labels WHERE id = ?1)")?
        .query_row([&label.id], |row| row.get(0))?;
    // An import may have given the label's id to another project.
    let id = if taken { LabelId::generate().to_string() } else { label.id.clone() };
    write
        .prepare_cached("INSERT INTO labels (id, project_id, name, colour) VALUES (?1, ?2, ?3, ?4)")?
        .execute((&id, issue.project_id.as_str(), &label.name, &label.colour))?;
    write.changed(Topic::Label, &id, Some(&issue.project_id))?;
    Ok(id)
}

/// Puts a link back, or leaves it to the other issue's return when that one is in the trash as well.
fn put_link_back(write: &Write<'_>, issue: &Issue, link: &Fields) -> Result<(), StoreError> {
    let Some(other) = other_end(issue, link) else { return Ok(()) };
    let there: bool = write
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM issues WHERE id = ?1)")?
        .query_row([&other], |row| row.get(0))?;
    if !there {
        return hand_over(write, &other, link);
    }
    let mut link = link.clone();
    link.insert("project_id".to_owned(), issue.project_id.as_str().into());
    match possible(write, &link) {
        Ok(()) => rows::put_back(write, LINKS, &[link]),
        Err(StoreError::Conflict(why)) => {
            let text = format!("A link did not come back: {why}.");
            issue_updates::system_note(write, issue, &text, json!({ "link": link })).map(drop)
        }
        Err(error) => Err(error),
    }
}

/// Whether the links made meanwhile leave room for this one.
fn possible(connection: &Connection, link: &Fields) -> Result<(), StoreError> {
    let text = |name: &str| link.get(name).and_then(|value| value.as_str()).unwrap_or_default();
    let unreadable = |error: &dyn std::fmt::Display| StoreError::Unreadable(format!("link: {error}"));
    let kind: Relation = text("kind").parse().map_err(|error| unreadable(&error))?;
    let end = |name: &str| {
        let id: IssueId = text(name).parse().map_err(|error| unreadable(&error))?;
        issues::by_id(connection, &id)
    };
    links::expect_possible(connection, &end("from_issue")?, kind, &end("to_issue")?)
}

/// Adds a link to what the other issue brings back.
fn hand_over(write: &Write<'_>, other: &str, link: &Fields) -> Result<(), StoreError> {
    let Some(mut content) = super::content::<Content>(write, other)? else { return Ok(()) };
    if !content.links.iter().any(|known| known.get("id") == link.get("id")) {
        content.links.push(link.clone());
        write
            .prepare_cached("UPDATE trash SET content = ?2 WHERE id = ?1")?
            .execute((other, to_json(&content)?))?;
    }
    Ok(())
}

fn other_end(issue: &Issue, link: &Fields) -> Option<String> {
    let end = |name: &str| link.get(name)?.as_str();
    let (from, to) = (end("from_issue")?, end("to_issue")?);
    Some(if from == issue.id.as_str() { to } else { from }.to_owned())
}

/// Tells the change log of everything that shows this issue: itself, those it is linked to, its runs and sessions.
fn tell(write: &Write<'_>, issue: &Issue, content: &Content) -> Result<(), StoreError> {
    let project = Some(&issue.project_id);
    write.changed(Topic::Issue, issue.id.as_str(), project)?;
    for other in content.links.iter().filter_map(|link| other_end(issue, link)) {
        write.changed(Topic::Issue, &other, project)?;
    }
    for run in &content.runs {
        write.changed(Topic::Run, run, project)?;
    }
    for session in &content.sessions {
        write.changed(Topic::Session, session, project)?;
    }
    Ok(())
}
