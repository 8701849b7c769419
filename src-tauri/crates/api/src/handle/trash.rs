//! What was removed, and bringing it back.

use super::issue::author_of;
use super::{limit, paged};
use crate::app::App;
use crate::error::ApiError;
use crate::wire::{IssueRef, Page, TrashItem, TrashKind, TrashList, TrashRef};
use waybill_domain::Millis;
use waybill_domain::principal::Principal;
use waybill_engine::runs::delivery;
use waybill_store::authors::Authors;
use waybill_store::trash::{self, KEPT, Kind};
use waybill_store::{issues, projects};

pub async fn issue_remove(app: &App, who: &Principal, args: IssueRef) -> Result<TrashItem, ApiError> {
    let who = who.clone();
    let removed = app.store().write(move |write| {
        let project = projects::get(write, &args.project)?;
        let issue = issues::get(write, &project.id, args.number)?;
        let item = trash::remove_issue(write, &issue, &who)?;
        Ok(item_of(&Authors::load(write, [item.removed_by.as_str()])?, item))
    });
    Ok(removed.await?)
}

pub async fn trash_list(app: &App, _: &Principal, args: TrashList) -> Result<Page<TrashItem>, ApiError> {
    let limit = limit(args.limit, 50, 200)?;
    let after = args.after.as_deref().map(cursor).transpose()?;
    let page = app.store().read(move |reader| {
        let project = args.project.map(|project| projects::get(reader, &project)).transpose()?;
        let project = project.as_ref().map(|project| &project.id);
        let after = after.as_ref().map(|(at, id)| (*at, id.as_str()));
        let found = trash::list(reader, project, after, limit + 1)?;
        let (found, next) = paged(found, limit, |item| format!("{}:{}", item.removed_at, item.id));
        let authors = Authors::load(reader, found.iter().map(|item| item.removed_by.as_str()))?;
        Ok(Page { items: found.into_iter().map(|item| item_of(&authors, item)).collect(), next })
    });
    Ok(page.await?)
}

pub async fn trash_restore(app: &App, who: &Principal, args: TrashRef) -> Result<TrashItem, ApiError> {
    let id = args.id.clone();
    let (item, restored) = app
        .store()
        .read(move |reader| {
            let item = trash::get(reader, &id)?;
            let authors = Authors::load(reader, [item.removed_by.as_str()])?;
            Ok((item.clone(), item_of(&authors, item)))
        })
        .await?;
    if item.kind == Kind::Run {
        delivery::restore(app.engine(), &item, who).await?;
        return Ok(restored);
    }
    let who = who.clone();
    let done = app.store().write(move |write| match item.kind {
        Kind::Project => projects::set_archived(write, &item.project_id, false, &who),
        Kind::Persona | Kind::Workflow => trash::restore_versions(write, &item.id, &who),
        Kind::Issue | Kind::Run => trash::restore_issue(write, &item.id, &who).map(drop),
    });
    done.await?;
    Ok(restored)
}

/// A cursor of the list: a time and an id.
fn cursor(text: &str) -> Result<(Millis, String), ApiError> {
    text.split_once(':')
        .and_then(|(at, id)| Some((at.parse().ok()?, id.to_owned())))
        .ok_or_else(|| ApiError::invalid("the cursor is not one that this list gave"))
}

fn item_of(authors: &Authors, item: trash::Item) -> TrashItem {
    let kind = match item.kind {
        Kind::Issue => TrashKind::Issue,
        Kind::Run => TrashKind::Run,
        Kind::Project => TrashKind::Project,
        Kind::Persona => TrashKind::Persona,
        Kind::Workflow => TrashKind::Workflow,
    };
    TrashItem {
        id: item.id,
        project_slug: item.project_slug,
        kind,
        number: item.number,
        title: item.title,
        removed_by: author_of(authors, &item.removed_by),
        removed_at: item.removed_at,
        gone_at: (item.kind != Kind::Project).then(|| item.removed_at.saturating_add(KEPT)),
    }
}
