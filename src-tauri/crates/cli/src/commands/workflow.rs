//! `waybill workflow …`

use super::persona::removed;
use super::{Shown, file_text};
use crate::arguments::{Workflow, WorkflowChange};
use crate::print;
use crate::session::Session;
use crate::show::{self, field};
use serde_json::{Value, json};
use std::path::Path;
use waybill_api::error::{ApiError, Code};

pub async fn run(session: &Session, command: Workflow, shown: Shown) -> Result<(), ApiError> {
    match command {
        Workflow::List => shown.list(&session.call_in("workflow_list", json!({})).await?, show::workflows),
        Workflow::Show { name } => {
            let workflow = session.call_in("workflow_get", json!({ "name": name })).await?;
            shown.answer(&workflow, show::workflow)
        }
        Workflow::New { name, kind, from } => {
            let mut content = read(&from.file, json!({"description": "", "sandbox_defaults": {}}))?;
            content["type"] = json!(kind);
            if let Some(description) = from.description {
                content["description"] = description.into();
            }
            let args = json!({"name": name, "new": true, "content": content});
            saved(shown, &session.call_in("workflow_save", args).await?)
        }
        Workflow::Edit { name, change } => edit(session, &name, &change, shown).await,
        Workflow::Duplicate { name, new_name } => {
            let args = json!({"name": name, "new_name": new_name});
            saved(shown, &session.call_in("workflow_duplicate", args).await?)
        }
        Workflow::Export { name, file } => export(session, &name, file.as_deref(), shown).await,
        Workflow::Import { file, dry_run } => {
            let args = json!({"text": file_text(&file)?, "dry_run": dry_run});
            let told = session.call_in("workflow_import", args).await?;
            shown.answer(&told, show::workflow_import)
        }
        Workflow::Versions { name, activate: None } => {
            let versions = session.call_in("workflow_versions", json!({ "name": name })).await?;
            shown.list(&versions, show::versions)
        }
        Workflow::Versions { name, activate: Some(version) } => {
            let args = json!({"name": name, "version": version});
            saved(shown, &session.call_in("workflow_activate", args).await?)
        }
        Workflow::Remove { name } => {
            let done = session.call_in("workflow_remove", json!({ "name": name })).await?;
            shown.answer(&done, |done| removed("workflow", &name, done))
        }
    }
}

async fn edit(session: &Session, name: &str, change: &WorkflowChange, shown: Shown) -> Result<(), ApiError> {
    let mut workflow = session.call_in("workflow_get", json!({ "name": name })).await?;
    let former: Value = CONTENT.iter().map(|&member| (member.to_owned(), workflow[member].clone())).collect();
    let mut content = match &change.file {
        Some(file) => read(file, former.clone())?,
        None => former.clone(),
    };
    if let Some(kind) = change.kind {
        content["type"] = json!(kind);
    }
    if let Some(description) = &change.description {
        content["description"] = description.as_str().into();
    }
    let switched = change.enable || change.disable;
    if content == former && !switched && change.file.is_none() {
        return Err(ApiError::invalid("nothing was said that would change it")
            .with_hint("`waybill workflow edit --help` tells what can be changed."));
    }
    if content != former {
        let args = json!({"name": name, "version": workflow["version"], "content": content});
        workflow = session.call_in("workflow_save", args).await?;
    }
    if switched {
        let args = json!({"name": name, "enabled": change.enable});
        workflow = session.call_in("workflow_enable", args).await?;
    }
    saved(shown, &workflow)
}

async fn export(session: &Session, name: &str, file: Option<&Path>, shown: Shown) -> Result<(), ApiError> {
    let written = session.call_in("workflow_export", json!({ "name": name })).await?;
    let text = field(&written, "text");
    let Some(file) = file.filter(|file| file.as_os_str() != "-") else {
        // The file is JSON already.
        return print(&text);
    };
    let fault = |error: std::io::Error| {
        ApiError::new(Code::Failed, format!("{} cannot be written: {error}", file.display()))
            .with_hint("A file that is there is not overwritten.")
    };
    let mut out = std::fs::File::create_new(file).map_err(fault)?;
    std::io::Write::write_all(&mut out, text.as_bytes()).map_err(fault)?;
    shown.answer(&json!({ "file": file }), |_| format!("workflow {name} written to {}\n", file.display()))
}

/// What a version holds, in the words of the wire.
const CONTENT: [&str; 4] = ["type", "description", "definition", "sandbox_defaults"];

/// The content that a file gives: a definition alone, or more of what `show --json` prints.
fn read(file: &Path, mut content: Value) -> Result<Value, ApiError> {
    let given: Value = serde_json::from_str(&file_text(file)?)
        .map_err(|error| ApiError::invalid(format!("{} is no JSON: {error}", file.display())))?;
    if given.get("nodes").is_some() {
        content["definition"] = given;
    } else if given.get("definition").is_some() {
        for member in CONTENT {
            if let Some(value) = given.get(member) {
                content[member] = value.clone();
            }
        }
    } else {
        return Err(ApiError::invalid(format!("{} holds no definition", file.display()))
            .with_hint("It begins with {\"nodes\": […]}; `waybill workflow show NAME --json` prints one."));
    }
    Ok(content)
}

fn saved(shown: Shown, workflow: &Value) -> Result<(), ApiError> {
    shown.answer(workflow, |workflow| format!("workflow {}\n", show::state(workflow)))
}
