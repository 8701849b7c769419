//! Repositories of every shape: found from anywhere, refused with a sentence, and worked on in a sandbox.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Ground, find_git, git, repository, start, untouched};
use waybill_engine::git::{Expect, Git, GitError};
use waybill_engine::sandbox::SandboxSpec;

/// The path as a person writes it, without links in it.
fn real(path: &Path) -> PathBuf {
    let real = path.canonicalize().unwrap();
    real.to_str().unwrap().strip_prefix(r"\\?\").map(PathBuf::from).unwrap_or(real)
}

#[tokio::test]
async fn a_repository_is_found_from_its_subfolders_and_worktrees() {
    let directory = tempfile::tempdir().unwrap();
    let root = real(&repository(directory.path()));
    let program = find_git().await;
    git(&root, &["remote", "add", "origin", "git@github.com:ada/sample.git"]);
    fs::create_dir_all(root.join("a/b")).unwrap();
    let tree = real(directory.path()).join("tree");
    git(&root, &["worktree", "add", "-q", "-b", "other", tree.to_str().unwrap()]);
    for (from, head) in [(root.clone(), "main"), (root.join("a/b"), "main"), (tree, "other")] {
        let found = program.inspect(&from).await.unwrap();
        assert_eq!(
            (found.root, found.common_dir),
            (root.clone(), root.join(".git")),
            "from {}",
            from.display()
        );
        assert_eq!(found.default_branch, "main", "changes are made for main wherever one stands");
        assert_eq!(found.head_branch.as_deref(), Some(head), "and the checked-out branch is known");
        assert_eq!(found.github.as_deref(), Some("ada/sample"));
        assert_eq!(found.author_name.as_deref(), Some("Ada"));
    }
}

#[cfg(windows)]
#[tokio::test]
async fn a_repository_is_the_same_however_its_path_is_written() {
    let directory = tempfile::tempdir().unwrap();
    let root = real(&repository(directory.path()));
    let program = find_git().await;
    let text = root.to_str().unwrap();
    for written in [text.to_uppercase(), text.to_lowercase(), text.replace('\\', "/"), format!("{text}\\")] {
        let found = program.inspect(Path::new(&written)).await.unwrap();
        assert_eq!(
            (found.root, found.common_dir),
            (root.clone(), root.join(".git")),
            "{written} would become a project of its own"
        );
    }
}

#[tokio::test]
async fn what_is_no_usable_repository_is_refused_with_what_to_do() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    let program = find_git().await;
    for name in ["plain", "empty", "bare"] {
        fs::create_dir(root.join(name)).unwrap();
    }
    git(&root.join("empty"), &["init", "-q"]);
    git(&root.join("bare"), &["init", "-q", "--bare"]);
    let refused = async |name: &str| program.inspect(&root.join(name)).await.unwrap_err();
    assert!(matches!(refused("plain").await, GitError::NotARepository { .. }));
    assert!(matches!(refused("missing").await, GitError::NotARepository { .. }));
    assert!(matches!(refused("empty").await, GitError::Empty { .. }));
    assert!(matches!(refused("bare").await, GitError::Bare { .. }));
    let said = refused("plain").await.to_string();
    assert!(said.contains("git init") && !said.contains('\n'), "one sentence that says what to do: {said}");
    let nowhere = Git::find(std::ffi::OsStr::new("/nonexistent"), &[]).await;
    assert!(matches!(nowhere, Err(GitError::Missing)), "{nowhere:?}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_repository_of_another_owner_is_named_as_such() {
    let directory = tempfile::tempdir().unwrap();
    let root = repository(directory.path());
    if std::os::unix::fs::chown(root.join(".git"), Some(12345), None).is_err()
        || std::os::unix::fs::chown(&root, Some(12345), None).is_err()
    {
        eprintln!("only root can give a directory to somebody else: nothing to prove");
        return;
    }
    let refused = find_git().await.inspect(&root).await;
    assert!(matches!(refused, Err(GitError::DubiousOwnership { .. })), "{refused:?}");
}

/// Takes a change through a sandbox on a repository that `make` has made.
async fn whole_way(make: impl FnOnce(&Path) -> PathBuf, expected: &str) {
    let change = |spec: &mut SandboxSpec| {
        let root = make(spec.user_home.parent().unwrap());
        spec.git_common_dir = root.join(".git");
        spec.repository = root;
    };
    let ground = Ground::with(change).await;
    let program = find_git().await;
    let repository = program.inspect(&ground.sandbox.spec().repository).await.unwrap();
    let start = start(&repository);
    let before = untouched(&repository.root);
    program.prepare_workspace(&ground.sandbox, &start).await.unwrap();
    let said = ground
        .script(
            "git status --porcelain; git log --format=%s; cat */inner.txt 2>/dev/null; echo x > x",
            "git status --porcelain\ngit log --format=%%s\nif exist module\\inner.txt type module\\inner.txt\n>x echo x",
        )
        .await;
    assert_eq!(said.stdout, expected, "the workspace is whole: {}", said.stderr);
    let finished = program.finish_workspace(&ground.sandbox, &start, "Work").await.unwrap();
    let spec = ground.sandbox.spec();
    program.import_result(spec, &start, &finished.head_commit, Expect::Absent).await.unwrap();
    assert_eq!(untouched(&repository.root), before, "the user's repository is as it was");
    let files = program.diff_files(&repository.common_dir, &start.base_commit, &start.branch).await.unwrap();
    assert_eq!(files.len(), 1, "only the change comes back: {files:?}");
}

/// Makes a repository as a clone of this one would be, without a clone: that starts a shell, which git may lack.
fn borrowed(from: &Path, path: &Path) {
    fs::create_dir_all(path).unwrap();
    git(path, &["init", "-q", "--initial-branch=main"]);
    let objects = from.join(".git/objects");
    fs::write(path.join(".git/objects/info/alternates"), format!("{}\n", objects.display())).unwrap();
    git(path, &["update-ref", "refs/heads/main", &git(from, &["rev-parse", "main"])]);
    git(path, &["reset", "-q", "--hard"]);
}

#[tokio::test]
async fn a_shallow_clone_works() {
    let shallow = |root: &Path| {
        let full = repository(&root.join("full"));
        fs::write(full.join("second"), "2\n").unwrap();
        git(&full, &["add", "."]);
        git(&full, &["commit", "-qm", "Second"]);
        let path = root.join("shallow");
        borrowed(&full, &path);
        fs::write(path.join(".git/shallow"), git(&path, &["rev-parse", "main"]) + "\n").unwrap();
        // Its objects become its own, and those beyond its depth are not among them.
        git(&path, &["repack", "-q", "-a", "-d"]);
        fs::remove_file(path.join(".git/objects/info/alternates")).unwrap();
        let first = git(&full, &["rev-parse", "main~1"]);
        let count = git(&path, &["rev-list", "--count", "main"]);
        let packed = git(&path, &["cat-file", "--batch-check", "--batch-all-objects"]);
        assert!(count == "1" && !packed.contains(&first), "its history is cut off: {packed}");
        path
    };
    whole_way(shallow, "Second\n").await;
}

#[tokio::test]
async fn a_clone_that_borrows_objects_itself_works() {
    let borrowing = |root: &Path| {
        let full = repository(&root.join("full"));
        let path = root.join("borrowing");
        borrowed(&full, &path);
        path
    };
    whole_way(borrowing, "First\n").await;
}

#[tokio::test]
async fn a_repository_with_longer_object_ids_works() {
    let longer = |root: &Path| {
        let path = root.join("user/longer");
        fs::create_dir_all(&path).unwrap();
        git(&path, &["init", "-q", "--initial-branch=main", "--object-format=sha256"]);
        fs::write(path.join("file"), "x\n").unwrap();
        git(&path, &["add", "."]);
        git(&path, &["-c", "user.name=Ada", "-c", "user.email=a@example.org", "commit", "-qm", "Long"]);
        path
    };
    whole_way(longer, "Long\n").await;
}

#[tokio::test]
#[cfg_attr(
    windows,
    ignore = "adding a submodule is a shell script, which the git that is built for these tests lacks"
)]
async fn submodules_come_along() {
    let with_module = |root: &Path| {
        let inner = root.join("inner");
        fs::create_dir(&inner).unwrap();
        git(&inner, &["init", "-q", "--initial-branch=main"]);
        fs::write(inner.join("inner.txt"), "inner\n").unwrap();
        git(&inner, &["add", "."]);
        git(&inner, &["-c", "user.name=Ada", "-c", "user.email=a@example.org", "commit", "-qm", "Inner"]);
        let outer = repository(&root.join("outer"));
        let url = inner.to_str().unwrap();
        git(&outer, &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", url, "module"]);
        git(&outer, &["commit", "-qm", "Module"]);
        outer
    };
    whole_way(with_module, "Module\nFirst\ninner\n").await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_repository_in_a_system_directory_is_hidden_as_well() {
    let Ok(directory) = tempfile::tempdir_in("/opt") else {
        eprintln!("only root can write to /opt: nothing to prove");
        return;
    };
    let root = repository(directory.path());
    let ground = Ground::with(|spec| {
        spec.git_common_dir = root.join(".git");
        spec.repository.clone_from(&root);
    })
    .await;
    let said = ground.shell(&format!("ls {0} {0}/.git", root.display())).await;
    assert_eq!(
        said.stdout.split_whitespace().last(),
        Some("objects"),
        "only objects are borrowed: {}",
        said.stdout
    );
}

#[tokio::test]
async fn large_files_come_along() {
    let known = std::process::Command::new("git").args(["lfs", "version"]).output();
    if !known.is_ok_and(|output| output.status.success()) {
        eprintln!("git-lfs is not installed: nothing to prove");
        return;
    }
    let with_large_file = |root: &Path| {
        let path = repository(&root.join("large"));
        git(&path, &["lfs", "install", "--local"]);
        git(&path, &["lfs", "track", "*.txt"]);
        fs::create_dir(path.join("module")).unwrap();
        fs::write(path.join("module/inner.txt"), "large\n").unwrap();
        git(&path, &["add", "."]);
        git(&path, &["commit", "-qm", "Large"]);
        path
    };
    whole_way(with_large_file, "Large\nFirst\nlarge\n").await;
}

#[tokio::test]
async fn a_large_file_that_an_agent_made_arrives_and_no_false_one() {
    let ground = Ground::new().await;
    let program = find_git().await;
    let repository = program.inspect(&ground.sandbox.spec().repository).await.unwrap();
    let start = start(&repository);
    program.prepare_workspace(&ground.sandbox, &start).await.unwrap();
    // As git-lfs stores what is committed: by the hash of its content.
    let genuine = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let forged = "0000000000000000000000000000000000000000000000000000000000000000";
    let script = format!(
        "cd .git; mkdir -p lfs/objects/ba/78 lfs/objects/00/00; printf abc > lfs/objects/ba/78/{genuine}; \
         printf evil > lfs/objects/00/00/{forged}; cd ..; echo x > x"
    );
    let lines = format!(
        "cd .git\nmkdir lfs\\objects\\ba\\78 lfs\\objects\\00\\00\n<nul >lfs\\objects\\ba\\78\\{genuine} set /p =abc\n\
         <nul >lfs\\objects\\00\\00\\{forged} set /p =evil\ncd ..\n>x echo x"
    );
    ground.script(&script, &lines).await;
    let finished = program.finish_workspace(&ground.sandbox, &start, "Work").await.unwrap();
    let spec = ground.sandbox.spec();
    program.import_result(spec, &start, &finished.head_commit, Expect::Absent).await.unwrap();
    let store = repository.common_dir.join("lfs/objects");
    assert_eq!(
        fs::read(store.join("ba/78").join(genuine)).unwrap(),
        b"abc",
        "the pointer would lead nowhere"
    );
    assert!(!store.join("00/00").join(forged).exists(), "a file that is not what it is named stays outside");
}
