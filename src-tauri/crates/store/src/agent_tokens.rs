//! Tokens of agents: who calls, from which session, run and step. Only their hashes are kept.

use crate::error::StoreError;
use crate::origin::Origin;
use crate::row::{first, parsed, parsed_option};
use crate::writer::Write;
use rusqlite::Connection;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use waybill_domain::Millis;
use waybill_domain::ids::{ProjectId, RunId, SessionId, StepId, TokenId};
use waybill_domain::session::AgentPath;

/// How long what is over is kept, to be looked at.
const KEPT_MS: Millis = 7 * 86_400_000;

/// Whom a token stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearer {
    pub project_id: ProjectId,
    pub agent: AgentPath,
    pub origin: Origin,
}

/// The SHA-256 of a token, in hexadecimal digits.
pub fn hash(token: &str) -> String {
    let digest = Sha256::digest(token.as_bytes());
    digest.iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Keeps a token's hash: it stands for `bearer` until `expires_at`. One more turn of the same agent has the same token.
pub fn insert(
    write: &Write<'_>,
    token: &str,
    bearer: &Bearer,
    expires_at: Millis,
) -> Result<TokenId, StoreError> {
    let id = TokenId::generate();
    let Origin { session, run, step, .. } = &bearer.origin;
    write
        .prepare_cached(
            "INSERT INTO agent_tokens (id, hash, project_id, session_id, run_id, step_id, agent, created_at, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (hash) DO UPDATE SET revoked_at = NULL, expires_at = excluded.expires_at",
        )?
        .execute((
            id.as_str(),
            hash(token),
            bearer.project_id.as_str(),
            session.as_ref().map(SessionId::as_str),
            run.as_ref().map(RunId::as_str),
            step.as_ref().map(StepId::as_str),
            bearer.agent.as_str(),
            write.now(),
            expires_at,
        ))?;
    write
        .prepare_cached("DELETE FROM agent_tokens WHERE expires_at < ?1")?
        .execute([write.now() - KEPT_MS])?;
    Ok(id)
}

/// Whom a token stands for; `None` when it is unknown, over or revoked, which are told alike.
pub fn find(connection: &Connection, token: &str, now: Millis) -> Result<Option<Bearer>, StoreError> {
    first(
        connection,
        "SELECT t.project_id, t.agent, t.session_id, t.run_id, t.step_id FROM agent_tokens t
           JOIN projects p ON p.id = t.project_id
         WHERE t.hash = ?1 AND t.revoked_at IS NULL AND t.expires_at > ?2 AND p.archived_at IS NULL",
        (hash(token), now),
        |row| {
            let origin = Origin {
                session: parsed_option(row, "session_id")?,
                run: parsed_option(row, "run_id")?,
                step: parsed_option(row, "step_id")?,
                client: None,
            };
            Ok(Bearer { project_id: parsed(row, "project_id")?, agent: parsed(row, "agent")?, origin })
        },
    )
}

/// Revokes the tokens of a run: no agent of it works any more.
pub fn revoke_of_run(write: &Write<'_>, run: &RunId) -> Result<(), StoreError> {
    write
        .prepare_cached("UPDATE agent_tokens SET revoked_at = ?2 WHERE run_id = ?1 AND revoked_at IS NULL")?
        .execute((run.as_str(), write.now()))?;
    Ok(())
}

/// Revokes the tokens of a step: its agent works no more.
pub fn revoke_of_step(write: &Write<'_>, step: &StepId) -> Result<(), StoreError> {
    write
        .prepare_cached("UPDATE agent_tokens SET revoked_at = ?2 WHERE step_id = ?1 AND revoked_at IS NULL")?
        .execute((step.as_str(), write.now()))?;
    Ok(())
}

/// Revokes the tokens of a session.
pub fn revoke_of_session(write: &Write<'_>, session: &SessionId) -> Result<(), StoreError> {
    write
        .prepare_cached(
            "UPDATE agent_tokens SET revoked_at = ?2 WHERE session_id = ?1 AND revoked_at IS NULL",
        )?
        .execute((session.as_str(), write.now()))?;
    Ok(())
}
