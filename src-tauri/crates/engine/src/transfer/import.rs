//! Bringing issues in: one thread reads and shapes, another writes, a chunk to a transaction.
//!
//! Whatever ends an import, each chunk that is in is whole: its issues with all that belongs to them, and every link
//! whose two issues are there. Importing again brings what is missing and changes nothing else.

use super::attachments;
use super::control::{Control, TransferError};
use super::entry::{Entry, Sink};
use super::formats::Format;
use super::links::Links;
use super::report::{Preview, Report};
use super::shape::Shaper;
use serde_json::json;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use waybill_domain::ids::ProjectId;
use waybill_domain::principal::Principal;
use waybill_store::Store;
use waybill_store::transfer::{
    self, Arrival, ArrivalFile, ArrivalLink, ArrivalPerson, Carried, LabelsByName,
};

/// How many issues one transaction brings, and how much text: others get their turn in between.
const CHUNK: usize = 500;
const CHUNK_BYTES: usize = 4 * 1024 * 1024;

/// What is brought in.
#[derive(Debug, Clone)]
pub struct ImportRequest {
    pub project: ProjectId,
    pub format: Format,
    pub path: PathBuf,
    /// Tells what would come in, and writes nothing.
    pub dry_run: bool,
    pub actor: Principal,
}

/// Brings in what lies at a path. Blocks.
pub fn import(
    store: &Store,
    request: &ImportRequest,
    control: &Control<'_>,
) -> Result<Report, TransferError> {
    std::fs::metadata(&request.path).map_err(TransferError::unreadable(&request.path))?;
    let (known, children, labels) = store.read_blocking(|reader| {
        Ok((
            transfer::known(reader, &request.project, request.format.as_str())?,
            transfer::children(reader, &request.project)?,
            LabelsByName::load(reader, &request.project)?,
        ))
    })?;
    let (sender, chunks) = mpsc::sync_channel(2);
    let mut gather = Gather {
        store,
        control,
        dry_run: request.dry_run,
        shaper: Shaper::new(request.format, store.now(), request.actor.clone()),
        links: Links::new(known, children),
        labels: labels.clone(),
        new_labels: HashSet::new(),
        seen: HashSet::new(),
        report: Report { dry_run: request.dry_run, ..Report::default() },
        chunk: Chunk::default(),
        bytes: 0,
        done: 0,
        total: 0,
        sender,
    };
    std::thread::scope(|scope| {
        let reading = scope.spawn(move || {
            let read = request.format.read(&request.path, &mut gather);
            // What was read before a fault comes in all the same.
            let flushed = gather.flush();
            gather.finish();
            (read.and(flushed), gather.report)
        });
        let written = write_all(store, request, control, chunks, labels);
        let (read, mut report) = reading.join().unwrap_or_else(|_| {
            (
                Err(TransferError::Shape("reading it went wrong in Waybill itself".to_owned())),
                Report::default(),
            )
        });
        let written = written?;
        if !request.dry_run {
            (report.issues, report.updates, report.todos) = (written.issues, written.updates, written.todos);
            (report.links, report.attachments) = (written.links, written.attachments);
            report.existing += written.existing;
            conclude(store, request, &report)?;
        }
        if written.cancelled {
            return Err(TransferError::Cancelled);
        }
        read.map(|()| report)
    })
}

/// What one transaction brings.
#[derive(Debug, Default)]
struct Chunk {
    arrivals: Vec<Arrival>,
    people: Vec<ArrivalPerson>,
    links: Vec<ArrivalLink>,
    /// How much was read when it was full, of how much.
    done: i64,
    total: i64,
}

#[derive(Debug, Default)]
struct Written {
    issues: i64,
    /// Issues that another import brought meanwhile.
    existing: i64,
    updates: i64,
    todos: i64,
    links: i64,
    attachments: i64,
    cancelled: bool,
}

fn write_all(
    store: &Store,
    request: &ImportRequest,
    control: &Control<'_>,
    chunks: mpsc::Receiver<Chunk>,
    labels: LabelsByName,
) -> Result<Written, TransferError> {
    let mut all = Written::default();
    let mut carried = Carried::new(labels);
    for chunk in chunks {
        let (done, total) = (chunk.done, chunk.total);
        let (project, actor) = (request.project.clone(), request.actor.clone());
        let source = request.format.as_str();
        let (kept, written) = store.write_blocking(move |write| {
            let came = transfer::add(write, &project, source, &chunk.arrivals, &chunk.people, &mut carried)?;
            let mut written = count(&chunk.arrivals, &came);
            if !chunk.links.is_empty() {
                written.links = transfer::add_links(write, &project, &chunk.links, &carried, &actor)?;
            }
            Ok((carried, written))
        })?;
        carried = kept;
        all.issues += written.issues;
        all.existing += written.existing;
        all.updates += written.updates;
        all.todos += written.todos;
        all.links += written.links;
        all.attachments += written.attachments;
        (control.progress)(done, total);
        if control.cancel.is_cancelled() {
            // Without its receiver the reader ends as well.
            all.cancelled = true;
            break;
        }
    }
    Ok(all)
}

fn count(arrivals: &[Arrival], came: &[bool]) -> Written {
    let mut written = Written::default();
    for (arrival, &came) in arrivals.iter().zip(came) {
        if came {
            written.issues += 1;
            written.updates += length(&arrival.updates);
            written.todos += length(&arrival.todos);
            written.attachments += length(&arrival.files);
        } else {
            written.existing += 1;
        }
    }
    written
}

fn length<T>(items: &[T]) -> i64 {
    i64::try_from(items.len()).unwrap_or(i64::MAX)
}

/// One audit event for all of it, when anything came in.
fn conclude(store: &Store, request: &ImportRequest, report: &Report) -> Result<(), TransferError> {
    if report.issues == 0 && report.links == 0 {
        return Ok(());
    }
    let counts = json!({
        "from": request.format, "issues": report.issues, "existing": report.existing, "updates": report.updates,
        "todos": report.todos, "links": report.links, "labels": report.labels,
        "attachments": report.attachments, "skipped": report.skipped_total,
    });
    let (project, actor) = (request.project.clone(), request.actor.clone());
    store.write_blocking(move |write| transfer::conclude(write, &project, &actor, &counts))?;
    Ok(())
}

/// Takes entries from a format and fills chunks.
struct Gather<'a> {
    store: &'a Store,
    control: &'a Control<'a>,
    dry_run: bool,
    shaper: Shaper,
    links: Links,
    labels: LabelsByName,
    new_labels: HashSet<String>,
    /// What stood in the file already.
    seen: HashSet<String>,
    report: Report,
    chunk: Chunk,
    bytes: usize,
    done: i64,
    total: i64,
    sender: mpsc::SyncSender<Chunk>,
}

impl Sink for Gather<'_> {
    fn entry(&mut self, file: &str, line: Option<i64>, mut entry: Entry) -> Result<(), TransferError> {
        self.step()?;
        if !self.seen.insert(entry.external_id.clone()) {
            self.report.skip(
                file,
                line,
                format!("{} is there twice; the first was taken", entry.external_id),
            );
            return Ok(());
        }
        let names = std::iter::once(&entry.external_id).chain(&entry.aliases);
        let known =
            names.clone().find_map(|name| self.links.id(name)).filter(|id| !self.links.is_new(id)).cloned();
        let links = std::mem::take(&mut entry.links);
        if let Some(id) = known {
            self.report.existing += 1;
            self.links.link(&id, &entry.external_id, links);
            self.chunk.links.append(&mut self.links.ready());
            if self.chunk.arrivals.is_empty() {
                (self.control.progress)(self.done, self.total);
            }
            return Ok(());
        }
        let names: Vec<String> = names.cloned().collect();
        let mut arrival = self.shaper.shape(&mut entry);
        self.links.add(&arrival.id, names);
        self.links.link(&arrival.id, &arrival.external_id, links);
        self.files(file, line, &entry, &mut arrival)?;
        self.count(&arrival, &entry);
        self.bytes +=
            arrival.body.len() + arrival.updates.iter().map(|update| update.body.len()).sum::<usize>();
        self.chunk.arrivals.push(arrival);
        // Links wait for the chunk of their later issue: both are there by then.
        self.chunk.links.append(&mut self.links.ready());
        if self.chunk.arrivals.len() >= CHUNK || self.bytes >= CHUNK_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    fn skip(&mut self, file: &str, line: Option<i64>, what: String) -> Result<(), TransferError> {
        self.step()?;
        self.report.skip(file, line, what);
        Ok(())
    }

    fn note(&mut self, sentence: &str) {
        self.report.note(sentence);
    }

    fn expect(&mut self, entries: i64) {
        self.total += entries;
    }
}

impl Gather<'_> {
    fn step(&mut self) -> Result<(), TransferError> {
        self.control.check()?;
        self.done += 1;
        if self.dry_run {
            (self.control.progress)(self.done, self.total);
        }
        Ok(())
    }

    fn count(&mut self, arrival: &Arrival, entry: &Entry) {
        for label in &arrival.labels {
            if !self.labels.has(label) && self.new_labels.insert(label.to_ascii_lowercase()) {
                self.report.labels += 1;
            }
        }
        self.report.show(|| Preview {
            external_id: entry.external_id.clone(),
            title: arrival.title.clone(),
            status: arrival.status,
            priority: arrival.priority,
            labels: arrival.labels.clone(),
        });
        if self.dry_run {
            self.report.issues += 1;
            self.report.updates += length(&arrival.updates);
            self.report.todos += length(&arrival.todos);
        }
    }

    /// Keeps the files of an issue, before the issue refers to them.
    fn files(
        &mut self,
        file: &str,
        line: Option<i64>,
        entry: &Entry,
        arrival: &mut Arrival,
    ) -> Result<(), TransferError> {
        for (name, path) in &entry.files {
            if self.dry_run {
                let there = super::places::is_own_file(Path::new(path));
                self.report.attachments += i64::from(there);
                continue;
            }
            match attachments::keep(self.store, path)? {
                Ok(content) => arrival.files.push(ArrivalFile { name: name.clone(), content }),
                Err(what) => self.report.skip(file, line, format!("{name} of {}: {what}", entry.external_id)),
            }
        }
        Ok(())
    }

    /// Hands on what has gathered.
    fn flush(&mut self) -> Result<(), TransferError> {
        let mut chunk = std::mem::take(&mut self.chunk);
        self.bytes = 0;
        chunk.people = self.shaper.people();
        (chunk.done, chunk.total) = (self.done, self.total);
        if self.dry_run {
            self.report.links += length(&chunk.links);
            return Ok(());
        }
        if chunk.arrivals.is_empty() && chunk.links.is_empty() {
            return Ok(());
        }
        // The writer ended: it says why.
        self.sender.send(chunk).map_err(|_| TransferError::Cancelled)
    }

    fn finish(&mut self) {
        let (dangling, circular) = (self.links.dangling(), self.links.circular);
        if dangling > 0 {
            self.report.note(&format!("Links to what is neither here nor in the import: {dangling}."));
        }
        if circular > 0 {
            self.report
                .note(&format!("Links left out since they would make an issue its own parent: {circular}."));
        }
    }
}
