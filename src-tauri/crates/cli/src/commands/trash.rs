//! `waybill trash …` and `waybill view …`

use super::{Shown, page};
use crate::arguments::{Trash, View};
use crate::session::Session;
use crate::show::{self, field, plain};
use serde_json::json;
use waybill_api::error::ApiError;

pub async fn run(session: &Session, command: Trash, shown: Shown) -> Result<(), ApiError> {
    match command {
        Trash::List { paging } => {
            let mut args = page(&paging);
            if let Some(slug) = session.named_project()["project"].as_str() {
                args["project"] = slug.into();
            }
            shown.list(&session.call("trash_list", args).await?, show::trash)
        }
        Trash::Restore { id } => {
            let item = session.call("trash_restore", json!({ "id": id })).await?;
            shown.answer(&item, |item| format!("{} restored\n", named(item)))
        }
    }
}

/// Something that was removed, in words.
pub fn named(item: &serde_json::Value) -> String {
    let title = plain(&field(item, "title"));
    match item["number"].as_i64() {
        Some(number) if item["kind"] == "issue" => format!("#{number} {title}"),
        Some(number) => format!("{} {number} {title}", field(item, "kind")),
        None => format!("{} {title}", field(item, "kind")),
    }
}

pub async fn views(session: &Session, command: View, shown: Shown) -> Result<(), ApiError> {
    match command {
        View::List => shown.list(&session.call_in("view_list", json!({})).await?, show::views),
    }
}
