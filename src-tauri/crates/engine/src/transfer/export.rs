//! Writing a project out: everything, one JSON line a row and one file a table, or its issues as Markdown.
//!
//! An export holds no time of its own and no version of the program, so that the same rows are always the same bytes.
//! It is written beside its place and moved there once it is whole: what fails leaves nothing behind.

use super::attachments;
use super::control::{Control, TransferError};
use super::markdown;
use super::report::Report;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use waybill_domain::ids::{ProjectId, TransferId};
use waybill_store::transfer::{self, Dump, Table, Viewer};
use waybill_store::{Reader, Store, projects};

/// How often it is asked whether to stop, in rows.
const STEP: i64 = 1_000;

/// How an export is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Everything, to be read back by Waybill.
    Waybill,
    /// The issues, to be read by people.
    Markdown,
}

/// What is written out, and for whom.
#[derive(Debug, Clone)]
pub struct ExportRequest {
    pub project: ProjectId,
    pub layout: Layout,
    /// A folder that is empty or not there yet.
    pub path: PathBuf,
    pub viewer: Viewer,
}

/// The head of an export of everything.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub format: String,
    pub version: u32,
    /// `operator`: everything; `guest`: what a guest may see, which cannot be read back.
    pub made_for: String,
    pub project: ManifestProject,
    /// How many rows each table has, in the order in which they are read back.
    pub rows: serde_json::Map<String, serde_json::Value>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ManifestProject {
    pub id: String,
    pub slug: String,
    pub name: String,
}

impl Manifest {
    pub const FORMAT: &'static str = "waybill-export";
    pub const VERSION: u32 = 1;
    pub const FILE: &'static str = "manifest.json";
}

/// Writes an export. Blocks.
pub fn export(
    store: &Store,
    request: &ExportRequest,
    control: &Control<'_>,
) -> Result<Report, TransferError> {
    let partial = Partial::beside(&request.path)?;
    // One snapshot for all of it: what is filed meanwhile is in the next export.
    let report = store.read_blocking(|reader| {
        Ok(match request.layout {
            Layout::Waybill => everything(store, reader, request, &partial.0, control),
            Layout::Markdown => markdown::write(reader, request, &partial.0, control),
        })
    })??;
    partial.keep(&request.path)?;
    Ok(report)
}

fn everything(
    store: &Store,
    reader: &Reader<'_>,
    request: &ExportRequest,
    folder: &Path,
    control: &Control<'_>,
) -> Result<Report, TransferError> {
    let project = projects::by_id(reader, &request.project)?;
    let tables: Vec<&Table> =
        transfer::tables().iter().filter(|table| table.is_seen(&request.viewer)).collect();
    let mut total = 0;
    for table in &tables {
        total += transfer::count(reader, table, &request.project)?;
    }
    let mut writing = Writing { folder, control, done: 0, total, contents: BTreeSet::new() };
    let mut dump = Dump::new(reader, &request.project, &request.viewer);
    let mut counts = serde_json::Map::new();
    // Who is named is known once everything else is written.
    let (people, others): (Vec<&Table>, Vec<&Table>) =
        tables.iter().partition(|table| table.name == "people");
    let mut report = Report::default();
    for table in others.into_iter().chain(people) {
        let rows = writing.table(&mut dump, table)?;
        tell(&mut report, table.name, rows);
        counts.insert(table.name.to_owned(), rows.into());
    }
    writing.files(store, &mut report)?;
    let ordered = tables.iter().filter_map(|table| Some((table.name.to_owned(), counts.remove(table.name)?)));
    let manifest = Manifest {
        format: Manifest::FORMAT.to_owned(),
        version: Manifest::VERSION,
        made_for: if request.viewer == Viewer::Operator { "operator" } else { "guest" }.to_owned(),
        project: ManifestProject { id: project.id.to_string(), slug: project.slug, name: project.name },
        rows: ordered.collect(),
    };
    let path = folder.join(Manifest::FILE);
    let mut text =
        serde_json::to_vec_pretty(&manifest).map_err(|error| TransferError::Shape(error.to_string()))?;
    text.push(b'\n');
    std::fs::write(&path, text).map_err(TransferError::unwritable(&path))?;
    Ok(report)
}

/// Counts rows as a report tells them.
pub(super) fn tell(report: &mut Report, table: &str, rows: i64) {
    match table {
        "issues" => report.issues += rows,
        "issue_updates" => report.updates += rows,
        "issue_todos" => report.todos += rows,
        "issue_links" => report.links += rows,
        "labels" => report.labels += rows,
        "attachments" => report.attachments += rows,
        _ => {}
    }
}

struct Writing<'a> {
    folder: &'a Path,
    control: &'a Control<'a>,
    done: i64,
    total: i64,
    /// What the attachments' rows refer to.
    contents: BTreeSet<String>,
}

impl Writing<'_> {
    fn table(&mut self, dump: &mut Dump<'_>, table: &Table) -> Result<i64, TransferError> {
        let path = self.folder.join(format!("{}.jsonl", table.name));
        let fault = TransferError::unwritable(&path);
        let file = File::create_new(&path).map_err(&fault)?;
        let mut out = BufWriter::with_capacity(256 * 1024, file);
        let mut rows = 0;
        dump.table::<TransferError>(table, |line| {
            out.write_all(line).and_then(|()| out.write_all(b"\n")).map_err(&fault)?;
            if table.name == transfer::ATTACHMENTS.name {
                self.contents.extend(content_of(line));
            }
            rows += 1;
            self.done += 1;
            if self.done % STEP == 0 {
                self.control.check()?;
                (self.control.progress)(self.done, self.total.max(self.done));
            }
            Ok(())
        })?;
        let file = out.into_inner().map_err(|error| fault(error.into_error()))?;
        file.sync_all().map_err(&fault)?;
        self.control.check()?;
        (self.control.progress)(self.done, self.total.max(self.done));
        Ok(rows)
    }

    fn files(&self, store: &Store, report: &mut Report) -> Result<(), TransferError> {
        if self.contents.is_empty() {
            return Ok(());
        }
        let folder = self.folder.join("attachments");
        std::fs::create_dir(&folder).map_err(TransferError::unwritable(&folder))?;
        for content in &self.contents {
            self.control.check()?;
            if !attachments::copy_out(store, content, &folder.join(content))? {
                report.note(&format!("The content {content} of an attachment is not on the disk."));
            }
        }
        Ok(())
    }
}

fn content_of(line: &[u8]) -> Option<String> {
    let row: serde_json::Value = serde_json::from_slice(line).ok()?;
    row.get("sha256")?.as_str().map(str::to_owned)
}

/// A folder that is being filled; dropped before it is kept, it is gone.
struct Partial(PathBuf);

impl Partial {
    /// Makes a folder beside `target`, which must be empty or not there.
    fn beside(target: &Path) -> Result<Self, TransferError> {
        match std::fs::read_dir(target) {
            Ok(entries) => {
                if entries.count() > 0 {
                    return Err(TransferError::Occupied(target.to_owned()));
                }
            }
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(TransferError::unwritable(target)(error));
            }
            Err(_) => {}
        }
        let parent = target.parent().unwrap_or_else(|| Path::new("."));
        std::fs::create_dir_all(parent).map_err(TransferError::unwritable(parent))?;
        let partial = parent.join(format!(".waybill-{}.partial", TransferId::generate()));
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        #[cfg(not(unix))]
        builder.recursive(false);
        builder.create(&partial).map_err(TransferError::unwritable(&partial))?;
        Ok(Self(partial))
    }

    fn keep(self, target: &Path) -> Result<(), TransferError> {
        // Only ever an empty folder: whatever came into it meanwhile stays.
        match std::fs::remove_dir(target) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(TransferError::unwritable(target)(error));
            }
            _ => {}
        }
        std::fs::rename(&self.0, target).map_err(TransferError::unwritable(target))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // Once it is kept there is nothing under this name.
        drop(std::fs::remove_dir_all(&self.0));
    }
}
