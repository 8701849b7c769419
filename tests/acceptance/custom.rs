//! A tool of the user's own, a script: from an issue to a branch, also when Waybill is killed in the middle.

use crate::support::{Home, Log, git};
use std::path::PathBuf;

/// A project with an issue, and a script that waters half of the roses, waits for ever, and does the rest when it is
/// started again.
fn garden(home: &Home) -> PathBuf {
    let path = home.project("garden", &[("roses", "dry\n")]);
    home.json(&["issue", "new", "--title", "Water the roses", "-p", "garden"]);
    let posix = "if [ -e half ]; then echo wet > roses; echo all is done; exit 0; fi\n\
                 echo half > half; git add half; git commit --quiet --message 'Water half of them'\n\
                 echo half is done; sleep 500 | sleep 500";
    let windows = "if exist half goto rest\n>half echo half\ngit add half\n\
                   git commit --quiet --message \"Water half of them\"\n\
                   echo half is done\nping -n 1000 127.0.0.1 >nul\nexit /b 1\n\
                   :rest\n>roses echo wet\necho all is done";
    let script = home.agent("gardener", posix, windows);
    home.json(&["tool", "add", "gardener", "--command", &script]);
    home.consent("garden");
    path
}

#[test]
fn a_killed_waybill_leaves_no_agent_and_its_run_goes_on_after_the_next_start() {
    let home = Home::new();
    let path = garden(&home);
    let before = git(&home, &path, &["rev-parse", "HEAD"]);
    let server = home.serve();
    home.json(&["run", "start", "--issue", "1", "--tool", "gardener", "-p", "garden"]);
    let mut log = Log::follow(&home, "garden", "1");
    log.until("half is done");

    #[cfg(windows)]
    let tree = agents(&server);
    #[cfg(target_os = "linux")]
    assert!(!home.sandboxed_processes().is_empty(), "the agent is at work");
    // Whoever follows goes on by itself, and is no agent.
    drop(log);
    server.kill();
    #[cfg(windows)]
    all_end(&tree);
    home.assert_no_process_left();

    let server = home.serve();
    let mut log = Log::follow(&home, "garden", "1");
    log.until("all is done");
    log.read_to_end();
    let run = home.json(&["run", "show", "1", "-p", "garden"]);
    assert_eq!(run["status"], "completed", "it went on where it was: {run:#}");
    let branch = run["branch"].as_str().expect("a branch");
    let made = git(&home, &path, &["log", "--format=%s", &format!("main..{branch}")]);
    assert!(made.contains("Water half of them"), "what it had committed before is kept: {made}");
    assert_eq!(git(&home, &path, &["show", &format!("{branch}:roses")]), "wet", "and the rest is there");
    assert_eq!(git(&home, &path, &["rev-parse", "HEAD"]), before, "the user's own branch has not moved");
    assert_eq!(git(&home, &path, &["status", "--porcelain"]), "", "nor did their files");
    assert_eq!(home.json(&["issue", "show", "1", "-p", "garden"])["status"], "resolved");
    server.ends_well();
    let workspaces = home.data().join("workspaces").read_dir().expect("the folder is there").count();
    assert_eq!(workspaces, 0, "and leaves no workspace");
}

/// What runs below the server once the script and its program do.
#[cfg(windows)]
fn agents(server: &crate::support::Served) -> Vec<(u32, String)> {
    let begun = std::time::Instant::now();
    loop {
        let tree = server.tree();
        if tree.iter().any(|(_, name)| name == "ping.exe") {
            let script = |(_, name): &(u32, String)| ["cmd.exe", "ping.exe"].contains(&name.as_str());
            return tree.into_iter().filter(script).collect();
        }
        assert!(begun.elapsed().as_secs() < 60, "the agent is at work: {tree:?}");
        std::thread::yield_now();
    }
}

#[cfg(windows)]
fn all_end(tree: &[(u32, String)]) {
    let begun = std::time::Instant::now();
    let runs = |(pid, name): &&(u32, String)| {
        crate::support::tree(*pid).first().is_some_and(|(_, found)| found == name)
    };
    while let Some(left) = tree.iter().find(runs) {
        assert!(begun.elapsed().as_secs() < 60, "it works on alone: {left:?}");
        std::thread::yield_now();
    }
}
