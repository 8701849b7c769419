//! `waybill inbox`, `backup`, `audit`, `doctor` and `demo`

use super::project::absolute;
use super::{Shown, run};
use crate::print;
use crate::session::Session;
use crate::show::{self, field, plain};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::PathBuf;
use waybill_api::error::{ApiError, Code};

pub async fn inbox(session: &Session, shown: Shown) -> Result<(), ApiError> {
    let mut inbox = session.call("inbox_list", session.named_project()).await?;
    inbox["next"] = Value::Null;
    shown.answer(&inbox, |inbox| {
        let items = inbox["items"].as_array().cloned().unwrap_or_default();
        if items.is_empty() {
            return "Nothing waits for you.\n".to_owned();
        }
        let told = items.iter().map(|item| {
            format!(
                "{} · {}\n  {}\n",
                field(item, "project_slug"),
                plain(&field(item, "title")),
                plain(&field(item, "detail"))
            )
        });
        told.collect()
    })
}

pub async fn backup(session: &Session, file: Option<PathBuf>, shown: Shown) -> Result<(), ApiError> {
    let args = match file {
        Some(file) => json!({ "path": absolute(&file)? }),
        None => json!({}),
    };
    let made = session.call("backup", args).await?;
    shown.answer(&made, |made| format!("{} ({} bytes)\n", field(made, "path"), field(made, "bytes")))
}

pub async fn audit(session: &Session, shown: Shown) -> Result<(), ApiError> {
    let (count, fault) = session.app.store().read(|reader| waybill_store::verify_audit(reader)).await?;
    match fault {
        None => shown.answer(&json!({"entries": count, "ok": true}), |_| {
            format!("{count} entries, none changed or removed\n")
        }),
        Some(fault) => Err(ApiError::new(
            Code::Failed,
            format!("entry {} of the audit trail: {}", fault.seq, fault.what),
        )),
    }
}

pub async fn doctor(session: &Session, shown: Shown) -> Result<(), ApiError> {
    let report = session.call("doctor", json!({})).await?;
    shown.answer(&report, |report| {
        let mut out = String::new();
        for check in report["checks"].as_array().into_iter().flatten() {
            let mark = if check["ok"] == true { "✓" } else { "✗" };
            let _ = writeln!(out, "{mark} {}: {}", field(check, "name"), plain(&field(check, "message")));
            if let Some(hint) = check["hint"].as_str() {
                let _ = writeln!(out, "    {hint}");
            }
        }
        out
    })
}

pub async fn demo(session: &Session, shown: Shown) -> Result<(), ApiError> {
    let demo = session.call("demo_create", json!({})).await?;
    let project = field(&demo, "project");
    if !shown.is_json() {
        print(&format!(
            "A small repository: {}\nIssue #{} is worked by the demo tool, a script and not an AI.\n\n",
            field(&demo, "repository"),
            field(&demo, "issue")
        ))?;
    }
    let args = json!({"project": project, "issue": demo["issue"], "tool": "demo"});
    let started = session.call("run_start", args).await?;
    let number = started["number"].as_i64().unwrap_or_default();
    let ended = run::wait(session, &project, number, !shown.is_json()).await?;
    let diff = if ended["head_commit"].is_null() {
        Value::Null
    } else {
        session.call("run_diff", json!({"project": project, "number": number})).await?
    };
    let answer = json!({
        "project": project, "repository": demo["repository"], "issue": demo["issue"], "run": ended,
        "branch": ended["branch"], "files": diff["files"],
    });
    shown.answer(&answer, |answer| {
        let (repository, branch) = (field(answer, "repository"), field(answer, "branch"));
        format!(
            "\n{}\nThe change is on the branch {branch}; your checked-out files were not touched. See it:\n  git -C '{repository}' diff main...{branch}\nMerge it:\n  waybill run merge {number} -p {project}\n",
            show::run(&answer["run"])
        )
    })?;
    run::expect_completed(&ended)
}
