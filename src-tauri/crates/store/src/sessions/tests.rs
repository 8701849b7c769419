//! What a person said and was asked is there after a restart, and a binding moves nothing but itself.

use super::*;
use crate::agent_tokens::{self, Bearer};
use crate::issues::NewIssue;
use crate::open::Store;
use crate::origin::{self, Origin};
use crate::projects::{self, NewProject};
use crate::session_messages::{self, NewMessage};
use crate::{todos, trash};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use waybill_domain::issue::Priority;
use waybill_domain::question::{Question, QuestionKind};
use waybill_domain::run::Network;
use waybill_domain::session::{AgentPath, MessageRole, MessageState};
use waybill_domain::todo::TodoKind;

const OPERATOR: Principal = Principal::Operator;

fn agent() -> Principal {
    Principal::Agent("primary".to_owned())
}

/// A store with a project, whose clock the test turns.
fn store() -> (tempfile::TempDir, Store, ProjectId, Arc<AtomicI64>) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let clock = Arc::new(AtomicI64::new(1_000));
    let time = Arc::clone(&clock);
    let store = Store::open(directory.path(), Arc::new(move || time.load(Ordering::Relaxed))).expect("opens");
    let new = NewProject {
        slug: "demo".to_owned(),
        name: "Demo".to_owned(),
        root_path: "/repository".into(),
        git_common_dir: "/repository/.git".into(),
        default_branch: "main".to_owned(),
        github_repo: None,
    };
    let project = store.write_blocking(move |w| projects::insert(w, &new, &OPERATOR)).expect("added");
    (directory, store, project.id, clock)
}

fn begun(write: &Write<'_>, project: &ProjectId) -> Result<Session, StoreError> {
    let config = RunConfig {
        tool: "demo".to_owned(),
        model: None,
        effort: None,
        timeout_ms: 60_000,
        memory_mb: 512,
        cpu_count: 1,
        network: Network::None,
        weak_isolation_allowed: false,
    };
    let new = NewSession { title: "Talk".to_owned(), config, base_branch: "main".to_owned() };
    insert(write, project, &new, &OPERATOR)
}

fn filed(write: &Write<'_>, project: &ProjectId) -> Result<Issue, StoreError> {
    let new = NewIssue {
        title: "one".to_owned(),
        body: String::new(),
        priority: Priority::Medium,
        labels: Vec::new(),
    };
    issues::insert(write, project, &new, &OPERATOR)
}

fn message(state: MessageState, text: &str) -> NewMessage {
    NewMessage { role: MessageRole::User, state, text: text.to_owned(), question: None, step: None }
}

fn ask(text: &str) -> Question {
    Question {
        kind: QuestionKind::Ask,
        text: text.to_owned(),
        choices: vec!["a".to_owned(), "b".to_owned()],
        fields: Vec::new(),
    }
}

fn told<T>(result: Result<T, StoreError>) -> String {
    result.err().map_or_else(|| panic!("must be refused"), |error| error.to_string())
}

#[test]
fn what_waits_is_handed_over_once_and_in_order() {
    let (_directory, store, project, _) = store();
    store
        .write_blocking(move |w| {
            let session = begun(w, &project)?;
            assert_eq!((session.number, session.state), (1, SessionState::Idle));
            session_messages::insert(w, &session, &message(MessageState::Draft, "ready"), &OPERATOR)?;
            for text in ["first", "second"] {
                session_messages::insert(w, &session, &message(MessageState::Queued, text), &OPERATOR)?;
            }
            let texts = |found: Vec<session_messages::Message>| {
                found.into_iter().map(|message| message.text).collect::<Vec<_>>()
            };
            assert_eq!(texts(session_messages::queued(w, &session.id)?), ["first", "second"]);
            let step = waybill_domain::ids::StepId::generate();
            assert_eq!(session_messages::deliver(w, &session, &step)?, 2, "a draft was not sent");
            assert_eq!(session_messages::deliver(w, &session, &step)?, 0, "nothing is handed over twice");
            assert_eq!(texts(session_messages::of_turn(w, &step, &session.id)?), ["first", "second"]);
            assert_eq!(
                told(session_messages::insert(w, &session, &message(MessageState::Queued, " "), &OPERATOR)),
                "the message is empty; write something first"
            );
            Ok(())
        })
        .expect("all of it");
}

#[test]
fn a_question_waits_through_a_restart_and_is_answered_once() {
    let (directory, store, project, _) = store();
    let at = project.clone();
    store
        .write_blocking(move |w| {
            let session = begun(w, &at)?;
            session_questions::ask(w, &session, &ask("Which?"), None, &agent())?;
            let session = by_id(w, &session.id)?;
            session_questions::ask(w, &session, &ask("Which?"), None, &agent())?;
            assert_eq!(by_id(w, &session.id)?.open_questions, 1, "asking again is asking once");
            Ok(())
        })
        .expect("is asked");
    drop(store);
    let store = Store::open(directory.path(), Arc::new(|| 2_000)).expect("opens again");
    store
        .write_blocking(move |w| {
            let session = get(w, &project, 1)?;
            assert_eq!(session.state, SessionState::Paused, "it waits for the operator");
            assert_eq!(session_questions::needing_operator_count(w, Some(&project))?, 1);
            let asked = session_questions::open(w, &session.id)?.pop().expect("the question is there");
            session_questions::answer(w, &session, &asked.id, &json!("a"), &OPERATOR)?;
            assert_eq!(
                told(session_questions::answer(w, &session, &asked.id, &json!("b"), &OPERATOR)),
                "the question is answered already"
            );
            assert_eq!(session_questions::needing_operator_count(w, None)?, 0);
            Ok(())
        })
        .expect("is answered");
}

#[test]
fn binding_moves_a_pointer_and_ending_resolves_nothing() {
    let (_directory, store, project, _) = store();
    store
        .write_blocking(move |w| {
            let session = begun(w, &project)?;
            let issue = filed(w, &project)?;
            todos::add(w, &issue, TodoKind::Criterion, "it works", None, &OPERATOR)?;
            let bound = bind(w, &session, Some(&issue), &OPERATOR)?;
            let loose = bind(w, &bound, None, &OPERATOR)?;
            assert_eq!(loose.issue, None);
            assert_eq!(todos::list(w, &issue.id)?.len(), 1, "the todos stay with the issue");
            let bound = bind(w, &loose, Some(&issue), &OPERATOR)?;
            assign_issue(w, &bound, &issue, &OPERATOR)?;
            begin_issue(w, &bound)?;
            assert_eq!(issues::by_id(w, &issue.id)?.status, Status::InProgress);
            let ended = end(w, &bound, &OPERATOR)?;
            let issue = issues::by_id(w, &issue.id)?;
            assert_eq!(issue.status, Status::Assigned, "nobody works on it any more, and nobody resolved it");
            assert!(
                crate::assignments::is_missing(
                    w,
                    &issue.project_id,
                    issue.assignment.as_deref().unwrap_or_default()
                )?,
                "a session that is ended is nobody to be assigned to"
            );
            assert_eq!(told(bind(w, &ended, None, &OPERATOR)), "session 1 is ended");
            assert!(apply(w, &ended, SessionEvent::Send, &OPERATOR).is_err());
            Ok(())
        })
        .expect("all of it");
}

#[test]
fn an_issue_that_comes_back_from_the_trash_is_bound_again() {
    let (_directory, store, project, _) = store();
    store
        .write_blocking(move |w| {
            let session = begun(w, &project)?;
            let issue = filed(w, &project)?;
            bind(w, &session, Some(&issue), &OPERATOR)?;
            let item = trash::remove_issue(w, &issue, &OPERATOR)?;
            assert_eq!(by_id(w, &session.id)?.issue, None, "what is removed is bound to nothing");
            trash::restore_issue(w, &item.id, &OPERATOR)?;
            let bound = by_id(w, &session.id)?.issue;
            assert_eq!(bound.map(|bound| bound.number), Some(issue.number), "it comes back whole");
            Ok(())
        })
        .expect("all of it");
}

#[test]
fn a_token_that_is_over_revoked_or_invented_stands_for_nobody() {
    let (_directory, store, project, clock) = store();
    let bearer =
        Bearer { project_id: project.clone(), agent: AgentPath::primary(), origin: Origin::default() };
    let kept = bearer.clone();
    let session = store
        .write_blocking(move |w| {
            let session = begun(w, &project)?;
            agent_tokens::insert(w, "good", &kept, 5_000)?;
            let own = Origin { session: Some(session.id.clone()), ..Origin::default() };
            agent_tokens::insert(w, "revoked", &Bearer { origin: own, ..kept }, 5_000)?;
            Ok(session)
        })
        .expect("are kept");
    let found = |token: &str| {
        let now = store.now();
        store.read_blocking(|reader| agent_tokens::find(reader, token, now)).expect("is read")
    };
    assert_eq!(found("good"), Some(bearer));
    assert!(found("revoked").is_some());
    assert_eq!(found("invented"), None);
    assert_eq!(found(&agent_tokens::hash("good")), None, "what the database holds opens nothing");
    store.write_blocking(move |w| agent_tokens::revoke_of_session(w, &session.id)).expect("is revoked");
    assert_eq!(found("revoked"), None);
    clock.store(5_000, Ordering::Relaxed);
    assert_eq!(found("good"), None, "its time is over");
}

#[test]
fn what_an_agent_does_names_its_session() {
    let (_directory, store, project, _) = store();
    let at = project.clone();
    let (session, issue) =
        store.write_blocking(move |w| Ok((begun(w, &at)?, filed(w, &at)?))).expect("are there");
    let from = Origin { session: Some(session.id.clone()), ..Origin::default() };
    let comment = store.write(move |w| {
        let all = waybill_domain::issue::Visibility::All;
        issue_updates::comment(w, &issue, "done", all, &agent())
    });
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let update = runtime.block_on(origin::scope(from, comment)).expect("is written");
    let told = update.metadata.expect("it has metadata");
    assert_eq!(told["origin"]["session"], json!(session.id), "the comment tells where it came from");
    let events: Vec<String> = store
        .read_blocking(|reader| {
            all(reader, "SELECT metadata FROM audit_events WHERE event = 'issue.commented'", [], |row| {
                Ok(row.get(0)?)
            })
        })
        .expect("is read");
    assert!(events[0].contains(session.id.as_str()), "the audit links it to the session: {events:?}");
}
