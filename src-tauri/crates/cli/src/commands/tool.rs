//! `waybill tool …` and `waybill secret …`

use super::Shown;
use super::project::secret_input;
use crate::arguments::{Secret, Tool};
use crate::session::Session;
use crate::show::field;
use crate::table::{draw, flexible, terminal_width, text};
use serde_json::{Value, json};
use waybill_api::error::ApiError;

pub async fn run(session: &Session, command: Tool, shown: Shown) -> Result<(), ApiError> {
    match command {
        Tool::List | Tool::Check { name: None } => {
            shown.list(&session.call("tool_list", json!({})).await?, tools)
        }
        Tool::Check { name: Some(name) } => {
            let tool = session.call("tool_check", json!({ "name": name })).await?;
            shown.answer(&tool, |tool| tools(std::slice::from_ref(tool)))
        }
        Tool::Add { name, command, prompt } => {
            let mut args = json!({"name": name, "command": command});
            if let Some(prompt) = prompt {
                args["prompt"] = prompt.into();
            }
            let tool = session.call("tool_add", args).await?;
            shown.answer(&tool, |tool| format!("{} added\n", field(tool, "name")))
        }
        Tool::Remove { name } => {
            let done = session.call("tool_remove", json!({ "name": name })).await?;
            shown.answer(&done, |_| format!("{name} removed\n"))
        }
    }
}

fn tools(items: &[Value]) -> String {
    let rows: Vec<Vec<String>> = items
        .iter()
        .map(|tool| {
            let found = if tool["installed"] == true { "found" } else { "not installed" };
            let path = if tool["path"].is_null() { "install_hint" } else { "path" };
            vec![
                field(tool, "name"),
                found.to_owned(),
                field(tool, "version"),
                field(tool, "sign_in"),
                field(tool, path),
            ]
        })
        .collect();
    draw(
        &[text("tool"), text("state"), text("version"), text("sign-in"), flexible("path")],
        &rows,
        terminal_width(),
    )
}

pub async fn secret(session: &Session, command: Secret, shown: Shown) -> Result<(), ApiError> {
    let mut answer = match command {
        Secret::List => session.call("secret_list", json!({})).await?,
        Secret::Set { name } => {
            session.call("secret_set", json!({"name": name, "value": secret_input()?})).await?
        }
        Secret::Remove { name } => session.call("secret_set", json!({"name": name, "value": null})).await?,
        Secret::File { state } => {
            session.call("secret_file_set", json!({ "enabled": state == "on" })).await?
        }
    };
    answer["next"] = Value::Null;
    shown.answer(&answer, |secrets| {
        let items = secrets["items"].as_array().cloned().unwrap_or_default();
        let rows: Vec<Vec<String>> = items
            .iter()
            .map(|item| {
                let state = if item["is_set"] == true { "set" } else { "not set" };
                vec![field(item, "name"), state.to_owned(), field(item, "title")]
            })
            .collect();
        let problem = secrets["problem"].as_str().map_or_else(String::new, |text| format!("{text}\n"));
        format!(
            "kept in: {}\n{problem}{}",
            field(secrets, "store"),
            draw(&[text("name"), text("state"), flexible("title")], &rows, terminal_width())
        )
    })
}
