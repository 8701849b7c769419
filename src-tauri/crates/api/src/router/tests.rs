//! Who may call what: the operator everything, a guest what the list gives, of what they may see.

use super::{COMMANDS, GUESTS};
use crate::app::{App, Config};
use crate::error::{ApiError, Code};
use serde_json::{Value, json};
use std::sync::Arc;
use waybill_domain::grant::Grant;
use waybill_domain::ids::{PersonId, ProjectId};
use waybill_domain::principal::Principal;
use waybill_engine::Place;
use waybill_engine::secrets::Forgetful;
use waybill_store::people::{self, PersonKind};
use waybill_store::projects::{self, NewProject};

/// A project with an issue of the operator's, #1.
struct World {
    app: App,
    project: ProjectId,
    _home: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let home = tempfile::tempdir().expect("a temporary directory");
        let config = Config {
            home: home.path().to_owned(),
            place: Place {
                user_home: home.path().to_owned(),
                user_name: "tester".to_owned(),
                user_path: "".into(),
                environment: Vec::new(),
                program: None,
            },
            secrets: Arc::new(Forgetful::default()),
            clock: Arc::new(|| 1_700_000_000_000),
            engine: false,
            follow: false,
        };
        let app = App::open(config).await.expect("opens");
        let new = NewProject {
            slug: "demo".to_owned(),
            name: "Demo".to_owned(),
            root_path: "/repository".into(),
            git_common_dir: "/repository/.git".into(),
            default_branch: "main".to_owned(),
            github_repo: None,
        };
        let project = app.store().write(move |w| projects::insert(w, &new, &Principal::Operator));
        let project = project.await.expect("is added").id;
        let world = Self { app, project, _home: home };
        world
            .done(&Principal::Operator, "issue_create", json!({"title": "one", "body": "of the operator"}))
            .await;
        world
    }

    async fn guest(&self, grants: &'static [Grant]) -> Principal {
        let project = self.project.clone();
        let guest = self.app.store().write(move |w| {
            let person =
                people::insert(w, PersonKind::Guest, Some("ana"), Some("Ana"), &Principal::Operator)?;
            for grant in grants {
                people::grant(w, &person.id, &project, *grant, &Principal::Operator)?;
            }
            Ok(person.principal())
        });
        guest.await.expect("is recorded")
    }

    async fn call(&self, who: &Principal, name: &str, mut args: Value) -> Result<Value, ApiError> {
        args["project"] = Value::from("demo");
        self.app.call(who, name, args).await
    }

    async fn done(&self, who: &Principal, name: &str, args: Value) -> Value {
        self.call(who, name, args).await.unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    async fn expect_refused(&self, who: &Principal, name: &str, args: Value) {
        let answer = self.call(who, name, args).await;
        let refusal = answer.expect_err(&format!("{name} is not theirs to call"));
        assert_eq!(refusal.code, Code::Forbidden, "{name}: {refusal}");
    }
}

#[tokio::test]
async fn a_guest_calls_what_the_list_gives_and_nothing_else() {
    let world = World::new().await;
    let all = world.guest(Grant::ALL).await;
    for name in COMMANDS.iter().filter(|name| !GUESTS.iter().any(|permission| permission.command == **name)) {
        world.expect_refused(&all, name, json!({"number": 1})).await;
    }
    let nobody = Principal::Guest(PersonId::generate().to_string());
    let nothing = world.guest(&[]).await;
    let member = Principal::Member(PersonId::generate().to_string());
    let agent = Principal::Agent("primary".to_owned());
    for name in COMMANDS {
        for who in [&nobody, &nothing, &member, &agent] {
            world.expect_refused(who, name, json!({"number": 1})).await;
        }
    }
    let named: Vec<&str> = GUESTS.iter().map(|permission| permission.command).collect();
    assert_eq!(
        named,
        [
            "issue_list",
            "issue_search",
            "issue_counts",
            "issue_get",
            "issue_updates",
            "issue_create",
            "issue_move",
            "issue_comment",
            "issue_similar",
            "issue_briefs"
        ],
        "what guests may do is decided here and nowhere by accident"
    );
}

#[tokio::test]
async fn a_grant_of_one_project_is_none_of_another() {
    let world = World::new().await;
    let guest = world.guest(Grant::ALL).await;
    for project in ["other", "", "demo/../demo"] {
        let answer = world.app.call(&guest, "issue_list", json!({ "project": project })).await;
        assert_eq!(
            answer.expect_err("is not theirs").code,
            Code::Forbidden,
            "{project:?}: not even whether it is there"
        );
    }
    assert_eq!(
        world.app.call(&guest, "issue_list", json!({})).await.expect_err("names none").code,
        Code::Forbidden
    );
}

#[tokio::test]
async fn a_guest_of_their_own_issues_sees_no_other() {
    let world = World::new().await;
    let guest = world.guest(&[Grant::File, Grant::ViewOwn, Grant::CommentOwn]).await;
    let filed = world.done(&guest, "issue_create", json!({"title": "two", "body": "of the guest"})).await;
    assert_eq!(filed["number"], 2);
    let listed = world.done(&guest, "issue_list", json!({"query": "is:all"})).await;
    let numbers: Vec<&Value> =
        listed["items"].as_array().expect("a list").iter().map(|row| &row["number"]).collect();
    assert_eq!(numbers, [&json!(2)]);
    assert_eq!(listed["items"][0]["created_by"]["display_name"], "Ana", "the author is told by name");
    assert_eq!(world.done(&guest, "issue_counts", json!({})).await["open"], 1, "nor how many there are");
    assert_eq!(world.done(&guest, "issue_search", json!({"query": "operator"})).await["items"], json!([]));
    assert_eq!(
        world.done(&guest, "issue_briefs", json!({"numbers": [1, 2]})).await.as_array().map(Vec::len),
        Some(1)
    );
    for name in ["issue_get", "issue_updates"] {
        let answer = world.call(&guest, name, json!({"number": 1})).await;
        assert_eq!(
            answer.expect_err("is not theirs").code,
            Code::NotFound,
            "{name}: it is not there for them"
        );
    }
    world.expect_refused(&guest, "issue_comment", json!({"number": 1, "body": "x"})).await;
    world.expect_refused(&guest, "issue_move", json!({"number": 1, "status": "reopened"})).await;
    world
        .expect_refused(
            &guest,
            "issue_comment",
            json!({"number": 2, "body": "x", "visibility": "operator_only"}),
        )
        .await;
    world.expect_refused(&guest, "issue_create", json!({"title": "x", "parent": 1})).await;
    world.expect_refused(&guest, "issue_create", json!({"title": "x", "labels": ["urgent"]})).await;
    world.done(&guest, "issue_comment", json!({"number": 2, "body": "more of it"})).await;
}

#[tokio::test]
async fn what_a_guest_does_is_answered_as_they_see_it() {
    let world = World::new().await;
    let operator = Principal::Operator;
    let guest = world.guest(&[Grant::File, Grant::ViewAll, Grant::CommentOwn]).await;
    world.done(&guest, "issue_create", json!({"title": "two", "body": "of the guest"})).await;
    world.done(&operator, "issue_edit", json!({"number": 2, "body": "a brief"})).await;
    let hidden = json!({"number": 2, "body": "a hushed word", "visibility": "operator_only"});
    world.done(&operator, "issue_comment", hidden).await;
    world.done(&operator, "issue_move", json!({"number": 2, "status": "resolved"})).await;
    let seen = world.done(&guest, "issue_get", json!({"number": 2})).await;
    assert_eq!(
        (&seen["body"], &seen["original_body"], &seen["comments"]),
        (&json!("a brief"), &Value::Null, &json!(0))
    );
    assert_eq!(seen["legal_moves"], json!(["triaged"]), "the screen offers what is accepted");
    let reopened = world.done(&guest, "issue_move", json!({"number": 2, "status": "reopened"})).await;
    assert_eq!(reopened["issue"]["status"], "triaged");
    for answer in [
        seen,
        reopened,
        world.done(&guest, "issue_updates", json!({"number": 2})).await,
        world.done(&guest, "issue_list", json!({"query": "is:all hushed"})).await,
        world.done(&guest, "issue_search", json!({"query": "hushed"})).await,
    ] {
        let told = answer.to_string();
        assert!(
            !told.contains("hushed") && !told.contains("of the guest"),
            "what is the operator's alone: {told}"
        );
    }
    let found = world.done(&operator, "issue_search", json!({"query": "hushed"})).await;
    assert_eq!(found["items"][0]["number"], 2, "the operator finds it");
}
