//! Taskwarrior: what `task export` writes, an array or one task a line.
//!
//! Read from: GothenburgBitFactory/taskwarrior, `doc/devel/rfcs/task.md` (42e87349), and taskwarrior.org,
//! docs/commands/export (`json.array`). `depends` is a list, or one text with commas as before 2.6. Dates for which
//! Waybill has no place (due, wait, scheduled, recur) and attributes of one's own are told in the issue's note.

use crate::transfer::control::TransferError;
use crate::transfer::entry::{Comment, Entry, Sink};
use crate::transfer::values::{Found, count, list, read as values, shown, text, texts};
use crate::transfer::{places, times};
use serde_json::Value;
use std::path::Path;
use waybill_domain::issue::{Priority, Status};
use waybill_domain::link::Relation;

/// Attributes that have a place of their own, or that Taskwarrior derives.
const PLACED: [&str; 17] = [
    "uuid",
    "id",
    "description",
    "status",
    "entry",
    "modified",
    "end",
    "start",
    "tags",
    "project",
    "priority",
    "annotations",
    "depends",
    "urgency",
    "mask",
    "imask",
    "parent",
];

pub(super) fn read(path: &Path, sink: &mut dyn Sink) -> Result<(), TransferError> {
    if path.is_dir() {
        return Err(TransferError::Shape(format!(
            "{} is a folder; name the file that `task export` wrote",
            path.display()
        )));
    }
    let file = places::name_of(path, path);
    sink.expect(count(path)?);
    values(path, |Found { line, value }| match value.and_then(|value| entry(&value)) {
        Ok(entry) => sink.entry(&file, Some(line), entry),
        Err(what) => sink.skip(&file, Some(line), what),
    })
}

fn entry(value: &Value) -> Result<Entry, String> {
    let uuid = text(value, "uuid");
    if uuid.is_empty() {
        return Err("it has no uuid".to_owned());
    }
    let short: String = uuid.chars().take(8).collect();
    let mut entry = Entry::new(uuid, text(value, "description"), format!("Taskwarrior task {short}"));
    let started = !text(value, "start").is_empty();
    entry.status = match text(value, "status") {
        "completed" => Status::Resolved,
        "deleted" => Status::Rejected,
        // Hidden until later, or a template of tasks to come: decided, and not at work.
        "waiting" | "recurring" => Status::Triaged,
        _ if started => Status::InProgress,
        _ => Status::Open,
    };
    entry.priority = match text(value, "priority") {
        "H" => Priority::High,
        "L" => Priority::Low,
        _ => Priority::Medium,
    };
    entry.created_at = times::read(text(value, "entry"));
    entry.closed_at = times::read(text(value, "end"));
    entry.updated_at = times::read(text(value, "modified")).or(entry.closed_at);
    entry.labels = texts(value, "tags").map(str::to_owned).collect();
    let project = text(value, "project");
    if !project.is_empty() {
        entry.labels.push(project.to_owned());
    }
    for annotation in list(value, "annotations") {
        let at = times::read(text(annotation, "entry"));
        let body = text(annotation, "description").to_owned();
        entry.comments.push(Comment { author: None, body, at });
    }
    let depends = value.get("depends").and_then(Value::as_str).unwrap_or_default();
    let depends = depends.split(',').map(str::trim).chain(texts(value, "depends"));
    entry.links =
        depends.filter(|uuid| !uuid.is_empty()).map(|uuid| (Relation::BlockedBy, uuid.to_owned())).collect();
    let parent = text(value, "parent");
    if !parent.is_empty() {
        entry.links.push((Relation::RelatesTo, parent.to_owned()));
    }
    if entry.status == Status::Rejected {
        entry.facts.push("Deleted there.".to_owned());
    }
    let others = value.as_object().into_iter().flatten();
    for (key, value) in others.filter(|(key, _)| !PLACED.contains(&key.as_str())) {
        let told = shown(value);
        entry.fact(key, &times::read(&told).map_or(told, times::write));
    }
    Ok(entry)
}
