//! Rows as JSON and back, whatever columns their tables have: a column that a later migration adds is not forgotten.
//!
//! Names of tables are this module's own constants, names of columns the schema's; values are always parameters.

use crate::error::StoreError;
use rusqlite::Connection;
use rusqlite::types::{Value as Sql, ValueRef};
use serde_json::{Map, Value};

/// A row: its columns by name.
pub(super) type Fields = Map<String, Value>;

/// A table whose rows go into the trash with their issue.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table {
    pub name: &'static str,
    /// Finds the rows of the issue `?1`, and orders them.
    pub of_issue: &'static str,
}

pub(super) const ISSUES: Table = Table { name: "issues", of_issue: "id = ?1" };
pub(super) const UPDATES: Table = Table { name: "issue_updates", of_issue: "issue_id = ?1 ORDER BY key" };
pub(super) const TODOS: Table = Table { name: "issue_todos", of_issue: "issue_id = ?1 ORDER BY key" };
pub(super) const LINKS: Table =
    Table { name: "issue_links", of_issue: "from_issue = ?1 OR to_issue = ?1 ORDER BY id" };

/// The rows of an issue in a table.
pub(super) fn dump(connection: &Connection, table: Table, issue: &str) -> Result<Vec<Fields>, StoreError> {
    let names = columns(connection, table)?;
    let sql = format!("SELECT {} FROM {} WHERE {}", names.join(", "), table.name, table.of_issue);
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([issue])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let mut fields = Fields::new();
        for (index, name) in names.iter().enumerate() {
            fields.insert(name.clone(), to_json(row.get_ref(index)?, name)?);
        }
        found.push(fields);
    }
    Ok(found)
}

/// Puts rows back in their order. Their keys are kept unless one is taken by now; then all get new ones.
pub(super) fn put_back(connection: &Connection, table: Table, rows: &[Fields]) -> Result<(), StoreError> {
    let keys: Vec<i64> = rows.iter().filter_map(|row| row.get("key")?.as_i64()).collect();
    let keys_are_free = keys.is_empty() || !any_taken(connection, table, &keys)?;
    let known = columns(connection, table)?;
    for row in rows {
        // A column that the table did not have when the row went gets its default.
        let there = |name: &&String| row.contains_key(*name) && (keys_are_free || *name != "key");
        let names: Vec<&String> = known.iter().filter(there).collect();
        let values = names.iter().map(|name| to_sql(&row[*name], name)).collect::<Result<Vec<_>, _>>()?;
        let columns = names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
        let marks = vec!["?"; names.len()].join(", ");
        let sql = format!("INSERT INTO {} ({columns}) VALUES ({marks})", table.name);
        connection.prepare_cached(&sql)?.execute(rusqlite::params_from_iter(values))?;
    }
    Ok(())
}

/// The columns that can be written: `table_info` leaves out those that are computed.
fn columns(connection: &Connection, table: Table) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT name FROM pragma_table_info(?1) ORDER BY cid")?;
    let names = statement.query_map([table.name], |row| row.get::<_, String>(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}

fn any_taken(connection: &Connection, table: Table, keys: &[i64]) -> Result<bool, StoreError> {
    let sql =
        format!("SELECT EXISTS (SELECT 1 FROM json_each(?1) k JOIN {} t ON t.key = k.value)", table.name);
    let keys = crate::row::to_json(&keys)?;
    Ok(connection.prepare_cached(&sql)?.query_row([keys], |row| row.get(0))?)
}

fn to_json(value: ValueRef<'_>, name: &str) -> Result<Value, StoreError> {
    match value {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(number) => Ok(number.into()),
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.into()),
            Err(_) => Err(unreadable(name)),
        },
        ValueRef::Real(_) | ValueRef::Blob(_) => Err(unreadable(name)),
    }
}

fn to_sql(value: &Value, name: &str) -> Result<Sql, StoreError> {
    match value {
        Value::Null => Ok(Sql::Null),
        Value::Number(number) => number.as_i64().map(Sql::Integer).ok_or_else(|| unreadable(name)),
        Value::String(text) => Ok(Sql::Text(text.clone())),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => Err(unreadable(name)),
    }
}

fn unreadable(name: &str) -> StoreError {
    StoreError::Unreadable(format!("{name} is neither text nor a whole number"))
}
