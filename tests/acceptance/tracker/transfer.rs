//! Issues in from other trackers, and all of a project out and in again.

use super::{ask, garden, refused, told};
use crate::support::{Home, files_below};
use std::collections::BTreeMap;
use std::path::Path;

/// Every file of a folder with its bytes.
fn content(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = files_below(folder).into_iter();
    files.map(|path| (path.clone(), std::fs::read(folder.join(&path)).expect("is read"))).collect()
}

fn path(home: &Home, name: &str) -> String {
    home.root().join(name).to_string_lossy().into_owned()
}

/// A project with something of everything.
fn furnished(home: &Home) {
    garden(home, &["Water the roses", "Buy a hose", "Find the tap"]);
    let map = path(home, "map.txt");
    std::fs::write(&map, "here\n").expect("is written");
    ask(home, &["issue", "attach", "1", &map]);
    ask(home, &["issue", "link", "1", "blocked_by", "2"]);
    ask(home, &["issue", "edit", "1", "--label", "dry", "--body", "They *wilt*, all."]);
    ask(home, &["issue", "comment", "1", "--body", "Twice a day."]);
    ask(home, &["issue", "todo", "1", "add", "they stand up", "--criterion"]);
    ask(home, &["issue", "todo", "1", "start", "1"]);
    ask(home, &["issue", "claim", "3"]);
}

#[test]
fn what_is_exported_comes_into_an_empty_database_to_a_byte_equal_export() {
    let home = Home::new();
    furnished(&home);
    let (first, second) = (path(&home, "first"), path(&home, "second"));
    ask(&home, &["export", &first]);
    let other = Home::new();
    other.json(&["import", &first]);
    ask(&other, &["export", &second]);
    let (first, second) = (content(Path::new(&first)), content(Path::new(&second)));
    assert_eq!(
        first.keys().collect::<Vec<_>>(),
        second.keys().collect::<Vec<_>>(),
        "the same files, attachments as well"
    );
    for (name, bytes) in &first {
        assert!(second[name] == *bytes, "{name} comes back byte for byte");
    }
    assert!(first.values().any(|bytes| bytes == b"here\n"), "the attachment is among them");
}

#[test]
fn an_export_goes_into_no_folder_that_holds_something() {
    let home = Home::new();
    furnished(&home);
    let full = home.user();
    refused(&home, 4, &["export", full.to_str().expect("a path in UTF-8")]);
    let folder = path(&home, "markdown");
    let said = told(&home, &["issue", "export", &folder]);
    assert!(said.starts_with("3 issues"), "{said}");
    let text =
        content(Path::new(&folder)).into_values().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let text: String = text.collect();
    for part in ["Water the roses", "They *wilt*, all.", "Twice a day.", "they stand up"] {
        assert!(text.contains(part), "a person reads {part:?} in the folder: {text}");
    }
}

/// Three issues of beads, of which the second line cannot be read.
const BEADS: &str = r#"{"id":"bd-1","title":"Water the roses","description":"Dry.","status":"open","priority":1,"issue_type":"bug","created_at":"2025-10-12T10:00:00Z","updated_at":"2025-10-12T10:00:00Z"}
{"id":"bd-2","title":"Broken
{"id":"bd-3","title":"Prune them","description":"","status":"closed","priority":2,"issue_type":"task","created_at":"2025-10-13T10:00:00Z","updated_at":"2025-10-13T10:00:00Z","closed_at":"2025-10-14T10:00:00Z"}
"#;

#[test]
fn one_bad_line_costs_no_other_and_what_came_in_does_not_come_again() {
    let home = Home::new();
    garden(&home, &[]);
    let file = path(&home, "issues.jsonl");
    std::fs::write(&file, BEADS).expect("is written");
    let dry = ask(&home, &["issue", "import", "beads", &file, "--dry-run"]);
    assert_eq!((&dry["issues"], &dry["dry_run"]), (&2.into(), &true.into()), "{dry}");
    assert_eq!(told(&home, &["issue", "list"]), "No issues match.\n", "a dry run changes nothing");
    let said = told(&home, &["issue", "import", "beads", &file]);
    assert!(said.contains("2 issues") && said.contains("issues.jsonl:2: "), "it names the line: {said}");
    assert_eq!(told(&home, &["issue", "list", "--brief"]).lines().count(), 1, "an open one");
    assert_eq!(
        told(&home, &["issue", "list", "is:resolved", "--brief"]).lines().count(),
        1,
        "and a closed one"
    );
    let again = ask(&home, &["issue", "import", "beads", &file]);
    assert_eq!(
        (&again["issues"], &again["existing"]),
        (&0.into(), &2.into()),
        "known by its id there: {again}"
    );
}

#[test]
fn an_import_of_what_is_not_there_is_refused() {
    let home = Home::new();
    garden(&home, &[]);
    for command in [&["issue", "import", "beads"][..], &["import"]] {
        let error = refused(&home, 3, &[command, &[&path(&home, "none")]].concat());
        assert!(error["message"].as_str().is_some_and(|text| text.contains("none")), "it says what: {error}");
    }
}
