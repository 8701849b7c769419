//! What is decided, saved and compiled decides what agents are told: nothing may be lost, or told unasked.

use super::*;
use crate::contexts;
use crate::learnings::{Origin, decide, edit, insert};
use crate::open::Store;
use crate::projects::{self, NewProject};
use std::sync::Arc;
use waybill_domain::context::{SessionType, VersionEvent, VersionState};
use waybill_domain::learning::{Category, Decision, LearningSource, LearningStatus, Lesson, Severity};

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

fn lesson(description: &str, roles: &[Role]) -> Lesson {
    Lesson {
        description: description.to_owned(),
        trigger: "always".to_owned(),
        correct_behavior: "do so".to_owned(),
        severity: Severity::Minor,
        category: Category::Pattern,
        confidence: 1.0,
        roles: roles.to_vec(),
    }
}

const ORIGIN: Origin = Origin { source: LearningSource::Operator, run: None };

#[test]
fn only_what_is_approved_for_a_role_is_told_to_it_and_only_once_it_was_compiled() {
    let (_directory, store, project) = store();
    let told = store.write_blocking(move |write| {
        for (description, roles) in
            [("for all", &[][..]), ("for checkers", &[Role::Checker]), ("never decided", &[])]
        {
            insert(write, &project, &lesson(description, roles), &ORIGIN, &OPERATOR)?;
        }
        let nothing = make(write, &project, Role::Designer, &OPERATOR);
        assert!(matches!(nothing, Err(StoreError::Conflict(_))), "nothing is approved yet: {nothing:?}");
        decide(write, &project, 1, Decision::Approve, &OPERATOR)?;
        decide(write, &project, 2, Decision::Approve, &OPERATOR)?;
        assert_eq!(active(write, &project, Role::Designer)?, None, "approving alone tells nobody");
        let first = make(write, &project, Role::Designer, &OPERATOR)?;
        assert_eq!((first.version, &first.learnings), (1, &vec![1]), "a checker's is not a designer's");
        assert_eq!(make(write, &project, Role::Checker, &OPERATOR)?.learnings, [1, 2]);
        assert_eq!(
            make(write, &project, Role::Designer, &OPERATOR)?.version,
            1,
            "the same is no new version"
        );

        edit(write, &project, 1, &lesson("for all, said better", &[]), &OPERATOR)?;
        let before = active(write, &project, Role::Designer)?.expect("there is one");
        assert!(!before.body.contains("said better"), "a version never changes");
        let second = make(write, &project, Role::Designer, &OPERATOR)?;
        assert!(second.active && second.body.contains("said better"));
        decide(write, &project, 1, Decision::Reject, &OPERATOR)?;
        let third = make(write, &project, Role::Designer, &OPERATOR)?;
        assert_eq!((third.version, third.body.as_str()), (3, ""), "what was taken back is told no more");
        activate(write, &project, Role::Designer, 1, &OPERATOR)?;
        Ok(list(write, &project, Role::Designer)?
            .into_iter()
            .map(|v| (v.version, v.active))
            .collect::<Vec<_>>())
    });
    assert_eq!(told.expect("is written"), [(3, false), (2, false), (1, true)], "one is active at a time");
}

#[test]
fn a_decision_can_be_taken_back_and_the_same_twice_is_none() {
    let (_directory, store, project) = store();
    let done = store.write_blocking(move |write| {
        insert(write, &project, &lesson("one", &[]), &ORIGIN, &OPERATOR)?;
        let decided = decide(write, &project, 1, Decision::Approve, &OPERATOR)?.expect("it was pending");
        assert_eq!(decide(write, &project, 1, Decision::Approve, &OPERATOR)?, None, "it is approved");
        let learning = learnings::get(write, &project, 1)?;
        assert_eq!(learning.decided_by.as_deref(), Some("operator"));
        decide(write, &project, 1, Decision::to(decided.from), &OPERATOR)?;
        learnings::get(write, &project, 1)
    });
    let learning = done.expect("is written");
    assert_eq!(
        (learning.status, learning.decided_by),
        (LearningStatus::Pending, None),
        "as if never decided"
    );
}

#[test]
fn a_context_is_told_once_it_is_published_and_a_former_version_can_be_again() {
    let (_directory, store, project) = store();
    let done = store.write_blocking(move |write| {
        const TYPE: SessionType = SessionType::Issue;
        let save = |body: &str, expected| contexts::save(write, &project, TYPE, body, expected, &OPERATOR);
        let told = || contexts::active_body(write, &project, TYPE);
        let go = |version, event| contexts::advance(write, &project, TYPE, version, event, &OPERATOR);
        assert!(go(1, VersionEvent::Publish).is_err(), "there is nothing to publish");
        assert_eq!(save("one", Some(0))?.last_version, 1);
        assert_eq!(told()?, None, "a draft is told nobody");
        assert!(go(1, VersionEvent::Activate).is_err(), "a draft is published first");
        go(1, VersionEvent::Publish)?;
        assert_eq!(save("one", None)?.last_version, 1, "the same is no new version");
        assert_eq!(save("two", Some(1))?.last_version, 2);
        let late = save("three", Some(1));
        assert!(matches!(late, Err(StoreError::Conflict(_))), "somebody else was quicker: {late:?}");
        assert_eq!(told()?.as_deref(), Some("one"), "while the next is a draft");
        go(2, VersionEvent::Publish)?;
        assert_eq!(told()?.as_deref(), Some("two"));
        let context = go(1, VersionEvent::Activate)?;
        assert_eq!(told()?.as_deref(), Some("one"), "it can be active again");
        let kept = contexts::versions(write, &context)?;
        Ok(kept.into_iter().map(|version| (version.body, version.state)).collect::<Vec<_>>())
    });
    assert_eq!(
        done.expect("is written"),
        [("two".to_owned(), VersionState::Published), ("one".to_owned(), VersionState::Active)]
    );
}
