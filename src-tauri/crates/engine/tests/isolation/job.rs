//! How a task ends and stands still on Windows, where a Job Object holds it: nothing of it is ever left.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::support::Ground;
use waybill_domain::agent::HeldBackKind;
use waybill_engine::process::{self, Member};
use waybill_engine::sandbox::{
    Ended, Input, Local, Network, Running, Sandbox, SandboxError, Strength, Task, end_leftovers, read_out,
};

/// A program of every Windows that takes its time.
const SLEEP: &str = "ping -n 1000 127.0.0.1 >nul";

async fn started(ground: &Ground, lines: &str) -> Running {
    let mut running = ground.sandbox.start(ground.command_script(lines)).await.unwrap();
    let line = running.stdout.as_mut().unwrap().next_line().await.unwrap().unwrap();
    assert_eq!(line.text, "up", "the task is at work");
    running
}

/// The processes of a script that runs a program, once both are there.
fn at_work(pid: u32) -> Vec<Member> {
    let patience = Instant::now() + Duration::from_mins(1);
    loop {
        let members = process::descendants(pid);
        if members.iter().any(|member| member.name.eq_ignore_ascii_case("ping.exe")) {
            // What the console itself starts is the system's.
            return members.into_iter().filter(is_ours).collect();
        }
        assert!(Instant::now() < patience, "a helper of the agent begins: {members:?}");
        std::thread::yield_now();
    }
}

fn is_ours(member: &Member) -> bool {
    ["cmd.exe", "ping.exe"].iter().any(|name| member.name.eq_ignore_ascii_case(name))
}

/// Those of these processes that still run; a number that was given anew has another name.
fn left(members: &[Member]) -> Vec<Member> {
    let there =
        |member: &&Member| process::descendants(member.pid).iter().any(|found| found.name == member.name);
    members.iter().filter(there).cloned().collect()
}

#[tokio::test]
async fn a_task_ends_with_its_own_code_and_reads_its_input() {
    let ground = Ground::new().await;
    let mut task = ground.command_script("git hash-object --stdin\nexit 7");
    task.input = Input::Bytes(vec![b'x'; 300_000]);
    let said = ground.run(task).await;
    assert_eq!(said.stdout.trim(), "78184600f2186f035fb38be57b32552c8659bf50", "the prompt goes in whole");
    assert_eq!(said.outcome.code, Some(7), "and the code comes out");
    let missing = ground.sandbox.start(Task::new("no-such-tool")).await;
    assert!(matches!(missing, Err(SandboxError::Spawn { .. })), "a missing tool is told apart: {missing:?}");
}

#[tokio::test]
async fn what_outlives_the_task_is_ended_and_told() {
    let ground = Ground::new().await;
    let running = started(&ground, &format!("start /b {SLEEP}\nstart /b {SLEEP}\necho up\nexit 0")).await;
    let outcome = running.wait().await;
    assert_eq!(outcome.ended, Ended::Itself, "the task itself ended well");
    let [held] = outcome.held_back.as_slice() else { panic!("one notice: {outcome:?}") };
    assert_eq!(held.kind, HeldBackKind::Process);
    assert!(held.detail.to_lowercase().contains("ping.exe (×2)"), "by name: {}", held.detail);
}

#[tokio::test]
async fn a_task_that_shall_end_is_ended_with_everything_it_started() {
    let ground = Ground::new().await;
    let running = started(&ground, &format!("echo up\n{SLEEP}")).await;
    let members = at_work(running.pid);
    // Nothing can be asked first, so that nothing is waited for.
    running.control().stop(Duration::from_hours(1));
    let outcome = running.wait().await;
    assert_eq!(outcome.ended, Ended::Stopped);
    assert_eq!(left(&members), [], "no process is left");
}

#[tokio::test]
async fn a_task_nobody_watches_ends() {
    let ground = Ground::new().await;
    let running = started(&ground, &format!("echo up\n{SLEEP}")).await;
    let members = at_work(running.pid);
    drop(running);
    // Whoever ends it needs this thread.
    tokio::task::spawn_blocking(move || all_end(&members)).await.unwrap();
}

#[tokio::test]
async fn an_agent_tool_in_the_home_starts() {
    let ground = Ground::new().await;
    let npm = ground.sandbox.spec().user_home.join("AppData").join("Roaming").join("npm");
    let package = npm.join("node_modules").join("tool");
    fs::create_dir_all(&package).unwrap();
    fs::write(npm.join("tool.cmd"), "@call \"%~dp0\\node_modules\\tool\\run.cmd\" %*\r\n").unwrap();
    fs::write(package.join("run.cmd"), "@type \"%~dp0part\"\r\n@echo %1\r\n").unwrap();
    fs::write(package.join("part"), "whole\n").unwrap();
    for word in ["one", "two words"] {
        let said = ground.run(Task::new(npm.join("tool.cmd")).args([word])).await;
        let heard = said.stdout.replace('"', "");
        assert_eq!(heard, format!("whole\n{word}\n"), "a starter finds its package: {}", said.stderr);
    }
    let hostile = ground.run(Task::new(npm.join("tool.cmd")).args(["x\" & echo ran & rem"])).await;
    assert!(
        !hostile.stdout.lines().any(|line| line.trim() == "ran"),
        "a word is no command: {}",
        hostile.stdout
    );
}

#[tokio::test]
async fn time_is_bounded() {
    let ground = Ground::new().await;
    let mut task = ground.command_script(SLEEP);
    task.timeout = Some(Duration::from_millis(500));
    let said = ground.run(task).await;
    assert_eq!(said.outcome.ended, Ended::TimedOut, "an agent does not work for ever");
}

#[tokio::test]
async fn a_paused_task_stands_still_and_goes_on() {
    let ground = Ground::new().await;
    let running = started(&ground, "echo up\n:more\n>>%WAYBILL_OUT%\\a echo x\ngoto more").await;
    let file = ground.sandbox.spec().out().join("a");
    let size = || fs::metadata(&file).map_or(0, |found| found.len());
    let control = running.control();
    assert!(control.pause().await, "everything stands still");
    let before = size();
    // Another task's whole life is time enough for a process that runs to write on.
    let other = Ground::new().await;
    other.script("", "ver").await;
    assert_eq!(size(), before, "a paused agent costs nothing");
    assert!(control.resume().await);
    while size() == before {
        tokio::task::yield_now().await;
    }
    assert!(control.pause().await, "it can be paused again");
    control.kill();
    assert_eq!(running.wait().await.ended, Ended::Stopped, "and killed while it stands still");
}

#[tokio::test]
async fn the_environment_is_only_what_is_listed_and_the_home_is_a_private_one() {
    let ground = Ground::with(|spec| {
        spec.user_env
            .extend([("AWS_SECRET_ACCESS_KEY".into(), "x".into()), ("JAVA_HOME".into(), "C:\\jdk".into())]);
    })
    .await;
    let said = ground.script("", "set\n>%WAYBILL_OUT%\\a echo yes").await;
    let value = |name: &str| said.stdout.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    assert_eq!(value("AWS_SECRET_ACCESS_KEY"), None, "a cloud key must not come along");
    assert_eq!(value("JAVA_HOME"), Some("C:\\jdk"), "a toolchain's place does");
    let spec = ground.sandbox.spec();
    assert_eq!(value("USERPROFILE"), spec.home().to_str(), "what a tool writes home stays in the sandbox");
    assert_eq!(value("WAYBILL_SANDBOX"), Some(spec.id.as_str()));
    assert_eq!(read_out(spec, "a", 10).unwrap().as_deref(), Some(&b"yes\r\n"[..]), "answers come out");
}

#[tokio::test]
async fn a_task_begins_in_its_workspace_and_what_it_makes_is_there() {
    let ground = Ground::new().await;
    let said = ground.script("", "cd\n>file echo made").await;
    let workspace = ground.sandbox.spec().workspace();
    assert_eq!(Path::new(said.stdout.trim()), workspace, "an agent works on its own clone");
    assert_eq!(fs::read_to_string(workspace.join("file")).unwrap(), "made\r\n", "which it can write");
}

#[tokio::test]
async fn settings_come_along_without_their_tokens() {
    let ground = Ground::new().await;
    ground.home_file(".cargo/config.toml", "[net]\ngit-fetch-with-cli = true\n[registry]\ntoken = \"abc\"\n");
    ground.home_file(".cargo/credentials.toml", "token = \"abc\"\n");
    let said = ground.script("", "cd %USERPROFILE%\\.cargo\ntype config.toml\ndir /a /b").await;
    assert_eq!(
        said.stdout, "[net]\ngit-fetch-with-cli = true\n[registry]\nconfig.toml\n",
        "a mirror is needed to build, a token is not"
    );
}

#[tokio::test]
async fn a_toolchain_of_the_home_is_found_and_its_cache_is_the_projects_own() {
    let ground = Ground::new().await;
    ground.home_file(".rustup/settings.toml", "version = \"12\"\n");
    let said = ground.script("", "echo %RUSTUP_HOME%\necho %CARGO_HOME%").await;
    let spec = ground.sandbox.spec();
    let expected = [spec.user_home.join(".rustup"), spec.caches.join("cargo")];
    let found: Vec<&str> = said.stdout.lines().map(str::trim).collect();
    assert_eq!(
        found,
        expected.each_ref().map(|path| path.to_str().unwrap()),
        "builds go as outside, and what they download stays with the project"
    );
}

/// Not a test of its own: it is a program that tells what everybody who looks at it can read.
#[test]
#[ignore = "started by the next test"]
fn a_program_that_tells_its_command_line() {
    println!("KEY {}", std::env::var_os("API_KEY").unwrap().display());
    println!("LINE {:?}", std::env::args_os().collect::<Vec<_>>());
}

#[tokio::test]
async fn a_secret_is_in_the_environment_and_on_no_command_line() {
    let ground = Ground::new().await;
    let words = ["--exact", "job::a_program_that_tells_its_command_line", "--ignored", "--nocapture"];
    let task = Task::new(std::env::current_exe().unwrap()).args(words).env("API_KEY", "s3cr3t-value");
    let said = ground.run(task).await;
    assert!(said.stdout.contains("KEY s3cr3t-value"), "the task gets its key: {}", said.stdout);
    let line = said.stdout.lines().find(|line| line.contains("LINE ")).unwrap();
    assert!(!line.contains("s3cr3t"), "every program of the user could read it: {line}");
}

#[tokio::test]
async fn a_network_that_cannot_be_closed_is_told_as_open() {
    let ground = Ground::with(|spec| spec.network = Network::None).await;
    let isolation = ground.sandbox.isolation();
    assert_eq!(isolation.network, Network::Open, "the screen must not promise what is not there");
    assert!(isolation.missing.iter().any(|missing| missing == "no network"), "{:?}", isolation.missing);
}

#[tokio::test]
async fn the_end_of_one_task_is_not_that_of_another_in_the_same_sandbox() {
    let ground = Ground::new().await;
    let (first, second) = (
        started(&ground, &format!("echo up\n{SLEEP}")).await,
        started(&ground, &format!("echo up\n{SLEEP}")).await,
    );
    let still = at_work(second.pid);
    first.control().kill();
    first.wait().await;
    assert_eq!(left(&still), still, "each has a job of its own");
    second.control().kill();
    second.wait().await;
}

#[tokio::test]
async fn a_machine_that_isolates_no_files_asks_first() {
    let ground = Ground::with(|spec| spec.allow_weak = false).await;
    let isolation = ground.sandbox.isolation();
    assert_eq!(isolation.strength, Strength::None, "the screen must not promise what is not there");
    assert!(isolation.mend.is_some(), "and says how to mend it");
    let refused = ground.sandbox.start(Task::new("cmd.exe")).await;
    assert!(matches!(refused, Err(SandboxError::Weak { .. })), "nothing runs without consent: {refused:?}");
}

/// Not a test of its own: it is what a Waybill with an agent at work looks like, to be killed by the test below.
#[tokio::test]
#[ignore = "started by the next test"]
async fn a_waybill_at_work() {
    let ground = Ground::new().await;
    let sandbox = Sandbox::new(Arc::new(Local::without_isolation()), ground.sandbox.spec().clone());
    let script = ground.command_script(&format!("echo up\n{SLEEP}"));
    let mut running = sandbox.start(script).await.unwrap();
    running.stdout.as_mut().unwrap().next_line().await.unwrap();
    println!("AT WORK {}", running.pid);
    running.wait().await;
}

#[test]
fn no_agent_outlives_a_killed_waybill() {
    let mut waybill = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "job::a_waybill_at_work", "--ignored", "--nocapture"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(waybill.stdout.take().unwrap()).lines();
    let line = lines.map(|line| line.unwrap()).find(|line| line.contains("AT WORK ")).unwrap();
    let pid = line.rsplit(' ').next().unwrap().parse().unwrap();
    let members = at_work(pid);
    waybill.kill().unwrap();
    waybill.wait().unwrap();
    all_end(&members);
}

#[tokio::test]
async fn what_an_earlier_waybill_left_is_found_by_its_sandbox_and_ended() {
    let ground = Ground::new().await;
    let running = started(&ground, &format!("echo up\n{SLEEP}")).await;
    let members = at_work(running.pid);
    // The system ends what a killed Waybill left, in its own time: the next one neither trusts nor overtakes it.
    let ended = end_leftovers(&ground.sandbox.spec().id).await;
    assert!(ended.iter().any(|name| name.eq_ignore_ascii_case("ping.exe")), "by name: {ended:?}");
    assert_eq!(left(&members), [], "its files can be removed at once");
    running.wait().await;
    let again = end_leftovers(&ground.sandbox.spec().id).await;
    assert_eq!(again, Vec::<String>::new(), "then there is nothing left to end");
}

/// Not a test of its own: it is a Waybill that has run a task, and then opens something for its user.
#[tokio::test]
#[ignore = "started by the next test"]
async fn a_waybill_that_opens_something() {
    let ground = Ground::new().await;
    ground.script("", "ver").await;
    let nowhere = Stdio::null;
    let mut opened = Command::new("ping")
        .args(["-n", "1000", "127.0.0.1"])
        .stdin(nowhere())
        .stdout(nowhere())
        .stderr(nowhere())
        .spawn()
        .unwrap();
    println!("OPENED {}", opened.id());
    opened.wait().unwrap();
}

#[test]
fn what_waybill_opened_for_its_user_outlives_it() {
    let mut waybill = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "job::a_waybill_that_opens_something", "--ignored", "--nocapture"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(waybill.stdout.take().unwrap()).lines();
    let line = lines.map(|line| line.unwrap()).find(|line| line.contains("OPENED ")).unwrap();
    let pid = line.rsplit(' ').next().unwrap().to_owned();
    waybill.kill().unwrap();
    waybill.wait().unwrap();
    let there = process::descendants(pid.parse().unwrap());
    let ended = Command::new("taskkill").args(["/f", "/pid", &pid]).output().unwrap();
    assert!(ended.status.success(), "the user's browser went with Waybill: {there:?} {ended:?}");
    all_end(&there);
}

fn all_end(members: &[Member]) {
    let patience = Instant::now() + Duration::from_mins(1);
    while !left(members).is_empty() {
        assert!(Instant::now() < patience, "an agent works on alone: {:?}", left(members));
        std::thread::yield_now();
    }
}
