//! Todos as a checklist.

use super::{field, items, plain};
use crate::paint::{Paint, of_word, painted};
use serde_json::Value;
use std::fmt::Write as _;

/// The box of a todo, as its Markdown has it.
pub fn mark(todo: &Value) -> &'static str {
    match todo["status"].as_str() {
        Some("completed") => "[x]",
        Some("in_progress") => "[>]",
        Some("abandoned") => "[-]",
        _ => "[ ]",
    }
}

/// Todos with the numbers that the commands take.
pub fn todos(found: &[Value]) -> String {
    let mut out = String::new();
    let (mut kind, mut phase) = (String::new(), String::new());
    for (index, todo) in found.iter().enumerate() {
        if field(todo, "kind") != kind {
            kind = field(todo, "kind");
            phase.clear();
            let _ = writeln!(out, "{}", painted(Paint::Head, &head(found, &kind)));
        }
        if field(todo, "phase") != phase {
            phase = field(todo, "phase");
            if !phase.is_empty() {
                let _ = writeln!(out, "  {}", painted(Paint::Head, &plain(&phase)));
            }
        }
        let text = format!("{} {}", mark(todo), plain(&field(todo, "content")));
        let paint = match of_word(&field(todo, "status")) {
            _ if todo["status"] == "abandoned" => Paint::Quiet,
            paint => paint,
        };
        let _ = writeln!(out, "{:>4} {}", index + 1, painted(paint, &text));
        for note in items(&todo["notes"]) {
            let note = format!("note: {}", plain(note.as_str().unwrap_or_default()));
            let _ = writeln!(out, "         {}", painted(Paint::Quiet, &note));
        }
    }
    out
}

fn head(found: &[Value], kind: &str) -> String {
    let of_kind = found.iter().filter(|todo| todo["kind"] == kind && todo["status"] != "abandoned");
    let (all, done) = of_kind
        .fold((0, 0), |(all, done), todo| (all + 1, done + usize::from(todo["status"] == "completed")));
    format!("{} {done}/{all}", if kind == "criterion" { "Criteria" } else { "Steps" })
}

#[cfg(test)]
mod tests {
    use super::todos;
    use serde_json::json;

    #[test]
    fn a_checklist_counts_what_is_left_and_numbers_what_the_commands_take() {
        let found = [
            json!({"kind": "criterion", "content": "labels stay", "status": "completed", "notes": []}),
            json!({"kind": "step", "content": "read", "status": "in_progress", "phase": "explore",
                   "notes": ["dates are local"]}),
            json!({"kind": "step", "content": "guess", "status": "abandoned", "phase": null, "notes": []}),
        ];
        let expected = "Criteria 1/1\n   1 [x] labels stay\nSteps 0/1\n  explore\n   2 [>] read\n         \
                        note: dates are local\n   3 [-] guess\n";
        assert_eq!(todos(&found), expected);
    }
}
