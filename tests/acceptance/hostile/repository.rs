//! The user's repository: what is attempted against it, and what is smuggled into a branch.

use super::Ground;

#[test]
fn hooks_settings_and_main_of_the_user_cannot_be_changed() {
    let ground = Ground::new();
    let run = ground.run(
        "echo '#!/bin/sh' > @R/.git/hooks/post-commit; echo x >> @R/.git/config; echo 0 > @R/.git/refs/heads/main\n\
         rm -rf @R/.git @R/README.md; git -C @R update-ref refs/heads/main HEAD; rm -rf @R/.git/objects/*\n\
         git commit --quiet --allow-empty -m mine; git update-ref refs/heads/main HEAD; git tag loot\n\
         git push --force @R HEAD:main; git push --force origin HEAD:main\n\
         printf '#!/bin/sh\\ntouch @T/owned\\n' > .git/hooks/post-commit; chmod +x .git/hooks/post-commit\n\
         git config core.fsmonitor 'touch @T/owned; false'; git config core.hooksPath .hooks\n\
         git config diff.external 'touch @T/owned'; git config core.sshCommand 'touch @T/owned'\n\
         git config filter.evil.clean 'touch @T/owned; cat'; echo '* filter=evil' > .gitattributes; echo done",
        "git commit --quiet --allow-empty -m mine\ngit update-ref refs/heads/main HEAD\ngit tag loot\n\
         git push --force origin HEAD:main\n\
         if not exist .git\\hooks mkdir .git\\hooks\n>.git\\hooks\\post-commit echo #!/bin/sh\n\
         >>.git\\hooks\\post-commit echo touch @T/owned\n\
         git config core.fsmonitor \"touch @T/owned; false\"\ngit config core.hooksPath .hooks\n\
         git config diff.external \"touch @T/owned\"\ngit config core.sshCommand \"touch @T/owned\"\n\
         git config filter.evil.clean \"touch @T/owned; cat\"\n>.gitattributes echo * filter=evil\necho done",
    );
    assert_eq!(run.status(), "completed", "what it may do in its own copy is no failure: {run:?}");
    if cfg!(target_os = "linux") {
        run.tells("path", ".git/hooks/post-commit");
    }
    run.tells("repository", "moved main in its own copy");
    run.tells("repository", "tags/loot");
    run.tells("repository", "git hooks in its own copy (post-commit)");
    run.tells("repository", "git settings of its own copy");
    ground.untouched(&[run.branch()]);
}

#[test]
fn paths_into_git_itself_never_enter_the_repository() {
    let ground = Ground::new();
    let forge = r#"
        octal() { for pair in $(printf %s "$1" | sed 's/../& /g'); do printf "\\$(printf %03o 0x$pair)"; done; }
        blob=$(printf '[core]\n\tfsmonitor = touch @T/owned\n' | git hash-object -w --stdin)
        folder=$(printf '100644 blob %s\tconfig\n' "$blob" | git mktree)
        tree=$({ printf '40000 NAME\0'; octal "$folder"; } | git hash-object -t tree -w --literally --stdin)
        git update-ref HEAD "$(git commit-tree "$tree" -p HEAD -m forged)" && echo forged
    "#;
    for name in [".git", "..", ".GIT", "."] {
        let run = ground.run(&forge.replace("NAME", name), &format!("@A forge {name}"));
        assert!(run.said.contains("forged"), "the attempt is made at all: {run:?}");
        assert_eq!(run.status(), "failed", "'{name}' must not come in: {run:?}");
        assert!(
            run.error().contains("git") || run.error().contains("refused"),
            "the reason is told: {run:?}"
        );
        ground.home.json(&["tool", "remove", "agent"]);
        ground.untouched(&[]);
    }
}

#[test]
fn a_submodule_cannot_be_a_way_in() {
    let ground = Ground::new();
    let run = ground.run(
        "printf '[submodule \"../../evil\"]\\n\\tpath = sub\\n\\turl = -u./payload\\n' > .gitmodules\n\
         git add .gitmodules; git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),sub\n\
         mkdir sub; git commit --quiet -m Submodule && echo committed",
        ">.gitmodules echo [submodule \"../../evil\"]\n>>.gitmodules echo path = sub\n\
         >>.gitmodules echo url = -u./payload\ngit add .gitmodules\n>..\\head git rev-parse HEAD\n\
         set /p head=<..\\head\ndel ..\\head\n\
         git update-index --add --cacheinfo 160000,%head%,sub\nmkdir sub\n\
         git commit --quiet -m Submodule && echo committed",
    );
    assert!(run.said.contains("committed"), "the attempt is made at all: {run:?}");
    assert_eq!(run.status(), "failed", "a name that climbs and an address that is an option: {run:?}");
    assert!(run.error().contains("refused"), "the reason is told: {run:?}");
    ground.untouched(&[]);
}

#[test]
fn nothing_that_a_branch_brings_is_executed_when_it_is_merged() {
    let ground = Ground::new();
    let run = ground.run(
        "mkdir hooks .githooks; for name in post-merge post-checkout post-commit; do\n\
         printf '#!/bin/sh\\ntouch @T/owned\\n' | tee hooks/$name > .githooks/$name; done; chmod +x hooks/* .githooks/*\n\
         echo '* filter=evil merge=evil diff=evil' > .gitattributes\n\
         printf '[submodule \"more\"]\\n\\tpath = more\\n\\turl = ext::sh -c touch%% @T/owned\\n' > .gitmodules\n\
         ln -s /etc/passwd shadow; ln -s ../../.git/config settings; git add --all\n\
         git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),more; git commit --quiet -m Gifts; echo done",
        "mkdir hooks .githooks\nfor %%n in (post-merge post-checkout post-commit) do call :hook %%n\n\
         >.gitattributes echo * filter=evil merge=evil diff=evil\n\
         >.gitmodules echo [submodule \"more\"]\n>>.gitmodules echo path = more\n\
         >>.gitmodules echo url = ext::sh -c touch%%%% @T/owned\ngit add --all\n\
         >..\\head git rev-parse HEAD\nset /p head=<..\\head\ndel ..\\head\n\
         git update-index --add --cacheinfo 160000,%head%,more\ngit commit --quiet -m Gifts\necho done\n\
         exit /b 0\n:hook\n>hooks\\%1 echo #!/bin/sh\n>>hooks\\%1 echo touch @T/owned\ncopy hooks\\%1 .githooks\\%1 >nul",
    );
    ground.untouched(&[run.branch()]);
    if run.status() == "failed" {
        // Git itself may refuse such a submodule by now; then there is nothing to merge.
        assert!(run.error().contains("refused"), "the reason is told: {run:?}");
        return;
    }
    ground.home.json(&["run", "merge", "1", "-p", "parcels"]);
    ground.git(&["status"]);
    assert!(!ground.home.root().join("owned").exists(), "a file of the branch was executed");
    let hooks = ground.repository.join(".git/hooks");
    // A git without templates makes no folder for hooks.
    let made = hooks.read_dir().into_iter().flatten().filter_map(Result::ok);
    let made: Vec<_> = made.filter(|hook| !hook.file_name().to_string_lossy().ends_with(".sample")).collect();
    assert!(made.is_empty(), "a hook came in: {made:?}");
}

#[test]
fn a_history_that_was_written_anew_does_not_replace_the_users() {
    let ground = Ground::new();
    // Each system's shell reads these lines alike.
    let scripts = [
        "git checkout --quiet --orphan other && git commit --quiet -m Anew\necho x> new.txt",
        "git commit --quiet --amend -m Mine\ngit commit --quiet --allow-empty -m More\necho x> new.txt",
        "git checkout --quiet --detach\necho x> new.txt\ngit branch -D main\ngit branch -D @{-1}",
    ];
    for (index, script) in scripts.iter().enumerate() {
        let run = ground.run(script, script);
        assert_eq!(run.status(), "completed", "the work is taken over: {script}: {run:?}");
        assert_eq!(ground.git(&["show", &format!("{}:new.txt", run.branch())]), "x", "the change is there");
        let made: Vec<String> =
            (1..=index + 1).map(|number| format!("waybill/run-{number}-do-as-you-like")).collect();
        ground.untouched(&made.iter().map(String::as_str).collect::<Vec<_>>());
        ground.home.json(&["tool", "remove", "agent"]);
    }
}

#[test]
fn a_workspace_whose_git_is_gone_or_exchanged_fails_with_a_reason() {
    let ground = Ground::new();
    for (script, windows) in [
        (
            "rm -rf .git; echo 'gitdir: @R/.git' > .git; echo x > new.txt",
            "rmdir /s /q .git\n>.git echo gitdir: @R\\.git\n>new.txt echo x",
        ),
        ("rm -rf .git; ln -s @R/.git .git; echo x > new.txt", "rmdir /s /q .git\nmklink /j .git @R\\.git"),
        ("rm -rf .git; mkfifo .git", "rmdir /s /q .git\nmkdir .git"),
        ("find . -delete", "rmdir /s /q .git\ndel /q *"),
    ] {
        let run = ground.run(script, windows);
        assert_eq!(run.status(), "failed", "there is no work to take over: {script}: {run:?}");
        assert!(!run.error().is_empty(), "the reason is told: {script}: {run:?}");
        ground.home.json(&["tool", "remove", "agent"]);
        ground.untouched(&[]);
    }
}

#[test]
fn what_lies_in_the_way_of_the_result_is_put_aside() {
    let ground = Ground::new();
    std::fs::write(ground.home.user().join("diary.txt"), "planted diary").expect("the diary is written");
    let run = ground.run(
        "echo new > new.txt; ln -s @T/user/diary.txt $WAYBILL_OUT/result.bundle\n\
         ln -s @T/user/diary.txt $WAYBILL_OUT/result.bundle.lock; mkfifo $WAYBILL_OUT/pipe\n\
         touch .git/index.lock .git/HEAD.lock .git/refs/heads/main.lock; echo done",
        r">new.txt echo new
        mkdir %WAYBILL_OUT%\result.bundle
        type nul >%WAYBILL_OUT%\result.bundle.lock
        type nul >.git\index.lock
        type nul >.git\HEAD.lock
        type nul >.git\refs\heads\main.lock
        echo done",
    );
    assert_eq!(run.status(), "completed", "the work is taken over all the same: {run:?}");
    assert_eq!(ground.git(&["show", &format!("{}:new.txt", run.branch())]), "new", "the change is there");
    let diary = std::fs::read_to_string(ground.home.user().join("diary.txt")).expect("the diary is there");
    assert_eq!(diary, "planted diary", "no link is followed");
    ground.untouched(&[run.branch()]);
}
