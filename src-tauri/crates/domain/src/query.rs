//! The search box: one line of text becomes words to match and qualifiers to filter by (SPEC 3, "Search").
//!
//! Any text is safe to type: what is not a qualifier is matched as text, and the full-text expression is built
//! from quoted words only, so that nothing typed is ever read as syntax by the database.

use crate::issue::{Execution, Priority, Status};

/// What a line of search asks for. Values of one kind are alternatives, kinds are all required.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Words and phrases that must occur.
    pub terms: Vec<Term>,
    /// Words and phrases that must not occur.
    pub without: Vec<Term>,
    pub statuses: Vec<Status>,
    pub executions: Vec<Execution>,
    pub priorities: Vec<Priority>,
    /// Label names, in lower case.
    pub labels: Vec<String>,
    /// Authors as typed: `me` is the operator.
    pub authors: Vec<String>,
    /// Assignments as typed: `none` is unassigned.
    pub assigned: Vec<String>,
    /// Issue numbers (`#42`).
    pub numbers: Vec<i64>,
    pub has_run: bool,
    /// Only issues updated within this many milliseconds (`updated:<7d`), or not within them (`updated:>7d`).
    pub updated: Option<Age>,
    pub sort: Option<Sort>,
}

/// One word or phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    pub text: String,
    /// Matches every word that begins so.
    pub prefix: bool,
}

/// A bound on how long ago something was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    Within(i64),
    Before(i64),
}

crate::words! {
    /// The order of a list.
    pub enum Sort { Newest = "newest", Oldest = "oldest", Updated = "updated", Priority = "priority", Relevance = "relevance" }
}

impl Query {
    /// Reads a line. Total: there is no text that it refuses.
    pub fn parse(line: &str) -> Self {
        let mut query = Self::default();
        // The full-text index reads an expression only up to a NUL.
        let line = line.replace('\0', " ");
        for word in split(&line) {
            if word.quoted || !query.qualifier(&word) {
                query.term(word);
            }
        }
        query
    }

    /// Whether it asks for anything that needs the full-text index.
    pub fn has_text(&self) -> bool {
        !self.terms.is_empty() || !self.without.is_empty()
    }

    /// The FTS5 expression of the words, each quoted; `None` when nothing positive is asked for.
    pub fn fts(&self) -> Option<String> {
        fn quote(term: &Term) -> String {
            format!("\"{}\"{}", term.text.replace('"', "\"\""), if term.prefix { "*" } else { "" })
        }
        if self.terms.is_empty() {
            return None;
        }
        let mut expression = self.terms.iter().map(quote).collect::<Vec<_>>().join(" AND ");
        for term in &self.without {
            expression = format!("({expression}) NOT {}", quote(term));
        }
        Some(expression)
    }

    fn qualifier(&mut self, word: &Word) -> bool {
        if word.negated {
            return false;
        }
        if let Some(number) = word.text.strip_prefix('#').and_then(|digits| digits.parse::<i64>().ok()) {
            self.numbers.push(number);
            return true;
        }
        let Some((key, value)) = word.text.split_once(':') else { return false };
        let value = value.trim();
        if value.is_empty() {
            return false;
        }
        match key {
            "is" => match (value.parse::<Status>(), value) {
                (Ok(status), _) => self.statuses.push(status),
                (_, "running") => self.executions.push(Execution::Running),
                (_, "failed") => self.executions.push(Execution::Failed),
                (_, "completed") => self.executions.push(Execution::Completed),
                (_, "closed") => self.statuses.extend([Status::Resolved, Status::Rejected]),
                (_, "all") => self.statuses.extend(Status::ALL),
                (_, "active") => {
                    self.statuses.extend([
                        Status::Open,
                        Status::Triaged,
                        Status::Assigned,
                        Status::InProgress,
                    ]);
                }
                _ => return false,
            },
            "priority" => match value.parse() {
                Ok(priority) => self.priorities.push(priority),
                Err(_) => return false,
            },
            "label" => self.labels.push(value.to_lowercase()),
            "by" => self.authors.push(value.to_owned()),
            "assigned" => self.assigned.push(value.to_owned()),
            "has" if value == "run" => self.has_run = true,
            "updated" => match age(value) {
                Some(bound) => self.updated = Some(bound),
                None => return false,
            },
            "sort" => match value.parse() {
                Ok(sort) => self.sort = Some(sort),
                Err(_) => return false,
            },
            _ => return false,
        }
        true
    }

    fn term(&mut self, word: Word) {
        let prefix = !word.quoted && word.text.ends_with('*');
        let text = if prefix { word.text.trim_end_matches('*').to_owned() } else { word.text };
        // A term without a letter or digit has no token in the index and would match nothing.
        if !text.chars().any(char::is_alphanumeric) {
            return;
        }
        // One letter begins too many words to be worth asking for.
        let prefix = prefix && text.chars().count() > 1;
        let term = Term { text, prefix };
        if word.negated { self.without.push(term) } else { self.terms.push(term) }
    }
}

fn age(value: &str) -> Option<Age> {
    let (within, rest) = match value.as_bytes().first()? {
        b'<' => (true, &value[1..]),
        b'>' => (false, &value[1..]),
        _ => (true, value),
    };
    let unit = rest.chars().last()?;
    let count: i64 = rest[..rest.len() - unit.len_utf8()].parse().ok()?;
    let unit_ms: i64 = match unit {
        'm' => 60_000,
        'h' => 3_600_000,
        'd' => 86_400_000,
        'w' => 604_800_000,
        _ => return None,
    };
    let span = count.checked_mul(unit_ms).filter(|span| *span >= 0)?;
    Some(if within { Age::Within(span) } else { Age::Before(span) })
}

struct Word {
    text: String,
    quoted: bool,
    negated: bool,
}

/// Splits at white space outside quotation marks; a mark that is never closed closes at the end.
fn split(line: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        let negated = rest.starts_with('-') && rest.len() > 1;
        let body = if negated { &rest[1..] } else { rest };
        let (text, quoted, tail) = if let Some(inside) = body.strip_prefix('"') {
            let end = inside.find('"').unwrap_or(inside.len());
            (inside[..end].to_owned(), true, inside.get(end + 1..).unwrap_or(""))
        } else {
            qualified_word(body)
        };
        words.push(Word { text, quoted, negated });
        rest = tail.trim_start();
    }
    words
}

/// A word up to white space; `label:"two words"` is one word.
fn qualified_word(body: &str) -> (String, bool, &str) {
    let end = body.find(char::is_whitespace).unwrap_or(body.len());
    if let Some(open) = body[..end].find(":\"") {
        let inside = &body[open + 2..];
        let close = inside.find('"').unwrap_or(inside.len());
        let text = format!("{}:{}", &body[..open], &inside[..close]);
        return (text, false, inside.get(close + 1..).unwrap_or(""));
    }
    (body[..end].to_owned(), false, &body[end..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_is_read_as_a_person_means_it() {
        let query = Query::parse(
            r#"import* "second run" -docs is:open is:running priority:high label:"needs care" #42 updated:<7d sort:oldest"#,
        );
        assert_eq!(query.terms.len(), 2);
        assert!(query.terms[0].prefix, "import* finds importer");
        assert_eq!(query.fts().as_deref(), Some(r#"("import"* AND "second run") NOT "docs""#));
        assert_eq!(query.statuses, [Status::Open]);
        assert_eq!(query.executions, [Execution::Running]);
        assert_eq!(query.priorities, [Priority::High]);
        assert_eq!(query.labels, ["needs care"]);
        assert_eq!(query.numbers, [42]);
        assert_eq!(query.updated, Some(Age::Within(7 * 86_400_000)));
        assert_eq!(query.sort, Some(Sort::Oldest));
    }

    #[test]
    fn what_only_looks_like_a_qualifier_is_searched_as_text() {
        let query = Query::parse("is:purple http://x priority: foo:bar");
        assert_eq!(
            query.terms.iter().map(|t| t.text.as_str()).collect::<Vec<_>>(),
            ["is:purple", "http://x", "priority:", "foo:bar"]
        );
    }

    proptest! {
        #[test]
        fn any_text_is_safe_to_type(line in ".{0,200}") {
            let query = Query::parse(&line);
            if let Some(expression) = query.fts() {
                prop_assert_eq!(expression.matches('"').count() % 2, 0, "an open quotation mark would be a syntax error");
            }
        }
    }
}
