//! Sessions and their messages as people read them.

use super::{age, author, field, items, plain};
use crate::table::{draw, flexible, number, terminal_width, text};
use serde_json::Value;
use std::fmt::Write as _;

/// Sessions as a table.
pub fn sessions(found: &[Value]) -> String {
    if found.is_empty() {
        return "No sessions.\n".to_owned();
    }
    let columns =
        [number("session"), flexible("title"), text("state"), text("issue"), text("tool"), text("age")];
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|session| {
            vec![
                field(session, "number"),
                field(session, "title"),
                session_state(session),
                session["issue"]["number"].as_i64().map_or_else(String::new, |issue| format!("#{issue}")),
                field(session, "tool"),
                age(session["updated_at"].as_i64()),
            ]
        })
        .collect();
    draw(&columns, &rows, terminal_width())
}

/// A session's state with what it waits for.
pub fn session_state(session: &Value) -> String {
    let state = field(session, "state");
    match (state.as_str(), session["working"] == true, session["open_questions"].as_i64()) {
        ("paused", _, Some(1)) => "paused (1 question)".to_owned(),
        ("paused", _, Some(count)) => format!("paused ({count} questions)"),
        ("idle" | "ended", true, _) => format!("{state} (its agent is being stopped)"),
        _ => state,
    }
}

/// One session with what it asks.
pub fn session(session: &Value) -> String {
    let title = plain(&field(session, "title"));
    let mut out = format!("Session {} {title}\n{}", field(session, "number"), session_state(session));
    let _ = write!(out, " · tool {}", field(session, "tool"));
    if let Some(issue) = session["issue"]["number"].as_i64() {
        let _ = write!(out, " · issue #{issue}");
    }
    if let Some(run) = session["run"].as_i64() {
        let _ = write!(out, " · run {run}");
    }
    out.push('\n');
    if let Some(error) = session["error"].as_str() {
        let _ = writeln!(out, "The last turn failed: {}", plain(error));
    }
    if let Some(draft) = session["draft"].as_str() {
        let _ = writeln!(out, "\nReady to be sent:\n{}", plain(draft));
    }
    for asked in items(&session["questions"]).iter().filter(|asked| asked["state"] == "open") {
        out.push_str(&question(asked));
    }
    out
}

fn question(asked: &Value) -> String {
    let kind = field(asked, "kind");
    let mut out = format!("\n{kind} {}\n{}\n", field(asked, "id"), plain(&field(asked, "text")));
    for choice in items(&asked["choices"]) {
        let _ = writeln!(out, "  - {}", plain(choice.as_str().unwrap_or_default()));
    }
    for of in items(&asked["fields"]) {
        let choices: Vec<_> = items(&of["choices"]).iter().filter_map(Value::as_str).collect();
        let choices =
            if choices.is_empty() { String::new() } else { format!(": {}", plain(&choices.join(", "))) };
        let must = if of["required"] == true { ", required" } else { "" };
        let _ = writeln!(out, "  {} ({}{must}){choices}", plain(&field(of, "name")), field(of, "kind"));
    }
    out
}

/// A conversation.
pub fn messages(found: &[Value]) -> String {
    let mut out = String::new();
    for message in found {
        let who = author(&message["author"]);
        let state = match message["state"].as_str() {
            Some("queued") => " (waits for the next turn)",
            Some("draft") => " (not sent)",
            _ => "",
        };
        let when = age(message["created_at"].as_i64());
        let _ = writeln!(out, "{who} {when}{state}\n{}\n", plain(field(message, "text").trim_end()));
    }
    out
}
