//! The grammar of `waybill issue`.

use super::{Body, Paging};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum Issue {
    /// File an issue
    New {
        #[arg(long)]
        title: String,
        #[command(flatten)]
        body: Body,
        #[arg(long, value_enum)]
        priority: Option<Priority>,
        /// May be given more than once
        #[arg(long = "label")]
        labels: Vec<String>,
        /// The issue that it becomes a child of
        #[arg(long, value_name = "N")]
        parent: Option<i64>,
        /// A file to attach; may be given more than once
        #[arg(long = "attach", value_name = "FILE")]
        attach: Vec<PathBuf>,
    },
    /// Issues that are neither resolved nor rejected, or those that QUERY asks for
    List {
        #[arg(allow_hyphen_values = true)]
        query: Option<String>,
        #[command(flatten)]
        paging: Paging,
    },
    /// What can be worked on now, the most urgent first
    Ready {
        #[command(flatten)]
        paging: Paging,
    },
    /// Take an issue to work on; without N the first that is ready
    Claim { number: Option<i64> },
    /// Give up a claimed issue
    Release { number: i64 },
    /// Issues that match, the best first
    Search {
        #[arg(allow_hyphen_values = true)]
        query: String,
        #[command(flatten)]
        paging: Paging,
    },
    /// One issue with its todos, links, files and activity
    Show { number: i64 },
    /// Change an issue; what is not given stays
    Edit {
        number: i64,
        #[arg(long)]
        title: Option<String>,
        #[command(flatten)]
        body: Body,
        #[arg(long, value_enum)]
        priority: Option<Priority>,
        /// The labels that it then has; may be given more than once
        #[arg(long = "label")]
        labels: Vec<String>,
    },
    /// Move an issue to another status
    Move {
        number: i64,
        #[arg(value_enum)]
        status: Status,
        /// Why; rejecting needs it
        #[arg(long)]
        note: Option<String>,
        /// Resolve it although children of it are open
        #[arg(long)]
        despite_children: bool,
    },
    /// Assign an issue: primary, workflow:NAME, session:ID, or none
    Assign { number: i64, target: String },
    /// Comment on an issue
    Comment {
        number: i64,
        #[command(flatten)]
        body: Body,
        /// Never shown to guests
        #[arg(long)]
        internal: bool,
    },
    /// The todos of an issue: criteria and steps
    Todo(TodoArguments),
    /// Link issues: N is KIND M
    Link {
        number: i64,
        #[arg(value_enum)]
        kind: Relation,
        other: i64,
    },
    /// Take a link away: N is no longer KIND M
    Unlink {
        number: i64,
        #[arg(value_enum)]
        kind: Relation,
        other: i64,
    },
    /// What an issue is linked to
    Links { number: i64 },
    /// Close an issue as a duplicate of another
    Duplicate {
        number: i64,
        #[arg(value_name = "OF")]
        of: i64,
    },
    /// Attach files to an issue, 25 MB each at most
    Attach {
        number: i64,
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// The files of an issue
    Attachments { number: i64 },
    /// Move an issue to the trash, from which it comes back whole for 30 days
    Remove { number: i64 },
    /// Bring in issues of another tracker; what came in before is not brought again
    Import {
        #[arg(value_enum)]
        from: Import,
        path: PathBuf,
        /// Only tell what would come in
        #[arg(long)]
        dry_run: bool,
    },
    /// Write the issues as a folder of Markdown
    Export { directory: PathBuf },
}

/// `waybill issue todo N …`
#[derive(Debug, Args)]
pub struct TodoArguments {
    pub number: i64,
    /// Print the list as Markdown; with the edited list on standard input, take it over
    #[arg(long, global = true)]
    pub markdown: bool,
    #[command(subcommand)]
    pub command: Option<Todo>,
}

/// T is a todo's number in the list, or the beginning of its id.
#[derive(Debug, Subcommand)]
pub enum Todo {
    /// The list
    List,
    /// Add a step, or a criterion
    Add {
        text: String,
        /// A part of the definition of done
        #[arg(long, conflicts_with = "phase")]
        criterion: bool,
        /// The heading that the step stands under
        #[arg(long)]
        phase: Option<String>,
    },
    /// Begin one; the one that was in progress waits again
    Start {
        #[arg(value_name = "T")]
        todo: String,
    },
    /// Complete one
    Done {
        #[arg(value_name = "T")]
        todo: String,
    },
    /// Abandon one
    Drop {
        #[arg(value_name = "T")]
        todo: String,
    },
    /// Add a note to one
    Note {
        #[arg(value_name = "T")]
        todo: String,
        text: String,
    },
    /// Say one in other words
    Edit {
        #[arg(value_name = "T")]
        todo: String,
        text: String,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Priority {
    Low,
    Medium,
    High,
    Critical,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Status {
    Open,
    Triaged,
    Assigned,
    InProgress,
    Resolved,
    Rejected,
    Reopened,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Relation {
    ChildOf,
    ParentOf,
    BlockedBy,
    Blocks,
    DuplicateOf,
    DuplicatedBy,
    RelatesTo,
}

/// Where issues come from.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Import {
    /// A file of `gh issue list --json …`
    Github,
    /// `issues.jsonl` of beads
    Beads,
    /// A folder of Backlog.md
    Backlog,
    /// `task export`
    Taskwarrior,
    /// An export of Vibe Kanban
    VibeKanban,
    /// A `.workflow/issues` folder of Claude-Code-Workflow
    Ccw,
    /// A folder that `waybill export` wrote
    Waybill,
}
