//! Personas and workflows as a person keeps them: edited, versioned, handed on, taken back.

use crate::stand_in::hired;
use crate::support::Home;
use serde_json::{Value, json};

const DEFINITION: &str = r#"{"nodes": [
  {"kind": "race", "variants": [{"tool": "claude"}, {"persona": "bug_fixer"}], "nodes": [
    {"kind": "loop", "max_iterations": 4, "nodes": [
      {"kind": "step", "persona": "mine", "instructions": "Mind the edges."}, {"kind": "step", "role": "checker"}]}]},
  {"kind": "step", "role": "reviewer"}]}"#;

fn names(list: &Value) -> Vec<&str> {
    list["items"].as_array().expect("a list").iter().filter_map(|item| item["name"].as_str()).collect()
}

/// A project with a persona and a workflow that uses it.
fn with_workflow(home: &Home) {
    home.project("garden", &[("roses", "dry\n")]);
    let new =
        ["persona", "new", "mine", "--type", "designer", "--instructions-file", "-", "--model", "a-model"];
    home.waybill_with_input("Water first.\n", &[&["-p", "garden"], &new[..]].concat()).ok();
    let new =
        ["workflow", "new", "both", "--type", "custom_pipeline", "--from", "-", "--description", "Two ways"];
    home.waybill_with_input(DEFINITION, &[&["-p", "garden"], &new[..]].concat()).ok();
}

#[test]
fn a_workflow_is_drawn_as_the_tree_that_it_is() {
    let home = Home::new();
    with_workflow(&home);
    assert_eq!(
        home.waybill(&["-p", "garden", "workflow", "show", "both"]).ok().stdout,
        "Both (both: version 1) · custom_pipeline\nTwo ways\n\n\
         ├─ race of 2\n\
         │  ├─ loop, 4 times at most\n\
         │  │  ├─ Mine\n\
         │  │  │  Mind the edges.\n\
         │  │  └─ Checker\n\
         │  ├─ variant 1: tool claude\n\
         │  ├─ variant 2: persona bug_fixer\n\
         │  └─ then Judge\n\
         └─ Reviewer\n"
    );
    let listed = home.waybill(&["-p", "garden", "workflow", "list"]).ok().stdout;
    assert!(listed.contains("race of 2 (loop of 4 (Mine → Checker)) → Judge → Reviewer"), "{listed}");
    assert!(listed.contains("thorough") && listed.contains("as it ships"), "what ships is there: {listed}");
}

#[test]
fn what_is_shown_can_be_edited_and_every_version_is_kept() {
    let home = Home::new();
    with_workflow(&home);
    let mut shown = home.json(&["-p", "garden", "workflow", "show", "both"]);
    shown["definition"]["nodes"][1]["role"] = json!("evaluator");
    let edit = ["-p", "garden", "workflow", "edit", "both", "--from", "-"];
    home.waybill_with_input(&shown.to_string(), &edit).ok();
    let versions = home.json(&["-p", "garden", "workflow", "versions", "both"]);
    assert_eq!(versions["items"][0]["version"], 2, "{versions:#}");
    assert_eq!(versions["items"][1]["definition"]["nodes"][1]["role"], "reviewer", "the former is as it was");
    home.waybill(&["-p", "garden", "workflow", "versions", "both", "--activate", "1"]).ok();
    let now = home.json(&["-p", "garden", "workflow", "show", "both"]);
    assert_eq!((&now["version"], &now["definition"]["nodes"][1]["role"]), (&json!(3), &json!("reviewer")));

    shown["definition"]["nodes"][1]["role"] = json!("judge");
    let broken = Home::waybill_with_input(&home, &shown.to_string(), &[&edit[..], &["--json"]].concat());
    let refusal = broken.error(2);
    let told = refusal["message"].as_str().unwrap_or_default();
    assert!(told.contains("nodes[1]: a judge chooses between candidates"), "the place is named: {told}");
    let strange = home.waybill_with_input(r#"{"steps": []}"#, &[&edit[..], &["--json"]].concat()).error(2);
    assert!(strange["hint"].as_str().is_some_and(|hint| hint.contains("nodes")), "{strange}");
    let again = home.json(&["-p", "garden", "workflow", "versions", "both"]);
    assert_eq!(again["items"].as_array().map(Vec::len), Some(3), "what was refused left no version");
}

#[test]
fn a_persona_that_ships_is_edited_disabled_and_reset() {
    let home = Home::new();
    home.project("garden", &[("roses", "dry\n")]);
    let persona = |args: &[&str]| home.waybill(&[&["-p", "garden", "persona"], args].concat());
    let weights =
        ["edit", "evaluator", "--weights", "1,0,0.5,2,3", "--threshold", "82.5", "--tool", "claude"];
    persona(&weights).ok();
    let shown = home.json(&["-p", "garden", "persona", "show", "evaluator"]);
    assert_eq!((&shown["version"], &shown["built_in"]), (&json!(1), &json!(true)));
    assert_eq!(
        (&shown["threshold"], &shown["weights"]["code_style"]),
        (&json!(82.5), &json!(0.5)),
        "{shown:#}"
    );
    assert_eq!(shown["tool"], "claude");
    persona(&["edit", "evaluator", "--tool", ""]).ok();
    assert_eq!(home.json(&["-p", "garden", "persona", "show", "evaluator"])["tool"], json!(null));
    for wrong in [
        &["edit", "checker", "--threshold", "3"][..],
        &["edit", "evaluator", "--weights", "0,0,0,0,0"],
        &["edit", "evaluator", "--weights", "1,2"],
        &["edit", "evaluator", "--model", "--dangerous"],
        &["edit", "evaluator"],
        &["new", "../x", "--type", "designer"],
    ] {
        assert_eq!(persona(wrong).code, Some(2), "{wrong:?} is refused");
    }
    assert_eq!(persona(&["new", "evaluator", "--type", "evaluator"]).code, Some(4), "it is there already");
    assert_eq!(persona(&["remove", "evaluator"]).code, Some(4), "what ships is never gone");
    assert_eq!(persona(&["show", "nobody"]).code, Some(3));

    persona(&["edit", "evaluator", "--disable"]).ok();
    let thorough = home.waybill(&["-p", "garden", "workflow", "show", "thorough"]).ok().stdout;
    assert!(thorough.contains("cannot start: nodes[2]: the persona 'evaluator' is disabled"), "{thorough}");
    persona(&["reset", "evaluator"]).ok();
    let shown = home.json(&["-p", "garden", "persona", "show", "evaluator"]);
    assert_eq!((&shown["version"], &shown["enabled"]), (&json!(0), &json!(true)), "it is as it ships");
    let removed = home.json(&["-p", "garden", "trash", "list"]);
    let id = removed["items"][0]["id"].as_str().expect("what was made of it is in the trash");
    home.waybill(&["trash", "restore", id]).ok();
    let versions = home.json(&["-p", "garden", "persona", "versions", "evaluator"]);
    assert_eq!(versions["items"].as_array().map(Vec::len), Some(3), "and comes back with its versions");
    assert!(
        home.waybill(&["audit", "verify"]).ok().stdout.contains("none changed"),
        "all of it was recorded"
    );
}

#[test]
fn a_workflow_goes_to_another_project_as_a_file() {
    let home = Home::new();
    with_workflow(&home);
    home.project("orchard", &[("apples", "red\n")]);
    let file = home.root().join("both.json");
    let path = file.to_str().expect("a path");
    home.waybill(&["-p", "garden", "workflow", "export", "both", path]).ok();
    assert_eq!(
        home.waybill(&["-p", "garden", "workflow", "export", "both", path]).code,
        Some(1),
        "a file that is there is not overwritten"
    );
    let dry = home.json(&["-p", "orchard", "workflow", "import", path, "--dry-run"]);
    assert_eq!((&dry["workflow"]["action"], &dry["dry_run"]), (&json!("add"), &json!(true)), "{dry:#}");
    assert!(!names(&home.json(&["-p", "orchard", "workflow", "list"])).contains(&"both"), "only told");
    home.waybill(&["-p", "orchard", "workflow", "import", path]).ok();
    let of = |project: &str, what: &str, name: &str| {
        let mut shown = home.json(&["-p", project, what, "show", name]);
        shown.as_object_mut().expect("an object").retain(|key, _| key != "updated_at");
        shown
    };
    assert_eq!(of("orchard", "workflow", "both"), of("garden", "workflow", "both"));
    assert_eq!(of("orchard", "persona", "mine"), of("garden", "persona", "mine"), "with its persona");

    home.waybill(&["-p", "orchard", "persona", "edit", "mine", "--model", "another"]).ok();
    let again = home.json(&["-p", "orchard", "workflow", "import", path]);
    assert_eq!(again["workflow"]["action"], "same");
    assert_eq!(
        again["personas"][1],
        json!({"name": "mine", "action": "replace", "replaces": 2}),
        "{again:#}"
    );
    let versions = home.json(&["-p", "orchard", "persona", "versions", "mine"]);
    assert_eq!(versions["items"][1]["model"], "another", "what was replaced is kept");

    let text = std::fs::read_to_string(&file).expect("is read");
    for (from, to, told) in [
        ("\"version\": 1", "\"version\": 9", "newer Waybill"),
        ("waybill-workflow", "a-recipe", "format"),
        ("\"name\": \"both\"", "\"name\": \"-rf\"", "name"),
        ("\"reviewer\"", "\"judge\"", "nodes[1]"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        let import = ["--json", "-p", "orchard", "workflow", "import", "-"];
        let refusal = home.waybill_with_input(&changed, &import).error(2);
        let message = refusal["message"].as_str().unwrap_or_default();
        assert!(message.contains(told) && !message.contains('\n'), "one sentence that says it: {message}");
    }
    let names_now = home.json(&["-p", "orchard", "workflow", "list"]);
    assert_eq!(names(&names_now).iter().filter(|name| **name == "both").count(), 1, "{names_now:#}");
}

#[test]
fn what_can_be_chosen_follows_what_is_there() {
    let home = Home::new();
    with_workflow(&home);
    let server = home.serve();
    let mut events = server.events(None);
    let targets = || -> Vec<String> {
        let found = server.call("assignment_targets", &json!({"project": "garden"}));
        let found = found.as_array().cloned().unwrap_or_default();
        found.iter().filter_map(|target| target["target"].as_str().map(str::to_owned)).collect()
    };
    assert!(targets().contains(&"workflow:both".to_owned()));
    server.call("issue_create", &json!({"project": "garden", "title": "Water the roses"}));
    server.call("issue_assign", &json!({"project": "garden", "number": 1, "target": "workflow:both"}));
    let enable = |enabled: bool| json!({"project": "garden", "name": "both", "enabled": enabled});
    server.call("workflow_enable", &enable(false));
    let told = events.changed("workflows");
    assert!(told["tags"].as_array().is_some(), "whoever shows it hears of it: {told}");
    assert!(!targets().contains(&"workflow:both".to_owned()), "a picker offers what can be used");
    let missing =
        || server.call("issue_get", &json!({"project": "garden", "number": 1}))["assignment_missing"].clone();
    assert_eq!(missing(), false, "it is still there");
    let removed = server.call("workflow_remove", &json!({"project": "garden", "name": "both"}));
    assert_eq!(missing(), true, "now it is not");
    server.call("trash_restore", &json!({"id": removed["trash_id"]}));
    assert_eq!(missing(), false, "and back again");
    let checked = server.call(
        "workflow_check",
        &json!({"project": "garden", "type": "persona_pipeline", "definition": {"nodes": [{"kind": "step", "persona": "nobody"}]}}),
    );
    let fault = json!({"place": "nodes[0]", "problem": "there is no persona 'nobody'"});
    assert_eq!(checked["faults"], json!([fault]), "faults come while one types");
}

#[test]
fn a_run_goes_by_what_the_project_made_of_its_workflow_and_persona() {
    let home = Home::new();
    home.project("garden", &[("roses", "dry\n")]);
    home.consent("garden");
    home.json(&["tool", "add", "player", "--command", &hired("play plain -"), "--prompt", "stdin"]);
    let edit = ["-p", "garden", "persona", "edit", "designer", "--instructions-file", "-"];
    home.waybill_with_input("Water first, in the morning.", &edit).ok();
    let content = json!({"type": "single_designer", "description": "Small", "definition": {"nodes": [
        {"kind": "step", "role": "designer", "instructions": "Mind the thorns."}]},
        "sandbox_defaults": {"memory_mb": 700, "cpu_count": 1, "network": "none"}});
    let new = ["-p", "garden", "workflow", "new", "small", "--type", "single_designer", "--from", "-"];
    home.waybill_with_input(&content.to_string(), &new).ok();
    let start = ["-p", "garden", "run", "start", "--prompt", "Water the roses", "--tool", "player"];
    let run = home.json(&[&start[..], &["--workflow", "small", "--wait"]].concat());
    assert_eq!((&run["status"], &run["workflow"]), (&json!("completed"), &json!("small")), "{run:#}");
    assert_eq!(run["workflow_version"], 1, "a run tells which version it ran");
    let told = run["steps"][0]["instructions"].to_string();
    for words in ["Water first, in the morning.", "Mind the thorns."] {
        assert!(told.contains(words), "the agent is told {words:?}: {told}");
    }
    let sandbox = &run["sandbox"];
    assert_eq!((&sandbox["memory_mb"], &sandbox["cpu_count"]), (&json!(700), &json!(1)), "{sandbox:#}");
    assert_eq!(sandbox["network"], "none", "{sandbox:#}");

    home.waybill(&["-p", "garden", "persona", "edit", "designer", "--disable"]).ok();
    let refused = home.waybill(&[&start[..], &["--workflow", "small", "--json"]].concat()).error(4);
    assert!(refused["message"].as_str().is_some_and(|text| text.contains("'designer'")), "{refused}");
}
