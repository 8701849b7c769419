use super::{Attachment, adopt, clean_name, get, insert, list, remove, remove_unused, sweep};
use crate::attachment_files::{self, keep};
use crate::issues::{self, Issue};
use crate::open::Store;
use crate::projects::{self, NewProject};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use waybill_domain::Millis;
use waybill_domain::ids::{AttachmentId, ProjectId};
use waybill_domain::issue::Priority;
use waybill_domain::principal::Principal;

const DAY: Millis = 24 * 3_600_000;
const NOW: Millis = 1_700_000_000_000;

fn store() -> (tempfile::TempDir, Store, ProjectId) {
    let home = tempfile::tempdir().expect("a temporary directory");
    let store = Store::open(home.path(), Arc::new(|| NOW)).expect("opens");
    let project = add_project(&store, "demo");
    (home, store, project)
}

fn add_project(store: &Store, slug: &str) -> ProjectId {
    let new = NewProject {
        slug: slug.to_owned(),
        name: slug.to_owned(),
        root_path: format!("/{slug}").into(),
        git_common_dir: format!("/{slug}/.git").into(),
        default_branch: "main".to_owned(),
        github_repo: None,
    };
    store.write_blocking(move |w| projects::insert(w, &new, &Principal::Operator)).expect("is added").id
}

fn file(store: &Store, project: &ProjectId, title: &str) -> Issue {
    let (project, title) = (project.clone(), title.to_owned());
    let new = issues::NewIssue { title, body: String::new(), priority: Priority::Medium, labels: Vec::new() };
    store.write_blocking(move |w| issues::insert(w, &project, &new, &Principal::Operator)).expect("is filed")
}

fn upload(store: &Store, project: &ProjectId, issue: Option<&Issue>, bytes: &[u8]) -> Attachment {
    let content = keep(store.directory(), bytes).expect("is stored");
    let (home, project, issue) = (store.directory().to_owned(), project.clone(), issue.cloned());
    store
        .write_blocking(move |w| {
            let place = (&project, issue.as_ref());
            insert(w, &home, place, ("note.txt", &content), &Principal::Operator)
        })
        .expect("is added")
}

fn lies_there(store: &Store, sha256: &str) -> bool {
    attachment_files::path(store.directory(), sha256).expect("a digest").is_file()
}

/// Makes a file as old as it would be after so long.
fn age(store: &Store, sha256: &str, by: Millis) {
    let path = attachment_files::path(store.directory(), sha256).expect("a digest");
    let before = Duration::from_millis(u64::try_from(NOW - by).expect("is later than 1970"));
    let file = std::fs::OpenOptions::new().write(true).open(path).expect("is there");
    file.set_modified(SystemTime::UNIX_EPOCH + before).expect("is aged");
}

#[test]
fn a_file_is_at_its_issue_and_counted_there_until_it_is_removed() {
    let (_home, store, project) = store();
    let (one, two) = (file(&store, &project, "one"), file(&store, &project, "two"));
    let first = upload(&store, &project, Some(&one), b"same");
    let second = upload(&store, &project, Some(&two), b"same");
    assert_eq!(first.sha256, second.sha256, "two issues share the bytes");
    let id = one.id.clone();
    let (found, count) =
        store.read_blocking(|r| Ok((list(r, &id)?, issues::by_id(r, &id)?.attachments))).expect("is read");
    assert_eq!((found.len(), count), (1, 1), "the list's number is the number of files");

    let gone = |attachment: Attachment| {
        let home = store.directory().to_owned();
        store.write_blocking(move |w| remove(w, &attachment, &Principal::Operator)).expect("is removed");
        store.write_blocking(move |w| remove_unused(w, &home, &second.sha256)).expect("is looked at")
    };
    assert!(!gone(first.clone()), "the bytes stay while another issue needs them");
    assert!(lies_there(&store, &first.sha256));
    let last = store.read_blocking(|r| list(r, &two.id)).expect("is read").remove(0);
    let home = store.directory().to_owned();
    store.write_blocking(move |w| remove(w, &last, &Principal::Operator)).expect("is removed");
    let sha256 = first.sha256.clone();
    assert!(store.write_blocking(move |w| remove_unused(w, &home, &sha256)).expect("is looked at"));
    assert!(!lies_there(&store, &first.sha256), "and go with the last");
    let (_, fault) = store.read_blocking(|r| crate::verify_audit(r)).expect("is read");
    assert_eq!(fault, None, "all of it is in the trail");
}

#[test]
fn a_loose_file_is_adopted_once_and_by_its_own_project_and_owner() {
    let (_home, store, project) = store();
    let elsewhere = add_project(&store, "other");
    let (issue, foreign) = (file(&store, &project, "one"), file(&store, &elsewhere, "other"));
    let loose = upload(&store, &project, None, b"draft").id;
    let take = |issue: &Issue, id: &AttachmentId, who: Principal| {
        let (issue, ids) = (issue.clone(), [id.clone()]);
        store.write_blocking(move |w| adopt(w, &issue, &ids, &who))
    };
    assert!(take(&foreign, &loose, Principal::Operator).is_err(), "no file crosses projects");
    let guest = Principal::Guest("01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned());
    assert!(take(&issue, &loose, guest).is_err(), "a guest cannot take what somebody else uploaded");
    take(&issue, &loose, Principal::Operator).expect("is adopted");
    assert!(take(&issue, &loose, Principal::Operator).is_err(), "a file is at one issue");
    let found = store.read_blocking(|r| list(r, &issue.id)).expect("is read");
    assert_eq!(found.len(), 1, "and there it is");
}

#[test]
fn what_was_never_filed_goes_after_a_day_and_nothing_else_does() {
    let (_home, store, project) = store();
    let issue = file(&store, &project, "one");
    let kept = upload(&store, &project, Some(&issue), b"kept");
    let loose = upload(&store, &project, None, b"loose");
    // As after a kill between the bytes and their row.
    let orphan = keep(store.directory(), b"orphan").expect("is stored");
    let fresh = keep(store.directory(), b"fresh").expect("is stored");
    for (sha256, by) in
        [(&kept.sha256, 3 * DAY), (&loose.sha256, 3 * DAY), (&orphan.sha256, 3 * DAY), (&fresh.sha256, 0)]
    {
        age(&store, sha256, by);
    }
    let early = sweep(&store, NOW - DAY).expect("is swept");
    assert_eq!(early.loose, 0, "its issue may still be filed today");
    assert!(lies_there(&store, &loose.sha256), "so its bytes stay as well");
    assert!(!lies_there(&store, &orphan.sha256), "bytes that no row speaks of go after a day");
    let late = sweep(&store, NOW + 1).expect("is swept");
    assert_eq!(late.loose, 1, "after a day it is gone");
    let left = store.read_blocking(|r| get(r, &loose.id));
    assert!(left.is_err(), "row and bytes");
    assert!(!lies_there(&store, &loose.sha256), "row and bytes");
    assert!(lies_there(&store, &kept.sha256), "a filed one is never touched");
}

#[test]
fn a_row_never_speaks_of_bytes_that_are_not_there() {
    let (_home, store, project) = store();
    let content = keep(store.directory(), b"gone").expect("is stored");
    std::fs::remove_file(attachment_files::path(store.directory(), &content.sha256).expect("a place"))
        .expect("is removed");
    let home = store.directory().to_owned();
    let refused = store.write_blocking(move |w| {
        insert(w, &home, (&project, None), ("note.txt", &content), &Principal::Operator)
    });
    assert!(refused.is_err(), "a clean-up that was quicker is told, not hidden");
}

#[test]
fn a_name_is_a_plain_name() {
    for (given, kept) in [
        ("shot.png", "shot.png"),
        ("../../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\notes.txt", "notes.txt"),
        ("/", "attachment"),
        ("", "attachment"),
        ("..", "attachment"),
        (" . ", "attachment"),
        ("photo\u{202e}gnp.exe", "photognp.exe"),
        ("zero\u{200b}width\n.txt", "zerowidth.txt"),
        ("trailing. . ", "trailing"),
        ("Übersicht – 東京.pdf", "Übersicht – 東京.pdf"),
    ] {
        assert_eq!(clean_name(given), kept, "{given:?}");
    }
    let long = clean_name(&format!("{}.png", "x".repeat(400)));
    assert_eq!(long.chars().count(), 255, "the table holds 255 characters");
    assert_eq!(long.rsplit('.').next(), Some("png"), "and a reader still sees what it is");
}
