//! The tools that only the operator's own client has: what waits, runs, sessions. Each is a command of the one list.

use super::arguments::read;
use super::caller::Call;
use crate::error::{ApiError, Code};
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[derive(Debug, Deserialize)]
struct Action {
    action: String,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// The commands behind the actions of a tool.
const COMMANDS: &[(&str, &str, &str)] = &[
    ("run", "list", "run_list"),
    ("run", "get", "run_get"),
    ("run", "start", "run_start"),
    ("run", "cancel", "run_cancel"),
    ("session", "list", "session_list"),
    ("session", "get", "session_get"),
    ("session", "messages", "session_messages"),
    ("session", "start", "session_start"),
    ("session", "send", "session_send"),
    ("session", "answer", "session_answer"),
    ("session", "end", "session_end"),
];

pub(super) async fn call(call: &Call<'_>, tool: &str, arguments: Value) -> Result<Value, ApiError> {
    if tool == "inbox" {
        let project = Some(&call.project).filter(|slug| !slug.is_empty());
        let args = project.map_or_else(|| json!({}), |slug| json!({ "project": slug }));
        return call.app.call(&call.who, "inbox_list", args).await;
    }
    let Action { action, mut rest } = read(arguments, r#"{"action": "list"}"#)?;
    let command = COMMANDS.iter().find(|(of, name, _)| *of == tool && *name == action);
    let Some((_, _, command)) = command else {
        let known: Vec<_> =
            COMMANDS.iter().filter(|(of, ..)| *of == tool).map(|(_, name, _)| *name).collect();
        let message = format!("{tool} has no action '{}'", waybill_domain::text::cut(&action, 40));
        return Err(
            ApiError::new(Code::Invalid, message).with_hint(format!("There are {}.", known.join(", ")))
        );
    };
    rest.insert("project".to_owned(), call.project().await?.into());
    let answer = call.app.call(&call.who, command, Value::Object(rest)).await?;
    // A result is an object, whatever the command answers.
    Ok(if answer.is_object() { answer } else { json!({ "items": answer }) })
}
