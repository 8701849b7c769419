//! A project's rows as JSON lines, one table at a time, in an order and form that never vary.

use crate::error::StoreError;
use crate::transfer::tables::{Column, Kind, PEOPLE, Table};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use std::collections::HashSet;
use std::fmt::Write as _;
use waybill_domain::ids::ProjectId;

/// Whom an export is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Viewer {
    /// Everything.
    Operator,
    /// What a guest may see: `own` limits it to the issues that this author filed.
    Guest { own: Option<String> },
}

/// Writes tables; remembers who is named in them, for the table of people, which is therefore written last.
#[derive(Debug)]
pub struct Dump<'a> {
    connection: &'a Connection,
    project: &'a ProjectId,
    viewer: &'a Viewer,
    named: HashSet<String>,
}

impl<'a> Dump<'a> {
    pub fn new(connection: &'a Connection, project: &'a ProjectId, viewer: &'a Viewer) -> Self {
        Self { connection, project, viewer, named: HashSet::new() }
    }

    /// Hands each row of a table to `line`, as JSON without a line end, until that fails.
    pub fn table<E: From<StoreError>>(
        &mut self,
        table: &Table,
        mut line: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let people = table.name == PEOPLE.name;
        let columns: Vec<&Column> = table
            .columns
            .iter()
            .filter(|column| matches!(self.viewer, Viewer::Operator) || !column.operator_only)
            .collect();
        let sql = self.sql(table, &columns);
        let mut statement = self.connection.prepare(&sql).map_err(StoreError::from)?;
        // People belong to no project, and only a guest's query asks who sees it.
        let own = match self.viewer {
            Viewer::Guest { own } => own.as_deref(),
            Viewer::Operator => None,
        };
        let wanted = statement.parameter_count();
        let all: [&dyn rusqlite::ToSql; 2] = [&self.project.as_str(), &own];
        let mut rows = statement.query(all.get(..wanted).unwrap_or(&all)).map_err(StoreError::from)?;
        let mut text = Vec::with_capacity(1024);
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            if people && !self.is_named(row)? {
                continue;
            }
            text.clear();
            write_row(&columns, row, &mut text)?;
            if !people {
                self.remember(&columns, row)?;
            }
            line(&text)?;
        }
        Ok(())
    }

    fn sql(&self, table: &Table, columns: &[&Column]) -> String {
        let mut sql = String::from("SELECT ");
        for (index, column) in columns.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            let value = column.instead.replace("{}", &format!("t.\"{}\"", column.name));
            // Writing to a String cannot fail.
            let _ = write!(sql, "{comma}{value}");
        }
        let _ = write!(sql, " FROM {}", table.from);
        if let (Viewer::Guest { .. }, Some(guest)) = (self.viewer, table.guest) {
            let _ = write!(sql, " AND {guest}");
        }
        let _ = write!(sql, " ORDER BY {}", table.order);
        sql
    }

    fn remember(&mut self, columns: &[&Column], row: &Row<'_>) -> Result<(), StoreError> {
        for (index, column) in columns.iter().enumerate() {
            let is_person = column.kind == Kind::Author || column.name == "person_id";
            if is_person && let ValueRef::Text(who) = row.get_ref(index)? {
                let who = std::str::from_utf8(who).unwrap_or_default();
                let id = who.split_once(':').map_or(who, |(_, id)| id);
                if !self.named.contains(id) {
                    self.named.insert(id.to_owned());
                }
            }
        }
        Ok(())
    }

    fn is_named(&self, row: &Row<'_>) -> Result<bool, StoreError> {
        let id: String = row.get(0)?;
        Ok(self.named.contains(&id))
    }
}

fn write_row(columns: &[&Column], row: &Row<'_>, text: &mut Vec<u8>) -> Result<(), StoreError> {
    text.push(b'{');
    for (index, column) in columns.iter().enumerate() {
        if index > 0 {
            text.push(b',');
        }
        text.push(b'"');
        text.extend_from_slice(column.name.as_bytes());
        text.extend_from_slice(b"\":");
        write_value(row.get_ref(index)?, text)?;
    }
    text.push(b'}');
    Ok(())
}

fn write_value(value: ValueRef<'_>, text: &mut Vec<u8>) -> Result<(), StoreError> {
    match value {
        ValueRef::Null => text.extend_from_slice(b"null"),
        ValueRef::Integer(number) => text.extend_from_slice(number.to_string().as_bytes()),
        // The shortest text that reads back as the same number.
        ValueRef::Real(number) => text.extend_from_slice(format!("\"{number:?}\"").as_bytes()),
        ValueRef::Text(bytes) => {
            let shown =
                std::str::from_utf8(bytes).map_err(|error| StoreError::Unreadable(error.to_string()))?;
            serde_json::to_writer(text, shown).map_err(|error| StoreError::Unreadable(error.to_string()))?;
        }
        ValueRef::Blob(_) => return Err(StoreError::Unreadable("a value is no text".to_owned())),
    }
    Ok(())
}
