//! The life of a change in git: from the user's repository into a sandbox and back, merged, with real git.

use std::fs;

use crate::support::{Ground, find_git, git, start, untouched};
use waybill_engine::git::{ChangeStatus, Expect, LineKind, MergeMode};

#[tokio::test]
async fn a_change_goes_from_the_sandbox_to_the_merged_branch_and_nothing_else_moves() {
    let ground = Ground::new().await;
    let program = find_git().await;
    let repository = program.inspect(&ground.sandbox.spec().repository).await.unwrap();
    let common = &repository.common_dir;
    let start = start(&repository);
    let before = untouched(&repository.root);
    program.prepare_workspace(&ground.sandbox, &start).await.unwrap();
    let said = ground
        .script(
            "git status --short --branch; cat readme.md; echo more >> readme.md; echo new > 'a b.txt'",
            "git status --short --branch\ntype readme.md\n>>readme.md echo more\n>\"a b.txt\" echo new",
        )
        .await;
    assert_eq!(
        said.stdout, "## waybill/1-sample\n# Sample\n",
        "the workspace is a clean checkout of the base"
    );
    let finished = program.finish_workspace(&ground.sandbox, &start, "Work by the agent\n").await.unwrap();
    assert_eq!((finished.commits, finished.bundled), (1, true), "what the agent did not commit is committed");
    assert_eq!(finished.held_back, [], "an agent that only worked is accused of nothing");
    for _ in 0..2 {
        program
            .import_result(ground.sandbox.spec(), &start, &finished.head_commit, Expect::Absent)
            .await
            .expect("a second import after a crash finds its work done");
    }
    assert_eq!(untouched(&repository.root), before, "the user's repository is as it was");
    let files = program.diff_files(common, &start.base_commit, &finished.head_commit).await.unwrap();
    let names: Vec<_> = files.iter().map(|file| (file.path.as_str(), file.added, file.removed)).collect();
    assert_eq!(names, [("a b.txt", 1, 0), ("readme.md", 1, 0)], "the review shows exactly the change");
    let state = program.merge_state(common, "main", &start.branch).await.unwrap();
    assert!(state.is_clean(), "an unmoved base merges cleanly: {state:?}");
    let merged = program
        .merge(common, ("main", &start.branch), MergeMode::Merge, &start.author, "Merge it")
        .await
        .unwrap();
    assert_eq!(git(&repository.root, &["rev-parse", "main"]), merged.commit, "the base holds the change");
    assert_eq!(
        fs::read_to_string(repository.root.join("a b.txt")).unwrap(),
        if cfg!(windows) { "new\r\n" } else { "new\n" },
        "and so do the user's files"
    );
    assert_eq!(git(&repository.root, &["status", "--porcelain"]), "", "with nothing left half done");
    program.delete_branch(common, &start.branch, &finished.head_commit).await.unwrap();
    assert_eq!(
        git(&repository.root, &["branch", "--format=%(refname:short)"]),
        "main",
        "a merged branch can go"
    );
}

#[tokio::test]
async fn what_came_in_before_an_interruption_is_not_brought_in_again() {
    let ground = Ground::new().await;
    let program = find_git().await;
    let spec = ground.sandbox.spec();
    let repository = program.inspect(&spec.repository).await.unwrap();
    let start = start(&repository);
    program.prepare_workspace(&ground.sandbox, &start).await.unwrap();
    ground.script("echo one > one", ">one echo one").await;
    let finished = program.finish_workspace(&ground.sandbox, &start, "One").await.unwrap();
    program.import_result(spec, &start, &finished.head_commit, Expect::Absent).await.unwrap();
    // As after an interruption between the objects and the branch; what is left of the bundle could be read by nobody.
    program.delete_branch(&repository.common_dir, &start.branch, &finished.head_commit).await.unwrap();
    let bundle = spec.out().join("result.bundle");
    let whole = fs::read(&bundle).unwrap();
    fs::write(&bundle, &whole[..whole.len() - 30]).unwrap();
    program.import_result(spec, &start, &finished.head_commit, Expect::Absent).await.unwrap();
    assert_eq!(
        git(&repository.root, &["rev-parse", &start.branch]),
        finished.head_commit,
        "Windows refuses to write once more what a process that is just ending still reads"
    );
}

#[tokio::test]
async fn a_step_goes_on_where_the_one_before_ended() {
    let ground = Ground::new().await;
    let program = find_git().await;
    let repository = program.inspect(&ground.sandbox.spec().repository).await.unwrap();
    let start = start(&repository);
    program.prepare_workspace(&ground.sandbox, &start).await.unwrap();
    let commit = "git add one && git commit -qm One";
    ground.script(&format!("echo one > one && {commit}"), &format!(">one echo one\n{commit}")).await;
    let first = program.finish_workspace(&ground.sandbox, &start, "unused").await.unwrap();
    let spec = ground.sandbox.spec();
    program.import_result(spec, &start, &first.head_commit, Expect::Absent).await.unwrap();
    ground.script("echo two > two", ">two echo two").await;
    let second = program.finish_workspace(&ground.sandbox, &start, "Two").await.unwrap();
    assert_eq!(second.commits, 2, "the branch keeps the first step's commit");
    program.import_result(spec, &start, &second.head_commit, Expect::At(&first.head_commit)).await.unwrap();
    let log = git(&repository.root, &["log", "--format=%s %an", &start.branch]);
    assert_eq!(log, "Two Waybill Agent\nOne Waybill Agent\nFirst Ada", "each commit names who made it");
}

#[tokio::test]
async fn a_step_that_changes_nothing_leaves_nothing() {
    let ground = Ground::new().await;
    let program = find_git().await;
    let repository = program.inspect(&ground.sandbox.spec().repository).await.unwrap();
    let start = start(&repository);
    program.prepare_workspace(&ground.sandbox, &start).await.unwrap();
    let finished = program.finish_workspace(&ground.sandbox, &start, "Nothing").await.unwrap();
    assert_eq!((finished.commits, finished.bundled), (0, false), "no empty commit, no empty branch");
    assert_eq!(finished.head_commit, start.base_commit, "the branch would be the base itself");
}

#[tokio::test]
async fn a_large_file_is_shown_page_by_page_and_never_dropped() {
    let ground = Ground::new().await;
    let program = find_git().await;
    let root = &ground.sandbox.spec().repository;
    let common = root.join(".git");
    let base = git(root, &["rev-parse", "HEAD"]);
    let lines: Vec<String> = (1..=200_000).map(|number| format!("line {number}")).collect();
    fs::write(root.join("large.txt"), lines.join("\n") + "\n").unwrap();
    fs::write(root.join("picture"), [0, 1, 2, 0]).unwrap();
    git(root, &["mv", "readme.md", "guide.md"]);
    git(root, &["add", "."]);
    git(root, &["commit", "-qm", "Large"]);
    let files = program.diff_files(&common, &base, "main").await.unwrap();
    let moved = files.iter().find(|file| file.path == "guide.md").unwrap();
    assert_eq!((moved.status, moved.old_path.as_deref()), (ChangeStatus::Renamed, Some("readme.md")));
    assert!(files.iter().any(|file| file.path == "picture" && file.binary), "a picture has no lines");
    assert!(files.iter().any(|file| file.path == "large.txt" && file.added == 200_000), "the count is whole");
    let page = |from| program.diff_file(&common, (&base, "main"), ("large.txt", None), from, 100);
    let first = page(0).await.unwrap();
    assert_eq!((first.lines.len(), first.next), (100, Some(100)), "a page is a page");
    assert_eq!(first.lines[0].kind, LineKind::Hunk, "a diff begins with its hunk");
    let late = page(199_951).await.unwrap();
    assert_eq!((late.lines.len(), late.next), (50, None), "and the end can be reached");
    let last = late.lines.last().unwrap();
    assert_eq!((last.new, last.text.as_str()), (Some(200_000), "line 200000"), "with its number");
}
