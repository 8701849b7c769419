//! What each command refuses, with the exit code that a script acts on.

use super::{ask, garden, refused};
use crate::support::Home;

#[test]
fn the_exit_code_tells_what_kind_of_refusal_it_is() {
    let home = Home::new();
    garden(&home, &["Water the roses", "Prune the roses"]);
    ask(&home, &["issue", "link", "1", "child_of", "2"]);
    ask(&home, &["issue", "new", "--title", "Not triaged"]);
    ask(&home, &["issue", "new", "--title", "Done"]);
    ask(&home, &["issue", "move", "4", "resolved"]);
    let refusals: &[(i32, &str, &[&str])] = &[
        (2, "invalid", &["issue", "move", "1", "asleep"]),
        (2, "invalid", &["issue", "link", "1", "likes", "2"]),
        (2, "invalid", &["issue", "link", "1", "blocked_by", "1"]),
        (2, "invalid", &["issue", "assign", "1", "somebody"]),
        (2, "invalid", &["issue", "todo", "1", "add"]),
        (2, "invalid", &["issue", "todo", "1", "add", "x", "--criterion", "--phase", "y"]),
        (2, "invalid", &["issue", "comment", "1", "--body", " "]),
        (2, "invalid", &["issue", "ready", "--after", "nonsense"]),
        (2, "invalid", &["issue", "import", "carrier-pigeon", "."]),
        (3, "not_found", &["issue", "claim", "9"]),
        (3, "not_found", &["issue", "release", "9"]),
        (3, "not_found", &["issue", "assign", "9", "primary"]),
        (3, "not_found", &["issue", "link", "1", "blocks", "9"]),
        (3, "not_found", &["issue", "links", "9"]),
        (3, "not_found", &["issue", "duplicate", "1", "9"]),
        (3, "not_found", &["issue", "remove", "9"]),
        (3, "not_found", &["issue", "new", "--title", "x", "--parent", "9"]),
        (3, "not_found", &["trash", "restore", "01HZZZZZZZZZZZZZZZZZZZZZZZ"]),
        (4, "conflict", &["issue", "link", "1", "child_of", "2"]),
        (4, "conflict", &["issue", "link", "2", "child_of", "1"]),
        (4, "conflict", &["issue", "release", "1"]),
        (4, "conflict", &["issue", "claim", "3"]),
        (4, "conflict", &["issue", "move", "4", "in_progress"]),
    ];
    for (code, word, args) in refusals {
        let error = refused(&home, *code, args);
        assert_eq!(error["code"], *word, "{args:?}: the code and the exit code agree: {error}");
    }
    let legal = refused(&home, 4, &["issue", "move", "4", "in_progress"]);
    assert!(
        legal["message"].as_str().is_some_and(|text| text.contains("triaged")),
        "it names what is legal: {legal}"
    );
}
