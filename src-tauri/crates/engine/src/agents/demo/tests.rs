use std::path::Path;
use std::process::{Command, Stdio};

use waybill_domain::agent::AgentEvent;

use super::{Demo, ISSUE_BODY, ISSUE_TITLE, MENDED, SAMPLE};
use crate::agents::fixtures::turn;
use crate::agents::{Adapter as _, Exit, Outcome, Turn};

/// Runs the demo tool in `workspace`, as the engine would.
fn run(workspace: &Path, prompt: &str) -> (Vec<AgentEvent>, Outcome) {
    let in_dir = tempfile::tempdir().unwrap();
    let turn = Turn {
        prompt: prompt.to_owned(),
        workspace: workspace.to_owned(),
        in_dir: in_dir.path().to_owned(),
        ..turn()
    };
    let invocation = Demo.invocation(&turn).unwrap();
    for file in &invocation.files {
        std::fs::write(in_dir.path().join(&file.path), &file.contents).unwrap();
    }
    let output = Command::new(&invocation.program)
        .args(&invocation.args)
        .current_dir(workspace)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "the script runs without complaints");
    let mut parser = Demo.parser(&turn);
    let stdout = String::from_utf8(output.stdout).unwrap();
    let mut events: Vec<AgentEvent> = stdout.lines().flat_map(|line| parser.line(line)).collect();
    for (line, event) in stdout.lines().zip(&events) {
        assert!(!matches!(event, AgentEvent::Text { text, .. } if text == line), "a broken event: {line}");
    }
    let (rest, outcome) = parser.end(Exit::code(output.status.code().unwrap()));
    events.extend(rest);
    (events, outcome)
}

fn sample() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, contents) in SAMPLE {
        std::fs::write(folder.path().join(path), contents).unwrap();
    }
    folder
}

/// Whether the sample's tests pass; a system without a POSIX shell looks whether the program is the mended one.
fn tests_pass(workspace: &Path) -> bool {
    if cfg!(windows) {
        return std::fs::read_to_string(workspace.join("postage.sh")).unwrap() == MENDED;
    }
    let mut command = Command::new("/bin/sh");
    command.arg("test.sh").current_dir(workspace).stdout(Stdio::null());
    command.status().unwrap().success()
}

#[test]
fn the_demo_mends_the_sample_and_says_that_it_is_no_ai() {
    let sample = sample();
    assert!(!tests_pass(sample.path()), "the sample has something to mend");
    let (events, outcome) = run(sample.path(), &format!("# {ISSUE_TITLE}\n\n{ISSUE_BODY}"));
    assert!(outcome.ok, "{outcome:?}");
    assert!(tests_pass(sample.path()), "the change is a real one");
    let text = serde_json::to_string(&events).unwrap();
    assert!(text.contains("This is the demo tool, a script and not an AI."), "{text}");
    if cfg!(not(windows)) {
        assert!(text.contains(&format!("I was asked: {ISSUE_TITLE}")), "it has read its prompt: {text}");
    }
    assert_eq!(changes(sample.path()), noted(&[ISSUE_TITLE]));
}

/// The list of changes, with the line ends of Unix.
fn changes(workspace: &Path) -> String {
    std::fs::read_to_string(workspace.join("CHANGES.md")).unwrap().replace('\r', "")
}

/// What the demo writes there for these prompts; a command script repeats nothing that it is asked, for it could run it.
fn noted(prompts: &[&str]) -> String {
    if cfg!(windows) {
        return "- a request worked by the demo tool\n".repeat(prompts.len());
    }
    prompts.iter().fold("# Changes\n\n".to_owned(), |text, prompt| text + "- " + prompt + "\n")
}

#[test]
fn a_second_demo_in_the_same_place_still_changes_something() {
    let sample = sample();
    run(sample.path(), "One");
    let (_, outcome) = run(sample.path(), "Two");
    assert!(outcome.ok);
    assert_eq!(changes(sample.path()), noted(&["One", "Two"]));
}

#[test]
fn the_demo_works_elsewhere_and_with_any_prompt() {
    let folder = tempfile::tempdir().unwrap();
    let title = "Größe \"$(touch evil)\" \\n `x` \t %s 'q' & type nul >evil";
    let (_, outcome) = run(folder.path(), &format!("\n  \n## {title}\nmore"));
    assert!(outcome.ok, "{outcome:?}");
    assert!(!folder.path().join("evil").exists(), "a prompt is never run");
    assert_eq!(changes(folder.path()), noted(&[title]));
}
