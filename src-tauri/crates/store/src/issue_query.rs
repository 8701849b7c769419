//! Lists and searches of issues: a query becomes SQL of fixed fragments with parameters, paged by key.

use crate::error::StoreError;
use crate::issues::{self, COLUMNS, Issue};
use crate::row::all;
use rusqlite::Connection;
use rusqlite::types::Value;
use std::fmt::Write as _;
use waybill_domain::Millis;
use waybill_domain::ids::ProjectId;
use waybill_domain::issue::Execution;
use waybill_domain::query::{Age, Query, Sort};

/// A page of issues and the cursor of the next one.
#[derive(Debug, Clone)]
pub struct IssuePage<T> {
    pub items: Vec<T>,
    pub next: Option<String>,
}

/// Issues that a query asks for. Without a status or a number in it: those neither resolved nor rejected.
pub fn list(
    connection: &Connection,
    project: &ProjectId,
    query: &Query,
    after: Option<&str>,
    limit: u32,
    now: Millis,
) -> Result<IssuePage<Issue>, StoreError> {
    let mut sql = Sql::new(project);
    if query.statuses.is_empty() && query.numbers.is_empty() {
        sql.condition("i.closed = 0", []);
    }
    sql.filter(query, now);
    if query.has_text() {
        sql.text(query);
    }
    let order = Order::of(query.sort);
    sql.after(&order, after)?;
    let sort = order.sql();
    let text = format!(
        "SELECT {COLUMNS}, {} AS sort_key FROM issues i LEFT JOIN runs r ON r.id = i.run_id WHERE {} ORDER BY {sort} LIMIT {}",
        order.key(),
        sql.conditions,
        limit + 1
    );
    let rows = all(connection, &text, rusqlite::params_from_iter(sql.values), |row| {
        Ok((issues::read(row)?, row.get::<_, i64>("sort_key")?))
    })?;
    let more = rows.len() > limit as usize;
    let mut items = rows;
    items.truncate(limit as usize);
    let next = items.last().filter(|_| more).map(|(issue, key)| order.cursor(*key, issue.number));
    Ok(IssuePage { items: items.into_iter().map(|(issue, _)| issue).collect(), next })
}

/// Issues by relevance (bm25, the title weighs more), each with an excerpt in which what matched stands between
/// U+E000 and U+E001. Without words it is a list with the beginnings of the bodies.
pub fn search(
    connection: &Connection,
    project: &ProjectId,
    query: &Query,
    after: Option<&str>,
    limit: u32,
    now: Millis,
) -> Result<IssuePage<(Issue, String)>, StoreError> {
    let Some(expression) = query.fts() else {
        let everything = Query { statuses: or_all(query), ..query.clone() };
        let page = list(connection, project, &everything, after, limit, now)?;
        let excerpt = |issue: Issue| {
            let start = waybill_domain::text::cut(&issue.body.replace('\n', " "), 160);
            (issue, start)
        };
        return Ok(IssuePage { items: page.items.into_iter().map(excerpt).collect(), next: page.next });
    };
    let mut sql = Sql::new(project);
    sql.filter(query, now);
    let offset = after.map(|cursor| cursor.strip_prefix("r:").and_then(|rest| rest.split_once(':')));
    if let Some(cursor) = offset {
        let (rank, key) = cursor
            .and_then(|(rank, key)| Some((rank.parse::<f64>().ok()?, key.parse::<i64>().ok()?)))
            .ok_or_else(bad_cursor)?;
        sql.condition("(f.rank, i.key) > (?, ?)", [Value::Real(rank), Value::Integer(key)]);
    }
    // The inner query ranks by the index alone; excerpts are made only for the rows of the page.
    let text = format!(
        "SELECT {COLUMNS}, i.key AS key, f.rank AS rank,
           (SELECT snippet(issues_fts, -1, char(57344), char(57345), '…', 16) FROM issues_fts
            WHERE issues_fts MATCH ? AND rowid = i.key) AS excerpt
         FROM (SELECT rowid AS key, bm25(issues_fts, 4.0, 1.0) AS rank FROM issues_fts WHERE issues_fts MATCH ?) f
         JOIN issues i ON i.key = f.key LEFT JOIN runs r ON r.id = i.run_id
         WHERE {} ORDER BY f.rank, i.key LIMIT {}",
        sql.conditions,
        limit + 1
    );
    let mut values = vec![Value::Text(expression.clone()), Value::Text(expression)];
    values.append(&mut sql.values);
    let rows = all(connection, &text, rusqlite::params_from_iter(values), |row| {
        Ok((
            issues::read(row)?,
            row.get::<_, Option<String>>("excerpt")?.unwrap_or_default(),
            row.get::<_, f64>("rank")?,
            row.get::<_, i64>("key")?,
        ))
    })?;
    let more = rows.len() > limit as usize;
    let mut items = rows;
    items.truncate(limit as usize);
    let next = items.last().filter(|_| more).map(|(_, _, rank, key)| format!("r:{rank}:{key}"));
    let flat = |excerpt: String| excerpt.replace('\n', " ");
    Ok(IssuePage {
        items: items.into_iter().map(|(issue, excerpt, _, _)| (issue, flat(excerpt))).collect(),
        next,
    })
}

fn or_all(query: &Query) -> Vec<waybill_domain::issue::Status> {
    if query.statuses.is_empty() {
        waybill_domain::issue::Status::ALL.to_vec()
    } else {
        query.statuses.clone()
    }
}

fn bad_cursor() -> StoreError {
    StoreError::Invalid("the cursor is not one that this list gave; leave it out to begin anew".to_owned())
}

/// The order of a list: a key, and the number where keys are equal.
enum Order {
    Number { descending: bool },
    Updated,
    Priority,
}

const PRIORITY_KEY: &str =
    "CASE i.priority WHEN 'critical' THEN 3 WHEN 'high' THEN 2 WHEN 'medium' THEN 1 ELSE 0 END";

impl Order {
    const fn of(sort: Option<Sort>) -> Self {
        match sort {
            None | Some(Sort::Newest | Sort::Relevance) => Self::Number { descending: true },
            Some(Sort::Oldest) => Self::Number { descending: false },
            Some(Sort::Updated) => Self::Updated,
            Some(Sort::Priority) => Self::Priority,
        }
    }

    const fn key(&self) -> &'static str {
        match self {
            Self::Number { .. } => "i.number",
            Self::Updated => "i.updated_at",
            Self::Priority => PRIORITY_KEY,
        }
    }

    const fn letter(&self) -> char {
        match self {
            Self::Number { .. } => 'n',
            Self::Updated => 'u',
            Self::Priority => 'p',
        }
    }

    fn sql(&self) -> String {
        match self {
            Self::Number { descending: true } => "i.number DESC".to_owned(),
            Self::Number { descending: false } => "i.number".to_owned(),
            Self::Updated => "i.updated_at DESC, i.number DESC".to_owned(),
            Self::Priority => format!("{PRIORITY_KEY} DESC, i.number DESC"),
        }
    }

    fn cursor(&self, key: i64, number: i64) -> String {
        format!("{}:{key}:{number}", self.letter())
    }
}

struct Sql {
    conditions: String,
    values: Vec<Value>,
}

impl Sql {
    fn new(project: &ProjectId) -> Self {
        Self { conditions: "i.project_id = ?".to_owned(), values: vec![Value::Text(project.to_string())] }
    }

    fn condition(&mut self, sql: &str, values: impl IntoIterator<Item = Value>) {
        let _ = write!(self.conditions, " AND {sql}");
        self.values.extend(values);
    }

    fn any_of<'a>(&mut self, column: &str, words: impl ExactSizeIterator<Item = &'a str>) {
        if words.len() == 0 {
            return;
        }
        let marks = vec!["?"; words.len()].join(", ");
        self.condition(
            &format!("{column} IN ({marks})"),
            words.map(|word| Value::Text(word.to_owned())).collect::<Vec<_>>(),
        );
    }

    fn filter(&mut self, query: &Query, now: Millis) {
        self.any_of("i.status", query.statuses.iter().map(|status| status.as_str()));
        self.any_of("i.priority", query.priorities.iter().map(|priority| priority.as_str()));
        if !query.numbers.is_empty() {
            let marks = vec!["?"; query.numbers.len()].join(", ");
            let numbers: Vec<Value> = query.numbers.iter().map(|number| Value::Integer(*number)).collect();
            self.condition(&format!("i.number IN ({marks})"), numbers);
        }
        if !query.executions.is_empty() {
            let words: Vec<&str> =
                query.executions.iter().flat_map(|word| run_statuses(*word)).copied().collect();
            let marks = vec!["?"; words.len()].join(", ");
            let project = self.values[0].clone();
            let words = words.into_iter().map(|word| Value::Text(word.to_owned()));
            self.condition(
                &format!("i.run_id IN (SELECT id FROM runs WHERE project_id = ? AND status IN ({marks}))"),
                std::iter::once(project).chain(words).collect::<Vec<_>>(),
            );
        }
        for label in &query.labels {
            let project = self.values[0].clone();
            self.condition(
                "i.id IN (SELECT il.issue_id FROM labels l JOIN issue_labels il ON il.label_id = l.id
                   WHERE l.project_id = ? AND l.name = ? COLLATE NOCASE)",
                [project, Value::Text(label.clone())],
            );
        }
        let authors: Vec<&str> =
            query.authors.iter().map(|who| if who == "me" { "operator" } else { who }).collect();
        self.any_of("i.created_by", authors.into_iter());
        if query.assigned.iter().any(|target| target == "none") {
            self.condition("i.assignment IS NULL", []);
        } else {
            self.any_of("i.assignment", query.assigned.iter().map(String::as_str));
        }
        if query.has_run {
            self.condition("i.run_id IS NOT NULL", []);
        }
        match query.updated {
            Some(Age::Within(span)) => {
                self.condition("i.updated_at >= ?", [Value::Integer(now.saturating_sub(span))]);
            }
            Some(Age::Before(span)) => {
                self.condition("i.updated_at < ?", [Value::Integer(now.saturating_sub(span))]);
            }
            None => {}
        }
    }

    fn text(&mut self, query: &Query) {
        if let Some(expression) = query.fts() {
            self.condition(
                "i.key IN (SELECT rowid FROM issues_fts WHERE issues_fts MATCH ?)",
                [Value::Text(expression)],
            );
            return;
        }
        for term in &query.without {
            let only = Query { terms: vec![term.clone()], ..Query::default() };
            if let Some(expression) = only.fts() {
                self.condition(
                    "i.key NOT IN (SELECT rowid FROM issues_fts WHERE issues_fts MATCH ?)",
                    [Value::Text(expression)],
                );
            }
        }
    }

    fn after(&mut self, order: &Order, cursor: Option<&str>) -> Result<(), StoreError> {
        let Some(cursor) = cursor else { return Ok(()) };
        let parts: Vec<&str> = cursor.split(':').collect();
        let (key, number) = match parts.as_slice() {
            [letter, key, number] if *letter == order.letter().to_string() => {
                key.parse::<i64>().ok().zip(number.parse().ok())
            }
            _ => None,
        }
        .ok_or_else(bad_cursor)?;
        let values = [Value::Integer(key), Value::Integer(number)];
        match order {
            Order::Number { descending: true } => self.condition("i.number < ?", [Value::Integer(number)]),
            Order::Number { descending: false } => self.condition("i.number > ?", [Value::Integer(number)]),
            Order::Updated => self.condition("(i.updated_at, i.number) < (?, ?)", values),
            Order::Priority => self.condition(&format!("({PRIORITY_KEY}, i.number) < (?, ?)"), values),
        }
        Ok(())
    }
}

/// The run statuses that a derived word stands for.
const fn run_statuses(word: Execution) -> &'static [&'static str] {
    match word {
        Execution::New => &[],
        Execution::Running => &["pending", "running"],
        Execution::Completed => &["completed"],
        Execution::Failed => &["failed", "cancelled"],
    }
}

#[cfg(test)]
mod tests {
    use super::{list, search};
    use crate::issues::{self, Issue, NewIssue};
    use crate::projects::{self, NewProject};
    use crate::{Store, StoreError};
    use proptest::prelude::*;
    use std::sync::Arc;
    use waybill_domain::ids::ProjectId;
    use waybill_domain::issue::{Priority, Status, Via};
    use waybill_domain::principal::Principal;
    use waybill_domain::query::Query;

    /// A project whose issues differ in status, priority and label, by their numbers.
    fn filled(count: i64) -> (tempfile::TempDir, Store, ProjectId) {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let store = Store::open(directory.path(), Arc::new(|| 1_000)).expect("opens");
        let project = store.write_blocking(move |w| {
            let new = NewProject {
                slug: "p".to_owned(),
                name: "P".to_owned(),
                root_path: "/r".into(),
                git_common_dir: "/r/.git".into(),
                default_branch: "main".to_owned(),
                github_repo: None,
            };
            let project = projects::insert(w, &new, &Principal::Operator)?;
            for index in 0..count {
                let new = NewIssue {
                    title: format!(
                        "Issue {index} about {}",
                        if index % 5 == 0 { "labels" } else { "the importer" }
                    ),
                    body: format!("Body of {index}\nwith a second line"),
                    priority: Priority::ALL[usize::try_from(index).unwrap_or(0) % 4],
                    labels: if index % 3 == 0 { vec!["bug".to_owned()] } else { Vec::new() },
                };
                let issue = issues::insert(w, &project.id, &new, &Principal::Operator)?;
                if index % 4 == 1 {
                    issues::make_move(w, &issue, Status::Resolved, Via::Operator, &Principal::Operator)?;
                }
            }
            Ok(project.id)
        });
        (directory, store, project.expect("is filled"))
    }

    fn numbers(store: &Store, project: &ProjectId, line: &str, page: u32) -> Vec<i64> {
        let query = Query::parse(line);
        let (mut found, mut after): (Vec<Issue>, Option<String>) = (Vec::new(), None);
        loop {
            let page = store
                .read_blocking(|r| list(r, project, &query, after.as_deref(), page, 2_000))
                .expect("is read");
            found.extend(page.items);
            after = page.next;
            if after.is_none() {
                return found.iter().map(|issue| issue.number).collect();
            }
        }
    }

    #[test]
    fn pages_of_every_order_show_each_issue_once() {
        let (_directory, store, project) = filled(120);
        for line in
            ["is:all", "is:all sort:oldest", "is:all sort:priority", "is:all sort:updated", "is:all importer"]
        {
            let whole = numbers(&store, &project, line, 200);
            assert_eq!(
                numbers(&store, &project, line, 7),
                whole,
                "{line}: a row was lost or shown twice between pages"
            );
        }
        assert_eq!(numbers(&store, &project, "is:all", 200).len(), 120);
        assert_eq!(numbers(&store, &project, "", 200).len(), 90, "without a status, only what is active");
        assert_eq!(numbers(&store, &project, "label:BUG is:all", 200).len(), 40);
        assert_eq!(numbers(&store, &project, "priority:critical is:all", 200).len(), 30);
        assert_eq!(
            numbers(&store, &project, "#7 #9", 200),
            [9, 7],
            "numbers are found whatever their status"
        );
    }

    #[test]
    fn a_search_finds_in_title_and_body_and_marks_the_match() {
        let (_directory, store, project) = filled(30);
        let query = Query::parse("label* -importer");
        let page = store.read_blocking(|r| search(r, &project, &query, None, 50, 2_000)).expect("is read");
        assert_eq!(page.items.len(), 6);
        assert!(
            page.items[0].1.contains('\u{e000}'),
            "the reader must see why it was found: {:?}",
            page.items[0].1
        );
        let (first, rest) = {
            let query = Query::parse("second");
            let first =
                store.read_blocking(|r| search(r, &project, &query, None, 20, 2_000)).expect("is read");
            let rest = store
                .read_blocking(|r| search(r, &project, &query, first.next.as_deref(), 20, 2_000))
                .expect("is read");
            (first, rest)
        };
        assert_eq!((first.items.len(), rest.items.len(), rest.next), (20, 10, None));
    }

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        let (_directory, store, project) = filled(3);
        for cursor in ["", "x", "n:1", "u:1:2", "n:a:b", "n:1:2:3"] {
            let refused = store.read_blocking(|r| list(r, &project, &Query::default(), Some(cursor), 5, 0));
            assert!(matches!(refused, Err(StoreError::Invalid(_))), "{cursor:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn whatever_is_typed_the_database_answers(line in ".{0,80}") {
            thread_local! {
                static FILLED: (tempfile::TempDir, Store, ProjectId) = filled(5);
            }
            FILLED.with(|(_, store, project)| {
                let query = Query::parse(&line);
                prop_assert!(store.read_blocking(|r| list(r, project, &query, None, 5, 0)).is_ok(), "{line:?}");
                prop_assert!(store.read_blocking(|r| search(r, project, &query, None, 5, 0)).is_ok(), "{line:?}");
                Ok(())
            })?;
        }
    }
}
