//! Vibe Kanban: what it gives out since it shut down, and what its local version kept.
//!
//! Read from: BloopAI/vibe-kanban, `crates/remote/src/routes/export.rs` (afdfc010, April 2026: a ZIP of `issues.csv`,
//! `comments.csv`, `relationships.csv`, `attachments.csv` with files …, issues told by their short ids) and
//! `crates/db/src/models/task.rs` (03439018: the local tasks, as `GET /api/tasks?project_id=…` answers them, with
//! `{"success": true, "data": […]}` around or as a list). The ZIP is unpacked first; its folder, its `issues.csv`, or a
//! JSON file of tasks is named.

use super::csv::{self, Record};
use crate::transfer::control::TransferError;
use crate::transfer::entry::{Comment, Entry, Person, Sink};
use crate::transfer::values::{Found, list, read as values, text};
use crate::transfer::{places, times};
use serde_json::Value;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use waybill_domain::issue::{Priority, Status};
use waybill_domain::link::Relation;

pub(super) fn read(path: &Path, sink: &mut dyn Sink) -> Result<(), TransferError> {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    match ending.as_str() {
        _ if path.is_dir() => export(path, &path.join("issues.csv"), sink),
        "csv" => export(path.parent().unwrap_or(path), path, sink),
        "zip" => Err(TransferError::Shape("unpack the ZIP first, then name its folder".to_owned())),
        "sqlite" | "db" => Err(TransferError::Shape(
            "name what `GET /api/tasks?project_id=…` of the running program answers, not its database"
                .to_owned(),
        )),
        _ => tasks(path, sink),
    }
}

/// What belongs to an issue and stands in other files, by the issue's id.
#[derive(Default)]
struct Others {
    comments: HashMap<String, Vec<Comment>>,
    links: HashMap<String, Vec<(Relation, String)>>,
    files: HashMap<String, Vec<(String, PathBuf)>>,
}

fn export(folder: &Path, issues: &Path, sink: &mut dyn Sink) -> Result<(), TransferError> {
    if !places::is_own_file(issues) {
        return Err(TransferError::Shape(format!("{} has no issues.csv", folder.display())));
    }
    let name = places::name_of(folder, issues);
    let mut others = Others::default();
    each(folder, "comments.csv", sink, &mut |record| {
        let comment = Comment {
            author: Person::called(record.get("Author")),
            body: record.get("Message").to_owned(),
            at: times::read(record.get("Created")),
        };
        others.comments.entry(record.get("Issue ID").to_owned()).or_default().push(comment);
        Ok(())
    })?;
    each(folder, "relationships.csv", sink, &mut |record| {
        let relation = match record.get("Type") {
            "Blocking" => Relation::Blocks,
            "HasDuplicate" => Relation::DuplicatedBy,
            _ => Relation::RelatesTo,
        };
        let link = (relation, record.get("Related Issue ID").to_owned());
        others.links.entry(record.get("Issue ID").to_owned()).or_default().push(link);
        Ok(())
    })?;
    each(folder, "attachments.csv", sink, &mut |record| {
        let place = places::below(folder, record.get("File Path in ZIP"))
            .ok_or("its path leads out of the folder, or is none")?;
        let file = (record.get("Filename").to_owned(), place);
        others.files.entry(record.get("Issue ID").to_owned()).or_default().push(file);
        Ok(())
    })?;
    let mut records = 0;
    csv::read(issues, &mut |_, _| {
        records += 1;
        Ok(())
    })?;
    sink.expect(records);
    csv::read(issues, &mut |line, record| match record.and_then(|record| issue(&record, &mut others)) {
        Ok(entry) => sink.entry(&name, Some(line), entry),
        Err(what) => sink.skip(&name, Some(line), what),
    })
}

/// Reads a file beside the issues, when it is there.
fn each(
    folder: &Path,
    name: &str,
    sink: &mut dyn Sink,
    take: &mut dyn FnMut(&Record) -> Result<(), &'static str>,
) -> Result<(), TransferError> {
    let path = folder.join(name);
    if !places::is_own_file(&path) {
        return Ok(());
    }
    csv::read(&path, &mut |line, record| match record.and_then(|record| take(&record).map_err(str::to_owned))
    {
        Ok(()) => Ok(()),
        Err(what) => sink.skip(name, Some(line), what),
    })
}

fn issue(record: &Record, others: &mut Others) -> Result<Entry, String> {
    let id = record.get("Issue ID");
    if id.is_empty() {
        return Err("it has no issue id".to_owned());
    }
    let mut entry = Entry::new(id, record.get("Title"), format!("Vibe Kanban issue {id}"));
    record.get("Description").clone_into(&mut entry.body);
    entry.status = status(record.get("Status"), &mut entry);
    entry.priority = match record.get("Priority") {
        "Urgent" => Priority::Critical,
        "High" => Priority::High,
        "Low" => Priority::Low,
        _ => Priority::Medium,
    };
    entry.author = Person::called(record.get("Creator"));
    entry.created_at = times::read(record.get("Created"));
    entry.updated_at = times::read(record.get("Updated"));
    entry.closed_at = times::read(record.get("Completed"));
    let labels = record.get("Labels").split(", ").filter(|label| !label.is_empty());
    entry.labels = labels.map(str::to_owned).collect();
    let parent = record.get("Parent Issue");
    if !parent.is_empty() {
        entry.links.push((Relation::ChildOf, parent.to_owned()));
    }
    for (what, column) in [
        ("Project there", "Project"),
        ("Assigned there to", "Assignee(s)"),
        ("Start", "Start Date"),
        ("Due", "Due Date"),
    ] {
        entry.fact(what, record.get(column));
    }
    entry.comments = others.comments.remove(id).unwrap_or_default();
    entry.links.extend(others.links.remove(id).unwrap_or_default());
    entry.files = others.files.remove(id).unwrap_or_default();
    Ok(entry)
}

/// The local version's tasks.
fn tasks(path: &Path, sink: &mut dyn Sink) -> Result<(), TransferError> {
    let name = places::name_of(path, path);
    values(path, |Found { line, value }| match value {
        Ok(value) if value.get("data").is_some_and(Value::is_array) => {
            let tasks = list(&value, "data");
            sink.expect(i64::try_from(tasks.len()).unwrap_or(i64::MAX));
            tasks.iter().try_for_each(|value| one(&name, line, value, sink))
        }
        Ok(value) => {
            sink.expect(1);
            one(&name, line, &value, sink)
        }
        Err(what) => {
            sink.expect(1);
            sink.skip(&name, Some(line), what)
        }
    })
}

fn one(name: &str, line: i64, value: &Value, sink: &mut dyn Sink) -> Result<(), TransferError> {
    match task(value) {
        Ok(entry) => sink.entry(name, Some(line), entry),
        Err(what) => sink.skip(name, Some(line), what),
    }
}

fn task(value: &Value) -> Result<Entry, String> {
    let id = text(value, "id");
    if id.is_empty() {
        return Err("it has no id".to_owned());
    }
    let short: String = id.chars().take(8).collect();
    let mut entry = Entry::new(id, text(value, "title"), format!("Vibe Kanban task {short}"));
    text(value, "description").clone_into(&mut entry.body);
    entry.status = status(text(value, "status"), &mut entry);
    entry.created_at = times::read(text(value, "created_at"));
    entry.updated_at = times::read(text(value, "updated_at"));
    let closed = matches!(entry.status, Status::Resolved | Status::Rejected);
    entry.closed_at = entry.updated_at.filter(|_| closed);
    Ok(entry)
}

/// The columns of a board have any name; these are what a new project's are called, and the local version's words.
fn status(word: &str, entry: &mut Entry) -> Status {
    let folded: String = word.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    match folded.as_str() {
        "" | "todo" | "backlog" => Status::Open,
        "inprogress" => Status::InProgress,
        "done" => Status::Resolved,
        "cancelled" | "canceled" => Status::Rejected,
        "inreview" => {
            entry.fact("Status there", word);
            Status::InProgress
        }
        _ => {
            entry.fact("Status there", word);
            Status::Triaged
        }
    }
}
