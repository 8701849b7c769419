//! What can be worked on now, and who works on it (SPEC 3, "Ready and claim").

use crate::assignments;
use crate::changes::Topic;
use crate::error::{StoreError, numbers};
use crate::issue_moves::{Cause, make_move, make_moves};
use crate::issue_query::IssuePage;
use crate::issues::{self, COLUMNS, Issue};
use crate::links;
use crate::row::all;
use crate::runs;
use crate::sessions;
use crate::writer::Write;
use rusqlite::Connection;
use serde_json::json;
use waybill_domain::ids::{ProjectId, RunId, SessionId};
use waybill_domain::issue::{Status, Via, claim_moves};
use waybill_domain::principal::Principal;

/// The order of what is ready, as the index `issues_ready` keeps it: the most urgent first.
const URGENCY: &str =
    "CASE i.priority WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END";

/// Issues that are triaged or assigned, not claimed, not blocked and with no run at work: the most urgent first, and
/// of those the oldest.
pub fn ready(
    connection: &Connection,
    project: &ProjectId,
    after: Option<&str>,
    limit: u32,
) -> Result<IssuePage<Issue>, StoreError> {
    let (urgency, number) = match after {
        None => (-1, 0),
        Some(cursor) => cursor
            .split_once(':')
            .and_then(|(urgency, number)| Some((urgency.parse::<i64>().ok()?, number.parse::<i64>().ok()?)))
            .ok_or_else(|| {
                StoreError::Invalid(
                    "the cursor is not one that this list gave; leave it out to begin anew".to_owned(),
                )
            })?,
    };
    let sql = format!(
        "SELECT {COLUMNS}, {URGENCY} AS urgency FROM issues i LEFT JOIN runs r ON r.id = i.run_id
         WHERE i.project_id = ?1 AND i.status IN ('triaged', 'assigned') AND i.claimed_by IS NULL
           AND ({URGENCY}, i.number) > (?2, ?3)
           AND (r.status IS NULL OR r.status NOT IN ('pending', 'running'))
           AND NOT EXISTS (SELECT 1 FROM issue_links l JOIN issues b ON b.id = l.to_issue
             WHERE l.from_issue = i.id AND l.kind = 'blocked_by' AND b.closed = 0)
         ORDER BY {URGENCY}, i.number LIMIT ?4"
    );
    let parameters = (project.as_str(), urgency, number, i64::from(limit) + 1);
    let mut rows =
        all(connection, &sql, parameters, |row| Ok((issues::read(row)?, row.get::<_, i64>("urgency")?)))?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(|(issue, urgency)| format!("{urgency}:{}", issue.number));
    Ok(IssuePage { items: rows.into_iter().map(|(issue, _)| issue).collect(), next })
}

/// Takes an issue to work on, the named one or the first that is ready: it is in progress then, and nobody else gets
/// it.
pub fn claim(
    write: &Write<'_>,
    project: &ProjectId,
    number: Option<i64>,
    actor: &Principal,
) -> Result<Issue, StoreError> {
    let issue = match number {
        Some(number) => issues::get(write, project, number)?,
        None => ready(write, project, None, 1)?
            .items
            .pop()
            .ok_or_else(|| StoreError::Conflict("nothing is ready to be worked on".to_owned()))?,
    };
    expect_ready(write, &issue)?;
    let claimed = write
        .prepare_cached(
            "UPDATE issues SET claimed_by = ?2, claimed_at = ?3 WHERE id = ?1 AND claimed_by IS NULL",
        )?
        .execute((issue.id.as_str(), holder_for(write, actor)?, write.now()))?;
    if claimed == 0 {
        return Err(StoreError::Conflict(format!("issue #{} is claimed already", issue.number)));
    }
    let via = if matches!(actor, Principal::Agent(_)) { Via::Agent } else { Via::Operator };
    if issue.assignment.is_none() {
        assignments::assign(write, &issue, Some("primary"), actor)?;
    }
    make_moves(write, &issue, &claim_moves(issue.status), Cause { via, run: None }, actor)?;
    write.audit(actor, Some(project), "issue.claimed", &json!({ "issue": issue.number }))?;
    issues::by_id(write, &issue.id)
}

/// Gives a claimed issue back: it is assigned then, and ready for whoever comes next.
pub fn release(write: &Write<'_>, issue: &Issue, actor: &Principal) -> Result<Issue, StoreError> {
    let Some(holder) = &issue.claimed_by else {
        return Err(StoreError::Conflict(format!("issue #{} is not claimed", issue.number)));
    };
    if matches!(actor, Principal::Agent(_) | Principal::Guest(_)) && *holder != holder_for(write, actor)? {
        return Err(StoreError::Forbidden(format!(
            "issue #{} is claimed by {holder}; only {holder} or the operator releases it",
            issue.number
        )));
    }
    let via = if matches!(actor, Principal::Agent(_)) { Via::Agent } else { Via::Operator };
    make_move(write, issue, Status::Assigned, via, actor)?;
    write.changed(Topic::Issue, issue.id.as_str(), Some(&issue.project_id))?;
    write.audit(actor, Some(&issue.project_id), "issue.released", &json!({ "issue": issue.number }))?;
    issues::by_id(write, &issue.id)
}

/// As whom an actor holds a claim: agents of two sessions have the same path and are not the same.
fn holder_for(write: &Write<'_>, actor: &Principal) -> Result<String, StoreError> {
    let Principal::Agent(path) = actor else { return Ok(actor.to_string()) };
    let id = |kind: &str| write.origin().and_then(|origin| origin[kind].as_str());
    let place = if let Some(Ok(session)) = id("session").map(str::parse::<SessionId>) {
        format!("session-{}", sessions::by_id(write, &session)?.number)
    } else if let Some(Ok(run)) = id("run").map(str::parse::<RunId>) {
        format!("run-{}", runs::by_id(write, &run)?.number)
    } else {
        return Ok(actor.to_string());
    };
    Ok(Principal::Agent(format!("{path}@{place}")).to_string())
}

/// Says why an issue cannot be begun.
fn expect_ready(write: &Write<'_>, issue: &Issue) -> Result<(), StoreError> {
    let number = issue.number;
    let refuse = |why: String| Err(StoreError::Conflict(format!("issue #{number} {why}")));
    if let Some(holder) = &issue.claimed_by {
        return refuse(format!("is claimed by {holder} already"));
    }
    match issue.status {
        Status::Open => return refuse("is not triaged yet; triage it first".to_owned()),
        Status::InProgress => return refuse("is in progress already".to_owned()),
        Status::Resolved | Status::Rejected | Status::Reopened => {
            return refuse(format!("is {}; reopen it first", issue.status));
        }
        Status::Triaged | Status::Assigned => {}
    }
    if let Some(run) = issue.run.as_ref().filter(|run| !run.status.is_final()) {
        return refuse(format!("is worked on by run {}", run.number));
    }
    let blockers = links::open_blockers(write, &issue.id)?;
    if !blockers.is_empty() {
        return refuse(format!("is blocked by {}", numbers(&blockers)));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
