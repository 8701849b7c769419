//! What agents handed in, each fitting its contract (SPEC 6, "Output contracts").

use crate::agent_tokens::Bearer;
use crate::error::StoreError;
use crate::row::{first, json};
use crate::writer::Write;
use rusqlite::Connection;
use serde_json::{Value, json};
use waybill_domain::contract::Contract;
use waybill_domain::ids::{RunId, SessionId, StepId, SubmissionId};
use waybill_domain::principal::Principal;

/// Keeps an answer; a later one of the same step and contract counts in place of this.
pub fn insert(
    write: &Write<'_>,
    bearer: &Bearer,
    contract: Contract,
    answer: &Value,
) -> Result<SubmissionId, StoreError> {
    if let Err(faults) = contract.check(answer) {
        let told: Vec<_> = faults.iter().map(ToString::to_string).collect();
        return Err(StoreError::Invalid(format!("the answer does not fit: {}", told.join("; "))));
    }
    let id = SubmissionId::generate();
    let origin = &bearer.origin;
    write
        .prepare_cached(
            "INSERT INTO agent_submissions (id, project_id, session_id, run_id, step_id, agent, contract, answer, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute((
            id.as_str(),
            bearer.project_id.as_str(),
            origin.session.as_ref().map(SessionId::as_str),
            origin.run.as_ref().map(RunId::as_str),
            origin.step.as_ref().map(StepId::as_str),
            bearer.agent.as_str(),
            contract.as_str(),
            answer.to_string(),
            write.now(),
        ))?;
    let actor = Principal::Agent(bearer.agent.to_string());
    write.audit(&actor, Some(&bearer.project_id), "agent.submitted", &json!({ "contract": contract }))?;
    Ok(id)
}

/// The last answer of a step to a contract.
pub fn of_step(
    connection: &Connection,
    step: &StepId,
    contract: Contract,
) -> Result<Option<Value>, StoreError> {
    first(
        connection,
        "SELECT answer FROM agent_submissions WHERE step_id = ?1 AND contract = ?2 ORDER BY id DESC LIMIT 1",
        (step.as_str(), contract.as_str()),
        |row| json(row, "answer"),
    )
}
