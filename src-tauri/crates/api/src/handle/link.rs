//! Links between issues.

use super::issue::author_of;
use crate::app::App;
use crate::error::ApiError;
use crate::wire::{IssueBrief, IssueLink, IssueRef, LinkChange, LinkEdge, LinkGraph};
use waybill_domain::ids::{IssueId, UpdateId};
use waybill_domain::link::Relation;
use waybill_domain::principal::Principal;
use waybill_store::authors::Authors;
use waybill_store::{Connection, StoreError, Write, issues, links, projects};

pub async fn link_list(app: &App, _: &Principal, args: IssueRef) -> Result<Vec<IssueLink>, ApiError> {
    let found = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        links_of(reader, &issues::get(reader, &project.id, args.number)?.id)
    });
    Ok(found.await?)
}

pub async fn link_graph(app: &App, _: &Principal, args: IssueRef) -> Result<LinkGraph, ApiError> {
    let graph = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        links::around(reader, &issues::get(reader, &project.id, args.number)?.id)
    });
    let graph = graph.await?;
    let edges = graph.edges.iter();
    Ok(LinkGraph {
        edges: edges.map(|edge| LinkEdge { from: edge.from, to: edge.to, relation: edge.kind }).collect(),
        nodes: graph.nodes.into_iter().map(brief_of).collect(),
        cut: graph.cut,
    })
}

pub async fn link_add(app: &App, who: &Principal, args: LinkChange) -> Result<Vec<IssueLink>, ApiError> {
    change(app, who, args, links::add).await
}

pub async fn link_remove(app: &App, who: &Principal, args: LinkChange) -> Result<Vec<IssueLink>, ApiError> {
    change(app, who, args, links::remove).await
}

/// What the store does to a link.
type Work =
    fn(&Write<'_>, &issues::Issue, Relation, &issues::Issue, &Principal) -> Result<UpdateId, StoreError>;

async fn change(
    app: &App,
    who: &Principal,
    args: LinkChange,
    work: Work,
) -> Result<Vec<IssueLink>, ApiError> {
    let who = who.clone();
    let changed = app.store().write(move |write| {
        let project = projects::get(write, &args.project)?;
        let issue = issues::get(write, &project.id, args.number)?;
        let other = issues::get(write, &project.id, args.other)?;
        work(write, &issue, args.relation, &other, &who)?;
        links_of(write, &issue.id)
    });
    Ok(changed.await?)
}

fn links_of(connection: &Connection, issue: &IssueId) -> Result<Vec<IssueLink>, StoreError> {
    let found = links::list(connection, issue)?;
    let authors = Authors::load(connection, found.iter().map(|link| link.created_by.as_str()))?;
    Ok(found
        .into_iter()
        .map(|link| IssueLink {
            relation: link.relation,
            issue: brief_of(link.issue),
            created_by: author_of(&authors, &link.created_by),
            created_at: link.created_at,
        })
        .collect())
}

pub(crate) fn brief_of(issue: issues::Brief) -> IssueBrief {
    IssueBrief { number: issue.number, title: issue.title, status: issue.status, priority: issue.priority }
}
