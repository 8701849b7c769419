//! Taking recorded changes back.

use super::{Update, get};
use crate::assignments;
use crate::error::StoreError;
use crate::issue_moves::{Cause, record_move, restore, set_status};
use crate::issues::{self, Edit, Issue};
use crate::labels;
use crate::links;
use crate::writer::Write;
use serde_json::{Value, json};
use waybill_domain::ids::UpdateId;
use waybill_domain::issue::{Move, UpdateKind, Via};
use waybill_domain::link::Relation;
use waybill_domain::principal::Principal;

/// Takes recorded changes back, newest first; each only when nothing came after it that it would overwrite.
pub fn undo(
    write: &Write<'_>,
    issue: &Issue,
    ids: &[UpdateId],
    actor: &Principal,
) -> Result<Vec<UpdateId>, StoreError> {
    let mut wanted = ids.iter().map(|id| get(write, &issue.id, id)).collect::<Result<Vec<_>, _>>()?;
    wanted.sort_by_key(|update| std::cmp::Reverse(update.key));
    let mut recorded = Vec::new();
    assignment_back(write, issue, &wanted, actor, &mut recorded)?;
    status_back(write, issue, &wanted, actor, &mut recorded)?;
    let mut edit = Edit::default();
    for update in wanted {
        match update.kind {
            UpdateKind::TitleEdit => {
                expect(issue.title == word(&update, "to")?, issue)?;
                edit.title = Some(word(&update, "from")?.to_owned());
            }
            UpdateKind::BodyEdit => {
                expect(issue.body == word(&update, "after")?, issue)?;
                edit.body = Some(word(&update, "before")?.to_owned());
            }
            UpdateKind::PriorityChange => {
                expect(issue.priority.as_str() == word(&update, "to")?, issue)?;
                let before = word(&update, "from")?.parse();
                edit.priority = Some(before.map_err(|error| StoreError::Unreadable(format!("{error}")))?);
            }
            UpdateKind::LabelChange => {
                let (added, removed) = (words(&update, "added"), words(&update, "removed"));
                let mut names: Vec<String> =
                    labels::of_issue(write, &issue.id)?.into_iter().map(|label| label.name).collect();
                names.retain(|name| !added.contains(name));
                names.extend(removed);
                edit.labels = Some(names);
            }
            UpdateKind::LinkChange => recorded.push(link_back(write, issue, &update, actor)?),
            UpdateKind::StatusChange | UpdateKind::AssignmentChange => {}
            kind @ (UpdateKind::Comment | UpdateKind::SystemNote) => {
                return Err(StoreError::Conflict(format!("a {kind} cannot be taken back")));
            }
        }
    }
    recorded.extend(issues::edit(write, issue, &edit, actor)?);
    Ok(recorded)
}

/// Gives back the assignment from before the oldest change; where the status changed as well, that brings it along,
/// and only the history is told here.
fn assignment_back(
    write: &Write<'_>,
    issue: &Issue,
    wanted: &[Update],
    actor: &Principal,
    recorded: &mut Vec<UpdateId>,
) -> Result<(), StoreError> {
    let mut changes = wanted.iter().filter(|update| update.kind == UpdateKind::AssignmentChange);
    let Some(newest) = changes.next() else { return Ok(()) };
    let oldest = changes.next_back().unwrap_or(newest);
    expect(issue.assignment.as_deref() == optional(newest, "to"), issue)?;
    recorded.push(assignments::assign(write, issue, optional(oldest, "from"), actor)?);
    Ok(())
}

fn status_back(
    write: &Write<'_>,
    issue: &Issue,
    wanted: &[Update],
    actor: &Principal,
    recorded: &mut Vec<UpdateId>,
) -> Result<(), StoreError> {
    let mut moves = wanted.iter().filter(|update| update.kind == UpdateKind::StatusChange);
    let Some(newest) = moves.next() else { return Ok(()) };
    let oldest = moves.next_back().unwrap_or(newest);
    let (from, to) = (word(newest, "to")?, word(oldest, "from")?);
    expect(issue.status.as_str() == from, issue)?;
    let status = to.parse().map_err(|error| StoreError::Unreadable(format!("{error}")))?;
    let step = Move { from: issue.status, to: status };
    recorded.push(record_move(write, issue, step, Cause { via: Via::Undo, run: None }, actor)?);
    set_status(write, issue, status, actor)?;
    if let Some(taken) = &oldest.metadata {
        restore(write, issue, taken)?;
    }
    let change = json!({"issue": issue.number, "from": issue.status, "to": status, "via": Via::Undo});
    write.audit(actor, Some(&issue.project_id), "issue.status_changed", &change)
}

fn link_back(
    write: &Write<'_>,
    issue: &Issue,
    update: &Update,
    actor: &Principal,
) -> Result<UpdateId, StoreError> {
    let relation: Relation =
        word(update, "relation")?.parse().map_err(|error| StoreError::Unreadable(format!("{error}")))?;
    let number = update.metadata.as_ref().and_then(|metadata| metadata.get("other")?.as_i64());
    let number = number.ok_or_else(|| missing(update, "other"))?;
    let other = issues::get(write, &issue.project_id, number)?;
    if word(update, "change")? == links::Change::Added.word() {
        links::remove(write, issue, relation, &other, actor)
    } else {
        links::add(write, issue, relation, &other, actor)
    }
}

fn expect(unchanged: bool, issue: &Issue) -> Result<(), StoreError> {
    if unchanged {
        return Ok(());
    }
    Err(StoreError::Conflict(format!("issue #{} changed since; undo would overwrite that", issue.number)))
}

fn optional<'a>(update: &'a Update, key: &str) -> Option<&'a str> {
    update.metadata.as_ref().and_then(|metadata| metadata.get(key)?.as_str())
}

fn word<'a>(update: &'a Update, key: &str) -> Result<&'a str, StoreError> {
    optional(update, key).ok_or_else(|| missing(update, key))
}

fn missing(update: &Update, key: &str) -> StoreError {
    StoreError::Unreadable(format!("update {} has no '{key}'", update.id))
}

fn words(update: &Update, key: &str) -> Vec<String> {
    let list: Option<&Vec<Value>> =
        update.metadata.as_ref().and_then(|metadata| metadata.get(key)?.as_array());
    list.into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect()
}
