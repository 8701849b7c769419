//! The grammar of the command line (SPEC 14), which scripts rely on.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Issues, agents and their runs on your own disk.
#[derive(Debug, Parser)]
#[command(name = "waybill", version, about, max_term_width = 100)]
pub struct Arguments {
    /// The project; without it, the one whose repository holds the current directory
    #[arg(short, long, global = true, value_name = "SLUG")]
    pub project: Option<String>,
    /// Print one JSON value
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Repositories that Waybill works on
    #[command(subcommand)]
    Project(Project),
    /// What waits for you
    Inbox,
    /// Issues
    #[command(subcommand)]
    Issue(Issue),
    /// Runs of agents
    #[command(subcommand)]
    Run(Run),
    /// Agent tools
    #[command(subcommand)]
    Tool(Tool),
    /// API keys, kept in the keychain
    #[command(subcommand)]
    Secret(Secret),
    /// Write a backup of the database
    Backup {
        /// The file; a dated one in the data directory when absent
        file: Option<PathBuf>,
    },
    /// The audit trail
    #[command(subcommand)]
    Audit(Audit),
    /// Tell what is wrong on this machine and how to mend it
    Doctor,
    /// Make a small repository and an issue, work it with the demo tool (a script, no AI) and show the branch
    Demo,
    /// Serve the application to a browser on this machine
    Serve {
        /// The port; a free one when 0
        #[arg(long, default_value_t = 0)]
        port: u16,
        /// The folder of the built interface
        #[arg(long, value_name = "DIR")]
        ui: Option<PathBuf>,
    },
    /// Print a completion script
    Completions { shell: clap_complete::Shell },
}

#[derive(Debug, Subcommand)]
pub enum Project {
    /// Add the repository that holds PATH
    Add {
        path: PathBuf,
        #[arg(long)]
        slug: Option<String>,
        #[arg(long)]
        name: Option<String>,
    },
    /// All projects
    List,
    /// One project and what it is set to
    Show,
    /// Take the project off the list; its issues and runs are kept
    Remove,
    /// Bring a removed project back
    Restore,
    /// Change settings: KEY=VALUE, where VALUE is JSON or plain text
    Set {
        #[arg(required = true, value_name = "KEY=VALUE")]
        settings: Vec<String>,
    },
    /// Set an environment variable of the project's sandboxes; the value of a secret is read from standard input
    Env {
        key: String,
        #[arg(conflicts_with_all = ["secret", "unset"])]
        value: Option<String>,
        /// Keep the value in the keychain and hide it wherever it appears
        #[arg(long)]
        secret: bool,
        #[arg(long)]
        unset: bool,
    },
}

#[derive(Debug, Args)]
pub struct Body {
    /// The text, in Markdown
    #[arg(long)]
    pub body: Option<String>,
    /// A file with the text; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "body")]
    pub body_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Paging {
    /// How many
    #[arg(long, value_name = "N")]
    pub limit: Option<u32>,
    /// The cursor that the page before gave
    #[arg(long, value_name = "CURSOR")]
    pub after: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Priority {
    Low,
    Medium,
    High,
    Critical,
}

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
    },
    /// Issues that are neither resolved nor rejected, or those that QUERY asks for
    List {
        #[arg(allow_hyphen_values = true)]
        query: Option<String>,
        #[command(flatten)]
        paging: Paging,
    },
    /// Issues that match, the best first
    Search {
        #[arg(allow_hyphen_values = true)]
        query: String,
        #[command(flatten)]
        paging: Paging,
    },
    /// One issue with its activity
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
    /// Move an issue: open, triaged, assigned, `in_progress`, resolved, rejected, reopened
    Move {
        number: i64,
        status: String,
        /// Why; rejecting needs it
        #[arg(long)]
        note: Option<String>,
    },
    /// Comment on an issue
    Comment {
        number: i64,
        #[command(flatten)]
        body: Body,
    },
}

#[derive(Debug, Subcommand)]
pub enum Run {
    /// Send an issue or a prompt to an agent
    Start {
        #[arg(long, value_name = "N")]
        issue: Option<i64>,
        #[arg(long)]
        prompt: Option<String>,
        #[arg(long)]
        tool: Option<String>,
        #[arg(long)]
        model: Option<String>,
        #[arg(long)]
        effort: Option<String>,
        /// The branch to begin from
        #[arg(long, value_name = "BRANCH")]
        base: Option<String>,
        /// Minutes
        #[arg(long, value_name = "MINUTES")]
        timeout: Option<i64>,
        /// Work it here, unless another Waybill does, and wait for its end
        #[arg(long)]
        wait: bool,
    },
    /// Runs, the newest first
    List {
        /// pending, running, completed, failed, cancelled; may be given more than once
        #[arg(long)]
        status: Vec<String>,
        #[arg(long, value_name = "N")]
        issue: Option<i64>,
        #[command(flatten)]
        paging: Paging,
    },
    /// One run with its steps
    Show { number: i64 },
    /// What a run's agent wrote
    Log {
        number: i64,
        /// Go on until the run ends
        #[arg(long, short)]
        follow: bool,
    },
    /// What a run changed
    Diff { number: i64 },
    /// Stop a run; what was committed is kept
    Cancel { number: i64 },
    /// Freeze a run
    Pause { number: i64 },
    /// Thaw a run
    Resume { number: i64 },
    /// Agree to weaker isolation for one run
    Consent { number: i64 },
    /// Try a failed or cancelled run again
    Retry {
        number: i64,
        #[arg(long)]
        wait: bool,
    },
    /// Merge a run's branch into its base
    Merge {
        number: i64,
        /// As one commit
        #[arg(long, conflicts_with = "rebase")]
        squash: bool,
        /// Each commit on top of the base
        #[arg(long)]
        rebase: bool,
    },
    /// Remove a run's branch; its commits are kept for restoring
    Discard { number: i64 },
}

#[derive(Debug, Subcommand)]
pub enum Tool {
    /// Tools that were found, and your own
    List,
    /// Look again
    Check { name: Option<String> },
    /// Add a command of your own: `{prompt}`, `{prompt_file}`, `{model}` and `{workspace}` are replaced
    Add {
        name: String,
        #[arg(long, value_name = "PROGRAM ARGS…")]
        command: String,
        /// arg, stdin or file
        #[arg(long)]
        prompt: Option<String>,
    },
    /// Remove a tool of your own
    Remove { name: String },
}

#[derive(Debug, Subcommand)]
pub enum Secret {
    /// Which keys are set; never their values
    List,
    /// Set a key; its value is read from standard input
    Set { name: String },
    /// Remove a key
    Remove { name: String },
    /// Keep secrets in an encrypted file when there is no keychain
    File {
        #[arg(value_parser = ["on", "off"])]
        state: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Prove that no entry was changed or removed
    Verify,
}
