//! The grammar of `waybill persona` and `waybill workflow`.

use clap::{Args, Subcommand};
use std::path::PathBuf;
use waybill_domain::run::Role;
use waybill_domain::workflow::WorkflowType;

#[derive(Debug, Subcommand)]
pub enum Persona {
    /// All personas: those that ship, and the project's own
    List,
    /// One persona with its instructions
    Show { name: String },
    /// Make a persona
    New {
        name: String,
        /// What it is: designer, checker, evaluator, …
        #[arg(long = "type", value_name = "TYPE")]
        kind: Role,
        #[command(flatten)]
        content: Box<PersonaContent>,
    },
    /// Change a persona; each saving is a version
    Edit {
        name: String,
        #[command(flatten)]
        content: Box<PersonaContent>,
        #[arg(long)]
        enable: bool,
        #[arg(long, conflicts_with = "enable")]
        disable: bool,
    },
    /// Bring back what ships; what you made of it goes to the trash
    Reset { name: String },
    /// Remove a persona of your own; it goes to the trash
    Remove { name: String },
    /// Every version, the newest first
    Versions {
        name: String,
        /// Make this one active again, as a new version
        #[arg(long, value_name = "VERSION")]
        activate: Option<i64>,
    },
}

#[derive(Debug, Args)]
pub struct PersonaContent {
    /// What it is for, in a line
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
    /// A file with its instructions, in Markdown; - is standard input
    #[arg(long, value_name = "FILE")]
    pub instructions_file: Option<PathBuf>,
    /// The tool that it works with; '' leaves it to the run, as with the next two
    #[arg(long)]
    pub tool: Option<String>,
    #[arg(long)]
    pub model: Option<String>,
    #[arg(long)]
    pub effort: Option<String>,
    /// Whether it is told what was learnt
    #[arg(long, value_name = "true|false")]
    pub include_learnings: Option<bool>,
    /// An evaluator's: the composite score that it wants, 0 to 100
    #[arg(long, value_name = "N")]
    pub threshold: Option<f64>,
    /// An evaluator's: how much correctness, type safety, code style, test coverage and completeness count
    #[arg(long, value_name = "C,T,S,T,C", value_parser = five)]
    pub weights: Option<Five>,
}

/// Five numbers.
pub type Five = [f64; 5];

fn five(text: &str) -> Result<Five, String> {
    let numbers: Result<Vec<f64>, _> = text.split(',').map(|number| number.trim().parse::<f64>()).collect();
    let numbers = numbers.map_err(|error| error.to_string())?;
    numbers
        .try_into()
        .map_err(|given: Vec<f64>| format!("five numbers are wanted, these are {}", given.len()))
}

#[derive(Debug, Subcommand)]
pub enum Workflow {
    /// All workflows: those that ship, and the project's own
    List,
    /// One workflow as a tree; with --json as it can be edited
    Show { name: String },
    /// Make a workflow
    New {
        name: String,
        /// `single_designer`, `designer_checker`, `custom_pipeline` or `persona_pipeline`
        #[arg(long = "type", value_name = "TYPE")]
        kind: WorkflowType,
        #[command(flatten)]
        from: From,
    },
    /// Change a workflow; each saving is a version
    Edit {
        name: String,
        #[command(flatten)]
        change: Box<WorkflowChange>,
    },
    /// Copy a workflow
    Duplicate { name: String, new_name: String },
    /// Write a workflow with the personas that it names; to standard output without FILE
    Export { name: String, file: Option<PathBuf> },
    /// Bring in what `export` wrote; what it replaces is kept as a version
    Import {
        /// The file; - is standard input
        file: PathBuf,
        /// Only tell what would come in
        #[arg(long)]
        dry_run: bool,
    },
    /// Every version, the newest first
    Versions {
        name: String,
        /// Make this one active again, as a new version
        #[arg(long, value_name = "VERSION")]
        activate: Option<i64>,
    },
    /// Remove a workflow of your own, or bring back what ships; yours goes to the trash
    Remove { name: String },
}

#[derive(Debug, Args)]
pub struct From {
    /// JSON of the definition (`{"nodes": […]}`), or what `show --json` prints; - is standard input
    #[arg(long = "from", value_name = "FILE")]
    pub file: PathBuf,
    /// What it is good for, in a line
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
}

#[derive(Debug, Args)]
pub struct WorkflowChange {
    /// JSON of the definition (`{"nodes": […]}`), or what `show --json` prints; - is standard input
    #[arg(long = "from", value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// What it is good for, in a line
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
    /// Its shape; what it was when absent
    #[arg(long = "type", value_name = "TYPE")]
    pub kind: Option<WorkflowType>,
    #[arg(long)]
    pub enable: bool,
    #[arg(long, conflicts_with = "enable")]
    pub disable: bool,
}
