//! Contexts: what agents are told by session type, and its versions.

use super::issue::author_of;
use crate::app::App;
use crate::error::ApiError;
use crate::wire::{
    Context, ContextGet, ContextRef, ContextSave, ContextVersion, ContextVersionRef, ContextVersionRow,
    ProjectRef,
};
use waybill_domain::context::{SessionType, VersionEvent};
use waybill_domain::ids::ProjectId;
use waybill_domain::principal::Principal;
use waybill_store::authors::Authors;
use waybill_store::contexts::{self, Version};
use waybill_store::{Connection, StoreError, projects};

pub async fn context_list(app: &App, _: &Principal, args: ProjectRef) -> Result<Vec<Context>, ApiError> {
    let found = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        SessionType::ALL.iter().map(|&session_type| shown(reader, &project.id, session_type)).collect()
    });
    Ok(found.await?)
}

pub async fn context_get(app: &App, _: &Principal, args: ContextGet) -> Result<ContextVersion, ApiError> {
    let found = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        let context = kept(reader, &project.id, args.session_type)?;
        let number = args.version.unwrap_or(context.last_version);
        let version = contexts::version_of(reader, &context, number)?;
        let authors = Authors::load(reader, [version.saved_by.as_str()])?;
        let row = row_of(&authors, args.session_type, &version);
        Ok(ContextVersion { row, body: version.body })
    });
    Ok(found.await?)
}

pub async fn context_versions(
    app: &App,
    _: &Principal,
    args: ContextRef,
) -> Result<Vec<ContextVersionRow>, ApiError> {
    let found = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        let Some(context) = contexts::find(reader, &project.id, args.session_type)? else {
            return Ok(Vec::new());
        };
        let versions = contexts::versions(reader, &context)?;
        let authors = Authors::load(reader, versions.iter().map(|version| version.saved_by.as_str()))?;
        Ok(versions.iter().map(|version| row_of(&authors, args.session_type, version)).collect())
    });
    Ok(found.await?)
}

pub async fn context_save(app: &App, who: &Principal, args: ContextSave) -> Result<Context, ApiError> {
    let who = who.clone();
    let saved = app.store().write(move |write| {
        let project = projects::get(write, &args.project)?;
        contexts::save(write, &project.id, args.session_type, &args.body, args.version, &who)?;
        shown(write, &project.id, args.session_type)
    });
    Ok(saved.await?)
}

pub async fn context_publish(
    app: &App,
    who: &Principal,
    args: ContextVersionRef,
) -> Result<Context, ApiError> {
    advance(app, who, args, VersionEvent::Publish).await
}

pub async fn context_activate(
    app: &App,
    who: &Principal,
    args: ContextVersionRef,
) -> Result<Context, ApiError> {
    advance(app, who, args, VersionEvent::Activate).await
}

async fn advance(
    app: &App,
    who: &Principal,
    args: ContextVersionRef,
    event: VersionEvent,
) -> Result<Context, ApiError> {
    let who = who.clone();
    let moved = app.store().write(move |write| {
        let project = projects::get(write, &args.project)?;
        contexts::advance(write, &project.id, args.session_type, args.version, event, &who)?;
        shown(write, &project.id, args.session_type)
    });
    Ok(moved.await?)
}

fn kept(
    connection: &Connection,
    project: &ProjectId,
    session_type: SessionType,
) -> Result<contexts::Context, StoreError> {
    contexts::find(connection, project, session_type)?
        .ok_or_else(|| StoreError::not_found("context", session_type))
}

/// A context as it stands; of one that nothing was saved for, that.
fn shown(
    connection: &Connection,
    project: &ProjectId,
    session_type: SessionType,
) -> Result<Context, StoreError> {
    let Some(context) = contexts::find(connection, project, session_type)? else {
        return Ok(Context {
            session_type,
            active_version: None,
            last_version: 0,
            last_state: None,
            updated_at: None,
        });
    };
    let last = contexts::version_of(connection, &context, context.last_version)?;
    Ok(Context {
        session_type,
        active_version: context.active_version,
        last_version: context.last_version,
        last_state: Some(last.state),
        updated_at: Some(context.updated_at),
    })
}

fn row_of(authors: &Authors, session_type: SessionType, version: &Version) -> ContextVersionRow {
    ContextVersionRow {
        session_type,
        version: version.version,
        state: version.state,
        saved_by: author_of(authors, &version.saved_by),
        saved_at: version.saved_at,
        published_at: version.published_at,
    }
}
