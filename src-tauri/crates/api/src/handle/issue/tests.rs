//! The lifecycle as a client sees it: what a request answers, refuses, and gives back on undo.

use crate::app::{App, Config};
use crate::error::{ApiError, Code};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use waybill_domain::principal::Principal;
use waybill_engine::Place;
use waybill_engine::secrets::Forgetful;
use waybill_store::projects::{self, NewProject};

const DAY: i64 = 86_400_000;

struct World {
    app: App,
    clock: Arc<AtomicI64>,
    _home: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let home = tempfile::tempdir().expect("a temporary directory");
        let clock = Arc::new(AtomicI64::new(1_700_000_000_000));
        let read = Arc::clone(&clock);
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
            clock: Arc::new(move || read.load(Ordering::SeqCst)),
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
        project.await.expect("is added");
        Self { app, clock, _home: home }
    }

    async fn call(&self, name: &str, mut args: Value) -> Result<Value, ApiError> {
        args["project"] = Value::from("demo");
        self.app.call(&Principal::Operator, name, args).await
    }

    async fn done(&self, name: &str, args: Value) -> Value {
        self.call(name, args).await.unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    async fn refused(&self, name: &str, args: Value) -> ApiError {
        self.call(name, args).await.expect_err("must be refused")
    }

    async fn file(&self, title: &str) -> i64 {
        self.done("issue_create", json!({ "title": title })).await["number"].as_i64().expect("a number")
    }
}

#[tokio::test]
async fn assigning_moves_the_issue_along_and_undo_brings_both_back() {
    let world = World::new().await;
    world.file("one").await;
    let targets = world.done("assignment_targets", json!({})).await;
    for target in targets.as_array().expect("a list") {
        let changed = world.done("issue_assign", json!({"number": 1, "target": target["target"]})).await;
        assert_eq!(changed["issue"]["assignment"], target["target"], "whatever is offered can be chosen");
        assert_eq!(changed["issue"]["status"], "assigned");
        assert_eq!(changed["issue"]["assignment_missing"], false);
    }
    let changed = world.done("issue_assign", json!({"number": 1, "target": null})).await;
    assert_eq!(
        (&changed["issue"]["status"], &changed["issue"]["assignment"]),
        (&json!("triaged"), &Value::Null)
    );
    let undone = world.done("issue_undo", json!({"number": 1, "updates": changed["updates"]})).await;
    assert_eq!(undone["issue"]["status"], "assigned");
    let last = &targets.as_array().and_then(|targets| targets.last()).expect("a target")["target"];
    assert_eq!(&undone["issue"]["assignment"], last, "z gives the target back as well");
    world.file("two").await;
    let changed = world.done("issue_assign", json!({"number": 2, "target": "primary"})).await;
    let undone = world.done("issue_undo", json!({"number": 2, "updates": changed["updates"]})).await;
    assert_eq!((&undone["issue"]["status"], &undone["issue"]["assignment"]), (&json!("open"), &Value::Null));
    let nowhere = world.refused("issue_assign", json!({"number": 2, "target": "workflow:gone"})).await;
    assert_eq!(nowhere.code, Code::NotFound, "{nowhere}");
    assert_eq!(world.refused("issue_assign", json!({"number": 2, "target": "x"})).await.code, Code::Invalid);
}

#[tokio::test]
async fn a_target_that_is_gone_is_shown_as_missing() {
    let world = World::new().await;
    world.file("one").await;
    world.done("issue_assign", json!({"number": 1, "target": "primary"})).await;
    let lost = world.app.store().write(|w| {
        w.execute("UPDATE issues SET assignment = 'workflow:gone'", [])?;
        Ok(())
    });
    lost.await.expect("is written");
    let issue = world.done("issue_get", json!({"number": 1})).await;
    assert_eq!(issue["assignment_missing"], true, "nobody waits for a workflow that does not exist");
}

#[tokio::test]
async fn resolving_a_parent_asks_first_and_lists_its_open_children() {
    let world = World::new().await;
    world.file("parent").await;
    let child = world.done("issue_create", json!({"title": "child", "parent": 1})).await;
    assert_eq!(world.done("link_list", json!({"number": 1})).await[0]["relation"], "parent_of");
    let asked = world.refused("issue_move", json!({"number": 1, "status": "resolved"})).await;
    assert_eq!(asked.code, Code::Conflict);
    let children = asked.details.expect("the children")["children"].clone();
    assert_eq!(
        children,
        json!([{"number": child["number"], "title": "child", "status": "open", "priority": "medium"}])
    );
    let many = json!({"numbers": [1], "status": "resolved"});
    assert_eq!(
        world.done("issue_edit_many", many).await["refused"][0]["number"],
        1,
        "nor are many resolved unasked"
    );
    let despite = json!({"number": 1, "status": "resolved", "despite_children": true});
    assert_eq!(world.done("issue_move", despite).await["issue"]["status"], "resolved");
}

#[tokio::test]
async fn of_many_each_is_its_own_success_or_refusal() {
    let world = World::new().await;
    for title in ["one", "two", "three"] {
        world.file(title).await;
    }
    world.done("issue_move", json!({"number": 2, "status": "in_progress"})).await;
    let args = json!({
        "numbers": [1, 2, 3, 99], "status": "rejected", "note": "not now", "priority": "low", "add_labels": ["later"],
    });
    let answer = world.done("issue_edit_many", args).await;
    let refused: Vec<_> =
        answer["refused"].as_array().expect("a list").iter().map(|r| r["number"].clone()).collect();
    assert_eq!(refused, [99, 2], "one at work and one that is not there are refused, and named");
    let untouched = world.done("issue_get", json!({"number": 2})).await;
    assert_eq!(
        (&untouched["priority"], &untouched["labels"]),
        (&json!("medium"), &json!([])),
        "nothing of it is kept"
    );
    for changed in answer["changed"].as_array().expect("a list") {
        let number = &changed["issue"]["number"];
        assert_eq!(changed["issue"]["status"], "rejected");
        assert_eq!(changed["issue"]["labels"][0]["name"], "later");
        let undone = world.done("issue_undo", json!({"number": number, "updates": changed["updates"]})).await;
        assert_eq!(undone["issue"]["status"], "open", "z takes back all of it");
        assert_eq!(
            (&undone["issue"]["priority"], &undone["issue"]["labels"]),
            (&json!("medium"), &json!([]))
        );
    }
    let bare = json!({"numbers": [1], "status": "rejected"});
    assert_eq!(world.refused("issue_edit_many", bare).await.code, Code::Invalid, "rejecting says why");
    assert_eq!(world.refused("issue_edit_many", json!({"numbers": []})).await.code, Code::Invalid);
}

#[tokio::test]
async fn claiming_gives_the_issue_with_its_todos_and_releasing_gives_it_back() {
    let world = World::new().await;
    world.file("one").await;
    assert_eq!(world.refused("issue_claim", json!({})).await.code, Code::Conflict, "nothing was triaged yet");
    world.done("issue_move", json!({"number": 1, "status": "triaged"})).await;
    world.done("todo_set", json!({"number": 1, "markdown": "## Criteria\n- [ ] it works\n"})).await;
    assert_eq!(world.done("issue_ready", json!({})).await["items"][0]["number"], 1);
    let claimed = world.done("issue_claim", json!({})).await;
    assert_eq!(claimed["issue"]["claimed_by"]["user_id"], "operator");
    assert_eq!(claimed["issue"]["todos"], 1);
    assert_eq!(claimed["todos"]["items"][0]["content"], "it works", "a worker knows what done means");
    assert_eq!(world.done("issue_ready", json!({})).await["items"], json!([]));
    let released = world.done("issue_release", json!({"number": 1})).await;
    assert_eq!((&released["status"], &released["claimed_by"]), (&json!("assigned"), &Value::Null));
}

#[tokio::test]
async fn a_guest_reopens_within_the_projects_window_only() {
    let world = World::new().await;
    world.file("one").await;
    world.done("issue_move", json!({"number": 1, "status": "resolved"})).await;
    let reopen = async || {
        let args = serde_json::from_value(json!({"project": "demo", "number": 1, "status": "reopened"}));
        let guest = Principal::Guest("01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned());
        super::issue_move(&world.app, &guest, args.expect("is a request")).await
    };
    world.clock.fetch_add(7 * DAY, Ordering::SeqCst);
    let late = reopen().await.expect_err("seven days are over");
    assert_eq!(late.code, Code::Conflict);
    assert!(late.message.contains("ended on 2023-11-21"), "it says when: {late}");
    world.done("project_settings_set", json!({"settings": {"reopen_window_days": 8}})).await;
    let changed = reopen().await.expect("the window is longer now");
    assert_eq!(changed.issue.row.status.as_str(), "triaged", "it rests at triaged");
    let beyond = json!({"settings": {"reopen_window_days": 366}});
    assert_eq!(world.refused("project_settings_set", beyond).await.code, Code::Invalid);
}

#[tokio::test]
async fn an_update_is_hidden_and_shown_again() {
    let world = World::new().await;
    world.file("one").await;
    let comment = world.done("issue_comment", json!({"number": 1, "body": "a secret"})).await;
    for visibility in ["operator_only", "all", "all"] {
        let args = json!({"number": 1, "update": comment["id"], "visibility": visibility});
        assert_eq!(world.done("issue_update_show", args).await["visibility"], visibility);
    }
    let events = world.app.store().read(|r| {
        Ok(r.query_row("SELECT count(*) FROM audit_events WHERE event LIKE 'issue.update_%'", [], |row| {
            row.get::<_, i64>(0)
        })?)
    });
    assert_eq!(events.await.expect("reads"), 2, "what a guest may see is changed only with a trace");
}

#[tokio::test]
async fn the_graph_and_a_duplicate_are_answered_whole() {
    let world = World::new().await;
    world.file("one").await;
    world.file("two").await;
    let closed = world.done("issue_duplicate", json!({"number": 2, "of": 1})).await;
    assert_eq!(closed["issue"]["status"], "rejected");
    let graph = world.done("link_graph", json!({"number": 1})).await;
    assert_eq!(graph["edges"], json!([{"from": 2, "to": 1, "relation": "duplicate_of"}]));
    world.done("issue_undo", json!({"number": 2, "updates": closed["updates"]})).await;
    assert_eq!(world.done("link_list", json!({"number": 1})).await, json!([]));
    assert_eq!(world.done("issue_get", json!({"number": 2})).await["status"], "open");
}
