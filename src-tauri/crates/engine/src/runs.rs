//! Runs: asking for them, working them durably, and delivering what came of them (SPEC 8).
//!
//! A run is rows first: what is to happen is committed before it happens, so that whatever ends this process,
//! the next one finds where to go on. Nothing here knows how a tool speaks or how a sandbox is made.

mod agent;
mod answer;
mod collect;
mod conclude;
pub mod delivery;
mod dispatch;
mod instructions;
mod outlook;
mod pipeline;
mod quota;
mod recovery;
mod remove;
mod request;
mod session_state;
mod setup;
mod told;
mod work;

pub use dispatch::{Mailboxes, dispatch};
pub use outlook::{Standing, Upcoming, candidates, upcoming};
pub use request::{RunFault, StartRequest, cancel, consent, pause, request_changes, resume, retry, start};

pub(crate) use conclude::finish;
pub(crate) use remove::remove_quietly;
pub(crate) use request::{prepare, queue};
pub(crate) use session_state::forget_sessions;

use crate::git::Author;
use waybill_domain::ids::ProjectId;
use waybill_store::project_settings::ProjectSettings;

/// The name under which a project's secret variable lies in the keychain.
pub fn project_secret(project: &ProjectId, key: &str) -> String {
    format!("project/{project}/{key}")
}

/// Where the commits of a race's candidate are kept, out of the way of the user's branches.
pub(crate) fn candidate_ref(run: i64, lane: i64) -> String {
    format!("{}candidates/run-{run}/{lane}", crate::git::WAYBILL_REFS)
}

/// Who commits when the agent did not: the project's choice, else the repository's own author, else Waybill.
pub(crate) fn author(settings: &ProjectSettings, repository: &crate::git::Repository) -> Author {
    let name = settings.git_author_name.clone().or_else(|| repository.author_name.clone());
    let email = settings.git_author_email.clone().or_else(|| repository.author_email.clone());
    Author {
        name: name.unwrap_or_else(|| "Waybill".to_owned()),
        email: email.unwrap_or_else(|| "waybill@localhost".to_owned()),
    }
}
