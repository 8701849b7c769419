//! People: who is behind `guest:<id>` and `member:<id>`, and what guests may do in a project (SPEC 2).

use crate::error::StoreError;
use crate::row::{all, first, parsed};
use crate::viewer::Viewer;
use crate::writer::Write;
use rusqlite::Connection;
use serde_json::json;
use waybill_domain::Millis;
use waybill_domain::grant::Grant;
use waybill_domain::ids::{PersonId, ProjectId};
use waybill_domain::principal::Principal;

waybill_domain::words! {
    /// What a person is to the operator.
    pub enum PersonKind { Guest = "guest", Member = "member" }
}

/// A guest or member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    pub kind: PersonKind,
    pub handle: Option<String>,
    pub display_name: Option<String>,
    pub created_at: Millis,
}

impl Person {
    /// Who they are as an author.
    pub fn principal(&self) -> Principal {
        match self.kind {
            PersonKind::Guest => Principal::Guest(self.id.to_string()),
            PersonKind::Member => Principal::Member(self.id.to_string()),
        }
    }
}

/// Records a person.
pub fn insert(
    write: &Write<'_>,
    kind: PersonKind,
    handle: Option<&str>,
    display_name: Option<&str>,
    actor: &Principal,
) -> Result<Person, StoreError> {
    let person = Person {
        id: PersonId::generate(),
        kind,
        handle: handle.map(str::to_owned),
        display_name: display_name.map(str::to_owned),
        created_at: write.now(),
    };
    write
        .prepare_cached(
            "INSERT INTO people (id, kind, handle, display_name, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((person.id.as_str(), kind.as_str(), handle, display_name, person.created_at))?;
    write.audit(actor, None, "person.added", &json!({"person": person.principal().to_string()}))?;
    Ok(person)
}

/// Lets a guest do something in a project; a grant that is held already is left as it is.
pub fn grant(
    write: &Write<'_>,
    person: &PersonId,
    project: &ProjectId,
    grant: Grant,
    actor: &Principal,
) -> Result<(), StoreError> {
    let given = write
        .prepare_cached("INSERT OR IGNORE INTO grants (person_id, project_id, name) VALUES (?1, ?2, ?3)")?
        .execute((person.as_str(), project.as_str(), grant.as_str()))?;
    if given == 1 {
        write.audit(actor, Some(project), "person.granted", &json!({"person": person, "grant": grant}))?;
    }
    Ok(())
}

/// Takes a grant away; one that is not held is no fault.
pub fn revoke(
    write: &Write<'_>,
    person: &PersonId,
    project: &ProjectId,
    grant: Grant,
    actor: &Principal,
) -> Result<(), StoreError> {
    let taken = write
        .prepare_cached("DELETE FROM grants WHERE person_id = ?1 AND project_id = ?2 AND name = ?3")?
        .execute((person.as_str(), project.as_str(), grant.as_str()))?;
    if taken == 1 {
        write.audit(actor, Some(project), "person.revoked", &json!({"person": person, "grant": grant}))?;
    }
    Ok(())
}

/// What a guest may do in a project; nothing when there is no such guest.
pub fn grants_of(
    connection: &Connection,
    guest: &str,
    project: &ProjectId,
) -> Result<Vec<Grant>, StoreError> {
    all(
        connection,
        "SELECT g.name FROM grants g JOIN people p ON p.id = g.person_id
         WHERE g.person_id = ?1 AND g.project_id = ?2 AND p.kind = 'guest'",
        (guest, project.as_str()),
        |row| parsed(row, "name"),
    )
}

/// What `who` sees of a project's issues. A guest without a grant to see any is refused.
pub fn viewer(connection: &Connection, who: &Principal, project: &ProjectId) -> Result<Viewer, StoreError> {
    match who {
        // An agent works for the operator, in the one project that its token is for.
        Principal::Operator | Principal::Member(_) | Principal::Agent(_) | Principal::System => {
            Ok(Viewer::Operator)
        }
        Principal::Guest(id) => {
            let grants = grants_of(connection, id, project)?;
            if grants.contains(&Grant::ViewAll) {
                Ok(Viewer::Guest { id: id.clone(), own_only: false })
            } else if grants.contains(&Grant::ViewOwn) {
                Ok(Viewer::Guest { id: id.clone(), own_only: true })
            } else {
                Err(StoreError::Forbidden(format!("{who} may not see the issues of this project")))
            }
        }
    }
}

/// The user id of whoever bears this handle.
pub(crate) fn by_handle(connection: &Connection, handle: &str) -> Result<Option<String>, StoreError> {
    first(
        connection,
        "SELECT kind || ':' || id AS user_id FROM people WHERE handle = ?1 COLLATE NOCASE ORDER BY id LIMIT 1",
        [handle],
        |row| Ok(row.get("user_id")?),
    )
}
