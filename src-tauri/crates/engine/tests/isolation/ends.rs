//! How a task ends, stands still and goes on: nothing of it is ever left.

use std::fs;
use std::time::Duration;

use crate::support::Ground;
use waybill_domain::agent::HeldBackKind;
use waybill_engine::process;
use waybill_engine::sandbox::{Ended, Input, Running, Task};

async fn started(ground: &Ground, script: &str) -> Running {
    let mut running = ground.sandbox.start(Task::new("sh").args(["-c", script])).await.unwrap();
    let line = running.stdout.as_mut().unwrap().next_line().await.unwrap().unwrap();
    assert_eq!(line.text, "up", "the task is at work");
    running
}

fn left(ground: &Ground) -> Vec<process::Member> {
    process::marked(ground.sandbox.spec().id.as_str())
}

#[tokio::test]
async fn a_task_ends_with_its_own_code_and_reads_its_input() {
    let ground = Ground::new().await;
    let mut task = Task::new("sh").args(["-c", "wc -c; exit 7"]);
    task.input = Input::Bytes(vec![b'x'; 300_000]);
    let said = ground.run(task).await;
    assert_eq!((said.stdout.trim(), said.outcome.code), ("300000", Some(7)), "prompt in, code out");
    let missing = ground.run(Task::new("no-such-tool")).await;
    assert_eq!(missing.outcome.code, Some(127), "a missing tool is told apart from a failing one");
}

#[tokio::test]
async fn what_outlives_the_task_is_ended_and_told() {
    let ground = Ground::new().await;
    let said = ground.shell("setsid sleep 1000 >/dev/null 2>&1 & env -i setsid -f sleep 1000; exit 0").await;
    assert_eq!(said.outcome.ended, Ended::Itself, "the task itself ended well");
    let [held] = said.outcome.held_back.as_slice() else { panic!("one notice: {:?}", said.outcome) };
    assert_eq!(held.kind, HeldBackKind::Process);
    assert!(
        held.detail.contains("sleep (×2)"),
        "by name, also those that hide their marker: {}",
        held.detail
    );
    assert_eq!(left(&ground), [], "no process is left");
}

#[tokio::test]
async fn a_task_is_asked_before_it_is_killed() {
    let ground = Ground::new().await;
    let mut running = started(&ground, "trap 'echo saved; exit 3' TERM; sleep 100 & echo up; wait").await;
    let mut stdout = running.stdout.take().unwrap();
    running.control().stop(Duration::from_secs(30));
    assert_eq!(stdout.next_line().await.unwrap().unwrap().text, "saved", "an agent can save its session");
    let outcome = running.wait().await;
    assert_eq!((outcome.ended, outcome.code), (Ended::Stopped, Some(3)));
}

#[tokio::test]
async fn a_task_that_will_not_end_is_killed_with_everything_it_started() {
    let ground = Ground::new().await;
    let script = "trap '' TERM; setsid -f sleep 1000; nohup sleep 1000 >/dev/null 2>&1 & echo up; sleep 1000";
    let running = started(&ground, script).await;
    running.control().stop(Duration::from_millis(50));
    let outcome = running.wait().await;
    assert_eq!((outcome.ended, outcome.code), (Ended::Stopped, None), "its code would mean nothing");
    assert_eq!(left(&ground), [], "no process is left");
}

#[tokio::test]
async fn a_task_nobody_watches_ends() {
    let ground = Ground::new().await;
    let running = started(&ground, "echo up; sleep 1000").await;
    let pid = running.pid;
    let watched = process::descendants(pid);
    drop(running);
    crate::support::wait_until_gone(&watched).await;
    assert_eq!(left(&ground), [], "a forgotten agent would work and cost for ever");
}

#[tokio::test]
async fn time_is_bounded() {
    let ground = Ground::new().await;
    let mut task = Task::new("sleep").args(["1000"]);
    task.timeout = Some(Duration::from_millis(100));
    let said = ground.run(task).await;
    assert_eq!(said.outcome.ended, Ended::TimedOut);
    assert_eq!(left(&ground), [], "no process is left");
}

#[tokio::test]
async fn a_paused_task_stands_still_and_goes_on() {
    let ground = Ground::new().await;
    let script = "(while :; do echo x; done) > $WAYBILL_OUT/a & (while :; do echo x; done) > $WAYBILL_OUT/b & echo up; wait";
    let running = started(&ground, script).await;
    let out = ground.sandbox.spec().out();
    let sizes = || ["a", "b"].map(|name| fs::metadata(out.join(name)).map_or(0, |found| found.len()));
    let control = running.control();
    assert!(control.pause().await, "everything stands still");
    let before = sizes();
    // Another task's whole life is time enough for a process that runs to write on.
    let other = Ground::new().await;
    other.shell(":").await;
    assert_eq!(sizes(), before, "a paused agent costs nothing");
    assert!(control.resume().await);
    while sizes() == before {
        tokio::task::yield_now().await;
    }
    assert!(control.pause().await, "it can be paused again");
    control.kill();
    assert_eq!(running.wait().await.ended, Ended::Stopped, "and killed while it stands still");
    assert_eq!(left(&ground), [], "no process is left");
}
