//! Secrets: set and removed, never read back.

use super::blocking;
use crate::app::App;
use crate::error::{ApiError, Code};
use crate::wire::{Nothing, Secret, SecretFileSet, SecretSet, Secrets};
use std::collections::HashMap;
use waybill_domain::principal::Principal;
use waybill_engine::tools::KNOWN_SECRETS;
use waybill_store::secrets;

pub async fn secret_list(app: &App, _: &Principal, _: Nothing) -> Result<Secrets, ApiError> {
    let keychain = app.engine().secrets();
    let (store, problem) = blocking(move || (keychain.kind(), keychain.problem())).await?;
    let set: HashMap<String, i64> =
        app.store().read(|reader| secrets::list(reader)).await?.into_iter().collect();
    let items = KNOWN_SECRETS.iter().map(|(name, title, used_by)| Secret {
        name: (*name).to_owned(),
        title: (*title).to_owned(),
        used_by: used_by.iter().map(|tool| (*tool).to_owned()).collect(),
        is_set: set.contains_key(*name),
        updated_at: set.get(*name).copied(),
    });
    Ok(Secrets { store, problem, items: items.collect() })
}

pub async fn secret_set(app: &App, who: &Principal, args: SecretSet) -> Result<Secrets, ApiError> {
    if !KNOWN_SECRETS.iter().any(|(name, _, _)| *name == args.name) {
        let known: Vec<&str> = KNOWN_SECRETS.iter().map(|(name, _, _)| *name).collect();
        return Err(ApiError::new(Code::NotFound, format!("there is no secret called '{}'", args.name))
            .with_hint(format!(
                "Known are {}; a project's own are its environment variables.",
                known.join(", ")
            )));
    }
    let value = args.value.map(|value| value.trim().to_owned());
    if value
        .as_ref()
        .is_some_and(|value| value.is_empty() || value.contains(char::is_whitespace) || value.len() > 4096)
    {
        return Err(ApiError::invalid("a key is one word of at most 4096 characters"));
    }
    let keychain = app.engine().secrets();
    let name = args.name.clone();
    let is_set = value.is_some();
    blocking(move || match value {
        Some(value) => keychain.set(&name, &value),
        None => keychain.delete(&name),
    })
    .await??;
    let (who_again, name) = (who.clone(), args.name);
    app.store().write(move |write| secrets::record(write, &name, None, is_set, &who_again)).await?;
    app.engine().tools().forget();
    secret_list(app, who, Nothing {}).await
}

pub async fn secret_file_set(app: &App, who: &Principal, args: SecretFileSet) -> Result<Secrets, ApiError> {
    let keychain = app.engine().secrets();
    blocking(move || keychain.set_file_fallback(args.enabled)).await??;
    let event = if args.enabled { "secret_file.enabled" } else { "secret_file.disabled" };
    let actor = who.clone();
    let recorded = app.store().write(move |write| {
        write.audit(&actor, None, event, &serde_json::json!({}))?;
        write.changed(waybill_store::Topic::Secret, "", None)
    });
    recorded.await?;
    secret_list(app, who, Nothing {}).await
}
