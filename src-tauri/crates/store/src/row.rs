//! Reading typed values out of rows.

use crate::error::StoreError;
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

/// Reads a column that holds JSON.
pub fn json<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: &str) -> Result<T, StoreError> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|error| StoreError::Unreadable(format!("{column}: {error}")))
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
