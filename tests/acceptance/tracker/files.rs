//! Files at issues.

use super::{ask, garden, refused, told};
use crate::support::Home;

/// A file in the user's home; its path.
fn file(home: &Home, name: &str, bytes: &[u8]) -> String {
    let path = home.user().join(name);
    std::fs::write(&path, bytes).expect("is written");
    path.to_str().expect("a path in UTF-8").to_owned()
}

#[test]
fn files_are_attached_while_filing_or_afterwards() {
    let home = Home::new();
    garden(&home, &["Water the roses"]);
    let (map, list) = (file(&home, "map.txt", b"here\n"), file(&home, "list.csv", b"a,b\n"));
    let listed = ask(&home, &["issue", "attach", "1", &map, &list]);
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(2), "{listed}");
    let found = ask(&home, &["issue", "attachments", "1"]);
    assert_eq!(found, listed, "what was attached is what is there");
    let names = found["items"].as_array().into_iter().flatten();
    let names: Vec<_> = names.map(|file| (file["name"].as_str(), file["size"].as_i64())).collect();
    assert!(names.contains(&(Some("map.txt"), Some(5))), "under its own name, whole: {names:?}");
    let filed = ask(&home, &["issue", "new", "--title", "Weed", "--attach", &map]);
    assert_eq!(filed["attachments"], 1, "it is filed with its file: {filed}");
    assert!(told(&home, &["issue", "attachments", "2"]).contains("map.txt"));
    assert!(told(&home, &["issue", "show", "1"]).contains("list.csv"), "the issue shows its files");
    assert_eq!(told(&home, &["issue", "list", "has:attachment", "--brief"]).lines().count(), 2);
}

#[test]
fn a_file_that_cannot_be_read_or_is_too_large_attaches_none_of_them() {
    let home = Home::new();
    garden(&home, &["Water the roses"]);
    let map = file(&home, "map.txt", b"here\n");
    let large = file(&home, "large.bin", &vec![0; 25 * 1024 * 1024 + 1]);
    let none = home.user().join("none.txt").to_string_lossy().into_owned();
    let folder = home.user().to_string_lossy().into_owned();
    for (code, wrong) in [(2, &large), (3, &none), (2, &folder)] {
        refused(&home, code, &["issue", "attach", "1", &map, wrong]);
        refused(&home, code, &["issue", "new", "--title", "Weed", "--attach", wrong]);
    }
    refused(&home, 3, &["issue", "attach", "9", &map]);
    assert_eq!(told(&home, &["issue", "attachments", "1"]), "No files.\n", "nothing was attached by halves");
    assert_eq!(told(&home, &["issue", "list", "--brief"]).lines().count(), 1, "and nothing was filed");
}
