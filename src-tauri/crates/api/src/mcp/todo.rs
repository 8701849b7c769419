//! The tool `todo`: the working plan and the definition of done of an issue.

use super::arguments::{Number, number, read};
use super::caller::Call;
use super::issue::all_claimed;
use crate::error::{ApiError, Code};
use crate::handle;
use crate::wire::{IssueRef, Todo, TodoAdd, TodoEdit, Todos};
use serde::Deserialize;
use serde_json::{Value, json};
use waybill_domain::todo::{TodoKind, TodoStatus};
use waybill_store::{issues, projects, todos};

const EXAMPLE: &str = r#"{"action": "start", "todo": "read the parser"}"#;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    action: Action,
    number: Option<Number>,
    /// Which one: its id, its text, or the beginning of its text.
    todo: Option<String>,
    content: Option<String>,
    #[serde(default)]
    steps: Vec<Step>,
    kind: Option<TodoKind>,
    phase: Option<String>,
    note: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Action {
    List,
    Set,
    Add,
    Start,
    Done,
    Drop,
    Note,
}

/// A step of a plan: its text alone, or with the phase that it stands under.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Step {
    Content(String),
    Phased { content: String, phase: Option<String> },
}

impl From<Step> for (String, Option<String>) {
    fn from(step: Step) -> Self {
        match step {
            Step::Content(content) => (content, None),
            Step::Phased { content, phase } => (content, phase),
        }
    }
}

pub(super) async fn call(call: &Call<'_>, arguments: Value) -> Result<Value, ApiError> {
    let arguments: Arguments = read(arguments, EXAMPLE)?;
    let project = call.project().await?;
    let at = IssueRef { project, number: call.issue(number(arguments.number), "todo")? };
    let before = handle::todo_list(call.app, &call.who, at.clone()).await?;
    let action = arguments.action;
    let after = match action {
        Action::List => before,
        Action::Set => set(call, &at, arguments.steps).await?,
        Action::Add => {
            let IssueRef { project, number } = at.clone();
            let content = given(arguments.content, "content", r#"{"action": "add", "content": "…"}"#)?;
            let kind = arguments.kind.unwrap_or(TodoKind::Step);
            let args = TodoAdd { project, number, kind, content, phase: arguments.phase };
            handle::todo_add(call.app, &call.who, args).await?
        }
        Action::Start => mark(call, &at, &before, arguments, TodoStatus::InProgress).await?,
        Action::Done => mark(call, &at, &before, arguments, TodoStatus::Completed).await?,
        Action::Drop => mark(call, &at, &before, arguments, TodoStatus::Abandoned).await?,
        Action::Note => {
            let note =
                given(arguments.note.clone(), "note", r#"{"action": "note", "todo": "…", "note": "…"}"#)?;
            edit(call, &at, &before, arguments.todo.as_deref(), None, Some(note)).await?
        }
    };
    let mut told = json!({
        "issue": at.number,
        "criteria": of_kind(&after, TodoKind::Criterion),
        "steps": of_kind(&after, TodoKind::Step),
    });
    if action == Action::Done && call.session.is_some() && all_claimed(call, at).await? {
        told["next"] = json!(
            "Every criterion is claimed. Call the tool checkpoint, so that the operator signs them off."
        );
    }
    Ok(told)
}

fn given(value: Option<String>, name: &str, example: &str) -> Result<String, ApiError> {
    value.ok_or_else(|| {
        ApiError::invalid(format!("\"{name}\" is missing")).with_hint(format!("For example: {example}"))
    })
}

async fn set(call: &Call<'_>, at: &IssueRef, steps: Vec<Step>) -> Result<Todos, ApiError> {
    if steps.is_empty() {
        return Err(ApiError::invalid("\"steps\" is missing or empty")
            .with_hint(r#"For example: {"action": "set", "steps": ["read the parser", "write a test"]}"#));
    }
    let steps: Vec<(String, Option<String>)> = steps.into_iter().map(Into::into).collect();
    let (wanted, who) = (at.clone(), call.who.clone());
    let planned = call.app.store().write(move |write| {
        let project = projects::get(write, &wanted.project)?;
        let issue = issues::get(write, &project.id, wanted.number)?;
        todos::plan(write, &issue, &steps, &who)
    });
    planned.await?;
    handle::todo_list(call.app, &call.who, at.clone()).await
}

async fn mark(
    call: &Call<'_>,
    at: &IssueRef,
    before: &Todos,
    arguments: Arguments,
    status: TodoStatus,
) -> Result<Todos, ApiError> {
    edit(call, at, before, arguments.todo.as_deref(), Some(status), arguments.note).await
}

async fn edit(
    call: &Call<'_>,
    at: &IssueRef,
    before: &Todos,
    wanted: Option<&str>,
    status: Option<TodoStatus>,
    note: Option<String>,
) -> Result<Todos, ApiError> {
    let todo = find(&before.items, wanted)?.id.clone();
    let IssueRef { project, number } = at.clone();
    let args = TodoEdit { project, number, todo, status, note, content: None, position: None };
    handle::todo_edit(call.app, &call.who, args).await
}

/// The todo that is meant by its id, its text, or what only its text begins with.
fn find<'a>(todos: &'a [Todo], wanted: Option<&str>) -> Result<&'a Todo, ApiError> {
    let known = || {
        let texts: Vec<_> = todos.iter().take(50).map(|todo| format!("\"{}\"", todo.content)).collect();
        if texts.is_empty() { "There are none; add some first.".to_owned() } else { texts.join(", ") }
    };
    let Some(wanted) = wanted.map(str::trim).filter(|wanted| !wanted.is_empty()) else {
        return Err(ApiError::invalid("\"todo\" is missing: the text or id of the one that is meant")
            .with_hint(known()));
    };
    let exact = todos.iter().find(|todo| todo.id.as_str() == wanted || todo.content == wanted);
    if let Some(todo) = exact {
        return Ok(todo);
    }
    let lower = wanted.to_lowercase();
    let mut begins = todos.iter().filter(|todo| todo.content.to_lowercase().starts_with(&lower));
    match (begins.next(), begins.next()) {
        (Some(only), None) => Ok(only),
        (Some(_), Some(_)) => {
            Err(ApiError::new(Code::Conflict, format!("several todos begin with '{wanted}'"))
                .with_hint(known()))
        }
        (None, _) => {
            Err(ApiError::new(Code::NotFound, format!("there is no todo '{wanted}'")).with_hint(known()))
        }
    }
}

fn of_kind(todos: &Todos, kind: TodoKind) -> Vec<Value> {
    let one = |todo: &Todo| {
        let mut told = json!({"id": todo.id, "content": todo.content, "status": todo.status});
        if let Some(phase) = &todo.phase {
            told["phase"] = json!(phase);
        }
        if !todo.notes.is_empty() {
            told["notes"] = json!(todo.notes);
        }
        told
    };
    todos.items.iter().filter(|todo| todo.kind == kind).map(one).collect()
}
