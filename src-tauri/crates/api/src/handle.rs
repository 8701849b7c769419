//! What each command does: checks its argument, asks the store or the engine, and makes the wire's shape.

mod app;
mod attachment;
mod claim;
mod context;
mod issue;
mod issue_many;
mod learning;
mod link;
mod persona;
mod project;
mod run;
mod search;
mod secret;
mod session;
mod todo;
mod tool;
mod transfer;
mod trash;
mod view;
mod workflow;

pub use app::*;
pub use attachment::*;
pub use claim::*;
pub use context::*;
pub use issue::*;
pub use issue_many::*;
pub use learning::*;
pub use link::*;
pub use persona::*;
pub use project::*;
pub use run::*;
pub use search::*;
pub use secret::*;
pub use session::*;
pub use todo::*;
pub use tool::*;
pub use transfer::*;
pub use trash::*;
pub use view::*;
pub use workflow::*;

use crate::error::ApiError;

/// A page's length: `asked`, or `usual`; 1 to `most`.
pub(crate) fn limit(asked: Option<u32>, usual: u32, most: u32) -> Result<u32, ApiError> {
    match asked.unwrap_or(usual) {
        count if (1..=most).contains(&count) => Ok(count),
        count => Err(ApiError::invalid(format!("limit is {count}; it can be 1 to {most}"))),
    }
}

/// A cursor that is a number.
pub(crate) fn number_cursor(after: Option<&str>) -> Result<Option<i64>, ApiError> {
    after
        .map(|text| text.parse().map_err(|_| ApiError::invalid("the cursor is not one that this list gave")))
        .transpose()
}

/// Cuts a page that was read one row too long, and tells the cursor of the next.
pub(crate) fn paged<T>(
    mut rows: Vec<T>,
    limit: u32,
    cursor: impl Fn(&T) -> String,
) -> (Vec<T>, Option<String>) {
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(cursor);
    (rows, next)
}

/// Runs what blocks (a keychain, a lock) off the runtime's threads.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| ApiError::new(crate::error::Code::Failed, "Waybill is closing"))
}
