//! What a change of todos must keep to, whoever makes it.

use super::TodoRow;
use crate::error::StoreError;
use waybill_domain::principal::Principal;
use waybill_domain::todo::{Todo, TodoKind, TodoStatus, check_content};

/// The most todos of an issue.
const TODOS: usize = 200;
/// The most notes of a todo, and the most characters of each.
const NOTES: usize = 100;
const NOTE_CHARS: usize = 1_000;
/// The most characters of a phase.
const PHASE_CHARS: usize = 100;

/// Refuses lists that are too long, texts that do not fit, and what is not an agent's to do.
pub(super) fn check(before: &[TodoRow], after: &[Todo], actor: &Principal) -> Result<(), StoreError> {
    if after.len() > TODOS {
        return invalid(format!("an issue has at most {TODOS} todos, these are {}", after.len()));
    }
    for todo in after {
        let old = before.iter().find(|row| row.todo.id == todo.id);
        check_texts(old.map(|row| &row.todo), todo)?;
    }
    if matches!(actor, Principal::Agent(_)) { check_agent(before, after) } else { Ok(()) }
}

fn check_texts(old: Option<&Todo>, todo: &Todo) -> Result<(), StoreError> {
    check_content(&todo.content).map_err(|fault| StoreError::Invalid(fault.to_string()))?;
    let phase = todo.phase.as_ref().map_or(0, |phase| phase.chars().count());
    if phase > PHASE_CHARS {
        return invalid(format!("a phase has at most {PHASE_CHARS} characters, this one has {phase}"));
    }
    if todo.notes.len() > NOTES.max(old.map_or(0, |old| old.notes.len())) {
        return invalid(format!("\"{}\" has {NOTES} notes already; no more fit", todo.content));
    }
    let kept = old.map_or(0, |old| old.notes.len());
    let lengths = todo.notes.iter().skip(kept).map(|note| note.chars().count());
    match lengths.max() {
        Some(longest) if longest > NOTE_CHARS => {
            invalid(format!("a note has at most {NOTE_CHARS} characters, this one has {longest}"))
        }
        _ => Ok(()),
    }
}

/// Criteria are the operator's definition of done: an agent proposes some and claims that they are met, no more.
fn check_agent(before: &[TodoRow], after: &[Todo]) -> Result<(), StoreError> {
    for row in before.iter().filter(|row| row.todo.kind == TodoKind::Criterion) {
        let old = &row.todo;
        let new = after.iter().find(|todo| todo.id == old.id && todo.kind == TodoKind::Criterion);
        let abandoned = |todo: &Todo| todo.status == TodoStatus::Abandoned;
        match new {
            Some(new) if !abandoned(new) || abandoned(old) => {
                if row.origin_agent.is_none() && new.content != old.content {
                    return forbidden(format!("only the operator rewords the criterion \"{}\"", old.content));
                }
            }
            _ => return forbidden(format!("only the operator drops the criterion \"{}\"", old.content)),
        }
    }
    Ok(())
}

fn invalid<T>(text: String) -> Result<T, StoreError> {
    Err(StoreError::Invalid(text))
}

fn forbidden<T>(text: String) -> Result<T, StoreError> {
    Err(StoreError::Forbidden(text))
}
