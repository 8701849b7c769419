//! Who looks, and what of the issues they see (SPEC 3, "Visibility").
//!
//! Whatever a guest is answered is made from what that guest may see alone: an `operator_only` update changes neither a
//! text, nor a count, nor a time, nor an order of it. Of the operator's own arrangements (assignment, claim, prompt)
//! guests see the status and what became of the work.

use crate::error::StoreError;
use crate::issue_updates::{self, Update};
use crate::issues::{self, Issue};
use crate::row::all;
use rusqlite::Connection;
use serde_json::Value;
use std::collections::HashMap;
use waybill_domain::Millis;
use waybill_domain::ids::{IssueId, ProjectId};
use waybill_domain::issue::{UpdateKind, Visibility};
use waybill_domain::principal::Principal;

/// Who looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Viewer {
    /// Sees everything.
    Operator,
    /// A guest, by the id of the person; with `own_only` sees the issues that they filed and no other.
    Guest { id: String, own_only: bool },
}

/// The time that a guest sees an issue as updated at: the newest of its updates that guests see. Of `issues`, aliased.
pub(crate) fn guest_updated_at(alias: &str) -> String {
    format!(
        "coalesce((SELECT u.created_at FROM issue_updates u WHERE u.issue_id = {alias}.id AND u.visibility = 'all'
           ORDER BY u.key DESC LIMIT 1), {alias}.created_at)"
    )
}

impl Viewer {
    /// Who is answered about what they have just done themselves; what they may do was asked before.
    pub fn answered(who: &Principal) -> Self {
        match who {
            Principal::Guest(id) => Self::Guest { id: id.clone(), own_only: true },
            Principal::Operator | Principal::Member(_) | Principal::Agent(_) | Principal::System => {
                Self::Operator
            }
        }
    }

    /// An issue as they see it.
    pub fn seen(&self, connection: &Connection, issue: Issue) -> Result<Issue, StoreError> {
        let mut seen = [issue];
        self.show(connection, &mut seen)?;
        let [issue] = seen;
        Ok(issue)
    }

    /// Who they are as an author.
    pub fn user_id(&self) -> String {
        match self {
            Self::Operator => "operator".to_owned(),
            Self::Guest { id, .. } => format!("guest:{id}"),
        }
    }

    /// Whether `operator_only` updates are withheld.
    pub const fn is_guest(&self) -> bool {
        matches!(self, Self::Guest { .. })
    }

    /// Whose issues are seen, when not everybody's.
    pub(crate) fn only_by(&self) -> Option<String> {
        matches!(self, Self::Guest { own_only: true, .. }).then(|| self.user_id())
    }

    /// The issue with this number as they see it; one that they do not see is not there.
    pub fn issue(
        &self,
        connection: &Connection,
        project: &ProjectId,
        number: i64,
    ) -> Result<Issue, StoreError> {
        let issue = issues::get(connection, project, number)?;
        if self.only_by().is_some_and(|author| author != issue.created_by) {
            return Err(StoreError::not_found("issue", format!("#{number}")));
        }
        self.seen(connection, issue)
    }

    /// A page of an issue's updates as they see them, newest first, older than `before` when it is given.
    pub fn updates(
        &self,
        connection: &Connection,
        issue: &IssueId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<Update>, StoreError> {
        if !self.is_guest() {
            return issue_updates::page(connection, issue, before, limit);
        }
        let mut updates = issue_updates::visible_page(connection, issue, before, limit)?;
        updates.iter_mut().for_each(redact);
        Ok(updates)
    }

    /// Leaves of the issues what they may see.
    pub(crate) fn show(&self, connection: &Connection, issues: &mut [Issue]) -> Result<(), StoreError> {
        if !self.is_guest() {
            return Ok(());
        }
        let visible = visible(connection, issues)?;
        for issue in issues {
            if let Some((comments, updated_at)) = visible.get(issue.id.as_str()) {
                (issue.comments, issue.updated_at) = (*comments, *updated_at);
            }
            issue.original_body = None;
            issue.assignment = None;
            issue.suggested_prompt = None;
            issue.claimed_by = None;
            issue.claimed_at = None;
        }
        Ok(())
    }
}

/// How many comments guests see of each issue, and the time that they see it as updated at.
fn visible(connection: &Connection, issues: &[Issue]) -> Result<HashMap<String, (i64, Millis)>, StoreError> {
    let ids: Vec<&IssueId> = issues.iter().map(|issue| &issue.id).collect();
    let sql = format!(
        "SELECT i.id, {} AS updated_at,
           i.comments - (SELECT count(*) FROM comment_places p WHERE p.issue_key = i.key AND p.hidden = 1) AS comments
         FROM json_each(?1) wanted CROSS JOIN issues i ON i.id = wanted.value",
        guest_updated_at("i")
    );
    let rows = all(connection, &sql, [crate::row::to_json(&ids)?], |row| {
        Ok((row.get::<_, String>("id")?, (row.get("comments")?, row.get("updated_at")?)))
    })?;
    Ok(rows.into_iter().collect())
}

/// Takes from an update what is the operator's own.
fn redact(update: &mut Update) {
    debug_assert_eq!(update.visibility, Visibility::All, "hidden updates are not read for guests at all");
    if let Some(Value::Object(fields)) = &mut update.metadata {
        // Which session and step of the operator's it came from.
        fields.remove("origin");
    }
    match (&update.kind, &mut update.metadata) {
        // Guests get the edited body, not how it came about.
        (UpdateKind::BodyEdit, metadata) => *metadata = None,
        (UpdateKind::StatusChange, Some(Value::Object(fields))) => {
            fields.retain(|name, _| matches!(name.as_str(), "from" | "to" | "via" | "run"));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
