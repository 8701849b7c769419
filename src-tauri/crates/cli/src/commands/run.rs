//! `waybill run …`

use super::{Shown, page, standard_input};
use crate::arguments::Run;
use crate::print;
use crate::session::Session;
use crate::show::{self, field};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::time::Duration;
use waybill_api::error::{ApiError, Code};

/// Events are asked for in pages of this many.
const PAGE: i64 = 500;

pub async fn run(session: &Session, command: Run, shown: Shown) -> Result<(), ApiError> {
    match command {
        Run::Start { issue, prompt, workflow, tool, model, effort, base, timeout, wait } => {
            let timeout_ms = timeout.map(|minutes| minutes.saturating_mul(60_000));
            let all = json!({
                "issue": issue, "prompt": prompt, "workflow": workflow, "tool": tool, "model": model, "effort": effort,
                "base_branch": base, "timeout_ms": timeout_ms,
            });
            let started = session.call_in("run_start", given(all)).await?;
            after_start(session, started, wait, shown).await
        }
        Run::Retry { number, wait } => {
            let started = session.call_in("run_retry", json!({ "number": number })).await?;
            after_start(session, started, wait, shown).await
        }
        Run::List { status, issue, paging } => {
            let mut args = page(&paging);
            args["statuses"] = status.into();
            if let Some(issue) = issue {
                args["issue"] = issue.into();
            }
            shown.list(&session.call_in("run_list", args).await?, show::runs)
        }
        Run::Show { number } => shown.answer(&ask(session, "run_get", number).await?, show::run),
        Run::Log { number, follow } => log(session, number, follow, shown).await,
        Run::Diff { number, candidate } => diff(session, number, candidate, shown).await,
        Run::RequestChanges { number, text, comment, wait } => {
            let comments = comment.iter().map(|text| line_comment(text)).collect::<Result<Vec<_>, _>>()?;
            let text = match text.as_deref() {
                Some("-") => standard_input()
                    .map_err(|error| ApiError::invalid(format!("standard input cannot be read: {error}")))?,
                given => given.unwrap_or_default().to_owned(),
            };
            let wanted = json!({ "number": number, "text": text, "comments": comments });
            after_start(session, session.call_in("run_request_changes", wanted).await?, wait, shown).await
        }
        Run::Choose { number, candidate } => {
            let chosen = json!({ "number": number, "lane": candidate });
            shown.answer(&session.call_in("run_choose", chosen).await?, show::run)
        }
        Run::Cancel { number } => told(session, "run_cancel", number, shown).await,
        Run::Pause { number } => told(session, "run_pause", number, shown).await,
        Run::Resume { number } => told(session, "run_resume", number, shown).await,
        Run::Consent { number } => told(session, "run_consent", number, shown).await,
        Run::Merge { number, squash, rebase } => {
            let mode = if squash {
                "squash"
            } else if rebase {
                "rebase"
            } else {
                "merge"
            };
            let run = session.call_in("run_merge", json!({"number": number, "mode": mode})).await?;
            shown.answer(&run, |run| {
                let commit = field(run, "merge_commit");
                format!(
                    "run {number} merged into {} as {}\n",
                    field(run, "base_branch"),
                    commit.get(..10).unwrap_or(&commit)
                )
            })
        }
        Run::Discard { number } => {
            let run = ask(session, "run_discard", number).await?;
            shown.answer(&run, |run| {
                format!("the branch {} of run {number} is discarded\n", field(run, "branch"))
            })
        }
    }
}

/// Leaves out what was not given.
pub(super) fn given(mut args: Value) -> Value {
    if let Some(fields) = args.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    args
}

async fn ask(session: &Session, name: &str, number: i64) -> Result<Value, ApiError> {
    session.call_in(name, json!({ "number": number })).await
}

async fn told(session: &Session, name: &str, number: i64, shown: Shown) -> Result<(), ApiError> {
    let run = ask(session, name, number).await?;
    shown.answer(&run, |run| format!("run {number} is {}\n", show::status(run)))
}

async fn after_start(
    session: &Session,
    started: Value,
    wait_for_it: bool,
    shown: Shown,
) -> Result<(), ApiError> {
    let number = started["number"].as_i64().unwrap_or_default();
    if wait_for_it {
        let project = field(&started, "project_slug");
        let ended = wait(session, &project, number, !shown.is_json()).await?;
        shown.answer(&ended, show::run)?;
        return expect_completed(&ended);
    }
    let info = session.call("app_info", json!({})).await?;
    let worked = info["engine_elsewhere"] == true || info["engine_here"] == true;
    shown.answer(&started, |_| {
        let hint = "it waits for an engine: open Waybill, run `waybill serve`, or start it with --wait";
        let what = if worked { "it is taken by the Waybill that is open" } else { hint };
        format!("run {number} is queued; {what}\n")
    })
}

/// Waits for the end of a run, printing what its agent writes when asked to; the run as it then is.
pub async fn wait(
    session: &Session,
    project: &str,
    number: i64,
    print_events: bool,
) -> Result<Value, ApiError> {
    let args = json!({"project": project, "number": number});
    let mut changes = session.app.changes();
    let mut next = 0;
    loop {
        let run = session.call("run_get", args.clone()).await?;
        if print_events {
            next = print_from(session, project, number, next).await?;
        }
        if !matches!(run["status"].as_str(), Some("pending" | "running")) {
            return Ok(run);
        }
        if run["waiting_for"] == "consent" {
            return Err(ApiError::new(
                Code::Conflict,
                format!("run {number} waits for consent to weaker isolation"),
            )
            .with_hint(format!(
                "`waybill doctor` says how to mend that; `waybill run consent {number}` agrees."
            )));
        }
        tokio::select! {
            () = changed(&mut changes) => {}
            stopped = tokio::signal::ctrl_c() => {
                stopped.map_err(|error| ApiError::new(Code::Failed, error.to_string()))?;
                return Err(ApiError::new(Code::Failed, format!("run {number} was left to go on"))
                    .with_hint(format!("The next Waybill continues it; `waybill run cancel {number}` stops it.")));
            }
        }
    }
}

/// The end of a run as an exit code.
pub fn expect_completed(run: &Value) -> Result<(), ApiError> {
    if run["status"] == "completed" {
        return Ok(());
    }
    let why = run["error"].as_str().unwrap_or("it was cancelled");
    let hint = run["advice"].as_str().map(str::to_owned);
    let message = format!("run {} did not complete: {why}", field(run, "number"));
    Err(ApiError { hint, ..ApiError::new(Code::Failed, message) })
}

pub(super) type Changes = Option<tokio::sync::broadcast::Receiver<waybill_api::wire::Changed>>;

pub(super) async fn changed(changes: &mut Changes) {
    match changes {
        Some(receiver) => drop(receiver.recv().await),
        None => tokio::time::sleep(Duration::from_millis(200)).await,
    }
}

async fn print_from(session: &Session, project: &str, number: i64, mut next: i64) -> Result<i64, ApiError> {
    loop {
        let args = json!({"project": project, "number": number, "from": next, "limit": PAGE});
        let page = session.call("run_output", args).await?;
        let items = page["items"].as_array().cloned().unwrap_or_default();
        for item in &items {
            print(&show::event(&item["event"]))?;
        }
        next += i64::try_from(items.len()).unwrap_or(0);
        if items.is_empty() || next >= page["end"].as_i64().unwrap_or(0) {
            return Ok(next);
        }
    }
}

async fn log(session: &Session, number: i64, follow: bool, shown: Shown) -> Result<(), ApiError> {
    let project = session.project().await?;
    if follow && !shown.is_json() {
        wait(session, &project, number, true).await?;
        return Ok(());
    }
    if !shown.is_json() {
        print_from(session, &project, number, 0).await?;
        return Ok(());
    }
    let (mut items, mut from) = (Vec::new(), 0);
    loop {
        let args = json!({"project": project, "number": number, "from": from, "limit": 2000});
        let page = session.call("run_output", args).await?;
        let found = page["items"].as_array().cloned().unwrap_or_default();
        from += i64::try_from(found.len()).unwrap_or(0);
        let ended = found.is_empty();
        items.extend(found);
        if ended || from >= page["end"].as_i64().unwrap_or(0) {
            return shown.list(&Value::Array(items), |_| String::new());
        }
    }
}

/// A comment on a line, as `FILE:LINE:TEXT`.
fn line_comment(given: &str) -> Result<Value, ApiError> {
    let refused = || ApiError::invalid(format!("'{given}' is not FILE:LINE:TEXT"));
    let (place, text) = given
        .match_indices(':')
        .find_map(|(at, _)| {
            let (line, text) = given[at + 1..].split_once(':')?;
            Some(((&given[..at], line.parse::<i64>().ok()?), text.trim()))
        })
        .ok_or_else(refused)?;
    let (file, line) = place;
    if file.is_empty() || text.is_empty() || line < 1 {
        return Err(refused());
    }
    Ok(json!({"file": file, "line": line, "text": text}))
}

async fn diff(session: &Session, number: i64, lane: Option<i64>, shown: Shown) -> Result<(), ApiError> {
    let diff = session.call_in("run_diff", given(json!({ "number": number, "lane": lane }))).await?;
    if shown.is_json() {
        return shown.answer(&diff, |_| String::new());
    }
    for file in diff["files"].as_array().into_iter().flatten() {
        let path = field(file, "path");
        print(&format!("{} {path}\n", field(file, "kind")))?;
        let mut from = 0;
        loop {
            let args = json!({"number": number, "lane": lane, "path": path, "from": from, "limit": 2000});
            let page = session.call_in("run_diff_file", given(args)).await?;
            let mut out = String::new();
            for line in page["lines"].as_array().into_iter().flatten() {
                let mark = match line["kind"].as_str() {
                    Some("added") => "+",
                    Some("removed") => "-",
                    Some("context") => " ",
                    _ => "",
                };
                let _ = writeln!(out, "{mark}{}", show::plain(&field(line, "text")));
            }
            print(&out)?;
            match page["next"].as_i64() {
                Some(next) => from = next,
                None => break,
            }
        }
    }
    Ok(())
}
