//! Each format's own files: everything comes in, one malformed entry costs no other, a second import changes nothing.

use crate::support::{Home, bytes, fixture};
use waybill_engine::transfer::{Format, Report};

/// Imports a fixture dry, for good and again; the report of the import for good.
fn thrice(home: &Home, format: Format, name: &str) -> Report {
    let project = home.project("anvil");
    let path = fixture(name);
    let before = if path.is_dir() { bytes(&path) } else { Vec::new() };
    let dry = home.try_import(&project, format, &path, true).expect("a dry run reads it");
    assert_eq!(home.one("SELECT count(*) FROM issues"), "0", "a dry run writes nothing");
    assert_eq!(home.one("SELECT count(*) FROM people"), "0", "not even who wrote there");
    let report = home.import(&project, format, &path);
    let announced = Report { dry_run: false, ..dry };
    assert_eq!(Report { ..report.clone() }, announced, "the dry run tells what comes in");
    let kept = |home: &Home| {
        [
            "issues",
            "issue_updates",
            "issue_todos",
            "issue_links",
            "labels",
            "people",
            "attachments",
            "audit_events",
        ]
        .map(|table| home.one(&format!("SELECT count(*) FROM {table}")))
    };
    let rows = kept(home);
    let again = home.import(&project, format, &path);
    assert_eq!((again.issues, again.existing), (0, report.issues), "a second import knows every issue");
    assert_eq!(kept(home), rows, "and changes nothing");
    if path.is_dir() {
        assert_eq!(bytes(&path), before, "what is imported is only ever read");
    }
    report
}

fn skipped(report: &Report) -> Vec<(String, Option<i64>)> {
    report.skipped.iter().map(|skipped| (skipped.file.clone(), skipped.line)).collect()
}

fn links(home: &Home) -> Vec<String> {
    let mut found = home.column(
        "SELECT f.number || ' ' || l.kind || ' ' || t.number FROM issue_links l
         JOIN issues f ON f.id = l.from_issue JOIN issues t ON t.id = l.to_issue",
    );
    found.sort();
    found
}

fn issues(home: &Home) -> Vec<String> {
    home.column(
        "SELECT number || ' ' || status || ' ' || priority || ' ' || title FROM issues ORDER BY number",
    )
}

#[test]
fn github() {
    let home = Home::new();
    let report = thrice(&home, Format::Github, "github/issues.json");
    assert_eq!(
        skipped(&report),
        [("issues.json".to_owned(), Some(38))],
        "the malformed element is told by its line"
    );
    assert_eq!(
        issues(&home),
        ["1 open medium Importer drops labels", "2 resolved medium Imports", "3 rejected medium Use tabs"]
    );
    assert_eq!(links(&home), ["1 child_of 2"], "a parent on GitHub is the parent here");
    let labels = home.column("SELECT name FROM labels ORDER BY name");
    assert_eq!(labels, ["area: import", "bug"], "a label that two issues bear is one label");
    let comments = home.column(
        "SELECT p.handle || ' ' || u.created_at || ' ' || u.body FROM issue_updates u
         JOIN people p ON 'guest:' || p.id = u.author WHERE u.kind = 'comment' ORDER BY u.key",
    );
    let expected = ["hopper 1772445600000 Seen here as well.", "lovelace 1772537400000 Thanks!"];
    assert_eq!(comments, expected, "comments keep their authors and times");
    assert_eq!(home.one("SELECT comments FROM issues WHERE number = 1"), "2", "the list counts them");
    assert_eq!(
        home.one("SELECT p.display_name FROM issues i JOIN people p ON 'guest:' || p.id = i.created_by WHERE i.number = 1"),
        "Ada L."
    );
    assert_eq!(
        home.one("SELECT created_by FROM issues WHERE number = 2"),
        "operator",
        "a ghost's issue is the importer's"
    );
    assert_eq!(home.one("SELECT resolved_at FROM issues WHERE number = 2"), "1771574400000");
    let note = home.one("SELECT body FROM issue_updates WHERE kind = 'system_note' ORDER BY key LIMIT 1");
    for part in ["example/anvil#12", "https://github.com/example/anvil/issues/12", "hopper", "v1.0"] {
        assert!(note.contains(part), "{part} has no other place: {note}");
    }
    assert_eq!(
        home.one("SELECT body FROM issues WHERE number = 1"),
        "Importing drops every label.\r\n\r\nSee #11."
    );
    assert_eq!(home.one("SELECT count(*) FROM audit_events WHERE event = 'issue.imported'"), "1");
}

#[test]
fn github_with_few_fields_on_one_line_is_the_same_issue_once_its_url_is_known() {
    let home = Home::new();
    let report = thrice(&home, Format::Github, "github/compact.json");
    assert_eq!(report.issues, 2);
    let project = home.one("SELECT id FROM projects").parse().expect("an id");
    let full = home.directory.path().join("full.json");
    std::fs::write(
        &full,
        r#"{"number":2,"title":"Second","url":"https://github.com/example/anvil/issues/2"}"#,
    )
    .expect("is written");
    let again = home.import(&project, Format::Github, &full);
    assert_eq!(
        (again.issues, again.existing),
        (0, 1),
        "asking gh for more fields must not double the issues"
    );
}

#[test]
fn beads() {
    let home = Home::new();
    let report = thrice(&home, Format::Beads, "beads/issues.jsonl");
    assert_eq!(skipped(&report), [("issues.jsonl".to_owned(), Some(5))]);
    assert_eq!(
        issues(&home),
        [
            "1 resolved critical Thread dependencies",
            "2 in_progress high Add metadata columns",
            "3 triaged low Put on ice",
            "4 open medium After the bad line",
        ]
    );
    assert_eq!(links(&home), ["2 blocked_by 3", "2 child_of 1"], "a link may name what comes later");
    let todos = home.column("SELECT kind || ' ' || status || ' ' || content FROM issue_todos ORDER BY key");
    assert_eq!(todos, ["criterion completed schema changed", "criterion pending tests pass"]);
    assert_eq!(home.one("SELECT todos || '/' || todos_done FROM issues WHERE number = 1"), "2/1");
    let body = home.one("SELECT body FROM issues WHERE number = 1");
    assert_eq!(body, "An epic.\n\n## Design\n\nOne table.\n\n## Acceptance criteria\n\nAsk before merging.");
    let labels = home.column("SELECT name FROM labels ORDER BY name");
    assert_eq!(labels, ["bug", "chore", "epic", "schema"], "the type of an issue is a label");
    let handles = home.column("SELECT handle FROM people ORDER BY handle");
    assert_eq!(handles, ["ada", "grace"], "the same name there is one person here");
    assert_eq!(
        report.notes.len(),
        3,
        "tombstones, memories and a link to nothing are told: {:?}",
        report.notes
    );
}

#[test]
fn backlog() {
    let home = Home::new();
    let report = thrice(&home, Format::Backlog, "backlog");
    assert_eq!(skipped(&report), [("tasks/back-9 - broken.md".to_owned(), Some(3))]);
    assert_eq!(
        issues(&home),
        [
            "1 rejected medium Test task for git hooks",
            "2 resolved low Add priority sorting to Kanban columns",
            "3 open high Improve task visualization",
            "4 in_progress medium Show parent and subtask hierarchy in the web task details modal of the browser",
            "5 open medium An idea",
        ]
    );
    assert_eq!(links(&home), ["4 blocked_by 2", "4 child_of 3"]);
    let todos = home.column("SELECT kind || ' ' || status || ' ' || content FROM issue_todos ORDER BY key");
    assert_eq!(
        todos,
        [
            "criterion completed The modal shows a Parent section",
            "criterion pending The modal shows a Subtasks section",
            "criterion pending tests pass",
        ]
    );
    assert_eq!(
        home.one("SELECT body FROM issues WHERE number = 3"),
        "Parents and children should show.\n\n## This is text, not a section\n\nIt stays."
    );
    let body = home.one("SELECT body FROM issues WHERE number = 4");
    assert!(body.contains("## Implementation Plan\n\n1. Derive the hierarchy."), "{body}");
    let comment = home.one("SELECT body FROM issue_updates WHERE kind = 'comment'");
    assert_eq!(comment, "Looks simple.\n\nWith a second paragraph.");
    assert_eq!(home.one("SELECT created_at FROM issues WHERE number = 4"), "1786951560000");
}

#[test]
fn taskwarrior() {
    let home = Home::new();
    let report = thrice(&home, Format::Taskwarrior, "taskwarrior/export.json");
    assert_eq!(skipped(&report), [("export.json".to_owned(), Some(4))]);
    assert_eq!(
        issues(&home),
        [
            "1 open high Buy milk",
            "2 resolved medium Buy potatoes",
            "3 rejected medium Deleted",
            "4 in_progress low Started",
            "5 triaged medium Later",
        ]
    );
    assert_eq!(links(&home), ["1 blocked_by 2", "4 blocked_by 1", "4 blocked_by 2"]);
    let labels = home.column("SELECT name FROM labels ORDER BY name");
    assert_eq!(labels, ["Home.Kitchen", "garden", "home"]);
    assert_eq!(home.one("SELECT comments FROM issues WHERE number = 1"), "2");
    let note = home.one("SELECT body FROM issue_updates WHERE kind = 'system_note' ORDER BY key LIMIT 1");
    assert!(note.contains("due: 2026-12-01T23:00:00Z.") && note.contains("estimate: 3."), "{note}");
}

#[test]
fn vibe_kanban() {
    let home = Home::new();
    let report = thrice(&home, Format::VibeKanban, "vibe_kanban");
    let told = [("attachments.csv".to_owned(), Some(3)), ("issues.csv".to_owned(), Some(5))];
    assert_eq!(
        skipped(&report),
        told,
        "a path out of the folder and a short record are told, nothing else is lost"
    );
    assert_eq!(
        issues(&home),
        ["1 in_progress critical Show the board", "2 resolved medium Columns", "3 triaged low Colours"]
    );
    assert_eq!(links(&home), ["1 blocked_by 3", "2 child_of 1", "2 duplicate_of 3"]);
    assert_eq!(home.one("SELECT body FROM issues WHERE number = 1"), "Two lines,\nand \"quotes\"");
    assert_eq!(home.one("SELECT attachments FROM issues WHERE number = 1"), "1", "its file came along");
    assert_eq!(
        home.one("SELECT name || ' ' || size || ' ' || media_type FROM attachments"),
        "note.txt 6 text/plain"
    );
}

#[test]
fn vibe_kanban_local_tasks() {
    let home = Home::new();
    thrice(&home, Format::VibeKanban, "vibe_kanban/tasks.json");
    assert_eq!(issues(&home), ["1 in_progress medium Local task", "2 rejected medium Dropped"]);
}

#[test]
fn claude_code_workflow() {
    let home = Home::new();
    let report = thrice(&home, Format::Ccw, "ccw");
    assert_eq!(skipped(&report), [("issues.jsonl".to_owned(), Some(3))]);
    assert_eq!(
        issues(&home),
        [
            "1 resolved high Done before",
            "2 triaged critical Importer drops labels",
            "3 open low The thousandth of a day",
            "4 triaged medium After the bad line",
            "5 open medium An id that leads elsewhere",
        ]
    );
    let todos = home.column("SELECT kind || ' ' || status || ' ' || content FROM issue_todos ORDER BY key");
    assert_eq!(
        todos,
        [
            "step completed T1 Read labels",
            "criterion completed labels stay",
            "step pending T2 Test it",
            "criterion pending a second import changes nothing",
        ],
        "the bound solution's tasks, and no other proposal's"
    );
    let comments = home.column("SELECT body FROM issue_updates WHERE kind = 'comment' ORDER BY key");
    assert_eq!(comments.len(), 2, "the feedback and the solution's approach: {comments:?}");
    assert!(comments[1].contains("Keep labels.\n\nRead them first."));
}
