//! Imports and exports: started, watched, cancelled; and the same for a caller that waits.

use super::blocking;
use crate::app::App;
use crate::error::{ApiError, Code};
use crate::wire::{
    ExportFormat, ExportStart, ImportFormat, ImportPreview, ImportStart, SkippedEntry, Transfer, TransferRef,
    TransferReport, TransferState,
};
use std::path::{Path, PathBuf};
use tokio_util::sync::CancellationToken;
use waybill_domain::ids::ProjectId;
use waybill_domain::principal::Principal;
use waybill_engine::transfer::{
    self, Control, ExportRequest, Format, ImportRequest, Layout, Report, State, Status, TransferError,
};
use waybill_store::transfer::Viewer;
use waybill_store::{Store, projects};

pub async fn import_start(app: &App, who: &Principal, args: ImportStart) -> Result<Transfer, ApiError> {
    let path = absolute(&args.path)?;
    let shown = path.clone();
    if !blocking(move || shown.exists()).await? {
        return Err(ApiError::new(Code::NotFound, format!("{} does not exist", path.display())));
    }
    let import = Import::read(app, who, &args.project, args.from, path, args.dry_run).await?;
    Ok(wire(app.engine().transfers().start(app.store(), move |store, control| import.run(store, control))))
}

pub async fn export_start(app: &App, _: &Principal, args: ExportStart) -> Result<Transfer, ApiError> {
    let request =
        export_request(app, &args.project, args.format, absolute(&args.path)?, Viewer::Operator).await?;
    let start = move |store: &Store, control: &Control<'_>| transfer::export(store, &request, control);
    Ok(wire(app.engine().transfers().start(app.store(), start)))
}

pub async fn transfer_get(app: &App, _: &Principal, args: TransferRef) -> Result<Transfer, ApiError> {
    app.engine().transfers().get(&args.id).map(wire).ok_or_else(|| unknown(&args))
}

pub async fn transfer_cancel(app: &App, _: &Principal, args: TransferRef) -> Result<Transfer, ApiError> {
    app.engine().transfers().cancel(&args.id).map(wire).ok_or_else(|| unknown(&args))
}

impl App {
    /// Imports and waits for its end; `project` is empty for Waybill's own export, which names its project itself.
    pub async fn import(
        &self,
        who: &Principal,
        args: ImportStart,
        progress: impl Fn(i64, i64) + Send + Sync + 'static,
        cancel: CancellationToken,
    ) -> Result<TransferReport, ApiError> {
        let path = absolute(&args.path)?;
        let import = Import::read(self, who, &args.project, args.from, path, args.dry_run).await?;
        let store = self.store().clone();
        let done = blocking(move || import.run(&store, &Control { progress: &progress, cancel: &cancel }));
        Ok(report(done.await??))
    }

    /// Exports, for whom `viewer` says, and waits for its end.
    pub async fn export(
        &self,
        args: ExportStart,
        viewer: Viewer,
        progress: impl Fn(i64, i64) + Send + Sync + 'static,
        cancel: CancellationToken,
    ) -> Result<TransferReport, ApiError> {
        let path = absolute(&args.path)?;
        let request = export_request(self, &args.project, args.format, path, viewer).await?;
        let store = self.store().clone();
        let control =
            move || transfer::export(&store, &request, &Control { progress: &progress, cancel: &cancel });
        Ok(report(blocking(control).await??))
    }
}

/// What is to be imported, with its project found.
enum Import {
    Issues(ImportRequest),
    Own { path: PathBuf, wanted: Option<ProjectId>, dry_run: bool, actor: Principal },
}

impl Import {
    async fn read(
        app: &App,
        who: &Principal,
        project: &str,
        from: ImportFormat,
        path: PathBuf,
        dry_run: bool,
    ) -> Result<Self, ApiError> {
        let format = format(from);
        let actor = who.clone();
        if format == Format::Waybill && project.is_empty() {
            return Ok(Self::Own { path, wanted: None, dry_run, actor });
        }
        let project = find(app, project).await?;
        Ok(match format {
            Format::Waybill => Self::Own { path, wanted: Some(project), dry_run, actor },
            format => Self::Issues(ImportRequest { project, format, path, dry_run, actor }),
        })
    }

    fn run(self, store: &Store, control: &Control<'_>) -> Result<Report, TransferError> {
        match self {
            Self::Issues(request) => transfer::import(store, &request, control),
            Self::Own { path, wanted, dry_run, actor } => {
                let restored = transfer::restore(store, &path, wanted.as_ref(), dry_run, &actor, control)?;
                Ok(restored.report)
            }
        }
    }
}

async fn find(app: &App, project: &str) -> Result<ProjectId, ApiError> {
    let slug = project.to_owned();
    Ok(app.store().read(move |reader| Ok(projects::get(reader, &slug)?.id)).await?)
}

async fn export_request(
    app: &App,
    project: &str,
    format: ExportFormat,
    path: PathBuf,
    viewer: Viewer,
) -> Result<ExportRequest, ApiError> {
    let layout = match format {
        ExportFormat::Waybill => Layout::Waybill,
        ExportFormat::Markdown => Layout::Markdown,
    };
    Ok(ExportRequest { project: find(app, project).await?, layout, path, viewer })
}

fn absolute(path: &str) -> Result<PathBuf, ApiError> {
    let path = Path::new(path.trim());
    if path.is_absolute() {
        return Ok(path.to_owned());
    }
    Err(ApiError::invalid("the path is not absolute").with_hint("Give the file's or folder's whole path."))
}

fn unknown(args: &TransferRef) -> ApiError {
    ApiError::new(Code::NotFound, format!("transfer {} does not exist", args.id))
        .with_hint("Transfers are known until the application ends.")
}

const fn format(from: ImportFormat) -> Format {
    match from {
        ImportFormat::Github => Format::Github,
        ImportFormat::Beads => Format::Beads,
        ImportFormat::Backlog => Format::Backlog,
        ImportFormat::Taskwarrior => Format::Taskwarrior,
        ImportFormat::VibeKanban => Format::VibeKanban,
        ImportFormat::Ccw => Format::Ccw,
        ImportFormat::Waybill => Format::Waybill,
    }
}

fn wire(status: Status) -> Transfer {
    Transfer {
        id: status.id,
        state: match status.state {
            State::Running => TransferState::Running,
            State::Completed => TransferState::Completed,
            State::Failed => TransferState::Failed,
            State::Cancelled => TransferState::Cancelled,
        },
        done: status.done,
        total: status.total,
        report: status.report.map(report),
        error: status.error,
    }
}

fn report(report: Report) -> TransferReport {
    TransferReport {
        dry_run: report.dry_run,
        issues: report.issues,
        existing: report.existing,
        updates: report.updates,
        todos: report.todos,
        links: report.links,
        labels: report.labels,
        attachments: report.attachments,
        skipped: report
            .skipped
            .into_iter()
            .map(|skipped| SkippedEntry { file: skipped.file, line: skipped.line, what: skipped.what })
            .collect(),
        skipped_total: report.skipped_total,
        notes: report.notes,
        preview: report
            .preview
            .into_iter()
            .map(|issue| ImportPreview {
                external_id: issue.external_id,
                title: issue.title,
                status: issue.status,
                priority: issue.priority,
                labels: issue.labels,
            })
            .collect(),
    }
}

impl From<TransferError> for ApiError {
    fn from(error: TransferError) -> Self {
        let message = error.to_string();
        match error {
            TransferError::Store(error) => error.into(),
            TransferError::Shape(_) => Self::invalid(message),
            TransferError::Occupied(_) => {
                Self::new(Code::Conflict, message).with_hint("Nothing is overwritten; choose another folder.")
            }
            TransferError::Cancelled => Self::new(Code::Failed, message),
            TransferError::Unreadable { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                Self::new(Code::NotFound, message)
            }
            TransferError::Unreadable { source, .. } | TransferError::Unwritable { source, .. } => {
                Self::new(Code::Failed, format!("{message}: {source}"))
            }
        }
    }
}
