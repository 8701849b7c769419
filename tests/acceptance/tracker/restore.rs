//! A backup put back in the place of the database.

use super::{ask, garden, told};
use crate::support::Home;

/// A backup with one issue, after which a second one was filed; its path.
fn backed_up(home: &Home) -> String {
    garden(home, &["Water the roses"]);
    let path = home.user().join("copy.db").to_string_lossy().into_owned();
    home.json(&["backup", &path]);
    ask(home, &["issue", "new", "--title", "Filed after the backup"]);
    path
}

#[test]
fn a_backup_is_put_back_and_what_was_there_is_kept() {
    let home = Home::new();
    let copy = backed_up(&home);
    let restored = home.json(&["restore", &copy]);
    assert_eq!(told(&home, &["issue", "list", "--brief"]), "1\ttriaged\tmedium\tWater the roses\n");
    let kept = restored["kept"].as_str().expect("the former database is kept").to_owned();
    let again = home.waybill(&["restore", &kept]).ok();
    assert!(again.stdout.contains("is in place of the database"), "{again:?}");
    assert_eq!(
        told(&home, &["issue", "list", "--brief"]).lines().count(),
        2,
        "nothing was lost by restoring"
    );
    assert_eq!(home.json(&["audit", "verify"])["ok"], true, "the trail is whole");
}

#[test]
fn nothing_is_put_in_place_of_a_database_that_is_open() {
    let home = Home::new();
    let copy = backed_up(&home);
    let server = home.serve();
    let error = home.waybill(&["restore", &copy, "--json"]).error(4);
    assert!(error["message"].as_str().is_some_and(|text| text.contains("open")), "it says why: {error}");
    drop(server);
    assert_eq!(told(&home, &["issue", "list", "--brief"]).lines().count(), 2, "and changes nothing");
}

#[test]
fn what_is_no_whole_backup_is_refused() {
    let home = Home::new();
    let copy = backed_up(&home);
    let whole = std::fs::read(&copy).expect("is read");
    let wrong = home.user().join("wrong.db");
    let name = wrong.to_str().expect("a path in UTF-8");
    home.waybill(&["restore", name, "--json"]).error(3);
    for bytes in [&b"Dear diary"[..], &whole[..whole.len() / 2]] {
        std::fs::write(&wrong, bytes).expect("is written");
        home.waybill(&["restore", name, "--json"]).error(2);
    }
    let own = home.data().join("waybill.db").to_string_lossy().into_owned();
    home.waybill(&["restore", &own, "--json"]).error(2);
    assert_eq!(told(&home, &["issue", "list", "--brief"]).lines().count(), 2, "and changes nothing");
}

#[test]
fn a_damaged_database_is_replaced_and_still_kept() {
    let home = Home::new();
    let copy = backed_up(&home);
    let damaged = vec![0xaa; 8192];
    std::fs::write(home.data().join("waybill.db"), &damaged).expect("is written");
    let restored = home.json(&["restore", &copy]);
    assert_eq!(told(&home, &["issue", "list", "--brief"]).lines().count(), 1, "the issues are back");
    let kept = restored["kept"].as_str().expect("the damaged one is kept");
    assert_eq!(std::fs::read(kept).expect("is read"), damaged, "as it was, for whoever can mend it");
}
