//! An agent that plays whatever role its instructions name, and always the same way.

use super::{git, variable};
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;

/// Plays its part: `how` says what is special about it. With a door it works half, knocks there, and waits to be let go on.
pub(super) fn play(how: &str, door: Option<u16>) {
    let mut prompt = String::new();
    std::io::stdin().read_to_string(&mut prompt).expect("a prompt");
    let is = |words: &str| prompt.contains(words);
    if how == "refused-once" && !Path::new(&variable("HOME")).join("refused").exists() {
        std::fs::write(Path::new(&variable("HOME")).join("refused"), "").expect("is written");
        say(&json!({"type": "rate_limited", "retry_after": 0.2}));
        say(&json!({"type": "error", "kind": "rate_limit", "message": "the quota is used up"}));
        say(&json!({"type": "finished", "ok": false, "summary": ""}));
        return;
    }
    let said = if is("You are the checker") {
        std::fs::write("junk.txt", "of the checker").expect("is written");
        knock(door);
        check(how, &prompt)
    } else if is("You evaluate this change") {
        knock(door);
        format!("My scores: {}", scores())
    } else if is("You are the judge") {
        knock(door);
        judge()
    } else if !is("You are the designer") {
        std::fs::write("notes.txt", "of the investigator").expect("is written");
        knock(door);
        "The cause is in parcels.txt:1.".to_owned()
    } else {
        design(how, door)
    };
    say(&json!({"type": "usage", "input_tokens": 100, "output_tokens": 10, "cache_read_tokens": 0,
        "cache_write_tokens": 0, "cost_usd": 0.25}));
    say(&json!({"type": "finished", "ok": true, "summary": said}));
}

fn say(event: &Value) {
    println!("{event}");
}

fn knock(door: Option<u16>) {
    let Some(port) = door else { return };
    let mut door = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("a door");
    writeln!(door, "{}", variable("WAYBILL_TOKEN")).expect("it is heard");
    // It is let go on when the other side closes.
    drop(door.read(&mut [0]));
}

/// Adds the next part, committed; an interrupted part is made whole.
fn design(how: &str, door: Option<u16>) -> String {
    let number = parts() + 1;
    let name = format!("part-{number}.txt");
    std::fs::write(&name, "half").expect("is written");
    knock(door);
    // Candidates differ by how much they write.
    let lines = if how == "race" { std::process::id() as usize % 7 + 1 } else { 1 };
    std::fs::write(&name, "whole\n".repeat(lines)).expect("is written");
    git(&["add", &name], b"");
    git(&["commit", "--quiet", "--message", &format!("Part {number}")], b"");
    format!("I wrote {name}.")
}

/// How many parts are committed.
fn parts() -> usize {
    git(&["ls-tree", "--name-only", "HEAD"], b"").lines().filter(|name| name.starts_with("part-")).count()
}

/// Passes three parts; what does not fit its contract is handed in by whoever is to show that.
fn check(how: &str, prompt: &str) -> String {
    let asked_again = prompt.contains("Your answer cannot be used");
    if how == "stubborn" || (how == "clumsy" && !asked_again) {
        return "It looks fine: {\"pass\": \"yes\"}".to_owned();
    }
    let number = parts();
    let pass = number >= 3 && how != "never";
    let findings = if pass {
        json!([])
    } else {
        json!([{"file": "part-1.txt", "line": 1, "severity": "important", "message": "A part is missing."}])
    };
    let feedback = format!("I see {number} parts; three are wanted.");
    let review = json!({"pass": pass, "feedback": feedback, "findings": findings});
    let file = Path::new(&variable("WAYBILL_OUT")).join("review.json");
    std::fs::write(file, review.to_string()).expect("is written");
    "I have checked it.".to_owned()
}

fn scores() -> Value {
    json!({"correctness": 80, "type_safety": 80, "code_style": 80, "test_coverage": 20, "completeness": 80,
        "summary": "There are no tests."})
}

/// Chooses the last of the candidates that it finds.
fn judge() -> String {
    let found = git(&["for-each-ref", "--format=%(refname:short)", "refs/heads/candidate-*"], b"");
    let names: Vec<&str> = found.lines().collect();
    let judged = |(at, name): (usize, &&str)| json!({"candidate": name, "strengths": ["it is there"], "weaknesses": [], "score": 50 + at});
    let comparison: Vec<Value> = names.iter().enumerate().map(judged).collect();
    let last = names.last().expect("a candidate");
    json!({"winner": last, "rationale": "It came last.", "comparison": comparison}).to_string()
}
