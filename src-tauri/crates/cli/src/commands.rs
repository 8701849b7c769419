//! What each command of the line does: asks the application, and shows its answer.

mod app;
mod issue;
mod project;
mod run;
mod serve;
mod tool;

use crate::arguments::{Arguments, Body, Command, Paging};
use crate::session::{Need, Session};
use crate::{print, print_json};
use clap::CommandFactory;
use serde_json::{Value, json};
use std::io::Read;
use waybill_api::error::{ApiError, Code};

/// How an answer is shown.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    pub json: bool,
}

impl Shown {
    /// Prints an answer: as it is, or as `human` writes it.
    pub fn answer(self, value: &Value, human: impl FnOnce(&Value) -> String) -> Result<(), ApiError> {
        if self.json { print_json(value) } else { print(&human(value)) }
    }

    /// Prints a list as `{"items", "next"}`, or as `human` writes it.
    pub fn list(self, value: &Value, human: impl FnOnce(&[Value]) -> String) -> Result<(), ApiError> {
        let (items, next) = match value {
            Value::Array(items) => (items.clone(), Value::Null),
            page => (page["items"].as_array().cloned().unwrap_or_default(), page["next"].clone()),
        };
        if self.json {
            return print_json(&json!({"items": items, "next": next}));
        }
        let more = next.as_str().map_or_else(String::new, |cursor| format!("more: --after {cursor}\n"));
        print(&format!("{}{more}", human(&items)))
    }
}

/// Does what was asked for.
pub fn run(arguments: Arguments) -> Result<(), ApiError> {
    let shown = Shown { json: arguments.json };
    if let Command::Completions { shell } = arguments.command {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Arguments::command(), "waybill", &mut script);
        return print(&String::from_utf8_lossy(&script));
    }
    let need = need(&arguments.command);
    let runtime = match need {
        Need::Engine => tokio::runtime::Builder::new_multi_thread().enable_all().build(),
        Need::Answers | Need::Changes => tokio::runtime::Builder::new_current_thread().enable_all().build(),
    };
    let runtime =
        runtime.map_err(|error| ApiError::new(Code::Failed, format!("the runtime cannot start: {error}")))?;
    runtime.block_on(async {
        let session = Session::open(need, arguments.project).await?;
        let done = dispatch(&session, arguments.command, shown).await;
        session.app.close().await;
        done
    })
}

fn need(command: &Command) -> Need {
    use crate::arguments::Run;
    match command {
        Command::Demo
        | Command::Serve { .. }
        | Command::Run(Run::Start { wait: true, .. } | Run::Retry { wait: true, .. }) => Need::Engine,
        Command::Run(Run::Log { follow: true, .. }) => Need::Changes,
        _ => Need::Answers,
    }
}

async fn dispatch(session: &Session, command: Command, shown: Shown) -> Result<(), ApiError> {
    match command {
        Command::Project(command) => project::run(session, command, shown).await,
        Command::Issue(command) => issue::run(session, command, shown).await,
        Command::Run(command) => run::run(session, command, shown).await,
        Command::Tool(command) => tool::run(session, command, shown).await,
        Command::Secret(command) => tool::secret(session, command, shown).await,
        Command::Inbox => app::inbox(session, shown).await,
        Command::Backup { file } => app::backup(session, file, shown).await,
        Command::Audit(_) => app::audit(session, shown).await,
        Command::Doctor => app::doctor(session, shown).await,
        Command::Demo => app::demo(session, shown).await,
        Command::Serve { port, ui } => serve::run(session, port, ui, shown).await,
        Command::Completions { .. } => Ok(()),
    }
}

/// The text that was given, from an argument, a file or standard input.
fn body(body: &Body) -> Result<Option<String>, ApiError> {
    let Some(file) = &body.body_file else { return Ok(body.body.clone()) };
    let fault = |error| ApiError::invalid(format!("{} cannot be read: {error}", file.display()));
    let text = if file.as_os_str() == "-" {
        standard_input().map_err(fault)?
    } else {
        std::fs::read_to_string(file).map_err(fault)?
    };
    Ok(Some(text))
}

/// All of standard input; more than any body may have is enough to refuse it.
fn standard_input() -> std::io::Result<String> {
    let mut text = String::new();
    std::io::stdin().lock().take(1024 * 1024).read_to_string(&mut text)?;
    Ok(text)
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
