//! The wire: what every adapter (desktop, HTTP, CLI `--json`) sends and receives.
//!
//! Field names are the tables' names. These types exist nowhere else; they know the store's rows only to be
//! made from them. Enumerations are the domain's words, written as unions into the TypeScript bindings.

mod app;
mod context;
mod issue;
mod learning;
mod project;
mod run;
mod session;
mod tracker;
mod workflow;

pub use app::*;
pub use context::*;
pub use issue::*;
pub use learning::*;
pub use project::*;
pub use run::*;
pub use session::*;
pub use tracker::*;
pub use workflow::*;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One page of a list; `next` is the cursor to hand back as `after`, null on the last page.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<String>,
}

/// A command that takes nothing.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct Nothing {}

/// A command that answers nothing but that it is done.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Done {}
