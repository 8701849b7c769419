//! Issues.

use super::{limit, number_cursor, paged};
use crate::app::App;
use crate::error::{ApiError, Code};
use crate::wire::{
    Author, AuthorKind, Issue, IssueChanged, IssueComment, IssueCounts, IssueCreate, IssueEdit, IssueHit,
    IssueList, IssueMove, IssueRef, IssueRow, IssueRun, IssueUndo, IssueUpdate, IssueUpdates, Label, Page,
    ProjectRef,
};
use std::collections::HashMap;
use waybill_domain::ids::UpdateId;
use waybill_domain::issue::{Priority, Status, Via, Visibility, check_comment, legal_moves};
use waybill_domain::principal::Principal;
use waybill_domain::query::Query;
use waybill_store::authors::Authors;
use waybill_store::{Reader, StoreError, issue_query, issue_updates, issues, labels, projects};

pub async fn issue_list(app: &App, _: &Principal, args: IssueList) -> Result<Page<IssueRow>, ApiError> {
    let (limit, now) = (limit(args.limit, 50, 200)?, app.store().now());
    let page = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        let query = Query::parse(&args.query);
        let page = issue_query::list(reader, &project.id, &query, args.after.as_deref(), limit, now)?;
        Ok(Page { items: rows(reader, &project.slug, page.items)?, next: page.next })
    });
    Ok(page.await?)
}

pub async fn issue_search(app: &App, _: &Principal, args: IssueList) -> Result<Page<IssueHit>, ApiError> {
    let (limit, now) = (limit(args.limit, 50, 200)?, app.store().now());
    let page = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        let query = Query::parse(&args.query);
        let page = issue_query::search(reader, &project.id, &query, args.after.as_deref(), limit, now)?;
        let (found, excerpts): (Vec<_>, Vec<_>) = page.items.into_iter().unzip();
        let rows = rows(reader, &project.slug, found)?;
        let items = rows.into_iter().zip(excerpts).map(|(row, excerpt)| IssueHit { row, excerpt }).collect();
        Ok(Page { items, next: page.next })
    });
    Ok(page.await?)
}

pub async fn issue_counts(app: &App, _: &Principal, args: ProjectRef) -> Result<IssueCounts, ApiError> {
    let counts = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        let mut counts = IssueCounts::default();
        for (status, count) in issues::counts(reader, &project.id)? {
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
        (counts.running, counts.failed) = issues::execution_counts(reader, &project.id)?;
        Ok(counts)
    });
    Ok(counts.await?)
}

pub async fn issue_get(app: &App, _: &Principal, args: IssueRef) -> Result<Issue, ApiError> {
    let issue = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        let issue = issues::get(reader, &project.id, args.number)?;
        one(reader, &project.slug, issue)
    });
    Ok(issue.await?)
}

pub async fn issue_updates(
    app: &App,
    _: &Principal,
    args: IssueUpdates,
) -> Result<Page<IssueUpdate>, ApiError> {
    let limit = limit(args.limit, 100, 200)?;
    let before = number_cursor(args.after.as_deref())?;
    let page = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        let issue = issues::get(reader, &project.id, args.number)?;
        let authors = Authors::load(reader)?;
        let found = issue_updates::page(reader, &issue.id, before, limit + 1)?;
        let (found, next) = paged(found, limit, |update| update.key.to_string());
        Ok(Page { items: found.into_iter().map(|update| update_of(&authors, update)).collect(), next })
    });
    Ok(page.await?)
}

pub async fn issue_create(app: &App, who: &Principal, args: IssueCreate) -> Result<Issue, ApiError> {
    let who = who.clone();
    let issue = app.store().write(move |write| {
        let project = projects::get(write, &args.project)?;
        let new = issues::NewIssue {
            title: args.title,
            body: args.body,
            priority: args.priority.unwrap_or(Priority::Medium),
            labels: args.labels,
        };
        let issue = issues::insert(write, &project.id, &new, &who)?;
        one(write, &project.slug, issue)
    });
    Ok(issue.await?)
}

pub async fn issue_edit(app: &App, who: &Principal, args: IssueEdit) -> Result<IssueChanged, ApiError> {
    let edit =
        issues::Edit { title: args.title, body: args.body, priority: args.priority, labels: args.labels };
    change(app, args.project, args.number, who, move |write, issue, who| {
        issues::edit(write, issue, &edit, who)
    })
    .await
}

pub async fn issue_move(app: &App, who: &Principal, args: IssueMove) -> Result<IssueChanged, ApiError> {
    let note = args.note.filter(|note| !note.trim().is_empty());
    if args.status == Status::Rejected && note.is_none() {
        return Err(
            ApiError::invalid("rejecting an issue needs a note that says why").with_hint("Add a note.")
        );
    }
    if let Some(note) = &note {
        check_comment(note).map_err(StoreError::from)?;
    }
    change(app, args.project, args.number, who, move |write, issue, who| {
        let updates = issues::make_move(write, issue, args.status, Via::Operator, who)?;
        if let Some(note) = &note {
            issue_updates::comment(write, issue, note, Visibility::All, who)?;
        }
        Ok(updates)
    })
    .await
}

pub async fn issue_comment(app: &App, who: &Principal, args: IssueComment) -> Result<IssueUpdate, ApiError> {
    let who = who.clone();
    let update = app.store().write(move |write| {
        let project = projects::get(write, &args.project)?;
        let issue = issues::get(write, &project.id, args.number)?;
        let visibility = args.visibility.unwrap_or(Visibility::All);
        let update = issue_updates::comment(write, &issue, &args.body, visibility, &who)?;
        Ok(update_of(&Authors::load(write)?, update))
    });
    Ok(update.await?)
}

pub async fn issue_undo(app: &App, who: &Principal, args: IssueUndo) -> Result<IssueChanged, ApiError> {
    if args.updates.is_empty() {
        return Err(ApiError::new(Code::Conflict, "there is nothing to undo"));
    }
    change(app, args.project, args.number, who, move |write, issue, who| {
        issue_updates::undo(write, issue, &args.updates, who)
    })
    .await
}

pub async fn label_list(app: &App, _: &Principal, args: ProjectRef) -> Result<Vec<Label>, ApiError> {
    let found = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        labels::list(reader, &project.id)
    });
    Ok(found.await?.into_iter().map(label_of).collect())
}

/// Changes one issue in a transaction and answers it as it then is.
async fn change(
    app: &App,
    project: String,
    number: i64,
    who: &Principal,
    work: impl FnOnce(&waybill_store::Write<'_>, &issues::Issue, &Principal) -> Result<Vec<UpdateId>, StoreError>
    + Send
    + 'static,
) -> Result<IssueChanged, ApiError> {
    let who = who.clone();
    let changed = app.store().write(move |write| {
        let project = projects::get(write, &project)?;
        let issue = issues::get(write, &project.id, number)?;
        let updates = work(write, &issue, &who)?;
        let issue = issues::by_id(write, &issue.id)?;
        Ok(IssueChanged { issue: one(write, &project.slug, issue)?, updates })
    });
    Ok(changed.await?)
}

fn rows(reader: &Reader<'_>, slug: &str, found: Vec<issues::Issue>) -> Result<Vec<IssueRow>, StoreError> {
    let authors = Authors::load(reader)?;
    let ids: Vec<_> = found.iter().map(|issue| &issue.id).collect();
    let mut labels = labels::of_issues(reader, &ids)?;
    Ok(found.into_iter().map(|issue| row_of(slug, &authors, &mut labels, &issue)).collect())
}

fn one(
    connection: &waybill_store::Connection,
    slug: &str,
    issue: issues::Issue,
) -> Result<Issue, StoreError> {
    let authors = Authors::load(connection)?;
    let mut labels = labels::of_issues(connection, &[&issue.id])?;
    let row = row_of(slug, &authors, &mut labels, &issue);
    Ok(Issue {
        row,
        legal_moves: legal_moves(issue.status, &Principal::Operator),
        resolved_by: issue.resolved_by.as_deref().map(|who| author_of(&authors, who)),
        resolved_at: issue.resolved_at,
        body: issue.body,
        original_body: issue.original_body,
        suggested_prompt: issue.suggested_prompt,
    })
}

fn row_of(
    slug: &str,
    authors: &Authors,
    labels: &mut HashMap<String, Vec<labels::Label>>,
    issue: &issues::Issue,
) -> IssueRow {
    IssueRow {
        id: issue.id.clone(),
        project_slug: slug.to_owned(),
        number: issue.number,
        title: issue.title.clone(),
        status: issue.status,
        execution: issue.execution(),
        priority: issue.priority,
        labels: labels.remove(issue.id.as_str()).unwrap_or_default().into_iter().map(label_of).collect(),
        assignment: issue.assignment.clone(),
        created_by: author_of(authors, &issue.created_by),
        created_at: issue.created_at,
        updated_at: issue.updated_at,
        run: issue.run.as_ref().map(|run| IssueRun {
            number: run.number,
            status: run.status,
            started_at: run.started_at,
            finished_at: run.finished_at,
        }),
        comments: issue.comments,
    }
}

fn label_of(label: labels::Label) -> Label {
    Label { id: label.id, name: label.name, colour: label.colour }
}

fn update_of(authors: &Authors, update: issue_updates::Update) -> IssueUpdate {
    IssueUpdate {
        id: update.id,
        author: author_of(authors, &update.author),
        kind: update.kind,
        body: update.body,
        metadata: update.metadata,
        visibility: update.visibility,
        created_at: update.created_at,
    }
}

fn author_of(authors: &Authors, user_id: &str) -> Author {
    let author = authors.resolve(user_id);
    let kind = match author.who {
        Principal::Operator => AuthorKind::Operator,
        Principal::Member(_) => AuthorKind::Member,
        Principal::Guest(_) => AuthorKind::Guest,
        Principal::Agent(_) => AuthorKind::Agent,
        Principal::System => AuthorKind::System,
    };
    Author { kind, user_id: user_id.to_owned(), handle: author.handle, display_name: author.display_name }
}
