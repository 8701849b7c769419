//! Many processes that claim at the same time.

use super::{ask, garden};
use crate::support::Home;
use std::collections::BTreeSet;

const WORKERS: usize = 8;
const ISSUES: usize = 20;

/// Claims one issue after another until none is ready.
fn claim_all(home: &Home) -> Vec<i64> {
    let mut claimed = Vec::new();
    loop {
        let output = home.waybill(&["issue", "claim", "-p", "garden", "--json"]);
        if output.code == Some(4) {
            return claimed;
        }
        claimed.push(output.json()["issue"]["number"].as_i64().expect("a number"));
    }
}

#[test]
fn eight_workers_never_begin_the_same_issue() {
    let home = Home::new();
    let titles: Vec<String> = (1..=ISSUES).map(|number| format!("Rose {number}")).collect();
    garden(&home, &titles.iter().map(String::as_str).collect::<Vec<_>>());
    let claimed: Vec<i64> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(|| claim_all(&home))).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a worker ends")).collect()
    });
    let distinct: BTreeSet<i64> = claimed.iter().copied().collect();
    assert_eq!(claimed.len(), ISSUES, "each was claimed once: {claimed:?}");
    assert_eq!(distinct.len(), ISSUES, "none by two: {claimed:?}");
    assert_eq!(ask(&home, &["issue", "ready"])["items"].as_array().map(Vec::len), Some(0));
}
