//! What each command of the line does: asks the application, and shows its answer.

mod app;
mod attachment;
mod context;
mod issue;
mod learning;
mod link;
mod manual;
mod mcp;
mod persona;
mod project;
mod restore;
mod run;
mod serve;
mod session;
mod todo;
mod tool;
mod transfer;
mod trash;
mod workflow;

use crate::arguments::{Arguments, Body, Command, Mcp, Paging};
use crate::session::{Need, Session};
use crate::show;
use crate::{print, print_json};
use clap::ValueEnum;
use serde_json::{Value, json};
use std::io::Read;
use std::path::Path;
use waybill_api::error::{ApiError, Code};
use waybill_api::wire::{ExportFormat, ImportFormat};

/// How an answer is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// As people read it.
    Plainly,
    /// As an agent reads it.
    Briefly,
    /// As one JSON value.
    Json,
}

impl Shown {
    const fn of(arguments: &Arguments) -> Self {
        match (arguments.json, arguments.brief) {
            (true, _) => Self::Json,
            (false, true) => Self::Briefly,
            (false, false) => Self::Plainly,
        }
    }

    /// Whether the answer is one JSON value and nothing else may be printed.
    pub fn is_json(self) -> bool {
        self == Self::Json
    }

    /// Prints an answer: as it is, or as `human` writes it.
    pub fn answer(self, value: &Value, human: impl FnOnce(&Value) -> String) -> Result<(), ApiError> {
        if self.is_json() { print_json(value) } else { print(&human(value)) }
    }

    /// As `answer`, with words of their own for an agent.
    pub fn answer_or(
        self,
        value: &Value,
        human: impl FnOnce(&Value) -> String,
        brief: impl FnOnce(&Value) -> String,
    ) -> Result<(), ApiError> {
        if self == Self::Briefly { print(&brief(value)) } else { self.answer(value, human) }
    }

    /// Prints a list as `{"items", "next"}`, or as `human` writes it.
    pub fn list(self, value: &Value, human: impl FnOnce(&[Value]) -> String) -> Result<(), ApiError> {
        let (items, next) = match value {
            Value::Array(items) => (items.as_slice(), &Value::Null),
            page => (show::items(&page["items"]), &page["next"]),
        };
        if self.is_json() {
            return print_json(&json!({"items": items, "next": next}));
        }
        let more = next.as_str().map_or_else(String::new, |cursor| format!("more: --after {cursor}\n"));
        print(&format!("{}{more}", human(items)))
    }

    /// As `list`, with words of their own for an agent.
    pub fn list_or(
        self,
        value: &Value,
        human: impl FnOnce(&[Value]) -> String,
        brief: impl FnOnce(&[Value]) -> String,
    ) -> Result<(), ApiError> {
        if self == Self::Briefly { self.list(value, brief) } else { self.list(value, human) }
    }
}

/// Does what was asked for.
pub fn run(arguments: Arguments) -> Result<(), ApiError> {
    let shown = Shown::of(&arguments);
    // These need no database, or must not have it open.
    let kept = match &arguments.command {
        Command::Completions { shell } => return manual::completions(*shell),
        Command::Man { directory } => return manual::pages(directory, shown),
        Command::Mcp(Mcp { print_config: Some(client), .. }) => {
            return mcp::print_config(*client, arguments.project.as_deref(), shown);
        }
        Command::Mcp(Mcp { connect: Some(socket), .. }) => return mcp::connect(socket),
        Command::Restore { file } => restore::run(file)?,
        _ => None,
    };
    let need = need(&arguments.command);
    let runtime = match need {
        Need::Engine => tokio::runtime::Builder::new_multi_thread().enable_all().build(),
        Need::Answers | Need::Changes => tokio::runtime::Builder::new_current_thread().enable_all().build(),
    };
    let runtime =
        runtime.map_err(|error| ApiError::new(Code::Failed, format!("the runtime cannot start: {error}")))?;
    runtime.block_on(async {
        let session = Session::open(need, arguments.project).await?;
        let done = match arguments.command {
            Command::Restore { file } => restore::told(&session, &file, kept.as_deref(), shown).await,
            command => dispatch(&session, command, shown).await,
        };
        session.app.close().await;
        done
    })
}

fn need(command: &Command) -> Need {
    use crate::arguments::{Issue, Run, Session};
    match command {
        Command::Demo
        | Command::Serve { .. }
        | Command::Run(
            Run::Start { wait: true, .. }
            | Run::Retry { wait: true, .. }
            | Run::RequestChanges { wait: true, .. },
        )
        | Command::Session(
            Session::Start { wait: true, .. }
            | Session::Send { wait: true, .. }
            | Session::Answer { wait: true, .. },
        ) => Need::Engine,
        Command::Run(Run::Log { follow: true, .. })
        | Command::Mcp(_)
        | Command::Import { .. }
        | Command::Export { .. }
        | Command::Issue(Issue::Import { .. } | Issue::Export { .. }) => Need::Changes,
        _ => Need::Answers,
    }
}

async fn dispatch(session: &Session, command: Command, shown: Shown) -> Result<(), ApiError> {
    match command {
        Command::Project(command) => project::run(session, command, shown).await,
        Command::Issue(command) => issue::run(session, command, shown).await,
        Command::Run(command) => run::run(session, command, shown).await,
        Command::Session(command) => session::run(session, command, shown).await,
        Command::Workflow(command) => workflow::run(session, command, shown).await,
        Command::Persona(command) => persona::run(session, command, shown).await,
        Command::Learning(command) => learning::run(session, command, shown).await,
        Command::Context(command) => context::run(session, command, shown).await,
        Command::Tool(command) => tool::run(session, command, shown).await,
        Command::Secret(command) => tool::secret(session, command, shown).await,
        Command::Inbox => app::inbox(session, shown).await,
        Command::Backup { file } => app::backup(session, file, shown).await,
        Command::Audit(_) => app::audit(session, shown).await,
        Command::Doctor => app::doctor(session, shown).await,
        Command::Demo => app::demo(session, shown).await,
        Command::Mcp(_) => mcp::serve(session).await,
        Command::Serve { port, ui } => serve::run(session, port, ui, shown).await,
        Command::Export { directory } => {
            transfer::export(session, ExportFormat::Waybill, &directory, shown).await
        }
        Command::Import { directory, dry_run } => {
            transfer::import(session, ImportFormat::Waybill, &directory, dry_run, shown).await
        }
        Command::Trash(command) => trash::run(session, command, shown).await,
        Command::View(command) => trash::views(session, command, shown).await,
        Command::Restore { .. } | Command::Completions { .. } | Command::Man { .. } => Ok(()),
    }
}

/// The text that was given, from an argument, a file or standard input.
fn body(body: &Body) -> Result<Option<String>, ApiError> {
    match &body.body_file {
        Some(file) => file_text(file).map(Some),
        None => Ok(body.body.clone()),
    }
}

/// What a file holds; - is standard input.
fn file_text(file: &Path) -> Result<String, ApiError> {
    let text = if file.as_os_str() == "-" { standard_input() } else { std::fs::read_to_string(file) };
    text.map_err(|error| ApiError::invalid(format!("{} cannot be read: {error}", file.display())))
}

/// All of standard input; more than any body may have is enough to refuse it.
fn standard_input() -> std::io::Result<String> {
    let mut text = String::new();
    std::io::stdin().lock().take(1024 * 1024).read_to_string(&mut text)?;
    Ok(text)
}

/// A word of the grammar as the application takes it.
fn word(value: &impl ValueEnum) -> String {
    value.to_possible_value().map_or_else(String::new, |word| word.get_name().to_owned())
}

fn page(paging: &Paging) -> Value {
    let mut args = json!({});
    if let Some(limit) = paging.limit {
        args["limit"] = limit.into();
    }
    if let Some(after) = &paging.after {
        args["after"] = after.as_str().into();
    }
    args
}
