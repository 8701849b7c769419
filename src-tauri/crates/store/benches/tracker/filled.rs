//! The database that is measured: 100,000 issues and 1,000,000 updates, built once and kept below the build directory.

use crate::corpus::{COMMON, Corpus, PHRASE, RARE, Random};
use crate::measure::Fallible;
use serde_json::json;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use waybill_domain::ids::ProjectId;
use waybill_domain::principal::Principal;
use waybill_store::projects::{self, NewProject};
use waybill_store::{Connection, Store};

pub const ISSUES: usize = 100_000;
pub const UPDATES: usize = 1_000_000;
/// The issue that alone has this many updates.
pub const LONG_ISSUE: i64 = 77_777;
pub const LONG: usize = 1_000;
pub const SLUG: &str = "measured";
/// A label that every third issue bears, and one of twenty issues.
pub const COMMON_LABEL: &str = "bug";
pub const RARE_LABEL: &str = "needs hardware";
/// What makes the texts of a transaction searchable.
pub const INDEX: [&str; 4] = [
    "INSERT INTO issues_fts (rowid, title, body) SELECT i.key, i.title, i.body
       FROM unindexed_issues u CROSS JOIN issues i ON i.key = u.key",
    "DELETE FROM unindexed_issues",
    "INSERT INTO comments_fts (rowid, body) SELECT c.key, c.body
       FROM unindexed_comments u CROSS JOIN issue_updates c ON c.key = u.key",
    "DELETE FROM unindexed_comments",
];
/// When the last update was made; what is measured asks at this time.
pub const NOW: i64 = 1_750_000_000_000;
const BEGIN: i64 = 1_500_000_000_000;
const GUESTS: usize = 200;
const LABELS: [&str; 40] = [
    COMMON_LABEL,
    RARE_LABEL,
    "feature",
    "documentation",
    "performance",
    "security",
    "regression",
    "question",
    "upstream",
    "packaging",
    "tests",
    "build",
    "windows",
    "macos",
    "linux",
    "network",
    "storage",
    "parser",
    "editor",
    "search",
    "import",
    "export",
    "keyboard",
    "layout",
    "colours",
    "translation",
    "accessibility",
    "crash",
    "leak",
    "flaky",
    "cleanup",
    "api",
    "cli",
    "desktop",
    "sync",
    "locking",
    "logging",
    "settings",
    "good first issue",
    "wish",
];

/// A copy of the built database that may be written to; it goes with the value.
#[derive(Debug)]
pub struct Filled {
    pub home: PathBuf,
    pub project: ProjectId,
}

impl Filled {
    /// Copies the kept database, building it first when there is none for this schema and these proportions.
    pub fn open(name: &str) -> Fallible<Self> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let kept = folder.join(format!("tracker-{:016x}", key(folder)?));
        if !kept.exists() {
            build_alone(folder, &kept)?;
        }
        let home = folder.join(format!("tracker-at-work-{name}-{}", std::process::id()));
        let filled = Self { home, project: fs::read_to_string(kept.join("project"))?.parse()? };
        fs::create_dir_all(&filled.home)?;
        let copy = filled.home.join("waybill.db");
        fs::copy(kept.join("waybill.db"), &copy)?;
        // Or the first commits would wait for this copy to reach the disk.
        fs::OpenOptions::new().write(true).open(copy)?.sync_all()?;
        Ok(filled)
    }
}

impl Drop for Filled {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.home));
    }
}

/// Who wrote most of the issues that guests filed.
pub fn first_guest() -> String {
    format!("guest:{}", id(BEGIN, &mut Random::new(0)))
}

/// What the database is built from: another schema or another text makes another one.
fn key(folder: &Path) -> Fallible<u64> {
    let empty = folder.join(format!("tracker-empty-{}", std::process::id()));
    let schema = schema(&empty);
    drop(fs::remove_dir_all(&empty));
    let mut hasher = DefaultHasher::new();
    (schema?, include_str!("filled.rs"), include_str!("corpus.rs")).hash(&mut hasher);
    Ok(hasher.finish())
}

fn schema(home: &Path) -> Fallible<String> {
    let store = Store::open(home, Arc::new(|| NOW))?;
    Ok(store.read_blocking(|reader| {
        Ok(reader.query_row("SELECT group_concat(sql, ';') FROM sqlite_schema", [], |row| row.get(0))?)
    })?)
}

/// Builds beside the place and renames: what is cut off is never taken for whole. Others are superseded.
fn build_alone(folder: &Path, kept: &Path) -> Fallible<()> {
    for entry in fs::read_dir(folder)?.flatten() {
        if entry.file_name().to_string_lossy().starts_with("tracker-") {
            fs::remove_dir_all(entry.path())?;
        }
    }
    println!("building {ISSUES} issues and {UPDATES} updates once, into {}", kept.display());
    let half = kept.with_extension("building");
    build(&half)?;
    fs::rename(half, kept)?;
    Ok(())
}

fn build(home: &Path) -> Fallible<()> {
    let store = Store::open(home, Arc::new(|| BEGIN))?;
    let new = NewProject {
        slug: SLUG.to_owned(),
        name: "Measured".to_owned(),
        root_path: "/measured".into(),
        git_common_dir: "/measured/.git".into(),
        default_branch: "main".to_owned(),
        github_repo: None,
    };
    let project = store.write_blocking(move |w| projects::insert(w, &new, &Principal::Operator))?.id;
    drop(store);
    let connection = Connection::open(home.join("waybill.db"))?;
    // Nobody reads it before it is whole.
    connection.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -400000;
         BEGIN",
    )?;
    Builder { connection: &connection, corpus: Corpus::read()?, project: &project }.fill()?;
    connection.execute_batch(&INDEX.join(";"))?;
    connection.execute_batch("COMMIT")?;
    // Left alone for a moment, Waybill merges what its full-text indexes are made of.
    connection.execute_batch(
        "INSERT INTO issues_fts (issues_fts) VALUES ('optimize');
         INSERT INTO comments_fts (comments_fts) VALUES ('optimize');
         PRAGMA journal_mode = WAL",
    )?;
    drop(connection);
    // A database in use has been closed by Waybill many times, which keeps the planner's statistics.
    let store = Store::open(home, Arc::new(|| NOW))?;
    store.write_blocking(|_| Ok(()))?;
    drop(store);
    fs::write(home.join("project"), project.as_str())?;
    Ok(())
}

struct Builder<'a> {
    connection: &'a Connection,
    corpus: Corpus,
    project: &'a ProjectId,
}

/// What later rows need to know of an issue.
struct Written {
    id: String,
    created_at: i64,
    closed: bool,
}

impl Builder<'_> {
    fn fill(&self) -> Fallible<()> {
        let random = &mut Random::new(1);
        let guests = self.people(random)?;
        let labels = self.labels(random)?;
        let issues = self.issues(random, &guests, &labels)?;
        self.updates(random, &guests, &issues)?;
        self.todos(random, &issues)?;
        self.links(random, &issues)
    }

    fn people(&self, random: &mut Random) -> Fallible<Vec<String>> {
        let mut insert = self.connection.prepare(
            "INSERT INTO people (id, kind, handle, display_name, created_at) VALUES (?1, 'guest', ?2, ?3, ?4)",
        )?;
        let mut guests = vec![first_guest()];
        guests.extend((1..GUESTS).map(|_| format!("guest:{}", id(BEGIN, random))));
        for (index, guest) in guests.iter().enumerate() {
            let (handle, name) = (format!("guest{index}"), format!("Guest {index}"));
            insert.execute((guest.trim_start_matches("guest:"), handle, name, BEGIN))?;
        }
        Ok(guests)
    }

    fn labels(&self, random: &mut Random) -> Fallible<Vec<String>> {
        let mut insert = self
            .connection
            .prepare("INSERT INTO labels (id, project_id, name, colour) VALUES (?1, ?2, ?3, 'iris')")?;
        let mut ids = Vec::new();
        for name in LABELS {
            let id = id(BEGIN, random);
            insert.execute((&id, self.project.as_str(), name))?;
            ids.push(id);
        }
        Ok(ids)
    }

    fn issues(&self, random: &mut Random, guests: &[String], labels: &[String]) -> Fallible<Vec<Written>> {
        let mut insert = self.connection.prepare(
            "INSERT INTO issues (id, project_id, number, created_by, title, body, status, assignment, priority,
               created_at, updated_at, resolved_at, resolved_by)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, ?11, ?12)",
        )?;
        let mut bear = self
            .connection
            .prepare("INSERT OR IGNORE INTO issue_labels (issue_id, label_id) VALUES (?1, ?2)")?;
        let mut written = Vec::with_capacity(ISSUES);
        for index in 0..ISSUES {
            let number = i64::try_from(index)? + 1;
            let created_at = BEGIN + (NOW - BEGIN) / i64::try_from(ISSUES)? * (number - 1);
            let id = id(created_at, random);
            // Young issues are open, old ones mostly closed.
            let status = match random.below(100) + if index > ISSUES * 9 / 10 { 30 } else { 0 } {
                0..62 => "resolved",
                62..70 => "rejected",
                70..88 => "open",
                88..100 => "triaged",
                100..115 => "assigned",
                _ => random.one_of(&["open", "triaged", "in_progress"]),
            };
            let closed = matches!(status, "resolved" | "rejected");
            let assigned = matches!(status, "assigned" | "in_progress");
            let priority = match random.below(100) {
                0..15 => "low",
                15..75 => "medium",
                75..95 => "high",
                _ => "critical",
            };
            let author = match random.below(100) {
                0..70 => "operator",
                70..95 => {
                    guests[random.below(guests.len()) * random.below(guests.len()) / guests.len()].as_str()
                }
                _ => "agent:primary",
            };
            insert.execute((
                &id,
                self.project.as_str(),
                number,
                author,
                self.corpus.title(random),
                self.body(random, index),
                status,
                assigned.then_some("primary"),
                priority,
                created_at,
                closed.then_some(created_at + 86_400_000),
                closed.then_some("operator"),
            ))?;
            if random.percent(33) {
                bear.execute((&id, &labels[0]))?;
            }
            if index % (ISSUES / 20) == 7 {
                bear.execute((&id, &labels[1]))?;
            }
            for _ in 0..random.below(3) {
                bear.execute((&id, &labels[2 + random.below(labels.len() - 2)]))?;
            }
            written.push(Written { id, created_at, closed });
        }
        self.connection.execute(
            "UPDATE projects SET next_issue_number = ?2 WHERE id = ?1",
            (self.project.as_str(), i64::try_from(ISSUES)? + 1),
        )?;
        Ok(written)
    }

    /// A fifth contain the common word, a twentieth the phrase, seven the rare word.
    fn body(&self, random: &mut Random, index: usize) -> String {
        let mut body = self.corpus.text(random, 12);
        match index % 20 {
            3 => body.extend(["\nIt is seen within the ", PHRASE, " alone"]),
            8 | 13 | 18 => body.extend(["\nSince ", COMMON, " was added"]),
            _ => {}
        }
        if index % (ISSUES / 7) == 5 {
            body.extend([" and ", RARE, "."]);
        }
        body
    }

    fn updates(&self, random: &mut Random, guests: &[String], issues: &[Written]) -> Fallible<()> {
        let mut insert = self.connection.prepare(
            "INSERT INTO issue_updates (id, issue_id, author, kind, body, metadata, visibility, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?;
        let long = usize::try_from(LONG_ISSUE)? - 1;
        // Discussions go on side by side: an issue's updates do not lie together.
        for index in 0..UPDATES {
            let (at, spread) = if index % (UPDATES / LONG) == 0 {
                (long, 0)
            } else {
                let newest = (index * issues.len() / UPDATES).max(1);
                (newest.saturating_sub(random.below(2_000)), 1)
            };
            // The long issue has its thousand and no more.
            let issue = &issues[if at == long { long - spread } else { at }];
            let when =
                issue.created_at.max(BEGIN + (NOW - BEGIN) / i64::try_from(UPDATES)? * i64::try_from(index)?);
            let comment = random.percent(60);
            let author =
                if random.percent(80) { "operator" } else { guests[random.below(guests.len())].as_str() };
            let hidden = comment && random.percent(5);
            let (kind, metadata) = match random.below(10) {
                _ if comment => ("comment", None),
                0..6 => (
                    "status_change",
                    Some(json!({"from": "open", "to": "triaged", "via": "operator", "assignment": null})),
                ),
                6..8 => ("label_change", Some(json!({"added": [COMMON_LABEL], "removed": []}))),
                _ => ("priority_change", Some(json!({"from": "medium", "to": "high"}))),
            };
            let mut body = comment.then(|| self.corpus.text(random, 4));
            if let Some(body) = body.as_mut().filter(|_| random.percent(5)) {
                body.extend([" because of ", COMMON]);
            }
            insert.execute((
                id(when, random),
                &issue.id,
                author,
                kind,
                body,
                metadata.map(|value| value.to_string()),
                if hidden { "operator_only" } else { "all" },
                when,
            ))?;
        }
        self.connection.execute_batch(
            "UPDATE issues SET (comments, updated_at) = (
               SELECT count(*) FILTER (WHERE u.kind = 'comment'), max(issues.updated_at, coalesce(max(u.created_at), 0))
               FROM issue_updates u WHERE u.issue_id = issues.id)",
        )?;
        Ok(())
    }

    /// Every sixth issue has a plan.
    fn todos(&self, random: &mut Random, issues: &[Written]) -> Fallible<()> {
        let mut insert = self.connection.prepare(
            "INSERT INTO issue_todos (id, issue_id, content, status, kind, position, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
        )?;
        for issue in issues.iter().step_by(6) {
            for position in 0..i64::try_from(3 + random.below(5))? {
                let status =
                    if issue.closed { "completed" } else { random.one_of(&["pending", "completed"]) };
                let kind = if position < 2 { "criterion" } else { "step" };
                let content = self.corpus.title(random);
                insert.execute((
                    id(issue.created_at, random),
                    &issue.id,
                    content,
                    status,
                    kind,
                    position,
                    issue.created_at,
                ))?;
            }
        }
        Ok(())
    }

    /// Every fifth issue points at one before it.
    fn links(&self, random: &mut Random, issues: &[Written]) -> Fallible<()> {
        let mut insert = self.connection.prepare(
            "INSERT OR IGNORE INTO issue_links (id, project_id, from_issue, to_issue, kind, created_by, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, 'operator', ?6)",
        )?;
        for (index, issue) in issues.iter().enumerate().skip(5).step_by(5) {
            let other = &issues[index - 1 - random.below(index.min(500))];
            let kind = random.one_of(&["child_of", "blocked_by", "relates_to", "duplicate_of"]);
            let (from, to) =
                if kind == "relates_to" && other.id < issue.id { (other, issue) } else { (issue, other) };
            insert.execute((
                id(issue.created_at, random),
                self.project.as_str(),
                &from.id,
                &to.id,
                kind,
                issue.created_at,
            ))?;
        }
        Ok(())
    }
}

/// An id as Waybill would have made it then.
fn id(at: i64, random: &mut Random) -> String {
    let mut bits = [0; 16];
    bits[..6].copy_from_slice(&at.to_be_bytes()[2..]);
    bits[6..14].copy_from_slice(&random.next().to_be_bytes());
    bits[14..].copy_from_slice(&random.next().to_be_bytes()[..2]);
    ProjectId::of_bits(bits).to_string()
}
