//! Answers as an agent reads them: nothing but the facts, a line each, and text as the Markdown that it is.

use super::issue::labels;
use super::{field, items, mark, plain};
use serde_json::Value;
use std::fmt::Write as _;

/// A line an issue: number, status, priority, title, labels, and for a search what matched.
pub fn issues(found: &[Value]) -> String {
    let line = |issue: &Value| {
        let mut cells = vec![
            field(issue, "number"),
            field(issue, "status"),
            field(issue, "priority"),
            flat(&field(issue, "title")),
            flat(&labels(issue, ",")),
        ];
        let excerpt = field(issue, "excerpt").replace(['\u{e000}', '\u{e001}'], "");
        if !excerpt.is_empty() {
            cells.push(flat(&excerpt));
        }
        format!("{}\n", cells.join("\t").trim_end())
    };
    found.iter().map(line).collect()
}

/// An issue with its todos, links, files and comments as Markdown; `around` as for people.
pub fn issue(issue: &Value, todo_items: &Value, around: &Value) -> String {
    let mut out = format!("# {} {}\n", field(issue, "number"), flat(&field(issue, "title")));
    let mut facts = vec![field(issue, "status"), field(issue, "priority")];
    facts.extend(issue["assignment"].as_str().map(|target| format!("assigned {}", flat(target))));
    facts.extend(issue["claimed_by"]["user_id"].as_str().map(|who| format!("claimed {}", flat(who))));
    let names = labels(issue, ",");
    if !names.is_empty() {
        facts.push(format!("labels {}", flat(&names)));
    }
    let _ = writeln!(out, "{}", facts.join(" "));
    let body = field(issue, "body");
    if !body.trim().is_empty() {
        let _ = writeln!(out, "\n{}", plain(body.trim_end()));
    }
    section(&mut out, "Todos", &todos(items(todo_items)));
    section(&mut out, "Links", &links(items(&around["links"])));
    section(&mut out, "Files", &attachments(items(&around["attachments"])));
    for update in items(&around["updates"]).iter().rev().filter(|update| update["kind"] == "comment") {
        let _ = write!(
            out,
            "\n## Comment by {}\n{}\n",
            flat(&field(&update["author"], "user_id")),
            plain(field(update, "body").trim_end())
        );
    }
    out
}

/// A line a todo: its number, its box and its text; notes below it.
pub fn todos(found: &[Value]) -> String {
    let mut out = String::new();
    for (index, todo) in found.iter().enumerate() {
        let kind = if todo["kind"] == "criterion" { "criterion: " } else { "" };
        let phase = todo["phase"].as_str().map_or_else(String::new, |phase| format!("{}: ", flat(phase)));
        let _ = writeln!(out, "{} {} {kind}{phase}{}", index + 1, mark(todo), flat(&field(todo, "content")));
        for note in items(&todo["notes"]) {
            let _ = writeln!(out, "  - note: {}", flat(note.as_str().unwrap_or_default()));
        }
    }
    out
}

/// A line a link: what it is, the other's number, status and title.
pub fn links(found: &[Value]) -> String {
    let line = |link: &Value| {
        let other = &link["issue"];
        format!(
            "{} #{} {} {}\n",
            field(link, "relation"),
            field(other, "number"),
            field(other, "status"),
            flat(&field(other, "title"))
        )
    };
    found.iter().map(line).collect()
}

/// A line a file: name, type and bytes.
pub fn attachments(found: &[Value]) -> String {
    let line = |file: &Value| {
        format!("{}\t{}\t{}\n", flat(&field(file, "name")), field(file, "media_type"), field(file, "size"))
    };
    found.iter().map(line).collect()
}

fn section(out: &mut String, head: &str, lines: &str) {
    if !lines.is_empty() {
        let _ = write!(out, "\n## {head}\n{lines}");
    }
}

/// Text on one line, without what could end a field or steer a terminal.
fn flat(text: &str) -> String {
    text.split(char::is_whitespace)
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().filter(|c| !c.is_control()).collect::<String>())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::issues;
    use serde_json::json;

    #[test]
    fn a_title_can_neither_add_a_field_nor_a_line() {
        let issue = json!({"number": 7, "status": "open", "priority": "high", "title": "a\tb\nc\u{1b}[2J",
                           "labels": [{"name": "bug"}, {"name": "ui"}]});
        assert_eq!(issues(&[issue]), "7\topen\thigh\ta b c[2J\tbug,ui\n");
    }
}
