//! Issues with what belongs to them, as people read them.

use super::{age, author, field, items, plain, todos};
use crate::paint::{Paint, of_word, painted};
use crate::table::{draw, flexible, number, terminal_width, text};
use serde_json::Value;
use std::fmt::Write as _;

/// Issues as a table.
pub fn issues(found: &[Value]) -> String {
    if found.is_empty() {
        return "No issues match.\n".to_owned();
    }
    let columns = [
        number("#"),
        flexible("title"),
        text("status"),
        text("priority"),
        text("run").unless_empty(),
        number("todos").unless_empty(),
        flexible("labels").unless_empty(),
        text("claimed").unless_empty(),
        text("age"),
    ];
    let row = |issue: &Value| {
        let execution = field(issue, "execution");
        let claimed = &issue["claimed_by"];
        vec![
            field(issue, "number"),
            field(issue, "title"),
            field(issue, "status"),
            field(issue, "priority"),
            if execution == "new" { String::new() } else { execution },
            progress(issue),
            labels(issue, " "),
            if claimed.is_null() { String::new() } else { author(claimed) },
            age(issue["created_at"].as_i64()),
        ]
    };
    draw(&columns, &found.iter().map(row).collect::<Vec<_>>(), terminal_width())
}

/// One issue with its todos and what is `around` it as far as that was asked for: `links`, `attachments`, and
/// `updates`, the newest first.
pub fn issue(issue: &Value, todo_items: &Value, around: &Value) -> String {
    let title = format!("#{} {}", field(issue, "number"), plain(&field(issue, "title")));
    let mut out = format!("{}\n{}\n", painted(Paint::Head, &title), facts(issue));
    let body = field(issue, "body");
    if !body.trim().is_empty() {
        let _ = writeln!(out, "\n{}", plain(body.trim_end()));
    }
    for part in
        [todos(items(todo_items)), links(items(&around["links"])), attachments(items(&around["attachments"]))]
    {
        if !part.is_empty() {
            let _ = write!(out, "\n{part}");
        }
    }
    for update in items(&around["updates"]).iter().rev() {
        let _ = writeln!(out, "\n{}", told(update));
    }
    out
}

fn facts(issue: &Value) -> String {
    let word = |name: &str| {
        let word = field(issue, name);
        painted(of_word(&word), &word)
    };
    let mut facts = vec![word("status"), word("priority")];
    if issue["execution"] != "new" {
        facts.push(format!("run {} {}", field(&issue["run"], "number"), word("execution")));
    }
    if let Some(target) = issue["assignment"].as_str() {
        let missing = if issue["assignment_missing"] == true { " (no longer there)" } else { "" };
        facts.push(format!("assigned to {}{missing}", plain(target)));
    }
    if !issue["claimed_by"].is_null() {
        facts.push(format!("claimed by {}", author(&issue["claimed_by"])));
    }
    let names = labels(issue, " ");
    if !names.is_empty() {
        facts.push(plain(&names));
    }
    facts.push(format!("filed by {} {}", author(&issue["created_by"]), age(issue["created_at"].as_i64())));
    facts.join(" · ")
}

fn told(update: &Value) -> String {
    let (who, when) = (author(&update["author"]), age(update["created_at"].as_i64()));
    let change = &update["metadata"];
    match field(update, "kind").as_str() {
        "comment" => {
            let hidden = if update["visibility"] == "operator_only" { " (internal)" } else { "" };
            format!("{who}, {when}{hidden}:\n{}", plain(&field(update, "body")))
        }
        "status_change" => {
            format!("{who} moved it from {} to {}, {when}", field(change, "from"), field(change, "to"))
        }
        "system_note" => format!("{} ({when})", plain(&field(update, "body"))),
        kind => format!("{who}: {}, {when}", kind.replace('_', " ")),
    }
}

/// The names of an issue's labels.
pub fn labels(issue: &Value, between: &str) -> String {
    let names: Vec<String> = items(&issue["labels"]).iter().map(|label| field(label, "name")).collect();
    names.join(between)
}

/// How many of the todos are done; nothing without todos.
fn progress(issue: &Value) -> String {
    match issue["todos"].as_i64() {
        Some(all) if all > 0 => format!("{}/{all}", field(issue, "todos_done")),
        _ => String::new(),
    }
}

/// Links, those of a kind together.
pub fn links(found: &[Value]) -> String {
    let mut out = String::new();
    let mut kind = String::new();
    // Stays in order within a kind.
    let mut sorted: Vec<&Value> = found.iter().collect();
    sorted.sort_by_key(|link| field(link, "relation"));
    for link in sorted {
        let relation = field(link, "relation");
        if relation != kind {
            let _ = writeln!(out, "{}", painted(Paint::Head, &relation.replace('_', " ")));
            kind = relation;
        }
        let (issue, status) = (&link["issue"], field(&link["issue"], "status"));
        let _ = writeln!(
            out,
            "  #{} {} ({})",
            field(issue, "number"),
            plain(&field(issue, "title")),
            painted(of_word(&status), &status)
        );
    }
    out
}

/// Files as a table.
pub fn attachments(found: &[Value]) -> String {
    let columns = [flexible("file"), text("type"), number("size"), text("by"), text("age")];
    let row = |file: &Value| {
        vec![
            field(file, "name"),
            field(file, "media_type"),
            size(file["size"].as_i64().unwrap_or_default()),
            author(&file["created_by"]),
            age(file["created_at"].as_i64()),
        ]
    };
    draw(&columns, &found.iter().map(row).collect::<Vec<_>>(), terminal_width())
}

fn size(bytes: i64) -> String {
    match bytes {
        ..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KB", bytes / 1024),
        _ => format!("{} MB", bytes / 1_048_576),
    }
}

/// What was removed, as a table.
pub fn trash(found: &[Value]) -> String {
    if found.is_empty() {
        return "Nothing was removed.\n".to_owned();
    }
    let columns =
        [text("id"), text("project"), text("kind"), number("#"), flexible("title"), text("removed")];
    let row = |item: &Value| {
        vec![
            field(item, "id"),
            field(item, "project_slug"),
            field(item, "kind"),
            field(item, "number"),
            field(item, "title"),
            age(item["removed_at"].as_i64()),
        ]
    };
    draw(&columns, &found.iter().map(row).collect::<Vec<_>>(), terminal_width())
}

/// Saved views as a table.
pub fn views(found: &[Value]) -> String {
    if found.is_empty() {
        return "No views are saved.\n".to_owned();
    }
    let columns = [text("name"), text("layout"), text("by"), flexible("query")];
    let row = |view: &Value| {
        vec![field(view, "name"), field(view, "layout"), field(view, "group_by"), field(view, "query")]
    };
    draw(&columns, &found.iter().map(row).collect::<Vec<_>>(), terminal_width())
}
