//! A reviewed branch enters its base: in each way, wherever the base is checked out, and only when nothing is lost.

use std::fs;
use std::path::PathBuf;

use crate::support::{find_git, git, repository, untouched};
use tempfile::TempDir;
use waybill_engine::git::{Author, Expect, Git, GitError, MergeMode, Merged};

struct Scene {
    _directory: TempDir,
    root: PathBuf,
    common: PathBuf,
    git: Git,
}

impl Scene {
    /// `main` with a commit, and `work` with two more.
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let root = repository(directory.path());
        git(&root, &["checkout", "-qb", "work"]);
        let scene = Self { common: root.join(".git"), root, git: find_git().await, _directory: directory };
        scene.commit("one", "1\n");
        scene.commit("two", "2\n");
        git(&scene.root, &["checkout", "-q", "main"]);
        scene
    }

    fn commit(&self, file: &str, text: &str) {
        fs::write(self.root.join(file), text).unwrap();
        git(&self.root, &["add", file]);
        git(&self.root, &["commit", "-qm", file]);
    }

    async fn merge(&self, mode: MergeMode) -> Result<Merged, GitError> {
        let author = Author { name: "Op".to_owned(), email: "op@example.org".to_owned() };
        self.git.merge(&self.common, ("main", "work"), mode, &author, "Merged by Waybill").await
    }

    fn log(&self) -> String {
        git(&self.root, &["log", "--topo-order", "--format=%s|%an|%cn", "main"])
    }
}

#[tokio::test]
async fn merge_squash_and_rebase_do_what_their_names_say() {
    let expected = [
        (MergeMode::Merge, "Merged by Waybill|Op|Op\ntwo|Ada|Ada\none|Ada|Ada\nmoved|Ada|Ada\nFirst|Ada|Ada"),
        (MergeMode::Squash, "Merged by Waybill|Op|Op\nmoved|Ada|Ada\nFirst|Ada|Ada"),
        (MergeMode::Rebase, "two|Ada|Op\none|Ada|Op\nmoved|Ada|Ada\nFirst|Ada|Ada"),
    ];
    for (mode, log) in expected {
        for checked_out in [true, false] {
            let scene = Scene::new().await;
            scene.commit("moved", "m\n");
            if !checked_out {
                git(&scene.root, &["checkout", "-q", "--detach"]);
            }
            let state = scene.git.merge_state(&scene.common, "main", "work").await.unwrap();
            assert_eq!(
                (state.behind, state.ahead, state.is_clean()),
                (1, 2, true),
                "the base has moved: {state:?}"
            );
            let merged = scene.merge(mode).await.unwrap();
            assert_eq!(
                git(&scene.root, &["rev-parse", "main"]),
                merged.commit,
                "{mode:?}: the base is there"
            );
            assert_eq!(scene.log(), log, "{mode:?}: history as it was chosen");
            assert_eq!(
                scene.root.join("two").exists(),
                checked_out,
                "{mode:?}: files follow only where main is shown"
            );
            assert_eq!(
                git(&scene.root, &["status", "--porcelain"]),
                "",
                "{mode:?}: nothing is left half done"
            );
            git(&scene.root, &["fsck", "--strict"]);
        }
    }
}

#[tokio::test]
async fn uncommitted_work_is_never_touched() {
    for (what, file, text) in [("an edit", "readme.md", "mine\n"), ("a file in the way", "one", "mine\n")] {
        let scene = Scene::new().await;
        fs::write(scene.root.join(file), text).unwrap();
        let before = untouched(&scene.root);
        let refused = scene.merge(MergeMode::Merge).await;
        let Err(GitError::DirtyWorktree { command, .. }) = refused else { panic!("{what}: {refused:?}") };
        assert!(command.ends_with("merge work"), "it says what to run: {command}");
        assert_eq!(untouched(&scene.root), before, "{what}: everything is as it was");
    }
}

#[tokio::test]
async fn an_untracked_file_elsewhere_is_no_obstacle() {
    let scene = Scene::new().await;
    fs::write(scene.root.join("scratch"), "mine\n").unwrap();
    scene.merge(MergeMode::Squash).await.unwrap();
    assert_eq!(fs::read_to_string(scene.root.join("scratch")).unwrap(), "mine\n");
}

#[tokio::test]
async fn conflicts_are_known_before_and_change_nothing() {
    let scene = Scene::new().await;
    scene.commit("one", "other\n");
    let before = untouched(&scene.root);
    let state = scene.git.merge_state(&scene.common, "main", "work").await.unwrap();
    assert_eq!(state.conflicts, ["one"], "the files are named: {state:?}");
    for mode in [MergeMode::Merge, MergeMode::Squash, MergeMode::Rebase] {
        let refused = scene.merge(mode).await;
        assert!(
            matches!(&refused, Err(GitError::Conflicts { paths, .. }) if paths == &["one"]),
            "{mode:?}: {refused:?}"
        );
    }
    assert_eq!(untouched(&scene.root), before, "nothing was begun");
}

#[tokio::test]
async fn a_merged_branch_is_not_merged_again_and_can_go() {
    let scene = Scene::new().await;
    let tip = git(&scene.root, &["rev-parse", "work"]);
    scene.merge(MergeMode::Rebase).await.unwrap();
    assert_eq!(git(&scene.root, &["rev-parse", "main"]), tip, "an unmoved base simply goes forward");
    let again = scene.merge(MergeMode::Merge).await;
    assert!(matches!(again, Err(GitError::AlreadyMerged { .. })), "{again:?}");
    let other = git(&scene.root, &["rev-parse", "main~1"]);
    let moved = scene.git.delete_branch(&scene.common, "work", &other).await;
    assert!(matches!(moved, Err(GitError::RefMoved { .. })), "a branch with unseen commits stays: {moved:?}");
    scene.git.delete_branch(&scene.common, "work", &tip).await.unwrap();
    scene.git.delete_branch(&scene.common, "work", &tip).await.expect("gone is gone");
    let kept = scene.git.ref_commit(&scene.common, &format!("refs/waybill/trash/work/{tip}")).await.unwrap();
    assert_eq!(kept.as_deref(), Some(tip.as_str()), "and it can be restored");
    let checked_out = scene.git.delete_branch(&scene.common, "main", &tip).await;
    assert!(
        matches!(checked_out, Err(GitError::CheckedOut { .. })),
        "what is checked out stays: {checked_out:?}"
    );
}

#[tokio::test]
async fn a_base_in_another_worktree_goes_forward_there() {
    let scene = Scene::new().await;
    git(&scene.root, &["checkout", "-q", "--detach"]);
    let other = scene.root.parent().unwrap().join("other tree");
    git(&scene.root, &["worktree", "add", "-q", other.to_str().unwrap(), "main"]);
    scene.merge(MergeMode::Merge).await.unwrap();
    assert!(other.join("two").exists(), "the files are where main is checked out");
    assert_eq!(git(&other, &["status", "--porcelain"]), "", "with an index that fits");
}

#[tokio::test]
async fn a_users_hooks_do_not_run_for_waybill() {
    let scene = Scene::new().await;
    for hook in
        ["post-merge", "reference-transaction", "post-checkout", "pre-merge-commit", "post-index-change"]
    {
        let path = scene.common.join("hooks").join(hook);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("#!/bin/sh\ntouch '{}'/ran-{hook}\n", scene.root.display())).unwrap();
        #[cfg(unix)]
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }
    scene.merge(MergeMode::Merge).await.unwrap();
    let ran: Vec<_> = fs::read_dir(&scene.root).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!ran.iter().any(|name| name.to_string_lossy().starts_with("ran-")), "{ran:?}");
}

#[tokio::test]
async fn names_are_free_and_refs_move_only_from_where_they_were() {
    let scene = Scene::new().await;
    let name = |wanted: &'static str| scene.git.unique_branch(&scene.common, wanted);
    assert_eq!(name("waybill/1-x").await.unwrap(), "waybill/1-x");
    assert_eq!(name("Work").await.unwrap(), "Work-2", "some disks do not tell case apart");
    assert_eq!(name("work/1-x").await.unwrap(), "work-1-x", "a branch stands where the folder would be");
    for evil in ["--force", "a..b", "a b", "", "x.lock", "@{-1}"] {
        let refused = name(evil).await;
        assert!(matches!(refused, Err(GitError::BranchName { .. })), "{evil:?}: {refused:?}");
    }
    let (main, work) = (git(&scene.root, &["rev-parse", "main"]), git(&scene.root, &["rev-parse", "work"]));
    let set = |commit, expect| scene.git.set_ref(&scene.common, "refs/waybill/test", commit, expect);
    set(&main, Expect::Absent).await.unwrap();
    set(&main, Expect::Absent).await.expect("the same again is no conflict");
    let moved = set(&work, Expect::Absent).await;
    assert!(matches!(moved, Err(GitError::RefMoved { .. })), "{moved:?}");
    set(&work, Expect::At(&main)).await.unwrap();
    scene.git.release(&scene.common, "test").await.unwrap();
    scene.git.release(&scene.common, "test").await.expect("gone is gone");
}
