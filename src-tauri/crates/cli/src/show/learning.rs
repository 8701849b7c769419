//! Learnings, what is compiled of them, and contexts, as people read them.

use super::{age, author, field, items, plain};
use crate::table::{draw, flexible, number, terminal_width, text as column};
use serde_json::Value;
use std::fmt::Write as _;

/// Learnings as a table.
pub fn learnings(found: &[Value]) -> String {
    if found.is_empty() {
        return "No learnings.\n".to_owned();
    }
    let columns = [
        number("learning"),
        flexible("description"),
        column("severity"),
        column("category"),
        column("status"),
        column("like").unless_empty(),
        column("age"),
    ];
    let row = |learning: &Value| {
        vec![
            field(learning, "number"),
            field(learning, "description"),
            field(learning, "severity"),
            field(learning, "category"),
            field(learning, "status"),
            items(&learning["similar"]).first().map_or_else(String::new, |like| field(like, "number")),
            age(learning["created_at"].as_i64()),
        ]
    };
    draw(&columns, &found.iter().map(row).collect::<Vec<_>>(), terminal_width())
}

/// One learning.
pub fn learning(learning: &Value) -> String {
    let said = |name: &str| plain(&field(learning, name));
    let mut out = format!("Learning {}: {}\n", field(learning, "number"), said("description"));
    let _ = write!(
        out,
        "{} · {} · {} · confidence {}",
        said("status"),
        said("severity"),
        said("category"),
        said("confidence")
    );
    if let Some(run) = learning["run"].as_i64() {
        let _ = write!(out, " · run {run}");
    }
    let roles: Vec<_> = items(&learning["roles"]).iter().filter_map(Value::as_str).collect();
    let roles = if roles.is_empty() { "all roles".to_owned() } else { roles.join(", ") };
    let _ = writeln!(out, " · {roles}\n\nWhen: {}\nDo: {}", said("trigger"), said("correct_behavior"));
    let like = similar(learning);
    if !like.is_empty() {
        let _ = write!(out, "\n{like}");
    }
    out
}

/// What says nearly the same, a line each.
pub fn similar(learning: &Value) -> String {
    let line = |like: &Value| {
        let (number, status) = (field(like, "number"), field(like, "status"));
        format!("much like learning {number} ({status}): {}\n", plain(&field(like, "description")))
    };
    items(&learning["similar"]).iter().map(line).collect()
}

/// What each role is told.
pub fn learning_roles(found: &[Value]) -> String {
    let columns = [
        column("role"),
        column("version"),
        number("holds"),
        number("approved"),
        column("state"),
        column("age").unless_empty(),
    ];
    let row = |role: &Value| {
        let version = role["active_version"].as_i64().map_or_else(|| "none".to_owned(), |v| v.to_string());
        let state = if role["outdated"] == true { "compile it" } else { "up to date" };
        vec![
            field(role, "role"),
            version,
            field(role, "learnings"),
            field(role, "approved"),
            state.to_owned(),
            age(role["compiled_at"].as_i64()),
        ]
    };
    draw(&columns, &found.iter().map(row).collect::<Vec<_>>(), terminal_width())
}

/// What compiling changed, or would.
pub fn learning_compiled(compiled: &Value) -> String {
    let role = field(compiled, "role");
    if compiled["changed"] != true {
        return format!("{role}: nothing changes\n");
    }
    let mut out = if compiled["dry_run"] == true {
        format!("{role}: this would be told\n")
    } else {
        format!("{role}: version {} is told\n", field(compiled, "version"))
    };
    for (sign, list) in [('+', &compiled["added"]), ('-', &compiled["removed"])] {
        for brief in items(list) {
            let (number, description) = (field(brief, "number"), plain(&field(brief, "description")));
            let _ = writeln!(out, "{sign} {number} {description}");
        }
    }
    if compiled["dry_run"] == true {
        let _ = write!(out, "\n{}", text(&field(compiled, "body")));
    }
    out
}

/// The compiled versions of a role.
pub fn learning_versions(found: &[Value]) -> String {
    if found.is_empty() {
        return "Nothing was compiled for this role.\n".to_owned();
    }
    let columns = [number("version"), column("state"), number("learnings"), column("by"), column("age")];
    let row = |version: &Value| {
        vec![
            field(version, "version"),
            if version["active"] == true { "active".to_owned() } else { String::new() },
            items(&version["learnings"]).len().to_string(),
            author(&version["compiled_by"]),
            age(version["compiled_at"].as_i64()),
        ]
    };
    draw(&columns, &found.iter().map(row).collect::<Vec<_>>(), terminal_width())
}

/// Contexts as a table.
pub fn contexts(found: &[Value]) -> String {
    let columns = [column("context"), column("active"), column("newest"), column("age").unless_empty()];
    let row = |context: &Value| {
        let active = context["active_version"].as_i64().map_or_else(|| "none".to_owned(), |v| v.to_string());
        let newest = match context["last_version"].as_i64() {
            Some(0) | None => "none".to_owned(),
            Some(version) => format!("{version} ({})", field(context, "last_state")),
        };
        vec![field(context, "session_type"), active, newest, age(context["updated_at"].as_i64())]
    };
    draw(&columns, &found.iter().map(row).collect::<Vec<_>>(), terminal_width())
}

/// A context with where it stands, in a line.
pub fn context_state(context: &Value) -> String {
    let name = field(context, "session_type");
    let told = match context["active_version"].as_i64() {
        Some(version) => format!("version {version} is told"),
        None => "nothing is told".to_owned(),
    };
    let draft = if context["last_state"] == "draft" {
        format!("; version {} is a draft", field(context, "last_version"))
    } else {
        String::new()
    };
    format!("{name}: {told}{draft}\n")
}

/// The versions of a context.
pub fn context_versions(found: &[Value]) -> String {
    if found.is_empty() {
        return "Nothing was saved for this session type.\n".to_owned();
    }
    let columns = [number("version"), column("state"), column("by"), column("age")];
    let row = |version: &Value| {
        vec![
            field(version, "version"),
            field(version, "state"),
            author(&version["saved_by"]),
            age(version["saved_at"].as_i64()),
        ]
    };
    draw(&columns, &found.iter().map(row).collect::<Vec<_>>(), terminal_width())
}

/// A text of its own, which ends its last line.
pub fn text(text: &str) -> String {
    let text = plain(text);
    if text.is_empty() || text.ends_with('\n') { text } else { format!("{text}\n") }
}
