//! What a task sees, reaches and may take.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::support::{Ground, find_git, git, start, untouched};
use waybill_domain::agent::HeldBackKind;
use waybill_engine::process;
use waybill_engine::sandbox::{
    Ended, HeldBackScanner, Local, Network, Sandbox, SandboxError, Strength, Task, read_out,
};

#[tokio::test]
async fn a_task_sees_its_workspace_and_nothing_of_the_home() {
    let ground = Ground::new().await;
    ground.home_file(".ssh/id_ed25519", "private key");
    ground.home_file("notes.txt", "private notes");
    let script = "pwd; cat ~/.ssh/id_ed25519 ~/notes.txt; ls ~; echo made > file; echo $WAYBILL_OUT; echo yes > $WAYBILL_OUT/a";
    let said = ground.shell(script).await;
    assert!(said.stdout.starts_with("/workspace/sample\n"), "a short, fixed path: {}", said.stdout);
    assert!(!said.stdout.contains("private"), "the home is not there: {}", said.stdout);
    assert!(said.stderr.contains("notes.txt: No such file"), "it does not even exist: {}", said.stderr);
    let spec = ground.sandbox.spec();
    assert_eq!(
        fs::read_to_string(spec.workspace().join("file")).unwrap(),
        "made\n",
        "the workspace is writable"
    );
    assert_eq!(read_out(spec, "a", 10).unwrap().as_deref(), Some(&b"yes\n"[..]), "answers come out");
}

#[tokio::test]
async fn what_was_refused_is_told_on_the_run_page() {
    let ground = Ground::new().await;
    let spec = ground.sandbox.spec();
    let repository = spec.repository.display();
    let script = format!(
        "cat ~/.ssh/id_ed25519; echo x > {repository}/.git/hooks/post-commit; cat /etc/shadow; cat ~/.npmrc; ls missing"
    );
    let said = ground.shell(&script).await;
    let mut scanner = HeldBackScanner::new(spec, &ground.sandbox.layout());
    let found: Vec<_> =
        said.stderr.lines().chain(said.stderr.lines()).filter_map(|line| scanner.scan(line)).collect();
    let details: Vec<_> = found.iter().map(|held| held.detail.as_str()).collect();
    assert_eq!(found.len(), 2, "each refusal once, and no everyday error: {details:?} of {}", said.stderr);
    assert!(
        details[0].contains(".ssh/id_ed25519") && details[1].contains(".git/hooks/post-commit"),
        "{details:?}"
    );
    assert!(found.iter().all(|held| held.kind == HeldBackKind::Path), "they are about paths");
    assert_eq!(said.stdout, "", "and nothing came out, not even as root");
}

#[tokio::test]
async fn an_agent_cannot_touch_the_users_repository() {
    let ground = Ground::new().await;
    let program = find_git().await;
    let repository = program.inspect(&ground.sandbox.spec().repository).await.unwrap();
    let before = untouched(&repository.root);
    program.prepare_workspace(&ground.sandbox, &start(&repository)).await.unwrap();
    let root = repository.root.display();
    let script = format!(
        "cd {root} 2>/dev/null && git update-ref refs/heads/main HEAD~0; mkdir -p {root}/.git/hooks; \
         echo evil > {root}/.git/hooks/pre-commit; rm -rf {root}/.git/objects; echo x > {root}/.git/objects/x; \
         echo x > {root}/.git/HEAD; echo x > {root}/readme.md; mount -o remount,rw {root}/.git/objects; exit 0"
    );
    ground.shell(&script).await;
    assert_eq!(untouched(&repository.root), before, "hooks, refs and files are the user's");
    git(&repository.root, &["fsck", "--full", "--strict"]);
}

#[tokio::test]
async fn a_rust_project_builds_with_the_users_own_toolchain() {
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap();
    if !home.join(".rustup").is_dir() || !home.join(".cargo/bin").is_dir() {
        eprintln!("no rustup in this home: nothing to prove");
        return;
    }
    let ground = Ground::with(|spec| {
        spec.user_home.clone_from(&home);
        spec.user_path = std::env::var_os("PATH").unwrap();
        spec.memory_mb = 4096;
        spec.cpu_count = 2;
    })
    .await;
    let spec = ground.sandbox.spec();
    spec.create_directories().unwrap();
    fs::create_dir_all(spec.workspace().join("src")).unwrap();
    let manifest = "[package]\nname = \"sample\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
    fs::write(spec.workspace().join("Cargo.toml"), manifest).unwrap();
    let library = "pub fn two() -> i32 { 2 }\n#[test]\nfn it_works() { assert_eq!(two(), 2); }\n";
    fs::write(spec.workspace().join("src/lib.rs"), library).unwrap();
    let said = ground.shell("cargo test --offline 2>&1; ls -A ~").await;
    assert!(said.stdout.contains("1 passed"), "builds and tests as outside: {}", said.stdout);
    let listed: Vec<&str> = said.stdout.rsplit("\n\n").next().unwrap().lines().collect();
    assert!(listed.contains(&".rustup"), "the toolchain is shown: {listed:?}");
    for entry in fs::read_dir(&home).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let private =
            [".ssh", ".gnupg", ".gitconfig", ".bashrc", ".profile", ".claude", ".config", ".bash_history"];
        assert!(
            !private.contains(&name.as_str()) || !listed.contains(&name.as_str()),
            "{name} must not show"
        );
    }
}

#[tokio::test]
async fn settings_come_along_without_their_tokens() {
    let ground = Ground::new().await;
    ground.home_file(".cargo/config.toml", "[net]\ngit-fetch-with-cli = true\n[registry]\ntoken = \"abc\"\n");
    ground.home_file(".cargo/credentials.toml", "token = \"abc\"\n");
    let said = ground.shell("cat ~/.cargo/config.toml; ls -A ~/.cargo").await;
    assert_eq!(
        said.stdout, "[net]\ngit-fetch-with-cli = true\n[registry]\nconfig.toml\ngit\nregistry\n",
        "a mirror is needed to build, a token is not"
    );
}

#[tokio::test]
async fn a_secret_is_in_the_environment_and_on_no_command_line() {
    let ground = Ground::new().await;
    let task = Task::new("sh").args(["-c", "echo $API_KEY; read -r line"]).env("API_KEY", "s3cr3t-value");
    let mut running = ground.sandbox.start(task).await.unwrap();
    let mut stdout = running.stdout.take().unwrap();
    let line = stdout.next_line().await.unwrap().unwrap();
    assert_eq!(line.text, "s3cr3t-value", "the task gets its key");
    for member in process::descendants(running.pid) {
        let words = fs::read(format!("/proc/{}/cmdline", member.pid)).unwrap_or_default();
        assert!(
            !String::from_utf8_lossy(&words).contains("s3cr3t"),
            "{} shows it to every user",
            member.name
        );
    }
    running.control().kill();
    running.wait().await;
}

#[tokio::test]
async fn the_environment_is_only_what_is_listed() {
    let ground = Ground::with(|spec| {
        let user = [
            ("SSH_AUTH_SOCK", "/run/agent"),
            ("AWS_SECRET_ACCESS_KEY", "x"),
            ("JAVA_HOME", "/usr/lib/jvm/x"),
        ];
        spec.user_env = user.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
    })
    .await;
    let said = ground.run(Task::new("env").env("LD_BIND_NOW", "1").env("WAYBILL_SANDBOX", "another")).await;
    let mut names: Vec<&str> = said.stdout.lines().filter_map(|line| line.split('=').next()).collect();
    names.sort_unstable();
    let expected = [
        "HOME",
        "JAVA_HOME",
        "LANG",
        "LD_BIND_NOW",
        "LOGNAME",
        "PATH",
        "PWD",
        "SHELL",
        "TERM",
        "TMPDIR",
        "USER",
        "WAYBILL_OUT",
        "WAYBILL_SANDBOX",
    ];
    let names: Vec<&str> = names.into_iter().filter(|name| *name != "PWD").collect();
    let expected: Vec<&str> = expected.into_iter().filter(|name| *name != "PWD").collect();
    assert_eq!(names, expected, "an agent's socket or a cloud key must not come along");
    let marker = format!("WAYBILL_SANDBOX={}", ground.sandbox.spec().id);
    assert!(said.stdout.lines().any(|line| line == marker), "no task can hide from the one who must end it");
}

#[tokio::test]
async fn without_network_nothing_is_reached() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let script = format!("exec 3<>/dev/tcp/127.0.0.1/{port} && echo reached");
    let reach = || Task::new("bash").args(["-c", script.as_str()]);
    let open = Ground::new().await;
    assert_eq!(open.run(reach()).await.stdout, "reached\n", "an open network reaches this machine");
    let closed = Ground::with(|spec| spec.network = Network::None).await;
    assert_eq!(closed.run(reach()).await.stdout, "", "a closed one does not");
    let mut offline = reach();
    offline.offline = true;
    assert_eq!(open.run(offline).await.stdout, "", "nor does Waybill's own git");
}

#[tokio::test]
async fn a_task_that_fills_the_memory_is_ended_and_says_so() {
    let ground = Ground::with(|spec| spec.memory_mb = 256).await;
    let said = ground.run(Task::new("tail").args(["/dev/zero"])).await;
    assert_eq!(said.outcome.ended, Ended::OutOfMemory, "the machine belongs to its user: {}", said.stderr);
    let held = said.outcome.held_back.iter().find(|held| held.kind == HeldBackKind::Memory);
    assert!(held.is_some_and(|held| held.detail.contains("256 MiB")), "the run page names the limit");
    let shared = ground.shell("head -c 400000000 /dev/zero > /dev/shm/x; exit 0").await;
    assert!(
        shared.stderr.contains("No space left"),
        "files in memory are bounded as well: {}",
        shared.stderr
    );
}

#[tokio::test]
async fn as_many_processors_as_were_given() {
    let ground = Ground::with(|spec| spec.cpu_count = 1).await;
    assert_eq!(ground.shell("nproc").await.stdout, "1\n", "two agents would starve the user's own work");
}

#[tokio::test]
async fn the_home_itself_cannot_be_shown_by_mistake() {
    for (name, show) in
        [("home", "user"), ("everything", ""), ("keys", "user/.ssh"), ("own", "waybill/caches")]
    {
        let ground = Ground::with(|spec| {
            let root = spec.user_home.parent().unwrap().to_path_buf();
            fs::create_dir_all(root.join("user/.ssh")).unwrap();
            spec.visible = vec![root.join(show)];
        })
        .await;
        let refused = ground.sandbox.start(Task::new("true")).await;
        assert!(matches!(refused, Err(SandboxError::Visible { .. })), "{name}: {refused:?}");
    }
}

#[tokio::test]
async fn an_agent_tool_in_the_home_starts() {
    let ground = Ground::with(|spec| {
        let home = &spec.user_home;
        let package = home.join("apps/lib/node_modules/tool");
        fs::create_dir_all(&package).unwrap();
        fs::create_dir_all(home.join("apps/bin")).unwrap();
        fs::write(package.join("run.sh"), "#!/bin/sh\ncat \"$(dirname \"$(readlink -f \"$0\")\")/part\"\n")
            .unwrap();
        fs::write(package.join("part"), "whole\n").unwrap();
        std::os::unix::fs::symlink("../lib/node_modules/tool/run.sh", home.join("apps/bin/tool")).unwrap();
        let mode = <fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o755);
        fs::set_permissions(package.join("run.sh"), mode).unwrap();
        spec.visible = vec![home.join("apps/bin/tool"), home.join("apps/lib/node_modules")];
    })
    .await;
    let program = ground.sandbox.spec().user_home.join("apps/bin/tool");
    for _ in 0..2 {
        let said = ground.run(Task::new(&program)).await;
        assert_eq!(
            said.stdout, "whole\n",
            "a tool finds its parts beside what its link leads to: {}",
            said.stderr
        );
    }
}

#[tokio::test]
async fn a_machine_without_isolation_asks_first() {
    let ground = Ground::new().await;
    let weak = |allow_weak| {
        let mut spec = ground.sandbox.spec().clone();
        spec.allow_weak = allow_weak;
        Sandbox::new(Arc::new(Local::without_isolation()), spec)
    };
    let isolation = weak(false).isolation();
    assert_eq!(isolation.strength, Strength::None, "the screen must not promise what is not there");
    assert!(isolation.mend.is_some_and(|mend| mend.contains("bubblewrap")), "and says how to mend it");
    let refused = weak(false).start(Task::new("true")).await;
    assert!(matches!(refused, Err(SandboxError::Weak { .. })), "nothing runs without consent");
    let script = "echo $HOME; (setsid sleep 1000 >/dev/null 2>&1 &)";
    let captured = weak(true).capture(Task::new("sh").args(["-c", script]), 1000).await.unwrap();
    let home = String::from_utf8(captured.stdout).unwrap();
    assert_eq!(Path::new(home.trim()), ground.sandbox.spec().home(), "the home is a private one in any case");
    assert!(
        captured.outcome.held_back.iter().any(|held| held.kind == HeldBackKind::Process),
        "and what outlives the task is ended: {:?}",
        captured.outcome
    );
    assert_eq!(process::marked(ground.sandbox.spec().id.as_str()), [], "nothing is left");
}
