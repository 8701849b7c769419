//! Workflows: what a project keeps of them, their versions, and their way to and from files.

use super::issue::author_of;
use crate::app::App;
use crate::error::ApiError;
use crate::wire::{
    ImportAction, ImportedName, NameEnable, NameRemoved, ProjectRef, VersionActivate, Workflow,
    WorkflowCheck, WorkflowChecked, WorkflowContent, WorkflowDuplicate, WorkflowExport, WorkflowFault,
    WorkflowImport, WorkflowImported, WorkflowRef, WorkflowSave, WorkflowVersion,
};
use waybill_domain::ids::ProjectId;
use waybill_domain::principal::Principal;
use waybill_domain::workflow::file::{FilePersona, FileWorkflow, WorkflowFile};
use waybill_domain::workflow::{self, built_in, summary, title, uses};
use waybill_store::authors::Authors;
use waybill_store::personas::{self, Listed};
use waybill_store::workflows::{self, Content};
use waybill_store::{Connection, StoreError, Write, projects};

pub async fn workflow_list(app: &App, _: &Principal, args: ProjectRef) -> Result<Vec<Workflow>, ApiError> {
    let found = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        let known = personas::list(reader, &project.id)?;
        let all = workflows::list(reader, &project.id)?;
        Ok(all.into_iter().map(|workflow| workflow_of(workflow, &known)).collect())
    });
    Ok(found.await?)
}

pub async fn workflow_get(app: &App, _: &Principal, args: WorkflowRef) -> Result<Workflow, ApiError> {
    let found = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        shown(reader, &project.id, &args.name)
    });
    Ok(found.await?)
}

pub async fn workflow_save(app: &App, who: &Principal, args: WorkflowSave) -> Result<Workflow, ApiError> {
    let who = who.clone();
    let saved = app.store().write(move |write| {
        let project = projects::get(write, &args.project)?;
        if args.new {
            expect_free(write, &project.id, &args.name)?;
        }
        workflows::save(write, &project.id, &args.name, &content_of(args.content), args.version, &who)?;
        shown(write, &project.id, &args.name)
    });
    Ok(saved.await?)
}

pub async fn workflow_enable(app: &App, who: &Principal, args: NameEnable) -> Result<Workflow, ApiError> {
    let who = who.clone();
    let switched = app.store().write(move |write| {
        let project = projects::get(write, &args.project)?;
        workflows::enable(write, &project.id, &args.name, args.enabled, &who)?;
        shown(write, &project.id, &args.name)
    });
    Ok(switched.await?)
}

pub async fn workflow_remove(app: &App, who: &Principal, args: WorkflowRef) -> Result<NameRemoved, ApiError> {
    let who = who.clone();
    let removed = app.store().write(move |write| {
        let project = projects::get(write, &args.project)?;
        let item = workflows::remove(write, &project.id, &args.name, &who)?;
        Ok(NameRemoved { trash_id: item.id, reset: built_in::ships(&args.name) })
    });
    Ok(removed.await?)
}

pub async fn workflow_duplicate(
    app: &App,
    who: &Principal,
    args: WorkflowDuplicate,
) -> Result<Workflow, ApiError> {
    let who = who.clone();
    let copied = app.store().write(move |write| {
        let project = projects::get(write, &args.project)?;
        let original = existing(write, &project.id, &args.name)?;
        expect_free(write, &project.id, &args.new_name)?;
        workflows::save(write, &project.id, &args.new_name, &original.content(), None, &who)?;
        shown(write, &project.id, &args.new_name)
    });
    Ok(copied.await?)
}

pub async fn workflow_versions(
    app: &App,
    _: &Principal,
    args: WorkflowRef,
) -> Result<Vec<WorkflowVersion>, ApiError> {
    let found = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        let active = workflows::find(reader, &project.id, &args.name)?.map(|workflow| workflow.version);
        let kept = workflows::versions(reader, &project.id, &args.name)?;
        let authors = Authors::load(reader, kept.iter().filter_map(|version| version.saved.by.as_deref()))?;
        Ok(kept
            .into_iter()
            .map(|version| WorkflowVersion {
                version: version.saved.version,
                active: active == Some(version.saved.version),
                saved_by: version.saved.by.as_deref().map(|who| author_of(&authors, who)),
                saved_at: version.saved.at,
                summary: summary(&version.content.definition),
                content: wire_of(version.content),
            })
            .collect())
    });
    Ok(found.await?)
}

pub async fn workflow_activate(
    app: &App,
    who: &Principal,
    args: VersionActivate,
) -> Result<Workflow, ApiError> {
    let who = who.clone();
    let saved = app.store().write(move |write| {
        let project = projects::get(write, &args.project)?;
        let kept = workflows::versions(write, &project.id, &args.name)?;
        let wanted = kept.into_iter().find(|version| version.saved.version == args.version);
        let wanted = wanted.ok_or_else(|| StoreError::not_found("version", args.version))?;
        workflows::save(write, &project.id, &args.name, &wanted.content, None, &who)?;
        shown(write, &project.id, &args.name)
    });
    Ok(saved.await?)
}

pub async fn workflow_check(
    app: &App,
    _: &Principal,
    args: WorkflowCheck,
) -> Result<WorkflowChecked, ApiError> {
    let checked = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        workflows::check(reader, &project.id, args.kind, &args.definition)
    });
    let checked = checked.await?;
    Ok(WorkflowChecked { faults: faults_of(checked.faults), warnings: faults_of(checked.warnings) })
}

pub async fn workflow_export(
    app: &App,
    _: &Principal,
    args: WorkflowRef,
) -> Result<WorkflowExport, ApiError> {
    let written = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        let workflow = existing(reader, &project.id, &args.name)?;
        let mut carried: Vec<FilePersona> = Vec::new();
        for used in uses(&workflow.definition).into_iter().filter(|used| used.named) {
            if carried.iter().any(|persona| persona.name == used.persona) {
                continue;
            }
            if let Some(persona) = personas::find(reader, &project.id, &used.persona)? {
                carried.push(FilePersona { content: persona.content(), name: persona.name });
            }
        }
        let file_name = format!("{}.workflow.json", workflow.name);
        let content = workflow.content();
        let file = FileWorkflow {
            name: workflow.name,
            kind: content.kind,
            description: content.description,
            definition: content.definition,
            sandbox_defaults: content.sandbox_defaults,
        };
        Ok(WorkflowExport { file_name, text: WorkflowFile::of(file, carried).write() })
    });
    Ok(written.await?)
}

pub async fn workflow_import(
    app: &App,
    who: &Principal,
    args: WorkflowImport,
) -> Result<WorkflowImported, ApiError> {
    let file = WorkflowFile::read(&args.text).map_err(ApiError::invalid)?;
    let (slug, dry_run) = (args.project, args.dry_run);
    if dry_run {
        let told = app.store().read(move |reader| {
            let project = projects::get(reader, &slug)?;
            plan(reader, &project.id, &file, dry_run)
        });
        return Ok(told.await?);
    }
    let who = who.clone();
    let done = app.store().write(move |write| {
        let project = projects::get(write, &slug)?;
        let told = plan(write, &project.id, &file, dry_run)?;
        bring_in(write, &project.id, file, &who)?;
        Ok(told)
    });
    Ok(done.await?)
}

/// What a file would bring; refused where its workflow could not work even with its personas.
fn plan(
    connection: &Connection,
    project: &ProjectId,
    file: &WorkflowFile,
    dry_run: bool,
) -> Result<WorkflowImported, StoreError> {
    let mut known = personas::list(connection, project)?;
    let mut told = Vec::new();
    for carried in &file.personas {
        let here = known.iter_mut().find(|listed| listed.persona.name == carried.name);
        told.push(match here {
            None => {
                known.push(Listed { persona: carried.clone().into_persona(), updated_at: None });
                ImportedName { name: carried.name.clone(), action: ImportAction::Add, replaces: None }
            }
            Some(here) => {
                let same = here.persona.content() == carried.content;
                let told = replacing(&carried.name, same, here.persona.version);
                let (enabled, version) = (here.persona.enabled, here.persona.version);
                here.persona = carried.content.clone().named(carried.name.clone(), enabled, version);
                told
            }
        });
    }
    let brought = &file.workflow;
    let checked = workflows::check_with(&known, brought.kind, &brought.definition);
    if let Some(fault) = checked.faults.first() {
        return Err(StoreError::Invalid(format!("the file's workflow cannot work: {fault}")));
    }
    let here = workflows::find(connection, project, &brought.name)?;
    let workflow = match here {
        None => ImportedName { name: brought.name.clone(), action: ImportAction::Add, replaces: None },
        Some(here) => replacing(&brought.name, here.content() == content_of_file(brought), here.version),
    };
    Ok(WorkflowImported {
        dry_run,
        workflow,
        description: brought.description.clone(),
        summary: summary(&brought.definition),
        personas: told,
        warnings: faults_of(checked.warnings),
    })
}

fn replacing(name: &str, same: bool, version: i64) -> ImportedName {
    let action = if same { ImportAction::Same } else { ImportAction::Replace };
    ImportedName { name: name.to_owned(), action, replaces: (!same).then_some(version) }
}

/// Saves what a file holds; what is there just so stays as it is.
fn bring_in(
    write: &Write<'_>,
    project: &ProjectId,
    file: WorkflowFile,
    who: &Principal,
) -> Result<(), StoreError> {
    for carried in file.personas {
        personas::save(write, project, &carried.name, &carried.content, None, who)?;
    }
    let content = content_of_file(&file.workflow);
    workflows::save(write, project, &file.workflow.name, &content, None, who).map(drop)
}

fn existing(
    connection: &Connection,
    project: &ProjectId,
    name: &str,
) -> Result<workflows::Workflow, StoreError> {
    workflows::find(connection, project, name)?.ok_or_else(|| StoreError::not_found("workflow", name))
}

fn expect_free(connection: &Connection, project: &ProjectId, name: &str) -> Result<(), StoreError> {
    match workflows::find(connection, project, name)? {
        Some(_) => Err(StoreError::Conflict(format!("there is a workflow '{name}' already"))),
        None => Ok(()),
    }
}

fn shown(connection: &Connection, project: &ProjectId, name: &str) -> Result<Workflow, StoreError> {
    let known = personas::list(connection, project)?;
    Ok(workflow_of(existing(connection, project, name)?, &known))
}

fn workflow_of(workflow: workflows::Workflow, known: &[Listed]) -> Workflow {
    let checked = workflows::check_with(known, workflow.kind, &workflow.definition);
    Workflow {
        title: title(&workflow.name),
        summary: summary(&workflow.definition),
        enabled: workflow.enabled,
        version: workflow.version,
        built_in: built_in::ships(&workflow.name),
        updated_at: workflow.updated_at,
        warnings: faults_of(checked.faults.into_iter().chain(checked.warnings)),
        content: wire_of(workflow.content()),
        name: workflow.name,
    }
}

fn wire_of(content: Content) -> WorkflowContent {
    let Content { kind, description, definition, sandbox_defaults } = content;
    WorkflowContent { kind, description, definition, sandbox_defaults }
}

fn content_of(wire: WorkflowContent) -> Content {
    let WorkflowContent { kind, description, definition, sandbox_defaults } = wire;
    Content { kind, description: description.trim().to_owned(), definition, sandbox_defaults }
}

fn content_of_file(file: &FileWorkflow) -> Content {
    Content {
        kind: file.kind,
        description: file.description.clone(),
        definition: file.definition.clone(),
        sandbox_defaults: file.sandbox_defaults.clone(),
    }
}

fn faults_of(faults: impl IntoIterator<Item = workflow::WorkflowFault>) -> Vec<WorkflowFault> {
    faults.into_iter().map(|fault| WorkflowFault { place: fault.place, problem: fault.problem }).collect()
}
