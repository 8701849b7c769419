//! Links between issues: four kinds are kept, their inverses are computed (SPEC 3, "Links").

mod graph;

pub use graph::{Edge, Graph, around};

use crate::error::StoreError;
use crate::issue_updates;
use crate::issues::{self, BRIEF_COLUMNS, Brief, Issue, read_brief};
use crate::row::{all, first, parsed};
use crate::writer::Write;
use rusqlite::Connection;
use serde_json::json;
use std::collections::HashMap;
use waybill_domain::Millis;
use waybill_domain::ids::{IssueId, LinkId, UpdateId};
use waybill_domain::issue::{Status, UpdateKind, Via, Visibility};
use waybill_domain::link::Relation;
use waybill_domain::principal::Principal;

/// A link as seen from one of its issues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What the issue that was asked for is to the other one.
    pub relation: Relation,
    pub issue: Brief,
    pub created_by: String,
    pub created_at: Millis,
}

/// The links of an issue in both directions, by relation and number.
pub fn list(connection: &Connection, issue: &IssueId) -> Result<Vec<Link>, StoreError> {
    let sql = format!(
        "SELECT {BRIEF_COLUMNS}, l.kind AS kind, l.from_issue = ?1 AS outward, l.created_by, l.created_at
         FROM issue_links l JOIN issues i ON i.id = l.to_issue WHERE l.from_issue = ?1
         UNION ALL
         SELECT {BRIEF_COLUMNS}, l.kind, l.from_issue = ?1, l.created_by, l.created_at
         FROM issue_links l JOIN issues i ON i.id = l.from_issue WHERE l.to_issue = ?1"
    );
    let mut links = all(connection, &sql, [issue.as_str()], |row| {
        let kept: Relation = parsed(row, "kind")?;
        Ok(Link {
            relation: if row.get("outward")? { kept } else { kept.inverse() },
            issue: read_brief(row)?,
            created_by: row.get("created_by")?,
            created_at: row.get("created_at")?,
        })
    })?;
    links.sort_by_key(|link| (link.relation, link.issue.number));
    Ok(links)
}

/// Children of an issue that are neither resolved nor rejected, at most 200.
pub fn open_children(connection: &Connection, issue: &IssueId) -> Result<Vec<Brief>, StoreError> {
    let sql = format!(
        "SELECT {BRIEF_COLUMNS} FROM issue_links l JOIN issues i ON i.id = l.from_issue
         WHERE l.to_issue = ?1 AND l.kind = 'child_of' AND i.closed = 0 ORDER BY i.number LIMIT 200"
    );
    all(connection, &sql, [issue.as_str()], read_brief)
}

/// What an issue is blocked by that is neither resolved nor rejected, at most 200.
pub fn open_blockers(connection: &Connection, issue: &IssueId) -> Result<Vec<Brief>, StoreError> {
    let sql = format!(
        "SELECT {BRIEF_COLUMNS} FROM issue_links l JOIN issues i ON i.id = l.to_issue
         WHERE l.from_issue = ?1 AND l.kind = 'blocked_by' AND i.closed = 0 ORDER BY i.number LIMIT 200"
    );
    all(connection, &sql, [issue.as_str()], read_brief)
}

/// Links two issues: "`issue` is `relation` `other`". Answers the update of `issue`.
pub fn add(
    write: &Write<'_>,
    issue: &Issue,
    relation: Relation,
    other: &Issue,
    actor: &Principal,
) -> Result<UpdateId, StoreError> {
    let Kept { from, kind, to } = kept(issue, relation, other);
    if issue.id == other.id {
        return Err(StoreError::Invalid(format!("issue #{} cannot be linked to itself", issue.number)));
    }
    if issue.project_id != other.project_id {
        return Err(StoreError::Invalid("issues of two projects cannot be linked".to_owned()));
    }
    expect_possible(write, from, kind, to)?;
    let added = write
        .prepare_cached(
            "INSERT INTO issue_links (id, project_id, from_issue, to_issue, kind, created_by, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (from_issue, kind, to_issue) DO NOTHING",
        )?
        .execute((
            LinkId::generate().as_str(),
            issue.project_id.as_str(),
            from.id.as_str(),
            to.id.as_str(),
            kind.as_str(),
            actor.to_string(),
            write.now(),
        ))?;
    if added == 0 {
        return Err(StoreError::Conflict(format!(
            "#{} {} #{} already",
            issue.number,
            relation.phrase(),
            other.number
        )));
    }
    record(write, issue, relation, other, Change::Added, actor)
}

/// Removes the link that says "`issue` is `relation` `other`". Answers the update of `issue`.
pub fn remove(
    write: &Write<'_>,
    issue: &Issue,
    relation: Relation,
    other: &Issue,
    actor: &Principal,
) -> Result<UpdateId, StoreError> {
    let Kept { from, kind, to } = kept(issue, relation, other);
    let removed = write
        .prepare_cached("DELETE FROM issue_links WHERE from_issue = ?1 AND kind = ?2 AND to_issue = ?3")?
        .execute((from.id.as_str(), kind.as_str(), to.id.as_str()))?;
    if removed == 0 {
        let name = format!("\"#{} {} #{}\"", issue.number, relation.phrase(), other.number);
        return Err(StoreError::not_found("the link", name));
    }
    record(write, issue, relation, other, Change::Removed, actor)
}

/// Closes an issue as a duplicate: the link, the rejection and its note. Answers what undoes it.
pub fn close_as_duplicate(
    write: &Write<'_>,
    issue: &Issue,
    original: &Issue,
    actor: &Principal,
) -> Result<Vec<UpdateId>, StoreError> {
    if issue.status == Status::Rejected {
        return Err(StoreError::Conflict(format!("issue #{} is rejected already", issue.number)));
    }
    let mut updates = vec![add(write, issue, Relation::DuplicateOf, original, actor)?];
    updates.extend(issues::make_move(write, issue, Status::Rejected, Via::Duplicate, actor)?);
    let note = format!("Duplicate of #{}", original.number);
    issue_updates::comment(write, issue, &note, Visibility::All, actor)?;
    Ok(updates)
}

/// What became of a link, as its update tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Added,
    Removed,
}

impl Change {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
        }
    }
}

/// Tells both issues' histories, each from its own end.
fn record(
    write: &Write<'_>,
    issue: &Issue,
    relation: Relation,
    other: &Issue,
    change: Change,
    actor: &Principal,
) -> Result<UpdateId, StoreError> {
    let told = |at: &Issue, relation: Relation, other: &Issue| {
        let metadata = json!({"change": change.word(), "relation": relation, "other": other.number});
        let update = issues::note(write, at, UpdateKind::LinkChange, &metadata, actor)?;
        issues::touch(write, at)?;
        Ok::<_, StoreError>(update)
    };
    let update = told(issue, relation, other)?;
    told(other, relation.inverse(), issue)?;
    let event = if change == Change::Added { "issue.linked" } else { "issue.unlinked" };
    let metadata = json!({"issue": issue.number, "relation": relation, "other": other.number});
    write.audit(actor, Some(&issue.project_id), event, &metadata)?;
    Ok(update)
}

struct Kept<'a> {
    from: &'a Issue,
    kind: Relation,
    to: &'a Issue,
}

/// The link as its row says it: an inverse turned round, and what has no direction with the smaller id first.
fn kept<'a>(issue: &'a Issue, relation: Relation, other: &'a Issue) -> Kept<'a> {
    let turned = match relation {
        Relation::RelatesTo => issue.id > other.id,
        _ => !relation.is_kept(),
    };
    if turned {
        Kept { from: other, kind: relation.inverse(), to: issue }
    } else {
        Kept { from: issue, kind: relation, to: other }
    }
}

/// Refuses a link, as it is kept, that contradicts those that are there.
pub(crate) fn expect_possible(
    connection: &Connection,
    from: &Issue,
    kind: Relation,
    to: &Issue,
) -> Result<(), StoreError> {
    match kind {
        Relation::ChildOf => expect_no_cycle(connection, from, to),
        Relation::DuplicateOf => expect_no_other_original(connection, from, to),
        _ => Ok(()),
    }
}

fn expect_no_other_original(connection: &Connection, issue: &Issue, of: &Issue) -> Result<(), StoreError> {
    let original: Option<i64> = first(
        connection,
        "SELECT i.number FROM issue_links l JOIN issues i ON i.id = l.to_issue
         WHERE l.from_issue = ?1 AND l.kind = 'duplicate_of' AND l.to_issue <> ?2",
        (issue.id.as_str(), of.id.as_str()),
        |row| Ok(row.get(0)?),
    )?;
    match original {
        None => Ok(()),
        Some(number) => Err(StoreError::Conflict(format!(
            "#{} is a duplicate of #{number} already; remove that link first",
            issue.number
        ))),
    }
}

/// Walks up from the parent that is to be: the child must not be above it.
fn expect_no_cycle(connection: &Connection, child: &Issue, parent: &Issue) -> Result<(), StoreError> {
    let above = all(
        connection,
        "WITH RECURSIVE up (id, below) AS (
           SELECT to_issue, from_issue FROM issue_links WHERE from_issue = ?1 AND kind = 'child_of'
           UNION
           SELECT l.to_issue, l.from_issue FROM up JOIN issue_links l ON l.from_issue = up.id AND l.kind = 'child_of'
         )
         SELECT up.id, up.below, i.number FROM up JOIN issues i ON i.id = up.id",
        [parent.id.as_str()],
        |row| Ok((row.get::<_, String>("id")?, (row.get::<_, String>("below")?, row.get::<_, i64>("number")?))),
    )?;
    let above: HashMap<String, (String, i64)> = above.into_iter().collect();
    if !above.contains_key(child.id.as_str()) {
        return Ok(());
    }
    let (mut at, mut path) = (child.id.as_str(), Vec::new());
    // No path is longer than there are issues above, whatever an older database holds.
    for _ in 0..above.len() {
        let Some((below, number)) = above.get(at).filter(|_| at != parent.id.as_str()) else { break };
        path.push(format!("#{number}"));
        at = below.as_str();
    }
    path.push(format!("#{}", parent.number));
    path.reverse();
    let way = if path.len() > 2 { format!(" ({})", path.join(" → ")) } else { String::new() };
    Err(StoreError::Conflict(format!(
        "#{} is already below #{}{way}; it cannot be its parent as well",
        parent.number, child.number
    )))
}

#[cfg(test)]
mod tests;
