//! `waybill learning …`

use super::run::given;
use super::{Shown, page};
use crate::arguments::{Learning, LearningContent};
use crate::session::Session;
use crate::show::{self, field};
use serde_json::{Value, json};
use waybill_api::error::ApiError;
use waybill_domain::learning::{Category, Decision, Severity};

pub async fn run(session: &Session, command: Learning, shown: Shown) -> Result<(), ApiError> {
    match command {
        Learning::List { status, paging } => {
            let mut args = page(&paging);
            if let Some(status) = status {
                args["status"] = json!(status);
            }
            shown.list(&session.call_in("learning_list", args).await?, show::learnings)
        }
        Learning::Show { number } => shown.answer(&get(session, number).await?, show::learning),
        Learning::Add { content, run } => {
            let usual = json!({
                "description": "", "trigger": "", "correct_behavior": "", "severity": Severity::Important,
                "category": Category::Pattern, "confidence": 1.0, "roles": [],
            });
            let args = given(json!({"content": changed(usual, &content), "run": run}));
            let added = session.call_in("learning_add", args).await?;
            shown.answer(&added, |added| {
                let similar = show::similar(added);
                format!("learning {} waits for its review\n{similar}", field(added, "number"))
            })
        }
        Learning::Edit { number, content } => edit(session, number, &content, shown).await,
        Learning::Approve { numbers } => decide(session, numbers, Decision::Approve, shown).await,
        Learning::Reject { numbers } => decide(session, numbers, Decision::Reject, shown).await,
        Learning::Reopen { numbers } => decide(session, numbers, Decision::Reopen, shown).await,
        Learning::Compile { role: None, .. } => {
            shown.list(&session.call_in("learning_roles", json!({})).await?, show::learning_roles)
        }
        Learning::Compile { role: Some(role), dry_run } => {
            let args = json!({"role": role, "dry_run": dry_run});
            shown.answer(&session.call_in("learning_compile", args).await?, show::learning_compiled)
        }
        Learning::Versions { role, version: None } => {
            let versions = session.call_in("learning_version_list", json!({ "role": role })).await?;
            shown.list(&versions, show::learning_versions)
        }
        Learning::Versions { role, version: Some(version) } => {
            let args = json!({"role": role, "version": version});
            let found = session.call_in("learning_version_get", args).await?;
            shown.answer(&found, |found| show::text(&field(found, "body")))
        }
        Learning::Activate { role, version } => {
            let args = json!({"role": role, "version": version});
            let active = session.call_in("learning_version_activate", args).await?;
            shown.answer(&active, |_| format!("{role}: version {version} is told\n"))
        }
    }
}

async fn get(session: &Session, number: i64) -> Result<Value, ApiError> {
    session.call_in("learning_get", json!({ "number": number })).await
}

async fn edit(
    session: &Session,
    number: i64,
    content: &LearningContent,
    shown: Shown,
) -> Result<(), ApiError> {
    let learning = get(session, number).await?;
    let former: Value = CONTENT.iter().map(|&member| (member.to_owned(), learning[member].clone())).collect();
    let wanted = changed(former.clone(), content);
    if wanted == former {
        return Err(ApiError::invalid("nothing was said that would change it")
            .with_hint("`waybill learning edit --help` tells what can be changed."));
    }
    let edited = session.call_in("learning_edit", json!({"number": number, "content": wanted})).await?;
    shown.answer(&edited, show::learning)
}

async fn decide(
    session: &Session,
    numbers: Vec<i64>,
    decision: Decision,
    shown: Shown,
) -> Result<(), ApiError> {
    let args = json!({"numbers": numbers, "decision": decision});
    let decided = session.call_in("learning_decide", args).await?;
    shown.list(&decided, |decided| {
        if decided.is_empty() {
            return "Nothing to change: they stand there already.\n".to_owned();
        }
        let line = |one: &Value| format!("learning {} is {}\n", field(one, "number"), field(one, "to"));
        decided.iter().map(line).collect()
    })
}

/// What a learning says, in the words of the wire.
const CONTENT: [&str; 7] =
    ["description", "trigger", "correct_behavior", "severity", "category", "confidence", "roles"];

fn changed(mut content: Value, wanted: &LearningContent) -> Value {
    let mut set = |member: &str, value: Option<Value>| {
        if let Some(value) = value {
            content[member] = value;
        }
    };
    set("description", wanted.description.as_deref().map(Value::from));
    set("trigger", wanted.trigger.as_deref().map(Value::from));
    set("correct_behavior", wanted.behavior.as_deref().map(Value::from));
    set("severity", wanted.severity.map(|severity| json!(severity)));
    set("category", wanted.category.map(|category| json!(category)));
    set("confidence", wanted.confidence.map(Value::from));
    set("roles", (!wanted.roles.is_empty()).then(|| json!(wanted.roles)));
    content
}
