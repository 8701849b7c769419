//! An export's rows read back, each on its own: what is there already stays, what cannot be is told.
//!
//! Nothing in a row is trusted: it may name only its own project, its numbers stay countable, and what would become
//! a path or a git argument is checked.

use crate::changes::Topic;
use crate::error::StoreError;
use crate::transfer::tables::{Column, GONE, Kind, Table};
use crate::writer::Write;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, ErrorCode, OptionalExtension, params_from_iter};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::fmt::Write as _;
use waybill_domain::ids::ProjectId;
use waybill_domain::persona::Weights;
use waybill_domain::principal::Principal;
use waybill_domain::run::Role;
use waybill_domain::workflow::{Definition, SandboxDefaults, is_name};

/// Numbers above this cannot come from counting.
const MOST: i64 = 1_000_000_000;

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Loaded {
    /// It came in.
    New,
    /// It came in under another number, since its own was taken.
    Renumbered { from: i64, to: i64 },
    /// It was there already and stays as it is.
    Existing,
    /// It cannot come in; the sentence says why.
    Refused(String),
}

/// Reads rows of one project back; kept from one transaction to the next.
#[derive(Debug, Clone)]
pub struct Loader {
    project: ProjectId,
    /// Labels that the project has under another id.
    labels: HashMap<String, String>,
}

impl Loader {
    pub fn new(project: ProjectId) -> Self {
        Self { project, labels: HashMap::new() }
    }

    /// Puts one row in.
    pub fn row(
        &mut self,
        write: &Write<'_>,
        table: &Table,
        row: &Map<String, Value>,
    ) -> Result<Loaded, StoreError> {
        let mut values = match self.values(table, row) {
            Ok(values) => values,
            Err(refusal) => return Ok(Loaded::Refused(refusal)),
        };
        match self.insert(write, table, &values) {
            Ok(true) => return Ok(Loaded::New),
            Ok(false) => {}
            Err(fault) => return refusal(fault),
        }
        if exists(write, table, &values)? {
            return Ok(Loaded::Existing);
        }
        match table.name {
            "issues" | "runs" | "sessions" | "learnings" => self.renumber(write, table, &mut values),
            "labels" => self.adopt_label(write, &values),
            _ if table.owner.is_some() => Ok(Loaded::Refused("what it belongs to is not here".to_owned())),
            _ => Ok(Loaded::Refused("another row has its place".to_owned())),
        }
    }

    /// What would become of one row, as far as it can be told without putting it in.
    pub fn check(
        &self,
        connection: &Connection,
        table: &Table,
        row: &Map<String, Value>,
    ) -> Result<Loaded, StoreError> {
        match self.values(table, row) {
            Ok(values) if exists(connection, table, &values)? => Ok(Loaded::Existing),
            Ok(_) => Ok(Loaded::New),
            Err(refusal) => Ok(Loaded::Refused(refusal)),
        }
    }

    /// The row's values in the order of the columns, or what is wrong with it.
    fn values(&self, table: &Table, row: &Map<String, Value>) -> Result<Vec<Sql>, String> {
        let is_known = |key: &str| {
            table.columns.iter().any(|column| column.name == key) || GONE.contains(&(table.name, key))
        };
        if let Some(unknown) = row.keys().find(|key| !is_known(key)) {
            return Err(format!("{} has no '{}'", table.name, waybill_domain::text::cut(unknown, 40)));
        }
        let mut values = Vec::with_capacity(table.columns.len());
        for column in table.columns {
            let before = || column.before.and_then(|json| serde_json::from_str(json).ok());
            let value = row.get(column.name).cloned().or_else(before);
            let value = value.ok_or_else(|| format!("'{}' is missing", column.name))?;
            values.push(self.value(column, &value)?);
        }
        if table.name == "issue_labels"
            && let Some(Sql::Text(label)) = values.get_mut(1)
            && let Some(here) = self.labels.get(label)
        {
            label.clone_from(here);
        }
        Ok(values)
    }

    fn value(&self, column: &Column, value: &Value) -> Result<Sql, String> {
        let wrong = || format!("'{}' holds what it cannot", column.name);
        let value = match (column.kind, value) {
            (Kind::Project, Value::String(id)) if id == self.project.as_str() => Sql::Text(id.clone()),
            (Kind::Project, _) => return Err("the row is another project's".to_owned()),
            (Kind::Number, number) => match number.as_i64() {
                Some(number) if (1..=MOST).contains(&number) => Sql::Integer(number),
                _ => return Err(wrong()),
            },
            (_, Value::Null) => Sql::Null,
            (Kind::Integer, number) => Sql::Integer(number.as_i64().ok_or_else(wrong)?),
            (Kind::Real, Value::String(text)) => {
                Sql::Real(text.parse().ok().filter(|real: &f64| real.is_finite()).ok_or_else(wrong)?)
            }
            (Kind::Text, Value::String(text)) => Sql::Text(text.clone()),
            (Kind::Author, Value::String(text)) => {
                Sql::Text(text.parse::<Principal>().map_err(|_| wrong())?.to_string())
            }
            (Kind::Hash, Value::String(text)) if is_hash(text) => Sql::Text(text.clone()),
            (Kind::Branch, Value::String(text)) if is_branch(text) => Sql::Text(text.clone()),
            (Kind::Name, Value::String(text)) if is_name(text) => Sql::Text(text.clone()),
            (Kind::Definition, Value::String(text)) if is_json_of::<Definition>(text) => {
                Sql::Text(text.clone())
            }
            (Kind::SandboxDefaults, Value::String(text)) if is_json_of::<SandboxDefaults>(text) => {
                Sql::Text(text.clone())
            }
            (Kind::Weights, Value::String(text)) if is_json_of::<Weights>(text) => Sql::Text(text.clone()),
            (Kind::Roles, Value::String(text)) if is_json_of::<Vec<Role>>(text) => Sql::Text(text.clone()),
            (Kind::Numbers, Value::String(text)) if is_json_of::<Vec<i64>>(text) => Sql::Text(text.clone()),
            _ => return Err(wrong()),
        };
        Ok(value)
    }

    /// Whether the row went in; it does not where one of its keys is taken or what it belongs to is not there.
    fn insert(&self, write: &Write<'_>, table: &Table, values: &[Sql]) -> Result<bool, rusqlite::Error> {
        let sql = insert_sql(table);
        let mut statement = write.prepare_cached(&sql)?;
        if table.owner.is_some() {
            let project = Sql::Text(self.project.to_string());
            Ok(statement.execute(params_from_iter(values.iter().chain([&project])))? == 1)
        } else {
            Ok(statement.execute(params_from_iter(values))? == 1)
        }
    }

    /// Gives the row the project's next number, its own being taken by another.
    fn renumber(&self, write: &Write<'_>, table: &Table, values: &mut [Sql]) -> Result<Loaded, StoreError> {
        let Some(at) = table.columns.iter().position(|column| column.name == "number") else {
            return Ok(Loaded::Refused("another row has its place".to_owned()));
        };
        let sql = match table.name {
            "issues" => {
                "UPDATE projects SET next_issue_number = next_issue_number + 1 WHERE id = ?1 RETURNING next_issue_number - 1"
            }
            "runs" => {
                "UPDATE projects SET next_run_number = next_run_number + 1 WHERE id = ?1 RETURNING next_run_number - 1"
            }
            "learnings" => "SELECT 1 + coalesce(max(number), 0) FROM learnings WHERE project_id = ?1",
            _ => "SELECT 1 + coalesce(max(number), 0) FROM sessions WHERE project_id = ?1",
        };
        let to: i64 = write.prepare_cached(sql)?.query_row([self.project.as_str()], |row| row.get(0))?;
        let from = match values[at] {
            Sql::Integer(number) => number,
            _ => 0,
        };
        values[at] = Sql::Integer(to);
        match self.insert(write, table, values) {
            Ok(true) => Ok(Loaded::Renumbered { from, to }),
            Ok(false) => Ok(Loaded::Refused("another row has its place".to_owned())),
            Err(fault) => refusal(fault),
        }
    }

    /// Uses the label of that name that the project has.
    fn adopt_label(&mut self, write: &Write<'_>, values: &[Sql]) -> Result<Loaded, StoreError> {
        let (Some(Sql::Text(id)), Some(Sql::Text(name))) = (values.first(), values.get(2)) else {
            return Ok(Loaded::Refused("'name' holds what it cannot".to_owned()));
        };
        let here: Option<String> = write
            .prepare_cached("SELECT id FROM labels WHERE project_id = ?1 AND name = ?2 COLLATE NOCASE")?
            .query_row((self.project.as_str(), name), |row| row.get(0))
            .optional()?;
        match here {
            Some(here) => {
                self.labels.insert(id.clone(), here);
                Ok(Loaded::Existing)
            }
            None => Ok(Loaded::Refused("another row has its place".to_owned())),
        }
    }
}

/// The statement that puts a row in; the last parameter is the project where an owner is looked for.
fn insert_sql(table: &Table) -> String {
    let mut names = String::new();
    let mut values = String::new();
    for (index, column) in table.columns.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        // Writing to a String cannot fail.
        let _ = write!(names, "{comma}\"{}\"", column.name);
        let _ = write!(values, "{comma}{}", column.instead.replace("{}", &format!("?{}", index + 1)));
    }
    let mut condition = String::from("TRUE");
    if let Some((column, owner)) = table.owner
        && let Some(at) = table.columns.iter().position(|c| c.name == column)
    {
        let project = table.columns.len() + 1;
        condition = format!(
            "EXISTS (SELECT 1 FROM {owner} o WHERE o.id = ?{} AND o.project_id = ?{project})",
            at + 1
        );
    }
    if table.name == "issue_links" {
        // A circle of children would have no top.
        condition.clear();
        condition.push_str(
            "NOT (?5 = 'child_of' AND EXISTS (WITH RECURSIVE up (id) AS (SELECT ?4 UNION
            SELECT l.to_issue FROM issue_links l JOIN up ON l.from_issue = up.id WHERE l.kind = 'child_of')
            SELECT 1 FROM up WHERE up.id = ?3))",
        );
    }
    format!("INSERT INTO {} ({names}) SELECT {values} WHERE {condition} ON CONFLICT DO NOTHING", table.name)
}

fn exists(connection: &Connection, table: &Table, values: &[Sql]) -> Result<bool, StoreError> {
    let mut sql = format!("SELECT EXISTS (SELECT 1 FROM {} WHERE TRUE", table.name);
    let mut key = Vec::new();
    for (at, column) in table.columns.iter().enumerate().filter(|(_, c)| table.key.contains(&c.name)) {
        key.push(&values[at]);
        // Writing to a String cannot fail.
        let _ = write!(sql, " AND \"{}\" = ?{}", column.name, key.len());
    }
    sql.push(')');
    Ok(connection.prepare_cached(&sql)?.query_row(params_from_iter(key), |row| row.get(0))?)
}

/// A row that breaks a rule of its table is refused alone; a fault of the database ends the import.
fn refusal(fault: rusqlite::Error) -> Result<Loaded, StoreError> {
    match fault.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch) => {
            Ok(Loaded::Refused(format!("it breaks a rule of its table: {fault}")))
        }
        _ => Err(fault.into()),
    }
}

fn is_json_of<T: serde::de::DeserializeOwned>(text: &str) -> bool {
    serde_json::from_str::<T>(text).is_ok()
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|c| c.is_ascii_digit() || (b'a'..=b'f').contains(&c))
}

fn is_branch(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(['-', '/', '.'])
        && !text.contains("..")
        && !text.contains(|c: char| c.is_control() || " ~^:?*[\\".contains(c))
}

/// Refuses an export whose repository is another project's here.
pub fn expect_room(connection: &Connection, id: &ProjectId, git_common_dir: &str) -> Result<(), StoreError> {
    let taken: Option<String> = connection
        .prepare_cached("SELECT slug FROM projects WHERE id <> ?1 AND git_common_dir = ?2")?
        .query_row((id.as_str(), git_common_dir), |row| row.get(0))
        .optional()?;
    match taken {
        None => Ok(()),
        Some(other) => {
            Err(StoreError::Conflict(format!("the repository of this export is the project '{other}' here")))
        }
    }
}

/// Ends the reading back: numbers count on from the highest, and all of it is written down once.
pub fn conclude_load(
    write: &Write<'_>,
    project: &ProjectId,
    next_issue: i64,
    next_run: i64,
    actor: &Principal,
    counts: &Value,
) -> Result<(), StoreError> {
    write
        .prepare_cached(
            "UPDATE projects SET
               next_issue_number = max(next_issue_number, ?2,
                 1 + coalesce((SELECT max(number) FROM issues WHERE project_id = ?1), 0)),
               next_run_number = max(next_run_number, ?3,
                 1 + coalesce((SELECT max(number) FROM runs WHERE project_id = ?1), 0))
             WHERE id = ?1",
        )?
        .execute((project.as_str(), next_issue.clamp(1, MOST), next_run.clamp(1, MOST)))?;
    for topic in [
        Topic::Project,
        Topic::Issue,
        Topic::Label,
        Topic::Run,
        Topic::Session,
        Topic::View,
        Topic::Trash,
        Topic::Persona,
        Topic::Workflow,
        Topic::Context,
        Topic::Learning,
    ] {
        write.changed(topic, "", Some(project))?;
    }
    write.audit(actor, Some(project), "project.imported", counts)
}
