//! The floor of an import: the rows that it brought, inserted raw into an empty database with the same indexes.

use crate::filled::INDEX;
use crate::measure::{Fallible, time};
use std::path::Path;
use std::time::Duration;
use waybill_store::Connection;

/// Each after those that its rows refer to.
const TABLES: [&str; 7] =
    ["projects", "people", "labels", "issues", "issue_labels", "issue_updates", "external_ids"];

enum Cell {
    Nothing,
    Number(i64),
    Text(String),
}

struct Rows {
    insert: String,
    rows: Vec<Vec<Cell>>,
}

/// How long the rows of `full` take to be inserted into `empty`, as one transaction.
pub fn insert_again(full: &Path, empty: &Path) -> Fallible<Duration> {
    let source = Connection::open(full)?;
    let tables = TABLES.iter().map(|table| read(&source, table)).collect::<Fallible<Vec<_>>>()?;
    drop(source);
    let connection = Connection::open(empty)?;
    connection.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY",
    )?;
    time(|| {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        for Rows { insert, rows } in &tables {
            let mut insert = connection.prepare(insert)?;
            for row in rows {
                for (index, cell) in row.iter().enumerate() {
                    match cell {
                        Cell::Nothing => insert.raw_bind_parameter(index + 1, None::<i64>)?,
                        Cell::Number(number) => insert.raw_bind_parameter(index + 1, number)?,
                        Cell::Text(text) => insert.raw_bind_parameter(index + 1, text)?,
                    }
                }
                insert.raw_execute()?;
            }
        }
        connection.execute_batch(&INDEX.join(";"))?;
        connection.execute_batch("COMMIT")?;
        Ok(())
    })
}

/// All rows of a table in their order, without the counts that triggers keep.
fn read(source: &Connection, table: &str) -> Fallible<Rows> {
    let columns: Vec<String> = source
        .prepare(&format!(
            "SELECT name FROM pragma_table_info('{table}')
             WHERE NOT ('{table}' = 'issues' AND name IN ('todos', 'todos_done', 'attachments', 'labels', 'links'))
               AND NOT ('{table}' = 'issue_labels' AND name NOT IN ('issue_id', 'label_id'))"
        ))?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let (names, marks) = (columns.join(", "), vec!["?"; columns.len()].join(", "));
    let mut statement = source.prepare(&format!("SELECT {names} FROM {table}"))?;
    let mut found = statement.query([])?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        let cell = |index| match row.get::<_, Option<i64>>(index) {
            Ok(None) => Ok(Cell::Nothing),
            Ok(Some(number)) => Ok(Cell::Number(number)),
            Err(_) => row.get(index).map(Cell::Text),
        };
        rows.push((0..columns.len()).map(cell).collect::<Result<_, _>>()?);
    }
    Ok(Rows { insert: format!("INSERT INTO {table} ({names}) VALUES ({marks})"), rows })
}
