//! `waybill project …`

use super::{Shown, standard_input};
use crate::arguments::Project;
use crate::session::Session;
use crate::show::field;
use crate::table::{draw, flexible, number, terminal_width, text};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use std::path::Path;
use waybill_api::error::ApiError;

pub async fn run(session: &Session, command: Project, shown: Shown) -> Result<(), ApiError> {
    match command {
        Project::Add { path, slug, name } => {
            let mut args = json!({ "path": absolute(&path)? });
            if let Some(slug) = slug {
                args["slug"] = slug.into();
            }
            if let Some(name) = name {
                args["name"] = name.into();
            }
            let project = session.call("project_add", args).await?;
            shown.answer(&project, |project| {
                format!("{} added: {}\n", field(project, "slug"), field(project, "root_path"))
            })
        }
        Project::List => shown.list(&session.call("project_list", json!({})).await?, list),
        Project::Show => {
            let mut project = session.call_in("project_get", json!({})).await?;
            project["settings"] = session.call_in("project_settings_get", json!({})).await?;
            shown.answer(&project, show)
        }
        Project::Remove => {
            let slug = session.project().await?;
            let done = session.call_in("project_remove", json!({})).await?;
            shown.answer(&done, |_| {
                format!("{slug} removed from the list; `waybill project restore -p {slug}` brings it back\n")
            })
        }
        Project::Restore => {
            let project = session.call_in("project_restore", json!({})).await?;
            shown.answer(&project, |project| format!("{} restored\n", field(project, "slug")))
        }
        Project::Set { settings } => {
            let settings = settings.iter().map(|pair| setting(pair)).collect::<Result<Map<_, _>, _>>()?;
            let settings = session.call_in("project_settings_set", json!({ "settings": settings })).await?;
            shown.answer(&settings, |_| "set\n".to_owned())
        }
        Project::Env { key, value, secret, unset } => {
            let value = match (unset, secret) {
                (true, _) => None,
                (false, true) => Some(secret_input()?),
                (false, false) => {
                    Some(value.ok_or_else(|| ApiError::invalid("give a value, --secret or --unset"))?)
                }
            };
            let args = json!({"key": key, "value": value, "is_secret": secret});
            let settings = session.call_in("project_environment_set", args).await?;
            shown.answer(&settings, |_| format!("{key} {}\n", if unset { "removed" } else { "set" }))
        }
    }
}

/// A secret from standard input, without its line end: an argument would show it to every process.
pub(super) fn secret_input() -> Result<String, ApiError> {
    let text = standard_input()
        .map_err(|error| ApiError::invalid(format!("standard input cannot be read: {error}")))?;
    let value = text.trim_end_matches(['\n', '\r']);
    if value.is_empty() {
        return Err(ApiError::invalid("the value is empty").with_hint("Write it to standard input."));
    }
    Ok(value.to_owned())
}

pub(super) fn absolute(path: &Path) -> Result<std::path::PathBuf, ApiError> {
    std::path::absolute(path).map_err(|error| ApiError::invalid(format!("{}: {error}", path.display())))
}

fn setting(pair: &str) -> Result<(String, Value), ApiError> {
    let (key, value) =
        pair.split_once('=').ok_or_else(|| ApiError::invalid(format!("'{pair}' is not KEY=VALUE")))?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
    Ok((key.to_owned(), value))
}

fn list(items: &[Value]) -> String {
    if items.is_empty() {
        return "No projects yet. Add one: waybill project add PATH\n".to_owned();
    }
    let rows: Vec<Vec<String>> = items
        .iter()
        .map(|project| {
            vec![
                field(project, "slug"),
                field(&project["counts"], "active_issues"),
                field(&project["counts"], "active_runs"),
                field(project, "root_path"),
            ]
        })
        .collect();
    draw(&[text("slug"), number("issues"), number("runs"), flexible("repository")], &rows, terminal_width())
}

fn show(project: &Value) -> String {
    let mut out = format!("{} ({})\n", field(project, "name"), field(project, "slug"));
    for (label, name) in
        [("repository", "root_path"), ("default branch", "default_branch"), ("GitHub", "github_repo")]
    {
        if !project[name].is_null() {
            let _ = writeln!(out, "{label}: {}", field(project, name));
        }
    }
    for (key, value) in project["settings"].as_object().into_iter().flatten() {
        if !value.is_null() && value != "" {
            let _ = writeln!(out, "  {key} = {value}");
        }
    }
    out
}
