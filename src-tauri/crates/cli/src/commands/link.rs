//! `waybill issue link`, `unlink` and `links`

use super::Shown;
use crate::session::Session;
use crate::show::{self, brief};
use serde_json::{Value, json};
use waybill_api::error::ApiError;

/// Adds or takes away a link, and shows what is left.
pub async fn change(
    session: &Session,
    command: &str,
    (number, relation, other): (i64, String, i64),
    shown: Shown,
) -> Result<(), ApiError> {
    let args = json!({"number": number, "relation": relation, "other": other});
    answer(&session.call_in(command, args).await?, shown)
}

pub async fn list(session: &Session, number: i64, shown: Shown) -> Result<(), ApiError> {
    answer(&session.call_in("link_list", json!({ "number": number })).await?, shown)
}

fn answer(links: &Value, shown: Shown) -> Result<(), ApiError> {
    let told = |links: &[Value]| if links.is_empty() { "No links.\n".to_owned() } else { show::links(links) };
    shown.list_or(links, told, brief::links)
}
