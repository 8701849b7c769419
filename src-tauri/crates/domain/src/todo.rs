//! Todos of an issue: steps (the agent's plan) and criteria (the definition of done), and their law (SPEC 3).

pub mod markdown;

use crate::ids::TodoId;
use crate::text::has_hidden_characters;

/// The most characters of a todo's content.
pub const CONTENT_MAX_CHARS: usize = 500;

crate::words! {
    /// Where a todo stands.
    pub enum TodoStatus {
        Pending = "pending",
        InProgress = "in_progress",
        Completed = "completed",
        Abandoned = "abandoned",
    }
}

crate::words! {
    /// What a todo is: a step of the working plan, or a criterion of done.
    pub enum TodoKind { Criterion = "criterion", Step = "step" }
}

/// A todo as the person and the agent edit it; times and origin stay with its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Todo {
    pub id: TodoId,
    pub kind: TodoKind,
    pub content: String,
    pub status: TodoStatus,
    /// The heading that a step stands under.
    pub phase: Option<String>,
    /// One line each, the oldest first; only ever appended to.
    pub notes: Vec<String>,
}

/// What is wrong with a todo's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TodoFault {
    #[error("the todo is empty")]
    Empty,
    #[error("the todo has {0} characters; at most 500 fit")]
    TooLong(usize),
    #[error("the todo holds characters that do not show, or more than one line")]
    Hidden,
}

/// Trims and checks the content of a todo.
pub fn check_content(content: &str) -> Result<&str, TodoFault> {
    let content = content.trim();
    let count = content.chars().count();
    match count {
        0 => Err(TodoFault::Empty),
        _ if count > CONTENT_MAX_CHARS => Err(TodoFault::TooLong(count)),
        _ if has_hidden_characters(content) || content.contains('\t') => Err(TodoFault::Hidden),
        _ => Ok(content),
    }
}

/// A note as it is kept: one line, whatever white space it came with.
pub fn one_line(text: &str) -> String {
    let shown = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Starts the todo at `index`: at most one of an issue is in progress, so any other goes back to pending.
pub fn start(todos: &mut [Todo], index: usize) {
    for (at, todo) in todos.iter_mut().enumerate() {
        if at == index {
            todo.status = TodoStatus::InProgress;
        } else if todo.status == TodoStatus::InProgress {
            todo.status = TodoStatus::Pending;
        }
    }
}
