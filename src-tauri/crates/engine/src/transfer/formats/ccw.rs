//! Claude-Code-Workflow: the folder `.workflow/issues`.
//!
//! Read from: catlog22/Claude-Code-Workflow, `ccw/src/commands/issue.ts` (06ae31d4: the interfaces, the files, where
//! completed issues go), with the newer names of its later schemas and of its successor (status `open`, `resolved`,
//! `closed`, `deferred`; priority as words). History is read before what is open, so that numbers follow time.
//! The bound solution of an issue comes in as a comment (its approach) and as steps and criteria (its tasks): what else
//! a solution and a queue hold stays behind, and the report says so.

use crate::transfer::control::TransferError;
use crate::transfer::entry::{Comment, Entry, Sink};
use crate::transfer::values::{Found, count, list, read as values, shown, text, texts};
use crate::transfer::{places, times};
use serde_json::Value;
use std::path::{Path, PathBuf};
use waybill_domain::issue::{Priority, Status};
use waybill_domain::todo::{TodoKind, TodoStatus};

const FILES: [&str; 2] = ["issue-history.jsonl", "issues.jsonl"];

pub(super) fn read(path: &Path, sink: &mut dyn Sink) -> Result<(), TransferError> {
    let (folder, files) = find(path)?;
    for file in &files {
        sink.expect(count(file)?);
    }
    for file in &files {
        let name = places::name_of(&folder, file);
        values(file, |Found { line, value }| {
            match value.and_then(|value| entry(&value).map(|e| (e, value))) {
                Ok((mut entry, value)) => {
                    solution(&folder, &value, &mut entry, sink)?;
                    sink.entry(&name, Some(line), entry)
                }
                Err(what) => sink.skip(&name, Some(line), what),
            }
        })?;
    }
    if places::is_own_folder(&folder.join("queues")) {
        sink.note("Queues were left out: an execution queue is formed anew from issues.");
    }
    Ok(())
}

fn find(path: &Path) -> Result<(PathBuf, Vec<PathBuf>), TransferError> {
    if !path.is_dir() {
        return Ok((path.parent().unwrap_or(path).to_owned(), vec![path.to_owned()]));
    }
    for folder in [path.join(".workflow/issues"), path.join("issues"), path.to_owned()] {
        let files: Vec<PathBuf> =
            FILES.iter().map(|name| folder.join(name)).filter(|file| places::is_own_file(file)).collect();
        if !files.is_empty() {
            return Ok((folder, files));
        }
    }
    Err(TransferError::Shape(format!("{} has no .workflow/issues/issues.jsonl", path.display())))
}

fn entry(value: &Value) -> Result<Entry, String> {
    let id = text(value, "id");
    if id.is_empty() {
        return Err("it has no id".to_owned());
    }
    let mut entry = Entry::new(id, text(value, "title"), format!("issue {id} of Claude-Code-Workflow"));
    let context = if text(value, "context").is_empty() { "description" } else { "context" };
    text(value, context).clone_into(&mut entry.body);
    entry.section("Expected", text(value, "expected_behavior"));
    entry.section("Actual", text(value, "actual_behavior"));
    let components: Vec<&str> = texts(value, "affected_components").collect();
    entry.section("Affected", &components.join("\n"));
    if let Some(extended) = value.get("extended_context") {
        for (heading, key) in
            [("Location", "location"), ("Suggested fix", "suggested_fix"), ("Notes", "notes")]
        {
            entry.section(heading, &extended.get(key).map(shown).unwrap_or_default());
        }
    }
    entry.status = status(text(value, "status"), &mut entry);
    entry.priority = priority(value.get("priority"));
    entry.created_at = times::read(text(value, "created_at"));
    entry.updated_at = times::read(text(value, "updated_at"));
    entry.closed_at = times::read(text(value, "completed_at"));
    entry.labels = texts(value, "tags").map(str::to_owned).collect();
    let url = text(value, "source_url");
    entry.url = (!url.is_empty()).then(|| url.to_owned());
    entry.fact("Source", text(value, "source"));
    if let Some(wanted) = value.get("lifecycle_requirements").filter(|wanted| wanted.is_object()) {
        entry.fact("Lifecycle requirements", &shown(wanted));
    }
    for feedback in list(value, "feedback") {
        let heading = [text(feedback, "type"), text(feedback, "stage")].join(" · ");
        entry.comments.push(Comment {
            author: None,
            body: format!("*{}*\n\n{}", heading.trim_matches([' ', '·']), text(feedback, "content")),
            at: times::read(text(feedback, "created_at")),
        });
    }
    Ok(entry)
}

fn status(word: &str, entry: &mut Entry) -> Status {
    match word {
        "" | "registered" | "open" => Status::Open,
        "executing" | "in_progress" => Status::InProgress,
        "completed" | "resolved" | "closed" => Status::Resolved,
        other => {
            // Planning, planned, queued, failed, paused, deferred: known, and not at work.
            entry.fact("Status there", other);
            Status::Triaged
        }
    }
}

fn priority(value: Option<&Value>) -> Priority {
    match value {
        Some(Value::String(word)) => match word.as_str() {
            "critical" | "urgent" => Priority::Critical,
            "high" => Priority::High,
            "low" => Priority::Low,
            _ => Priority::Medium,
        },
        Some(value) => match value.as_i64() {
            Some(1) => Priority::Critical,
            Some(2) => Priority::High,
            Some(4..) => Priority::Low,
            _ => Priority::Medium,
        },
        None => Priority::Medium,
    }
}

/// Adds the issue's bound solution, when there is one.
fn solution(
    folder: &Path,
    issue: &Value,
    entry: &mut Entry,
    sink: &mut dyn Sink,
) -> Result<(), TransferError> {
    let id = text(issue, "id");
    let file = format!("solutions/{id}.jsonl");
    // The id becomes a file's name: one that leads elsewhere has no solution.
    let Some(path) = places::below(folder, &file).filter(|path| places::is_own_file(path)) else {
        return Ok(());
    };
    let bound = text(issue, "bound_solution_id").to_owned();
    values(&path, |Found { line, value }| match value {
        Ok(value) => {
            let is_bound = value.get("is_bound").and_then(Value::as_bool).unwrap_or(false);
            if text(&value, "id") == bound || (bound.is_empty() && is_bound) {
                add(&value, entry);
                sink.note(
                    "Bound solutions came in as a comment and as steps; other proposals were left out.",
                );
            }
            Ok(())
        }
        Err(what) => sink.skip(&file, Some(line), what),
    })
}

fn add(solution: &Value, entry: &mut Entry) {
    let (told, approach) = (text(solution, "description"), text(solution, "approach"));
    let body = [told, approach].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n");
    if !body.is_empty() {
        let at =
            times::read(text(solution, "bound_at")).or_else(|| times::read(text(solution, "created_at")));
        let body = format!("*Solution {}*\n\n{body}", text(solution, "id"));
        entry.comments.push(Comment { author: None, body, at });
    }
    for task in list(solution, "tasks") {
        let content = format!("{} {}", text(task, "id"), text(task, "title"));
        let done = text(task, "status") == "completed";
        entry.todo(TodoKind::Step, content.trim(), done);
        if let Some(step) = entry.todos.last_mut() {
            match text(task, "status") {
                "in_progress" | "active" | "executing" => step.status = TodoStatus::InProgress,
                "skipped" => step.status = TodoStatus::Abandoned,
                _ => {}
            }
        }
        for proof in ["acceptance", "convergence"] {
            let criteria = task.get(proof).into_iter().flat_map(|proof| texts(proof, "criteria"));
            for criterion in criteria.collect::<Vec<_>>() {
                entry.todo(TodoKind::Criterion, criterion, done);
            }
        }
    }
}
