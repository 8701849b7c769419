//! `waybill issue …`

use super::{Shown, body, page};
use crate::arguments::{Issue, Priority};
use crate::session::Session;
use crate::show;
use serde_json::{Value, json};
use waybill_api::error::ApiError;

pub async fn run(session: &Session, command: Issue, shown: Shown) -> Result<(), ApiError> {
    match command {
        Issue::New { title, body: text, priority, labels } => {
            let mut args =
                json!({"title": title, "body": body(&text)?.unwrap_or_default(), "labels": labels});
            set_priority(&mut args, priority);
            let issue = session.call_in("issue_create", args).await?;
            shown.answer(&issue, |issue| format!("#{} filed\n", show::field(issue, "number")))
        }
        Issue::List { query, paging } => {
            let mut args = page(&paging);
            args["query"] = query.unwrap_or_default().into();
            shown.list(&session.call_in("issue_list", args).await?, show::issues)
        }
        Issue::Search { query, paging } => {
            let mut args = page(&paging);
            args["query"] = query.into();
            shown.list(&session.call_in("issue_search", args).await?, show::issues)
        }
        Issue::Show { number } => {
            let mut issue = session.call_in("issue_get", json!({ "number": number })).await?;
            let updates = session.call_in("issue_updates", json!({ "number": number, "limit": 200 })).await?;
            let updates = updates["items"].as_array().cloned().unwrap_or_default();
            let text = show::issue(&issue, &updates);
            issue["updates"] = Value::Array(updates);
            shown.answer(&issue, |_| text)
        }
        Issue::Edit { number, title, body: text, priority, labels } => {
            let mut args = json!({ "number": number });
            if let Some(title) = title {
                args["title"] = title.into();
            }
            if let Some(text) = body(&text)? {
                args["body"] = text.into();
            }
            if !labels.is_empty() {
                args["labels"] = labels.into();
            }
            set_priority(&mut args, priority);
            if args.as_object().is_some_and(|given| given.len() == 1) {
                return Err(ApiError::invalid("there is nothing to change")
                    .with_hint("Give --title, --body, --priority or --label."));
            }
            let changed = session.call_in("issue_edit", args).await?;
            shown.answer(&changed["issue"], |issue| format!("#{} changed\n", show::field(issue, "number")))
        }
        Issue::Move { number, status, note } => {
            let mut args = json!({"number": number, "status": status});
            if let Some(note) = note {
                args["note"] = note.into();
            }
            let changed = session.call_in("issue_move", args).await?;
            shown.answer(&changed["issue"], |issue| {
                format!("#{} is {}\n", show::field(issue, "number"), show::field(issue, "status"))
            })
        }
        Issue::Comment { number, body: text } => {
            let args = json!({"number": number, "body": body(&text)?.unwrap_or_default()});
            let update = session.call_in("issue_comment", args).await?;
            shown.answer(&update, |_| format!("#{number} commented\n"))
        }
    }
}

fn set_priority(args: &mut Value, priority: Option<Priority>) {
    if let Some(priority) = priority {
        let word = match priority {
            Priority::Low => "low",
            Priority::Medium => "medium",
            Priority::High => "high",
            Priority::Critical => "critical",
        };
        args["priority"] = word.into();
    }
}
