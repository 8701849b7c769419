//! Owns reading how many tests passed and failed from what a test runner wrote. Pure.

use std::ops::AddAssign;

/// How many tests ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl Counts {
    /// Adds up the closing lines of the runners in use here: Rust's, vitest's, Node's own, and a plain
    /// `N passed, N failed`.
    pub fn of(output: &str) -> Self {
        let mut counts = Self::default();
        for line in output.lines() {
            counts += Self::of_line(without_colours(line).trim());
        }
        counts
    }

    fn of_line(line: &str) -> Self {
        if let Some(rest) = line.strip_prefix("test result: ") {
            return Self { passed: before(rest, "passed"), failed: before(rest, "failed") };
        }
        // vitest counts files on a line of their own, which would be counted twice.
        if let Some(rest) = line.strip_prefix("Tests ") {
            return Self { passed: before(rest, "passed"), failed: before(rest, "failed") };
        }
        for mark in ["# ", "ℹ "] {
            if let Some(rest) = line.strip_prefix(mark) {
                return Self { passed: after(rest, "pass "), failed: after(rest, "fail ") };
            }
        }
        match line.split_once(" passed, ") {
            Some((passed, failed)) => {
                match (passed.parse(), failed.strip_suffix(" failed").map(str::parse)) {
                    (Ok(passed), Some(Ok(failed))) => Self { passed, failed },
                    _ => Self::default(),
                }
            }
            None => Self::default(),
        }
    }
}

/// The number that stands before a word.
fn before(text: &str, word: &str) -> u64 {
    let words: Vec<&str> =
        text.split(|letter: char| !letter.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    words.windows(2).find(|pair| pair[1] == word).and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
}

/// The number that is the whole rest of the line.
fn after(line: &str, word: &str) -> u64 {
    line.strip_prefix(word).and_then(|number| number.trim().parse().ok()).unwrap_or(0)
}

/// The line without terminal colours: `ESC [ … letter`.
fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            letters.find(char::is_ascii_alphabetic);
        } else {
            plain.push(letter);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: u64, failed: u64) -> Counts {
        Counts { passed, failed }
    }

    #[test]
    fn rust_binaries_are_added_up() {
        let output = "running 2 tests\ntest a ... ok\n\n\
            test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
            test result: \u{1b}[31mFAILED\u{1b}[0m. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(Counts::of(output), counts(15, 2), "each test binary closes with its own line");
    }

    #[test]
    fn vitest_files_are_not_counted_as_tests() {
        let output = " Test Files  1 failed | 3 passed (4)\n      Tests  2 failed | 40 passed (42)\n   Duration  1.02s";
        assert_eq!(Counts::of(output), counts(40, 2), "four files hold forty-two tests");
        assert_eq!(
            Counts::of("\u{1b}[2m      Tests \u{1b}[22m 7 passed (7)"),
            counts(7, 0),
            "colours do not hide it"
        );
    }

    #[test]
    fn node_reports_both_ways() {
        assert_eq!(Counts::of("# tests 5\n# pass 4\n# fail 1\n"), counts(4, 1), "TAP, when piped");
        assert_eq!(Counts::of("ℹ tests 5\nℹ pass 5\nℹ fail 0\n"), counts(5, 0), "the readable form");
    }

    #[test]
    fn a_plain_closing_line_counts_and_prose_does_not() {
        assert_eq!(Counts::of("9 passed, 1 failed"), counts(9, 1), "our own form");
        assert_eq!(
            Counts::of("the bill passed, all objections failed"),
            counts(0, 0),
            "a sentence is no count"
        );
    }
}
