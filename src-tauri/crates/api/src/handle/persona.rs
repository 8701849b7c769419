//! Personas: what a project keeps of them, and their versions.

use super::issue::author_of;
use crate::app::App;
use crate::error::ApiError;
use crate::wire::{
    NameEnable, NameRemoved, Persona, PersonaContent, PersonaRef, PersonaSave, PersonaVersion, ProjectRef,
    VersionActivate,
};
use waybill_domain::ids::ProjectId;
use waybill_domain::persona::{Content, built_in};
use waybill_domain::principal::Principal;
use waybill_domain::workflow::{title, uses};
use waybill_store::authors::Authors;
use waybill_store::personas::{self, Listed};
use waybill_store::{Connection, StoreError, projects, workflows};

pub async fn persona_list(app: &App, _: &Principal, args: ProjectRef) -> Result<Vec<Persona>, ApiError> {
    let found = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        let users = users(reader, &project.id)?;
        Ok(personas::list(reader, &project.id)?
            .into_iter()
            .map(|listed| persona_of(listed, &users))
            .collect())
    });
    Ok(found.await?)
}

pub async fn persona_get(app: &App, _: &Principal, args: PersonaRef) -> Result<Persona, ApiError> {
    let found = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        shown(reader, &project.id, &args.name)
    });
    Ok(found.await?)
}

pub async fn persona_save(app: &App, who: &Principal, args: PersonaSave) -> Result<Persona, ApiError> {
    let who = who.clone();
    let saved = app.store().write(move |write| {
        let project = projects::get(write, &args.project)?;
        if args.new && personas::find(write, &project.id, &args.name)?.is_some() {
            return Err(StoreError::Conflict(format!("there is a persona '{}' already", args.name)));
        }
        let content = content_of(args.content);
        personas::save(write, &project.id, &args.name, &content, args.version, &who)?;
        shown(write, &project.id, &args.name)
    });
    Ok(saved.await?)
}

pub async fn persona_enable(app: &App, who: &Principal, args: NameEnable) -> Result<Persona, ApiError> {
    let who = who.clone();
    let switched = app.store().write(move |write| {
        let project = projects::get(write, &args.project)?;
        personas::enable(write, &project.id, &args.name, args.enabled, &who)?;
        shown(write, &project.id, &args.name)
    });
    Ok(switched.await?)
}

pub async fn persona_remove(app: &App, who: &Principal, args: PersonaRef) -> Result<NameRemoved, ApiError> {
    let who = who.clone();
    let removed = app.store().write(move |write| {
        let project = projects::get(write, &args.project)?;
        let item = personas::remove(write, &project.id, &args.name, &who)?;
        Ok(NameRemoved { trash_id: item.id, reset: built_in::find(&args.name).is_some() })
    });
    Ok(removed.await?)
}

pub async fn persona_versions(
    app: &App,
    _: &Principal,
    args: PersonaRef,
) -> Result<Vec<PersonaVersion>, ApiError> {
    let found = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        let active = personas::find(reader, &project.id, &args.name)?.map(|persona| persona.version);
        let kept = personas::versions(reader, &project.id, &args.name)?;
        let authors = Authors::load(reader, kept.iter().filter_map(|version| version.saved.by.as_deref()))?;
        Ok(kept
            .into_iter()
            .map(|version| PersonaVersion {
                version: version.saved.version,
                active: active == Some(version.saved.version),
                saved_by: version.saved.by.as_deref().map(|who| author_of(&authors, who)),
                saved_at: version.saved.at,
                content: wire_of(version.content),
            })
            .collect())
    });
    Ok(found.await?)
}

pub async fn persona_activate(
    app: &App,
    who: &Principal,
    args: VersionActivate,
) -> Result<Persona, ApiError> {
    let who = who.clone();
    let saved = app.store().write(move |write| {
        let project = projects::get(write, &args.project)?;
        let kept = personas::versions(write, &project.id, &args.name)?;
        let wanted = kept.into_iter().find(|version| version.saved.version == args.version);
        let wanted = wanted.ok_or_else(|| StoreError::not_found("version", args.version))?;
        personas::save(write, &project.id, &args.name, &wanted.content, None, &who)?;
        shown(write, &project.id, &args.name)
    });
    Ok(saved.await?)
}

/// Which workflows name which persona.
fn users(connection: &Connection, project: &ProjectId) -> Result<Vec<(String, String)>, StoreError> {
    let mut users = Vec::new();
    for workflow in workflows::list(connection, project)? {
        for used in uses(&workflow.definition).into_iter().filter(|used| used.named) {
            users.push((used.persona, workflow.name.clone()));
        }
    }
    Ok(users)
}

fn shown(connection: &Connection, project: &ProjectId, name: &str) -> Result<Persona, StoreError> {
    let listed = personas::get(connection, project, name)?;
    let listed = listed.ok_or_else(|| StoreError::not_found("persona", name))?;
    Ok(persona_of(listed, &users(connection, project)?))
}

fn persona_of(listed: Listed, users: &[(String, String)]) -> Persona {
    let persona = listed.persona;
    let mut used_by: Vec<String> = users
        .iter()
        .filter(|(used, _)| *used == persona.name)
        .map(|(_, workflow)| workflow.clone())
        .collect();
    used_by.dedup();
    Persona {
        title: title(&persona.name),
        content: wire_of(persona.content()),
        enabled: persona.enabled,
        version: persona.version,
        built_in: built_in::find(&persona.name).is_some(),
        updated_at: listed.updated_at,
        used_by,
        name: persona.name,
    }
}

fn wire_of(content: Content) -> PersonaContent {
    let Content {
        kind,
        description,
        instructions,
        tool,
        model,
        effort,
        include_learnings,
        weights,
        threshold,
    } = content;
    PersonaContent {
        kind,
        description,
        instructions,
        tool,
        model,
        effort,
        include_learnings,
        weights,
        threshold,
    }
}

fn content_of(wire: PersonaContent) -> Content {
    let said = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    Content {
        kind: wire.kind,
        description: wire.description.trim().to_owned(),
        instructions: wire.instructions,
        tool: said(wire.tool),
        model: said(wire.model),
        effort: said(wire.effort),
        include_learnings: wire.include_learnings,
        weights: wire.weights,
        threshold: wire.threshold,
    }
}
