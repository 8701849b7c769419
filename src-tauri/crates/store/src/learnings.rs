//! Learnings of a project: what work in it taught, and what the operator decided about each (SPEC 11).

use crate::changes::Topic;
use crate::error::StoreError;
use crate::row::{all, first, json, parsed, parsed_option, to_json};
use crate::writer::Write;
use rusqlite::{Connection, Row};
use serde_json::json;
use waybill_domain::Millis;
use waybill_domain::ids::{LearningId, ProjectId, RunId};
use waybill_domain::learning::{Decision, LearningSource, LearningStatus, Lesson};
use waybill_domain::principal::Principal;

/// A learning.
#[derive(Debug, Clone, PartialEq)]
pub struct Learning {
    pub id: LearningId,
    pub number: i64,
    pub lesson: Lesson,
    pub source: LearningSource,
    pub status: LearningStatus,
    /// The run that it came from.
    pub run_id: Option<RunId>,
    /// That run's number.
    pub run: Option<i64>,
    pub created_by: String,
    pub created_at: Millis,
    pub updated_at: Millis,
    pub decided_by: Option<String>,
    pub decided_at: Option<Millis>,
}

/// Where a learning came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    pub source: LearningSource,
    pub run: Option<RunId>,
}

/// What a decision changed: a learning, and where it stood before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decided {
    pub number: i64,
    pub from: LearningStatus,
    pub to: LearningStatus,
}

const SELECT: &str = "SELECT l.*, r.number AS run FROM learnings l LEFT JOIN runs r ON r.id = l.run_id";

fn read(row: &Row<'_>) -> Result<Learning, StoreError> {
    Ok(Learning {
        id: parsed(row, "id")?,
        number: row.get("number")?,
        lesson: Lesson {
            description: row.get("description")?,
            trigger: row.get("trigger")?,
            correct_behavior: row.get("correct_behavior")?,
            severity: parsed(row, "severity")?,
            category: parsed(row, "category")?,
            confidence: row.get("confidence")?,
            roles: json(row, "roles")?,
        },
        source: parsed(row, "source")?,
        status: parsed(row, "status")?,
        run_id: parsed_option(row, "run_id")?,
        run: row.get("run")?,
        created_by: row.get("created_by")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        decided_by: row.get("decided_by")?,
        decided_at: row.get("decided_at")?,
    })
}

/// The learning with this number; one that is not there is an error that says so.
pub fn get(connection: &Connection, project: &ProjectId, number: i64) -> Result<Learning, StoreError> {
    let sql = format!("{SELECT} WHERE l.project_id = ?1 AND l.number = ?2");
    first(connection, &sql, (project.as_str(), number), read)?
        .ok_or_else(|| StoreError::not_found("learning", number))
}

/// A page of learnings, the newest first, below the number `before`; without a status, all of them.
pub fn list(
    connection: &Connection,
    project: &ProjectId,
    status: Option<LearningStatus>,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<Learning>, StoreError> {
    let before = before.unwrap_or(i64::MAX);
    if let Some(status) = status {
        let sql = format!(
            "{SELECT} WHERE l.project_id = ?1 AND l.status = ?2 AND l.number < ?3 ORDER BY l.number DESC LIMIT ?4"
        );
        all(connection, &sql, (project.as_str(), status.as_str(), before, limit), read)
    } else {
        let sql =
            format!("{SELECT} WHERE l.project_id = ?1 AND l.number < ?2 ORDER BY l.number DESC LIMIT ?3");
        all(connection, &sql, (project.as_str(), before, limit), read)
    }
}

/// All approved learnings, the oldest first.
pub fn approved(connection: &Connection, project: &ProjectId) -> Result<Vec<Learning>, StoreError> {
    let sql = format!("{SELECT} WHERE l.project_id = ?1 AND l.status = 'approved' ORDER BY l.number");
    all(connection, &sql, [project.as_str()], read)
}

/// How many learnings have each status.
pub fn counts(
    connection: &Connection,
    project: &ProjectId,
) -> Result<Vec<(LearningStatus, i64)>, StoreError> {
    all(
        connection,
        "SELECT status, count(*) AS learnings FROM learnings WHERE project_id = ?1 GROUP BY status",
        [project.as_str()],
        |row| Ok((parsed(row, "status")?, row.get("learnings")?)),
    )
}

/// The newest learnings, by which near-duplicates are found.
pub fn newest(connection: &Connection, project: &ProjectId) -> Result<Vec<Learning>, StoreError> {
    /// More than a person reviews; what is older has been compiled and compared long ago.
    const COMPARED: u32 = 2_000;
    list(connection, project, None, None, COMPARED)
}

/// Adds a learning, which waits for its review.
pub fn insert(
    write: &Write<'_>,
    project: &ProjectId,
    lesson: &Lesson,
    origin: &Origin,
    actor: &Principal,
) -> Result<Learning, StoreError> {
    crate::projects::expect_open(write, project)?;
    lesson.check().map_err(StoreError::Invalid)?;
    let id = LearningId::generate();
    let number: i64 = write
        .prepare_cached(
            "INSERT INTO learnings (id, project_id, number, description, trigger, correct_behavior, severity, category,
               confidence, roles, source, status, run_id, created_by, created_at, updated_at)
             VALUES (?1, ?2, 1 + coalesce((SELECT max(number) FROM learnings WHERE project_id = ?2), 0), ?3, ?4, ?5, ?6, ?7,
               ?8, ?9, ?10, 'pending', ?11, ?12, ?13, ?13)
             RETURNING number",
        )?
        .query_row(
            (
                id.as_str(),
                project.as_str(),
                &lesson.description,
                &lesson.trigger,
                &lesson.correct_behavior,
                lesson.severity.as_str(),
                lesson.category.as_str(),
                lesson.confidence,
                to_json(&lesson.roles)?,
                origin.source.as_str(),
                origin.run.as_ref().map(RunId::as_str),
                actor.to_string(),
                write.now(),
            ),
            |row| row.get(0),
        )?;
    write.changed(Topic::Learning, id.as_str(), Some(project))?;
    let what = json!({"learning": number, "source": origin.source});
    write.audit(actor, Some(project), "learning.added", &what)?;
    get(write, project, number)
}

/// Changes what a learning says; where it stands in its review stays.
pub fn edit(
    write: &Write<'_>,
    project: &ProjectId,
    number: i64,
    lesson: &Lesson,
    actor: &Principal,
) -> Result<Learning, StoreError> {
    crate::projects::expect_open(write, project)?;
    lesson.check().map_err(StoreError::Invalid)?;
    let learning = get(write, project, number)?;
    if learning.lesson == *lesson {
        return Ok(learning);
    }
    write
        .prepare_cached(
            "UPDATE learnings SET description = ?2, trigger = ?3, correct_behavior = ?4, severity = ?5, category = ?6,
               confidence = ?7, roles = ?8, updated_at = ?9 WHERE id = ?1",
        )?
        .execute((
            learning.id.as_str(),
            &lesson.description,
            &lesson.trigger,
            &lesson.correct_behavior,
            lesson.severity.as_str(),
            lesson.category.as_str(),
            lesson.confidence,
            to_json(&lesson.roles)?,
            write.now(),
        ))?;
    write.changed(Topic::Learning, learning.id.as_str(), Some(project))?;
    write.audit(actor, Some(project), "learning.edited", &json!({ "learning": number }))?;
    get(write, project, number)
}

/// Decides about a learning; None where it stands there already.
pub fn decide(
    write: &Write<'_>,
    project: &ProjectId,
    number: i64,
    decision: Decision,
    actor: &Principal,
) -> Result<Option<Decided>, StoreError> {
    crate::projects::expect_open(write, project)?;
    let learning = get(write, project, number)?;
    let (from, to) = (learning.status, learning.status.next(decision));
    if from == to {
        return Ok(None);
    }
    let by = (to != LearningStatus::Pending).then(|| actor.to_string());
    let changed = write
        .prepare_cached(
            "UPDATE learnings SET status = ?3, decided_by = ?4, decided_at = ?5, updated_at = ?6 WHERE id = ?1 AND status = ?2",
        )?
        .execute((
            learning.id.as_str(),
            from.as_str(),
            to.as_str(),
            &by,
            by.as_ref().map(|_| write.now()),
            write.now(),
        ))?;
    if changed == 0 {
        return Err(StoreError::Conflict(format!("learning {number} changed meanwhile; look at it again")));
    }
    write.changed(Topic::Learning, learning.id.as_str(), Some(project))?;
    let word = match to {
        LearningStatus::Approved => "approved",
        LearningStatus::Rejected => "rejected",
        LearningStatus::Pending => "reopened",
    };
    let what = json!({"learning": number, "from": from});
    write.audit(actor, Some(project), &format!("learning.{word}"), &what)?;
    Ok(Some(Decided { number, from, to }))
}
