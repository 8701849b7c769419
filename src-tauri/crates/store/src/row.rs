//! Reading typed values out of rows.

use crate::error::StoreError;
use rusqlite::types::FromSql;
use rusqlite::{Connection, Row};
use std::fmt::Display;
use std::str::FromStr;

/// Reads a column that holds one of a closed set of words, or an id.
pub fn parsed<T>(row: &Row<'_>, column: &str) -> Result<T, StoreError>
where
    T: FromStr,
    T::Err: Display,
{
    let text: String = row.get(column)?;
    text.parse().map_err(|error: T::Err| StoreError::Unreadable(format!("{column}: {error}")))
}

/// As `parsed`, for a column that may be NULL.
pub fn parsed_option<T>(row: &Row<'_>, column: &str) -> Result<Option<T>, StoreError>
where
    T: FromStr,
    T::Err: Display,
{
    let text: Option<String> = row.get(column)?;
    text.map(|text| {
        text.parse().map_err(|error: T::Err| StoreError::Unreadable(format!("{column}: {error}")))
    })
    .transpose()
}

/// A row's cells in their order. Long rows are read so: looking each column up by its name takes longer than reading it.
#[derive(Debug)]
pub struct Cells<'a, 'b> {
    row: &'a Row<'b>,
    next: usize,
}

impl<'a, 'b> Cells<'a, 'b> {
    pub const fn of(row: &'a Row<'b>) -> Self {
        Self { row, next: 0 }
    }

    /// The next cell.
    pub fn get<T: FromSql>(&mut self) -> Result<T, StoreError> {
        let value = self.row.get(self.next)?;
        self.next += 1;
        Ok(value)
    }

    /// The next cell, which holds one of a closed set of words, or an id.
    pub fn parsed<T>(&mut self) -> Result<T, StoreError>
    where
        T: FromStr,
        T::Err: Display,
    {
        self.parsed_option()?.ok_or_else(|| StoreError::Unreadable(format!("{}: nothing", self.last())))
    }

    /// As `parsed`, of a cell that may be NULL.
    pub fn parsed_option<T>(&mut self) -> Result<Option<T>, StoreError>
    where
        T: FromStr,
        T::Err: Display,
    {
        let value = self.row.get_ref(self.next)?;
        self.next += 1;
        let text = value.as_str_or_null().map_err(|error| self.unreadable(&error))?;
        text.map(str::parse).transpose().map_err(|error: T::Err| self.unreadable(&error))
    }

    fn unreadable(&self, error: &dyn Display) -> StoreError {
        StoreError::Unreadable(format!("{}: {error}", self.last()))
    }

    /// The name of the column that was read last.
    fn last(&self) -> &str {
        let statement: &rusqlite::Statement<'_> = self.row.as_ref();
        statement.column_name(self.next.saturating_sub(1)).unwrap_or("a column")
    }
}

/// Reads a column that holds JSON.
pub fn json<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: &str) -> Result<T, StoreError> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|error| StoreError::Unreadable(format!("{column}: {error}")))
}

/// Reads a column of JSON text that may be absent.
pub fn json_option<T: serde::de::DeserializeOwned>(
    row: &Row<'_>,
    column: &str,
) -> Result<Option<T>, StoreError> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| serde_json::from_str(&text))
        .transpose()
        .map_err(|error| StoreError::Unreadable(format!("{column}: {error}")))
}

/// Writes a value as the JSON text of a column.
pub fn to_json(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value)
        .map_err(|error| StoreError::Invalid(format!("cannot be written as JSON: {error}")))
}

/// All rows of a query, which is kept prepared, each read by `read`.
pub fn all<T>(
    connection: &Connection,
    sql: &str,
    parameters: impl rusqlite::Params,
    read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(parameters)?;
    let mut items = Vec::new();
    while let Some(row) = rows.next()? {
        items.push(read(row)?);
    }
    Ok(items)
}

/// The first row of a query, when there is one.
pub fn first<T>(
    connection: &Connection,
    sql: &str,
    parameters: impl rusqlite::Params,
    read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(parameters)?;
    rows.next()?.map(read).transpose()
}
