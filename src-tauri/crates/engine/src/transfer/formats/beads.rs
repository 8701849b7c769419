//! beads: `.beads/issues.jsonl`, one issue a line.
//!
//! Read from: steveyegge/beads, `.beads/issues.jsonl` (001ae447, December 2025) and `internal/types/types.go`
//! (08e43d9f), and gastownhall/beads, `internal/types/types.go` (0165df70, the later field and status names; comment
//! ids are numbers before 1.0 and texts since). Lines of `bd export --all` that are no issues (memories) are left out,
//! as are tombstones, which stand for deleted issues.

use crate::transfer::control::TransferError;
use crate::transfer::entry::{Comment, Entry, Person, Sink, criteria};
use crate::transfer::values::{Found, count, list, read as values, shown, text, texts};
use crate::transfer::{places, times};
use serde_json::Value;
use std::path::{Path, PathBuf};
use waybill_domain::issue::{Priority, Status};
use waybill_domain::link::Relation;

/// Where the file lies below a repository or its `.beads` folder; the second is its name in older versions.
const PLACES: [&str; 4] = [".beads/issues.jsonl", ".beads/beads.jsonl", "issues.jsonl", "beads.jsonl"];

pub(super) fn read(path: &Path, sink: &mut dyn Sink) -> Result<(), TransferError> {
    let file = find(path)?;
    let name = places::name_of(path, &file);
    sink.expect(count(&file)?);
    values(&file, |Found { line, value }| match value.and_then(|value| entry(&value)) {
        Ok(Line::Issue(entry)) => sink.entry(&name, Some(line), *entry),
        Ok(Line::Other(sentence)) => {
            sink.note(sentence);
            Ok(())
        }
        Err(what) => sink.skip(&name, Some(line), what),
    })
}

fn find(path: &Path) -> Result<PathBuf, TransferError> {
    if !path.is_dir() {
        return Ok(path.to_owned());
    }
    places::first(path, &PLACES)
        .filter(|found| places::is_own_file(found))
        .ok_or_else(|| TransferError::Shape(format!("{} has no .beads/issues.jsonl", path.display())))
}

enum Line {
    Issue(Box<Entry>),
    Other(&'static str),
}

fn entry(value: &Value) -> Result<Line, String> {
    match text(value, "_type") {
        "" | "issue" => {}
        _ => return Ok(Line::Other("Memories and other lines that are no issues were left out.")),
    }
    if text(value, "status") == "tombstone" {
        return Ok(Line::Other("Deleted issues (tombstones) were left out."));
    }
    let id = text(value, "id");
    if id.is_empty() {
        return Err("it has no id".to_owned());
    }
    let mut entry = Entry::new(id, text(value, "title"), format!("beads issue {id}"));
    text(value, "description").clone_into(&mut entry.body);
    entry.section("Design", text(value, "design"));
    let rest = criteria(text(value, "acceptance_criteria"), &mut entry);
    entry.section("Acceptance criteria", &rest);
    entry.section("Notes", text(value, "notes"));
    entry.status = status(text(value, "status"), &mut entry);
    entry.priority = match value.get("priority").and_then(Value::as_i64) {
        Some(0) => Priority::Critical,
        Some(1) => Priority::High,
        Some(3..) => Priority::Low,
        _ => Priority::Medium,
    };
    entry.author = Person::called(text(value, "created_by"));
    entry.created_at = times::read(text(value, "created_at"));
    entry.updated_at = times::read(text(value, "updated_at"));
    entry.closed_at = times::read(text(value, "closed_at"));
    entry.labels = texts(value, "labels").map(str::to_owned).collect();
    let kind = text(value, "issue_type");
    if !matches!(kind, "" | "task") {
        entry.labels.push(kind.to_owned());
    }
    for comment in list(value, "comments") {
        entry.comments.push(Comment {
            author: Person::called(text(comment, "author")),
            body: text(comment, "text").to_owned(),
            at: times::read(text(comment, "created_at")),
        });
    }
    for dependency in list(value, "dependencies") {
        let there = text(dependency, "depends_on_id");
        if text(dependency, "issue_id") == id || text(dependency, "issue_id").is_empty() {
            entry.links.push((relation(text(dependency, "type")), there.to_owned()));
        }
    }
    entry.fact("Closed there because", text(value, "close_reason").trim_end_matches('.'));
    entry.fact("Assigned there to", text(value, "assignee"));
    entry.fact("Known elsewhere as", text(value, "external_ref"));
    for (what, key) in
        [("Estimated minutes", "estimated_minutes"), ("Due", "due_at"), ("Metadata", "metadata")]
    {
        entry.fact(what, &value.get(key).map(shown).unwrap_or_default());
    }
    Ok(Line::Issue(Box::new(entry)))
}

fn status(word: &str, entry: &mut Entry) -> Status {
    match word {
        "" | "open" => Status::Open,
        "in_progress" | "hooked" => Status::InProgress,
        "closed" => Status::Resolved,
        other => {
            // `blocked`, `deferred`, `pinned` and words of one's own: known, and not at work.
            entry.fact("Status there", other);
            Status::Triaged
        }
    }
}

fn relation(word: &str) -> Relation {
    match word {
        "blocks" | "conditional-blocks" | "waits-for" => Relation::BlockedBy,
        "parent-child" => Relation::ChildOf,
        "duplicates" => Relation::DuplicateOf,
        _ => Relation::RelatesTo,
    }
}
