//! Personas and workflows as people read them; a workflow is drawn as the tree that it is.

use super::{age, author, field, items, plain};
use crate::paint::{Paint, painted};
use crate::table::{draw, flexible, number, terminal_width, text};
use serde_json::Value;
use std::fmt::Write as _;
use waybill_domain::persona::{DIMENSIONS, THRESHOLD, Weights};
use waybill_domain::workflow::title;

/// Workflows as a table.
pub fn workflows(found: &[Value]) -> String {
    let columns = [text("name"), text("type"), flexible("steps"), text("state")];
    let row = |workflow: &Value| {
        let doubt = if items(&workflow["warnings"]).is_empty() { "" } else { ", cannot start" };
        vec![
            field(workflow, "name"),
            field(workflow, "type"),
            field(workflow, "summary"),
            format!("{}{doubt}", standing(workflow)),
        ]
    };
    draw(&columns, &found.iter().map(row).collect::<Vec<_>>(), terminal_width())
}

/// Personas as a table.
pub fn personas(found: &[Value]) -> String {
    let columns =
        [text("name"), text("type"), flexible("description"), text("tool").unless_empty(), text("state")];
    let row = |persona: &Value| {
        vec![
            field(persona, "name"),
            field(persona, "type"),
            field(persona, "description"),
            field(persona, "tool"),
            standing(persona),
        ]
    };
    draw(&columns, &found.iter().map(row).collect::<Vec<_>>(), terminal_width())
}

/// A name with where it stands: `mine: version 3`.
pub fn state(of: &Value) -> String {
    format!("{}: {}", field(of, "name"), standing(of))
}

fn standing(of: &Value) -> String {
    let version = match (of["version"].as_i64(), of["built_in"] == true) {
        (Some(0), _) => "as it ships".to_owned(),
        (version, ships) => {
            format!("version {}{}", version.unwrap_or(0), if ships { " in place of what ships" } else { "" })
        }
    };
    if of["enabled"] == true { version } else { format!("{version}, disabled") }
}

/// One workflow: what it is, its tree, and what keeps it from being started.
pub fn workflow(workflow: &Value) -> String {
    let mut out = head(workflow);
    out.push('\n');
    tree(items(&workflow["definition"]["nodes"]), "", &[], &mut out);
    let defaults = defaults(&workflow["sandbox_defaults"]);
    if !defaults.is_empty() {
        let _ = writeln!(out, "\nsandbox: {defaults}");
    }
    warnings(workflow, &mut out);
    out
}

/// One persona with its instructions.
pub fn persona(persona: &Value) -> String {
    let mut out = head(persona);
    let said = settings(persona, &["tool", "model", "effort"]);
    let learns = if persona["include_learnings"] == true { "with learnings" } else { "without learnings" };
    let _ = writeln!(out, "{}", said.into_iter().chain([learns.to_owned()]).collect::<Vec<_>>().join(" · "));
    if field(persona, "type") == "evaluator" {
        let weights: Weights = serde_json::from_value(persona["weights"].clone()).unwrap_or_default();
        let told: Vec<_> =
            DIMENSIONS.iter().zip(weights.all()).map(|(name, weight)| format!("{name} {weight}")).collect();
        let threshold = persona["threshold"].as_f64().unwrap_or(THRESHOLD);
        let _ = writeln!(out, "threshold {threshold} · {}", told.join(", "));
    }
    let users: Vec<_> = items(&persona["used_by"]).iter().filter_map(Value::as_str).collect();
    if !users.is_empty() {
        let _ = writeln!(out, "used by {}", users.join(", "));
    }
    let _ = writeln!(out, "\n{}", plain(field(persona, "instructions").trim_end()));
    out
}

/// Versions as a table, the newest first.
pub fn versions(found: &[Value]) -> String {
    let columns = [number("version"), text("active"), text("saved by"), text("age"), flexible("what")];
    let row = |version: &Value| {
        let what = if version["summary"].is_null() { "description" } else { "summary" };
        let by =
            if version["saved_by"].is_null() { "ships".to_owned() } else { author(&version["saved_by"]) };
        vec![
            field(version, "version"),
            if version["active"] == true { "✓".to_owned() } else { String::new() },
            by,
            age(version["saved_at"].as_i64()),
            field(version, what),
        ]
    };
    draw(&columns, &found.iter().map(row).collect::<Vec<_>>(), terminal_width())
}

/// What a workflow's file brings.
pub fn workflow_import(told: &Value) -> String {
    let dry = told["dry_run"] == true;
    let line = |noun: &str, item: &Value| {
        let version = item["replaces"].as_i64();
        let was = version.map_or_else(String::new, |version| match version {
            0 => " (what ships can be reset to)".to_owned(),
            version => format!(" (version {version} is kept)"),
        });
        let does = match (field(item, "action").as_str(), dry) {
            ("add", true) => "would be added",
            ("add", false) => "added",
            ("replace", true) => "would be replaced",
            ("replace", false) => "replaced",
            _ => "is there just so",
        };
        format!("{noun} {} {does}{was}\n", plain(&field(item, "name")))
    };
    let mut out = line("workflow", &told["workflow"]);
    let _ = writeln!(out, "  {}", plain(&field(told, "summary")));
    for persona in items(&told["personas"]) {
        out.push_str(&line("persona", persona));
    }
    warnings(told, &mut out);
    out
}

fn head(of: &Value) -> String {
    let name = painted(Paint::Head, &plain(&field(of, "title")));
    format!("{name} ({}) · {}\n{}\n", state(of), field(of, "type"), plain(&field(of, "description")))
}

/// Draws nodes below each other, each with its branch; `lines` come after the last of them.
fn tree(nodes: &[Value], indent: &str, lines: &[String], out: &mut String) {
    let count = nodes.len() + lines.len();
    for (at, node) in nodes.iter().enumerate() {
        let (branch, below) = if at + 1 == count { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        let below = format!("{indent}{below}");
        match node["kind"].as_str() {
            Some("loop") => {
                let _ = writeln!(out, "{indent}{branch}loop, {} times at most", node["max_iterations"]);
                tree(items(&node["nodes"]), &below, &[], out);
            }
            Some("race") => {
                let variants = items(&node["variants"]);
                let _ = writeln!(out, "{indent}{branch}race of {}", variants.len());
                let told: Vec<_> =
                    variants.iter().enumerate().map(|(at, variant)| told(at, variant)).collect();
                let ends = [told, vec![format!("then {}", step(&node["judge"], &below))]].concat();
                tree(items(&node["nodes"]), &below, &ends, out);
            }
            _ => {
                let _ = writeln!(out, "{indent}{branch}{}", step(node, &below));
            }
        }
    }
    for (at, line) in lines.iter().enumerate() {
        let branch = if at + 1 == lines.len() { "└─ " } else { "├─ " };
        let _ = writeln!(out, "{indent}{branch}{line}");
    }
}

fn told(at: usize, variant: &Value) -> String {
    let said = settings(variant, &["persona", "tool", "model", "effort"]);
    let said = if said.is_empty() { "as above".to_owned() } else { said.join(", ") };
    format!("variant {}: {said}", at + 1)
}

/// A step with what it says for itself; its instructions go below.
fn step(step: &Value, below: &str) -> String {
    let name = if step["persona"].is_null() { field(step, "role") } else { field(step, "persona") };
    let mut said = settings(step, &["tool", "model", "effort", "fallback"]);
    said.extend(step["timeout_ms"].as_i64().map(|time| format!("{} minutes", time / 60_000)));
    let said = if said.is_empty() { String::new() } else { format!(" · {}", said.join(", ")) };
    let instructions = plain(&field(step, "instructions"));
    let lines: String = instructions.trim().lines().fold(String::new(), |mut lines, line| {
        let _ = write!(lines, "\n{below}{}", painted(Paint::Quiet, line));
        lines
    });
    format!("{}{said}{lines}", plain(&title(&name)))
}

fn settings(of: &Value, names: &[&str]) -> Vec<String> {
    names
        .iter()
        .filter(|name| !of[**name].is_null())
        .map(|name| format!("{name} {}", plain(&field(of, name))))
        .collect()
}

fn defaults(of: &Value) -> String {
    let number = |name: &str| of[name].as_i64();
    let parts = [
        number("timeout_ms").map(|time| format!("{} minutes", time / 60_000)),
        number("memory_mb").map(|memory| format!("{memory} MiB")),
        number("cpu_count").map(|count| format!("{count} processors")),
        of["network"].as_str().map(|network| format!("network {network}")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn warnings(of: &Value, out: &mut String) {
    for warning in items(&of["warnings"]) {
        let told = format!("cannot start: {}: {}", field(warning, "place"), field(warning, "problem"));
        let _ = writeln!(out, "{}", painted(Paint::Bad, &plain(&told)));
    }
}
