//! Reading what is the user's, living on, and taking more than was given.

use super::Ground;

#[cfg(target_os = "linux")]
#[test]
fn the_users_home_and_waybills_own_data_cannot_be_read() {
    let ground = Ground::new();
    let user = ground.home.user();
    std::fs::create_dir(user.join(".ssh")).expect("the folder is made");
    std::fs::write(user.join(".ssh/id_ed25519"), "planted private key").expect("the key is written");
    std::fs::write(user.join("diary.txt"), "planted diary").expect("the diary is written");
    std::fs::create_dir(ground.home.root().join("neighbour")).expect("the folder is made");
    std::fs::write(ground.home.root().join("neighbour/plan.txt"), "planted plan")
        .expect("the plan is written");
    let run = ground.run(
        "cat ~/.ssh/id_ed25519 ~/diary.txt @T/neighbour/plan.txt @T/data/waybill.db\n\
         cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n' | grep WAYBILL_HOME && echo its environment shows\n\
         find @T -name '*.db' -o -name '*.txt' -o -name 'id_*' 2>/dev/null | grep -v README\n\
         cat /etc/shadow; cp send.sh taken.sh; echo done",
        "",
    );
    assert_eq!(run.status(), "completed", "being refused something is no failure of the agent's: {run:?}");
    assert!(!run.said.contains("planted"), "what is the user's came out: {}", run.said);
    assert!(!run.said.contains("SQLite"), "the database came out: {}", run.said);
    assert!(!run.said.contains("root:"), "the machine's keys came out: {}", run.said);
    assert!(
        !run.said.contains("its environment shows"),
        "processes outside can be looked into: {}",
        run.said
    );
    run.tells("path", ".ssh/id_ed25519");
    run.tells("path", "diary.txt");
    run.tells("path", "waybill.db");
    ground.untouched(&[run.branch()]);
}

#[test]
fn a_process_that_wants_to_outlive_its_sandbox_is_ended() {
    let ground = Ground::new();
    let run = ground.run(
        "mkfifo up\n\
         setsid sh -c 'trap \"\" HUP TERM INT; exec </dev/null >/dev/null 2>&1; echo up > up; exec sleep 10000' &\n\
         read line < up; rm up; echo the agent ends",
        "start /b ping -n 10000 127.0.0.1 >nul\necho the agent ends",
    );
    assert_eq!(run.status(), "completed", "the agent itself ended well: {run:?}");
    run.tells("process", if cfg!(windows) { "ping" } else { "sleep" });
}

#[cfg(target_os = "linux")]
#[test]
fn an_agent_that_kills_all_it_can_harms_only_itself() {
    let ground = Ground::new();
    let script = "echo kept > kept.txt; git add .; git commit --quiet -m Kept; kill -9 -1; echo still here";
    let run = ground.run(script, "");
    assert!(["completed", "failed"].contains(&run.status()), "the run ends: {run:?}");
    assert!(run.status() == "completed" || !run.error().is_empty(), "with a reason: {run:?}");
    assert_eq!(
        ground.git(&["show", &format!("{}:kept.txt", run.branch())]),
        "kept",
        "what it committed is kept"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn memory_beyond_the_limit_ends_the_run_and_not_the_machine() {
    let ground = Ground::new();
    ground.home.json(&["project", "set", "memory_mb=256", "-p", "parcels"]);
    // Each step doubles a text: nothing but a shell is needed to fill a machine.
    let run = ground.run("text=0123456789abcdef; while :; do text=$text$text; done", "");
    assert_eq!(run.status(), "failed", "it did not do its work: {run:?}");
    run.tells("memory", "256 MiB");
    assert!(run.error().contains("memory"), "the reason is told: {run:?}");

    let crowd = "keep() { text=0123456789abcdef; for _ in $(seq 22); do text=$text$text; done; sleep 10000; }\n\
                 for _ in 1 2 3 4 5 6 7 8; do keep & done; wait";
    let run = ground.run(crowd, "");
    assert_eq!(run.status(), "failed", "together they take more than one sandbox may: {run:?}");
    run.tells("memory", "256 MiB");
}
