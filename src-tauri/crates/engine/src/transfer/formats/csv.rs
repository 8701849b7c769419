//! Comma-separated values (RFC 4180): records of any number of lines, one at a time.

use crate::transfer::control::TransferError;
use crate::transfer::values::{FILE_MAX, VALUE_MAX};
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::rc::Rc;

/// Where each column stands.
type Columns = Rc<HashMap<String, usize>>;

/// A record by the names of the first line's columns.
#[derive(Debug)]
pub(super) struct Record {
    columns: Columns,
    values: Vec<String>,
}

impl Record {
    /// The value of a column, or nothing.
    pub fn get(&self, column: &str) -> &str {
        self.columns.get(column).and_then(|&at| self.values.get(at)).map_or("", String::as_str)
    }
}

/// Hands each record to `each`, with the line where it begins.
pub(super) fn read(
    path: &Path,
    each: &mut dyn FnMut(i64, Result<Record, String>) -> Result<(), TransferError>,
) -> Result<(), TransferError> {
    let file = File::open(path).map_err(TransferError::unreadable(path))?;
    let size = file.metadata().map_err(TransferError::unreadable(path))?.len();
    if size > FILE_MAX {
        return Err(TransferError::Shape(format!("{} is larger than 1 GB; split it", path.display())));
    }
    let mut input = BufReader::new(file);
    let mut columns: Option<Columns> = None;
    let mut line = 1;
    loop {
        let begun = line;
        let Some(record) = record(&mut input, &mut line).map_err(TransferError::unreadable(path))? else {
            return Ok(());
        };
        let Some(known) = &columns else {
            let names = record.map_err(TransferError::Shape)?.into_iter().enumerate();
            let name = |name: String| name.trim_start_matches('\u{feff}').trim().to_owned();
            columns = Some(Rc::new(names.map(|(at, text)| (name(text), at)).collect()));
            continue;
        };
        let record = record.and_then(|values| {
            if values.len() == known.len() {
                Ok(Record { columns: known.clone(), values })
            } else {
                Err(format!("it has {} values, the first line names {}", values.len(), known.len()))
            }
        });
        each(begun, record)?;
    }
}

/// The next record's values; `None` at the end.
fn record(input: &mut impl BufRead, line: &mut i64) -> std::io::Result<Option<Result<Vec<String>, String>>> {
    let mut bytes = Vec::new();
    let mut quoted = false;
    loop {
        let before = bytes.len();
        let room = (VALUE_MAX + 1).saturating_sub(before);
        if input.by_ref().take(room as u64).read_until(b'\n', &mut bytes)? == 0 {
            if before == 0 {
                return Ok(None);
            }
            break;
        }
        let (ends, read) = (bytes.ends_with(b"\n"), bytes[before..].iter());
        *line += i64::from(ends);
        // Inside quotation marks a line end belongs to the value.
        quoted ^= read.fold(false, |odd, &byte| odd ^ (byte == b'"'));
        if bytes.len() > VALUE_MAX {
            *line += i64::from(!ends && skip_line(input)?);
            let what = "the record is larger than 8 MB; a quotation mark may be missing";
            return Ok(Some(Err(what.to_owned())));
        }
        if quoted {
            continue;
        }
        if !bytes.iter().all(u8::is_ascii_whitespace) {
            break;
        }
        bytes.clear();
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(None);
    }
    Ok(Some(match std::str::from_utf8(&bytes) {
        Ok(text) => split(text.trim_end_matches(['\r', '\n'])),
        Err(_) => Err("it is not written in UTF-8".to_owned()),
    }))
}

/// Goes to the beginning of the next line; `false` when there is none.
fn skip_line(input: &mut impl BufRead) -> std::io::Result<bool> {
    loop {
        let window = input.fill_buf()?;
        if window.is_empty() {
            return Ok(false);
        }
        let end = window.iter().position(|&byte| byte == b'\n');
        let used = end.map_or(window.len(), |at| at + 1);
        input.consume(used);
        if end.is_some() {
            return Ok(true);
        }
    }
}

fn split(text: &str) -> Result<Vec<String>, String> {
    let mut values = vec![String::new()];
    let mut chars = text.chars().peekable();
    let mut quoted = false;
    while let Some(c) = chars.next() {
        let last = values.len() - 1;
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                values[last].push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => values.push(String::new()),
            c => values[last].push(c),
        }
    }
    if quoted { Err("a quotation mark is missing".to_owned()) } else { Ok(values) }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn values_hold_commas_quotes_and_line_ends_and_one_bad_record_costs_no_other() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        let text = "\u{feff}Issue ID,Title\r\n1,\"a, \"\"b\"\"\nc\"\r\n2\r\n3,d\r\n";
        std::fs::write(file.path(), text).expect("is written");
        let mut found = Vec::new();
        read(file.path(), &mut |line, record| {
            found.push((line, record.map(|r| format!("{}={}", r.get("Issue ID"), r.get("Title"))).ok()));
            Ok(())
        })
        .expect("is read");
        let expected = [(2, Some("1=a, \"b\"\nc".to_owned())), (4, None), (5, Some("3=d".to_owned()))];
        assert_eq!(found, expected, "each record stands alone, at the line where it begins");
    }
}
