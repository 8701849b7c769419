//! Lists and searches of issues: a query becomes SQL of fixed fragments with parameters, paged by key.
//!
//! A list walks the index of one of the things that are asked for (`walk`, `filter`). A search reads the full-text
//! indexes and ranks (`search`). Whatever is read is what the viewer may see.

mod board;
mod filter;
mod keys;
mod search;
mod similar;
mod walk;

#[cfg(test)]
mod tests;

pub use board::{Column, Counts, columns, counts};
pub use search::search;
pub use similar::similar;

use crate::error::StoreError;
use crate::issues::{self, Brief, COLUMNS, Issue};
use crate::row::{all, to_json};
use crate::viewer::Viewer;
use filter::{Condition, Filter};
use keys::Keys;
use rusqlite::Connection;
use rusqlite::types::Value;
use std::collections::HashMap;
use waybill_domain::Millis;
use waybill_domain::ids::ProjectId;
use waybill_domain::query::Query;

/// A page and the cursor of the next one.
#[derive(Debug, Clone)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<String>,
}

/// A page of issues.
pub type IssuePage<T> = Page<T>;

/// How urgent an issue of `issues d` is, as the index of priorities has it.
const PRIORITY_RANK: &str =
    "(CASE d.priority WHEN 'critical' THEN 3 WHEN 'high' THEN 2 WHEN 'medium' THEN 1 ELSE 0 END)";

/// Issues that a query asks for. Without a status or a number in it: those neither resolved nor rejected. Words are
/// looked for in titles and bodies; comments are for [`search`].
pub fn list(
    connection: &Connection,
    viewer: &Viewer,
    project: &ProjectId,
    query: &Query,
    after: Option<&str>,
    limit: u32,
    now: Millis,
) -> Result<Page<Issue>, StoreError> {
    let mut filter = Filter::new(connection, viewer, project, query, false, now)?;
    listed(connection, viewer, &mut filter, query, after, limit)
}

/// The issues that pass a filter and the query's words, in the query's order.
fn listed(
    connection: &Connection,
    viewer: &Viewer,
    filter: &mut Filter,
    query: &Query,
    after: Option<&str>,
    limit: u32,
) -> Result<Page<Issue>, StoreError> {
    filter.rest.extend(words(query));
    let page = walk::page(connection, viewer, filter, query, after, limit)?;
    let keys: Vec<i64> = page.items.iter().map(|place| place.key).collect();
    Ok(Page { items: by_keys(connection, viewer, &keys)?, next: page.next })
}

/// What the query's words ask of `issues i`.
fn words(query: &Query) -> Option<Condition> {
    let (is_in, expression) = match (query.fts(), query.fts_without()) {
        (Some(expression), _) => ("IN", expression),
        (None, Some(unwanted)) => ("NOT IN", unwanted),
        (None, None) => return None,
    };
    Some(Condition {
        sql: format!("i.key {is_in} (SELECT rowid FROM issues_fts WHERE issues_fts MATCH ?)"),
        values: vec![Value::Text(expression)],
    })
}

/// The issues of all projects whose title or body match an expression, up to a row key.
fn matched(connection: &Connection, expression: &str, newest: i64) -> Result<Keys, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT rowid FROM issues_fts WHERE issues_fts MATCH ?1 AND rowid <= ?2")?;
    let mut rows = statement.query((expression, newest))?;
    let mut keys = Keys::default();
    while let Some(row) = rows.next()? {
        keys.insert(row.get(0)?);
    }
    Ok(keys)
}

/// The issues with these row keys, in their order.
fn by_keys(connection: &Connection, viewer: &Viewer, keys: &[i64]) -> Result<Vec<Issue>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS}, i.key AS key FROM json_each(?1) wanted CROSS JOIN issues i ON i.key = wanted.value
         LEFT JOIN runs r ON r.id = i.run_id"
    );
    let rows =
        all(connection, &sql, [to_json(&keys)?], |row| Ok((row.get::<_, i64>("key")?, issues::read(row)?)))?;
    let mut found: HashMap<i64, Issue> = rows.into_iter().collect();
    let mut issues: Vec<Issue> = keys.iter().filter_map(|key| found.remove(key)).collect();
    viewer.show(connection, &mut issues)?;
    Ok(issues)
}

/// The issues of these numbers that the viewer sees, as mentions show them; those that are not there are left out.
pub fn briefs(
    connection: &Connection,
    viewer: &Viewer,
    project: &ProjectId,
    numbers: &[i64],
) -> Result<Vec<Brief>, StoreError> {
    let sql = format!(
        "SELECT {} FROM json_each(?1) wanted CROSS JOIN issues i ON i.project_id = ?2 AND i.number = wanted.value
         WHERE ?3 IS NULL OR i.created_by = ?3",
        issues::BRIEF_COLUMNS
    );
    let parameters = (to_json(&numbers)?, project.as_str(), viewer.only_by());
    all(connection, &sql, parameters, issues::read_brief)
}

fn bad_cursor() -> StoreError {
    StoreError::Invalid("the cursor is not one that this list gave; leave it out to begin anew".to_owned())
}
