//! Todos of issues.

use crate::app::App;
use crate::error::ApiError;
use crate::wire::{IssueRef, Todo, TodoAdd, TodoEdit, TodoSet, Todos};
use waybill_domain::principal::Principal;
use waybill_store::todos::{self, TodoRow};
use waybill_store::{Connection, StoreError, Write, issues, projects};

pub async fn todo_list(app: &App, _: &Principal, args: IssueRef) -> Result<Todos, ApiError> {
    let found = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        todos_of(reader, &issues::get(reader, &project.id, args.number)?)
    });
    Ok(found.await?)
}

pub async fn todo_set(app: &App, who: &Principal, args: TodoSet) -> Result<Todos, ApiError> {
    change(app, args.project, args.number, who, move |write, issue, who| {
        todos::set(write, issue, &args.markdown, args.before.as_deref(), who)
    })
    .await
}

pub async fn todo_add(app: &App, who: &Principal, args: TodoAdd) -> Result<Todos, ApiError> {
    change(app, args.project, args.number, who, move |write, issue, who| {
        todos::add(write, issue, args.kind, &args.content, args.phase.as_deref(), who).map(drop)
    })
    .await
}

pub async fn todo_edit(app: &App, who: &Principal, args: TodoEdit) -> Result<Todos, ApiError> {
    let edit = todos::Edit {
        content: args.content,
        status: args.status,
        note: args.note,
        position: args.position.map(|position| usize::try_from(position).unwrap_or(usize::MAX)),
    };
    change(app, args.project, args.number, who, move |write, issue, who| {
        todos::edit(write, issue, &args.todo, &edit, who)
    })
    .await
}

/// The list of an issue and the same as Markdown.
pub(super) fn todos_of(connection: &Connection, issue: &issues::Issue) -> Result<Todos, StoreError> {
    let items = todos::list(connection, &issue.id)?.into_iter().map(todo_of).collect();
    Ok(Todos { items, markdown: todos::markdown(connection, &issue.id)? })
}

fn todo_of(row: TodoRow) -> Todo {
    Todo {
        id: row.todo.id,
        kind: row.todo.kind,
        content: row.todo.content,
        status: row.todo.status,
        phase: row.todo.phase,
        notes: row.todo.notes,
        origin_agent: row.origin_agent,
        created_at: row.created_at,
        updated_at: row.updated_at,
        completed_at: row.completed_at,
    }
}

async fn change(
    app: &App,
    project: String,
    number: i64,
    who: &Principal,
    work: impl FnOnce(&Write<'_>, &issues::Issue, &Principal) -> Result<(), StoreError> + Send + 'static,
) -> Result<Todos, ApiError> {
    let who = who.clone();
    let changed = app.store().write(move |write| {
        let project = projects::get(write, &project)?;
        let issue = issues::get(write, &project.id, number)?;
        work(write, &issue, &who)?;
        todos_of(write, &issue)
    });
    Ok(changed.await?)
}
