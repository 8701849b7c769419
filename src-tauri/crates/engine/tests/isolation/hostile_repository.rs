//! Agents that work against the repository: what they leave is told, refused, and never obeyed.

use std::fs;

use crate::support::{Ground, find_git, git, start, untouched};
use waybill_domain::agent::HeldBackKind;
use waybill_engine::git::{Expect, Finished, Git, GitError, Repository, WorkspaceStart};

struct Scene {
    ground: Ground,
    git: Git,
    repository: Repository,
    start: WorkspaceStart,
}

impl Scene {
    async fn new() -> Self {
        let ground = Ground::new().await;
        let git = find_git().await;
        let repository = git.inspect(&ground.sandbox.spec().repository).await.unwrap();
        let start = start(&repository);
        git.prepare_workspace(&ground.sandbox, &start).await.unwrap();
        Self { ground, git, repository, start }
    }

    /// What is found after a script: a POSIX shell's, or the same as a command script.
    async fn after(posix: &str, windows: &str) -> (Self, Finished) {
        let scene = Self::new().await;
        let said = scene.ground.script(posix, windows).await;
        assert_eq!(said.outcome.code, Some(0), "the script itself works: {}", said.stderr);
        let finished = scene.git.finish_workspace(&scene.ground.sandbox, &scene.start, "Rest").await.unwrap();
        (scene, finished)
    }

    async fn import(&self, head: &str) -> Result<(), GitError> {
        self.git.import_result(self.ground.sandbox.spec(), &self.start, head, Expect::Absent).await
    }
}

fn details(finished: &Finished) -> String {
    assert!(
        finished.held_back.iter().all(|held| held.kind == HeldBackKind::Repository),
        "they are about the repository"
    );
    finished.held_back.iter().map(|held| held.detail.as_str()).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn refs_hooks_and_settings_of_the_copy_stay_there_and_are_told() {
    let script = "set -e; git commit -q --allow-empty -m x; git branch -f main; git tag v9; \
                  echo 'touch /tmp/ran' > .git/hooks/post-commit; chmod +x .git/hooks/post-commit; \
                  git config core.fsmonitor 'touch /tmp/ran'; echo change > change";
    let windows = "git commit -q --allow-empty -m x\ngit branch -f main\ngit tag v9\n\
                   >.git\\hooks\\post-commit echo touch /tmp/ran\n\
                   git config core.fsmonitor \"touch /tmp/ran\"\n>change echo change";
    let (scene, finished) = Scene::after(script, windows).await;
    let told = details(&finished);
    for word in ["moved main", "tags/v9", "post-commit", "settings"] {
        assert!(told.contains(word), "{word} is told: {told}");
    }
    assert!(
        !scene.ground.sandbox.spec().temporary().join("ran").exists(),
        "Waybill's own calls run nothing of it"
    );
    let before = untouched(&scene.repository.root);
    scene.import(&finished.head_commit).await.unwrap();
    assert_eq!(untouched(&scene.repository.root), before, "only the agreed branch comes over");
    let tags = git(&scene.repository.root, &["tag"]);
    assert_eq!(tags, "", "no tag came along");
}

#[tokio::test]
async fn work_on_another_branch_is_not_lost() {
    let script = "git checkout -qb feature && echo x > x && git add x && git commit -qm 'On feature'";
    let windows = "git checkout -qb feature\n>x echo x\ngit add x\ngit commit -qm \"On feature\"";
    let (scene, finished) = Scene::after(script, windows).await;
    assert!(details(&finished).contains("ended on feature"), "the reader knows where it came from");
    scene.import(&finished.head_commit).await.unwrap();
    let log = git(&scene.repository.root, &["log", "--format=%s", "-1", &scene.start.branch]);
    assert_eq!(log, "On feature", "the commits arrive on the agreed branch");
}

#[tokio::test]
async fn a_killed_git_leaves_no_lock_that_loses_the_work() {
    let posix = "touch .git/index.lock .git/HEAD.lock; echo x > x";
    let windows = "type nul >.git\\index.lock\ntype nul >.git\\HEAD.lock\n>x echo x";
    let (_, finished) = Scene::after(posix, windows).await;
    assert_eq!(finished.commits, 1, "the file is committed all the same");
}

#[tokio::test]
async fn a_destroyed_clone_is_an_error_and_not_the_users_problem() {
    let scene = Scene::new().await;
    let before = untouched(&scene.repository.root);
    let outside = scene.repository.common_dir.display().to_string();
    // Only an administrator of Windows makes links; a file that names another folder is as good.
    let posix = format!("rm -rf .git; ln -s {outside} .git; echo x > x");
    let windows = format!("rmdir /s /q .git\n>.git echo gitdir: {outside}\n>x echo x");
    scene.ground.script(&posix, &windows).await;
    let finished = scene.git.finish_workspace(&scene.ground.sandbox, &scene.start, "Rest").await;
    assert!(
        matches!(finished, Err(GitError::Failed { .. })),
        "there is no repository of its own: {finished:?}"
    );
    assert_eq!(untouched(&scene.repository.root), before, "and does not reach the user's through the link");
}

#[tokio::test]
async fn a_clone_whose_refs_lie_elsewhere_is_not_committed_to() {
    let scene = Scene::new().await;
    let before = untouched(&scene.repository.root);
    let outside = scene.repository.common_dir.display().to_string();
    let posix = format!("echo {outside} > .git/commondir; echo x > x");
    let windows = format!(">.git\\commondir echo {outside}\n>x echo x");
    scene.ground.script(&posix, &windows).await;
    let finished = scene.git.finish_workspace(&scene.ground.sandbox, &scene.start, "Rest").await;
    assert!(matches!(finished, Err(GitError::Failed { .. })), "its refs are not its own: {finished:?}");
    assert_eq!(untouched(&scene.repository.root), before, "the user's branches are where they were");
}

#[tokio::test]
async fn a_tampered_result_is_refused_and_nothing_points_at_it() {
    let scene = Scene::new().await;
    let spec = scene.ground.sandbox.spec();
    scene.ground.script("echo x > x", ">x echo x").await;
    let finished = scene.git.finish_workspace(&scene.ground.sandbox, &scene.start, "Work").await.unwrap();
    let bundle = spec.out().join("result.bundle");
    let good = fs::read(&bundle).unwrap();
    let rebundle = |what: &str| {
        let posix = format!(
            "rm -f $WAYBILL_OUT/result.bundle; git bundle create -q $WAYBILL_OUT/result.bundle {what}"
        );
        let windows = format!(
            "del %WAYBILL_OUT%\\result.bundle\ngit bundle create -q %WAYBILL_OUT%\\result.bundle {}",
            // A command script reads this sign as the one that takes the next one's meaning away.
            what.replace('^', "^^")
        );
        let ground = &scene.ground;
        async move {
            let said = ground.script(&posix, &windows).await;
            assert_eq!(said.outcome.code, Some(0), "{}", said.stderr);
        }
    };
    let refused = async |what: &'static str| {
        let refused = scene.import(&finished.head_commit).await;
        assert!(matches!(refused, Err(GitError::Refused { .. })), "{what}: {refused:?}");
        let branches = git(&scene.repository.root, &["for-each-ref", "--format=%(refname)"]);
        assert_eq!(branches, "refs/heads/main", "{what}: no ref was made");
    };

    rebundle("waybill/1-sample main ^main~0 HEAD").await;
    refused("more refs than agreed").await;
    let branch = "git branch evil waybill/1-sample";
    scene.ground.script(branch, branch).await;
    rebundle("evil ^main").await;
    refused("another branch").await;
    let commit = "git commit -q --allow-empty -m later";
    scene.ground.script(commit, commit).await;
    rebundle("waybill/1-sample ^main").await;
    refused("another commit than the workspace ended at").await;

    let mut broken = good.clone();
    let middle = good.len() - 40;
    broken[middle] ^= 0xff;
    fs::write(&bundle, &broken).unwrap();
    refused("a flipped bit").await;
    fs::write(&bundle, &good[..good.len() - 30]).unwrap();
    refused("a bundle cut short").await;
    fs::write(&bundle, b"# v2 git bundle\n\n").unwrap();
    refused("a bundle of nothing").await;
    fs::remove_file(&bundle).unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/etc/passwd", &bundle).unwrap();
        refused("a link").await;
        fs::remove_file(&bundle).unwrap();
    }
    fs::write(&bundle, &good).unwrap();
    scene.import(&finished.head_commit).await.expect("the honest one is taken");
}

#[tokio::test]
async fn a_tree_that_would_write_into_dot_git_is_refused() {
    let scene = Scene::new().await;
    let spec = scene.ground.sandbox.spec();
    let workspace = spec.workspace();
    let made = |args: &[&str], input: &[u8]| {
        let file = spec.out().join("object");
        fs::write(&file, input).unwrap();
        let path = file.to_str().unwrap();
        git(&workspace, &[&["hash-object", "-w", "--literally"], args, &[path]].concat())
    };
    // A tree with an entry named `.git`, as only hand-made objects can hold it.
    let tree = |mode: &str, name: &str, object: &str| {
        let mut bytes = format!("{mode} {name}\0").into_bytes();
        let pairs = (0..object.len()).step_by(2);
        bytes.extend(pairs.map(|at| u8::from_str_radix(&object[at..at + 2], 16).unwrap()));
        made(&["-t", "tree"], &bytes)
    };
    let inner = tree("100644", "config", &made(&["-t", "blob", "--no-filters"], b"evil\n"));
    let evil = tree("40000", ".git", &inner);
    let commit = git(&workspace, &["commit-tree", &evil, "-p", "HEAD", "-m", "evil"]);
    git(&workspace, &["update-ref", "refs/heads/waybill/1-sample", &commit]);
    let bundle = spec.out().join("result.bundle");
    git(&workspace, &["bundle", "create", "-q", bundle.to_str().unwrap(), "waybill/1-sample", "^main"]);
    let refused = scene.import(&commit).await;
    assert!(matches!(&refused, Err(GitError::Refused { why }) if why.contains(".git")), "{refused:?}");
}
