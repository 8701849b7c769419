//! Sandboxes and the messages between Waybill and the agents in them.

use crate::error::StoreError;
use crate::row::{all, first, json, parsed, parsed_option, to_json};
use crate::writer::Write;
use rusqlite::{Connection, Row};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use waybill_domain::Millis;
use waybill_domain::agent::HeldBackKind;
use waybill_domain::ids::{MessageId, ProjectId, RunId, SandboxId, StepId};
use waybill_domain::principal::Principal;
use waybill_domain::run::{Network, SandboxState};

/// What isolation is in force, in words for the screen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Isolation {
    /// "bubblewrap, network open".
    pub words: String,
    pub details: Vec<String>,
    /// Whether it is less than was asked for.
    pub weak: bool,
}

/// Something that was held back, and how often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldBack {
    pub kind: HeldBackKind,
    pub detail: String,
    pub count: i64,
}

/// A sandbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sandbox {
    pub id: SandboxId,
    pub project_id: ProjectId,
    pub run_id: Option<RunId>,
    /// The candidate of a race that works in it; 0: the run itself.
    pub lane: i64,
    pub state: SandboxState,
    pub timeout_ms: i64,
    pub memory_mb: i64,
    pub cpu_count: i64,
    pub network: Network,
    pub workspace: PathBuf,
    pub isolation: Isolation,
    pub held_back: Vec<HeldBack>,
    pub error: Option<String>,
    pub started_at: Option<Millis>,
    pub ended_at: Option<Millis>,
}

fn read(row: &Row<'_>) -> Result<Sandbox, StoreError> {
    Ok(Sandbox {
        id: parsed(row, "id")?,
        project_id: parsed(row, "project_id")?,
        run_id: parsed_option(row, "run_id")?,
        lane: row.get("lane")?,
        state: parsed(row, "state")?,
        timeout_ms: row.get("timeout_ms")?,
        memory_mb: row.get("memory_mb")?,
        cpu_count: row.get("cpu_count")?,
        network: parsed(row, "network")?,
        workspace: PathBuf::from(row.get::<_, String>("workspace")?),
        isolation: json(row, "isolation")?,
        held_back: json(row, "held_back")?,
        error: row.get("error")?,
        started_at: row.get("started_at")?,
        ended_at: row.get("ended_at")?,
    })
}

/// What a new sandbox is made of.
#[derive(Debug, Clone)]
pub struct NewSandbox {
    pub id: SandboxId,
    pub project_id: ProjectId,
    pub run_id: RunId,
    pub lane: i64,
    pub timeout_ms: i64,
    pub memory_mb: i64,
    pub cpu_count: i64,
    pub network: Network,
    pub workspace: PathBuf,
    pub isolation: Isolation,
}

/// The newest sandbox of a run.
pub fn of_run(connection: &Connection, run: &RunId) -> Result<Option<Sandbox>, StoreError> {
    first(
        connection,
        "SELECT * FROM sandboxes WHERE run_id = ?1 ORDER BY id DESC LIMIT 1",
        [run.as_str()],
        read,
    )
}

/// What was held back in all sandboxes of a run: the same thing once, with how often.
pub fn held_back_of_run(connection: &Connection, run: &RunId) -> Result<Vec<HeldBack>, StoreError> {
    let each: Vec<Vec<HeldBack>> = all(
        connection,
        "SELECT held_back FROM sandboxes WHERE run_id = ?1 ORDER BY id",
        [run.as_str()],
        |row| json(row, "held_back"),
    )?;
    let mut list: Vec<HeldBack> = Vec::new();
    for item in each.into_iter().flatten() {
        match list.iter_mut().find(|known| known.kind == item.kind && known.detail == item.detail) {
            Some(known) => known.count += item.count,
            None => list.push(item),
        }
    }
    Ok(list)
}

/// The sandbox of a run's lane in which processes may exist.
pub fn live_of_lane(connection: &Connection, run: &RunId, lane: i64) -> Result<Option<Sandbox>, StoreError> {
    first(
        connection,
        "SELECT * FROM sandboxes WHERE run_id = ?1 AND lane = ?2 AND state IN ('creating', 'running', 'paused')
         ORDER BY id DESC LIMIT 1",
        (run.as_str(), lane),
        read,
    )
}

/// The sandboxes of a run in which processes may exist.
pub fn live_of_run(connection: &Connection, run: &RunId) -> Result<Vec<Sandbox>, StoreError> {
    all(
        connection,
        "SELECT * FROM sandboxes WHERE run_id = ?1 AND state IN ('creating', 'running', 'paused') ORDER BY id",
        [run.as_str()],
        read,
    )
}

/// Makes a candidate's sandbox the run's own: its work goes on from there.
pub fn adopt(write: &Write<'_>, id: &SandboxId) -> Result<(), StoreError> {
    write.prepare_cached("UPDATE sandboxes SET lane = 0 WHERE id = ?1")?.execute([id.as_str()])?;
    Ok(())
}

/// Sandboxes in which processes may exist.
pub fn live(connection: &Connection) -> Result<Vec<Sandbox>, StoreError> {
    all(
        connection,
        "SELECT * FROM sandboxes WHERE state IN ('creating', 'running', 'paused') ORDER BY id",
        [],
        read,
    )
}

/// Sandboxes that ended badly after `since`: their workspaces may hold work that is nowhere else.
pub fn kept(connection: &Connection, since: Millis) -> Result<Vec<SandboxId>, StoreError> {
    all(connection, "SELECT id FROM sandboxes WHERE state = 'error' AND ended_at >= ?1", [since], |row| {
        parsed(row, "id")
    })
}

/// Records a sandbox before anything of it exists.
pub fn insert(write: &Write<'_>, new: &NewSandbox) -> Result<(), StoreError> {
    write
        .prepare_cached(
            "INSERT INTO sandboxes (id, project_id, run_id, provider, state, timeout_ms, memory_mb, cpu_count, network,
               workspace, isolation, created_by, created_at, lane)
             VALUES (?1, ?2, ?3, 'local', 'creating', ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(rusqlite::params![
            new.id.as_str(),
            new.project_id.as_str(),
            new.run_id.as_str(),
            new.timeout_ms,
            new.memory_mb,
            new.cpu_count,
            new.network.as_str(),
            new.workspace.to_string_lossy(),
            to_json(&new.isolation)?,
            Principal::System.to_string(),
            write.now(),
            new.lane,
        ])?;
    Ok(())
}

/// Sets where a sandbox stands; an end is recorded with its time.
pub fn set_state(
    write: &Write<'_>,
    id: &SandboxId,
    state: SandboxState,
    error: Option<&str>,
) -> Result<(), StoreError> {
    write
        .prepare_cached(
            "UPDATE sandboxes SET state = ?2, error = coalesce(?3, error),
               started_at = CASE WHEN ?2 = 'running' THEN coalesce(started_at, ?4) ELSE started_at END,
               ended_at = CASE WHEN ?2 IN ('killed', 'error') THEN ?4 END WHERE id = ?1",
        )?
        .execute((id.as_str(), state.as_str(), error, write.now()))?;
    Ok(())
}

/// Records the processes of a sandbox, by which a later Waybill finds what was left of them.
pub fn set_process(write: &Write<'_>, id: &SandboxId, process: &impl Serialize) -> Result<(), StoreError> {
    write
        .prepare_cached("UPDATE sandboxes SET process = ?2 WHERE id = ?1")?
        .execute((id.as_str(), to_json(process)?))?;
    Ok(())
}

/// Adds to what was held back: the same thing is counted, at most 100 different ones are kept.
pub fn add_held_back(write: &Write<'_>, id: &SandboxId, more: &[HeldBack]) -> Result<(), StoreError> {
    let text: String = write
        .prepare_cached("SELECT held_back FROM sandboxes WHERE id = ?1")?
        .query_row([id.as_str()], |row| row.get(0))?;
    let mut list: Vec<HeldBack> =
        serde_json::from_str(&text).map_err(|error| StoreError::Unreadable(error.to_string()))?;
    for item in more {
        let room = list.len() < 100;
        match list.iter_mut().find(|known| known.kind == item.kind && known.detail == item.detail) {
            Some(known) => known.count += item.count,
            None if room => list.push(item.clone()),
            None => {}
        }
    }
    write
        .prepare_cached("UPDATE sandboxes SET held_back = ?2 WHERE id = ?1")?
        .execute((id.as_str(), to_json(&list)?))?;
    Ok(())
}

/// Keeps a message between Waybill (`user`) and the agent (`assistant`).
pub fn add_message(
    write: &Write<'_>,
    sandbox: &SandboxId,
    step: &StepId,
    role: &str,
    content: &str,
) -> Result<(), StoreError> {
    write
        .prepare_cached(
            "INSERT INTO sandbox_messages (id, sandbox_id, step_id, seq, role, content, created_at)
             VALUES (?1, ?2, ?3, (SELECT coalesce(max(seq), 0) + 1 FROM sandbox_messages WHERE sandbox_id = ?2), ?4, ?5, ?6)",
        )?
        .execute((
            MessageId::generate().as_str(),
            sandbox.as_str(),
            step.as_str(),
            role,
            content,
            write.now(),
        ))?;
    Ok(())
}
