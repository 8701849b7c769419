//! Recently removed: what was removed is listed, and comes back whole.

use crate::support::Home;
use serde_json::json;

#[test]
fn an_issue_comes_back_with_all_that_belongs_to_it() {
    let home = Home::new();
    home.project("garden", &[("roses", "dry\n")]);
    let server = home.serve();
    let create = |title: &str| {
        server.call("issue_create", &json!({"project": "garden", "title": title, "labels": ["wet"]}))
    };
    create("Water the roses");
    create("Buy a hose");
    let one = json!({"project": "garden", "number": 1});
    server.call("issue_comment", &json!({"project": "garden", "number": 1, "body": "They droop."}));
    server.call(
        "todo_set",
        &json!({"project": "garden", "number": 1, "markdown": "## Steps\n- [x] look\n- [ ] pour\n"}),
    );
    server.call("link_add", &json!({"project": "garden", "number": 1, "relation": "blocked_by", "other": 2}));
    let file = server.upload("project=garden&name=rose.txt&number=1", b"a picture in words").json();
    let look = || {
        ["issue_get", "issue_updates", "todo_list", "link_list", "attachment_list"]
            .map(|name| server.call(name, &one))
    };
    let before = look();

    let mut events = server.events(None);
    let item = server.call("issue_remove", &one);
    let told = events.changed("trash");
    let tags = told["tags"].as_array().cloned().unwrap_or_default();
    assert!(tags.contains(&json!("issues")), "every list that shows it hears of it: {told}");
    assert_eq!((&item["kind"], &item["number"]), (&json!("issue"), &json!(1)), "{item:#}");
    let kept_for = item["gone_at"].as_i64().zip(item["removed_at"].as_i64()).map(|(gone, at)| gone - at);
    assert_eq!(kept_for, Some(30 * 24 * 3_600_000), "for 30 days");
    assert_eq!(server.post("issue_get", one.to_string().as_bytes()).status, 404, "it is off every list");
    let id = file["id"].as_str().expect("an id");
    assert_eq!(server.attachment(id, &[]).status, 404, "and its files with it");
    let listed = server.call("trash_list", &json!({"project": "garden"}));
    assert_eq!(listed["items"], json!([item]), "but not lost");
    assert_eq!(create("The next one")["number"], 3, "its number is not given again");

    let restored = server.call("trash_restore", &json!({"id": item["id"]}));
    assert_eq!(restored, item, "it says what came back");
    assert_eq!(look(), before, "all of it is as it was");
    assert_eq!(server.attachment(id, &[]).body, "a picture in words", "with its files");
    assert_eq!(server.call("trash_list", &json!({}))["items"], json!([]));
    let refused = server.post("trash_restore", json!({"id": item["id"]}).to_string().as_bytes());
    assert_eq!(refused.status, 404, "what is back is not restored twice: {refused:?}");
}

#[test]
fn a_removed_project_is_among_what_can_be_restored() {
    let home = Home::new();
    home.project("garden", &[("roses", "dry\n")]);
    let server = home.serve();
    server.call("issue_create", &json!({"project": "garden", "title": "Water the roses"}));
    server.call("issue_remove", &json!({"project": "garden", "number": 1}));
    server.call("project_remove", &json!({"project": "garden"}));
    let listed = server.call("trash_list", &json!({"limit": 1}));
    let project = &listed["items"][0];
    assert_eq!((&project["kind"], &project["gone_at"]), (&json!("project"), &json!(null)), "{listed:#}");
    let rest = server.call("trash_list", &json!({"limit": 1, "after": listed["next"]}));
    let issue = &rest["items"][0];
    assert_eq!(issue["kind"], "issue", "the list goes on page by page: {rest:#}");
    assert_eq!(rest["next"], json!(null), "to its end");
    let refused = server.post("trash_restore", json!({"id": issue["id"]}).to_string().as_bytes());
    assert_eq!(refused.status, 409, "an issue needs its project: {refused:?}");
    server.call("trash_restore", &json!({"id": project["id"]}));
    server.call("trash_restore", &json!({"id": issue["id"]}));
    let found = server.call("issue_get", &json!({"project": "garden", "number": 1}));
    assert_eq!(found["title"], "Water the roses", "both are back");
}

#[test]
fn saved_views_are_kept_and_told() {
    let home = Home::new();
    home.project("garden", &[("roses", "dry\n")]);
    let server = home.serve();
    let mut events = server.events(None);
    let new = json!({"project": "garden", "name": "Wet", "query": "label:wet", "layout": "board", "group_by": "priority"});
    let saved = server.call("view_save", &new);
    events.changed("views");
    let same = server.post("view_save", new.to_string().as_bytes());
    assert_eq!(same.status, 409, "two tabs of one name cannot be told apart: {same:?}");
    let mut change = new.clone();
    change["id"] = saved["id"].clone();
    change["query"] = json!("label:dry");
    server.call("view_save", &change);
    let listed = server.call("view_list", &json!({"project": "garden"}));
    assert_eq!(listed[0]["query"], "label:dry", "{listed:#}");
    assert_eq!((&listed[0]["layout"], &listed[0]["group_by"]), (&json!("board"), &json!("priority")));
    server.call("view_remove", &json!({"project": "garden", "id": saved["id"]}));
    assert_eq!(server.call("view_list", &json!({"project": "garden"})), json!([]));
}
