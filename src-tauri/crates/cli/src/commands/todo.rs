//! `waybill issue todo N …`

use super::{Shown, standard_input};
use crate::arguments::{Todo, TodoArguments};
use crate::print;
use crate::session::Session;
use crate::show::{self, brief, field, items, plain};
use serde_json::{Value, json};
use waybill_api::error::{ApiError, Code};

pub async fn run(session: &Session, arguments: TodoArguments, shown: Shown) -> Result<(), ApiError> {
    let TodoArguments { number, markdown, command } = arguments;
    let call = async |name: &str, mut args: Value| {
        args["number"] = number.into();
        session.call_in(name, args).await
    };
    let edit = async |todo: &str, mut args: Value| {
        let listed = call("todo_list", json!({})).await?;
        args["todo"] = named(items(&listed["items"]), todo)?.into();
        call("todo_edit", args).await
    };
    let todos = match command.unwrap_or(Todo::List) {
        Todo::List => match markdown.then(edited).transpose()?.flatten() {
            Some(edited) => call("todo_set", json!({ "markdown": edited })).await?,
            None => call("todo_list", json!({})).await?,
        },
        Todo::Add { text, criterion, phase } => {
            let kind = if criterion { "criterion" } else { "step" };
            let mut args = json!({"kind": kind, "content": text});
            if let Some(phase) = phase {
                args["phase"] = phase.into();
            }
            call("todo_add", args).await?
        }
        Todo::Start { todo } => edit(&todo, json!({"status": "in_progress"})).await?,
        Todo::Done { todo } => edit(&todo, json!({"status": "completed"})).await?,
        Todo::Drop { todo } => edit(&todo, json!({"status": "abandoned"})).await?,
        Todo::Note { todo, text } => edit(&todo, json!({ "note": text })).await?,
        Todo::Edit { todo, text } => edit(&todo, json!({ "content": text })).await?,
    };
    answer(todos, markdown, shown)
}

fn answer(mut todos: Value, markdown: bool, shown: Shown) -> Result<(), ApiError> {
    todos["next"] = Value::Null;
    if markdown && !shown.is_json() {
        return print(&plain(&field(&todos, "markdown")));
    }
    let list = |todos: &Value| match items(&todos["items"]) {
        [] => "No todos.\n".to_owned(),
        found => show::todos(found),
    };
    shown.answer_or(&todos, list, |todos| brief::todos(items(&todos["items"])))
}

/// The edited list from standard input; none when nothing was piped in, so that a script without standard input
/// never empties a list.
fn edited() -> Result<Option<String>, ApiError> {
    if !is_piped() {
        return Ok(None);
    }
    let text = standard_input()
        .map_err(|error| ApiError::invalid(format!("standard input cannot be read: {error}")))?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// Whether standard input is a pipe, a socket or a file, rather than a terminal or nothing (`/dev/null`).
#[cfg(unix)]
fn is_piped() -> bool {
    use std::os::fd::AsFd;
    use std::os::unix::fs::FileTypeExt;
    let stdin = std::io::stdin();
    let Ok(own) = stdin.as_fd().try_clone_to_owned() else { return false };
    std::fs::File::from(own).metadata().is_ok_and(|meta| !meta.file_type().is_char_device())
}

#[cfg(not(unix))]
fn is_piped() -> bool {
    use std::io::IsTerminal;
    !std::io::stdin().is_terminal()
}

/// The id of the todo with this number in the list, or whose id begins so. The ids of one hour begin alike: what may
/// be a number is never taken for the beginning of an id.
fn named(todos: &[Value], name: &str) -> Result<String, ApiError> {
    let is_number = name.len() <= 4 && name.bytes().all(|byte| byte.is_ascii_digit());
    let found: Vec<&Value> = if is_number {
        let index = name.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        index.and_then(|index| todos.get(index)).into_iter().collect()
    } else {
        let begins = |id: &str| id.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
        todos.iter().filter(|todo| begins(&field(todo, "id"))).collect()
    };
    match found.as_slice() {
        [todo] => Ok(field(todo, "id")),
        [] => Err(ApiError::new(Code::NotFound, format!("there is no todo {name}"))
            .with_hint("Name it by its number in the list, or by the beginning of its id.")),
        several => Err(ApiError::invalid(format!("{} todos have ids that begin with {name}", several.len()))
            .with_hint("Give more of the id, or the number in the list.")),
    }
}

#[cfg(test)]
mod tests {
    use super::named;
    use serde_json::json;

    #[test]
    fn a_todo_is_named_by_its_number_or_the_beginning_of_its_id_and_never_by_chance() {
        let todos = [json!({"id": "01HXA"}), json!({"id": "01HXB"})];
        assert_eq!(named(&todos, "2").expect("by its number"), "01HXB");
        assert_eq!(named(&todos, "01hxa").expect("by its id"), "01HXA");
        for wrong in ["3", "01HX", "", "0", "x", "01HXAA", "é"] {
            assert!(named(&todos, wrong).is_err(), "{wrong} names none, or more than one");
        }
    }
}
