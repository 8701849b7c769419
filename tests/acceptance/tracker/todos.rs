//! Todos by the command line, and as the Markdown that a person edits.

use super::{ask, garden, refused, told};
use crate::support::{Home, Process};
use serde_json::Value;

fn list(home: &Home) -> Value {
    ask(home, &["issue", "todo", "1"])
}

/// The edited Markdown through a pipe.
fn pipe(home: &Home, markdown: &str) -> crate::support::Output {
    home.waybill_with_input(markdown, &["issue", "todo", "1", "--markdown", "-p", "garden", "--json"])
}

#[test]
fn todos_are_worked_by_their_number_or_their_id() {
    let home = Home::new();
    garden(&home, &["Water the roses"]);
    ask(&home, &["issue", "todo", "1", "add", "they stand up", "--criterion"]);
    ask(&home, &["issue", "todo", "1", "add", "find the can", "--phase", "explore"]);
    ask(&home, &["issue", "todo", "1", "add", "fill the can", "--phase", "explore"]);
    ask(&home, &["issue", "todo", "1", "start", "2"]);
    let todos = ask(&home, &["issue", "todo", "1", "start", "3"]);
    let id = todos["items"][1]["id"].as_str().expect("an id").to_owned();
    ask(&home, &["issue", "todo", "1", "note", &id, "it hangs in the shed"]);
    ask(&home, &["issue", "todo", "1", "edit", &id.to_lowercase(), "fetch the can"]);
    ask(&home, &["issue", "todo", "1", "done", "1"]);
    ask(&home, &["issue", "todo", "1", "drop", "2"]);
    let expected = "Criteria 1/1\n   1 [x] they stand up\nSteps 0/1\n  explore\n   2 [-] fetch the can\n         \
                    note: it hangs in the shed\n   3 [>] fill the can\n";
    assert_eq!(
        told(&home, &["issue", "todo", "1"]),
        expected,
        "a checklist, with the numbers that name them"
    );
    assert_eq!(told(&home, &["issue", "todo", "1", "list"]), expected, "`list` may be left out");
    let markdown = "## Criteria\n- [x] they stand up\n## Steps\n### explore\n- [-] fetch the can\n  - note: it hangs \
                    in the shed\n- [>] fill the can\n";
    assert_eq!(told(&home, &["issue", "todo", "1", "--markdown"]), markdown);
    assert_eq!(list(&home)["markdown"], markdown, "a program gets both at once");
    assert!(told(&home, &["issue", "list"]).contains("1/2"), "lists show how far it is");
}

#[test]
fn markdown_that_is_piped_back_unchanged_changes_nothing() {
    let home = Home::new();
    garden(&home, &["Water the roses"]);
    ask(&home, &["issue", "todo", "1", "add", "they stand up", "--criterion"]);
    ask(&home, &["issue", "todo", "1", "add", "find the can", "--phase", "explore"]);
    ask(&home, &["issue", "todo", "1", "note", "2", "it hangs in the shed"]);
    let before = list(&home);
    let after = pipe(&home, before["markdown"].as_str().expect("Markdown")).json();
    assert_eq!(after, before, "ids, times, notes and order stay");
}

#[test]
fn a_line_edited_in_the_pipe_keeps_its_id_and_an_unreadable_one_changes_nothing() {
    let home = Home::new();
    garden(&home, &["Water the roses"]);
    ask(&home, &["issue", "todo", "1", "add", "find the can"]);
    ask(&home, &["issue", "todo", "1", "add", "fill the can"]);
    let before = list(&home);
    let markdown = before["markdown"].as_str().expect("Markdown");
    let edited = markdown.replace("- [ ] find the can", "- [x] find the big can") + "- [ ] water\n";
    let after = pipe(&home, &edited).json();
    assert_eq!(after["items"][0]["id"], before["items"][0]["id"], "the same todo in other words");
    assert_eq!(after["items"][0]["status"], "completed");
    assert_eq!(after["items"].as_array().map(Vec::len), Some(3), "a new line is a new todo");
    let broken = pipe(&home, "## Steps\n- [ ] find the big can\n- [?] fill the can\n").error(2);
    assert!(broken["message"].as_str().is_some_and(|text| text.contains('3')), "it names the line: {broken}");
    assert_eq!(list(&home), after, "and nothing was changed");
}

#[test]
fn without_anything_piped_in_the_list_is_only_printed() {
    let home = Home::new();
    garden(&home, &["Water the roses"]);
    ask(&home, &["issue", "todo", "1", "add", "find the can"]);
    let before = list(&home);
    // From `/dev/null`, as a timer or an editor's task runs it, and from an empty pipe.
    told(&home, &["issue", "todo", "1", "--markdown"]);
    pipe(&home, "").json();
    assert_eq!(list(&home), before, "a script without standard input must not empty the list");
}

#[test]
fn a_todo_that_is_not_there_is_said_to_be_so() {
    let home = Home::new();
    garden(&home, &["Water the roses"]);
    ask(&home, &["issue", "todo", "1", "add", "find the can"]);
    for name in ["2", "0", "x"] {
        refused(&home, 3, &["issue", "todo", "1", "done", name]);
    }
    refused(&home, 3, &["issue", "todo", "9"]);
    refused(&home, 2, &["issue", "todo", "1", "add", " "]);
    assert_eq!(told(&home, &["issue", "todo", "1"]), "Steps 0/1\n   1 [ ] find the can\n");
}

#[test]
fn of_eight_that_start_a_todo_at_once_one_is_left_in_progress() {
    let home = Home::new();
    garden(&home, &["Water the roses"]);
    for step in 1..=8 {
        ask(&home, &["issue", "todo", "1", "add", &format!("step {step}")]);
    }
    let started: Vec<Process> = (1..=8)
        .map(|step| home.start(&["issue", "todo", "1", "start", &step.to_string(), "-p", "garden"]))
        .collect();
    for process in started {
        process.output().ok();
    }
    let todos = list(&home);
    let running =
        todos["items"].as_array().into_iter().flatten().filter(|todo| todo["status"] == "in_progress");
    assert_eq!(running.count(), 1, "one at a time, whoever starts them: {todos}");
}
