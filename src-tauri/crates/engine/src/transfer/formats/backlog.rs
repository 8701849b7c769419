//! Backlog.md: a folder of Markdown files, one a task.
//!
//! Read from: MrLesk/Backlog.md, `src/markdown/parser.ts` (1541d375), `src/markdown/structured-sections.ts` (3f3e728e,
//! the markers, the checklists and the comments), `src/markdown/serializer.ts`, `backlog/config.yml` and tasks of its
//! own `backlog/` (August 2026). Dates are UTC. The words of a status are the project's own: the first of its
//! configuration is new, the last is done. Milestones, documents and decisions are no issues and stay behind.

use super::front_matter::{Head, split};
use crate::transfer::control::TransferError;
use crate::transfer::entry::{Comment, Entry, Person, Sink, item};
use crate::transfer::{places, times};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use waybill_domain::issue::{Priority, Status};
use waybill_domain::link::Relation;
use waybill_domain::todo::TodoKind;

/// Where tasks lie, the oldest work first.
const FOLDERS: [(&str, Place); 4] = [
    ("archive/tasks", Place::Archive),
    ("completed", Place::Completed),
    ("tasks", Place::Tasks),
    ("drafts", Place::Drafts),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Archive,
    Completed,
    Tasks,
    Drafts,
}

pub(super) fn read(path: &Path, sink: &mut dyn Sink) -> Result<(), TransferError> {
    let (root, folders) = find(path)?;
    let statuses = statuses(&root);
    let mut files: Vec<(Place, PathBuf)> = Vec::new();
    for (folder, place) in folders {
        files.extend(places::files(&folder, "md")?.into_iter().map(|file| (place, file)));
    }
    sink.expect(i64::try_from(files.len()).unwrap_or(i64::MAX));
    for (place, file) in files {
        let name = places::name_of(&root, &file);
        let text = match places::whole(&file) {
            Ok(text) => text,
            Err(fault) => {
                sink.skip(&name, None, fault.to_string())?;
                continue;
            }
        };
        match entry(&text, place, &statuses) {
            Ok(entry) => sink.entry(&name, None, entry)?,
            Err((line, what)) => sink.skip(&name, Some(line), what)?,
        }
    }
    Ok(())
}

/// The folder that holds everything, and the folders with tasks: a repository, its `backlog`, or one folder of tasks.
fn find(path: &Path) -> Result<(PathBuf, Vec<(PathBuf, Place)>), TransferError> {
    if !path.is_dir() {
        return Err(TransferError::Shape(format!("{} is no folder; name the backlog's", path.display())));
    }
    for root in [path.to_owned(), path.join("backlog"), path.join(".backlog")] {
        let folders: Vec<_> = FOLDERS.iter().map(|(name, place)| (root.join(name), *place)).collect();
        if folders.iter().any(|(folder, place)| *place != Place::Archive && places::is_own_folder(folder)) {
            return Ok((root, folders));
        }
    }
    if places::files(path, "md")?.is_empty() {
        return Err(TransferError::Shape(format!("{} has no `tasks` folder", path.display())));
    }
    Ok((path.to_owned(), vec![(path.to_owned(), Place::Tasks)]))
}

/// The first and the last word of the project's statuses, folded.
fn statuses(root: &Path) -> (String, String) {
    let usual = || ("to do".to_owned(), "done".to_owned());
    let config = root.join("config.yml");
    if !places::is_own_file(&config) {
        return usual();
    }
    let Ok(text) = places::whole(&config) else { return usual() };
    let head = format!("---\n{text}\n---\n");
    match split(&head).ok().and_then(|(values, _)| values.get("statuses").cloned()) {
        Some(Head::List(words)) => match (words.first(), words.last()) {
            (Some(first), Some(last)) => (first.to_lowercase(), last.to_lowercase()),
            _ => usual(),
        },
        _ => usual(),
    }
}

fn entry(text: &str, place: Place, statuses: &(String, String)) -> Result<Entry, (i64, String)> {
    let (head, body) = split(text)?;
    let id = one(&head, "id");
    if id.is_empty() {
        return Err((1, "it has no id".to_owned()));
    }
    // Ids are compared whatever their case.
    let mut entry = Entry::new(id.to_lowercase(), one(&head, "title"), format!("Backlog.md task {id}"));
    entry.status = status(&one(&head, "status"), place, statuses, &mut entry);
    entry.priority = match one(&head, "priority").to_lowercase().as_str() {
        "high" => Priority::High,
        "low" => Priority::Low,
        _ => Priority::Medium,
    };
    entry.author = Person::called(&one(&head, "reporter"));
    entry.created_at = times::read(&one(&head, "created_date"));
    entry.updated_at = times::read(&one(&head, "updated_date"));
    let closed = matches!(entry.status, Status::Resolved | Status::Rejected);
    entry.closed_at = entry.updated_at.filter(|_| closed);
    entry.labels = many(&head, "labels");
    if place == Place::Drafts {
        entry.labels.push("draft".to_owned());
    }
    let links = many(&head, "dependencies").into_iter().map(|id| (Relation::BlockedBy, id.to_lowercase()));
    entry.links = links.collect();
    let parent = one(&head, "parent_task_id");
    if !parent.is_empty() {
        entry.links.push((Relation::ChildOf, parent.to_lowercase()));
    }
    for (what, key) in [
        ("Assigned there to", "assignee"),
        ("Milestone", "milestone"),
        ("Type there", "type"),
        ("References", "references"),
        ("Documentation", "documentation"),
        ("Modified files", "modified_files"),
        ("Due", "due_date"),
        ("Planned start", "planned_start"),
        ("Planned end", "planned_end"),
        ("Actual start", "actual_start"),
        ("Actual end", "actual_end"),
    ] {
        entry.fact(what, &many(&head, key).join(", "));
    }
    sections(body, &mut entry);
    Ok(entry)
}

fn one(head: &HashMap<String, Head>, key: &str) -> String {
    match head.get(key) {
        Some(Head::Text(text)) => text.clone(),
        Some(Head::List(items)) => items.join(", "),
        None => String::new(),
    }
}

fn many(head: &HashMap<String, Head>, key: &str) -> Vec<String> {
    match head.get(key) {
        Some(Head::List(items)) => items.clone(),
        Some(Head::Text(text)) if !text.is_empty() => vec![text.clone()],
        _ => Vec::new(),
    }
}

fn status(word: &str, place: Place, (first, last): &(String, String), entry: &mut Entry) -> Status {
    let folded = word.to_lowercase();
    let done = folded == *last || matches!(folded.as_str(), "done" | "complete" | "completed");
    match place {
        Place::Completed => Status::Resolved,
        _ if done => Status::Resolved,
        Place::Archive => {
            entry.facts.push("Archived there before it was done.".to_owned());
            Status::Rejected
        }
        _ if folded.is_empty()
            || folded == *first
            || matches!(folded.as_str(), "to do" | "todo" | "draft") =>
        {
            Status::Open
        }
        _ if matches!(folded.as_str(), "in progress" | "doing") => Status::InProgress,
        _ => {
            entry.fact("Status there", word);
            Status::Triaged
        }
    }
}

/// The sections of a task: its description is the body, its checklists are criteria, other sections stay sections.
fn sections(body: &str, entry: &mut Entry) {
    let (mut heading, mut lines, mut held) = (String::new(), Vec::new(), false);
    for line in body.lines() {
        let bare = line.trim();
        // What stands between markers is text, whatever it looks like.
        let marker = bare.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->"));
        match marker {
            Some(name) if name.ends_with(":BEGIN") && name.starts_with("SECTION:") => held = true,
            Some(name) if name.ends_with(":END") && name.starts_with("SECTION:") => held = false,
            Some("AC:BEGIN" | "AC:END" | "DOD:BEGIN" | "DOD:END" | "COMMENTS:BEGIN" | "COMMENTS:END") => {}
            _ => match line.strip_prefix("## ").filter(|_| !held) {
                Some(next) => {
                    section(&heading, &lines, entry);
                    next.trim().clone_into(&mut heading);
                    lines.clear();
                }
                None => lines.push(line),
            },
        }
    }
    section(&heading, &lines, entry);
}

fn section(heading: &str, lines: &[&str], entry: &mut Entry) {
    let text = lines.join("\n");
    match heading {
        "" | "Description" => {
            let text = text.trim();
            if !text.is_empty() && !entry.body.is_empty() {
                entry.body.push_str("\n\n");
            }
            entry.body.push_str(text);
        }
        "Acceptance Criteria" | "Acceptance Criteria (Optional)" | "Definition of Done" => {
            let rest = checklist(lines, entry);
            entry.section(heading, &rest);
        }
        "Comments" => comments(&text, entry),
        _ => entry.section(heading, &text),
    }
}

/// Items are criteria, without their `#1`; what is no item is given back.
fn checklist(lines: &[&str], entry: &mut Entry) -> String {
    let mut rest = Vec::new();
    for line in lines {
        match item(line.trim()) {
            Some((done, content)) => {
                let digits =
                    content.strip_prefix('#').map_or(0, |c| c.bytes().take_while(u8::is_ascii_digit).count());
                let content = if digits > 0 { content[digits + 1..].trim() } else { content };
                entry.todo(TodoKind::Criterion, content, done);
            }
            None => rest.push(*line),
        }
    }
    rest.join("\n")
}

fn comments(text: &str, entry: &mut Entry) {
    let mut blocks = text.split("<!-- COMMENT:BEGIN -->");
    let before = blocks.next().unwrap_or_default();
    entry.section("Comments", before);
    for block in blocks {
        let block = block.split("<!-- COMMENT:END -->").next().unwrap_or_default().trim();
        let (meta, body) = block.split_once("\n\n").unwrap_or(("", block));
        let told = |key: &str| {
            meta.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':')).unwrap_or_default().trim()
        };
        let (author, at) = (Person::called(told("author")), times::read(told("created")));
        entry.comments.push(Comment { author, body: body.trim().to_owned(), at });
    }
}
