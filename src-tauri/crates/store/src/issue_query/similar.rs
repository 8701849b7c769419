//! Open issues that resemble a title, found while it is typed.
//!
//! Each telling word of the title is looked for by itself, and an issue weighs as much as the words that it has, a rare
//! word more than a common one and a word in its title twice: bm25 without the lengths, which for one line of text say
//! nothing. So that a keystroke costs the same in a small tracker and in a large one, a word is followed through its
//! newest `MOST` occurrences only, and the titles of the `READ` heaviest issues are read.

use super::by_keys;
use super::filter::Filter;
use super::keys::Keys;
use crate::error::StoreError;
use crate::issues::Issue;
use crate::row::{all, to_json};
use crate::viewer::Viewer;
use rusqlite::Connection;
use std::collections::HashMap;
use waybill_domain::Millis;
use waybill_domain::ids::ProjectId;
use waybill_domain::query::Query;
use waybill_domain::similar::{expression, stem, telling_words};

/// How far back a word is followed.
const MOST: i64 = 5_000;
const READ: usize = 200;
const SHOWN: usize = 5;
/// How much of the title's weight an issue must have to resemble it.
const ENOUGH: f64 = 0.3;

/// At most five active issues that resemble a title, the most alike first.
pub fn similar(
    connection: &Connection,
    viewer: &Viewer,
    project: &ProjectId,
    title: &str,
    now: Millis,
) -> Result<Vec<Issue>, StoreError> {
    let words = telling_words(title);
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let active = Filter::new(connection, viewer, project, &Query::default(), false, now)?.keys(connection)?;
    let total = f64::from(u32::try_from(active.len()).unwrap_or(u32::MAX));
    let mut found = Vec::new();
    for word in words {
        let issues = occurrences(connection, &active, &expression(&word))?;
        let count = f64::from(u32::try_from(issues.len()).unwrap_or(u32::MAX));
        let weight = (1.0 + (total - count + 0.5) / (count + 0.5)).ln();
        found.push(Found { word, weight, issues });
    }
    let mut weights: HashMap<i64, f64> = HashMap::new();
    for (key, weight) in found.iter().flat_map(|found| found.issues.iter().map(|key| (key, found.weight))) {
        *weights.entry(key).or_default() += weight;
    }
    let mut best: Vec<(f64, i64)> = weights.into_iter().map(|(key, weight)| (weight, key)).collect();
    heaviest(&mut best, READ);
    weigh_titles(connection, &found, &mut best)?;
    let whole: f64 = found.iter().map(|found| 2.0 * found.weight).sum();
    best.retain(|(weight, _)| *weight >= ENOUGH * whole);
    heaviest(&mut best, SHOWN);
    by_keys(connection, viewer, &best.into_iter().map(|(_, key)| key).collect::<Vec<_>>())
}

/// A word of the title with the active issues that have it.
struct Found {
    word: String,
    weight: f64,
    issues: Keys,
}

/// Keeps the heaviest; of two that weigh the same the newer.
fn heaviest(issues: &mut Vec<(f64, i64)>, most: usize) {
    issues.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
    issues.truncate(most);
}

/// Adds the weight of the words that stand in the issues' titles once more.
fn weigh_titles(connection: &Connection, found: &[Found], best: &mut [(f64, i64)]) -> Result<(), StoreError> {
    let keys: Vec<i64> = best.iter().map(|(_, key)| *key).collect();
    let rows = all(
        connection,
        "SELECT i.key AS key, i.title AS title FROM json_each(?1) wanted CROSS JOIN issues i ON i.key = wanted.value",
        [to_json(&keys)?],
        |row| Ok((row.get::<_, i64>("key")?, row.get::<_, String>("title")?.to_lowercase())),
    )?;
    let titles: HashMap<i64, String> = rows.into_iter().collect();
    for (weight, key) in best {
        let Some(title) = titles.get(key) else { continue };
        let has = |word: &str| {
            title.split(|letter: char| !letter.is_alphanumeric()).any(|own| own.starts_with(word))
        };
        *weight += found.iter().filter(|found| has(stem(&found.word))).map(|found| found.weight).sum::<f64>();
    }
    Ok(())
}

/// The active issues among the newest that match.
fn occurrences(connection: &Connection, active: &Keys, expression: &str) -> Result<Keys, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT rowid FROM issues_fts WHERE issues_fts MATCH ?1 ORDER BY rowid DESC LIMIT ?2",
    )?;
    let mut rows = statement.query((expression, MOST))?;
    let mut found = Keys::default();
    while let Some(row) = rows.next()? {
        let key = row.get(0)?;
        if active.contains(key) {
            found.insert(key);
        }
    }
    Ok(found)
}
