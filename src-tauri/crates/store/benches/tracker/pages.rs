//! Everything that reads a page, against the same statements run raw; and what no page may exceed.

use crate::corpus::{COMMON, Corpus, PHRASE, RARE, Random};
use crate::filled::{COMMON_LABEL, Filled, LONG, LONG_ISSUE, NOW, RARE_LABEL, first_guest};
use crate::filled_store;
use crate::measure::{Fallible, in_turns, is_wanted, share, tell, tell_amounts, time};
use crate::raw::{Raw, asked, connect};
use crate::typed::{phrase, word};
use rusqlite::Connection;
use std::time::Duration;
use waybill_domain::query::{GroupBy, Query};
use waybill_store::authors::Authors;
use waybill_store::issues::Issue;
use waybill_store::viewer::Viewer;
use waybill_store::{Reader, Store, StoreError, claims, issue_query, labels, links, todos};

/// A page may take this many times what `SQLite` alone takes for it.
const BUDGET: f64 = 1.5;
const PAGE: u32 = 50;
/// A search shows its effect with the next frame.
const BOUND: Duration = Duration::from_millis(20);
const WORDS: usize = 60;

/// What measures some of the pages.
type Part = fn(&Pages<'_>) -> Fallible<()>;

pub fn measure(filled: &Filled) -> Fallible<()> {
    let store = filled_store(filled)?;
    let pages = Pages { raw: connect(&store)?, store, filled };
    let parts: [(&str, Part); 4] = [
        ("lists", |pages| pages.lists()),
        ("searches", |pages| pages.searches()),
        ("issue", |pages| pages.one_issue()),
        ("overviews", |pages| pages.overviews()),
    ];
    parts.iter().filter(|(name, _)| is_wanted(name)).try_for_each(|(_, part)| part(&pages))
}

struct Pages<'a> {
    raw: Connection,
    store: Store,
    filled: &'a Filled,
}

impl Pages<'_> {
    fn lists(&self) -> Fallible<()> {
        let guest = format!("by:{}", first_guest());
        let filters = [
            ("list, 50 of the default", ""),
            ("list, oldest first", "is:all sort:oldest"),
            ("list, last updated first", "sort:updated"),
            ("list, by priority", "sort:priority"),
            ("filter, status", "is:triaged"),
            ("filter, priority", "priority:critical"),
            ("filter, common label", &format!("label:{COMMON_LABEL}")),
            ("filter, rare label", &format!("label:\"{RARE_LABEL}\" is:all")),
            ("filter, author", &guest),
            ("filter, all of it", &format!("is:triaged priority:high label:{COMMON_LABEL} {guest}")),
        ];
        let mut times = Vec::new();
        for (measure, line) in filters {
            let query = Query::parse(line);
            times.push(self.against_raw(measure, 40, |reader| self.list(reader, &query))?);
        }
        tell_bound("list or filter, the slowest", times.into_iter().max().unwrap_or_default(), BOUND);
        Ok(())
    }

    fn searches(&self) -> Fallible<()> {
        let kinds = [
            ("common word", COMMON.to_owned()),
            ("rare word", RARE.to_owned()),
            ("prefix", format!("{}*", &COMMON[..4])),
            ("phrase", format!("\"{PHRASE}\"")),
            ("word without another", format!("{COMMON} -window")),
            ("word with a filter", format!("{COMMON} is:open label:{COMMON_LABEL}")),
        ];
        for (kind, line) in kinds {
            let query = Query::parse(&line);
            self.against_raw(&format!("search, {kind}"), 25, |reader| self.search(reader, &query))?;
            self.bounded(&format!("search, {kind}"), |reader| self.search(reader, &query))?;
        }
        // What people type is as frequent as it is in the text: most of these words stand in thousands of issues.
        let (corpus, random) = (Corpus::read()?, &mut Random::new(5));
        self.any("search, any word, p95", || word(&corpus, random))?;
        self.any("search, any prefix, p95", || format!("{}*", &word(&corpus, random)[..3]))?;
        self.any("search, any phrase, p95", || format!("\"{}\"", phrase(&corpus, random)))?;
        self.any("search, any two words, p95", || {
            format!("{} {}", word(&corpus, random), word(&corpus, random))
        })
    }

    fn any(&self, measure: &str, mut line: impl FnMut() -> String) -> Fallible<()> {
        let mut times = Vec::new();
        for _ in 0..WORDS {
            let query = Query::parse(&line());
            times.push(self.best(|reader| self.search(reader, &query))?);
        }
        tell_bound(measure, share(times, 95), BOUND);
        Ok(())
    }

    fn one_issue(&self) -> Fallible<()> {
        let project = &self.filled.project;
        let read = |reader: &Reader<'_>| {
            let issue = Viewer::Operator.issue(reader, project, LONG_ISSUE)?;
            labels::of_issue(reader, &issue.id)?;
            todos::list(reader, &issue.id)?;
            links::list(reader, &issue.id)?;
            let (mut before, mut count) = (None, 0);
            loop {
                let page = Viewer::Operator.updates(reader, &issue.id, before, 200)?;
                let Some(last) = page.last() else { return Ok(count) };
                Authors::load(reader, page.iter().map(|update| update.author.as_str()))?;
                (before, count) = (Some(last.key), count + page.len());
            }
        };
        let found = self.store.read_blocking(read)?;
        if found < LONG {
            return Err(format!("the long issue has {found} updates, not {LONG}").into());
        }
        self.against_raw("issue page, 1,000 updates", 40, read)?;
        Ok(())
    }

    fn overviews(&self) -> Fallible<()> {
        let project = &self.filled.project;
        self.against_raw("ready, 50", 40, |reader| {
            let page = claims::ready(reader, project, None, PAGE)?;
            decorated(reader, &page.items.iter().collect::<Vec<_>>())
        })?;
        self.against_raw("counts of the inbox", 40, |reader| {
            issue_query::counts(reader, &Viewer::Operator, project)
        })?;
        for group in GroupBy::ALL {
            self.bounded(&format!("board by {group}"), |reader| {
                issue_query::columns(reader, &Viewer::Operator, project, *group, &Query::default(), NOW)
            })?;
        }
        let narrowed = Query::parse(&format!("label:{COMMON_LABEL} priority:high"));
        self.bounded("board of a filter", |reader| {
            issue_query::columns(reader, &Viewer::Operator, project, GroupBy::Status, &narrowed, NOW)
        })?;
        let (corpus, random) = (Corpus::read()?, &mut Random::new(6));
        let mut times = Vec::new();
        for _ in 0..WORDS {
            let title = corpus.title(random);
            times.push(
                self.best(|reader| issue_query::similar(reader, &Viewer::Operator, project, &title, NOW))?,
            );
        }
        tell_bound("similar while filing, p95", share(times, 95), BOUND);
        Ok(())
    }

    /// A page as a list shows it: with labels and authors.
    fn list(&self, reader: &Reader<'_>, query: &Query) -> Result<usize, StoreError> {
        let page =
            issue_query::list(reader, &Viewer::Operator, &self.filled.project, query, None, PAGE, NOW)?;
        decorated(reader, &page.items.iter().collect::<Vec<_>>())
    }

    fn search(&self, reader: &Reader<'_>, query: &Query) -> Result<usize, StoreError> {
        let page =
            issue_query::search(reader, &Viewer::Operator, &self.filled.project, query, None, PAGE, NOW)?;
        decorated(reader, &page.items.iter().map(|(issue, _)| issue).collect::<Vec<_>>())
    }

    /// Tells the p95 of a read, which may not be felt.
    fn bounded<T>(&self, measure: &str, read: impl Fn(&Reader<'_>) -> Result<T, StoreError>) -> Fallible<()> {
        let times = (0..WORDS).map(|_| self.best(&read)).collect::<Fallible<Vec<_>>>()?;
        tell_bound(&format!("{measure}, p95"), share(times, 95), BOUND);
        Ok(())
    }

    /// Measures a read against its own statements and tells it; answers how long it took.
    fn against_raw<T>(
        &self,
        measure: &str,
        rounds: usize,
        read: impl Fn(&Reader<'_>) -> Result<T, StoreError>,
    ) -> Fallible<Duration> {
        let mut raw = Raw::prepare(&self.raw, &asked(&self.store, &read)?)?;
        let pair = in_turns(
            rounds,
            || raw.run(),
            || Ok(self.store.read_blocking(|reader| read(reader).map(|_| ()))?),
        )?;
        tell(measure, pair, BUDGET);
        Ok(pair.value)
    }

    /// The best of three times: how long Waybill takes, not what else the machine does at that moment.
    fn best<T>(&self, read: impl Fn(&Reader<'_>) -> Result<T, StoreError>) -> Fallible<Duration> {
        let mut best = Duration::MAX;
        for _ in 0..3 {
            best = best.min(time(|| Ok(self.store.read_blocking(|reader| read(reader).map(|_| ()))?))?);
        }
        Ok(best)
    }
}

/// What every row shows beside the issue.
fn decorated(reader: &Reader<'_>, issues: &[&Issue]) -> Result<usize, StoreError> {
    labels::of_issues(reader, &issues.iter().map(|issue| &issue.id).collect::<Vec<_>>())?;
    Authors::load(reader, issues.iter().map(|issue| issue.created_by.as_str()))?;
    Ok(issues.len())
}

/// Tells a time against a fixed bound, which stands in the floor's place.
fn tell_bound(measure: &str, value: Duration, bound: Duration) {
    let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
    tell_amounts(measure, "ms", (milliseconds(bound), milliseconds(value)), 1.0);
}
