//! What personas and workflows have in common: a row of a name, its versions, and its way into the trash and back.
//!
//! What a version holds is its noun's own; names of tables and columns are constants of this module.

use crate::changes::Topic;
use crate::error::StoreError;
use crate::row::{all, first, parsed};
use crate::trash::{self, Item, Kind};
use crate::writer::Write;
use rusqlite::{Connection, Row};
use serde_json::{Map, Value, json};
use waybill_domain::Millis;
use waybill_domain::ids::{ProjectId, TrashId};
use waybill_domain::principal::Principal;

/// The most personas, or workflows, of a project: they are kept where they can be seen at once.
const PER_PROJECT: i64 = 200;

/// A noun that has versions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Noun {
    /// What it is called.
    pub word: &'static str,
    table: &'static str,
    topic: Topic,
}

pub(crate) const PERSONA: Noun = Noun { word: "persona", table: "personas", topic: Topic::Persona };
pub(crate) const WORKFLOW: Noun = Noun { word: "workflow", table: "workflows", topic: Topic::Workflow };

/// The row of a name.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub id: TrashId,
    /// The active version; 0: what ships.
    pub version: i64,
    pub enabled: bool,
    pub updated_at: Millis,
}

/// Who saved a version, and when; both absent of what ships.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    pub version: i64,
    pub by: Option<String>,
    pub at: Option<Millis>,
}

impl Noun {
    /// The row of this name, if it has one.
    pub fn head(
        self,
        connection: &Connection,
        project: &ProjectId,
        name: &str,
    ) -> Result<Option<Head>, StoreError> {
        let sql = format!(
            "SELECT id, version, enabled, updated_at FROM {} WHERE project_id = ?1 AND name = ?2 AND removed_at IS NULL",
            self.table
        );
        first(connection, &sql, (project.as_str(), name), head)
    }

    /// All rows of a project that are not removed, by name.
    pub fn heads(
        self,
        connection: &Connection,
        project: &ProjectId,
    ) -> Result<Vec<(String, Head)>, StoreError> {
        let sql = format!(
            "SELECT name, id, version, enabled, updated_at FROM {}
             WHERE project_id = ?1 AND removed_at IS NULL ORDER BY name",
            self.table
        );
        all(connection, &sql, [project.as_str()], |row| Ok((row.get("name")?, head(row)?)))
    }

    /// Makes the next version the active one, whose content the caller adds; answers the row. `expected` is the version
    /// that was edited: when another was saved meanwhile, nothing is.
    pub fn advance(
        self,
        write: &Write<'_>,
        project: &ProjectId,
        name: &str,
        expected: Option<i64>,
        actor: &Principal,
    ) -> Result<Head, StoreError> {
        crate::projects::expect_open(write, project)?;
        let former = self.head(write, project, name)?;
        let at = former.as_ref().map_or(0, |head| head.version);
        if expected.is_some_and(|expected| expected != at) {
            return Err(StoreError::Conflict(format!(
                "the {} '{name}' was saved by someone else meanwhile (version {at}); look at it, then save again",
                self.word
            )));
        }
        let head = match former {
            Some(head) => Head { version: self.last(write, &head)? + 1, updated_at: write.now(), ..head },
            None => self.insert(write, project, name, 1, true, actor)?,
        };
        self.set(write, &head)?;
        self.tell(write, project, name, &head, "saved", actor)?;
        Ok(head)
    }

    /// Enables or disables it; what ships gets a row that says so.
    pub fn enable(
        self,
        write: &Write<'_>,
        project: &ProjectId,
        name: &str,
        enabled: bool,
        actor: &Principal,
    ) -> Result<(), StoreError> {
        crate::projects::expect_open(write, project)?;
        let head = match self.head(write, project, name)? {
            Some(head) if head.enabled == enabled => return Ok(()),
            Some(head) => Head { enabled, updated_at: write.now(), ..head },
            None if enabled => return Ok(()),
            None => self.insert(write, project, name, 0, enabled, actor)?,
        };
        self.set(write, &head)?;
        self.tell(write, project, name, &head, if enabled { "enabled" } else { "disabled" }, actor)
    }

    /// Moves a row with its versions into the trash: what ships is then as it ships, another is gone.
    pub fn remove(
        self,
        write: &Write<'_>,
        project: &ProjectId,
        name: &str,
        ships: bool,
        actor: &Principal,
    ) -> Result<Item, StoreError> {
        let Some(head) = self.head(write, project, name)? else {
            return Err(if ships {
                StoreError::Conflict(format!(
                    "the {} '{name}' is as it ships: there is nothing to take back; disable it where it is not wanted",
                    self.word
                ))
            } else {
                StoreError::not_found(self.word, name)
            });
        };
        let sql = format!("UPDATE {} SET removed_by = ?2, removed_at = ?3 WHERE id = ?1", self.table);
        write.prepare_cached(&sql)?.execute((head.id.as_str(), actor.to_string(), write.now()))?;
        self.tell(write, project, name, &head, if ships { "reset" } else { "removed" }, actor)?;
        write.changed(Topic::Trash, head.id.as_str(), Some(project))?;
        trash::get(write, &head.id)
    }

    /// Brings what was removed back whole.
    pub fn restore(self, write: &Write<'_>, item: &Item, actor: &Principal) -> Result<(), StoreError> {
        crate::projects::expect_open(write, &item.project_id)?;
        let name = &item.title;
        if self.head(write, &item.project_id, name)?.is_some() {
            return Err(StoreError::Conflict(format!(
                "there is a {} '{name}' by now; remove or reset that one, then restore this one",
                self.word
            )));
        }
        let sql = format!("UPDATE {} SET removed_by = NULL, removed_at = NULL WHERE id = ?1", self.table);
        write.prepare_cached(&sql)?.execute([item.id.as_str()])?;
        let head = self.head(write, &item.project_id, name)?;
        let head = head.ok_or_else(|| StoreError::not_found(self.word, name))?;
        self.tell(write, &item.project_id, name, &head, "restored", actor)?;
        write.changed(Topic::Trash, item.id.as_str(), Some(&item.project_id))
    }

    /// Lets what was removed go for good.
    pub fn purge(self, write: &Write<'_>, item: &Item) -> Result<(), StoreError> {
        let sql = format!("DELETE FROM {} WHERE id = ?1 AND removed_at IS NOT NULL", self.table);
        write.prepare_cached(&sql)?.execute([item.id.as_str()])?;
        write.changed(Topic::Trash, item.id.as_str(), Some(&item.project_id))
    }

    /// The highest version that there is; one that was active before may be lower.
    fn last(self, connection: &Connection, head: &Head) -> Result<i64, StoreError> {
        let sql = format!("SELECT coalesce(max(version), 0) FROM {0}_versions WHERE {0}_id = ?1", self.word);
        let last: i64 = connection.prepare_cached(&sql)?.query_row([head.id.as_str()], |row| row.get(0))?;
        Ok(last.max(head.version))
    }

    fn insert(
        self,
        write: &Write<'_>,
        project: &ProjectId,
        name: &str,
        version: i64,
        enabled: bool,
        actor: &Principal,
    ) -> Result<Head, StoreError> {
        let sql = format!("SELECT count(*) FROM {} WHERE project_id = ?1 AND removed_at IS NULL", self.table);
        let count: i64 = write.prepare_cached(&sql)?.query_row([project.as_str()], |row| row.get(0))?;
        if count >= PER_PROJECT {
            return Err(StoreError::Conflict(format!(
                "a project has at most {PER_PROJECT} {}; remove one that is not needed",
                self.table
            )));
        }
        let head = Head { id: TrashId::generate(), version, enabled, updated_at: write.now() };
        let sql = format!(
            "INSERT INTO {} (id, project_id, name, version, enabled, created_by, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
            self.table
        );
        write.prepare_cached(&sql)?.execute((
            head.id.as_str(),
            project.as_str(),
            name,
            version,
            enabled,
            actor.to_string(),
            write.now(),
        ))?;
        Ok(head)
    }

    fn set(self, write: &Write<'_>, head: &Head) -> Result<(), StoreError> {
        let sql =
            format!("UPDATE {} SET version = ?2, enabled = ?3, updated_at = ?4 WHERE id = ?1", self.table);
        write.prepare_cached(&sql)?.execute((
            head.id.as_str(),
            head.version,
            head.enabled,
            head.updated_at,
        ))?;
        Ok(())
    }

    fn tell(
        self,
        write: &Write<'_>,
        project: &ProjectId,
        name: &str,
        head: &Head,
        event: &str,
        actor: &Principal,
    ) -> Result<(), StoreError> {
        write.changed(self.topic, head.id.as_str(), Some(project))?;
        let mut what = Map::new();
        what.insert(self.word.to_owned(), Value::from(name));
        what.insert("version".to_owned(), json!(head.version));
        write.audit(actor, Some(project), &format!("{}.{event}", self.word), &Value::Object(what))
    }
}

impl Kind {
    /// The noun of this kind, where it has versions.
    pub(crate) const fn noun(self) -> Option<Noun> {
        match self {
            Self::Persona => Some(PERSONA),
            Self::Workflow => Some(WORKFLOW),
            Self::Issue | Self::Run | Self::Project => None,
        }
    }
}

/// Reads who saved a version from columns `saved_by` and `saved_at`.
pub(crate) fn saved(row: &Row<'_>) -> Result<Saved, StoreError> {
    Ok(Saved { version: row.get("version")?, by: row.get("saved_by")?, at: row.get("saved_at")? })
}

fn head(row: &Row<'_>) -> Result<Head, StoreError> {
    Ok(Head {
        id: parsed(row, "id")?,
        version: row.get("version")?,
        enabled: row.get("enabled")?,
        updated_at: row.get("updated_at")?,
    })
}
