//! The columns of a board with their counts, and the counts of the lists. What triggers keep is read; with anything else
//! in the query sets of keys are met, each read from its index, so that no issue is.

use super::filter::Filter;
use super::keys::Keys;
use super::matched;
use crate::error::StoreError;
use crate::issues;
use crate::row::{all, parsed, to_json};
use crate::viewer::Viewer;
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use std::collections::{BTreeMap, HashMap};
use waybill_domain::Millis;
use waybill_domain::ids::ProjectId;
use waybill_domain::issue::{Priority, Status};
use waybill_domain::query::{ACTIVE, CLOSED, GroupBy, Query, qualifier};

/// A column of a board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The status, priority, label name or assignment; empty for none.
    pub value: String,
    /// What narrows a query to the column; it takes the place of the query's own qualifiers of what an issue has only
    /// one.
    pub narrow: String,
    pub count: i64,
}

/// The columns of a board, with how many issues each holds of those that the query asks for.
pub fn columns(
    connection: &Connection,
    viewer: &Viewer,
    project: &ProjectId,
    group_by: GroupBy,
    query: &Query,
    now: Millis,
) -> Result<Vec<Column>, StoreError> {
    let mut query = query.clone();
    match group_by {
        GroupBy::Status => query.statuses.clear(),
        GroupBy::Priority => query.priorities.clear(),
        GroupBy::Assignee => query.assigned.clear(),
        GroupBy::Label => {}
    }
    let filter = Filter::new(connection, viewer, project, &query, group_by == GroupBy::Status, now)?;
    let is_kept = filter.parts.is_empty() && filter.rest.is_empty() && !query.has_text();
    let counts = if viewer.is_guest() && group_by == GroupBy::Assignee {
        // Guests are not told what an issue is assigned to.
        HashMap::from([(String::new(), count(&asked(connection, &filter, &query)?))])
    } else if is_kept {
        kept(connection, project, group_by, &filter.closed)?
    } else {
        counted(connection, project, group_by, &asked(connection, &filter, &query)?)?
    };
    let column = |(value, name): (String, String)| Column {
        count: counts.get(&value).copied().unwrap_or(0),
        narrow: narrow(group_by, &name),
        value: name,
    };
    Ok(values(connection, project, group_by, &counts)?.into_iter().map(column).collect())
}

/// The issues that a query asks for; its words are looked for in titles and bodies, as in a list.
fn asked(connection: &Connection, filter: &Filter, query: &Query) -> Result<Keys, StoreError> {
    let mut keys = filter.keys(connection)?;
    if let Some(expression) = query.fts() {
        keys.intersect(&matched(connection, &expression, i64::MAX)?);
    } else if let Some(unwanted) = query.fts_without() {
        keys.subtract(&matched(connection, &unwanted, i64::MAX)?);
    }
    Ok(keys)
}

fn count(keys: &Keys) -> i64 {
    i64::try_from(keys.len()).unwrap_or(i64::MAX)
}

/// How many issues stand at each status, and how many active ones have a run at work or one that failed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    pub statuses: Vec<(Status, i64)>,
    pub running: i64,
    pub failed: i64,
}

/// The counts of what the viewer sees.
pub fn counts(connection: &Connection, viewer: &Viewer, project: &ProjectId) -> Result<Counts, StoreError> {
    let Some(author) = viewer.only_by() else {
        let (running, failed) = issues::execution_counts(connection, project)?;
        return Ok(Counts { statuses: issues::counts(connection, project)?, running, failed });
    };
    let parameters = (project.as_str(), &author);
    let statuses = all(
        connection,
        "SELECT status, count(*) AS count FROM issues WHERE project_id = ?1 AND created_by = ?2 GROUP BY status",
        parameters,
        |row| Ok((parsed(row, "status")?, row.get("count")?)),
    )?;
    let (running, failed) = connection
        .prepare_cached(
            "SELECT count(*) FILTER (WHERE r.status IN ('pending', 'running')),
               count(*) FILTER (WHERE r.status IN ('failed', 'cancelled'))
             FROM issues i INDEXED BY issues_by_author JOIN runs r ON r.id = i.run_id
             WHERE i.project_id = ?1 AND i.created_by = ?2 AND i.closed = 0",
        )?
        .query_row(parameters, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(Counts { statuses, running, failed })
}

/// The values of the columns with their names, in their order.
fn values(
    connection: &Connection,
    project: &ProjectId,
    group_by: GroupBy,
    counts: &HashMap<String, i64>,
) -> Result<Vec<(String, String)>, StoreError> {
    let same = |word: &str| (word.to_owned(), word.to_owned());
    Ok(match group_by {
        GroupBy::Status => ACTIVE.iter().chain(&CLOSED).map(|status| same(status.as_str())).collect(),
        GroupBy::Priority => Priority::ALL.iter().rev().map(|priority| same(priority.as_str())).collect(),
        GroupBy::Assignee => {
            let targets: BTreeMap<&str, i64> = counts
                .iter()
                .filter(|(_, count)| **count > 0)
                .map(|(value, count)| (value.as_str(), *count))
                .collect();
            let named = targets.into_keys().filter(|target| !target.is_empty()).map(same);
            [same("")].into_iter().chain(named).collect()
        }
        GroupBy::Label => {
            let labels = crate::labels::list(connection, project)?;
            let used = labels
                .into_iter()
                .filter(|label| counts.get(label.id.as_str()).is_some_and(|count| *count > 0));
            [same("")].into_iter().chain(used.map(|label| (label.id.to_string(), label.name))).collect()
        }
    })
}

fn narrow(group_by: GroupBy, value: &str) -> String {
    match (group_by, value) {
        (GroupBy::Status, value) => qualifier("is", value),
        (GroupBy::Priority, value) => qualifier("priority", value),
        (GroupBy::Assignee, "") => "assigned:none".to_owned(),
        (GroupBy::Assignee, value) => qualifier("assigned", value),
        (GroupBy::Label, "") => "no:label".to_owned(),
        (GroupBy::Label, value) => qualifier("label", value),
    }
}

/// The counts that triggers keep, by value.
fn kept(
    connection: &Connection,
    project: &ProjectId,
    group_by: GroupBy,
    closed: &[i64],
) -> Result<HashMap<String, i64>, StoreError> {
    let kind = match group_by {
        GroupBy::Status => {
            let counts = issues::counts(connection, project)?;
            return Ok(counts
                .into_iter()
                .map(|(status, count)| (status.as_str().to_owned(), count))
                .collect());
        }
        GroupBy::Priority => "priority",
        GroupBy::Assignee => "assignee",
        GroupBy::Label => "label",
    };
    let rows = all(
        connection,
        "SELECT value, sum(count) AS count FROM issue_tallies
         WHERE project_id = ?1 AND kind = ?2 AND closed IN (SELECT value FROM json_each(?3)) GROUP BY value",
        (project.as_str(), kind, to_json(&closed)?),
        |row| Ok((row.get("value")?, row.get("count")?)),
    )?;
    Ok(rows.into_iter().collect())
}

/// Counts these issues by value, each read with its value from the index of the values.
fn counted(
    connection: &Connection,
    project: &ProjectId,
    group_by: GroupBy,
    keys: &Keys,
) -> Result<HashMap<String, i64>, StoreError> {
    let sql = match group_by {
        GroupBy::Status => "SELECT status, key FROM issues INDEXED BY issues_by_status WHERE project_id = ?1",
        GroupBy::Priority => {
            "SELECT CASE priority WHEN 'critical' THEN 3 WHEN 'high' THEN 2 WHEN 'medium' THEN 1 ELSE 0 END, key
             FROM issues INDEXED BY issues_by_priority WHERE project_id = ?1"
        }
        GroupBy::Assignee => {
            "SELECT assignment, key FROM issues INDEXED BY issues_by_assignment WHERE project_id = ?1"
        }
        GroupBy::Label => {
            "SELECT l.id, b.issue_key FROM labels l CROSS JOIN issue_labels b INDEXED BY issue_labels_by_number
               ON b.label_id = l.id WHERE l.project_id = ?1
             UNION ALL SELECT '', key FROM issues INDEXED BY issues_without_label WHERE project_id = ?1 AND labels = 0"
        }
    };
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([project.as_str()])?;
    let mut counts: HashMap<String, i64> = HashMap::new();
    while let Some(row) = rows.next()? {
        if !keys.contains(row.get(1)?) {
            continue;
        }
        let value = match row.get_ref(0)? {
            // The index keeps how urgent an issue is as a number: the place of the priority's word.
            ValueRef::Integer(rank) => usize::try_from(rank)
                .ok()
                .and_then(|rank| Priority::ALL.get(rank))
                .map_or("", |priority| priority.as_str()),
            ValueRef::Text(text) => std::str::from_utf8(text).unwrap_or_default(),
            _ => "",
        };
        match counts.get_mut(value) {
            Some(count) => *count += 1,
            None => drop(counts.insert(value.to_owned(), 1)),
        }
    }
    Ok(counts)
}
