//! Nobody starts what somebody else works on, and nobody starts what cannot be done yet.

use super::*;
use crate::issues::{NewIssue, by_id, insert};
use crate::open::Store;
use crate::projects::{self, NewProject};
use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use waybill_domain::ids::RunId;
use waybill_domain::issue::Priority;
use waybill_domain::link::Relation;

const OPERATOR: Principal = Principal::Operator;

fn store() -> (tempfile::TempDir, Store, ProjectId) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let store = Store::open(directory.path(), Arc::new(|| 1_000)).expect("opens");
    let new = NewProject {
        slug: "demo".to_owned(),
        name: "Demo".to_owned(),
        root_path: "/repository".into(),
        git_common_dir: "/repository/.git".into(),
        default_branch: "main".to_owned(),
        github_repo: None,
    };
    let project = store.write_blocking(move |w| projects::insert(w, &new, &OPERATOR)).expect("added");
    (directory, store, project.id)
}

fn filed(
    write: &Write<'_>,
    project: &ProjectId,
    priority: Priority,
    status: Status,
) -> Result<Issue, StoreError> {
    let new = NewIssue { title: "one".to_owned(), body: String::new(), priority, labels: Vec::new() };
    let issue = insert(write, project, &new, &OPERATOR)?;
    make_move(write, &issue, status, Via::Operator, &OPERATOR)?;
    by_id(write, &issue.id)
}

fn ready_numbers(connection: &Connection, project: &ProjectId) -> Result<Vec<i64>, StoreError> {
    Ok(ready(connection, project, None, 50)?.items.iter().map(|issue| issue.number).collect())
}

fn refusal<T>(result: Result<T, StoreError>) -> String {
    match result {
        Ok(_) => panic!("must be refused"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_is_ready_comes_most_urgent_first_and_page_by_page() {
    let (_directory, store, project) = store();
    store
        .write_blocking(move |w| {
            let order = [
                (Priority::Low, Status::Triaged),
                (Priority::Critical, Status::Assigned),
                (Priority::Medium, Status::Open),
                (Priority::High, Status::Triaged),
                (Priority::Critical, Status::Triaged),
                (Priority::High, Status::InProgress),
                (Priority::High, Status::Resolved),
                (Priority::Medium, Status::Triaged),
            ];
            for (priority, status) in order {
                filed(w, &project, priority, status)?;
            }
            let expected = [2, 5, 4, 8, 1];
            assert_eq!(
                ready_numbers(w, &project)?,
                expected,
                "urgent before old, and only what can be begun"
            );
            let (mut after, mut paged): (Option<String>, Vec<i64>) = (None, Vec::new());
            loop {
                let page = ready(w, &project, after.as_deref(), 2)?;
                paged.extend(page.items.iter().map(|issue| issue.number));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(paged, expected, "pages neither repeat nor leave out");
            assert!(ready(w, &project, Some("p:1"), 2).is_err(), "another list's cursor is refused");
            Ok(())
        })
        .expect("all of it");
}

#[test]
fn the_list_of_what_is_ready_is_read_by_its_index() {
    let (_directory, store, _) = store();
    store
        .write_blocking(move |w| {
            let sql = format!(
                "EXPLAIN QUERY PLAN SELECT 1 FROM issues i WHERE i.project_id = 'x'
                   AND i.status IN ('triaged', 'assigned') AND i.claimed_by IS NULL
                   AND ({URGENCY}, i.number) > (1, 2) ORDER BY {URGENCY}, i.number"
            );
            let plan: Vec<String> = all(w, &sql, [], |row| Ok(row.get("detail")?))?;
            assert!(plan.iter().any(|line| line.contains("issues_ready")), "{plan:?}");
            assert!(!plan.iter().any(|line| line.contains("B-TREE")), "nothing is sorted: {plan:?}");
            Ok(())
        })
        .expect("all of it");
}

#[test]
fn a_claimed_issue_is_in_progress_and_leaves_a_gapless_history() {
    let (_directory, store, project) = store();
    store
        .write_blocking(move |w| {
            let issue = filed(w, &project, Priority::Medium, Status::Triaged)?;
            let agent = Principal::Agent("primary".to_owned());
            let claimed = claim(w, &project, None, &agent)?;
            assert_eq!(claimed.id, issue.id);
            assert_eq!(claimed.status, Status::InProgress);
            assert_eq!(claimed.claimed_by.as_deref(), Some("agent:primary"));
            assert_eq!(claimed.assignment.as_deref(), Some("primary"), "work belongs to somebody");
            let told: Vec<_> = crate::issue_updates::page(w, &issue.id, None, 10)?
                .into_iter()
                .filter_map(|update| Some(update.metadata?["to"].as_str()?.to_owned()))
                .rev()
                .collect();
            assert_eq!(told, ["triaged", "primary", "assigned", "in_progress"], "each move is told");
            let other = Principal::Agent("other".to_owned());
            assert_eq!(
                refusal(claim(w, &project, Some(1), &other)),
                "issue #1 is claimed by agent:primary already"
            );
            assert_eq!(refusal(claim(w, &project, None, &other)), "nothing is ready to be worked on");
            assert!(
                matches!(release(w, &claimed, &other), Err(StoreError::Forbidden(_))),
                "it is not theirs"
            );
            let released = release(w, &claimed, &agent)?;
            assert_eq!((released.status, released.claimed_by), (Status::Assigned, None));
            assert_eq!(refusal(release(w, &by_id(w, &issue.id)?, &agent)), "issue #1 is not claimed");
            assert_eq!(claim(w, &project, Some(1), &other)?.claimed_by.as_deref(), Some("agent:other"));
            Ok(())
        })
        .expect("all of it");
}

#[test]
fn leaving_in_progress_in_any_way_ends_the_claim_and_undo_gives_it_back() {
    let (_directory, store, project) = store();
    store
        .write_blocking(move |w| {
            for to in [Status::Assigned, Status::Resolved, Status::Triaged] {
                let issue = filed(w, &project, Priority::Medium, Status::Triaged)?;
                let claimed = claim(w, &project, Some(issue.number), &OPERATOR)?;
                let updates = make_move(w, &claimed, to, Via::Operator, &OPERATOR)?;
                let moved = by_id(w, &issue.id)?;
                assert_eq!((moved.claimed_by.clone(), moved.claimed_at), (None, None), "{to} is nobody's");
                crate::issue_updates::undo(w, &moved, &updates, &OPERATOR)?;
                let back = by_id(w, &issue.id)?;
                assert_eq!(back.claimed_by.as_deref(), Some("operator"), "z gives the work back");
                assert_eq!(back.assignment.as_deref(), Some("primary"));
            }
            Ok(())
        })
        .expect("all of it");
}

#[test]
fn what_cannot_be_begun_says_why() {
    let (_directory, store, project) = store();
    store
        .write_blocking(move |w| {
            let refused = |number| refusal(claim(w, &project, Some(number), &OPERATOR));
            filed(w, &project, Priority::Medium, Status::Open)?;
            assert_eq!(refused(1), "issue #1 is not triaged yet; triage it first");
            filed(w, &project, Priority::Medium, Status::InProgress)?;
            assert_eq!(refused(2), "issue #2 is in progress already");
            filed(w, &project, Priority::Medium, Status::Resolved)?;
            assert_eq!(refused(3), "issue #3 is resolved; reopen it first");
            let blocked = filed(w, &project, Priority::Medium, Status::Triaged)?;
            let before = filed(w, &project, Priority::Medium, Status::Open)?;
            links::add(w, &blocked, Relation::BlockedBy, &before, &OPERATOR)?;
            assert_eq!(refused(4), "issue #4 is blocked by #5");
            assert_eq!(ready_numbers(w, &project)?, [0; 0], "and is not offered");
            make_move(w, &before, Status::Resolved, Via::Operator, &OPERATOR)?;
            assert_eq!(ready_numbers(w, &project)?, [4], "once the blocker is closed, it is");
            let run = RunId::generate();
            w.execute(
                "INSERT INTO runs (id, project_id, number, name, source, prompt, config, base_branch, created_by, created_at)
                 VALUES (?1, ?2, 7, 'run', 'issue', '', '{}', 'main', 'operator', 0)",
                (run.as_str(), project.as_str()),
            )?;
            issues::link_run(w, &blocked.id, &run)?;
            assert_eq!(refused(4), "issue #4 is worked on by run 7");
            assert_eq!(ready_numbers(w, &project)?, [0; 0], "a run that waits has it");
            Ok(())
        })
        .expect("all of it");
}

#[test]
fn eight_at_once_never_get_the_same_issue() {
    const ROUNDS: usize = 1_000;
    let (_directory, store, project) = store();
    let at = project.clone();
    store
        .write_blocking(move |w| {
            for index in 0..24 {
                filed(w, &at, Priority::ALL[index % 4], Status::Triaged)?;
            }
            Ok(())
        })
        .expect("are filed");
    let held: Arc<Mutex<HashSet<i64>>> = Arc::default();
    let takers: Vec<_> = (0..8_usize)
        .map(|taker| {
            let (store, project, held) = (store.clone(), project.clone(), Arc::clone(&held));
            std::thread::spawn(move || {
                let who = Principal::Agent(format!("taker{taker}"));
                let mut taken = 0;
                for round in 0..ROUNDS {
                    // Half of them ask for whatever is ready, half for one that others want as well.
                    let number = (round % 2 == 0).then(|| i64::try_from(round % 24 + 1).expect("is small"));
                    let (at, by) = (project.clone(), who.clone());
                    let Ok(issue) = store.write_blocking(move |w| claim(w, &at, number, &by)) else {
                        continue;
                    };
                    taken += 1;
                    assert!(
                        held.lock().expect("sound").insert(issue.number),
                        "#{} was given twice",
                        issue.number
                    );
                    assert_eq!(issue.claimed_by, Some(who.to_string()), "the answer names another holder");
                    assert!(held.lock().expect("sound").remove(&issue.number));
                    let by = who.clone();
                    store.write_blocking(move |w| release(w, &issue, &by)).expect("it is theirs to release");
                }
                taken
            })
        })
        .collect();
    let taken: usize = takers.into_iter().map(|taker| taker.join().expect("no claim was given twice")).sum();
    assert!(taken > 4 * ROUNDS, "those who ask for anything ready get something: {taken}");
}
