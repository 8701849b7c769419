//! Answers as people read them.

pub mod brief;
mod issue;
mod learning;
mod run;
mod session;
mod todo;
mod workflow;

pub use issue::{attachments, issue, issues, links, trash, views};
pub use learning::{
    context_state, context_versions, contexts, learning, learning_compiled, learning_roles,
    learning_versions, learnings, similar, text,
};
pub use run::{event, run, runs, status};
pub use session::{messages, session, session_state, sessions};
pub use todo::{mark, todos};
pub use workflow::{persona, personas, state, versions, workflow, workflow_import, workflows};

use serde_json::Value;
use std::time::{SystemTime, UNIX_EPOCH};

/// A field as text; nothing when it is null.
pub fn field(value: &Value, name: &str) -> String {
    match &value[name] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// An array that may not be there.
pub fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Who wrote something.
pub fn author(author: &Value) -> String {
    match author["display_name"].as_str() {
        Some(name) => plain(name),
        None if author["kind"] == "operator" => "Operator".to_owned(),
        None => field(author, "user_id"),
    }
}

/// Text without what could steer a terminal.
pub fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// How long ago a time was.
pub fn age(at: Option<i64>) -> String {
    let Some(at) = at else { return String::new() };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let seconds = now.saturating_sub(u64::try_from(at / 1000).unwrap_or(0));
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m", seconds / 60),
        3600..86_400 => format!("{}h", seconds / 3600),
        _ => format!("{}d", seconds / 86_400),
    }
}
