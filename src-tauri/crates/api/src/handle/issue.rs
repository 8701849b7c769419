//! Issues.

use crate::app::App;
use crate::error::{ApiError, Code};
use crate::wire::{
    Author, AuthorKind, Issue, IssueChanged, IssueComment, IssueCreate, IssueDuplicate, IssueEdit, IssueMove,
    IssueRow, IssueRun, IssueUndo, IssueUpdate, IssueUpdateShow, Label, ProjectRef,
};
use std::collections::HashMap;
use waybill_domain::ids::UpdateId;
use waybill_domain::issue::{Priority, Status, Via, Visibility, check_comment, legal_moves, plan_move};
use waybill_domain::link::Relation;
use waybill_domain::principal::Principal;
use waybill_store::authors::Authors;
use waybill_store::viewer::Viewer;
use waybill_store::{
    Connection, StoreError, assignments, attachments, issue_updates, issues, labels, links, projects,
};

pub async fn issue_create(app: &App, who: &Principal, args: IssueCreate) -> Result<Issue, ApiError> {
    if matches!(who, Principal::Guest(_)) && (args.parent.is_some() || !args.labels.is_empty()) {
        return Err(ApiError::new(Code::Forbidden, "labels and links are the operator's to set"));
    }
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
        if !args.attachments.is_empty() {
            attachments::adopt(write, &issue, &args.attachments, &who)?;
        }
        if let Some(parent) = args.parent {
            let parent = issues::get(write, &project.id, parent)?;
            links::add(write, &issue, Relation::ChildOf, &parent, &who)?;
        }
        seen_by(&who, write, &project.slug, issues::by_id(write, &issue.id)?)
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
    let note = rejection_note(Some(args.status), args.note)?;
    change(app, args.project, args.number, who, move |write, issue, who| {
        if !args.despite_children.unwrap_or(false) {
            expect_children_closed(write, issue, args.status, who)?;
        }
        let updates = issues::make_move(write, issue, args.status, via(who), who)?;
        if let Some(note) = &note {
            issue_updates::comment(write, issue, note, Visibility::All, who)?;
        }
        Ok(updates)
    })
    .await
}

pub async fn issue_duplicate(
    app: &App,
    who: &Principal,
    args: IssueDuplicate,
) -> Result<IssueChanged, ApiError> {
    change(app, args.project, args.number, who, move |write, issue, who| {
        let original = issues::get(write, &issue.project_id, args.of)?;
        links::close_as_duplicate(write, issue, &original, who)
    })
    .await
}

pub async fn issue_comment(app: &App, who: &Principal, args: IssueComment) -> Result<IssueUpdate, ApiError> {
    if matches!(who, Principal::Guest(_)) && args.visibility == Some(Visibility::OperatorOnly) {
        return Err(ApiError::new(Code::Forbidden, "guests cannot write what they may not see"));
    }
    let who = who.clone();
    let update = app.store().write(move |write| {
        let project = projects::get(write, &args.project)?;
        let issue = issues::get(write, &project.id, args.number)?;
        let visibility = args.visibility.unwrap_or(Visibility::All);
        let update = issue_updates::comment(write, &issue, &args.body, visibility, &who)?;
        Ok(update_of(&Authors::load(write, [update.author.as_str()])?, update))
    });
    Ok(update.await?)
}

pub async fn issue_update_show(
    app: &App,
    who: &Principal,
    args: IssueUpdateShow,
) -> Result<IssueUpdate, ApiError> {
    let who = who.clone();
    let update = app.store().write(move |write| {
        let project = projects::get(write, &args.project)?;
        let issue = issues::get(write, &project.id, args.number)?;
        let update = issue_updates::show(write, &issue, &args.update, args.visibility, &who)?;
        Ok(update_of(&Authors::load(write, [update.author.as_str()])?, update))
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

/// The note of a move, checked; rejecting needs one.
pub(super) fn rejection_note(to: Option<Status>, note: Option<String>) -> Result<Option<String>, ApiError> {
    let note = note.filter(|note| !note.trim().is_empty());
    match &note {
        None if to == Some(Status::Rejected) => {
            Err(ApiError::invalid("rejecting an issue needs a note that says why").with_hint("Add a note."))
        }
        None => Ok(None),
        Some(text) => {
            check_comment(text).map_err(StoreError::from)?;
            Ok(note)
        }
    }
}

/// What a move that this person asks for is recorded as.
pub(super) const fn via(who: &Principal) -> Via {
    match who {
        Principal::Agent(_) => Via::Agent,
        Principal::Operator | Principal::Member(_) | Principal::Guest(_) | Principal::System => Via::Operator,
    }
}

/// Resolving a parent asks first while children of it are open.
pub(super) fn expect_children_closed(
    write: &waybill_store::Write<'_>,
    issue: &issues::Issue,
    to: Status,
    who: &Principal,
) -> Result<(), StoreError> {
    if to != Status::Resolved || issue.status == to {
        return Ok(());
    }
    // What is refused anyhow is not asked about.
    plan_move(issue.status, to, who)?;
    let children = links::open_children(write, &issue.id)?;
    if children.is_empty() { Ok(()) } else { Err(StoreError::OpenChildren { issue: issue.number, children }) }
}

/// Changes one issue in a transaction and answers it as it then is.
pub(super) async fn change(
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
        Ok(IssueChanged { issue: seen_by(&who, write, &project.slug, issue)?, updates })
    });
    Ok(changed.await?)
}

pub(super) fn rows(
    reader: &Connection,
    slug: &str,
    found: Vec<issues::Issue>,
) -> Result<Vec<IssueRow>, StoreError> {
    let authors = Authors::load(reader, found.iter().flat_map(people))?;
    let ids: Vec<_> = found.iter().map(|issue| &issue.id).collect();
    let mut labels = labels::of_issues(reader, &ids)?;
    found.into_iter().map(|issue| row_of(reader, slug, &authors, &mut labels, &issue)).collect()
}

pub(super) fn one(connection: &Connection, slug: &str, issue: issues::Issue) -> Result<Issue, StoreError> {
    let authors = Authors::load(connection, people(&issue))?;
    let mut labels = labels::of_issues(connection, &[&issue.id])?;
    let row = row_of(connection, slug, &authors, &mut labels, &issue)?;
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

/// The issue as who changed it sees it, with what that one may do next.
fn seen_by(
    who: &Principal,
    connection: &Connection,
    slug: &str,
    issue: issues::Issue,
) -> Result<Issue, StoreError> {
    let issue = one(connection, slug, Viewer::answered(who).seen(connection, issue)?)?;
    Ok(Issue { legal_moves: legal_moves(issue.row.status, who), ..issue })
}

/// Everyone whom an issue names.
fn people(issue: &issues::Issue) -> impl Iterator<Item = &str> {
    let others = [&issue.claimed_by, &issue.resolved_by].into_iter().filter_map(|who| who.as_deref());
    std::iter::once(issue.created_by.as_str()).chain(others)
}

fn row_of(
    connection: &Connection,
    slug: &str,
    authors: &Authors,
    labels: &mut HashMap<String, Vec<labels::Label>>,
    issue: &issues::Issue,
) -> Result<IssueRow, StoreError> {
    let assignment_missing = match &issue.assignment {
        Some(assignment) => assignments::is_missing(connection, &issue.project_id, assignment)?,
        None => false,
    };
    Ok(IssueRow {
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
        assignment_missing,
        claimed_by: issue.claimed_by.as_deref().map(|who| author_of(authors, who)),
        todos: issue.todos,
        todos_done: issue.todos_done,
        attachments: issue.attachments,
    })
}

fn label_of(label: labels::Label) -> Label {
    Label { id: label.id, name: label.name, colour: label.colour }
}

pub(super) fn update_of(authors: &Authors, update: issue_updates::Update) -> IssueUpdate {
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

pub(super) fn author_of(authors: &Authors, user_id: &str) -> Author {
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

#[cfg(test)]
mod tests;
