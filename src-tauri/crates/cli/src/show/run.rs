//! Runs and their output as people read them.

use super::{age, field, plain};
use crate::table::{draw, flexible, number, terminal_width, text};
use serde_json::Value;
use std::fmt::Write as _;

/// Runs as a table.
pub fn runs(items: &[Value]) -> String {
    if items.is_empty() {
        return "No runs.\n".to_owned();
    }
    let columns = [
        number("run"),
        flexible("name"),
        text("status"),
        text("tool"),
        text("branch"),
        number("cost"),
        text("age"),
    ];
    let rows: Vec<Vec<String>> = items
        .iter()
        .map(|run| {
            vec![
                field(run, "number"),
                field(run, "name"),
                status(run),
                field(run, "tool"),
                field(run, "branch"),
                run["cost_usd"].as_f64().map_or_else(String::new, |cost| format!("${cost:.2}")),
                age(run["created_at"].as_i64()),
            ]
        })
        .collect();
    draw(&columns, &rows, terminal_width())
}

/// A run's status with what it waits for.
pub fn status(run: &Value) -> String {
    match run["waiting_for"].as_str() {
        Some(reason) => format!("{} (waits for {reason})", field(run, "status")),
        None => field(run, "status"),
    }
}

/// One run.
pub fn run(run: &Value) -> String {
    let mut out = format!("Run {} {}\n{}", field(run, "number"), plain(&field(run, "name")), status(run));
    for (label, name) in
        [("workflow", "workflow"), ("tool", "tool"), ("branch", "branch"), ("result", "delivery")]
    {
        if !run[name].is_null() {
            let _ = write!(out, " · {label} {}", field(run, name));
        }
    }
    out.push('\n');
    if let (Some(base), Some(head)) = (run["base_commit"].as_str(), run["head_commit"].as_str()) {
        let short = |commit: &str| commit.get(..10).unwrap_or(commit).to_owned();
        let _ = writeln!(
            out,
            "{} files, +{} −{} · {}@{} → {}",
            field(run, "files_changed"),
            field(run, "lines_added"),
            field(run, "lines_removed"),
            field(run, "base_branch"),
            short(base),
            short(head)
        );
    }
    if let Some(sandbox) = run["sandbox"].as_object() {
        let _ = writeln!(out, "isolation: {}", sandbox["isolation"].as_str().unwrap_or_default());
    }
    for held in run["held_back"].as_array().into_iter().flatten() {
        let _ = writeln!(out, "held back ({}): {}", field(held, "kind"), plain(&field(held, "detail")));
    }
    for step in run["steps"].as_array().into_iter().flatten() {
        let _ = writeln!(out, "{}", step_line(step));
        if let Some(findings) = step["verdict"]["findings"].as_array() {
            for finding in findings {
                let _ = writeln!(
                    out,
                    "  - [{}] {}",
                    field(finding, "severity"),
                    plain(&field(finding, "message"))
                );
            }
        }
        let summary = field(step, "summary");
        if !summary.trim().is_empty() {
            let _ = writeln!(out, "{}", indent(&plain(summary.trim())));
        }
    }
    for candidate in run["candidates"].as_array().into_iter().flatten() {
        let chosen = if candidate["chosen"] == true { ", chosen" } else { "" };
        let score = candidate["judged"]["score"]
            .as_f64()
            .map_or_else(String::new, |score| format!(", scored {score:.0}"));
        let _ = writeln!(
            out,
            "candidate {} ({}): {}{score}{chosen}",
            field(candidate, "lane"),
            plain(&field(candidate, "label")),
            field(candidate, "status")
        );
    }
    if let Some(score) = run["quality_score"].as_f64() {
        let enough = if run["threshold_result"] == false { ", under its threshold" } else { "" };
        let _ = writeln!(out, "quality: {score:.0}{enough}");
    }
    if let Some(error) = run["error"].as_str() {
        let _ = writeln!(out, "error: {}\n  {}", plain(error), field(run, "advice"));
    }
    out
}

/// A step in a line: who, where in its loop or race, and what came of it.
fn step_line(step: &Value) -> String {
    let mut line = format!("step {}: {}", field(step, "position"), field(step, "role"));
    if let Some(persona) = step["persona"].as_str().filter(|persona| *persona != field(step, "role")) {
        let _ = write!(line, " ({})", plain(persona));
    }
    let _ = write!(line, " by {}", field(step, "tool"));
    if let Some(lane) = step["lane"].as_i64().filter(|lane| *lane > 0) {
        let _ = write!(line, ", candidate {lane}");
    }
    if let Some(iteration) = step["iteration"].as_i64().filter(|iteration| *iteration > 1) {
        let _ = write!(line, ", iteration {iteration}");
    }
    let _ = write!(line, ", {}", field(step, "status"));
    match (step["verdict"]["pass"].as_bool(), step["quality"]["composite"].as_f64()) {
        (Some(true), _) => line.push_str(": passed"),
        (Some(false), _) => line.push_str(": sent back"),
        (None, Some(score)) => {
            let _ = write!(line, ": {score:.0} of {}", field(&step["quality"], "threshold"));
        }
        (None, None) => {}
    }
    line
}

/// One event of a run's output on lines of its own; nothing for what only a screen shows.
pub fn event(event: &Value) -> String {
    let line = |text: String| format!("{}\n", plain(text.trim_end()));
    match event["type"].as_str().unwrap_or_default() {
        "text" if event["delta"] == true => plain(&field(event, "text")),
        "text" | "note" | "raw" => line(field(event, "text")),
        "tool_call" => line(format!("● {} {}", field(event, "name"), brief(&event["input"]))),
        "tool_result" => {
            let output = field(event, "output");
            if output.trim().is_empty() {
                String::new()
            } else {
                format!("{}\n", indent(&plain(output.trim_end())))
            }
        }
        "file_changed" => line(format!("● {} {}", field(event, "kind"), field(event, "path"))),
        "error" => line(format!("error ({}): {}", field(event, "kind"), field(event, "message"))),
        "held_back" => line(format!("held back ({}): {}", field(event, "kind"), field(event, "detail"))),
        "rate_limited" => line("the provider asked to wait".to_owned()),
        _ => String::new(),
    }
}

fn brief(input: &Value) -> String {
    let first = input.as_object().and_then(|fields| fields.values().find_map(Value::as_str));
    let text = first.map_or_else(|| input.to_string(), str::to_owned);
    waybill_domain::text::cut(text.lines().next().unwrap_or_default(), 120)
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::event;
    use crate::show::plain;
    use serde_json::json;

    #[test]
    fn what_an_agent_prints_cannot_steer_the_terminal() {
        assert_eq!(plain("a\u{1b}]0;owned\u{7}b\nc"), "a]0;ownedb\nc");
        let shown = event(&json!({"type": "tool_result", "output": "\u{1b}[2Jgone"}));
        assert!(!shown.contains('\u{1b}'), "{shown:?}");
    }
}
