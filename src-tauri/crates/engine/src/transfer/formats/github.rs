//! GitHub issues as `gh issue list --state all --limit 100000 --json number,title,body,…` writes them.
//!
//! Read from: cli/cli, `api/export_pr.go`, `api/queries_issue.go` and `api/queries_comments.go`, and the field list of
//! gh-issue-status(1) of July 2026 (which adds parent, subIssues, blockedBy and blocking). Any subset of the fields will
//! do, as an array or as JSON lines; labels, assignees and comments are lists, or `{nodes: […]}` where gh left them so.
//! Mentions of other issues (`#12`) in texts stay as they are written.

use crate::transfer::control::TransferError;
use crate::transfer::entry::{Comment, Entry, Person, Sink};
use crate::transfer::values::{Found, count, list, read as values, text};
use crate::transfer::{places, times};
use serde_json::Value;
use std::path::Path;
use waybill_domain::issue::Status;
use waybill_domain::link::Relation;

pub(super) fn read(path: &Path, sink: &mut dyn Sink) -> Result<(), TransferError> {
    if path.is_dir() {
        return Err(TransferError::Shape(format!(
            "{} is a folder; name the file that `gh issue list --json …` wrote",
            path.display()
        )));
    }
    let file = places::name_of(path, path);
    sink.expect(count(path)?);
    values(path, |Found { line, value }| match value.and_then(|value| entry(&value)) {
        Ok(entry) => {
            if entry.body.contains('#') {
                sink.note("Numbers in texts (#12) are GitHub's own and were left as they stand.");
            }
            sink.entry(&file, Some(line), entry)
        }
        Err(what) => sink.skip(&file, Some(line), what),
    })
}

fn entry(value: &Value) -> Result<Entry, String> {
    let number = value.get("number").and_then(Value::as_i64).filter(|&number| number > 0);
    let number = number.ok_or("it has no number: it is no issue of GitHub, or `number` was not asked for")?;
    let url = text(value, "url");
    let name = name(url, number);
    let mut entry = Entry::new(&name, text(value, "title"), format!("GitHub issue {name}"));
    // An import of a file without `url` knew the number alone.
    entry.aliases = vec![format!("#{number}")];
    entry.url = (!url.is_empty()).then(|| url.to_owned());
    text(value, "body").clone_into(&mut entry.body);
    entry.status = status(value);
    entry.author = person(value.get("author"));
    entry.created_at = times::read(text(value, "createdAt"));
    entry.updated_at = times::read(text(value, "updatedAt"));
    entry.closed_at = times::read(text(value, "closedAt"));
    entry.labels = nodes(value, "labels").iter().map(|label| named(label, "name")).collect();
    for comment in nodes(value, "comments") {
        entry.comments.push(Comment {
            author: person(comment.get("author")),
            body: text(comment, "body").to_owned(),
            at: times::read(text(comment, "createdAt")),
        });
    }
    let assignees: Vec<String> = nodes(value, "assignees").iter().map(|who| named(who, "login")).collect();
    entry.fact("Assigned there to", &assignees.join(", "));
    entry.fact("Milestone", value.get("milestone").map_or("", |milestone| text(milestone, "title")));
    let reason = text(value, "stateReason");
    if entry.status == Status::Rejected {
        entry.fact("Closed there as", &reason.to_lowercase().replace('_', " "));
    }
    links(value, &mut entry);
    Ok(entry)
}

/// `owner/repo#12`, or `#12` when the file does not tell the repository.
fn name(url: &str, number: i64) -> String {
    let path = url.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map(|(_, path)| path);
    let mut parts = path.unwrap_or_default().split('/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(owner), Some(repo), Some("issues" | "pull")) => format!("{owner}/{repo}#{number}"),
        _ => format!("#{number}"),
    }
}

fn status(value: &Value) -> Status {
    let closed = text(value, "state").eq_ignore_ascii_case("closed")
        || value.get("closed").and_then(Value::as_bool).unwrap_or(false);
    let reason = text(value, "stateReason").to_ascii_uppercase();
    match (closed, reason.as_str()) {
        (false, _) => Status::Open,
        (true, "NOT_PLANNED" | "DUPLICATE") => Status::Rejected,
        (true, _) => Status::Resolved,
    }
}

fn person(value: Option<&Value>) -> Option<Person> {
    let value = value?;
    let mut person = Person::called(value.as_str().unwrap_or_else(|| text(value, "login")))?;
    person.name = Some(text(value, "name").to_owned()).filter(|name| !name.is_empty());
    Some(person)
}

/// A name that stands alone or in an object.
fn named(value: &Value, key: &str) -> String {
    value.as_str().map_or_else(|| text(value, key).to_owned(), str::to_owned)
}

fn nodes<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    match value.get(key) {
        Some(inner @ Value::Object(_)) => list(inner, "nodes"),
        _ => list(value, key),
    }
}

fn links(value: &Value, entry: &mut Entry) {
    let mut link = |relation, other: &Value| {
        if let Some(number) = other.get("number").and_then(Value::as_i64) {
            let url = text(other, "url");
            let here = entry.external_id.rsplit_once('#').map_or("", |(repository, _)| repository);
            let there = if url.is_empty() { format!("{here}#{number}") } else { name(url, number) };
            entry.links.push((relation, there));
        }
    };
    if let Some(parent) = value.get("parent") {
        link(Relation::ChildOf, parent);
    }
    for (key, relation) in [
        ("subIssues", Relation::ParentOf),
        ("blockedBy", Relation::BlockedBy),
        ("blocking", Relation::Blocks),
    ] {
        for other in nodes(value, key) {
            link(relation, other);
        }
    }
    let kind = value.get("issueType").map(|kind| named(kind, "name")).unwrap_or_default();
    entry.fact("Type there", &kind);
}
