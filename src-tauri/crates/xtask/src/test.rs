//! Owns `cargo xtask test`: installs the system packages that the chosen steps need, runs the steps one after the
//! other with their times, and closes with a table and the line that build machines read.

mod counts;
mod steps;

use std::process::ExitCode;
use std::time::{Duration, Instant};

pub use counts::Counts;
pub use steps::{DESKTOP, Place, Verdict};

use steps::{CROSS, STEPS, Step, UNDER_WINE};

use crate::machine::Machine;
use crate::setup::{self, Need};
use crate::tree::Tree;

/// Prints the steps and what they check.
pub fn list() {
    for step in all() {
        println!("{:<14} {}", step.name, step.says);
    }
}

/// Runs the named steps, or all of them.
pub fn test(tree: &Tree, machine: &Machine, names: &[String], keep_going: bool) -> anyhow::Result<ExitCode> {
    let place = Place { tree, machine, asked: !names.is_empty() };
    Ok(run(&place, &among(&all(), names)?, keep_going))
}

/// Runs the named checks of other platforms, or all of them.
pub fn cross(tree: &Tree, machine: &Machine, names: &[String]) -> anyhow::Result<ExitCode> {
    let place = Place { tree, machine, asked: true };
    Ok(run(&place, &among(&CROSS.iter().chain(UNDER_WINE).collect::<Vec<_>>(), names)?, true))
}

/// Every step: those of this platform first.
fn all() -> Vec<&'static Step> {
    STEPS.iter().chain(CROSS).collect()
}

fn run(place: &Place<'_>, chosen: &[&Step], keep_going: bool) -> ExitCode {
    let mut report = Report::default();

    heading("set-up", "the system packages that these steps need");
    report.row("set-up", || {
        setup::system(place.machine, &needs(chosen))?;
        // Set-up is no check: it counts only when it fails.
        Ok(Verdict::Counted { counts: Counts::default(), succeeded: true })
    });
    for step in chosen {
        if report.failed() && !(keep_going && report.set_up()) {
            report.rows.push(Row {
                name: step.name,
                end: End::NotRun,
                counts: Counts::default(),
                took: Duration::ZERO,
            });
            continue;
        }
        heading(step.name, step.says);
        report.row(step.name, || {
            setup::below_the_tree(place.tree, place.machine, step.needs)?;
            step.run(place)
        });
    }
    println!("{}", report.text());
    if report.failed() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn among(steps: &[&'static Step], names: &[String]) -> anyhow::Result<Vec<&'static Step>> {
    for name in names {
        anyhow::ensure!(
            steps.iter().any(|step| step.name == name),
            "there is no step `{name}`; `cargo xtask test --list` shows them"
        );
    }
    let wanted = |step: &&&Step| names.is_empty() || names.iter().any(|name| name == step.name);
    Ok(steps.iter().filter(wanted).copied().collect())
}

fn needs(steps: &[&Step]) -> Vec<Need> {
    let mut needs = Vec::new();
    for need in steps.iter().flat_map(|step| step.needs) {
        if !needs.contains(need) {
            needs.push(*need);
        }
    }
    needs
}

fn heading(name: &str, says: &str) {
    println!("\n━━ {name} ━━ {says}");
}

/// What has happened so far.
#[derive(Default)]
struct Report {
    rows: Vec<Row>,
}

struct Row {
    name: &'static str,
    end: End,
    counts: Counts,
    took: Duration,
}

#[derive(Debug, PartialEq, Eq)]
enum End {
    Passed,
    Failed(String),
    Skipped(String),
    NotRun,
}

impl Report {
    /// Carries out one piece of work and keeps how it ended.
    fn row(&mut self, name: &'static str, work: impl FnOnce() -> anyhow::Result<Verdict>) {
        let start = Instant::now();
        let (end, counts) = ending(work());
        let row = Row { name, end, counts, took: start.elapsed() };
        println!("── {} {} in {}", row.name, row.word(), seconds(row.took));
        if let End::Failed(why) | End::Skipped(why) = &row.end {
            println!("   {why}");
        }
        self.rows.push(row);
    }

    fn failed(&self) -> bool {
        self.rows.iter().any(|row| matches!(row.end, End::Failed(_)))
    }

    /// Set-up, the first row, went well.
    fn set_up(&self) -> bool {
        self.rows.first().is_some_and(|row| row.end == End::Passed)
    }

    /// The table, and the closing line alone on the last one.
    fn text(&self) -> String {
        let mut lines = vec![String::new()];
        let mut counts = Counts::default();
        let mut took = Duration::ZERO;
        for row in &self.rows {
            counts += row.counts;
            took += row.took;
            lines.push(row.line());
        }
        lines.push(format!("{:<14} {:>8}", "all", seconds(took)));
        lines.push(format!("{} passed, {} failed", counts.passed, counts.failed));
        lines.join("\n")
    }
}

impl Row {
    fn word(&self) -> &'static str {
        match self.end {
            End::Passed => "passed",
            End::Failed(_) => "FAILED",
            End::Skipped(_) => "skipped",
            End::NotRun => "not run",
        }
    }

    fn line(&self) -> String {
        let line = format!("{:<14} {:>8}  {:<8}", self.name, seconds(self.took), self.word());
        let rest = match &self.end {
            End::Skipped(why) => why.clone(),
            End::Failed(why) if self.counts.passed == 0 => {
                why.lines().next().unwrap_or_default().chars().take(80).collect()
            }
            End::NotRun => String::new(),
            _ if self.counts.passed + self.counts.failed < 2 => String::new(),
            _ => format!("{} of {}", self.counts.passed, self.counts.passed + self.counts.failed),
        };
        format!("{line} {rest}").trim_end().to_owned()
    }
}

/// A suite that ended badly counts at least one failure, whatever its runner managed to say.
fn ending(result: anyhow::Result<Verdict>) -> (End, Counts) {
    match result {
        Ok(Verdict::Passed) => (End::Passed, Counts { passed: 1, failed: 0 }),
        Ok(Verdict::Skipped(why)) => (End::Skipped(why), Counts::default()),
        Ok(Verdict::Counted { counts, succeeded: true }) if counts.failed == 0 => (End::Passed, counts),
        Ok(Verdict::Counted { counts, .. }) => {
            let counts = Counts { failed: counts.failed.max(1), ..counts };
            (End::Failed(format!("{} of its tests failed; they are named above", counts.failed)), counts)
        }
        Err(error) => (End::Failed(format!("{error:#}")), Counts { passed: 0, failed: 1 }),
    }
}

fn seconds(time: Duration) -> String {
    let whole = time.as_secs();
    if whole < 60 {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{} min {:02} s", whole / 60, whole % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_is_the_sum_alone() {
        let mut report = Report::default();
        report.row("format", || Ok(Verdict::Passed));
        report.row("rust", || {
            Ok(Verdict::Counted { counts: Counts { passed: 40, failed: 0 }, succeeded: true })
        });
        report.row("licences", || Ok(Verdict::Skipped("no cargo-deny".to_owned())));
        assert_eq!(
            report.text().lines().last(),
            Some("41 passed, 0 failed"),
            "build machines read this line"
        );
        assert!(!report.failed(), "what cannot run here is no failure");
        assert!(report.text().contains("no cargo-deny"), "but it is never left out in silence");
    }

    #[test]
    fn a_crash_of_a_runner_counts_as_a_failure() {
        let (end, counts) =
            ending(Ok(Verdict::Counted { counts: Counts { passed: 9, failed: 0 }, succeeded: false }));
        assert!(matches!(end, End::Failed(_)), "a runner that dies after nine tests has not passed");
        assert_eq!(counts, Counts { passed: 9, failed: 1 }, "the sum must not read as a success");
    }

    #[test]
    fn an_error_keeps_its_cause() {
        let error = anyhow::anyhow!("no such file").context("could not start `npm`");
        let (end, counts) = ending(Err(error));
        assert_eq!(
            end,
            End::Failed("could not start `npm`: no such file".to_owned()),
            "the cause is what helps"
        );
        assert_eq!(counts.failed, 1, "and it is counted");
    }

    #[test]
    fn steps_keep_their_order_and_needs_come_once() {
        let names = ["rust".to_owned(), "format".to_owned()];
        let chosen = among(&all(), &names).unwrap();
        assert_eq!(
            chosen.iter().map(|step| step.name).collect::<Vec<_>>(),
            ["format", "rust"],
            "quick ones first"
        );
        let needs = needs(&STEPS.iter().collect::<Vec<_>>());
        assert_eq!(needs.iter().filter(|need| **need == Need::Ui).count(), 1, "each need is looked at once");
        assert!(
            among(&all(), &["rsut".to_owned()]).is_err(),
            "a misspelt step must not pass by running nothing"
        );
    }
}
