//! The grammar of the command line (SPEC 14), which scripts rely on.

mod issue;
mod learning;
mod run;
mod session;
mod workflow;

pub use issue::{Import, Issue, Todo, TodoArguments};
pub use learning::{Context, Learning, LearningContent};
pub use run::Run;
pub use session::Session;
pub use workflow::{Persona, PersonaContent, Workflow, WorkflowChange};

use clap::{Args, Parser, Subcommand};
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
    /// Print little, as an agent reads it: a line an issue, its fields apart by tabs; one issue as Markdown
    #[arg(long, global = true, conflicts_with = "json")]
    pub brief: bool,
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
    /// Conversations with agents
    #[command(subcommand)]
    Session(Session),
    /// What runs go through: steps, loops and races
    #[command(subcommand)]
    Workflow(Workflow),
    /// Agents with a name, instructions and settings of their own
    #[command(subcommand)]
    Persona(Persona),
    /// What work in a project taught, its review, and what agents are told of it
    #[command(subcommand)]
    Learning(Learning),
    /// What agents are told of a project, by what they do
    #[command(subcommand)]
    Context(Context),
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
    /// Put a backup in the place of the database, which is kept beside it
    Restore { file: PathBuf },
    /// Write all of a project into a folder, from which `import` brings it back whole
    Export { directory: PathBuf },
    /// Bring in what `export` wrote
    Import {
        directory: PathBuf,
        /// Only tell what would come in
        #[arg(long)]
        dry_run: bool,
    },
    /// What was removed, for 30 days
    #[command(subcommand)]
    Trash(Trash),
    /// Saved views
    #[command(subcommand)]
    View(View),
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
    /// Offer the tracker as MCP tools on standard input and output, to your own editor or agent
    Mcp(Mcp),
    /// Print a completion script
    Completions { shell: clap_complete::Shell },
    /// Write the man pages into a folder
    #[command(hide = true)]
    Man { directory: PathBuf },
}

#[derive(Debug, Args)]
pub struct Mcp {
    /// Print how a client is told of it, and end
    #[arg(long, value_name = "CLIENT", value_enum)]
    pub print_config: Option<McpClient>,
    /// Join standard input and output to the tools that Waybill offers at this socket, as an agent in a sandbox does;
    /// its token is the variable `WAYBILL_TOKEN`
    #[arg(long, value_name = "SOCKET", conflicts_with = "print_config")]
    pub connect: Option<PathBuf>,
}

/// A client whose configuration is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum McpClient {
    Claude,
    Codex,
    Opencode,
    Vscode,
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

#[derive(Debug, Subcommand)]
pub enum Tool {
    /// Tools that were found, and your own
    List,
    /// Look again
    Check { name: Option<String> },
    /// Add a command of your own: `{prompt}`, `{prompt_file}`, `{model}`, `{workspace}` and `{mcp_config}` are replaced
    Add {
        name: String,
        #[arg(long, value_name = "PROGRAM ARGS…")]
        command: String,
        /// arg, stdin, file, or acp for an agent that speaks the Agent Client Protocol
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

#[derive(Debug, Subcommand)]
pub enum Trash {
    /// What can be restored, the newest first; of all projects when none is named
    List {
        #[command(flatten)]
        paging: Paging,
    },
    /// Bring something back whole
    Restore { id: String },
}

#[derive(Debug, Subcommand)]
pub enum View {
    /// The saved views of the project with their queries
    List,
}
