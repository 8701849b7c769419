//! One move, one filing, and ten thousand filings at once, each durable, against the same rows inserted raw.

use crate::corpus::{Corpus, Random};
use crate::filled::{Filled, INDEX, ISSUES, NOW};
use crate::filled_store;
use crate::measure::{Fallible, in_turns, tell, tell_amounts, time};
use rusqlite::Connection;
use std::time::Duration;
use tokio::task::JoinSet;
use waybill_domain::ids::{AuditId, IssueId, ProjectId, UpdateId};
use waybill_domain::issue::{Priority, Status, Via};
use waybill_domain::principal::Principal;
use waybill_domain::query::Query;
use waybill_store::issues::{self, NewIssue};
use waybill_store::viewer::Viewer;
use waybill_store::{Store, StoreError, issue_query};

const BUDGET: f64 = 1.5;
const WRITERS: usize = 8;
const EACH: usize = 1_250;
/// Syncing ten thousand times takes long; so many tell how long.
const SYNCED: usize = 500;
/// Filing together must be this many times as fast as filing one by one.
const AT_LEAST: f64 = 20.0;

/// `beside` is a database of its own, since two writers of one file would empty each other's caches.
pub fn measure(filled: &Filled, beside: &Filled) -> Fallible<()> {
    let store = filled_store(filled)?;
    let raw = Raw::open(beside)?;
    let mut texts = Texts { corpus: Corpus::read()?, random: Random::new(7) };
    let mut same_texts = Texts { corpus: Corpus::read()?, random: Random::new(7) };
    one_move(&store, &filled.project, &raw)?;
    let pair = in_turns(
        60,
        || raw.file(&same_texts.next()),
        || {
            let (project, new) = (filled.project.clone(), texts.next());
            store.write_blocking(move |w| issues::insert(w, &project, &new, &Principal::Operator))?;
            Ok(())
        },
    )?;
    tell("one filing", pair, BUDGET);
    ten_thousand(&store, &filled.project, &raw, &mut texts)
}

fn one_move(store: &Store, project: &ProjectId, raw: &Raw) -> Fallible<()> {
    let open = Query::parse("is:open");
    let found = store
        .read_blocking(|reader| issue_query::list(reader, &Viewer::Operator, project, &open, None, 200, NOW))?
        .items;
    let (mut here, mut there) = (found.iter(), found.iter());
    let pair = in_turns(
        60,
        || raw.move_one(&there.next().ok_or("too few open issues")?.id),
        || {
            let (project, number) = (project.clone(), here.next().ok_or("too few open issues")?.number);
            store.write_blocking(move |w| {
                let issue = issues::get(w, &project, number)?;
                issues::make_move(w, &issue, Status::Triaged, Via::Operator, &Principal::Operator)
            })?;
            Ok(())
        },
    )?;
    tell("one move", pair, BUDGET);
    Ok(())
}

fn ten_thousand(store: &Store, project: &ProjectId, raw: &Raw, texts: &mut Texts) -> Fallible<()> {
    let synced: Vec<NewIssue> = (0..SYNCED).map(|_| texts.next()).collect();
    let one_by_one = time(|| synced.iter().try_for_each(|new| raw.file(new)))?;
    let floor = one_by_one * u32::try_from(WRITERS * EACH / SYNCED)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(WRITERS).build()?;
    let filings: Vec<Vec<NewIssue>> =
        (0..WRITERS).map(|_| (0..EACH).map(|_| texts.next()).collect()).collect();
    let value = time(|| {
        runtime.block_on(async {
            let mut writers = JoinSet::new();
            for filing in filings {
                writers.spawn(file_all(store.clone(), project.clone(), filing));
            }
            writers.join_all().await.into_iter().collect::<Result<(), _>>()
        })?;
        Ok(())
    })?;
    let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
    let times = (milliseconds(floor), milliseconds(value));
    tell_amounts("10,000 filings, 8 writers", "ms", times, 1.0 / AT_LEAST);
    let count = i64::try_from(ISSUES + WRITERS * EACH)?;
    let last = store.read_blocking(|reader| issues::get(reader, project, count))?;
    if last.number == count { Ok(()) } else { Err("filings were lost".into()) }
}

/// One writer: files without waiting for the answer to the filing before.
async fn file_all(store: Store, project: ProjectId, filings: Vec<NewIssue>) -> Result<(), StoreError> {
    let mut answers = JoinSet::new();
    for new in filings {
        let (store, project) = (store.clone(), project.clone());
        answers.spawn(async move {
            store.write(move |w| issues::insert(w, &project, &new, &Principal::Operator)).await
        });
    }
    answers.join_all().await.into_iter().collect::<Result<Vec<_>, _>>().map(|_| ())
}

struct Texts {
    corpus: Corpus,
    random: Random,
}

impl Texts {
    fn next(&mut self) -> NewIssue {
        NewIssue {
            title: self.corpus.title(&mut self.random),
            body: self.corpus.text(&mut self.random, 12),
            priority: Priority::Medium,
            labels: Vec::new(),
        }
    }
}

/// What a careful program would do by hand: the rows of the change, prepared, one transaction, synced.
struct Raw {
    connection: Connection,
    project: ProjectId,
}

impl Raw {
    fn open(filled: &Filled) -> Fallible<Self> {
        // The schema is there, and so are its pragmas that stay with the file.
        let connection = Connection::open(filled.home.join("waybill.db"))?;
        connection.execute_batch(
            "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384;
             PRAGMA temp_store = MEMORY",
        )?;
        Ok(Self { connection, project: filled.project.clone() })
    }

    fn file(&self, new: &NewIssue) -> Fallible<()> {
        self.begin()?;
        let number: i64 = self
            .connection
            .prepare_cached(
                "UPDATE projects SET next_issue_number = next_issue_number + 1 WHERE id = ?1
                 RETURNING next_issue_number - 1",
            )?
            .query_row([self.project.as_str()], |row| row.get(0))?;
        let id = IssueId::generate();
        self.connection
            .prepare_cached(
                "INSERT INTO issues (id, project_id, number, created_by, title, body, priority, created_at, updated_at)
                 VALUES (?1, ?2, ?3, 'operator', ?4, ?5, ?6, ?7, ?7)",
            )?
            .execute((
                id.as_str(),
                self.project.as_str(),
                number,
                &new.title,
                &new.body,
                new.priority.as_str(),
                NOW,
            ))?;
        for sql in INDEX {
            self.connection.prepare_cached(sql)?.execute([])?;
        }
        self.end(&id, "issue.filed")
    }

    fn move_one(&self, issue: &IssueId) -> Fallible<()> {
        self.begin()?;
        self.connection
            .prepare_cached(
                "UPDATE issues SET status = 'triaged', updated_at = ?2 WHERE id = ?1 AND status = 'open'",
            )?
            .execute((issue.as_str(), NOW))?;
        self.connection
            .prepare_cached(
                "INSERT INTO issue_updates (id, issue_id, author, kind, metadata, created_at)
                 VALUES (?1, ?2, 'operator', 'status_change', ?3, ?4)",
            )?
            .execute((
                UpdateId::generate().as_str(),
                issue.as_str(),
                r#"{"from":"open","to":"triaged","via":"operator","assignment":null}"#,
                NOW,
            ))?;
        self.end(issue, "issue.status_changed")
    }

    fn begin(&self) -> Fallible<()> {
        Ok(self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([]).map(|_| ())?)
    }

    /// The rows that tell of the change, and the sync.
    fn end(&self, issue: &IssueId, event: &str) -> Fallible<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO change_log (topic, entity_id, project_id, at) VALUES ('issue', ?1, ?2, ?3)",
            )?
            .execute((issue.as_str(), self.project.as_str(), NOW))?;
        self.connection
            .prepare_cached(
                "INSERT INTO audit_events (id, project_id, at, actor, event, metadata, prev_hash, hash)
                 VALUES (?1, ?2, ?3, 'operator', ?4, '{}', ?5, ?5)",
            )?
            .execute((AuditId::generate().as_str(), self.project.as_str(), NOW, event, "0".repeat(64)))?;
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }
}
