//! The search box: one line of text becomes words to match and qualifiers to filter by (SPEC 3, "Search").
//!
//! Any text is safe to type: what is not a qualifier is matched as text, and the full-text expression is built
//! from quoted words only, so that nothing typed is ever read as syntax by the database.

use crate::issue::{Execution, Priority, Status};

/// More words than this are not read: a page that was pasted by mistake must not become a page of conditions.
const WORDS: usize = 200;

/// What a line of search asks for. Kinds are all required. Of what an issue has only one (status, priority, author,
/// assignment, number), several values are alternatives. Of what it may have many, all are required: every word, every
/// `label:`, every `has:`; alternatives among labels are written with a comma, `label:bug,crash`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Words and phrases that must occur.
    pub terms: Vec<Term>,
    /// Words and phrases that must not occur.
    pub without: Vec<Term>,
    pub statuses: Vec<Status>,
    pub executions: Vec<Execution>,
    pub priorities: Vec<Priority>,
    /// Label names as typed: one of each inner list is borne. The store compares them without regard to case.
    pub labels: Vec<Vec<String>>,
    /// Label names as typed that are not borne.
    pub without_labels: Vec<String>,
    /// Only issues without any label.
    pub no_label: bool,
    /// Authors as typed: `me` is who asks, a handle is whoever bears it.
    pub authors: Vec<String>,
    /// Assignments as typed: `none` is unassigned.
    pub assigned: Vec<String>,
    /// Issue numbers (`#42`).
    pub numbers: Vec<i64>,
    /// Only issues that somebody works on.
    pub claimed: bool,
    pub has: Vec<Has>,
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
    /// What an issue can be asked to have.
    pub enum Has { Pr = "pr", Todo = "todo", Attachment = "attachment", Run = "run", Link = "link" }
}

crate::words! {
    /// The order of a list.
    pub enum Sort { Newest = "newest", Oldest = "oldest", Updated = "updated", Priority = "priority", Relevance = "relevance" }
}

crate::words! {
    /// What the columns of a board are.
    pub enum GroupBy { Status = "status", Label = "label", Priority = "priority", Assignee = "assignee" }
}

/// The statuses of an issue that is neither resolved nor rejected.
pub const ACTIVE: [Status; 4] = [Status::Open, Status::Triaged, Status::Assigned, Status::InProgress];
/// The others.
pub const CLOSED: [Status; 2] = [Status::Resolved, Status::Rejected];

impl Query {
    /// Reads a line. Total: there is no text that it refuses.
    pub fn parse(line: &str) -> Self {
        let mut query = Self::default();
        // The full-text index reads an expression only up to a NUL.
        let line = line.replace('\0', " ");
        // What is taken away is taken from all that is asked for, wherever in the line it stands.
        let (negated, plain): (Vec<Word>, Vec<Word>) =
            split(&line).into_iter().partition(|word| word.negated);
        for word in plain.into_iter().chain(negated) {
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
        if self.terms.is_empty() {
            return None;
        }
        let wanted = joined(&self.terms, " AND ");
        match self.fts_without() {
            Some(unwanted) => Some(format!("({wanted}) NOT ({unwanted})")),
            None => Some(wanted),
        }
    }

    /// The FTS5 expression of what holds any word that must not occur; `None` when there is no such word.
    pub fn fts_without(&self) -> Option<String> {
        (!self.without.is_empty()).then(|| joined(&self.without, " OR "))
    }

    fn qualifier(&mut self, word: &Word) -> bool {
        if let Some(digits) = word.text.strip_prefix('#') {
            let number = digits.parse::<i64>().ok().filter(|_| !word.negated);
            self.numbers.extend(number);
            return number.is_some();
        }
        let Some(key) = word.key.as_deref() else { return false };
        if word.values.iter().any(String::is_empty) {
            return false;
        }
        if word.negated {
            return self.negative(key, &word.values);
        }
        match key {
            "is" => {
                let legal = word.values.iter().all(|value| can_be(value));
                legal && word.values.iter().all(|value| self.is(value))
            }
            "priority" => extend(&mut self.priorities, &word.values),
            "label" => {
                self.labels.push(word.values.clone());
                true
            }
            "by" => {
                self.authors.extend_from_slice(&word.values);
                true
            }
            "assigned" => {
                self.assigned.extend_from_slice(&word.values);
                true
            }
            "has" => extend(&mut self.has, &word.values),
            "no" => self.no(&word.values),
            "updated" => {
                let bound = single(&word.values).and_then(age);
                self.updated = bound.or(self.updated);
                bound.is_some()
            }
            "sort" => {
                let sort = single(&word.values).and_then(|value| value.parse().ok());
                self.sort = sort.or(self.sort);
                sort.is_some()
            }
            _ => false,
        }
    }

    fn is(&mut self, value: &str) -> bool {
        match value {
            "running" => self.executions.push(Execution::Running),
            "failed" => self.executions.push(Execution::Failed),
            "completed" => self.executions.push(Execution::Completed),
            "claimed" => self.claimed = true,
            "closed" => self.statuses.extend(CLOSED),
            "all" => self.statuses.extend(Status::ALL),
            "active" => self.statuses.extend(ACTIVE),
            _ => return extend(&mut self.statuses, &[value.to_owned()]),
        }
        true
    }

    fn no(&mut self, values: &[String]) -> bool {
        match single(values) {
            Some("label") => self.no_label = true,
            Some("assignee") => self.assigned.push("none".to_owned()),
            _ => return false,
        }
        true
    }

    /// `-label:bug`: not borne. `-is:open`, `-priority:low`: every other one.
    fn negative(&mut self, key: &str, values: &[String]) -> bool {
        match key {
            "label" => {
                self.without_labels.extend_from_slice(values);
                true
            }
            "is" => others(&mut self.statuses, Status::ALL, values),
            "priority" => others(&mut self.priorities, Priority::ALL, values),
            _ => false,
        }
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

/// A qualifier with one value, written so that it is read back as that value.
pub fn qualifier(key: &str, value: &str) -> String {
    let plain = !value.contains(|letter: char| letter.is_whitespace() || letter == ',' || letter == '"');
    if plain {
        format!("{key}:{value}")
    } else {
        format!("{key}:\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

/// A word or phrase as FTS5 reads it: quoted, so that nothing in it is syntax.
pub(crate) fn quoted(text: &str, prefix: bool) -> String {
    format!("\"{}\"{}", text.replace('"', "\"\""), if prefix { "*" } else { "" })
}

fn joined(terms: &[Term], with: &str) -> String {
    terms.iter().map(|term| quoted(&term.text, term.prefix)).collect::<Vec<_>>().join(with)
}

fn can_be(value: &str) -> bool {
    matches!(value, "running" | "failed" | "completed" | "claimed" | "closed" | "all" | "active")
        || value.parse::<Status>().is_ok()
}

fn single(values: &[String]) -> Option<&str> {
    if let [value] = values { Some(value) } else { None }
}

/// Adds the values when all of them are words of the set; otherwise it is text that only looks like a qualifier.
fn extend<T: std::str::FromStr>(to: &mut Vec<T>, values: &[String]) -> bool {
    let Ok(read) = values.iter().map(|value| value.parse()).collect::<Result<Vec<T>, _>>() else {
        return false;
    };
    to.extend(read);
    true
}

/// Leaves the values out of what is asked for: of everything, when nothing was asked for so far.
fn others<T: std::str::FromStr + Copy + PartialEq>(to: &mut Vec<T>, all: &[T], values: &[String]) -> bool {
    let mut unwanted = Vec::new();
    if !extend(&mut unwanted, values) {
        return false;
    }
    if to.is_empty() {
        to.extend_from_slice(all);
    }
    to.retain(|value| !unwanted.contains(value));
    true
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

/// A piece of the line: a phrase, a word, or what may be a qualifier with its values.
#[derive(Default)]
struct Word {
    /// As typed; of a phrase, what stands between the marks.
    text: String,
    quoted: bool,
    negated: bool,
    key: Option<String>,
    values: Vec<String>,
}

/// Splits at white space outside quotation marks; a mark that is never closed closes at the end.
fn split(line: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() && words.len() < WORDS {
        let negated = rest.starts_with('-') && rest.len() > 1;
        let body = if negated { &rest[1..] } else { rest };
        let (word, tail) = if let Some(inside) = body.strip_prefix('"') {
            let end = inside.find('"').unwrap_or(inside.len());
            let text = inside[..end].to_owned();
            (Word { text, quoted: true, ..Word::default() }, inside.get(end + 1..).unwrap_or(""))
        } else {
            plain(body)
        };
        words.push(Word { negated, ..word });
        rest = tail.trim_start();
    }
    words
}

/// A word up to white space. After a colon quotation marks hold what belongs together (`label:"two words",bug`; there
/// `\"` stands for a mark and `\\` for a stroke), and commas outside them part the values.
fn plain(body: &str) -> (Word, &str) {
    let end = body.find(char::is_whitespace).unwrap_or(body.len());
    let Some(colon) = body[..end].find(':') else {
        return (Word { text: body[..end].to_owned(), ..Word::default() }, &body[end..]);
    };
    let (mut values, mut value, mut inside, mut end) = (Vec::new(), String::new(), false, body.len());
    let mut letters = body[colon + 1..].char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' if inside && matches!(letters.peek(), Some((_, '"' | '\\'))) => {
                value.extend(letters.next().map(|(_, letter)| letter));
            }
            '"' => inside = !inside,
            ',' if !inside => values.push(std::mem::take(&mut value)),
            _ if letter.is_whitespace() && !inside => {
                end = colon + 1 + at;
                break;
            }
            _ => value.push(letter),
        }
    }
    values.push(value);
    let values = values.into_iter().map(|value| value.trim().to_owned()).collect();
    let word =
        Word { text: body[..end].to_owned(), key: Some(body[..colon].to_owned()), values, ..Word::default() };
    (word, &body[end..])
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
        assert_eq!(query.fts().as_deref(), Some(r#"("import"* AND "second run") NOT ("docs")"#));
        assert_eq!(query.statuses, [Status::Open]);
        assert_eq!(query.executions, [Execution::Running]);
        assert_eq!(query.priorities, [Priority::High]);
        assert_eq!(query.labels, [["needs care"]]);
        assert_eq!(query.numbers, [42]);
        assert_eq!(query.updated, Some(Age::Within(7 * 86_400_000)));
        assert_eq!(query.sort, Some(Sort::Oldest));
    }

    #[test]
    fn several_labels_are_all_borne_and_a_comma_parts_alternatives() {
        let query = Query::parse(r#"label:bug label:"needs care",crash,"a,b" -label:Old"#);
        assert_eq!(query.labels, [vec!["bug"], vec!["needs care", "crash", "a,b"]]);
        assert_eq!(
            query.without_labels,
            ["Old"],
            "a name is kept as typed; only the database folds its case"
        );
        assert!(query.terms.is_empty(), "nothing of it is searched as text");
    }

    #[test]
    fn what_an_issue_has_or_lacks_is_asked_for() {
        let query =
            Query::parse("has:pr has:todo has:attachment has:run has:link no:label no:assignee is:claimed");
        assert_eq!(query.has, Has::ALL);
        assert!(query.no_label && query.claimed, "each has a qualifier of its own");
        assert_eq!(query.assigned, ["none"]);
        assert!(!query.has_text(), "nothing of it is searched as text");
    }

    #[test]
    fn what_is_taken_away_is_so_wherever_it_stands() {
        let wanted = Query::parse("is:active -is:open,triaged priority:low,high -priority:low");
        assert_eq!(wanted.statuses, [Status::Assigned, Status::InProgress]);
        assert_eq!(wanted.priorities, [Priority::High]);
        assert_eq!(Query::parse("-is:open,triaged -priority:low is:active priority:low,high"), wanted);
        assert!(Query::parse("-is:open").statuses.contains(&Status::Resolved), "every other one is left");
    }

    #[test]
    fn what_only_looks_like_a_qualifier_is_searched_as_text() {
        let line = "is:purple http://x priority: foo:bar has:wings no:idea sort:up updated:soon is:open,purple #x label:a,";
        let query = Query::parse(line);
        let terms: Vec<_> = query.terms.iter().map(|term| term.text.as_str()).collect();
        assert_eq!(terms, line.split(' ').collect::<Vec<_>>());
        assert!(query.statuses.is_empty(), "half a qualifier is none: {:?}", query.statuses);
    }

    #[test]
    fn a_value_is_read_back_as_it_was_written() {
        for name in ["bug", "needs care", "a,b", "say \"hi\", twice", "C:\\dir", "\\ \\", "ünïcode*"] {
            let query = Query::parse(&format!("x {} y", qualifier("label", name)));
            assert_eq!(query.labels, [[name]], "a board's column would list what is not in it");
            assert_eq!(query.terms.len(), 2, "and nothing around it is lost");
        }
    }

    #[test]
    fn a_pasted_page_becomes_no_page_of_conditions() {
        let query = Query::parse(&"word -not label:x ".repeat(10_000));
        assert!(query.terms.len() + query.without.len() + query.labels.len() <= WORDS);
    }

    proptest! {
        #[test]
        fn any_text_is_safe_to_type(line in ".{0,200}") {
            let query = Query::parse(&line);
            for expression in [query.fts(), query.fts_without()].into_iter().flatten() {
                prop_assert_eq!(expression.matches('"').count() % 2, 0, "an open quotation mark would be a syntax error");
            }
        }
    }
}
