//! Links: seen alike from both ends, never in a circle, and told to both histories.

use super::*;
use crate::issues::{NewIssue, by_id, insert};
use crate::open::Store;
use crate::projects::{self, NewProject};
use proptest::prelude::*;
use std::sync::Arc;
use waybill_domain::issue::Priority;

const OPERATOR: Principal = Principal::Operator;

fn with_issues<T: Send + 'static>(
    count: usize,
    work: impl FnOnce(&Write<'_>, &[Issue]) -> Result<T, StoreError> + Send + 'static,
) -> T {
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
    let result = store.write_blocking(move |w| {
        let project = projects::insert(w, &new, &OPERATOR)?;
        let new = NewIssue {
            title: "one".to_owned(),
            body: String::new(),
            priority: Priority::Medium,
            labels: Vec::new(),
        };
        let issues: Vec<_> =
            (0..count).map(|_| insert(w, &project.id, &new, &OPERATOR)).collect::<Result<_, _>>()?;
        work(w, &issues)
    });
    result.expect("all of it")
}

fn seen(connection: &Connection, issue: &Issue) -> Result<Vec<(Relation, i64)>, StoreError> {
    Ok(list(connection, &issue.id)?.into_iter().map(|link| (link.relation, link.issue.number)).collect())
}

fn refusal(result: Result<UpdateId, StoreError>) -> String {
    result.expect_err("must be refused").to_string()
}

#[test]
fn every_relation_is_seen_from_both_ends_and_removed_from_either() {
    with_issues(2, |w, issues| {
        let [one, two] = issues else { panic!("two issues") };
        for &relation in Relation::ALL {
            add(w, one, relation, two, &OPERATOR)?;
            assert_eq!(seen(w, one)?, [(relation, 2)], "#1 shows what was said");
            assert_eq!(seen(w, two)?, [(relation.inverse(), 1)], "#2 shows the same from its end");
            assert_eq!(
                refusal(add(w, two, relation.inverse(), one, &OPERATOR)),
                format!("#2 {} #1 already", relation.inverse().phrase()),
                "the same link said from the other end is no second one"
            );
            remove(w, two, relation.inverse(), one, &OPERATOR)?;
            assert_eq!(seen(w, one)?, [], "it is gone at both ends");
            assert!(matches!(remove(w, one, relation, two, &OPERATOR), Err(StoreError::NotFound { .. })));
        }
        Ok(())
    });
}

#[test]
fn links_that_make_no_sense_are_refused_with_why() {
    with_issues(4, |w, issues| {
        let [one, two, three, four] = issues else { panic!("four issues") };
        assert_eq!(
            refusal(add(w, one, Relation::RelatesTo, one, &OPERATOR)),
            "issue #1 cannot be linked to itself"
        );
        add(w, two, Relation::ChildOf, one, &OPERATOR)?;
        assert_eq!(
            refusal(add(w, one, Relation::ChildOf, two, &OPERATOR)),
            "#2 is already below #1; it cannot be its parent as well"
        );
        add(w, two, Relation::ParentOf, three, &OPERATOR)?;
        add(w, four, Relation::ChildOf, three, &OPERATOR)?;
        assert_eq!(
            refusal(add(w, one, Relation::ChildOf, four, &OPERATOR)),
            "#4 is already below #1 (#4 → #3 → #2 → #1); it cannot be its parent as well"
        );
        add(w, one, Relation::DuplicateOf, two, &OPERATOR)?;
        assert_eq!(
            refusal(add(w, one, Relation::DuplicateOf, three, &OPERATOR)),
            "#1 is a duplicate of #2 already; remove that link first"
        );
        Ok(())
    });
}

#[test]
fn both_histories_tell_of_a_link_and_an_undo_takes_it_back() {
    with_issues(2, |w, issues| {
        let [one, two] = issues else { panic!("two issues") };
        let added = add(w, one, Relation::Blocks, two, &OPERATOR)?;
        let told = |issue: &Issue| {
            let page = issue_updates::page(w, &issue.id, None, 1)?;
            Ok::<_, StoreError>(page[0].metadata.clone())
        };
        assert_eq!(told(one)?, Some(json!({"change": "added", "relation": "blocks", "other": 2})));
        assert_eq!(told(two)?, Some(json!({"change": "added", "relation": "blocked_by", "other": 1})));
        let removed = issue_updates::undo(w, one, &[added], &OPERATOR)?;
        assert_eq!(seen(w, two)?, [], "z takes the link back");
        issue_updates::undo(w, one, &removed, &OPERATOR)?;
        assert_eq!(seen(w, two)?, [(Relation::BlockedBy, 1)], "and gives it again");
        Ok(())
    });
}

#[test]
fn closing_as_a_duplicate_is_one_action_and_is_undone_as_one() {
    with_issues(2, |w, issues| {
        let [one, two] = issues else { panic!("two issues") };
        let updates = close_as_duplicate(w, two, one, &OPERATOR)?;
        let closed = by_id(w, &two.id)?;
        assert_eq!(closed.status, Status::Rejected);
        assert_eq!(closed.comments, 1, "its note says why");
        assert_eq!(seen(w, two)?, [(Relation::DuplicateOf, 1)]);
        assert!(
            matches!(close_as_duplicate(w, &closed, one, &OPERATOR), Err(StoreError::Conflict(_))),
            "it is closed already"
        );
        issue_updates::undo(w, &closed, &updates, &OPERATOR)?;
        assert_eq!(by_id(w, &two.id)?.status, Status::Open, "z brings it back whole");
        assert_eq!(seen(w, two)?, []);
        Ok(())
    });
}

#[test]
fn only_open_children_stand_in_the_way_of_their_parent() {
    with_issues(3, |w, issues| {
        let [parent, open, done] = issues else { panic!("three issues") };
        add(w, open, Relation::ChildOf, parent, &OPERATOR)?;
        add(w, parent, Relation::ParentOf, done, &OPERATOR)?;
        issues::make_move(w, done, Status::Resolved, Via::Operator, &OPERATOR)?;
        let found: Vec<_> = open_children(w, &parent.id)?.iter().map(|child| child.number).collect();
        assert_eq!(found, [2]);
        Ok(())
    });
}

#[test]
fn the_graph_shows_the_nearest_first_and_says_when_it_is_cut() {
    with_issues(160, |w, issues| {
        // A line: 1 – 2 – 3 – 4 – 5.
        for pair in issues[..5].windows(2) {
            add(w, &pair[1], Relation::ChildOf, &pair[0], &OPERATOR)?;
        }
        let graph = around(w, &issues[0].id)?;
        let numbers: Vec<_> = graph.nodes.iter().map(|node| node.number).collect();
        assert_eq!(numbers, [1, 2, 3, 4], "three links away, and no further");
        assert!(graph.cut, "#5 is left out, and that is said");
        assert_eq!(graph.edges.len(), 3);
        assert_eq!(graph.edges[0], Edge { from: 2, kind: Relation::ChildOf, to: 1 });
        assert!(!around(w, &issues[1].id)?.cut, "from #2 everything is near");
        // A star: more around one than a graph holds.
        for issue in &issues[10..] {
            add(w, issue, Relation::RelatesTo, &issues[9], &OPERATOR)?;
        }
        let star = around(w, &issues[9].id)?;
        assert_eq!((star.nodes.len(), star.edges.len(), star.cut), (100, 99, true));
        assert_eq!(star.nodes[0].number, 10, "the asked one comes first");
        Ok(())
    });
}

/// Whether some issue stands above itself, found by another way than the store's: leaves are taken off until none is.
fn has_cycle(parents: &[(i64, i64)]) -> bool {
    let mut left = parents.to_vec();
    loop {
        let before = left.len();
        let children: Vec<i64> = left.iter().map(|(child, _)| *child).collect();
        left.retain(|(_, parent)| children.contains(parent));
        if left.len() == before {
            return before > 0;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_is_linked_makes_no_circle_and_looks_the_same_from_both_ends(
        asked in proptest::collection::vec((0..9_usize, 0..7_usize, 0..9_usize, any::<bool>()), 1..60)
    ) {
        with_issues(9, move |w, issues| {
            let mut kept: Vec<(i64, Relation, i64)> = Vec::new();
            for (at, relation, to, removes) in asked {
                let (issue, other, relation) = (&issues[at], &issues[to], Relation::ALL[relation]);
                let said = (issue.number, relation, other.number);
                let turned = (other.number, relation.inverse(), issue.number);
                if removes {
                    let there = kept.contains(&said) || kept.contains(&turned);
                    let removed = w.attempt(|w| remove(w, issue, relation, other, &OPERATOR));
                    assert_eq!(removed.is_ok(), there, "what is there can be removed, and nothing else");
                    kept.retain(|link| *link != said && *link != turned);
                } else if w.attempt(|w| add(w, issue, relation, other, &OPERATOR)).is_ok() {
                    kept.push(said);
                } else if relation.is_kept() && relation != Relation::DuplicateOf && at != to {
                    let known = kept.contains(&said) || kept.contains(&turned);
                    let mut with: Vec<_> = parents(&kept);
                    with.push((issue.number, other.number));
                    let circle = relation == Relation::ChildOf && has_cycle(&with);
                    assert!(known || circle, "{said:?} was refused for nothing");
                }
            }
            assert!(!has_cycle(&parents(&kept)), "an issue stands above itself: {kept:?}");
            let mut expected: Vec<(i64, Relation, i64)> = kept.clone();
            expected.extend(kept.iter().map(|(from, relation, to)| (*to, relation.inverse(), *from)));
            let mut shown = Vec::new();
            for issue in issues {
                shown.extend(seen(w, issue)?.into_iter().map(|(relation, to)| (issue.number, relation, to)));
            }
            expected.sort_unstable();
            shown.sort_unstable();
            assert_eq!(shown, expected, "both ends must say the same");
            Ok(())
        });
    }
}

fn parents(kept: &[(i64, Relation, i64)]) -> Vec<(i64, i64)> {
    kept.iter()
        .filter_map(|(from, relation, to)| match relation {
            Relation::ChildOf => Some((*from, *to)),
            Relation::ParentOf => Some((*to, *from)),
            _ => None,
        })
        .collect()
}
