//! Reading issues: lists, searches, counts, pages, boards, and what resembles a title.
//!
//! These are what guests may call as well: each reads as who asks, and shows what that one may see.

use super::issue::{one, rows, update_of};
use super::{limit, number_cursor, paged};
use crate::app::App;
use crate::error::ApiError;
use crate::wire::{
    BoardColumn, Issue, IssueBoard, IssueBrief, IssueBriefs, IssueCounts, IssueHit, IssueList, IssueRef,
    IssueRow, IssueSimilar, IssueUpdate, IssueUpdates, Page, ProjectRef,
};
use waybill_domain::issue::{Status, legal_moves};
use waybill_domain::principal::Principal;
use waybill_domain::query::Query;
use waybill_store::authors::Authors;
use waybill_store::projects::{self, Project};
use waybill_store::viewer::Viewer;
use waybill_store::{Reader, StoreError, issue_query, people};

/// The most issues that a text may mention at once.
const MENTIONED: usize = 200;

pub async fn issue_list(app: &App, who: &Principal, args: IssueList) -> Result<Page<IssueRow>, ApiError> {
    let (limit, now) = (limit(args.limit, 50, 200)?, app.store().now());
    read(app, who, args.project, move |reader, viewer, project| {
        let query = Query::parse(&args.query);
        let page = issue_query::list(reader, viewer, &project.id, &query, args.after.as_deref(), limit, now)?;
        Ok(Page { items: rows(reader, &project.slug, page.items)?, next: page.next })
    })
    .await
}

pub async fn issue_search(app: &App, who: &Principal, args: IssueList) -> Result<Page<IssueHit>, ApiError> {
    let (limit, now) = (limit(args.limit, 50, 200)?, app.store().now());
    read(app, who, args.project, move |reader, viewer, project| {
        let query = Query::parse(&args.query);
        let page =
            issue_query::search(reader, viewer, &project.id, &query, args.after.as_deref(), limit, now)?;
        let (found, excerpts): (Vec<_>, Vec<_>) = page.items.into_iter().unzip();
        let rows = rows(reader, &project.slug, found)?;
        let items = rows.into_iter().zip(excerpts).map(|(row, excerpt)| IssueHit { row, excerpt }).collect();
        Ok(Page { items, next: page.next })
    })
    .await
}

pub async fn issue_similar(
    app: &App,
    who: &Principal,
    args: IssueSimilar,
) -> Result<Vec<IssueRow>, ApiError> {
    let now = app.store().now();
    read(app, who, args.project, move |reader, viewer, project| {
        let found = issue_query::similar(reader, viewer, &project.id, &args.title, now)?;
        rows(reader, &project.slug, found)
    })
    .await
}

pub async fn issue_briefs(
    app: &App,
    who: &Principal,
    args: IssueBriefs,
) -> Result<Vec<IssueBrief>, ApiError> {
    if args.numbers.len() > MENTIONED {
        let count = args.numbers.len();
        return Err(ApiError::invalid(format!(
            "{count} numbers were given; at most {MENTIONED} are answered at once"
        )));
    }
    read(app, who, args.project, move |reader, viewer, project| {
        let found = issue_query::briefs(reader, viewer, &project.id, &args.numbers)?;
        Ok(found.into_iter().map(super::link::brief_of).collect())
    })
    .await
}

pub async fn issue_board(app: &App, who: &Principal, args: IssueBoard) -> Result<Vec<BoardColumn>, ApiError> {
    let now = app.store().now();
    read(app, who, args.project, move |reader, viewer, project| {
        let query = Query::parse(&args.query);
        let columns = issue_query::columns(reader, viewer, &project.id, args.group_by, &query, now)?;
        let column_of = |column: issue_query::Column| BoardColumn {
            value: column.value,
            narrow: column.narrow,
            count: column.count,
        };
        Ok(columns.into_iter().map(column_of).collect())
    })
    .await
}

pub async fn issue_counts(app: &App, who: &Principal, args: ProjectRef) -> Result<IssueCounts, ApiError> {
    read(app, who, args.project, move |reader, viewer, project| {
        let found = issue_query::counts(reader, viewer, &project.id)?;
        let mut counts =
            IssueCounts { running: found.running, failed: found.failed, ..IssueCounts::default() };
        for (status, count) in found.statuses {
            match status {
                Status::Open => counts.open = count,
                Status::Triaged => counts.triaged = count,
                Status::Assigned => counts.assigned = count,
                Status::InProgress => counts.in_progress = count,
                Status::Resolved => counts.resolved = count,
                Status::Rejected => counts.rejected = count,
                Status::Reopened => {}
            }
        }
        Ok(counts)
    })
    .await
}

pub async fn issue_get(app: &App, who: &Principal, args: IssueRef) -> Result<Issue, ApiError> {
    let by = who.clone();
    read(app, who, args.project, move |reader, viewer, project| {
        let issue = one(reader, &project.slug, viewer.issue(reader, &project.id, args.number)?)?;
        Ok(Issue { legal_moves: legal_moves(issue.row.status, &by), ..issue })
    })
    .await
}

pub async fn issue_updates(
    app: &App,
    who: &Principal,
    args: IssueUpdates,
) -> Result<Page<IssueUpdate>, ApiError> {
    let limit = limit(args.limit, 100, 200)?;
    let before = number_cursor(args.after.as_deref())?;
    read(app, who, args.project, move |reader, viewer, project| {
        let issue = viewer.issue(reader, &project.id, args.number)?;
        let found = viewer.updates(reader, &issue.id, before, limit + 1)?;
        let (found, next) = paged(found, limit, |update| update.key.to_string());
        let authors = Authors::load(reader, found.iter().map(|update| update.author.as_str()))?;
        Ok(Page { items: found.into_iter().map(|update| update_of(&authors, update)).collect(), next })
    })
    .await
}

/// Reads of a project what `who` may see of it, in one snapshot with the grants that say so.
async fn read<T: Send + 'static>(
    app: &App,
    who: &Principal,
    project: String,
    work: impl FnOnce(&Reader<'_>, &Viewer, &Project) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, ApiError> {
    let who = who.clone();
    let answer = app.store().read(move |reader| {
        let project = projects::get(reader, &project)?;
        let viewer = people::viewer(reader, &who, &project.id)?;
        work(reader, &viewer, &project)
    });
    Ok(answer.await?)
}
