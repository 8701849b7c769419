//! Reading Waybill's own export back: into an empty database it makes the same project again; where the project is
//! there already, what is missing comes in and what is there stays.

use super::attachments;
use super::control::{Control, TransferError};
use super::export::{Manifest, tell};
use super::places;
use super::report::{Preview, Report};
use super::values::{self, Found};
use serde_json::{Map, Value, json};
use std::path::Path;
use waybill_domain::ids::ProjectId;
use waybill_domain::principal::Principal;
use waybill_store::transfer::{self, Loaded, Loader, Table};
use waybill_store::{Store, StoreError, projects};

/// How many rows one transaction brings, and how much text.
const CHUNK: usize = 500;
const CHUNK_BYTES: usize = 4 * 1024 * 1024;

/// What was read back.
#[derive(Debug, Clone)]
pub struct Restored {
    /// The project's slug here.
    pub project: String,
    pub report: Report,
}

/// Reads an export back. Blocks. `wanted` is the project that it is said to be of, when one is named.
pub fn restore(
    store: &Store,
    path: &Path,
    wanted: Option<&ProjectId>,
    dry_run: bool,
    actor: &Principal,
    control: &Control<'_>,
) -> Result<Restored, TransferError> {
    let manifest = manifest(path)?;
    let project: ProjectId = manifest
        .project
        .id
        .parse()
        .map_err(|_| TransferError::Shape("the export's manifest names no project".to_owned()))?;
    if wanted.is_some_and(|wanted| *wanted != project) {
        return Err(TransferError::Shape(format!(
            "this is an export of the project '{}', which is another one; import it without naming a project",
            waybill_domain::text::cut(&manifest.project.slug, 60)
        )));
    }
    let own = own_row(path)?;
    let (existing, slug) = room(store, &project, &own)?;
    let mut restoring = Restoring {
        store,
        path,
        control,
        dry_run,
        loader: Loader::new(project.clone()),
        report: Report { dry_run, ..Report::default() },
        others: Vec::new(),
        done: 0,
        total: manifest.rows.values().filter_map(Value::as_i64).sum(),
    };
    if !existing && slug != own.slug {
        restoring
            .report
            .note(&format!("'{}' is another project's name here; this one is '{slug}'.", own.slug));
    }
    for table in transfer::tables() {
        let known = manifest.rows.get(table.name).and_then(Value::as_i64);
        restoring.table(table, known, &slug)?;
    }
    let Restoring { mut report, others, .. } = restoring;
    if !others.is_empty() {
        report.note(&format!("Also: {}.", others.join(", ")));
    }
    if !dry_run {
        let counts =
            json!({ "issues": report.issues, "existing": report.existing, "skipped": report.skipped_total });
        let (actor, issue, run) = (actor.clone(), own.next_issue, own.next_run);
        store.write_blocking(move |write| {
            transfer::conclude_load(write, &project, issue, run, &actor, &counts)
        })?;
    }
    Ok(Restored { project: slug, report })
}

fn manifest(path: &Path) -> Result<Manifest, TransferError> {
    let file = path.join(Manifest::FILE);
    if !places::is_own_file(&file) {
        return Err(TransferError::Shape(format!("{} is no export of Waybill", path.display())));
    }
    let manifest: Manifest = serde_json::from_str(&places::whole(&file)?)
        .map_err(|error| TransferError::Shape(format!("{} cannot be read: {error}", file.display())))?;
    if manifest.format != Manifest::FORMAT {
        return Err(TransferError::Shape(format!("{} is no export of Waybill", path.display())));
    }
    if manifest.version > Manifest::VERSION {
        return Err(TransferError::Shape(
            "this export was made by a newer Waybill; install the newest one".to_owned(),
        ));
    }
    if manifest.made_for != "operator" {
        return Err(TransferError::Shape(
            "this export was made for a guest; it does not hold everything, and cannot be read back"
                .to_owned(),
        ));
    }
    Ok(manifest)
}

/// The project's own row, as far as it decides whether the export can come in.
struct Own {
    slug: String,
    git_common_dir: String,
    next_issue: i64,
    next_run: i64,
}

fn own_row(path: &Path) -> Result<Own, TransferError> {
    let file = path.join("projects.jsonl");
    let text = if places::is_own_file(&file) { places::whole(&file)? } else { String::new() };
    let row: Value = serde_json::from_str(text.trim()).map_err(|error| {
        TransferError::Shape(format!("the export's projects.jsonl cannot be read: {error}"))
    })?;
    let slug = values::text(&row, "slug").to_owned();
    if !waybill_domain::slug::is_slug(&slug) {
        return Err(TransferError::Shape("the export's project has no slug".to_owned()));
    }
    let next = |key: &str| row.get(key).and_then(Value::as_i64).unwrap_or(1);
    Ok(Own {
        slug,
        git_common_dir: values::text(&row, "git_common_dir").to_owned(),
        next_issue: next("next_issue_number"),
        next_run: next("next_run_number"),
    })
}

/// Whether the project is there, and what it is called here.
fn room(store: &Store, project: &ProjectId, own: &Own) -> Result<(bool, String), TransferError> {
    let found = store.read_blocking(|reader| {
        if let Some(known) = projects::find(reader, project.as_str())? {
            return Ok((true, known.slug));
        }
        let slug = projects::free_slug(reader, &own.slug)?;
        transfer::expect_room(reader, project, &own.git_common_dir)?;
        Ok((false, slug))
    });
    Ok(found?)
}

struct Restoring<'a> {
    store: &'a Store,
    path: &'a Path,
    control: &'a Control<'a>,
    dry_run: bool,
    loader: Loader,
    report: Report,
    /// Tables that a report has no number for.
    others: Vec<String>,
    done: i64,
    total: i64,
}

/// A row with the line that it stands on.
type Line = (i64, Map<String, Value>);

impl Restoring<'_> {
    fn table(&mut self, table: &'static Table, told: Option<i64>, slug: &str) -> Result<(), TransferError> {
        let name = format!("{}.jsonl", table.name);
        let file = self.path.join(&name);
        if !places::is_own_file(&file) {
            if told.is_some_and(|rows| rows > 0) {
                self.report.skip(&name, None, "the file is missing");
            }
            return Ok(());
        }
        let (mut chunk, mut bytes, mut lines, mut came) = (Vec::new(), 0, 0, 0);
        values::read(&file, |Found { line, value }| {
            self.control.check()?;
            lines += 1;
            let mut row = match value {
                Ok(Value::Object(row)) => row,
                Ok(_) => {
                    self.report.skip(&name, Some(line), "it is no row");
                    return Ok(());
                }
                Err(what) => {
                    self.report.skip(&name, Some(line), what);
                    return Ok(());
                }
            };
            if table.name == "projects" {
                row.insert("slug".to_owned(), slug.into());
            }
            if table.name == transfer::ATTACHMENTS.name && !self.content(&name, line, &row)? {
                return Ok(());
            }
            bytes += row.values().filter_map(Value::as_str).map(str::len).sum::<usize>();
            chunk.push((line, row));
            if chunk.len() >= CHUNK || bytes >= CHUNK_BYTES {
                bytes = 0;
                came += self.put(table, &name, std::mem::take(&mut chunk))?;
            }
            Ok(())
        })?;
        came += self.put(table, &name, chunk)?;
        if told.is_some_and(|told| told != lines) {
            self.report.note(&format!("{name} has {lines} rows; {} were written.", told.unwrap_or(0)));
        }
        tell(&mut self.report, table.name, came);
        let numbered = ["issues", "issue_updates", "issue_todos", "issue_links", "labels", "attachments"];
        if came > 0 && !numbered.contains(&table.name) {
            self.others.push(format!("{came} {}", table.name.replace('_', " ")));
        }
        Ok(())
    }

    /// Puts a chunk in; answers how many rows came.
    fn put(&mut self, table: &'static Table, name: &str, chunk: Vec<Line>) -> Result<i64, TransferError> {
        if chunk.is_empty() {
            return Ok(0);
        }
        if table.name == "issues" {
            for (_, row) in &chunk {
                self.show(row);
            }
        }
        self.done += i64::try_from(chunk.len()).unwrap_or(0);
        let results = if self.dry_run {
            let loader = &self.loader;
            self.store.read_blocking(|reader| {
                chunk
                    .iter()
                    .map(|(line, row)| Ok((*line, loader.check(reader, table, row)?)))
                    .collect::<Result<Vec<_>, StoreError>>()
            })?
        } else {
            let mut loader = self.loader.clone();
            let (loader, results) = self.store.write_blocking(move |write| {
                let mut results = Vec::with_capacity(chunk.len());
                for (line, row) in &chunk {
                    results.push((*line, loader.row(write, table, row)?));
                }
                Ok((loader, results))
            })?;
            self.loader = loader;
            results
        };
        let mut came = 0;
        for (line, loaded) in results {
            match loaded {
                Loaded::New => came += 1,
                Loaded::Renumbered { from, to } => {
                    came += 1;
                    let what = if table.name == "runs" { "Run " } else { "#" };
                    self.report.note(&format!("{what}{from} came in as {what}{to}: the number was taken."));
                }
                Loaded::Existing if table.name == "issues" => self.report.existing += 1,
                Loaded::Existing => {}
                Loaded::Refused(what) => self.report.skip(name, Some(line), what),
            }
        }
        (self.control.progress)(self.done, self.total.max(self.done));
        Ok(came)
    }

    fn show(&mut self, row: &Map<String, Value>) {
        let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default();
        let (Ok(status), Ok(priority)) = (text("status").parse(), text("priority").parse()) else { return };
        self.report.show(|| Preview {
            external_id: row.get("number").map(|number| format!("#{number}")).unwrap_or_default(),
            title: text("title").to_owned(),
            status,
            priority,
            labels: Vec::new(),
        });
    }

    /// Whether the content that a row speaks of is here, or came in now; a file that is another one does not.
    fn content(&mut self, name: &str, line: i64, row: &Map<String, Value>) -> Result<bool, TransferError> {
        let wanted = row.get("sha256").and_then(Value::as_str).unwrap_or_default();
        let folder = self.path.join("attachments");
        let hash = wanted.len() == 64 && wanted.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !hash || !places::is_own_folder(&folder) {
            self.report.skip(name, Some(line), "its file is not in the export");
            return Ok(false);
        }
        if self.dry_run {
            return Ok(true);
        }
        let kept = match attachments::keep(self.store, &folder.join(wanted))? {
            Ok(content) if content.sha256 != wanted => {
                Err("its file is not the one that was exported".to_owned())
            }
            Ok(content) if row.get("size").and_then(Value::as_i64) != Some(content.size) => {
                Err("its size is not the file's".to_owned())
            }
            other => other.map(|_| ()),
        };
        if let Err(what) = &kept {
            self.report.skip(name, Some(line), what.clone());
        }
        Ok(kept.is_ok())
    }
}
