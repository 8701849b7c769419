//! `waybill issue …`

use super::{Shown, attachment, body, link, page, todo, transfer, trash, word};
use crate::arguments::{Import, Issue};
use crate::session::Session;
use crate::show::{self, brief, field};
use serde_json::{Value, json};
use waybill_api::error::ApiError;
use waybill_api::wire::{ExportFormat, ImportFormat};

pub async fn run(session: &Session, command: Issue, shown: Shown) -> Result<(), ApiError> {
    match command {
        Issue::New { title, body: text, priority, labels, parent, attach } => {
            let mut args = json!({
                "title": title, "body": body(&text)?.unwrap_or_default(), "labels": labels,
            });
            set(&mut args, "priority", priority.map(|priority| word(&priority)));
            set(&mut args, "parent", parent);
            let files = attachment::open(&attach)?;
            set(&mut args, "attachments", Some(attachment::upload(session, files).await?));
            let issue = session.call_in("issue_create", args).await?;
            shown.answer_or(
                &issue,
                |issue| format!("#{} filed\n", field(issue, "number")),
                |issue| format!("{}\n", field(issue, "number")),
            )
        }
        Issue::List { query, paging } => {
            let mut args = page(&paging);
            args["query"] = query.unwrap_or_default().into();
            issues(&session.call_in("issue_list", args).await?, shown)
        }
        Issue::Ready { paging } => issues(&session.call_in("issue_ready", page(&paging)).await?, shown),
        Issue::Search { query, paging } => {
            let mut args = page(&paging);
            args["query"] = query.into();
            issues(&session.call_in("issue_search", args).await?, shown)
        }
        Issue::Claim { number } => claim(session, number, shown).await,
        Issue::Release { number } => {
            let issue = session.call_in("issue_release", json!({ "number": number })).await?;
            shown.answer(&issue, |issue| format!("#{number} released, {}\n", field(issue, "status")))
        }
        Issue::Show { number } => show_one(session, number, shown).await,
        Issue::Edit { number, title, body: text, priority, labels } => {
            let mut args = json!({});
            set(&mut args, "title", title);
            set(&mut args, "body", body(&text)?);
            set(&mut args, "labels", Some(labels).filter(|labels| !labels.is_empty()));
            set(&mut args, "priority", priority.map(|priority| word(&priority)));
            if args.as_object().is_some_and(serde_json::Map::is_empty) {
                return Err(ApiError::invalid("there is nothing to change")
                    .with_hint("Give --title, --body, --priority or --label."));
            }
            let changed = change(session, "issue_edit", number, args).await?;
            shown.answer(&changed, |_| format!("#{number} changed\n"))
        }
        Issue::Move { number, status, note, despite_children } => {
            let mut args = json!({ "status": word(&status) });
            set(&mut args, "note", note);
            set(&mut args, "despite_children", Some(true).filter(|_| despite_children));
            let moved = change(session, "issue_move", number, args).await.map_err(tell_children)?;
            shown.answer(&moved, |issue| format!("#{number} is {}\n", field(issue, "status")))
        }
        Issue::Assign { number, target } => {
            let target = Some(target).filter(|target| target != "none");
            let assigned = change(session, "issue_assign", number, json!({ "target": target })).await?;
            shown.answer(&assigned, |issue| match issue["assignment"].as_str() {
                Some(target) => format!("#{number} is assigned to {target}\n"),
                None => format!("#{number} is assigned to nobody\n"),
            })
        }
        Issue::Comment { number, body: text, internal } => {
            let mut args = json!({"number": number, "body": body(&text)?.unwrap_or_default()});
            set(&mut args, "visibility", Some("operator_only").filter(|_| internal));
            let update = session.call_in("issue_comment", args).await?;
            shown.answer(&update, |_| format!("#{number} commented\n"))
        }
        Issue::Todo(arguments) => todo::run(session, arguments, shown).await,
        Issue::Link { number, kind, other } => {
            link::change(session, "link_add", (number, word(&kind), other), shown).await
        }
        Issue::Unlink { number, kind, other } => {
            link::change(session, "link_remove", (number, word(&kind), other), shown).await
        }
        Issue::Links { number } => link::list(session, number, shown).await,
        Issue::Duplicate { number, of } => {
            let closed = change(session, "issue_duplicate", number, json!({ "of": of })).await?;
            shown.answer(&closed, |_| format!("#{number} is closed as a duplicate of #{of}\n"))
        }
        Issue::Attach { number, files } => attachment::attach(session, number, &files, shown).await,
        Issue::Attachments { number } => attachment::list(session, number, shown).await,
        Issue::Remove { number } => {
            let item = session.call_in("issue_remove", json!({ "number": number })).await?;
            shown.answer(&item, |item| {
                format!(
                    "{} removed; `waybill trash restore {}` brings it back\n",
                    trash::named(item),
                    field(item, "id")
                )
            })
        }
        Issue::Import { from, path, dry_run } => {
            transfer::import(session, format(from), &path, dry_run, shown).await
        }
        Issue::Export { directory } => {
            transfer::export(session, ExportFormat::Markdown, &directory, shown).await
        }
    }
}

const fn format(from: Import) -> ImportFormat {
    match from {
        Import::Github => ImportFormat::Github,
        Import::Beads => ImportFormat::Beads,
        Import::Backlog => ImportFormat::Backlog,
        Import::Taskwarrior => ImportFormat::Taskwarrior,
        Import::VibeKanban => ImportFormat::VibeKanban,
        Import::Ccw => ImportFormat::Ccw,
        Import::Waybill => ImportFormat::Waybill,
    }
}

fn issues(found: &Value, shown: Shown) -> Result<(), ApiError> {
    shown.list_or(found, show::issues, brief::issues)
}

/// Sets an argument that was given.
fn set(args: &mut Value, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        args[name] = value.into();
    }
}

/// Does a command that changes one issue; the issue as it then is.
async fn change(session: &Session, name: &str, number: i64, mut args: Value) -> Result<Value, ApiError> {
    args["number"] = number.into();
    let mut changed = session.call_in(name, args).await?;
    Ok(changed["issue"].take())
}

/// The claimed issue as one who begins to work on it needs it: with its todos and links.
async fn claim(session: &Session, number: Option<i64>, shown: Shown) -> Result<(), ApiError> {
    let mut args = json!({});
    set(&mut args, "number", number);
    let claimed = session.call_in("issue_claim", args).await?;
    shown.answer_or(
        &claimed,
        |claimed| show::issue(&claimed["issue"], &claimed["todos"]["items"], &json!({})),
        |claimed| brief::issue(&claimed["issue"], &claimed["todos"]["items"], &json!({})),
    )
}

async fn show_one(session: &Session, number: i64, shown: Shown) -> Result<(), ApiError> {
    let ask = async |name: &str, mut args: Value| {
        args["number"] = number.into();
        session.call_in(name, args).await
    };
    let mut issue = ask("issue_get", json!({})).await?;
    let updates = ask("issue_updates", json!({ "limit": 200 })).await?;
    issue["updates"] = updates["items"].clone();
    issue["links"] = ask("link_list", json!({})).await?;
    let todos = ask("todo_list", json!({})).await?["items"].take();
    let files = ask("attachment_list", json!({})).await?;
    if shown.is_json() {
        // `todos` and `attachments` are the counts that every list has.
        issue["todo_items"] = todos;
        issue["attachment_items"] = files;
        return shown.answer(&issue, |_| String::new());
    }
    let around = json!({"links": issue["links"], "attachments": files, "updates": issue["updates"]});
    shown.answer_or(
        &issue,
        |issue| show::issue(issue, &todos, &around),
        |issue| brief::issue(issue, &todos, &around),
    )
}

/// Says which children keep a parent from being resolved.
fn tell_children(error: ApiError) -> ApiError {
    let children = error.details.as_ref().map(|details| show::items(&details["children"]));
    let Some(children) = children.filter(|children| !children.is_empty()) else { return error };
    let named: Vec<String> = children
        .iter()
        .map(|child| format!("#{} {}", field(child, "number"), show::plain(&field(child, "title"))))
        .collect();
    let hint = format!("Open: {}. Add --despite-children to resolve it all the same.", named.join(", "));
    error.with_hint(hint)
}
