//! `kill -9` of the engine, a hundred times, at random moments of demo runs: nothing acknowledged is lost, nothing is
//! left running, and every run ends with a result or a reason.

use crate::support::{Home, Process, git, snapshot};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const KILLS: usize = 100;
/// Set it to the number that a failed test printed, and the same moments are chosen again.
const SEED: &str = "WAYBILL_TEST_SEED";

#[test]
fn an_engine_killed_a_hundred_times_loses_nothing_and_leaves_nothing() {
    let seed =
        std::env::var_os(SEED).and_then(|text| text.to_str()?.parse().ok()).unwrap_or_else(seed_of_now);
    println!("the moments are those of {SEED}={seed}");
    let mut story = Story::new(Dice(seed));
    let before = snapshot(&story.repository);
    // A life that nobody disturbs tells how long a life is, so that the kills fall on all of it.
    let mut whole = story.undisturbed();
    for _ in 0..KILLS {
        // A machine that gets busier meanwhile makes lives longer.
        whole = story.killed_life(whole.mul_f64(1.1)).max(whole);
    }
    let runs = story.last_life();
    story.everything_acknowledged_is_there();
    story.the_data_is_whole();
    story.nothing_is_left();
    let branches = story.every_run_has_ended(&runs);

    let after = snapshot(&story.repository);
    for (path, entry) in &before {
        assert_eq!(after.get(path), Some(entry), "{path} is the user's and must not be touched");
    }
    for path in after.keys().filter(|path| !before.contains_key(*path)) {
        let branch =
            [".git/refs/heads/", ".git/logs/refs/heads/"].iter().find_map(|root| path.strip_prefix(root));
        assert!(branch.is_some_and(|name| branches.contains(name)), "{path} is no branch of a run");
    }
    story.git(&["fsck", "--full", "--strict"]);
    let counted = story.git(&["count-objects", "-v"]);
    assert!(counted.contains("garbage: 0"), "half-written files in the user's repository: {counted}");
}

/// One home in which engines live and die.
struct Story {
    home: Home,
    repository: PathBuf,
    interface: PathBuf,
    dice: Dice,
    /// Issues that were acknowledged, each with the comment that was.
    acknowledged: Vec<(i64, String)>,
    /// Runs whose start was acknowledged.
    started: Vec<i64>,
    /// The run that has not ended, as far as is known.
    open: Option<i64>,
}

impl Story {
    fn new(dice: Dice) -> Self {
        let home = Home::new();
        let repository = home.project("parcels", &[("README.md", "# Parcels\n"), ("run.sh", "echo sent\n")]);
        let interface = home.root().join("interface");
        std::fs::create_dir(&interface).expect("the folder is made");
        std::fs::write(interface.join("index.html"), "<!doctype html>").expect("the page is written");
        let (acknowledged, started) = (Vec::new(), Vec::new());
        let mut story = Self { home, repository, interface, dice, acknowledged, started, open: None };
        story.acknowledged.push(file(&story.home, 0));
        story
    }

    fn git(&self, args: &[&str]) -> String {
        git(&self.home, &self.repository, args)
    }

    /// The engine in a process of its own.
    fn engine(&self) -> Process {
        let interface = self.interface.to_str().expect("a path in UTF-8");
        self.home.start(&["serve", "--json", "--ui", interface])
    }

    /// Works a run with an engine that lives; how long that takes from its start.
    fn undisturbed(&mut self) -> Duration {
        let run = self.queue();
        let began = Instant::now();
        let mut engine = self.engine();
        let (_follower, ended) = self.follow(run);
        ended.recv_timeout(Duration::from_mins(1)).expect("an undisturbed run ends");
        let whole = began.elapsed();
        let asked = engine.ask_to_end();
        let output = engine.output();
        assert!(!asked || output.code == Some(0), "asked to end, it ends well: {output:?}");
        self.acknowledged.push(file(&self.home, self.acknowledged.len()));
        whole
    }

    /// Starts a run on the issue that was filed last; it is durable, and nobody works it yet.
    fn queue(&mut self) -> i64 {
        let run =
            self.home.json(&["run", "start", "-p", "parcels", "--issue", &self.issue(), "--tool", "demo"]);
        let number = run["number"].as_i64().expect("a number");
        self.started.push(number);
        number
    }

    fn issue(&self) -> String {
        self.acknowledged.last().expect("an issue is filed").0.to_string()
    }

    /// A life of at most `longest`, in which another process files an issue; then the engine is killed. How long it
    /// took to work a run to its end, or nothing.
    fn killed_life(&mut self, longest: Duration) -> Duration {
        let delay = longest.mul_f64(self.dice.fraction());
        let number = self.acknowledged.len();
        let (mut engine, watched);
        let mut follower = None;
        let began;
        if self.open.is_none() && self.dice.fraction() < 0.5 {
            // The process that was asked for the run works it, as `run start --wait` does.
            let issue = self.issue();
            let words =
                ["run", "start", "-p", "parcels", "--issue", &issue, "--tool", "demo", "--wait", "--json"];
            began = Instant::now();
            engine = Process::start_reading(self.home.command(&words));
            watched = end_of_output(&mut engine);
        } else {
            let run = self.open.unwrap_or_else(|| self.queue());
            began = Instant::now();
            engine = self.engine();
            let (process, ended) = self.follow(run);
            follower = Some(process);
            watched = ended;
        }
        let home = &self.home;
        let (filed, worked) = std::thread::scope(|scope| {
            let filer = scope.spawn(|| file(home, number));
            // The one delay of these tests: the moment of the kill is what is being varied. It is a limit on the wait
            // for the run's end, so that a life does not go on when there is nothing left to disturb.
            let left = delay.saturating_sub(began.elapsed());
            let all_done = watched.recv_timeout(left).is_ok();
            let age = began.elapsed();
            engine.kill();
            engine.wait().expect("it is waited for");
            println!("killed after {age:?}{}", if all_done { ", at the end" } else { "" });
            let worked = if all_done { age } else { Duration::ZERO };
            (filer.join().expect("the filer got its answers"), worked)
        });
        drop(follower);
        self.acknowledged.push(filed);
        self.open = self.open_run();
        worked
    }

    /// Tells when the run has ended, by the program that follows its output.
    fn follow(&self, run: i64) -> (Process, Receiver<()>) {
        let words = ["run", "log", "-p", "parcels", &run.to_string(), "--follow"];
        let mut follower = Process::start_reading(self.home.command(&words));
        let ended = end_of_output(&mut follower);
        (follower, ended)
    }

    fn open_run(&self) -> Option<i64> {
        let words = ["run", "list", "-p", "parcels", "--status", "pending", "--status", "running"];
        let list = self.home.json(&words);
        let items = list["items"].as_array().expect("a list");
        assert!(items.len() <= 1, "a run was never made twice: {list}");
        items.first().and_then(|run| run["number"].as_i64())
    }

    /// An engine that lives until no run is open; the runs as they then are.
    fn last_life(&self) -> Vec<Value> {
        let served = self.home.serve();
        if let Some(run) = self.open {
            let (_follower, ended) = self.follow(run);
            ended.recv_timeout(Duration::from_mins(1)).expect("the last run ends");
        }
        let list = served.call("run_list", &json!({"project": "parcels", "statuses": [], "limit": 200}));
        served.ends_well();
        list["items"].as_array().expect("a list").clone()
    }

    fn everything_acknowledged_is_there(&self) {
        let served = self.home.serve();
        for (index, (number, text)) in self.acknowledged.iter().enumerate() {
            assert_eq!(usize::try_from(*number), Ok(index + 1), "no number is left out or given twice");
            let issue = served.call("issue_get", &json!({"project": "parcels", "number": number}));
            assert_eq!(issue["title"], json!(title(index)), "an acknowledged issue is there");
            let asked = json!({"project": "parcels", "number": number, "limit": 200});
            let updates = served.call("issue_updates", &asked);
            let comments = updates["items"].as_array().expect("a list").iter();
            let found = comments.filter(|update| update["body"] == json!(text)).count();
            assert_eq!(found, 1, "an acknowledged comment is there, once: {updates}");
        }
    }

    fn the_data_is_whole(&self) {
        let report = self.home.json(&["doctor"]);
        for name in ["database", "audit trail"] {
            let check =
                report["checks"].as_array().expect("a list").iter().find(|check| check["name"] == name);
            assert_eq!(check.map(|check| &check["ok"]), Some(&json!(true)), "{name}: {report}");
        }
        self.home.waybill(&["audit", "verify"]).ok();
    }

    fn nothing_is_left(&self) {
        self.home.assert_nothing_left();
        let workspaces = folder(&self.home.data().join("workspaces"));
        let failed = self.home.json(&["run", "list", "-p", "parcels", "--status", "failed"]);
        assert!(
            workspaces.is_empty(),
            "workspaces were left behind: {workspaces:?}; failed runs: {failed:#}"
        );
    }

    /// Expects that each run ended, with its result or a reason; the branches they may have made.
    fn every_run_has_ended(&self, runs: &[Value]) -> BTreeSet<String> {
        let numbers: BTreeSet<i64> = runs.iter().filter_map(|run| run["number"].as_i64()).collect();
        for number in &self.started {
            assert!(numbers.contains(number), "run {number} was acknowledged and is gone");
        }
        let mut branches = BTreeSet::new();
        let mut completed = 0;
        for run in runs {
            let branch = run["branch"].as_str().unwrap_or_default();
            branches.insert(branch.to_owned());
            let commit =
                self.git(&["for-each-ref", "--format=%(objectname)", &format!("refs/heads/{branch}")]);
            match run["status"].as_str() {
                Some("completed") => {
                    completed += 1;
                    assert_eq!(run["delivery"], "ready", "a completed demo run has its change: {run}");
                    assert!(!commit.is_empty(), "the change of a completed run is in the repository: {run}");
                }
                Some("failed" | "cancelled") => {
                    let reason = run["error"].as_str().unwrap_or_default();
                    assert!(reason.contains("interrupted"), "a run that failed says why: {run}");
                }
                _ => panic!("a run has no end: {run}"),
            }
        }
        println!("{completed} of {} runs completed", runs.len());
        assert!(
            completed * 4 > runs.len(),
            "runs are continued, not given up: {completed} of {}",
            runs.len()
        );
        branches
    }
}

/// Files an issue and comments on it, as two processes of their own; both were acknowledged.
fn file(home: &Home, index: usize) -> (i64, String) {
    let issue = home.json(&["issue", "new", "-p", "parcels", "--title", &title(index)]);
    let number = issue["number"].as_i64().expect("a number");
    let text = format!("said while engine {index} lived");
    home.json(&["issue", "comment", "-p", "parcels", &number.to_string(), "--body", &text]);
    (number, text)
}

fn title(index: usize) -> String {
    format!("Filed beside engine {index}")
}

/// Tells when a process has closed its output: it has ended.
fn end_of_output(process: &mut Process) -> Receiver<()> {
    let mut stdout = process.take_stdout();
    let (tell, told) = channel();
    std::thread::spawn(move || {
        drop(stdout.read_to_end(&mut Vec::new()));
        // The one who listened may have gone on already.
        let _ = tell.send(());
    });
    told
}

fn folder(path: &Path) -> Vec<PathBuf> {
    path.read_dir().expect("the folder is there").map(|entry| entry.expect("is read").path()).collect()
}

fn seed_of_now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::from(since.subsec_nanos()) ^ since.as_secs()
}

/// Numbers that look random and are the same for the same seed (`SplitMix64`).
struct Dice(u64);

impl Dice {
    /// A number from 0 to 1.
    fn fraction(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        f64::from(u32::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap_or(0)) / f64::from(u32::MAX)
    }
}
