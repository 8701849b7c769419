//! `waybill session …`

use super::run::{Changes, changed};
use super::{Shown, page};
use crate::arguments::Session as Command;
use crate::session::Session;
use crate::show::{self, field};
use serde_json::{Map, Value, json};
use waybill_api::error::{ApiError, Code};

pub async fn run(session: &Session, command: Command, shown: Shown) -> Result<(), ApiError> {
    match command {
        Command::Start { issue, title, message, draft, tool, model, effort, base, wait } => {
            let all = json!({
                "issue": issue, "title": title, "message": message, "draft": draft, "tool": tool, "model": model,
                "effort": effort, "base_branch": base,
            });
            let started = session.call_in("session_start", super::run::given(all)).await?;
            moved_on(session, started, wait, shown).await
        }
        Command::List { state, issue, paging } => {
            let mut args = page(&paging);
            args["states"] = state.into();
            if let Some(issue) = issue {
                args["issue"] = issue.into();
            }
            shown.list(&session.call_in("session_list", args).await?, show::sessions)
        }
        Command::Show { number } => shown.answer(&ask(session, "session_get", number).await?, show::session),
        Command::Send { number, text, wait } => {
            let args = super::run::given(json!({"number": number, "text": text}));
            let sent = session.call_in("session_send", args).await?;
            moved_on(session, sent, wait, shown).await
        }
        Command::Answer { number, text, fields, question, sign_off, despite_children, wait } => {
            let answer = if fields.is_empty() { json!(text.unwrap_or_default()) } else { values(&fields)? };
            let all = json!({
                "number": number, "question": question, "answer": answer, "sign_off": sign_off,
                "despite_children": despite_children,
            });
            let answered = session.call_in("session_answer", super::run::given(all)).await?;
            moved_on(session, answered, wait, shown).await
        }
        Command::Interrupt { number } => told(session, "session_interrupt", number, shown).await,
        Command::Bind { number, issue } => bind(session, number, Some(issue), shown).await,
        Command::Unbind { number } => bind(session, number, None, shown).await,
        Command::Promote { number, title, body } => {
            let args = super::run::given(json!({"number": number, "title": title, "body": body}));
            let promoted = session.call_in("session_promote", args).await?;
            shown.answer(&promoted, |session| format!("#{} filed\n", field(&session["issue"], "number")))
        }
        Command::End { number } => told(session, "session_end", number, shown).await,
        Command::Log { number } => log(session, number, shown).await,
    }
}

async fn ask(session: &Session, name: &str, number: i64) -> Result<Value, ApiError> {
    session.call_in(name, json!({ "number": number })).await
}

async fn told(session: &Session, name: &str, number: i64, shown: Shown) -> Result<(), ApiError> {
    let asked = ask(session, name, number).await?;
    shown.answer(&asked, |asked| format!("session {number} is {}\n", show::session_state(asked)))
}

async fn bind(session: &Session, number: i64, issue: Option<i64>, shown: Shown) -> Result<(), ApiError> {
    let bound = session.call_in("session_bind", json!({"number": number, "issue": issue})).await?;
    shown.answer(&bound, |_| match issue {
        Some(issue) => format!("session {number} is bound to #{issue}\n"),
        None => format!("session {number} is bound to no issue\n"),
    })
}

/// The values of a form: each JSON where it is JSON, else a text.
fn values(fields: &[String]) -> Result<Value, ApiError> {
    let mut values = Map::new();
    for field in fields {
        let (name, value) =
            field.split_once('=').ok_or_else(|| ApiError::invalid(format!("'{field}' is not NAME=VALUE")))?;
        let value = serde_json::from_str(value).unwrap_or_else(|_| json!(value));
        values.insert(name.to_owned(), value);
    }
    Ok(Value::Object(values))
}

/// Tells that a session works, or waits until it does not any more and shows it.
async fn moved_on(session: &Session, asked: Value, wait: bool, shown: Shown) -> Result<(), ApiError> {
    let number = asked["number"].as_i64().unwrap_or_default();
    if !wait || asked["working"] != true {
        let info = session.call("app_info", json!({})).await?;
        let worked = info["engine_elsewhere"] == true || info["engine_here"] == true;
        return shown.answer(&asked, |asked| {
            let state = show::session_state(asked);
            let waits = asked["working"] == true && !worked;
            let hint = "; it waits for an engine: open Waybill, run `waybill serve`, or add --wait";
            let hint = if waits { hint } else { "" };
            format!("session {number} is {state}{hint}\n")
        });
    }
    let project = field(&asked, "project_slug");
    let args = json!({"project": project, "number": number});
    let mut changes: Changes = session.app.changes();
    loop {
        let now = session.call("session_get", args.clone()).await?;
        if now["working"] != true {
            shown.answer(&now, show::session)?;
            return expect_well(&now);
        }
        expect_consent(session, &now, &project).await?;
        changed(&mut changes).await;
    }
}

fn expect_well(session: &Value) -> Result<(), ApiError> {
    let Some(error) = session["error"].as_str() else { return Ok(()) };
    let hint = session["advice"].as_str().map(str::to_owned);
    let message = format!("the turn of session {} failed: {error}", field(session, "number"));
    Err(ApiError { hint, ..ApiError::new(Code::Failed, message) })
}

/// A turn that waits for consent goes on only when somebody gives it.
async fn expect_consent(session: &Session, now: &Value, project: &str) -> Result<(), ApiError> {
    let Some(run) = now["run"].as_i64() else { return Ok(()) };
    let run = session.call("run_get", json!({"project": project, "number": run})).await?;
    if run["waiting_for"] != "consent" {
        return Ok(());
    }
    let number = field(&run, "number");
    let message = format!("run {number} of the session waits for consent to weaker isolation");
    Err(ApiError::new(Code::Conflict, message)
        .with_hint(format!("`waybill doctor` says how to mend that; `waybill run consent {number}` agrees.")))
}

async fn log(session: &Session, number: i64, shown: Shown) -> Result<(), ApiError> {
    let mut items: Vec<Value> = Vec::new();
    let mut after = Value::Null;
    loop {
        let mut args = json!({"number": number, "limit": 200});
        if !after.is_null() {
            args["after"] = after;
        }
        let page = session.call_in("session_messages", args).await?;
        items.extend(show::items(&page["items"]).iter().cloned());
        after = page["next"].clone();
        if after.is_null() {
            break;
        }
    }
    items.reverse();
    shown.list(&Value::Array(items), show::messages)
}
