//! JSON values one after another, from a file of any size: an array of them, or one a line.
//!
//! A value that is malformed is told with its line and left out; reading goes on at the next line that begins as that
//! value's line did. A piece of the file that holds one value is all that is ever in memory.

use crate::transfer::control::TransferError;
use serde_json::Value;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The largest file that is read.
pub(super) const FILE_MAX: u64 = 1024 * 1024 * 1024;
/// The largest value (a line, or an element of an array).
pub(super) const VALUE_MAX: usize = 8 * 1024 * 1024;
const PIECE: usize = 256 * 1024;

/// What stands at a line.
#[derive(Debug)]
pub(super) struct Found {
    /// Counted from 1.
    pub line: i64,
    pub value: Result<Value, String>,
}

/// Hands each value of a file to `each`.
pub(super) fn read(
    path: &Path,
    mut each: impl FnMut(Found) -> Result<(), TransferError>,
) -> Result<(), TransferError> {
    scan(path, &mut |line, bytes| {
        let value = match bytes {
            Ok(bytes) => serde_json::from_slice(bytes).map_err(|error| format!("it is no JSON: {error}")),
            Err(what) => Err(what.to_owned()),
        };
        each(Found { line, value })
    })
}

/// How many values a file holds, malformed ones included.
pub(super) fn count(path: &Path) -> Result<i64, TransferError> {
    let mut values = 0;
    scan(path, &mut |_, _| {
        values += 1;
        Ok(())
    })?;
    Ok(values)
}

type Each<'a> = &'a mut dyn FnMut(i64, Result<&[u8], &str>) -> Result<(), TransferError>;

fn scan(path: &Path, each: Each<'_>) -> Result<(), TransferError> {
    let file = File::open(path).map_err(TransferError::unreadable(path))?;
    let size = file.metadata().map_err(TransferError::unreadable(path))?.len();
    if size > FILE_MAX {
        return Err(TransferError::Shape(format!("{} is larger than 1 GB; split it", path.display())));
    }
    let mut input = Input::new(file.take(FILE_MAX));
    let fault = TransferError::unreadable(path);
    input.skip_mark().map_err(&fault)?;
    input.skip_space().map_err(&fault)?;
    match input.peek().map_err(&fault)? {
        None => Ok(()),
        Some(b'[') => elements(&mut input, each, &fault),
        Some(_) => lines(&mut input, each, &fault),
    }
}

/// One value a line, or over lines that begin with a lone brace; blank lines say nothing.
fn lines(
    input: &mut Input<impl Read>,
    each: Each<'_>,
    fault: &impl Fn(std::io::Error) -> TransferError,
) -> Result<(), TransferError> {
    loop {
        let line = input.line;
        let (end, ended) = input.line_end().map_err(fault)?;
        let long = end > VALUE_MAX;
        if input.bytes(end).trim_ascii() == b"{"
            && let Ok(whole) = value_end(input).map_err(fault)?
        {
            each(line, Ok(input.bytes(whole)))?;
            input.take(whole);
            continue;
        }
        if !input.bytes(end).iter().all(u8::is_ascii_whitespace) {
            let bytes = if long { Err("the line is longer than 8 MB") } else { Ok(input.bytes(end)) };
            each(line, bytes)?;
        }
        input.take(end);
        if long {
            input.skip_line().map_err(fault)?;
        }
        if ended && !long {
            return Ok(());
        }
        if input.peek().map_err(fault)? == Some(b'\n') {
            input.take(1);
        }
    }
}

/// The elements of an array.
fn elements(
    input: &mut Input<impl Read>,
    each: Each<'_>,
    fault: &impl Fn(std::io::Error) -> TransferError,
) -> Result<(), TransferError> {
    input.take(1);
    loop {
        input.skip_space().map_err(fault)?;
        while input.peek().map_err(fault)? == Some(b',') {
            input.take(1);
            input.skip_space().map_err(fault)?;
        }
        let (line, indent) = (input.line, input.column);
        match input.peek().map_err(fault)? {
            None => return each(line, Err("the file ends before the list does; what came before it is in")),
            Some(b']') => return Ok(()),
            Some(_) => {}
        }
        match value_end(input).map_err(fault)? {
            Ok(end) => {
                each(line, Ok(input.bytes(end)))?;
                input.take(end);
            }
            Err(what) => {
                each(line, Err(what))?;
                if !resume(input, indent).map_err(fault)? {
                    return Ok(());
                }
            }
        }
    }
}

/// Where the value that begins here ends, or what is wrong with it.
fn value_end(input: &mut Input<impl Read>) -> std::io::Result<Result<usize, &'static str>> {
    let (mut depth, mut at, mut in_text) = (0_u32, 0, false);
    loop {
        if at >= VALUE_MAX {
            return Ok(Err("the entry is larger than 8 MB"));
        }
        let Some(byte) = input.at(at)? else {
            return Ok(Err("the file ends inside the entry"));
        };
        match byte {
            b'\\' if in_text => at += 1,
            b'"' => in_text = !in_text,
            // JSON has no line ends in its texts: a quotation mark is missing.
            0..=0x1f if in_text => return Ok(Err("a text in the entry does not end on its line")),
            _ if in_text => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => {
                return Ok(if at == 0 { Err("the entry has no beginning") } else { Ok(at) });
            }
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Ok(Ok(at + 1));
                }
            }
            b',' if depth == 0 => return Ok(Ok(at)),
            _ => {}
        }
        at += 1;
    }
}

/// Goes to the next line that begins with an object where the malformed one began; `false` at the end of the file.
fn resume(input: &mut Input<impl Read>, indent: usize) -> std::io::Result<bool> {
    loop {
        if !input.skip_line()? {
            return Ok(false);
        }
        let mut column = 0;
        while matches!(input.at(column)?, Some(b' ' | b'\t')) {
            column += 1;
        }
        if input.at(column)? == Some(b'{') && column <= indent {
            return Ok(true);
        }
    }
}

/// A file with a window over what is looked at.
struct Input<R> {
    source: R,
    window: Vec<u8>,
    start: usize,
    ended: bool,
    line: i64,
    /// Bytes since the line's beginning.
    column: usize,
}

impl<R: Read> Input<R> {
    fn new(source: R) -> Self {
        Self { source, window: Vec::new(), start: 0, ended: false, line: 1, column: 0 }
    }

    /// The byte `offset` from here, `None` at the end.
    fn at(&mut self, offset: usize) -> std::io::Result<Option<u8>> {
        while self.start + offset >= self.window.len() && !self.ended {
            if self.start > PIECE {
                self.window.drain(..self.start);
                self.start = 0;
            }
            let old = self.window.len();
            self.window.resize(old + PIECE, 0);
            let read = self.source.read(&mut self.window[old..])?;
            self.window.truncate(old + read);
            self.ended = read == 0;
        }
        Ok(self.window.get(self.start + offset).copied())
    }

    /// How long this line is, without its end, at most one more than a value may be; and whether the file ends there.
    fn line_end(&mut self) -> std::io::Result<(usize, bool)> {
        let mut looked = 0;
        loop {
            let ended = self.at(looked)?.is_none();
            let seen = &self.window[self.start + looked..];
            if let Some(at) = seen.iter().position(|&byte| byte == b'\n') {
                return Ok(((looked + at).min(VALUE_MAX + 1), false));
            }
            looked += seen.len();
            if ended || looked > VALUE_MAX {
                return Ok((looked.min(VALUE_MAX + 1), ended));
            }
        }
    }

    fn peek(&mut self) -> std::io::Result<Option<u8>> {
        self.at(0)
    }

    /// What `at` has looked at.
    fn bytes(&self, count: usize) -> &[u8] {
        &self.window[self.start..self.start + count]
    }

    fn take(&mut self, count: usize) {
        for &byte in &self.window[self.start..self.start + count] {
            if byte == b'\n' {
                self.line += 1;
                self.column = 0;
            } else {
                self.column += 1;
            }
        }
        self.start += count;
    }

    /// Skips a byte order mark.
    fn skip_mark(&mut self) -> std::io::Result<()> {
        if self.at(2)? == Some(0xbf) && self.bytes(3) == [0xef, 0xbb, 0xbf] {
            self.start += 3;
        }
        Ok(())
    }

    fn skip_space(&mut self) -> std::io::Result<()> {
        while matches!(self.peek()?, Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.take(1);
        }
        Ok(())
    }

    /// Goes to the beginning of the next line; `false` when there is none.
    fn skip_line(&mut self) -> std::io::Result<bool> {
        loop {
            if self.peek()?.is_none() {
                return Ok(false);
            }
            self.take(1);
            if self.column == 0 {
                return Ok(true);
            }
        }
    }
}

/// A text of an object, or an empty one.
pub(super) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// A list of an object, or an empty one.
pub(super) fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The texts of a list of an object.
pub(super) fn texts<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a str> {
    list(value, key).iter().filter_map(Value::as_str)
}

/// A value as people read it: a text without quotation marks.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Found, VALUE_MAX, count, read};

    fn values(text: &str) -> Vec<(i64, Option<i64>)> {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), text).expect("is written");
        let mut found = Vec::new();
        read(file.path(), |Found { line, value }| {
            found.push((line, value.ok().and_then(|value| value["n"].as_i64())));
            Ok(())
        })
        .expect("the file is read");
        assert_eq!(count(file.path()).expect("is counted"), i64::try_from(found.len()).expect("few"));
        found
    }

    #[test]
    fn one_malformed_line_costs_no_other() {
        let found = values("{\"n\":1}\n\n{\"n\":2,\n{\"n\":3}\r\n{\"n\":4}");
        assert_eq!(found, [(1, Some(1)), (3, None), (4, Some(3)), (5, Some(4))]);
    }

    #[test]
    fn a_value_may_be_laid_out_over_lines() {
        let found = values("{\n  \"n\": 1,\n  \"of\": [\n    {\"n\": 9}\n  ]\n}\n{\"n\":2}\n");
        assert_eq!(found, [(1, Some(1)), (7, Some(2))]);
        let lone = values("{\n{\"n\":2}\n");
        assert_eq!(lone, [(1, None), (2, Some(2))], "a brace that nothing closes costs no line after it");
    }

    #[test]
    fn an_array_is_read_however_it_is_laid_out() {
        assert_eq!(values("[]"), []);
        assert_eq!(values(" [{\"n\":1},{\"n\":2}] "), [(1, Some(1)), (1, Some(2))]);
        let pretty = "[\n  {\n    \"n\": 1,\n    \"of\": [\n      {\"n\": 9}\n    ]\n  },\n  {\n    \"n\": 2\n  }\n]\n";
        assert_eq!(values(pretty), [(2, Some(1)), (8, Some(2))]);
        assert_eq!(values("[{\"n\":1,\"t\":\"a ] } \\\" , {\"},{\"n\":2}]"), [(1, Some(1)), (1, Some(2))]);
    }

    #[test]
    fn a_malformed_element_costs_no_other() {
        let unquoted = "[\n{\"n\":1},\n{\"t\":\"no end, \"n\":2},\n{\"n\":3}\n]";
        assert_eq!(values(unquoted), [(2, Some(1)), (3, None), (4, Some(3))]);
        let unclosed = "[\n  {\n    \"t\": \"x\n  },\n  {\n    \"n\": 3\n  }\n]";
        assert_eq!(values(unclosed), [(2, None), (5, Some(3))]);
        let cut = "[{\"n\":1},{\"n\":2";
        assert_eq!(values(cut), [(1, Some(1)), (1, None)], "a file that was cut off keeps what is whole");
    }

    #[test]
    fn an_entry_that_is_too_large_is_told_and_skipped() {
        let large = format!("{{\"n\":1,\"t\":\"{}\"}}\n{{\"n\":2}}\n", "x".repeat(VALUE_MAX));
        assert_eq!(values(&large), [(1, None), (2, Some(2))]);
    }
}
