//! What an import must withstand: the defects of other trackers, files that want out, and ends in the middle.

use crate::support::{Home, fixture, watched};
use std::fmt::Write as _;
use std::sync::Mutex;
use tokio_util::sync::CancellationToken;
use waybill_domain::issue::Priority;
use waybill_domain::principal::Principal;
use waybill_engine::transfer::{Control, Format, ImportRequest, TransferError, import};
use waybill_store::issues::NewIssue;

/// `count` issues as beads would have them, each blocked by the next.
fn many(home: &Home, count: usize) -> std::path::PathBuf {
    let mut text = String::new();
    for number in 0..count {
        let _ = writeln!(
            text,
            r#"{{"id":"bd-{number}","title":"Issue {number}","status":"open","priority":2,"dependencies":[{{"issue_id":"bd-{number}","depends_on_id":"bd-{}","type":"blocks"}}]}}"#,
            number + 1
        );
    }
    let path = home.directory.path().join("many.jsonl");
    std::fs::write(&path, text).expect("is written");
    path
}

/// Claude-Code-Workflow's defect (a): after a malformed line the next filing kept that issue alone.
#[test]
fn a_malformed_line_never_costs_the_issues_around_it_or_those_filed_after_it() {
    let home = Home::new();
    let project = home.project("anvil");
    let report = home.import(&project, Format::Ccw, &fixture("ccw"));
    assert_eq!((report.issues, report.skipped_total), (5, 1));
    let id = project.clone();
    let filed = home.store.write_blocking(move |write| {
        let new = NewIssue {
            title: "Filed after".to_owned(),
            body: String::new(),
            priority: Priority::Medium,
            labels: Vec::new(),
        };
        waybill_store::issues::insert(write, &id, &new, &Principal::Operator)
    });
    assert_eq!(filed.expect("is filed").number, 6, "numbers go on where the import ended");
    assert_eq!(home.one("SELECT count(*) FROM issues"), "6", "and nothing that came in is gone");
}

/// Defect (b): eight parallel creates left one issue.
#[test]
fn parallel_imports_and_filings_lose_and_repeat_nothing() {
    let home = Home::new();
    let project = home.project("anvil");
    let path = many(&home, 600);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| home.import(&project, Format::Beads, &path));
        }
        for filer in 0..4 {
            let (home, project) = (&home, &project);
            scope.spawn(move || {
                for number in 0..25 {
                    let (id, title) = (project.clone(), format!("Filed {filer}-{number}"));
                    let new =
                        NewIssue { title, body: String::new(), priority: Priority::Low, labels: Vec::new() };
                    let filed = home.store.write_blocking(move |write| {
                        waybill_store::issues::insert(write, &id, &new, &Principal::Operator)
                    });
                    filed.expect("is filed");
                }
            });
        }
    });
    assert_eq!(
        home.one("SELECT count(*) || ' ' || max(number) FROM issues"),
        "700 700",
        "no number is skipped or repeated"
    );
    assert_eq!(
        home.one("SELECT count(*) FROM external_ids"),
        "600",
        "four imports of one file bring it once"
    );
    assert_eq!(home.one("SELECT count(*) FROM issue_links"), "599");
}

/// Defect (c): after 1,000 issues a day every further one "already exists".
#[test]
fn more_than_a_thousand_issues_of_one_day_come_in() {
    let home = Home::new();
    let project = home.project("anvil");
    let folder = home.directory.path().join("issues");
    std::fs::create_dir(&folder).expect("is made");
    let mut text = String::new();
    for number in 1..=1_205 {
        let _ = writeln!(
            text,
            r#"{{"id":"ISS-20260103-{number:03}","title":"Issue {number}","status":"registered","priority":3,"context":"x"}}"#
        );
    }
    std::fs::write(folder.join("issues.jsonl"), text).expect("is written");
    assert_eq!(home.import(&project, Format::Ccw, &folder).issues, 1_205);
    assert_eq!(home.import(&project, Format::Ccw, &folder).existing, 1_205);
}

#[test]
fn an_import_that_was_cancelled_is_completed_by_the_next_links_included() {
    let home = Home::new();
    let project = home.project("anvil");
    let path = many(&home, 2_000);
    let cancel = CancellationToken::new();
    let request = ImportRequest {
        project: project.clone(),
        format: Format::Beads,
        path: path.clone(),
        dry_run: false,
        actor: Principal::Operator,
    };
    let stop = |_, _| cancel.cancel();
    let ended = import(&home.store, &request, &Control { progress: &stop, cancel: &cancel });
    assert!(matches!(ended, Err(TransferError::Cancelled)), "it says that it was cancelled: {ended:?}");
    let first: i64 = home.one("SELECT count(*) FROM issues").parse().expect("a number");
    assert!(first >= 500, "what was in by then stays");
    let links: i64 = home.one("SELECT count(*) FROM issue_links").parse().expect("a number");
    assert_eq!(links, first - 1, "with every link whose two issues are in");
    let report = home.import(&project, Format::Beads, &path);
    assert_eq!(report.issues + first, 2_000, "the next import brings the rest");
    assert_eq!(home.one("SELECT count(*) FROM issue_links"), "1999", "and the links across the gap");
}

#[test]
fn progress_is_told_and_ends_at_the_whole() {
    let home = Home::new();
    let project = home.project("anvil");
    let path = many(&home, 1_200);
    let told = Mutex::new(Vec::new());
    let cancel = CancellationToken::new();
    let progress = |done, total| told.lock().expect("no test panicked").push((done, total));
    let request =
        ImportRequest { project, format: Format::Beads, path, dry_run: false, actor: Principal::Operator };
    import(&home.store, &request, &Control { progress: &progress, cancel: &cancel }).expect("ends well");
    let told = told.into_inner().expect("no test panicked");
    assert_eq!(told.last(), Some(&(1_200, 1_200)), "a bar that does not fill leaves one waiting: {told:?}");
    assert!(told.len() >= 3 && told.is_sorted(), "it moves, and never backwards: {told:?}");
}

#[test]
fn what_is_no_such_file_is_refused_with_a_sentence() {
    let home = Home::new();
    let project = home.project("anvil");
    let zip = home.directory.path().join("export.zip");
    std::fs::write(&zip, "PK").expect("is written");
    let cases = [
        (Format::Github, home.directory.path().to_owned(), "is a folder"),
        (Format::Beads, home.directory.path().to_owned(), "has no .beads/issues.jsonl"),
        (Format::Backlog, zip.clone(), "is no folder"),
        (Format::VibeKanban, zip, "unpack the ZIP"),
        (Format::Ccw, home.directory.path().to_owned(), "has no .workflow/issues"),
        (Format::Beads, home.directory.path().join("nowhere"), "does not exist"),
    ];
    for (format, path, sentence) in cases {
        let refused = home.try_import(&project, format, &path, false).expect_err("is refused");
        assert!(refused.to_string().contains(sentence), "{format}: {refused}");
    }
    let removed = watched(|_| home.one("SELECT count(*) FROM issues"));
    assert_eq!(removed, "0");
}

#[cfg(unix)]
#[test]
fn a_link_in_a_folder_brings_in_nothing_from_elsewhere() {
    let home = Home::new();
    let project = home.project("anvil");
    let folder = home.directory.path().join("backlog");
    std::fs::create_dir_all(folder.join("tasks")).expect("is made");
    let secret = home.directory.path().join("secret.md");
    std::fs::write(&secret, "---\nid: x-1\ntitle: secret\n---\n").expect("is written");
    std::os::unix::fs::symlink(&secret, folder.join("tasks/x-1.md")).expect("is linked");
    std::os::unix::fs::symlink(home.directory.path(), folder.join("completed")).expect("is linked");
    let report = home.import(&project, Format::Backlog, &folder);
    assert_eq!(report.issues, 0, "a cloned repository must not bring in files of the person's");
}
