//! Waybill is killed outright: no agent process outlives it, and a later Waybill finds what could.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;

use crate::support::{Ground, wait_until_gone};
use waybill_engine::process;
use waybill_engine::sandbox::{Local, Sandbox, Task, end_leftovers};

/// Tells the helper below which isolation to use.
const HELPER: &str = "WAYBILL_TEST_HELPER";

/// Not a test of its own: it is what a Waybill with an agent at work looks like, to be killed by the tests.
#[tokio::test]
#[ignore = "started by the tests of this file"]
async fn a_waybill_at_work() {
    let isolated = std::env::var_os(HELPER).unwrap() == "isolated";
    let ground = Ground::with(|spec| spec.allow_weak = true).await;
    let weak = Sandbox::new(Arc::new(Local::without_isolation()), ground.sandbox.spec().clone());
    let sandbox = if isolated { ground.sandbox.clone() } else { weak };
    let script = "setsid -f sleep 1000; sleep 1000 & echo up; wait";
    let mut running = sandbox.start(Task::new("sh").args(["-c", script])).await.unwrap();
    running.stdout.as_mut().unwrap().next_line().await.unwrap();
    println!("AT WORK {} {}", running.pid, sandbox.spec().id);
    running.wait().await;
}

fn kill_a_waybill_at_work(isolation: &str) -> (Vec<process::Member>, String) {
    let mut waybill = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "after_waybill::a_waybill_at_work", "--ignored", "--nocapture"])
        .env(HELPER, isolation)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(waybill.stdout.take().unwrap()).lines();
    let line = lines.map(|line| line.unwrap()).find(|line| line.contains("AT WORK ")).unwrap();
    let words: Vec<&str> = line.rsplit("AT WORK ").next().unwrap().split(' ').collect();
    // It says that it is at work before its sleepers have become what they are started as. Without isolation one of the
    // two has left it.
    let sleepers = if isolation == "weak" { 1 } else { 2 };
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(30);
    let members = loop {
        let members = process::descendants(words[0].parse().unwrap());
        if members.iter().filter(|member| member.name == "sleep").count() == sleepers {
            break members;
        }
        assert!(std::time::Instant::now() < patience, "an agent is at work: {members:?}");
        std::thread::yield_now();
    };
    waybill.kill().unwrap();
    waybill.wait().unwrap();
    (members, words[1].to_owned())
}

#[tokio::test]
async fn no_agent_outlives_a_killed_waybill() {
    let (members, id) = kill_a_waybill_at_work("isolated");
    wait_until_gone(&members).await;
    assert_eq!(process::marked(&id), [], "also what had left its session is gone");
    let ended = end_leftovers(&id.parse().unwrap()).await;
    assert_eq!(ended, Vec::<String>::new(), "the next start has nothing left to end");
}

#[tokio::test]
async fn what_a_weak_sandbox_leaves_is_found_again() {
    let (members, id) = kill_a_waybill_at_work("weak");
    let (strays, held): (Vec<_>, Vec<_>) = members.into_iter().partition(|member| member.name == "sleep");
    wait_until_gone(&held).await;
    end_leftovers(&id.parse().unwrap()).await;
    wait_until_gone(&strays).await;
    assert_eq!(process::marked(&id), [], "the next start ends what escaped its group");
}
