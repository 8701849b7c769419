//! Owns `cargo xtask bench`: finds the workspace's bench targets, runs them, and prints what they measured as ratios
//! against a floor taken in the same run. To add one, add a `[[bench]]` with `harness = false` to a package; it
//! prints a JSON line for each thing it measures, see [`Measure`].

use std::process::ExitCode;

use serde_json::Value;

use crate::machine::Machine;
use crate::setup::{self, Need};
use crate::test::DESKTOP;
use crate::tree::Tree;
use crate::{cargo, process};

/// A bench target of the workspace.
#[derive(Debug, PartialEq, Eq)]
struct Bench {
    package: String,
    name: String,
}

/// One measured thing, read from a line
/// `{"measure": "usable window", "unit": "ms", "floor": 331.0, "value": 402.5, "budget": 1.3}`:
/// the floor is the best that could be reached, measured in the same run; the budget is the ratio allowed.
#[derive(Debug, PartialEq)]
struct Measure {
    what: String,
    unit: String,
    floor: f64,
    value: f64,
    budget: f64,
}

/// Runs the named benches, or all; fails when one is over its budget.
pub fn bench(tree: &Tree, machine: &Machine, names: &[String]) -> anyhow::Result<ExitCode> {
    let benches = benches(&cargo::metadata(tree)?);
    let known = benches.iter().map(|bench| bench.name.as_str()).collect::<Vec<_>>().join(", ");
    anyhow::ensure!(!benches.is_empty(), "no package has a bench target yet, so there is nothing to measure");
    for name in names {
        anyhow::ensure!(
            benches.iter().any(|bench| bench.name == *name),
            "there is no bench `{name}`, only: {known}"
        );
    }
    let mut table = Vec::new();
    for bench in benches.iter().filter(|bench| names.is_empty() || names.contains(&bench.name)) {
        println!("\n━━ {} ━━", bench.name);
        table.extend(run(tree, machine, bench)?.into_iter().map(|measure| (bench.name.as_str(), measure)));
    }
    println!(
        "\n{:<14} {:<34} {:>12} {:>12} {:>7} {:>7}",
        "bench", "measure", "floor", "measured", "ratio", "budget"
    );
    for (name, measure) in &table {
        println!("{name:<14} {}", measure.line());
    }
    let over = table.iter().filter(|(_, measure)| !measure.within_budget()).count();
    println!("\n{} within budget, {over} over", table.len() - over);
    Ok(if over == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run(tree: &Tree, machine: &Machine, bench: &Bench) -> anyhow::Result<Vec<Measure>> {
    let mut arguments = vec!["bench", "--package", &bench.package, "--bench", &bench.name];
    let window = bench.package == DESKTOP.0;
    if window {
        setup::ensure(tree, machine, &[Need::Engine, Need::WebView, Need::Ui])?;
        arguments.extend(DESKTOP.1);
    } else {
        // The floor of some is what another program takes, as the acceptance tests need it too.
        setup::ensure(tree, machine, &[Need::Engine, Need::Ui, Need::AcceptanceTests])?;
    }
    let mut command = cargo::command(tree, &arguments);
    #[cfg(target_os = "linux")]
    if window && !machine.display {
        setup::ensure(tree, machine, &[Need::DesktopTests])?;
        command = crate::machine::unseen_screen();
        command.current_dir(tree.root()).args(["dbus-run-session", "--", "cargo"]).args(&arguments);
    }
    let (status, output) = process::run_and_keep(&mut command)?;
    process::succeeded(&command, status)?;
    let measures: Vec<Measure> = output.lines().filter_map(Measure::read).collect();
    anyhow::ensure!(!measures.is_empty(), "the bench {} ended well but told no measure", bench.name);
    Ok(measures)
}

fn benches(metadata: &Value) -> Vec<Bench> {
    let mut benches = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        for target in package["targets"].as_array().into_iter().flatten() {
            if let (true, Some(package), Some(name)) =
                (target["kind"][0] == "bench", package["name"].as_str(), target["name"].as_str())
            {
                benches.push(Bench { package: package.to_owned(), name: name.to_owned() });
            }
        }
    }
    benches
}

impl Measure {
    fn read(line: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(line).ok()?;
        let number = |key: &str| value[key].as_f64().filter(|number| number.is_finite() && *number > 0.0);
        Some(Self {
            what: value["measure"].as_str()?.to_owned(),
            unit: value["unit"].as_str()?.to_owned(),
            floor: number("floor")?,
            value: number("value")?,
            budget: number("budget")?,
        })
    }

    fn ratio(&self) -> f64 {
        self.value / self.floor
    }

    fn within_budget(&self) -> bool {
        self.ratio() <= self.budget
    }

    fn line(&self) -> String {
        let amount = |number: f64| format!("{number:.1} {}", self.unit);
        let mark = if self.within_budget() { "" } else { "  OVER" };
        format!(
            "{:<34} {:>12} {:>12} {:>7.2} {:>7.2}{mark}",
            self.what,
            amount(self.floor),
            amount(self.value),
            self.ratio(),
            self.budget
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str =
        r#"{"measure": "usable window", "unit": "ms", "floor": 300.0, "value": 420.0, "budget": 1.3}"#;

    #[test]
    fn a_measure_over_its_budget_is_told() {
        let measure = Measure::read(LINE).unwrap();
        assert!(!measure.within_budget(), "420 against 300 is 1.4 times");
        assert!(measure.line().contains("1.40") && measure.line().ends_with("OVER"), "the table shows it");
    }

    #[test]
    fn other_lines_are_no_measures() {
        assert_eq!(Measure::read("Finished in 3 s"), None, "prose");
        assert_eq!(Measure::read(&LINE.replace("300.0", "0")), None, "a floor of nothing has no ratio");
    }

    #[test]
    fn benches_are_found_by_their_targets() {
        let metadata = serde_json::json!({"packages": [{"name": "waybill-store", "targets": [
            {"kind": ["lib"], "name": "waybill_store"}, {"kind": ["bench"], "name": "list"},
        ]}]});
        let found = [Bench { package: "waybill-store".to_owned(), name: "list".to_owned() }];
        assert_eq!(benches(&metadata), found, "adding a target is all it takes to add a bench");
    }
}
