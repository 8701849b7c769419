//! The YAML at the head of a Markdown file, as far as such heads go: words, quoted texts, folded texts and lists.

use std::collections::HashMap;

/// A value of a head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Head {
    Text(String),
    List(Vec<String>),
}

/// A line and what is wrong with it.
pub(super) type LineFault = (i64, String);

/// A file in two: its head's values, and the rest.
pub(super) fn split(text: &str) -> Result<(HashMap<String, Head>, &str), LineFault> {
    let text = text.trim_start_matches('\u{feff}');
    let rest = text
        .strip_prefix("---\n")
        .or_else(|| text.strip_prefix("---\r\n"))
        .ok_or((1, "it does not begin with `---`".to_owned()))?;
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == "---" {
            let (head, body) = (&rest[..at], &rest[at + line.len()..]);
            return Ok((read(head)?, body));
        }
        at += line.len();
    }
    Err((1, "its head has no end (`---`)".to_owned()))
}

fn read(head: &str) -> Result<HashMap<String, Head>, LineFault> {
    let mut values = HashMap::new();
    let lines: Vec<&str> = head.lines().map(str::trim_end).collect();
    let mut at = 0;
    while let Some(&line) = lines.get(at) {
        // The head begins on the file's second line.
        let number = i64::try_from(at + 2).unwrap_or(i64::MAX);
        at += 1;
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((key, value)) = line.split_once(':').filter(|(key, _)| !key.starts_with([' ', '\t', '-']))
        else {
            return Err((number, "a line of its head is no `name: value`".to_owned()));
        };
        let more = lines[at..]
            .iter()
            .take_while(|next| next.is_empty() || next.starts_with([' ', '\t', '-']))
            .count();
        let block = &lines[at..at + more];
        at += more;
        let value =
            value_of(value.trim(), block).ok_or((number, format!("'{}' cannot be read", key.trim())))?;
        values.insert(key.trim().to_owned(), value);
    }
    Ok(values)
}

/// A value that begins behind its name and may go on in the indented lines below.
fn value_of(first: &str, block: &[&str]) -> Option<Head> {
    let below = || block.iter().map(|line| line.trim()).filter(|line| !line.is_empty());
    if first.starts_with(['|', '>']) {
        let glue = if first.starts_with('|') { "\n" } else { " " };
        return Some(Head::Text(below().collect::<Vec<_>>().join(glue)));
    }
    if first.is_empty() {
        let items: Vec<&str> = below().collect();
        if items.is_empty() {
            return Some(Head::Text(String::new()));
        }
        if items.iter().all(|item| item.starts_with('-')) {
            return items
                .iter()
                .map(|item| scalar(item[1..].trim()))
                .collect::<Option<Vec<_>>>()
                .map(Head::List);
        }
        return scalar(&items.join(" ")).map(Head::Text);
    }
    // A quoted text or a list in brackets may go on below.
    let whole = std::iter::once(first).chain(below()).collect::<Vec<_>>().join(" ");
    match whole.strip_prefix('[') {
        Some(inner) => flow(inner.rsplit_once(']')?.0).map(Head::List),
        None => scalar(&whole).map(Head::Text),
    }
}

/// The items of a list in brackets.
fn flow(inner: &str) -> Option<Vec<String>> {
    let mut items = Vec::new();
    let (mut item, mut quote) = (String::new(), None);
    for c in inner.chars() {
        match (quote, c) {
            (None, ',') => items.push(std::mem::take(&mut item)),
            (None, '"' | '\'') if item.trim().is_empty() => {
                quote = Some(c);
                item.push(c);
            }
            (Some(open), c) if c == open => {
                quote = None;
                item.push(c);
            }
            (_, c) => item.push(c),
        }
    }
    items.push(item);
    items.iter().map(|item| item.trim()).filter(|item| !item.is_empty()).map(scalar).collect()
}

fn scalar(text: &str) -> Option<String> {
    if let Some(inner) = text.strip_prefix('\'') {
        return Some(inner.strip_suffix('\'')?.replace("''", "'"));
    }
    let Some(inner) = text.strip_prefix('"') else {
        return Some(text.split(" #").next().unwrap_or(text).trim().to_owned());
    };
    let mut plain = String::new();
    let mut chars = inner.strip_suffix('"')?.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next()? {
                'n' => plain.push('\n'),
                't' => plain.push('\t'),
                other => plain.push(other),
            },
            c => plain.push(c),
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::{Head, split};

    #[test]
    fn heads_are_read_as_the_writers_of_such_files_write_them() {
        let text = "---\r\nid: BACK-1\r\ntitle: >-\r\n  a long title\r\n  that goes on\r\nassignee:\r\n  - '@codex'\r\n\
                    labels: [a, \"b, c\"]\r\ncreated_date: '2026-08-17 07:26'\r\nempty: []\r\nreporter: @someone\r\n\
                    quoted: 'it''s: so'\r\n---\r\n\r\nbody\r\n";
        let (head, body) = split(text).expect("is read");
        let text = |key: &str| head.get(key).cloned();
        assert_eq!(text("title"), Some(Head::Text("a long title that goes on".to_owned())));
        assert_eq!(text("assignee"), Some(Head::List(vec!["@codex".to_owned()])));
        assert_eq!(text("labels"), Some(Head::List(vec!["a".to_owned(), "b, c".to_owned()])));
        assert_eq!(text("empty"), Some(Head::List(Vec::new())));
        assert_eq!(text("created_date"), Some(Head::Text("2026-08-17 07:26".to_owned())));
        assert_eq!(text("reporter"), Some(Head::Text("@someone".to_owned())));
        assert_eq!(text("quoted"), Some(Head::Text("it's: so".to_owned())));
        assert_eq!(body.trim(), "body");
    }

    #[test]
    fn a_head_that_cannot_be_read_names_its_line() {
        assert_eq!(split("no head").expect_err("has none").0, 1);
        assert_eq!(split("---\nid: 1\nbroken\n---\n").expect_err("is broken").0, 3);
        assert_eq!(split("---\nid: 1\n").expect_err("has no end").0, 1);
    }
}
