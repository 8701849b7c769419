//! Workflows, each by an agent that plays every role: what is sent back, scored, raced and refused, and that a kill at
//! any moment changes nothing of the end.

use crate::stand_in::hired;
use crate::support::{Door, Home, Served, git};
use serde_json::{Value, json};
use std::path::PathBuf;

const P: &[&str] = &["-p", "parcels"];

/// A project with an issue, and the agent, which plays in this way.
fn desk(how: &str, door: Option<u16>) -> (Home, PathBuf) {
    let home = Home::new();
    let repository = home.project("parcels", &[("parcels.txt", "lost\n")]);
    home.consent("parcels");
    home.json(&["issue", "new", "-p", "parcels", "--title", "Parcels are lost", "--body", "Find them."]);
    let door = door.map_or_else(|| "-".to_owned(), |port| port.to_string());
    let command = hired(&format!("play {how} {door}"));
    home.json(&["tool", "add", "player", "--command", &command, "--prompt", "stdin"]);
    (home, repository)
}

fn work(home: &Home, workflow: &str) -> Value {
    let words =
        ["run", "start", "--issue", "1", "--tool", "player", "--workflow", workflow, "--wait", "--json"];
    crate::support::Output::of(home.command(&[&words[..], P].concat())).value()
}

fn show(home: &Home) -> Value {
    home.json(&[&["run", "show", "1"], P].concat())
}

/// What of each step a person sees first: role, iteration, status, and whether it passed.
fn told(run: &Value) -> Vec<String> {
    let steps = run["steps"].as_array().expect("steps");
    let told = |step: &Value| {
        let word = |name: &str| step[name].as_str().unwrap_or_default();
        let passed = match step["verdict"]["pass"].as_bool() {
            Some(true) => " passed",
            Some(false) => " refused",
            None => "",
        };
        format!("{} {} {}{passed}", word("role"), step["iteration"], word("status"))
    };
    steps.iter().map(told).collect()
}

fn instructions(run: &Value, step: usize) -> String {
    let parts = run["steps"][step]["instructions"].as_array().expect("instructions");
    parts.iter().map(|part| part["text"].as_str().unwrap_or_default()).collect::<Vec<_>>().join("\n\n")
}

fn files(home: &Home, repository: &std::path::Path, run: &Value) -> String {
    let branch = run["branch"].as_str().expect("a branch");
    git(home, repository, &["ls-tree", "-r", "--name-only", branch]).replace('\n', " ")
}

fn workspaces(home: &Home) -> usize {
    home.data().join("workspaces").read_dir().expect("the folder is there").count()
}

#[test]
fn a_change_goes_back_to_its_designer_until_the_checker_passes() {
    let (home, repository) = desk("plain", None);
    let run = work(&home, "designer_checker");
    assert_eq!(run["status"], "completed", "{run:#}");
    assert_eq!(
        told(&run),
        [
            "designer 1 completed",
            "checker 1 completed refused",
            "designer 2 completed",
            "checker 2 completed refused",
            "designer 3 completed",
            "checker 3 completed passed"
        ]
    );
    assert_eq!(files(&home, &repository, &run), "parcels.txt part-1.txt part-2.txt part-3.txt", "no junk");
    let feedback = instructions(&run, 2);
    for words in ["Find them.", "I see 1 parts; three are wanted.", "part-1.txt:1: A part is missing."] {
        assert!(feedback.contains(words), "the designer is told what to mend: {feedback}");
    }
    let checked = instructions(&run, 3);
    for words in [
        "Find them.",
        "part-2.txt (+1 −0)",
        "+whole",
        "I wrote part-2.txt.",
        "Look first whether it is mended",
    ] {
        assert!(checked.contains(words), "the checker sees task, diff and what it found before: {checked}");
    }
    assert_eq!(
        (&run["cost_usd"], &run["input_tokens"]),
        (&json!(1.5), &json!(600)),
        "six turns were paid for"
    );
    assert_eq!(run["iterations"], 3);
    assert_eq!(home.json(&[&["issue", "show", "1"], P].concat())["status"], "resolved");
    assert_eq!(workspaces(&home), 0, "nothing is left of it");
}

#[test]
fn a_checker_that_never_passes_fails_the_run_keeps_its_branch_and_a_retry_is_one_more_iteration() {
    let (home, repository) = desk("never", None);
    let run = work(&home, "designer_checker");
    assert_eq!((&run["status"], &run["delivery"]), (&json!("failed"), &json!("ready")), "{run:#}");
    let why = run["error"].as_str().expect("a reason");
    assert_eq!(
        why,
        "The checker had not approved the change after 3 iterations: I see 3 parts; three are wanted."
    );
    assert_eq!(run["failed_step_id"], run["steps"][5]["id"], "the checker's word is where it ended");
    assert_eq!(files(&home, &repository, &run), "parcels.txt part-1.txt part-2.txt part-3.txt");

    let words = [&["run", "retry", "1", "--wait", "--json"], P].concat();
    let run = crate::support::Output::of(home.command(&words)).value();
    assert_eq!(told(&run)[6..], ["designer 4 completed", "checker 4 completed refused"], "{run:#}");
    assert!(run["error"].as_str().is_some_and(|text| text.contains("after 4 iterations")), "{run:#}");
}

#[test]
fn what_is_scored_under_its_threshold_is_the_operators_to_accept() {
    let (home, _) = desk("plain", None);
    let run = work(&home, "thorough");
    assert_eq!((&run["status"], &run["threshold_result"]), (&json!("completed"), &json!(false)), "{run:#}");
    assert_eq!(run["quality_score"], 68.0, "the weighted mean of its scores");
    let quality = &run["steps"].as_array().and_then(|steps| steps.last()).expect("a step")["quality"];
    assert_eq!(*quality, json!({"composite": 68.0, "threshold": 70.0, "threshold_result": false}));
    assert!(instructions(&run, 1).contains("The cause is in parcels.txt:1."), "findings are handed on");
    assert_eq!(
        home.json(&[&["issue", "show", "1"], P].concat())["status"],
        "in_progress",
        "it is not resolved"
    );
}

#[test]
fn a_judge_chooses_among_candidates_and_the_operator_may_choose_another() {
    let (home, repository) = desk("race", None);
    let run = work(&home, "best_of_three");
    assert_eq!(run["status"], "completed", "{run:#}");
    let candidates = run["candidates"].as_array().expect("candidates");
    let told: Vec<_> = candidates
        .iter()
        .map(|one| {
            (
                one["label"].as_str(),
                one["status"].as_str(),
                one["judged"]["score"].as_f64(),
                one["chosen"].as_bool(),
            )
        })
        .collect();
    let of = |label, score, chosen| (Some(label), Some("completed"), Some(score), Some(chosen));
    assert_eq!(told, [of("Try 1", 50.0, false), of("Try 2", 51.0, false), of("Try 3", 52.0, true)]);
    let head = |of: &str| git(&home, &repository, &["rev-parse", of]);
    let branch = run["branch"].as_str().expect("a branch");
    assert_eq!(head(branch), head("refs/waybill/candidates/run-1/3"), "the chosen one is the branch");
    assert_eq!(
        git(&home, &repository, &["branch", "--list", "candidate*"]),
        "",
        "nothing clutters the branches"
    );

    let diff = home.json(&[&["run", "diff", "1", "--candidate", "2"], P].concat());
    assert_eq!(diff["files"][0]["path"], "part-1.txt", "each can be looked at");
    let run = home.json(&[&["run", "choose", "1", "1"], P].concat());
    assert_eq!(run["candidates"][0]["chosen"], true, "{run:#}");
    assert_eq!(head(branch), head("refs/waybill/candidates/run-1/1"));
    home.json(&[&["run", "merge", "1"], P].concat());
    let left = git(&home, &repository, &["for-each-ref", "refs/waybill/candidates"]);
    assert_eq!(left, "", "what nobody can choose any more is let go");
    assert_eq!(workspaces(&home), 0);
}

#[test]
fn an_answer_that_does_not_fit_is_mended_once_and_then_fails_the_step_with_what_was_wrong() {
    let (home, _) = desk("clumsy", None);
    let run = work(&home, "designer_checker");
    assert_eq!(run["status"], "completed", "it was mended: {run:#}");
    assert_eq!(run["steps"][1]["input_tokens"], 200, "the second turn is counted too");

    let (home, _) = desk("stubborn", None);
    let run = work(&home, "designer_checker");
    assert_eq!((&run["status"], &run["error_kind"]), (&json!("failed"), &json!("contract")), "{run:#}");
    assert_eq!(
        run["error"],
        "The answer does not fit the contract 'review': pass: true or false is wanted; feedback: it is missing; \
         findings: it is missing"
    );
    assert_eq!(told(&run), ["designer 1 completed", "checker 1 failed"]);
}

#[test]
fn what_the_operator_wants_changed_is_one_more_iteration_with_everything_that_follows() {
    let (home, repository) = desk("race", None);
    let run = work(&home, "best_of_three");
    assert_eq!(run["status"], "completed", "{run:#}");
    let refused = home.waybill(&[&["run", "request-changes", "1", "--json"], P].concat()).error(2);
    assert_eq!(refused["message"], "say what is to be changed", "{refused:#}");
    let words = ["run", "request-changes", "1", "--text", "One part more.", "--comment", "part-1.txt:1:Why?"];
    let words = [&words[..], &["--wait", "--json"], P].concat();
    let run = crate::support::Output::of(home.command(&words)).value();
    assert_eq!(run["status"], "completed", "{run:#}");
    assert_eq!(told(&run)[4..], ["designer 1 completed"], "the race is over, its winner goes on: {run:#}");
    let wanted = instructions(&run, 4);
    for words in ["Find them.", "One part more.", "[important] part-1.txt:1: Why?"] {
        assert!(wanted.contains(words), "it is told what is wanted: {wanted}");
    }
    assert_eq!(
        files(&home, &repository, &run),
        "parcels.txt part-1.txt part-2.txt",
        "on top of the winner's work"
    );
    home.waybill(&["audit", "verify"]).ok();
}

#[test]
fn what_a_provider_refuses_for_now_is_waited_for() {
    let (home, _) = desk("refused-once", None);
    let run = work(&home, "single_designer");
    assert_eq!(run["status"], "completed", "{run:#}");
    assert_eq!(run["steps"][0]["attempt"], 1, "waiting is no attempt");
    let log = home.json(&[&["run", "log", "1"], P].concat());
    let items = log["items"].as_array().expect("a list");
    assert!(items.iter().any(|item| item["event"]["type"] == "rate_limited"), "it was refused: {log:#}");
}

#[test]
fn cancelling_a_race_stops_every_candidate() {
    let (door, port) = Door::plain();
    let (home, _) = desk("race", Some(port));
    home.json(&["project", "set", "concurrent_sandboxes=3", "-p", "parcels"]);
    let server = home.serve();
    start(&home, "best_of_three");
    let waiting = [door.next(), door.next(), door.next()];
    home.json(&[&["run", "cancel", "1"], P].concat());
    let run = until(&home, &server, |run| run["status"] != "running");
    assert_eq!(run["status"], "cancelled", "{run:#}");
    assert_eq!(told(&run), ["designer 1 cancelled", "designer 1 cancelled", "designer 1 cancelled"]);
    drop(waiting);
    server.ends_well();
    home.assert_no_process_left();
    assert_eq!(workspaces(&home), 0);
}

fn start(home: &Home, workflow: &str) {
    home.json(&[&["run", "start", "--issue", "1", "--tool", "player", "--workflow", workflow], P].concat());
}

/// Waits until the run is so, as a page that follows it would.
fn until(home: &Home, server: &Served, is: impl Fn(&Value) -> bool) -> Value {
    let mut events = server.events(None);
    loop {
        let run = show(home);
        if is(&run) {
            return run;
        }
        events.changed("runs");
    }
}

/// When Waybill is killed.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kill {
    /// While the agent of this step works.
    In(usize),
    /// When this step has just ended.
    After(usize),
    Never,
}

/// What must be the same however often Waybill was killed.
#[derive(Debug, PartialEq)]
struct End {
    steps: Vec<String>,
    tree: String,
    commits: String,
    usage: [Value; 3],
    score: Value,
}

#[test]
fn a_kill_in_or_after_any_step_changes_nothing_of_the_end() {
    let undisturbed = lived(Kill::Never);
    assert_eq!(undisturbed.steps.len(), 8, "the loop goes round three times: {undisturbed:?}");
    assert_eq!(undisturbed.usage[0], 800, "each of eight turns is counted once");
    let kills: Vec<Kill> = (0..8).flat_map(|step| [Kill::In(step), Kill::After(step)]).collect();
    // Each life has a home of its own.
    std::thread::scope(|scope| {
        let lives = kills.chunks(4).map(|some| {
            let undisturbed = &undisturbed;
            scope.spawn(move || {
                for kill in some {
                    assert_eq!(lived(*kill), *undisturbed, "{kill:?}");
                }
            })
        });
        for life in lives.collect::<Vec<_>>() {
            life.join().expect("the end is the same");
        }
    });
}

fn lived(kill: Kill) -> End {
    let (door, port) = Door::plain();
    let (home, repository) = desk("plain", Some(port));
    let mut server = home.serve();
    start(&home, "thorough");
    for step in 0..8 {
        let agent = door.next();
        if kill == Kill::In(step) {
            server.kill();
            home.assert_no_process_left();
            drop(agent);
            server = home.serve();
            drop(door.next());
        } else {
            drop(agent);
        }
        until(&home, &server, |run| run["steps"][step]["status"] == "completed");
        if kill == Kill::After(step) {
            server.kill();
            home.assert_no_process_left();
            server = home.serve();
        }
    }
    let run = until(&home, &server, |run| run["status"] != "running");
    server.ends_well();
    assert_eq!(workspaces(&home), 0, "{kill:?} leaves a workspace");
    let branch = run["branch"].as_str().expect("a branch");
    End {
        steps: told(&run),
        tree: git(&home, &repository, &["rev-parse", &format!("{branch}^{{tree}}")]),
        commits: git(&home, &repository, &["log", "--format=%s", branch]),
        usage: [run["input_tokens"].clone(), run["output_tokens"].clone(), run["cost_usd"].clone()],
        score: run["quality_score"].clone(),
    }
}
