//! What issues are assigned to, and which targets there are.

use crate::error::StoreError;
use crate::issue_moves::make_move;
use crate::issues::{Issue, note, touch};
use crate::sessions;
use crate::workflows;
use crate::writer::Write;
use rusqlite::Connection;
use serde_json::json;
use waybill_domain::assignment::Assignment;
use waybill_domain::ids::{IssueId, ProjectId, UpdateId};
use waybill_domain::issue::{Status, UpdateKind, Via};
use waybill_domain::principal::Principal;
use waybill_domain::workflow::title;

/// A target that issues can be assigned to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub assignment: Assignment,
    /// What people call it.
    pub name: String,
}

/// The targets that there are: the workflows that are enabled, and the primary agent.
pub fn targets(connection: &Connection, project: &ProjectId) -> Result<Vec<Target>, StoreError> {
    let workflows = workflows::list(connection, project)?.into_iter().filter(|workflow| workflow.enabled);
    let primary = Target { assignment: Assignment::Primary, name: "Primary".to_owned() };
    Ok(std::iter::once(primary)
        .chain(workflows.map(|workflow| Target {
            name: title(&workflow.name),
            assignment: Assignment::Workflow(workflow.name),
        }))
        .collect())
}

/// Whether an assignment names what is no longer there; a workflow that is only disabled still is.
pub fn is_missing(
    connection: &Connection,
    project: &ProjectId,
    assignment: &str,
) -> Result<bool, StoreError> {
    match assignment.parse() {
        Ok(Assignment::Primary) => Ok(false),
        Ok(Assignment::Workflow(name)) => Ok(!workflows::exists(connection, project, &name)?),
        Ok(Assignment::Session(session)) => Ok(!sessions::is_open(connection, &session)?),
        Err(_) => Ok(true),
    }
}

/// Refuses what no issue can be assigned to now.
fn expect_usable(connection: &Connection, issue: &Issue, target: &Assignment) -> Result<(), StoreError> {
    let text = target.to_string();
    if is_missing(connection, &issue.project_id, &text)? {
        return Err(StoreError::not_found("assignment target", text));
    }
    match target {
        Assignment::Workflow(name)
            if workflows::find(connection, &issue.project_id, name)?.is_some_and(|found| !found.enabled) =>
        {
            Err(StoreError::Conflict(format!("the workflow '{name}' is disabled; enable it first")))
        }
        _ => Ok(()),
    }
}

/// Assigns an issue, or with `None` takes its assignment away; its status follows. Answers what was recorded.
pub fn reassign(
    write: &Write<'_>,
    issue: &Issue,
    target: Option<&Assignment>,
    actor: &Principal,
) -> Result<Vec<UpdateId>, StoreError> {
    let refuse = |text: &str| Err(StoreError::Conflict(format!("issue #{} {text}", issue.number)));
    let text = target.map(ToString::to_string);
    if let Some(target) = target.filter(|_| issue.assignment != text) {
        expect_usable(write, issue, target)?;
    }
    let mut updates = Vec::new();
    match (target, issue.status) {
        (_, Status::Resolved | Status::Rejected | Status::Reopened) => {
            return refuse(&format!("is {}; reopen it first", issue.status));
        }
        (None, Status::InProgress) => {
            return refuse("is in progress and stays assigned; release it or move it back first");
        }
        (None, Status::Assigned) => {
            if issue.assignment.is_some() {
                updates.push(record(write, issue, None, actor)?);
            }
            updates.extend(make_move(write, issue, Status::Triaged, Via::Operator, actor)?);
        }
        (Some(_), Status::Open | Status::Triaged) => {
            updates.extend(make_move(write, issue, Status::Assigned, Via::Operator, actor)?);
            updates.push(assign(write, issue, text.as_deref(), actor)?);
        }
        (_, Status::Open | Status::Triaged | Status::Assigned | Status::InProgress) => {
            if issue.assignment != text {
                updates.push(assign(write, issue, text.as_deref(), actor)?);
            }
        }
    }
    Ok(updates)
}

/// Sets what an issue is assigned to, and records it; its status stays.
pub fn assign(
    write: &Write<'_>,
    issue: &Issue,
    target: Option<&str>,
    actor: &Principal,
) -> Result<UpdateId, StoreError> {
    set(write, &issue.id, target)?;
    let update = record(write, issue, target, actor)?;
    touch(write, issue)?;
    Ok(update)
}

fn record(
    write: &Write<'_>,
    issue: &Issue,
    target: Option<&str>,
    actor: &Principal,
) -> Result<UpdateId, StoreError> {
    let change = json!({"from": issue.assignment, "to": target});
    let update = note(write, issue, UpdateKind::AssignmentChange, &change, actor)?;
    let change = json!({"issue": issue.number, "from": issue.assignment, "to": target});
    write.audit(actor, Some(&issue.project_id), "issue.assigned", &change)?;
    Ok(update)
}

pub(crate) fn set(write: &Write<'_>, issue: &IssueId, target: Option<&str>) -> Result<(), StoreError> {
    write
        .prepare_cached("UPDATE issues SET assignment = ?2 WHERE id = ?1")?
        .execute((issue.as_str(), target))?;
    Ok(())
}
