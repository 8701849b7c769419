//! Being stopped and being held, against an agent's will.

use super::Ground;
use crate::support::{Log, Served};
use serde_json::{Value, json};
#[cfg(target_os = "linux")]
use std::path::{Path, PathBuf};

#[test]
fn an_agent_that_ignores_being_asked_is_cancelled_and_its_commits_are_kept() {
    let ground = Ground::new();
    ground.tool(
        "trap '' TERM INT HUP; echo kept > kept.txt; git add .; git commit --quiet -m Kept; echo left > left.txt\n\
         sh -c 'trap \"\" TERM INT HUP; while :; do sleep 1; done' &\n\
         echo ready; while :; do sleep 1; done",
        ">kept.txt echo kept\ngit add .\ngit commit --quiet -m Kept\n>left.txt echo left\n\
         start /b ping -n 10000 127.0.0.1 >nul\necho ready\nping -n 10000 127.0.0.1 >nul",
    );
    let started = ground.home.json(&["run", "start", "-p", "parcels", "--prompt", "Stay", "--tool", "agent"]);
    let number = started["number"].to_string();
    let served = ground.home.serve();
    let mut log = Log::follow(&ground.home, "parcels", &number);
    log.until("ready");
    ground.home.json(&["run", "cancel", &number, "-p", "parcels"]);
    log.read_to_end();
    let run = ground.home.json(&["run", "show", &number, "-p", "parcels"]);
    assert_eq!(run["status"], "cancelled", "the operator's word counts: {run}");
    assert_eq!(run["delivery"], "ready", "what was committed is kept: {run}");
    let branch = run["branch"].as_str().expect("a branch");
    assert_eq!(ground.git(&["show", &format!("{branch}:kept.txt")]), "kept", "it is in the repository");
    served.ends_well();
    ground.untouched(&[branch]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_result_that_can_never_be_read_holds_up_neither_the_quit_nor_the_cancel() {
    let ground = Ground::new();
    ground.tool("rm .git/HEAD; mkfifo .git/HEAD .gitattributes; echo laid", "");
    let started = ground.home.json(&["run", "start", "-p", "parcels", "--prompt", "Lie", "--tool", "agent"]);
    let number = started["number"].to_string();
    let served = ground.home.serve();
    Log::follow(&ground.home, "parcels", &number).until("laid");
    served.ends_well();

    let served = ground.home.serve();
    let run = ground.home.json(&["run", "show", &number, "-p", "parcels"]);
    assert_eq!(run["status"], "running", "it is gone on with: {run}");
    ground.home.json(&["run", "cancel", &number, "-p", "parcels"]);
    let ended = until(&served, &number, |run| run["status"] != "running");
    assert_eq!(ended["status"], "cancelled", "{ended}");
    served.ends_well();
    ground.untouched(&[]);
}

#[test]
fn a_paused_agent_stands_still_until_it_is_resumed() {
    let ground = Ground::new();
    ground.tool(
        "tick=0; while :; do tick=$((tick + 1)); echo tick $tick; sleep 0.02; done",
        "set tick=0\n:more\nset /a tick+=1 >nul\necho tick %tick%\nping -n 1 127.0.0.1 >nul\ngoto more",
    );
    let started = ground.home.json(&["run", "start", "-p", "parcels", "--prompt", "Tick", "--tool", "agent"]);
    let number = started["number"].to_string();
    let served = ground.home.serve();
    Log::follow(&ground.home, "parcels", &number).until("tick 5");

    ground.home.json(&["run", "pause", &number, "-p", "parcels"]);
    let paused = until(&served, &number, |run| run["waiting_for"] == "operator");
    assert_eq!(paused["sandbox"]["state"], "paused", "the run page says so: {paused}");
    #[cfg(target_os = "linux")]
    {
        let sandbox = paused["sandbox"]["id"].as_str().expect("an id");
        let agents = processes_of(sandbox, "agent.sh");
        assert!(!agents.is_empty(), "the agent is still there");
        let still = agents.iter().all(|agent| stands_still(agent));
        assert!(still, "each of its processes stands still: {agents:?}");
    }
    // What it had said before is written by the time that a whole look at the machine takes; then nothing more comes.
    ground.home.json(&["doctor"]);
    let before = end_of_output(&served, &number);
    ground.home.json(&["doctor"]);
    assert_eq!(end_of_output(&served, &number), before, "a frozen agent says nothing");

    ground.home.json(&["run", "resume", &number, "-p", "parcels"]);
    until(&served, &number, |run| run["waiting_for"].is_null());
    let mut events = served.events(Some(0));
    while end_of_output(&served, &number) <= before {
        events.changed("output");
    }
    ground.home.json(&["run", "pause", &number, "-p", "parcels"]);
    until(&served, &number, |run| run["waiting_for"] == "operator");
    // A frozen agent cannot hear that it shall end; it is cancelled all the same.
    ground.home.json(&["run", "cancel", &number, "-p", "parcels"]);
    let ended = until(&served, &number, |run| run["status"] != "running");
    assert_eq!(ended["status"], "cancelled", "{ended}");
    served.ends_well();
    // Where nobody can be asked to end, the server was killed, and the next start removes what it left.
    if cfg!(target_os = "linux") {
        ground.no_workspace_is_left();
    }
}

/// Waits until a run is as expected; the run as it then is.
fn until(served: &Served, number: &str, expected: impl Fn(&Value) -> bool) -> Value {
    let number: i64 = number.parse().expect("a number");
    // Followed from before the first look, so that no change falls between.
    let mut events = served.events(None);
    loop {
        let run = served.call("run_get", &json!({"project": "parcels", "number": number}));
        if expected(&run) {
            return run;
        }
        events.changed("runs");
    }
}

fn end_of_output(served: &Served, number: &str) -> i64 {
    let number: i64 = number.parse().expect("a number");
    let page = served.call("run_output", &json!({"project": "parcels", "number": number, "limit": 1}));
    page["end"].as_i64().expect("a number")
}

/// A sandbox's processes that run this program, by their folders in `/proc`.
#[cfg(target_os = "linux")]
fn processes_of(sandbox: &str, program: &str) -> Vec<PathBuf> {
    let mark = format!("WAYBILL_SANDBOX={sandbox}");
    let entries = std::fs::read_dir("/proc").expect("/proc is there").filter_map(Result::ok);
    let found = entries.map(|entry| entry.path()).filter(|process| {
        let read = |name: &str| std::fs::read(process.join(name)).unwrap_or_default();
        let marked = read("environ").split(|byte| *byte == 0).any(|pair| pair == mark.as_bytes());
        // The shell that holds the sandbox and bubblewrap itself name the program too, among their arguments.
        let words = String::from_utf8_lossy(&read("cmdline")).into_owned();
        marked && words.split('\0').nth(1).is_some_and(|word| word.ends_with(program))
    });
    found.collect()
}

/// Whether the kernel holds a process: stopped by a signal, or frozen with its control group.
#[cfg(target_os = "linux")]
fn stands_still(process: &Path) -> bool {
    let read = |path: &Path| std::fs::read_to_string(path).unwrap_or_default();
    let stat = read(&process.join("stat"));
    let stopped = stat.rsplit_once(')').is_some_and(|(_, rest)| rest.trim_start().starts_with('T'));
    let groups = read(&process.join("cgroup"));
    let group = groups.lines().find_map(|line| line.strip_prefix("0::/"));
    let mounts = read(Path::new("/proc/self/mountinfo"));
    let mount =
        mounts.lines().find(|line| line.contains(" - cgroup2 ")).and_then(|line| line.split(' ').nth(4));
    let events =
        group.zip(mount).map(|(group, mount)| read(&Path::new(mount).join(group).join("cgroup.events")));
    stopped || events.is_some_and(|events| events.contains("frozen 1"))
}
