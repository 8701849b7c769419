//! Search by relevance: what titles and bodies match first, then what only comments match, the newest first.
//!
//! A word that a fifth of a large tracker contains matches more rows than can be ranked while a person types. So bm25
//! (SPEC 3; the title weighs more) ranks a bounded set: of all issues that match and pass the filter, the newest
//! `RANKED` and the newest `RANKED` with a match in the title. All others follow in the order of their filing. As long as
//! no more than `RANKED` issues match, the ranking is bm25's over all of them.
//!
//! Words must occur together in one text: in title and body, or in one comment. A word that must not occur keeps out
//! issues whose title or body has it, and comments that have it; another comment that has it keeps nothing out.

use super::filter::Filter;
use super::keys::Keys;
use super::{Page, bad_cursor, by_keys, listed, matched};
use crate::error::StoreError;
use crate::issues::Issue;
use crate::row::{all, to_json};
use crate::viewer::Viewer;
use rusqlite::Connection;
use std::cmp::Ordering;
use std::collections::HashMap;
use waybill_domain::Millis;
use waybill_domain::ids::ProjectId;
use waybill_domain::query::{Query, Sort};

/// How many of the newest matches are ranked.
const RANKED: usize = 1_000;
/// When a filter lets so few issues pass, their comments are known beforehand, unless these are too many.
const FEW_ISSUES: usize = 300;
const FEW_COMMENTS: usize = 3_000;

/// Issues by relevance, each with an excerpt of where it was found, in which what matched stands between U+E000 and
/// U+E001. Without words it is a list with the beginnings of the bodies; with an order other than relevance, a list of
/// what titles and bodies match. Without a status, resolved and rejected issues are found as well.
pub fn search(
    connection: &Connection,
    viewer: &Viewer,
    project: &ProjectId,
    query: &Query,
    after: Option<&str>,
    limit: u32,
    now: Millis,
) -> Result<Page<(Issue, String)>, StoreError> {
    let mut filter = Filter::new(connection, viewer, project, query, true, now)?;
    let expression = match (query.fts(), query.sort) {
        (Some(expression), None | Some(Sort::Relevance)) => expression,
        (expression, _) => {
            let page = listed(connection, viewer, &mut filter, query, after, limit)?;
            let items = match expression {
                Some(expression) => with_excerpts(connection, &expression, page.items)?,
                None => page.items.into_iter().map(with_beginning).collect(),
            };
            return Ok(Page { items, next: page.next });
        }
    };
    let alone = filter.is_all() && is_only_project(connection)?;
    let allowed = if alone { None } else { Some(filter.keys(connection)?) };
    let (bounds, after) = match after {
        Some(text) => text.parse().map(|cursor: Cursor| (cursor.bounds, Some(cursor.after)))?,
        None => (Bounds::now(connection)?, None),
    };
    let search = Search { connection, viewer, query, expression, allowed, bounds };
    let (hits, more) = search.page(after, limit as usize)?;
    let next = hits.last().filter(|_| more).map(|last| Cursor { bounds, after: last.at }.to_string());
    Ok(Page { items: search.shown(&hits)?, next })
}

/// The newest issue and comment when the first page was made: later ones do not move what is on the next pages.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    issue: i64,
    comment: i64,
}

impl Bounds {
    fn now(connection: &Connection) -> Result<Self, StoreError> {
        let newest = |sql| connection.prepare_cached(sql)?.query_row([], |row| row.get(0));
        Ok(Self {
            issue: newest("SELECT coalesce(max(key), 0) FROM issues")?,
            comment: newest("SELECT coalesce(max(key), 0) FROM comment_places")?,
        })
    }
}

/// Where in the results a hit stands.
#[derive(Debug, Clone, Copy)]
enum At {
    /// Among those that are ranked, by rank and issue.
    Ranked(f64, i64),
    /// Among the other issues that match.
    Older(i64),
    /// Found by this comment alone.
    Comment(i64),
}

struct Cursor {
    bounds: Bounds,
    after: At,
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "s:{}:{}:", self.bounds.issue, self.bounds.comment)?;
        match self.after {
            At::Ranked(rank, key) => write!(formatter, "r:{rank}:{key}"),
            At::Older(key) => write!(formatter, "o:{key}"),
            At::Comment(key) => write!(formatter, "c:{key}"),
        }
    }
}

impl std::str::FromStr for Cursor {
    type Err = StoreError;
    fn from_str(text: &str) -> Result<Self, StoreError> {
        let number = |text: &str| text.parse::<i64>().map_err(|_| bad_cursor());
        let parts: Vec<&str> = text.split(':').collect();
        let (issue, comment, after) = match parts.as_slice() {
            ["s", issue, comment, "r", rank, key] => {
                let rank = rank.parse().ok().filter(|rank: &f64| rank.is_finite()).ok_or_else(bad_cursor)?;
                (issue, comment, At::Ranked(rank, number(key)?))
            }
            ["s", issue, comment, "o", key] => (issue, comment, At::Older(number(key)?)),
            ["s", issue, comment, "c", key] => (issue, comment, At::Comment(number(key)?)),
            _ => return Err(bad_cursor()),
        };
        let bounds = Bounds { issue: number(issue)?, comment: number(comment)? };
        Ok(Self { bounds, after })
    }
}

/// An issue that was found.
#[derive(Debug, Clone, Copy)]
struct Hit {
    issue: i64,
    at: At,
}

struct Search<'a> {
    connection: &'a Connection,
    viewer: &'a Viewer,
    query: &'a Query,
    expression: String,
    /// What passes the filter; `None`: everything.
    allowed: Option<Keys>,
    bounds: Bounds,
}

impl Search<'_> {
    /// The hits after a place, and whether there are more.
    fn page(&self, after: Option<At>, limit: usize) -> Result<(Vec<Hit>, bool), StoreError> {
        let matched = self.matched(&self.expression)?;
        let mut hits = Vec::new();
        if !matches!(after, Some(At::Comment(_))) {
            self.in_issues(&matched, after, limit + 1, &mut hits)?;
        }
        if hits.len() <= limit {
            let newest = match after {
                Some(At::Comment(key)) => key.saturating_sub(1).min(self.bounds.comment),
                _ => self.bounds.comment,
            };
            self.in_comments(&matched, newest, limit + 1, &mut hits)?;
        }
        let more = hits.len() > limit;
        hits.truncate(limit);
        Ok((hits, more))
    }

    /// The issues whose title or body match an expression, filtered or not.
    fn matched(&self, expression: &str) -> Result<Keys, StoreError> {
        matched(self.connection, expression, self.bounds.issue)
    }

    fn allows(&self, issue: i64) -> bool {
        self.allowed.as_ref().is_none_or(|allowed| allowed.contains(issue))
    }

    fn in_issues(
        &self,
        matched: &Keys,
        after: Option<At>,
        most: usize,
        hits: &mut Vec<Hit>,
    ) -> Result<(), StoreError> {
        let mut found = matched.clone();
        if let Some(allowed) = &self.allowed {
            found.intersect(allowed);
        }
        let mut found: Vec<i64> = found.iter().collect();
        found.reverse();
        let ranked = self.to_rank(matched, &found)?;
        let after_ranked = match after {
            None => Some(None),
            Some(At::Ranked(rank, key)) => Some(Some((rank, key))),
            _ => None,
        };
        if let Some(after) = after_ranked {
            let order = self.rank(&ranked)?;
            let from = after.map_or(0, |after| position_after(&order, after));
            hits.extend(
                order[from..]
                    .iter()
                    .take(most)
                    .map(|&(rank, key)| Hit { issue: key, at: At::Ranked(rank, key) }),
            );
        }
        let older = match after {
            Some(At::Older(key)) => key,
            _ => i64::MAX,
        };
        let rest = found.into_iter().filter(|key| *key < older && !ranked.contains(*key));
        hits.extend(
            rest.take(most.saturating_sub(hits.len())).map(|key| Hit { issue: key, at: At::Older(key) }),
        );
        Ok(())
    }

    /// The issues that are ranked: the newest that match, and the newest whose title does.
    fn to_rank(&self, matched: &Keys, found: &[i64]) -> Result<Keys, StoreError> {
        let mut ranked: Keys = found.iter().copied().take(RANKED).collect();
        if found.len() > RANKED {
            let titled = self.matched(&format!("{{title}} : ({})", self.expression))?;
            let titled = found.iter().copied().filter(|key| titled.contains(*key) && matched.contains(*key));
            for key in titled.take(RANKED) {
                ranked.insert(key);
            }
        }
        Ok(ranked)
    }

    /// Ranks issues, the best first; of two that are as good the newer.
    fn rank(&self, keys: &Keys) -> Result<Vec<(f64, i64)>, StoreError> {
        let wanted: Vec<i64> = keys.iter().collect();
        let (Some(first), Some(last)) = (wanted.first(), wanted.last()) else { return Ok(Vec::new()) };
        // The plus keeps the set from being looked up one by one, each with a search of its own.
        let mut ranked = all(
            self.connection,
            "SELECT rowid AS key, bm25(issues_fts, 4.0, 1.0) AS rank FROM issues_fts
             WHERE issues_fts MATCH ?1 AND rowid BETWEEN ?2 AND ?3 AND +rowid IN (SELECT value FROM json_each(?4))",
            (&self.expression, first, last, to_json(&wanted)?),
            |row| Ok((row.get::<_, f64>("rank")?, row.get::<_, i64>("key")?)),
        )?;
        ranked.sort_unstable_by(by_rank);
        Ok(ranked)
    }

    /// Issues that only comments match, each at its newest comment that does and that the viewer sees.
    fn in_comments(
        &self,
        matched: &Keys,
        newest: i64,
        most: usize,
        hits: &mut Vec<Hit>,
    ) -> Result<(), StoreError> {
        let unwanted = match self.query.fts_without() {
            Some(expression) => self.matched(&expression)?,
            None => Keys::default(),
        };
        let (sql, few) = match self.few_comments()? {
            Some(few) => (FEW, to_json(&few)?),
            None => (MANY, String::new()),
        };
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = if few.is_empty() {
            statement.query((&self.expression, self.bounds.comment))?
        } else {
            statement.query((&self.expression, self.bounds.comment, few))?
        };
        // Newer comments than the page's are read again, since an issue stands where its newest one is.
        let mut seen = Keys::default();
        while hits.len() < most {
            let Some(row) = rows.next()? else { break };
            let (comment, issue, hidden): (i64, i64, bool) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let is_theirs = !(hidden && self.viewer.is_guest()) && self.allows(issue);
            let is_hit = is_theirs
                && issue <= self.bounds.issue
                && !matched.contains(issue)
                && !unwanted.contains(issue);
            if is_hit && seen.insert(issue) && comment <= newest {
                hits.push(Hit { issue, at: At::Comment(comment) });
            }
        }
        Ok(())
    }

    /// The comments of the issues that pass, when these are few: then no other comment is looked at.
    fn few_comments(&self) -> Result<Option<Vec<i64>>, StoreError> {
        let Some(allowed) = self.allowed.as_ref().filter(|allowed| allowed.len() <= FEW_ISSUES) else {
            return Ok(None);
        };
        let issues: Vec<i64> = allowed.iter().collect();
        let comments = all(
            self.connection,
            "SELECT p.key AS key FROM json_each(?1) wanted CROSS JOIN issues i ON i.key = wanted.value
             CROSS JOIN issue_updates u ON u.issue_id = i.id CROSS JOIN comment_places p ON p.key = u.key LIMIT ?2",
            (to_json(&issues)?, i64::try_from(FEW_COMMENTS + 1).unwrap_or(i64::MAX)),
            |row| Ok(row.get::<_, i64>("key")?),
        )?;
        Ok((comments.len() <= FEW_COMMENTS).then_some(comments))
    }

    /// The issues of hits, with excerpts of where they were found.
    fn shown(&self, hits: &[Hit]) -> Result<Vec<(Issue, String)>, StoreError> {
        let (mut texts, mut comments) = (Vec::new(), Vec::new());
        for hit in hits {
            match hit.at {
                At::Comment(key) => comments.push(key),
                At::Ranked(..) | At::Older(_) => texts.push(hit.issue),
            }
        }
        let texts = snippets(self.connection, ISSUE_SNIPPETS, &self.expression, &texts)?;
        let comments = snippets(self.connection, COMMENT_SNIPPETS, &self.expression, &comments)?;
        let keys: Vec<i64> = hits.iter().map(|hit| hit.issue).collect();
        let issues = by_keys(self.connection, self.viewer, &keys)?;
        let excerpt = |hit: &Hit| {
            let text = match hit.at {
                At::Comment(key) => comments.get(&key),
                At::Ranked(..) | At::Older(_) => texts.get(&hit.issue),
            };
            text.cloned().unwrap_or_default()
        };
        Ok(issues.into_iter().zip(hits).map(|(issue, hit)| (issue, excerpt(hit))).collect())
    }
}

const MANY: &str =
    "SELECT p.key, p.issue_key, p.hidden FROM comments_fts f CROSS JOIN comment_places p ON p.key = f.rowid
     WHERE comments_fts MATCH ?1 AND f.rowid <= ?2 ORDER BY f.rowid DESC";
/// As `MANY`, of comments that are given. The plus keeps them from being looked up one by one, each with a search of its own.
const FEW: &str = "SELECT p.key, p.issue_key, p.hidden FROM comments_fts f CROSS JOIN comment_places p ON p.key = f.rowid
     WHERE comments_fts MATCH ?1 AND f.rowid <= ?2 AND +f.rowid IN (SELECT value FROM json_each(?3)) ORDER BY f.rowid DESC";
const ISSUE_SNIPPETS: &str = "SELECT rowid AS key, snippet(issues_fts, -1, char(57344), char(57345), '…', 16) AS excerpt
     FROM issues_fts WHERE issues_fts MATCH ?1 AND rowid BETWEEN ?2 AND ?3 AND +rowid IN (SELECT value FROM json_each(?4))";
const COMMENT_SNIPPETS: &str = "SELECT rowid AS key, snippet(comments_fts, -1, char(57344), char(57345), '…', 16) AS excerpt
     FROM comments_fts WHERE comments_fts MATCH ?1 AND rowid BETWEEN ?2 AND ?3 AND +rowid IN (SELECT value FROM json_each(?4))";

/// Text around what matched, by row key, on one line each.
fn snippets(
    connection: &Connection,
    sql: &str,
    expression: &str,
    keys: &[i64],
) -> Result<HashMap<i64, String>, StoreError> {
    let (Some(first), Some(last)) = (keys.iter().min(), keys.iter().max()) else { return Ok(HashMap::new()) };
    let rows = all(connection, sql, (expression, first, last, to_json(&keys)?), |row| {
        let excerpt: Option<String> = row.get("excerpt")?;
        Ok((row.get::<_, i64>("key")?, excerpt.unwrap_or_default().replace('\n', " ")))
    })?;
    Ok(rows.into_iter().collect())
}

/// The better rank is the smaller one.
fn by_rank(a: &(f64, i64), b: &(f64, i64)) -> Ordering {
    a.0.total_cmp(&b.0).then(b.1.cmp(&a.1))
}

/// Where the results go on. The last page's end is looked for by its issue, since ranks move a little with each filing.
fn position_after(order: &[(f64, i64)], after: (f64, i64)) -> usize {
    match order.iter().position(|(_, key)| *key == after.1) {
        Some(index) => index + 1,
        None => order.partition_point(|ranked| by_rank(ranked, &after) == Ordering::Less),
    }
}

fn is_only_project(connection: &Connection) -> Result<bool, StoreError> {
    let count: i64 = connection
        .prepare_cached("SELECT count(*) FROM (SELECT 1 FROM projects LIMIT 2)")?
        .query_row([], |row| row.get(0))?;
    Ok(count == 1)
}

fn with_excerpts(
    connection: &Connection,
    expression: &str,
    issues: Vec<Issue>,
) -> Result<Vec<(Issue, String)>, StoreError> {
    let ids: Vec<_> = issues.iter().map(|issue| &issue.id).collect();
    let rows = all(
        connection,
        "SELECT i.id, i.key FROM json_each(?1) wanted CROSS JOIN issues i ON i.id = wanted.value",
        [to_json(&ids)?],
        |row| Ok((row.get::<_, String>("id")?, row.get::<_, i64>("key")?)),
    )?;
    let keys: HashMap<String, i64> = rows.into_iter().collect();
    let mut excerpts =
        snippets(connection, ISSUE_SNIPPETS, expression, &keys.values().copied().collect::<Vec<_>>())?;
    let mut excerpt =
        |issue: &Issue| keys.get(issue.id.as_str()).and_then(|key| excerpts.remove(key)).unwrap_or_default();
    Ok(issues
        .into_iter()
        .map(|issue| {
            let text = excerpt(&issue);
            (issue, text)
        })
        .collect())
}

fn with_beginning(issue: Issue) -> (Issue, String) {
    let start = waybill_domain::text::cut(&issue.body.replace('\n', " "), 160);
    (issue, start)
}
