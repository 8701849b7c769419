//! The issues of a project as a folder of Markdown, one file an issue, for people and other programs.

use super::control::{Control, TransferError};
use super::export::ExportRequest;
use super::report::Report;
use super::times;
use std::fmt::Write as _;
use std::path::Path;
use waybill_domain::slug::slugify;
use waybill_domain::todo::markdown as todo_markdown;
use waybill_store::authors::Authors;
use waybill_store::transfer::{IssuePage, issue_pages};
use waybill_store::{Reader, issues};

const PAGE: u32 = 500;

/// Writes `NNNN-title.md` for each issue.
pub(super) fn write(
    reader: &Reader<'_>,
    request: &ExportRequest,
    folder: &Path,
    control: &Control<'_>,
) -> Result<Report, TransferError> {
    let total = issues::counts(reader, &request.project)?.iter().map(|(_, count)| count).sum();
    let mut report = Report::default();
    let mut after = 0;
    loop {
        let pages = issue_pages(reader, &request.project, &request.viewer, after, PAGE)?;
        let Some(last) = pages.last() else { return Ok(report) };
        after = last.number;
        let named = pages.iter().flat_map(|page| {
            page.comments.iter().map(|comment| comment.author.as_str()).chain([page.created_by.as_str()])
        });
        let authors = Authors::load(reader, named)?;
        for page in &pages {
            let name = format!("{:04}-{}.md", page.number, slugify(&page.title, 60, "issue"));
            let path = folder.join(name);
            std::fs::write(&path, text(page, &authors)).map_err(TransferError::unwritable(&path))?;
            report.issues += 1;
            report.updates += i64::try_from(page.comments.len()).unwrap_or(i64::MAX);
            report.todos += i64::try_from(page.todos.len()).unwrap_or(i64::MAX);
        }
        control.check()?;
        (control.progress)(report.issues, total);
    }
}

fn text(page: &IssuePage, authors: &Authors) -> String {
    let mut text = String::from("---\n");
    let labels: Vec<String> = page.labels.iter().map(|label| quoted(label)).collect();
    let mut line = |key: &str, value: &str| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{key}: {value}");
    };
    line("number", &page.number.to_string());
    line("title", &quoted(&page.title));
    line("status", page.status.as_str());
    line("priority", page.priority.as_str());
    line("labels", &format!("[{}]", labels.join(", ")));
    line("created_by", &quoted(&name(authors, &page.created_by)));
    line("created_at", &times::write(page.created_at));
    line("updated_at", &times::write(page.updated_at));
    if let Some(at) = page.resolved_at {
        line("resolved_at", &times::write(at));
    }
    text.push_str("---\n");
    for part in [page.body.trim(), todo_markdown::write(&page.todos).trim()] {
        if !part.is_empty() {
            let _ = write!(text, "\n{part}\n");
        }
    }
    if !page.comments.is_empty() {
        text.push_str("\n## Comments\n");
    }
    for comment in &page.comments {
        let (who, at) = (name(authors, &comment.author), times::write(comment.created_at));
        let _ = write!(text, "\n### {who}, {at}\n\n{}\n", comment.body.trim());
    }
    text
}

/// A text as JSON has it, which YAML reads alike.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Someone as SPEC 2 shows them.
fn name(authors: &Authors, user_id: &str) -> String {
    let author = authors.resolve(user_id);
    match (author.display_name, author.handle) {
        (Some(name), Some(handle)) => format!("{name} ({handle})"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) if user_id == "operator" => "Operator".to_owned(),
        (None, None) => user_id.to_owned(),
    }
}
