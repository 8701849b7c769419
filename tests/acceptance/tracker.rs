//! The tracker by its command line: every command end to end, for people, programs and agents.

mod files;
mod refusals;
mod restore;
mod todos;
mod together;
mod transfer;

use crate::support::Home;
use serde_json::{Value, json};

/// A project `garden` with these issues, triaged, of which the first is number 1.
fn garden(home: &Home, titles: &[&str]) {
    home.project("garden", &[("roses", "dry\n")]);
    for title in titles {
        let filed = ask(home, &["issue", "new", "--title", title, "--body", "They *wilt*."]);
        let number = filed["number"].to_string();
        ask(home, &["issue", "move", &number, "triaged"]);
    }
}

/// The JSON answer of a command in `garden`.
#[track_caller]
fn ask(home: &Home, args: &[&str]) -> Value {
    home.json(&[args, &["-p", "garden"]].concat())
}

/// What a command in `garden` tells a person, or an agent with `--brief`.
#[track_caller]
fn told(home: &Home, args: &[&str]) -> String {
    let output = home.waybill(&[args, &["-p", "garden"]].concat()).ok();
    assert_eq!(output.stderr, "", "{args:?} has nothing to complain about");
    assert!(!output.stdout.contains('\u{1b}'), "{args:?}: colours are for terminals alone");
    output.stdout
}

/// The error of a command in `garden` that ends with this code.
#[track_caller]
fn refused(home: &Home, code: i32, args: &[&str]) -> Value {
    home.waybill(&[args, &["-p", "garden", "--json"]].concat()).error(code)
}

fn numbers(list: &Value) -> Vec<i64> {
    let items = list["items"].as_array().expect("a list has items");
    items.iter().map(|item| item["number"].as_i64().expect("a number")).collect()
}

#[test]
fn an_issue_is_claimed_worked_and_given_back() {
    let home = Home::new();
    garden(&home, &["Water the roses", "Prune the roses"]);
    ask(&home, &["issue", "edit", "2", "--priority", "critical"]);
    assert_eq!(numbers(&ask(&home, &["issue", "ready"])), [2, 1], "the most urgent comes first");
    let first = ask(&home, &["issue", "ready", "--limit", "1"]);
    let cursor = first["next"].as_str().expect("there is more");
    let rest = ask(&home, &["issue", "ready", "--after", cursor]);
    assert_eq!((numbers(&first), numbers(&rest)), (vec![2], vec![1]), "it is paged like every list");

    let claimed = ask(&home, &["issue", "claim"]);
    assert_eq!(
        (&claimed["issue"]["number"], &claimed["issue"]["status"]),
        (&json!(2), &json!("in_progress"))
    );
    assert_eq!(claimed["issue"]["claimed_by"]["kind"], "operator", "whoever works on it is named: {claimed}");
    assert!(claimed["todos"]["items"].is_array(), "a worker gets the todos with it: {claimed}");
    assert_eq!(refused(&home, 4, &["issue", "claim", "2"])["code"], "conflict", "nobody gets it twice");
    let released = ask(&home, &["issue", "release", "2"]);
    assert_eq!((&released["claimed_by"], &released["status"]), (&Value::Null, &json!("assigned")));
    assert_eq!(ask(&home, &["issue", "claim", "1"])["issue"]["number"], 1, "a named one is taken");
}

#[test]
fn an_issue_is_assigned_and_unassigned() {
    let home = Home::new();
    garden(&home, &["Water the roses"]);
    let assigned = ask(&home, &["issue", "assign", "1", "primary"]);
    assert_eq!((&assigned["assignment"], &assigned["status"]), (&json!("primary"), &json!("assigned")));
    let unassigned = ask(&home, &["issue", "assign", "1", "none"]);
    assert_eq!((&unassigned["assignment"], &unassigned["status"]), (&Value::Null, &json!("triaged")));
}

#[test]
fn links_are_seen_from_both_ends_and_grouped() {
    let home = Home::new();
    garden(&home, &["Water the roses", "Buy a hose", "Find the tap"]);
    ask(&home, &["issue", "link", "1", "blocked_by", "2"]);
    ask(&home, &["issue", "link", "1", "child_of", "3"]);
    let there = ask(&home, &["issue", "links", "1"]);
    assert_eq!(there["items"].as_array().map(Vec::len), Some(2), "{there}");
    let back = ask(&home, &["issue", "links", "2"]);
    assert_eq!(back["items"][0]["relation"], "blocks", "the other end is computed: {back}");
    assert_eq!(
        told(&home, &["issue", "links", "1"]),
        "blocked by\n  #2 Buy a hose (triaged)\nchild of\n  #3 Find the tap (triaged)\n"
    );
    assert_eq!(numbers(&ask(&home, &["issue", "ready"])), [2, 3], "what is blocked is not ready");
    let filed = ask(&home, &["issue", "new", "--title", "Read the meter", "--parent", "3"]);
    let number = filed["number"].to_string();
    assert_eq!(told(&home, &["issue", "links", &number]), "child of\n  #3 Find the tap (triaged)\n");
    ask(&home, &["issue", "unlink", "1", "blocked_by", "2"]);
    assert_eq!(told(&home, &["issue", "links", "2"]), "No links.\n", "it is gone at both ends");
}

#[test]
fn a_parent_with_open_children_is_resolved_only_when_that_is_meant() {
    let home = Home::new();
    garden(&home, &["Tend the garden"]);
    ask(&home, &["issue", "new", "--title", "Water the roses", "--parent", "1"]);
    let error = refused(&home, 4, &["issue", "move", "1", "resolved"]);
    assert_eq!(error["details"]["children"][0]["number"], 2, "a program is told which: {error}");
    let output = home.waybill(&["issue", "move", "1", "resolved", "-p", "garden"]);
    assert!(output.stderr.contains("#2") && output.stderr.contains("--despite-children"), "{output:?}");
    let moved = ask(&home, &["issue", "move", "1", "resolved", "--despite-children"]);
    assert_eq!(moved["status"], "resolved");
}

#[test]
fn a_duplicate_is_closed_in_one_step() {
    let home = Home::new();
    garden(&home, &["Water the roses", "The roses are dry"]);
    let closed = ask(&home, &["issue", "duplicate", "2", "1"]);
    assert_eq!(closed["status"], "rejected");
    assert_eq!(told(&home, &["issue", "links", "1"]), "duplicated by\n  #2 The roses are dry (rejected)\n");
    assert!(told(&home, &["issue", "show", "2"]).contains("#1"), "the note says of which");
}

#[test]
fn what_is_removed_is_restored_whole() {
    let home = Home::new();
    garden(&home, &["Water the roses"]);
    ask(&home, &["issue", "comment", "1", "--body", "Twice a day."]);
    ask(&home, &["issue", "todo", "1", "add", "find the can"]);
    let before = ask(&home, &["issue", "show", "1"]);
    let removed = ask(&home, &["issue", "remove", "1"]);
    refused(&home, 3, &["issue", "show", "1"]);
    let trash = ask(&home, &["trash", "list"]);
    assert_eq!(
        (&trash["items"][0]["id"], &trash["items"][0]["title"]),
        (&removed["id"], &json!("Water the roses"))
    );
    ask(&home, &["trash", "restore", removed["id"].as_str().expect("an id")]);
    let after = ask(&home, &["issue", "show", "1"]);
    for field in ["id", "title", "body", "status", "todo_items", "created_at"] {
        assert_eq!(after[field], before[field], "{field} comes back as it was");
    }
    let comment = |issue: &Value| issue["updates"].to_string().contains("Twice a day.");
    assert!(comment(&before) && comment(&after), "its history comes back: {after}");
    assert_eq!(told(&home, &["trash", "list"]), "Nothing was removed.\n");
}

#[test]
fn an_internal_comment_is_marked_as_one() {
    let home = Home::new();
    garden(&home, &["Water the roses"]);
    let update = ask(&home, &["issue", "comment", "1", "--body", "The neighbour's fault.", "--internal"]);
    assert_eq!(update["visibility"], "operator_only", "no guest may see it: {update}");
    assert!(told(&home, &["issue", "show", "1"]).contains("(internal)"), "the operator sees that it is");
}

#[test]
fn an_agent_reads_a_line_an_issue_and_markdown() {
    let home = Home::new();
    garden(&home, &["Water the roses"]);
    ask(&home, &["issue", "edit", "1", "--label", "bug", "--label", "dry"]);
    for list in [&["issue", "list", "--brief"][..], &["issue", "ready", "--brief"]] {
        assert_eq!(told(&home, list), "1\ttriaged\tmedium\tWater the roses\tbug,dry\n");
    }
    let found = told(&home, &["issue", "search", "wilt", "--brief"]);
    assert_eq!(found, "1\ttriaged\tmedium\tWater the roses\tbug,dry\tThey *wilt*.\n", "and why it was found");
    ask(&home, &["issue", "todo", "1", "add", "they stand up", "--criterion"]);
    ask(&home, &["issue", "todo", "1", "add", "find the can", "--phase", "explore"]);
    ask(&home, &["issue", "comment", "1", "--body", "Twice a day."]);
    assert_eq!(
        told(&home, &["issue", "todo", "1", "--brief"]),
        "1 [ ] criterion: they stand up\n2 [ ] explore: find the can\n"
    );
    let shown = told(&home, &["issue", "show", "1", "--brief"]);
    assert_eq!(
        shown,
        "# 1 Water the roses\ntriaged medium labels bug,dry\n\nThey *wilt*.\n\n## Todos\n1 [ ] criterion: they \
         stand up\n2 [ ] explore: find the can\n\n## Comment by operator\nTwice a day.\n"
    );
    let claimed = told(&home, &["issue", "claim", "--brief"]);
    assert!(claimed.starts_with("# 1 Water the roses\nin_progress medium assigned primary"), "{claimed}");
    home.waybill(&["issue", "list", "--brief", "--json", "-p", "garden"]).error(2);
    let filed = told(&home, &["issue", "new", "--title", "Weed", "--brief"]);
    assert_eq!(filed, "2\n", "a script needs the number and nothing else");
}

#[test]
fn saved_views_are_listed() {
    let home = Home::new();
    garden(&home, &[]);
    let server = home.serve();
    server.call(
        "view_save",
        &json!({"project": "garden", "name": "Mine", "query": "is:open", "layout": "list", "group_by": "status"}),
    );
    assert_eq!(ask(&home, &["view", "list"])["items"][0]["query"], "is:open");
    assert!(told(&home, &["view", "list"]).contains("Mine"), "a person sees its name");
}

#[test]
fn man_pages_are_made_from_the_grammar() {
    let home = Home::new();
    let folder = home.root().join("man");
    home.waybill(&["man", folder.to_str().expect("a path in UTF-8")]).ok();
    let page = std::fs::read_to_string(folder.join("waybill-issue-todo.1")).expect("a page for each command");
    assert!(page.contains("\\-\\-markdown"), "it names the flags: {page}");
    assert!(folder.join("waybill.1").is_file(), "and one for all");
}
