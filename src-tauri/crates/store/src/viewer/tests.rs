//! A guest is never told of what is the operator's alone, whatever happened and whatever is asked.
//!
//! Each history is lived twice, in two projects: once as it was, and once without the updates that are hidden at its end.
//! What guests are answered must be the same in both, down to times, counts and orders.

use super::Viewer;
use crate::issue_query::{columns, counts, list, search, similar};
use crate::issues::{self, Edit, Issue, NewIssue};
use crate::projects::{self, NewProject};
use crate::{Store, StoreError, Write, assignments, issue_query, issue_updates};
use rusqlite::Connection;
use std::fmt::Write as _;
use std::sync::Arc;
use waybill_domain::ids::{ProjectId, UpdateId};
use waybill_domain::issue::{Priority, Status, UpdateKind, Via, Visibility};
use waybill_domain::principal::Principal;
use waybill_domain::query::{GroupBy, Query};

const HISTORIES: u64 = 10_000;
/// As many as are lived in one transaction, which is then taken back.
const BATCH: u64 = 10;
const GUEST: &str = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
const START: i64 = 1_000_000_000_000;
const STEP: i64 = 3_600_000;

/// Chance that is the same in every run.
struct Chance(u64);

impl Chance {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    fn one_of<T: Copy>(&mut self, items: &[T]) -> T {
        items[usize::try_from(self.next(items.len() as u64)).expect("fits")]
    }
}

/// Something that happens to an issue.
#[derive(Debug, Clone)]
enum Event {
    Comment {
        text: String,
        by_guest: bool,
        visibility: Visibility,
    },
    /// Shows or hides the update that an earlier event recorded last.
    Show {
        event: usize,
        visibility: Visibility,
    },
    Edit(Edit),
    Move(Status),
    Assign,
}

#[derive(Debug)]
struct History {
    /// Who filed each issue.
    filed_by_guest: Vec<bool>,
    events: Vec<(usize, Event)>,
    /// What stands in comments, one word each.
    secrets: Vec<String>,
}

const COMMON: [&str; 4] = ["importer", "labels", "crash", "theme"];

fn history(seed: u64) -> History {
    let mut chance = Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) + 1);
    let filed_by_guest: Vec<bool> = (0..=chance.next(2)).map(|_| chance.next(2) == 0).collect();
    let (mut events, mut secrets) = (Vec::new(), Vec::new());
    for index in 0..3 + chance.next(5) {
        let issue = usize::try_from(chance.next(filed_by_guest.len() as u64)).expect("fits");
        let event = match chance.next(8) {
            0..=3 => {
                let secret = format!("zq{seed}x{index}hush");
                let text = format!("the {} {secret} of {}", chance.one_of(&COMMON), chance.one_of(&COMMON));
                secrets.push(secret);
                let hidden = chance.next(2) == 0;
                Event::Comment {
                    text,
                    by_guest: chance.next(5) == 0,
                    visibility: if hidden { Visibility::OperatorOnly } else { Visibility::All },
                }
            }
            4 | 5 if index > 0 => Event::Show {
                event: usize::try_from(chance.next(index)).expect("fits"),
                visibility: chance.one_of(Visibility::ALL),
            },
            4 => Event::Edit(Edit { priority: Some(chance.one_of(Priority::ALL)), ..Edit::default() }),
            5 | 6 => {
                let word = chance.one_of(&COMMON);
                let title = (chance.next(2) == 0).then(|| format!("Title {index} {word}"));
                let body = title.is_none().then(|| format!("Body {index} {word}"));
                Event::Edit(Edit { title, body, ..Edit::default() })
            }
            _ if chance.next(2) == 0 => Event::Assign,
            _ => Event::Move(chance.one_of(&[Status::Triaged, Status::Resolved, Status::Open])),
        };
        events.push((issue, event));
    }
    History { filed_by_guest, events, secrets }
}

/// What became of a history's events.
struct Lived {
    project: ProjectId,
    /// The update that each event recorded last, on which issue.
    updates: Vec<Option<(usize, UpdateId)>>,
}

/// Lives a history; `without` are events that do not happen (comments) or leave no update.
fn live(
    connection: &Connection,
    history: &History,
    slug: &str,
    without: &[usize],
) -> Result<Lived, StoreError> {
    let at = |step: usize| Write::new(connection, START + i64::try_from(step).unwrap_or(0) * STEP);
    let new = NewProject {
        slug: slug.to_owned(),
        name: "P".to_owned(),
        root_path: format!("/{slug}").into(),
        git_common_dir: format!("/{slug}/.git").into(),
        default_branch: "main".to_owned(),
        github_repo: None,
    };
    let project = projects::insert(&at(0), &new, &Principal::Operator)?.id;
    for (index, by_guest) in history.filed_by_guest.iter().enumerate() {
        let new = NewIssue {
            title: format!("Issue {index} of the importer"),
            body: "as it was filed".to_owned(),
            priority: Priority::Medium,
            labels: vec!["bug".to_owned()],
        };
        issues::insert(&at(0), &project, &new, &author(*by_guest))?;
    }
    let mut lived = Lived { project, updates: Vec::new() };
    for (step, (index, event)) in history.events.iter().enumerate() {
        let write = at(step + 1);
        let issue = issues::get(&write, &lived.project, i64::try_from(index + 1).unwrap_or(0))?;
        let left_out = without.contains(&step);
        let update = happen(&write, &lived, &issue, *index, event, left_out)?;
        lived.updates.push(update);
    }
    // What is hidden of other kinds did happen; only the telling of it is not there.
    for update in without.iter().filter_map(|step| lived.updates[*step].as_ref()) {
        connection
            .execute("DELETE FROM issue_updates WHERE id = ?1 AND kind <> 'comment'", [update.1.as_str()])?;
    }
    // As the end of each transaction does: what was written can be found.
    crate::texts::index(connection)?;
    Ok(lived)
}

fn happen(
    write: &Write<'_>,
    lived: &Lived,
    issue: &Issue,
    index: usize,
    event: &Event,
    left_out: bool,
) -> Result<Option<(usize, UpdateId)>, StoreError> {
    let operator = Principal::Operator;
    let recorded = match event {
        Event::Comment { .. } if left_out => None,
        Event::Comment { text, by_guest, visibility } => {
            Some(issue_updates::comment(write, issue, text, *visibility, &author(*by_guest))?.id)
        }
        Event::Show { event, visibility } => {
            if let Some((shown, update)) = &lived.updates[*event] {
                let number = i64::try_from(shown + 1).unwrap_or(0);
                let issue = issues::get(write, &lived.project, number)?;
                issue_updates::show(write, &issue, update, *visibility, &operator)?;
            }
            None
        }
        Event::Edit(edit) => issues::edit(write, issue, edit, &operator)?.pop(),
        // A move that is not legal just does not happen.
        Event::Move(to) => {
            match write.attempt(|write| issues::make_move(write, issue, *to, Via::Operator, &operator)) {
                Ok(mut updates) => updates.pop(),
                Err(StoreError::Move(_)) => None,
                Err(error) => return Err(error),
            }
        }
        Event::Assign => Some(assignments::assign(write, issue, Some("workflow:hushed"), &operator)?),
    };
    Ok(recorded.map(|update| (index, update)))
}

fn author(by_guest: bool) -> Principal {
    if by_guest { Principal::Guest(GUEST.to_owned()) } else { Principal::Operator }
}

/// The events whose update is hidden at the end.
fn hidden(connection: &Connection, lived: &Lived) -> Result<Vec<usize>, StoreError> {
    let mut hidden = Vec::new();
    for (step, update) in lived.updates.iter().enumerate() {
        let Some((_, id)) = update else { continue };
        let sql = "SELECT visibility = 'operator_only' FROM issue_updates WHERE id = ?1";
        if connection.query_row(sql, [id.as_str()], |row| row.get(0))? {
            hidden.push(step);
        }
    }
    Ok(hidden)
}

/// Everything that a guest is answered, but ids and cursors, as text.
fn answers(
    connection: &Connection,
    viewer: &Viewer,
    history: &History,
    project: &ProjectId,
    seed: u64,
) -> Result<String, StoreError> {
    let now = START + 10 * STEP;
    let mut chance = Chance(seed);
    let mut told = String::new();
    let secret = |chance: &mut Chance| match history.secrets.as_slice() {
        [] => "nothing".to_owned(),
        secrets => secrets[usize::try_from(chance.next(secrets.len() as u64)).unwrap_or(0)].clone(),
    };
    let (one, other) = (secret(&mut chance), secret(&mut chance));
    let common = chance.one_of(&COMMON);
    let searches = [
        one.clone(),
        format!("{}*", &other[..other.len() - 2]),
        format!("\"the {common} {one}\""),
        format!("{common} -{other}"),
        format!("{common} is:all sort:updated"),
        common.to_owned(),
    ];
    // Two of the six each time: all of them come up thousands of times.
    for _ in 0..2 {
        let line = chance.one_of(&[0, 1, 2, 3, 4, 5]);
        let query = Query::parse(&searches[line]);
        let mut after: Option<String> = None;
        loop {
            let page = search(connection, viewer, project, &query, after.as_deref(), 2, now)?;
            for (issue, excerpt) in &page.items {
                tell(&mut told, issue);
                let _ = writeln!(told, "  {excerpt}");
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
    }
    let line = chance.one_of(&[
        "",
        "is:all sort:updated",
        "updated:<6h is:all",
        "updated:>6h is:all",
        "sort:priority",
        "assigned:workflow:hushed is:all",
        "is:claimed is:all",
        "label:bug crash",
    ]);
    for issue in list(connection, viewer, project, &Query::parse(line), None, 50, now)?.items {
        tell(&mut told, &issue);
    }
    for number in 1..=history.filed_by_guest.len() {
        let number = i64::try_from(number).unwrap_or(0);
        let Ok(issue) = viewer.issue(connection, project, number) else { continue };
        tell(&mut told, &issue);
        for update in viewer.updates(connection, &issue.id, None, 50)? {
            let is_open = update.visibility == Visibility::All;
            assert!(is_open || !viewer.is_guest(), "an update of the operator's own was sent");
            let shown = (&update.author, update.kind, &update.body, &update.metadata, update.created_at);
            let _ = writeln!(told, "  {shown:?}");
        }
    }
    match chance.next(4) {
        0 => {
            let title = format!("the {common} {one}");
            for issue in similar(connection, viewer, project, &title, now)? {
                tell(&mut told, &issue);
            }
        }
        1 => {
            for group in GroupBy::ALL {
                for column in columns(connection, viewer, project, *group, &Query::parse(&one), now)? {
                    let _ = writeln!(told, "{column:?}");
                }
            }
        }
        2 => {
            for brief in issue_query::briefs(connection, viewer, project, &[1, 2, 3])? {
                let _ = writeln!(told, "{} {} {}", brief.number, brief.title, brief.status);
            }
        }
        _ => {
            let _ = writeln!(told, "{:?}", counts(connection, viewer, project)?);
        }
    }
    Ok(told)
}

fn tell(told: &mut String, issue: &Issue) {
    let Issue {
        number,
        title,
        body,
        original_body,
        status,
        assignment,
        comments,
        claimed_by,
        updated_at,
        ..
    } = issue;
    let shown = (number, title, body, original_body, status, assignment, comments, claimed_by, updated_at);
    let _ = writeln!(told, "{shown:?} {:?} {:?}", issue.suggested_prompt, issue.execution());
}

/// The change feed and the audit trail since a row, as text.
fn trails(connection: &Connection, since: (i64, i64)) -> Result<String, StoreError> {
    let text: Option<String> = connection
        .prepare_cached(
            "SELECT (SELECT group_concat(topic || entity_id, ' ') FROM change_log WHERE seq > ?1)
               || (SELECT group_concat(event || metadata, ' ') FROM audit_events WHERE seq > ?2)",
        )?
        .query_row(since, |row| row.get(0))?;
    Ok(text.unwrap_or_default())
}

fn check(connection: &Connection, seed: u64) -> Result<bool, StoreError> {
    let history = history(seed);
    let last = |table| {
        connection.query_row(&format!("SELECT coalesce(max(seq), 0) FROM {table}"), [], |row| row.get(0))
    };
    let since: (i64, i64) = (last("change_log")?, last("audit_events")?);
    let lived = live(connection, &history, &format!("h{seed}"), &[])?;
    let without = hidden(connection, &lived)?;
    let trails = trails(connection, since)?;
    for secret in &history.secrets {
        assert!(
            !trails.contains(secret.as_str()),
            "{seed}: the trail or the feed quotes a comment: {secret}"
        );
    }
    let twin = live(connection, &history, &format!("t{seed}"), &without)?;
    let viewer = Viewer::Guest { id: GUEST.to_owned(), own_only: seed.is_multiple_of(3) };
    let told = answers(connection, &viewer, &history, &lived.project, seed)?;
    for step in &without {
        let Event::Comment { text, .. } = &history.events[*step].1 else { continue };
        let secret =
            history.secrets.iter().find(|secret| text.contains(secret.as_str())).expect("each has one");
        assert!(!told.contains(secret.as_str()), "{seed}: a guest was told {secret}:\n{told}\n{history:#?}");
    }
    assert!(!told.contains("hushed"), "{seed}: what an issue is assigned to is the operator's:\n{told}");
    let unknowing = answers(connection, &viewer, &history, &twin.project, seed)?;
    assert_eq!(told, unknowing, "{seed}: something hidden shows through: {history:#?}");
    // The same questions of the operator's, to know that there was something to hide.
    let whole = answers(connection, &Viewer::Operator, &history, &lived.project, seed)?;
    Ok(whole != told)
}

#[test]
fn ten_thousand_histories_tell_guests_nothing_that_is_hidden() {
    let workers = 2;
    let differing: u64 = std::thread::scope(|scope| {
        let workers: Vec<_> =
            (0..workers).map(|worker| scope.spawn(move || live_all(worker, workers))).collect();
        workers.into_iter().map(|worker| worker.join().expect("every history holds")).sum()
    });
    assert!(
        differing > HISTORIES / 3,
        "only {differing} histories had anything to hide: the test would prove little"
    );
}

fn live_all(worker: u64, workers: u64) -> u64 {
    let directory = tempfile::tempdir().expect("a temporary directory");
    drop(Store::open(directory.path(), Arc::new(|| START)).expect("opens"));
    let connection = Connection::open(directory.path().join("waybill.db")).expect("opens");
    connection.pragma_update(None, "foreign_keys", true).expect("is set");
    connection.set_prepared_statement_cache_capacity(512);
    let mut differing = 0;
    for batch in (0..HISTORIES / BATCH).filter(|batch| batch % workers == worker) {
        connection.execute_batch("BEGIN").expect("begins");
        for seed in batch * BATCH..(batch + 1) * BATCH {
            let differs = check(&connection, seed).unwrap_or_else(|error| panic!("{seed}: {error}"));
            differing += u64::from(differs);
        }
        connection.execute_batch("ROLLBACK").expect("is taken back");
    }
    differing
}

#[test]
fn a_guest_gets_the_edited_body_and_not_how_it_came_about() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    drop(Store::open(directory.path(), Arc::new(|| START)).expect("opens"));
    let connection = Connection::open(directory.path().join("waybill.db")).expect("opens");
    let history = History {
        filed_by_guest: vec![true],
        events: vec![(0, Event::Edit(Edit { body: Some("as a brief".to_owned()), ..Edit::default() }))],
        secrets: Vec::new(),
    };
    let lived = live(&connection, &history, "one", &[]).expect("is lived");
    let guest = Viewer::Guest { id: GUEST.to_owned(), own_only: true };
    let issue = guest.issue(&connection, &lived.project, 1).expect("is theirs");
    assert_eq!((issue.body.as_str(), issue.original_body), ("as a brief", None));
    let updates = guest.updates(&connection, &issue.id, None, 10).expect("is read");
    assert_eq!((updates[0].kind, &updates[0].metadata), (UpdateKind::BodyEdit, &None), "not the text before");
    let stranger = Viewer::Guest { id: "01ARZ3NDEKTSV4RRFFQ69G5FAW".to_owned(), own_only: true };
    assert!(stranger.issue(&connection, &lived.project, 1).is_err(), "another's issue is not there");
}
