//! `waybill context …`

use super::{Shown, body};
use crate::arguments::Context;
use crate::session::Session;
use crate::show::{self, field};
use serde_json::{Value, json};
use waybill_api::error::ApiError;
use waybill_domain::context::SessionType;

pub async fn run(session: &Session, command: Context, shown: Shown) -> Result<(), ApiError> {
    match command {
        Context::List => shown.list(&session.call_in("context_list", json!({})).await?, show::contexts),
        Context::Show { session_type, version } => {
            let mut args = json!({ "session_type": session_type });
            if let Some(version) = version {
                args["version"] = version.into();
            }
            let found = session.call_in("context_get", args).await?;
            shown.answer(&found, |found| show::text(&field(found, "body")))
        }
        Context::Edit { session_type, body: given, publish } => {
            let text = body(&given)?.ok_or_else(|| {
                ApiError::invalid("a context needs its text").with_hint("Use --body or --body-file.")
            })?;
            let args = json!({"session_type": session_type, "body": text});
            let saved = session.call_in("context_save", args).await?;
            if publish && saved["last_state"] != "active" {
                return go(session, "context_publish", session_type, &saved["last_version"], shown).await;
            }
            shown.answer(&saved, show::context_state)
        }
        Context::Publish { session_type, version } => {
            let version = if let Some(version) = version {
                json!(version)
            } else {
                let newest = session.call_in("context_get", json!({ "session_type": session_type }));
                newest.await?["version"].clone()
            };
            go(session, "context_publish", session_type, &version, shown).await
        }
        Context::Activate { session_type, version } => {
            go(session, "context_activate", session_type, &json!(version), shown).await
        }
        Context::Versions { session_type } => {
            let args = json!({ "session_type": session_type });
            shown.list(&session.call_in("context_versions", args).await?, show::context_versions)
        }
    }
}

async fn go(
    session: &Session,
    command: &str,
    session_type: SessionType,
    version: &Value,
    shown: Shown,
) -> Result<(), ApiError> {
    let args = json!({"session_type": session_type, "version": version});
    shown.answer(&session.call_in(command, args).await?, show::context_state)
}
