//! Moves of issues: each is recorded, and what a status takes away goes with it.

use crate::changes::Topic;
use crate::error::StoreError;
use crate::issues::{Issue, note};
use crate::project_settings::ProjectSettings;
use crate::writer::Write;
use crate::{assignments, projects, todos};
use serde_json::{Value, json};
use waybill_domain::ids::UpdateId;
use waybill_domain::issue::{Move, Status, UpdateKind, Via, check_reopen, plan_move};
use waybill_domain::principal::Principal;

/// Moves an issue, recording each move that the request stands for; answers their updates.
pub fn make_move(
    write: &Write<'_>,
    issue: &Issue,
    to: Status,
    via: Via,
    actor: &Principal,
) -> Result<Vec<UpdateId>, StoreError> {
    if issue.status == to {
        return Ok(Vec::new());
    }
    make_moves(write, issue, &plan_move(issue.status, to, actor)?, Cause { via, run: None }, actor)
}

/// As `make_move`, because of the run with this number.
pub fn make_run_move(
    write: &Write<'_>,
    issue: &Issue,
    to: Status,
    run: i64,
    actor: &Principal,
) -> Result<Vec<UpdateId>, StoreError> {
    if issue.status == to {
        return Ok(Vec::new());
    }
    let cause = Cause { via: Via::Run, run: Some(run) };
    make_moves(write, issue, &plan_move(issue.status, to, actor)?, cause, actor)
}

/// What brought a move about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cause {
    pub via: Via,
    pub run: Option<i64>,
}

/// Makes planned moves, of which there is at least one.
pub(crate) fn make_moves(
    write: &Write<'_>,
    issue: &Issue,
    moves: &[Move],
    cause: Cause,
    actor: &Principal,
) -> Result<Vec<UpdateId>, StoreError> {
    let (Some(first), Some(last)) = (moves.first(), moves.last()) else { return Ok(Vec::new()) };
    let reopens = first.to == Status::Reopened;
    if reopens {
        expect_window(write, issue, actor)?;
    }
    let cause = if reopens { Cause { via: Via::Reopen, ..cause } } else { cause };
    let mut updates = Vec::new();
    for step in moves {
        updates.push(record_move(write, issue, *step, cause, actor)?);
    }
    set_status(write, issue, last.to, actor)?;
    if last.to == Status::Resolved {
        todos::note_closed(write, issue)?;
    }
    let event = match last.to {
        Status::Resolved => "issue.resolved",
        Status::Rejected => "issue.rejected",
        _ if reopens => "issue.reopened",
        _ => "issue.status_changed",
    };
    let change = json!({"issue": issue.number, "from": issue.status, "to": last.to, "via": cause.via});
    write.audit(actor, Some(&issue.project_id), event, &change)?;
    Ok(updates)
}

/// A guest reopens only while the project's window is open.
fn expect_window(write: &Write<'_>, issue: &Issue, actor: &Principal) -> Result<(), StoreError> {
    if !matches!(actor, Principal::Guest(_)) {
        return Ok(());
    }
    let settings = ProjectSettings::read(&projects::by_id(write, &issue.project_id)?.settings)?;
    check_reopen(issue.resolved_at, write.now(), settings.reopen_window_days)
        .map_err(|closed| StoreError::Conflict(closed.to_string()))
}

/// Records one move in the issue's history.
pub(crate) fn record_move(
    write: &Write<'_>,
    issue: &Issue,
    step: Move,
    cause: Cause,
    actor: &Principal,
) -> Result<UpdateId, StoreError> {
    // What the move takes away is kept for an undo.
    let mut change =
        json!({"from": step.from, "to": step.to, "via": cause.via, "assignment": issue.assignment});
    if let (Some(by), Some(at)) = (&issue.claimed_by, issue.claimed_at) {
        change["claim"] = json!({"by": by, "at": at});
    }
    if let (Some(by), Some(at)) = (&issue.resolved_by, issue.resolved_at) {
        change["resolution"] = json!({"by": by, "at": at});
    }
    if let Some(run) = cause.run {
        change["run"] = Value::from(run);
    }
    note(write, issue, UpdateKind::StatusChange, &change, actor)
}

/// Sets the status, expecting the one that was read. An issue that is not in progress is nobody's.
pub(crate) fn set_status(
    write: &Write<'_>,
    issue: &Issue,
    to: Status,
    actor: &Principal,
) -> Result<(), StoreError> {
    let resolved = to == Status::Resolved;
    let changed = write
        .prepare_cached(
            "UPDATE issues SET status = ?3, updated_at = ?4, resolved_at = ?5, resolved_by = ?6,
               assignment = CASE WHEN ?3 IN ('open', 'triaged') THEN NULL ELSE assignment END,
               claimed_by = CASE WHEN ?3 = 'in_progress' THEN claimed_by END,
               claimed_at = CASE WHEN ?3 = 'in_progress' THEN claimed_at END
             WHERE id = ?1 AND status = ?2",
        )?
        .execute((
            issue.id.as_str(),
            issue.status.as_str(),
            to.as_str(),
            write.now(),
            resolved.then(|| write.now()),
            resolved.then(|| actor.to_string()),
        ))?;
    if changed == 0 {
        return Err(StoreError::Conflict(format!(
            "issue #{} changed meanwhile; look at it again",
            issue.number
        )));
    }
    write.changed(Topic::Issue, issue.id.as_str(), Some(&issue.project_id))
}

/// Gives back what an undone move had taken: the assignment, the claim, and when and by whom it was resolved.
pub(crate) fn restore(write: &Write<'_>, issue: &Issue, taken: &Value) -> Result<(), StoreError> {
    assignments::set(write, &issue.id, taken["assignment"].as_str())?;
    if let (Some(by), Some(at)) = (taken["claim"]["by"].as_str(), taken["claim"]["at"].as_i64()) {
        write
            .prepare_cached(
                "UPDATE issues SET claimed_by = ?2, claimed_at = ?3 WHERE id = ?1 AND status = 'in_progress'",
            )?
            .execute((issue.id.as_str(), by, at))?;
    }
    if let (Some(by), Some(at)) = (taken["resolution"]["by"].as_str(), taken["resolution"]["at"].as_i64()) {
        write
            .prepare_cached(
                "UPDATE issues SET resolved_by = ?2, resolved_at = ?3 WHERE id = ?1 AND status = 'resolved'",
            )?
            .execute((issue.id.as_str(), by, at))?;
    }
    Ok(())
}
