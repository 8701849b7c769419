//! Contexts of a project with their versions: one for each session type, of which one version is active (SPEC 11).

use crate::changes::Topic;
use crate::error::StoreError;
use crate::row::{all, first, parsed};
use crate::writer::Write;
use rusqlite::{Connection, Row};
use serde_json::json;
use waybill_domain::Millis;
use waybill_domain::context::{CONTEXT_MAX_BYTES, SessionType, VersionEvent, VersionState};
use waybill_domain::ids::{ContextId, ProjectId};
use waybill_domain::principal::Principal;

/// A context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    pub id: ContextId,
    pub session_type: SessionType,
    /// None: nothing was published yet.
    pub active_version: Option<i64>,
    pub last_version: i64,
    pub updated_at: Millis,
}

/// A version of a context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub version: i64,
    /// Markdown.
    pub body: String,
    pub state: VersionState,
    pub published_at: Option<Millis>,
    pub saved_by: String,
    pub saved_at: Millis,
}

const SELECT: &str = "SELECT c.id, c.session_type, c.active_version, c.updated_at,
    (SELECT max(v.version) FROM context_versions v WHERE v.context_id = c.id) AS last_version FROM contexts c";

fn read(row: &Row<'_>) -> Result<Context, StoreError> {
    Ok(Context {
        id: parsed(row, "id")?,
        session_type: parsed(row, "session_type")?,
        active_version: row.get("active_version")?,
        last_version: row.get::<_, Option<i64>>("last_version")?.unwrap_or_default(),
        updated_at: row.get("updated_at")?,
    })
}

/// The context of a session type, once something was saved for it.
pub fn find(
    connection: &Connection,
    project: &ProjectId,
    session_type: SessionType,
) -> Result<Option<Context>, StoreError> {
    let sql = format!("{SELECT} WHERE c.project_id = ?1 AND c.session_type = ?2");
    first(connection, &sql, (project.as_str(), session_type.as_str()), read)
}

/// All contexts that something was saved for.
pub fn list(connection: &Connection, project: &ProjectId) -> Result<Vec<Context>, StoreError> {
    let sql = format!("{SELECT} WHERE c.project_id = ?1 ORDER BY c.session_type");
    all(connection, &sql, [project.as_str()], read)
}

/// The versions of a context, the newest first.
pub fn versions(connection: &Connection, context: &Context) -> Result<Vec<Version>, StoreError> {
    all(
        connection,
        "SELECT * FROM context_versions WHERE context_id = ?1 ORDER BY version DESC",
        [context.id.as_str()],
        |row| version(row, context),
    )
}

/// A version of a context; one that is not there is an error that says so.
pub fn version_of(connection: &Connection, context: &Context, number: i64) -> Result<Version, StoreError> {
    let sql = "SELECT * FROM context_versions WHERE context_id = ?1 AND version = ?2";
    first(connection, sql, (context.id.as_str(), number), |row| version(row, context))?
        .ok_or_else(|| StoreError::not_found("version", number))
}

/// What agents in sessions of this type are told; None: nothing.
pub fn active_body(
    connection: &Connection,
    project: &ProjectId,
    session_type: SessionType,
) -> Result<Option<String>, StoreError> {
    first(
        connection,
        "SELECT v.body FROM contexts c JOIN context_versions v ON v.context_id = c.id AND v.version = c.active_version
         WHERE c.project_id = ?1 AND c.session_type = ?2",
        (project.as_str(), session_type.as_str()),
        |row| Ok(row.get(0)?),
    )
}

/// Saves a draft as the next version, or nothing where it is what the last one says. `expected` is the version that was
/// edited, 0 for none: when another was saved meanwhile, nothing is.
pub fn save(
    write: &Write<'_>,
    project: &ProjectId,
    session_type: SessionType,
    body: &str,
    expected: Option<i64>,
    actor: &Principal,
) -> Result<Context, StoreError> {
    crate::projects::expect_open(write, project)?;
    if body.len() > CONTEXT_MAX_BYTES {
        return Err(StoreError::Invalid(format!(
            "a context may have {CONTEXT_MAX_BYTES} bytes, this one has {}",
            body.len()
        )));
    }
    let former = find(write, project, session_type)?;
    let last = former.as_ref().map_or(0, |context| context.last_version);
    if expected.is_some_and(|expected| expected != last) {
        return Err(StoreError::Conflict(format!(
            "the context '{session_type}' was saved by someone else meanwhile (version {last}); look at it, then save again"
        )));
    }
    let context = match former {
        Some(context) if version_of(write, &context, last)?.body == body => return Ok(context),
        Some(context) => context,
        None => insert(write, project, session_type, actor)?,
    };
    write
        .prepare_cached(
            "INSERT INTO context_versions (context_id, version, body, saved_by, saved_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((context.id.as_str(), last + 1, body, actor.to_string(), write.now()))?;
    tell(write, project, &context, last + 1, "saved", actor)
}

/// Makes a version the one that agents are told: a draft by publishing it, one that was published before again.
pub fn advance(
    write: &Write<'_>,
    project: &ProjectId,
    session_type: SessionType,
    number: i64,
    event: VersionEvent,
    actor: &Principal,
) -> Result<Context, StoreError> {
    crate::projects::expect_open(write, project)?;
    let context =
        find(write, project, session_type)?.ok_or_else(|| StoreError::not_found("context", session_type))?;
    let version = version_of(write, &context, number)?;
    let next = version.state.next(event).map_err(|refusal| {
        StoreError::Conflict(format!("version {number} of the context '{session_type}': {refusal}"))
    })?;
    if next == version.state {
        return Ok(context);
    }
    write
        .prepare_cached(
            "UPDATE context_versions SET published_at = coalesce(published_at, ?3) WHERE context_id = ?1 AND version = ?2",
        )?
        .execute((context.id.as_str(), number, write.now()))?;
    let changed = write
        .prepare_cached("UPDATE contexts SET active_version = ?2 WHERE id = ?1 AND active_version IS ?3")?
        .execute((context.id.as_str(), number, context.active_version))?;
    if changed == 0 {
        return Err(StoreError::Conflict(format!(
            "the context '{session_type}' changed meanwhile; look at it again"
        )));
    }
    let word = if event == VersionEvent::Publish { "published" } else { "activated" };
    tell(write, project, &context, number, word, actor)
}

fn insert(
    write: &Write<'_>,
    project: &ProjectId,
    session_type: SessionType,
    actor: &Principal,
) -> Result<Context, StoreError> {
    let id = ContextId::generate();
    write
        .prepare_cached(
            "INSERT INTO contexts (id, project_id, session_type, created_by, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
        )?
        .execute((id.as_str(), project.as_str(), session_type.as_str(), actor.to_string(), write.now()))?;
    Ok(Context { id, session_type, active_version: None, last_version: 0, updated_at: write.now() })
}

fn tell(
    write: &Write<'_>,
    project: &ProjectId,
    context: &Context,
    version: i64,
    event: &str,
    actor: &Principal,
) -> Result<Context, StoreError> {
    write
        .prepare_cached("UPDATE contexts SET updated_at = ?2 WHERE id = ?1")?
        .execute((context.id.as_str(), write.now()))?;
    write.changed(Topic::Context, context.id.as_str(), Some(project))?;
    let what = json!({"context": context.session_type, "version": version});
    write.audit(actor, Some(project), &format!("context.{event}"), &what)?;
    find(write, project, context.session_type)?
        .ok_or_else(|| StoreError::not_found("context", context.session_type))
}

fn version(row: &Row<'_>, context: &Context) -> Result<Version, StoreError> {
    let number: i64 = row.get("version")?;
    let published_at: Option<Millis> = row.get("published_at")?;
    let state = match published_at {
        _ if context.active_version == Some(number) => VersionState::Active,
        Some(_) => VersionState::Published,
        None => VersionState::Draft,
    };
    Ok(Version {
        version: number,
        body: row.get("body")?,
        state,
        published_at,
        saved_by: row.get("saved_by")?,
        saved_at: row.get("saved_at")?,
    })
}
