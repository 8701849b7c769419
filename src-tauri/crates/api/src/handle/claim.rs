//! What can be worked on, who works on it, and what it is assigned to.

use super::issue::{change, one, rows};
use super::limit;
use super::todo::todos_of;
use crate::app::App;
use crate::error::ApiError;
use crate::wire::{
    AssignmentTarget, Claimed, Issue, IssueAssign, IssueChanged, IssueClaim, IssueReady, IssueRef, IssueRow,
    Page, ProjectRef,
};
use waybill_domain::assignment::Assignment;
use waybill_domain::principal::Principal;
use waybill_store::{assignments, claims, issues, projects};

pub async fn issue_ready(app: &App, _: &Principal, args: IssueReady) -> Result<Page<IssueRow>, ApiError> {
    let limit = limit(args.limit, 50, 200)?;
    let page = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        let page = claims::ready(reader, &project.id, args.after.as_deref(), limit)?;
        Ok(Page { items: rows(reader, &project.slug, page.items)?, next: page.next })
    });
    Ok(page.await?)
}

pub async fn issue_claim(app: &App, who: &Principal, args: IssueClaim) -> Result<Claimed, ApiError> {
    let who = who.clone();
    let claimed = app.store().write(move |write| {
        let project = projects::get(write, &args.project)?;
        let issue = claims::claim(write, &project.id, args.number, &who)?;
        Ok(Claimed { todos: todos_of(write, &issue)?, issue: one(write, &project.slug, issue)? })
    });
    Ok(claimed.await?)
}

pub async fn issue_release(app: &App, who: &Principal, args: IssueRef) -> Result<Issue, ApiError> {
    let who = who.clone();
    let released = app.store().write(move |write| {
        let project = projects::get(write, &args.project)?;
        let issue = issues::get(write, &project.id, args.number)?;
        one(write, &project.slug, claims::release(write, &issue, &who)?)
    });
    Ok(released.await?)
}

pub async fn issue_assign(app: &App, who: &Principal, args: IssueAssign) -> Result<IssueChanged, ApiError> {
    let target = args.target.as_deref().map(str::parse::<Assignment>).transpose();
    let target = target.map_err(|fault| ApiError::invalid(fault.to_string()))?;
    change(app, args.project, args.number, who, move |write, issue, who| {
        assignments::reassign(write, issue, target.as_ref(), who)
    })
    .await
}

pub async fn assignment_targets(
    app: &App,
    _: &Principal,
    args: ProjectRef,
) -> Result<Vec<AssignmentTarget>, ApiError> {
    let found = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        assignments::targets(reader, &project.id)
    });
    let target = |target: assignments::Target| AssignmentTarget {
        target: target.assignment.to_string(),
        name: target.name,
    };
    Ok(found.await?.into_iter().map(target).collect())
}
