//! `waybill persona …`

use super::{Shown, file_text};
use crate::arguments::{Persona, PersonaContent};
use crate::session::Session;
use crate::show::{self, field};
use serde_json::{Value, json};
use waybill_api::error::{ApiError, Code};
use waybill_domain::persona::DIMENSIONS;

pub async fn run(session: &Session, command: Persona, shown: Shown) -> Result<(), ApiError> {
    match command {
        Persona::List => shown.list(&session.call_in("persona_list", json!({})).await?, show::personas),
        Persona::Show { name } => {
            let persona = session.call_in("persona_get", json!({ "name": name })).await?;
            shown.answer(&persona, show::persona)
        }
        Persona::New { name, kind, content } => {
            let fresh =
                json!({"type": kind, "description": "", "instructions": "", "include_learnings": true});
            let args = json!({"name": name, "new": true, "content": changed(fresh, &content)?});
            saved(shown, &session.call_in("persona_save", args).await?)
        }
        Persona::Edit { name, content, enable, disable } => {
            edit(session, &name, &content, enable || disable, enable, shown).await
        }
        Persona::Reset { name } => remove(session, &name, true, shown).await,
        Persona::Remove { name } => remove(session, &name, false, shown).await,
        Persona::Versions { name, activate: None } => {
            let versions = session.call_in("persona_versions", json!({ "name": name })).await?;
            shown.list(&versions, show::versions)
        }
        Persona::Versions { name, activate: Some(version) } => {
            let args = json!({"name": name, "version": version});
            saved(shown, &session.call_in("persona_activate", args).await?)
        }
    }
}

async fn edit(
    session: &Session,
    name: &str,
    content: &PersonaContent,
    switched: bool,
    enabled: bool,
    shown: Shown,
) -> Result<(), ApiError> {
    let mut persona = session.call_in("persona_get", json!({ "name": name })).await?;
    let former: Value = CONTENT.iter().map(|&member| (member.to_owned(), persona[member].clone())).collect();
    let wanted = changed(former.clone(), content)?;
    if wanted == former && !switched {
        return Err(ApiError::invalid("nothing was said that would change it")
            .with_hint("`waybill persona edit --help` tells what can be changed."));
    }
    if wanted != former {
        let args = json!({"name": name, "version": persona["version"], "content": wanted});
        persona = session.call_in("persona_save", args).await?;
    }
    if switched {
        persona = session.call_in("persona_enable", json!({"name": name, "enabled": enabled})).await?;
    }
    saved(shown, &persona)
}

async fn remove(session: &Session, name: &str, reset: bool, shown: Shown) -> Result<(), ApiError> {
    let persona = session.call_in("persona_get", json!({ "name": name })).await?;
    let ships = persona["built_in"] == true;
    if ships != reset {
        let (what, hint) = if ships {
            (
                "ships with Waybill and cannot be removed",
                "`reset` brings back what ships, `edit --disable` hides it.",
            )
        } else {
            ("is your own: there is nothing to reset it to", "`remove` moves it to the trash.")
        };
        return Err(ApiError::new(Code::Conflict, format!("the persona '{name}' {what}")).with_hint(hint));
    }
    let done = session.call_in("persona_remove", json!({ "name": name })).await?;
    shown.answer(&done, |done| removed("persona", name, done))
}

/// What a removal says, and how it is undone.
pub fn removed(noun: &str, name: &str, done: &Value) -> String {
    let what = if done["reset"] == true { "is as it ships again" } else { "removed" };
    format!("{noun} {name} {what}; back: waybill trash restore {}\n", field(done, "trash_id"))
}

/// What a version holds, in the words of the wire.
const CONTENT: [&str; 9] = [
    "type",
    "description",
    "instructions",
    "tool",
    "model",
    "effort",
    "include_learnings",
    "weights",
    "threshold",
];

fn changed(mut content: Value, wanted: &PersonaContent) -> Result<Value, ApiError> {
    let mut set = |member: &str, value: Option<Value>| {
        if let Some(value) = value {
            content[member] = value;
        }
    };
    // An empty word leaves it to the run.
    let word =
        |text: &Option<String>| text.as_ref().map(|text| json!(Some(text).filter(|text| !text.is_empty())));
    set("description", wanted.description.as_deref().map(Value::from));
    set("tool", word(&wanted.tool));
    set("model", word(&wanted.model));
    set("effort", word(&wanted.effort));
    set("include_learnings", wanted.include_learnings.map(Value::from));
    set("threshold", wanted.threshold.map(Value::from));
    let weights = wanted.weights.as_ref().map(|weights| {
        DIMENSIONS.iter().zip(weights).map(|(name, weight)| ((*name).to_owned(), json!(weight))).collect()
    });
    set("weights", weights);
    if let Some(file) = &wanted.instructions_file {
        set("instructions", Some(file_text(file)?.into()));
    }
    Ok(content)
}

fn saved(shown: Shown, persona: &Value) -> Result<(), ApiError> {
    shown.answer(persona, |persona| format!("persona {}\n", show::state(persona)))
}
