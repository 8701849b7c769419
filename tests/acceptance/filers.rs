//! Many processes file into one project at once: each issue gets a number of its own, and none is lost.

use crate::support::{Events, Home, Process};
use serde_json::json;
use std::collections::BTreeSet;

const FILERS: usize = 16;
const EACH: usize = 50;

/// An issue as its filer was answered.
struct Filed {
    id: String,
    number: i64,
    title: String,
}

/// Sixteen threads, each running one `waybill issue new` after another.
fn file_all(home: &Home) -> Vec<Filed> {
    std::thread::scope(|scope| {
        let filers: Vec<_> = (0..FILERS)
            .map(|filer| {
                scope.spawn(move || {
                    let file = |issue| {
                        let title = format!("Parcel {filer}-{issue}");
                        let filed = home.json(&["issue", "new", "--title", &title, "-p", "garden"]);
                        let id = filed["id"].as_str().expect("an id").to_owned();
                        Filed { id, number: filed["number"].as_i64().expect("a number"), title }
                    };
                    (0..EACH).map(file).collect::<Vec<_>>()
                })
            })
            .collect();
        filers.into_iter().flat_map(|filer| filer.join().expect("a filer ends")).collect()
    })
}

fn all_numbers() -> BTreeSet<i64> {
    (1..=i64::try_from(FILERS * EACH).expect("few")).collect()
}

#[test]
fn sixteen_processes_file_fifty_issues_each_and_none_is_lost_while_a_server_tells_of_all() {
    let home = Home::new();
    home.project("garden", &[("roses", "dry\n")]);
    let server = home.serve();
    let mut events = server.events(None);

    let filed = file_all(&home);
    let numbers: BTreeSet<i64> = filed.iter().map(|issue| issue.number).collect();
    assert_eq!(filed.len(), FILERS * EACH, "each process was answered");
    assert_eq!(numbers, all_numbers(), "numbers run from 1 without gaps or repeats");

    // What the list of issues holds is what was acknowledged: title and number, and nothing else.
    let mut listed = BTreeSet::new();
    let mut after = serde_json::Value::Null;
    loop {
        let mut args = json!({"project": "garden", "limit": 200});
        if !after.is_null() {
            args["after"] = after;
        }
        let page = server.call("issue_list", &args);
        for row in page["items"].as_array().expect("a page has items") {
            let title = row["title"].as_str().expect("a title").to_owned();
            listed.insert((title, row["number"].as_i64().expect("a number")));
        }
        after = page["next"].clone();
        if after.is_null() {
            break;
        }
    }
    let acknowledged: BTreeSet<_> = filed.iter().map(|issue| (issue.title.clone(), issue.number)).collect();
    assert_eq!(listed, acknowledged, "every acknowledged issue is listed once");

    assert_all_are_told(&mut events, &filed);
    let counts = server.call("issue_counts", &json!({"project": "garden"}));
    assert_eq!(counts["open"], 800, "they are counted as well");
    let verified = home.json(&["audit", "verify"]);
    assert_eq!(verified["ok"], true, "the trail of sixteen writers is one unbroken chain: {verified}");
}

/// Reads the stream until each issue was told, by its id or by a message that asks to read everything anew.
fn assert_all_are_told(events: &mut Events, filed: &[Filed]) {
    let mut untold: BTreeSet<&str> = filed.iter().map(|issue| issue.id.as_str()).collect();
    let mut seq = 0;
    while !untold.is_empty() {
        let change = events.changed("issues");
        let now = change["seq"].as_i64().expect("a number of the change log");
        assert!(now > seq, "what comes later has a higher number: {change}");
        seq = now;
        let ids = change["ids"].as_array().expect("ids");
        if ids.is_empty() {
            // Very many at once: none is named, and whoever reads anew finds all that was committed before.
            untold.clear();
        }
        for id in ids.iter().filter_map(serde_json::Value::as_str) {
            untold.remove(id);
        }
    }
}

#[test]
fn processes_that_all_make_the_database_at_once_share_one() {
    let home = Home::new();
    home.repository("garden", &[("roses", "dry\n")]);
    let path = home.root().join("repositories/garden");
    let started: Vec<Process> =
        (0..FILERS).map(|_| Process::start(home.command_in(&path, &["project", "list", "--json"]))).collect();
    for process in started {
        let listed = process.output().json();
        assert_eq!(listed["items"], json!([]), "the first start of all is no race: {listed}");
    }
}
