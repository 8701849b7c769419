//! The grammar of `waybill learning` and `waybill context`.

use super::{Body, Paging};
use clap::{Args, Subcommand};
use waybill_domain::context::SessionType;
use waybill_domain::learning::{Category, LearningStatus, Severity};
use waybill_domain::run::Role;

#[derive(Debug, Subcommand)]
pub enum Learning {
    /// Learnings, the newest first
    List {
        /// pending, approved or rejected; all when absent
        #[arg(long)]
        status: Option<LearningStatus>,
        #[command(flatten)]
        paging: Paging,
    },
    /// One learning
    Show { number: i64 },
    /// Write down a learning; it waits for its review like any other
    Add {
        #[command(flatten)]
        content: Box<LearningContent>,
        /// The run that it came from
        #[arg(long, value_name = "N")]
        run: Option<i64>,
    },
    /// Change what a learning says
    Edit {
        number: i64,
        #[command(flatten)]
        content: Box<LearningContent>,
    },
    /// Approve learnings; agents are told them once they are compiled
    Approve {
        #[arg(required = true)]
        numbers: Vec<i64>,
    },
    /// Reject learnings
    Reject {
        #[arg(required = true)]
        numbers: Vec<i64>,
    },
    /// Take decisions back: the learnings are pending again
    Reopen {
        #[arg(required = true)]
        numbers: Vec<i64>,
    },
    /// Compile what is approved for a role, which its agents are told from then on; without a role, tell how each stands
    Compile {
        #[arg(long)]
        role: Option<Role>,
        /// Only tell what would change
        #[arg(long, requires = "role")]
        dry_run: bool,
    },
    /// The compiled versions of a role, the newest first; with a number, that one's text
    Versions { role: Role, version: Option<i64> },
    /// Make a compiled version the one that agents of its role are told
    Activate { role: Role, version: i64 },
}

#[derive(Debug, Args)]
pub struct LearningContent {
    /// What was learnt, in a line
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
    /// When it counts
    #[arg(long, value_name = "TEXT")]
    pub trigger: Option<String>,
    /// What to do then
    #[arg(long, value_name = "TEXT")]
    pub behavior: Option<String>,
    /// critical, important or minor; important when absent
    #[arg(long)]
    pub severity: Option<Severity>,
    /// preference, pattern, gotcha, tool or architecture; pattern when absent
    #[arg(long)]
    pub category: Option<Category>,
    /// How sure it is, 0 to 1; 1 when absent
    #[arg(long, value_name = "N")]
    pub confidence: Option<f64>,
    /// A role that it is for; all roles when absent
    #[arg(long = "role", value_name = "ROLE")]
    pub roles: Vec<Role>,
}

#[derive(Debug, Subcommand)]
pub enum Context {
    /// What agents are told by session type, and how each stands
    List,
    /// The text of a context: the newest, or that of a version
    Show {
        session_type: SessionType,
        #[arg(long, value_name = "N")]
        version: Option<i64>,
    },
    /// Save a text as a draft
    Edit {
        session_type: SessionType,
        #[command(flatten)]
        body: Body,
        /// Publish it at once
        #[arg(long)]
        publish: bool,
    },
    /// Publish a draft: agents are told it from then on
    Publish {
        session_type: SessionType,
        /// The newest when absent
        version: Option<i64>,
    },
    /// Make a version active again that was published before
    Activate { session_type: SessionType, version: i64 },
    /// Every version, the newest first
    Versions { session_type: SessionType },
}
