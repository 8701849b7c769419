//! Discarded runs: the run stays in its list, and its branch can be brought back.

use super::{Item, Kind};
use crate::error::StoreError;
use crate::row::to_json;
use crate::runs::{self, Run, RunPatch};
use crate::writer::Write;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use serde_json::json;
use waybill_domain::ids::{RunId, TrashId};
use waybill_domain::principal::Principal;
use waybill_domain::run::Delivery;

/// The branch of a discarded run; its commit is kept by git under a hidden ref.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    pub name: String,
    pub head: String,
}

/// Records that a run's branch was discarded.
pub fn discard(write: &Write<'_>, run: &Run, actor: &Principal) -> Result<(), StoreError> {
    if run.delivery == Delivery::Discarded {
        return Ok(());
    }
    runs::patch(write, run, &RunPatch { delivery: Some(Delivery::Discarded), ..RunPatch::default() })?;
    write.audit(actor, Some(&run.project_id), "run.discarded", &json!({ "run": run.number }))?;
    // A run that left no branch is only put away: there is nothing to restore.
    let Some((name, head)) = run.branch.clone().zip(run.head_commit.clone()) else { return Ok(()) };
    let item = Item {
        id: super::trash_id(run.id.as_str())?,
        project_id: run.project_id.clone(),
        project_slug: crate::projects::by_id(write, &run.project_id)?.slug,
        kind: Kind::Run,
        number: Some(run.number),
        title: run.name.clone(),
        removed_by: actor.to_string(),
        removed_at: write.now(),
    };
    super::insert(write, &item, &to_json(&Branch { name, head })?)
}

/// The branch that a discarded run had.
pub fn branch(connection: &Connection, id: &TrashId) -> Result<Branch, StoreError> {
    super::content(connection, id.as_str())?.ok_or_else(|| StoreError::not_found("removed item", id))
}

/// Records that the branch of a discarded run is back under `name`, to be reviewed again.
pub fn restore(write: &Write<'_>, id: &TrashId, name: &str, actor: &Principal) -> Result<Run, StoreError> {
    let item = super::get(write, id)?;
    crate::projects::expect_open(write, &item.project_id)?;
    let run_id: RunId = id.as_str().parse().map_err(|error| StoreError::Unreadable(format!("{error}")))?;
    let run = runs::by_id(write, &run_id)?;
    let patch =
        RunPatch { delivery: Some(Delivery::Ready), branch: Some(name.to_owned()), ..RunPatch::default() };
    runs::patch(write, &run, &patch)?;
    super::delete(write, &item)?;
    let what = json!({"run": run.number, "branch": name});
    write.audit(actor, Some(&run.project_id), "run.restored", &what)?;
    runs::by_id(write, &run.id)
}
