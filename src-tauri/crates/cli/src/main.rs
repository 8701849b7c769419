//! The command line: an adapter on the same commands as the window, for people, scripts and agents.
//!
//! Reads the environment and hands it in; knows nothing that the application does not tell it.

mod arguments;
mod commands;
mod keychain;
mod paint;
mod places;
mod progress;
mod session;
mod show;
mod table;

use clap::Parser;
use serde_json::{Value, json};
use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use waybill_api::error::{ApiError, Code};

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    let arguments = match arguments::Arguments::try_parse_from(&words) {
        Ok(arguments) => arguments,
        Err(error) => return refuse_arguments(&words, &error),
    };
    start_log();
    if colours() {
        paint::turn_on();
    }
    let as_json = arguments.json;
    match commands::run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error, as_json);
            exit_code(error.code)
        }
    }
}

const fn status_of(code: Code) -> u8 {
    match code {
        Code::Invalid => 2,
        Code::NotFound => 3,
        Code::Conflict => 4,
        Code::Forbidden | Code::Missing | Code::Failed => 1,
    }
}

fn exit_code(code: Code) -> ExitCode {
    ExitCode::from(status_of(code))
}

fn refuse_arguments(words: &[OsString], error: &clap::Error) -> ExitCode {
    let wants_json = words.iter().any(|word| word == "--json");
    if wants_json && error.use_stderr() {
        let text = error.to_string();
        // The second line of a wrong word tells which there are.
        let told = text.lines().take(2).take_while(|line| !line.is_empty()).map(str::trim);
        let message = told.collect::<Vec<_>>().join(" ");
        report(
            &ApiError::invalid(message.trim_start_matches("error: "))
                .with_hint("waybill --help shows what there is."),
            true,
        );
        return exit_code(Code::Invalid);
    }
    // A closed pipe (`waybill --help | head`) is no fault.
    drop(error.print());
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// Errors go to standard error: a sentence and what to do, or one JSON value.
fn report(error: &ApiError, as_json: bool) {
    let mut stderr = std::io::stderr().lock();
    let text = if as_json {
        json!({ "error": error }).to_string()
    } else {
        match &error.hint {
            Some(hint) => format!("waybill: {}\n  {hint}", error.message),
            None => format!("waybill: {}", error.message),
        }
    };
    // There is nowhere left to say that standard error is closed.
    drop(writeln!(stderr, "{text}"));
}

/// Prints a JSON value on a line of its own.
fn print_json(value: &Value) -> Result<(), ApiError> {
    print(&format!("{value}\n"))
}

/// Prints text; a reader that has gone away (`| head`) ends the program quietly.
fn print(text: &str) -> Result<(), ApiError> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => Err(ApiError::new(Code::Failed, format!("standard output cannot be written: {error}"))),
    }
}

/// Colours are for terminals, and not for people who asked for none (<https://no-color.org>).
fn colours() -> bool {
    let none = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
        || std::env::var_os("TERM").is_some_and(|value| value == "dumb");
    !none && std::io::stdout().is_terminal()
}

fn start_log() {
    let Some(filter) = std::env::var_os("WAYBILL_LOG") else { return };
    let filter = tracing_subscriber::EnvFilter::new(filter.to_string_lossy());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
