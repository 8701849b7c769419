//! What a run's agent says, read as it comes.

use super::{Home, Process};
use std::io::{BufRead as _, BufReader, Lines};
use std::process::ChildStdout;

/// A running `waybill run log --follow`; it ends with the run, or when dropped.
pub struct Log {
    _process: Process,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Log {
    /// Follows a run from its first word.
    pub fn follow(home: &Home, project: &str, number: &str) -> Self {
        let words = ["run", "log", number, "-p", project, "--follow"];
        let mut process = Process::start_reading(home.command(&words));
        let lines = BufReader::new(process.take_stdout()).lines();
        Self { _process: process, lines }
    }

    /// Reads up to a line with these words.
    #[track_caller]
    pub fn until(&mut self, words: &str) {
        let mut read = Vec::new();
        for line in self.lines.by_ref() {
            let line = line.expect("the output is read");
            if line.contains(words) {
                return;
            }
            read.push(line);
        }
        panic!("the run ended before it said '{words}': {read:#?}");
    }

    /// Reads to the end of the run.
    pub fn read_to_end(&mut self) {
        self.lines.by_ref().for_each(drop);
    }
}
