//! `waybill issue import`, `issue export`, `import` and `export`

use super::Shown;
use super::project::absolute;
use crate::progress::Progress;
use crate::session::Session;
use crate::show::{field, items, plain};
use crate::table::{self, draw, flexible, terminal_width};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;
use tokio_util::sync::CancellationToken;
use waybill_api::error::{ApiError, Code};
use waybill_api::wire::{ExportFormat, ExportStart, ImportFormat, ImportStart};
use waybill_domain::principal::Principal;
use waybill_store::transfer::Viewer;

/// Brings in what lies at a path, or tells what would come in. Waybill's own export names its project itself.
pub async fn import(
    session: &Session,
    from: ImportFormat,
    path: &Path,
    dry_run: bool,
    shown: Shown,
) -> Result<(), ApiError> {
    let project = match (from, session.named_project()["project"].as_str()) {
        (_, Some(slug)) => slug.to_owned(),
        (ImportFormat::Waybill, None) => String::new(),
        (_, None) => session.project().await?,
    };
    if !path.exists() {
        return Err(ApiError::new(Code::NotFound, format!("{} does not exist", path.display())));
    }
    let args = ImportStart { project, from, path: text(path)?, dry_run };
    let (progress, cancel) = (Progress::new("reading"), CancellationToken::new());
    let advance = move |done, total| progress.set(done, total);
    let work = session.app.import(&Principal::Operator, args, advance, cancel.clone());
    let report = json!(to_its_end(work, &cancel).await?);
    shown.answer(&report, |report| imported(report, path))
}

/// Writes a project into a folder.
pub async fn export(
    session: &Session,
    format: ExportFormat,
    directory: &Path,
    shown: Shown,
) -> Result<(), ApiError> {
    let args = ExportStart { project: session.project().await?, format, path: text(directory)? };
    let (progress, cancel) = (Progress::new("writing"), CancellationToken::new());
    let advance = move |done, total| progress.set(done, total);
    let work = session.app.export(args, Viewer::Operator, advance, cancel.clone());
    let report = json!(to_its_end(work, &cancel).await?);
    shown.answer(&report, |report| format!("{} written to {}\n", counts(report), directory.display()))
}

/// Waits for the end; an interrupt cancels, so that it ends between two entries.
async fn to_its_end<T>(
    work: impl Future<Output = Result<T, ApiError>>,
    cancel: &CancellationToken,
) -> Result<T, ApiError> {
    tokio::pin!(work);
    tokio::select! {
        done = &mut work => return done,
        asked = tokio::signal::ctrl_c() => if asked.is_ok() { cancel.cancel() },
    }
    work.await
}

fn text(path: &Path) -> Result<String, ApiError> {
    let path = absolute(path)?;
    let unreadable = || ApiError::invalid(format!("the path {} is not Unicode", path.display()));
    path.to_str().map(str::to_owned).ok_or_else(unreadable)
}

fn imported(report: &Value, path: &Path) -> String {
    let verb = if report["dry_run"] == true { "would come in from" } else { "came in from" };
    let mut out = format!("{} {verb} {}", counts(report), path.display());
    if report["existing"].as_i64().is_some_and(|existing| existing > 0) {
        let _ = write!(out, "; {} were there already", field(report, "existing"));
    }
    out.push('\n');
    if report["dry_run"] == true {
        out.push_str(&preview(items(&report["preview"])));
    }
    let skipped = items(&report["skipped"]);
    if !skipped.is_empty() {
        let _ = writeln!(out, "{} could not be read:", field(report, "skipped_total"));
    }
    for entry in skipped {
        let line = entry["line"].as_i64().map_or_else(String::new, |line| format!(":{line}"));
        let _ = writeln!(out, "  {}{line}: {}", plain(&field(entry, "file")), plain(&field(entry, "what")));
    }
    for note in items(&report["notes"]) {
        let _ = writeln!(out, "note: {}", plain(note.as_str().unwrap_or_default()));
    }
    out
}

fn preview(found: &[Value]) -> String {
    let columns = [
        table::text("there"),
        flexible("title"),
        table::text("status"),
        table::text("priority"),
        flexible("labels").unless_empty(),
    ];
    let row = |issue: &Value| {
        let labels: Vec<&str> = items(&issue["labels"]).iter().filter_map(Value::as_str).collect();
        vec![
            field(issue, "external_id"),
            field(issue, "title"),
            field(issue, "status"),
            field(issue, "priority"),
            labels.join(" "),
        ]
    };
    draw(&columns, &found.iter().map(row).collect::<Vec<_>>(), terminal_width())
}

/// "3 issues, 7 updates and 1 label": what is not there is not spoken of, but for issues.
fn counts(report: &Value) -> String {
    let mut told = Vec::new();
    for (name, one) in [
        ("issues", "issue"),
        ("updates", "update"),
        ("todos", "todo"),
        ("links", "link"),
        ("labels", "label"),
        ("attachments", "attachment"),
    ] {
        match report[name].as_i64().unwrap_or(0) {
            0 if name != "issues" => {}
            1 => told.push(format!("1 {one}")),
            count => told.push(format!("{count} {name}")),
        }
    }
    match told.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => told.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::imported;
    use serde_json::json;
    use std::path::Path;

    #[test]
    fn a_report_names_the_line_that_could_not_be_read() {
        let report = json!({
            "dry_run": false, "issues": 2, "existing": 1, "updates": 0, "todos": 0, "links": 1, "labels": 0,
            "attachments": 0, "skipped_total": 1, "notes": [], "preview": [],
            "skipped": [{"file": "issues.jsonl", "line": 3, "what": "not JSON"}],
        });
        assert_eq!(
            imported(&report, Path::new("in")),
            "2 issues and 1 link came in from in; 1 were there already\n1 could not be read:\n  \
             issues.jsonl:3: not JSON\n"
        );
    }
}
