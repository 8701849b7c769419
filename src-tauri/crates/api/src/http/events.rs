//! Server-sent events: the change log, resumable by its numbers.

use super::Shared;
use crate::feed;
use crate::wire::Changed;
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};

/// Where to go on.
#[derive(Debug, serde::Deserialize)]
pub(super) struct After {
    after: Option<i64>,
}

/// What a follower does next.
enum Stage {
    /// Tell what changed after this number, then follow.
    CatchUp(i64),
    Follow,
}

/// Follows the change log from `after`, or from now on. An event `refetch` means that changes were missed.
pub(super) async fn follow(
    State(shared): State<Shared>,
    Extension(closed): Extension<watch::Receiver<bool>>,
    Query(after): Query<After>,
    headers: HeaderMap,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let resumed = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let state = resumed.or(after.after).map_or(Stage::Follow, Stage::CatchUp);
    let receiver = shared.app.changes();
    let stream = futures_util::stream::unfold(
        (shared, receiver, closed, state),
        |(shared, mut receiver, mut closed, state)| async move {
            let event = match state {
                Stage::CatchUp(cursor) => catch_up(&shared, cursor).await,
                Stage::Follow => tokio::select! {
                    event = next(receiver.as_mut()) => event?,
                    _ = closed.wait_for(|closed| *closed) => return None,
                },
            };
            Some((Ok(event), (shared, receiver, closed, Stage::Follow)))
        },
    );
    Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

async fn catch_up(shared: &Shared, cursor: i64) -> Event {
    let missed =
        shared.app.store().read(move |reader| waybill_store::changes_since(reader, cursor, 5_000)).await;
    match missed {
        Ok(Some(changes)) if changes.is_empty() => Event::default().event("resumed").data("{}"),
        Ok(Some(changes)) if changes.len() < 5_000 => changed(&feed::summarise(&changes)),
        _ => Event::default().event("refetch").data("{}"),
    }
}

async fn next(receiver: Option<&mut broadcast::Receiver<Changed>>) -> Option<Event> {
    match receiver?.recv().await {
        Ok(message) => Some(changed(&message)),
        Err(RecvError::Lagged(_)) => Some(Event::default().event("refetch").data("{}")),
        Err(RecvError::Closed) => None,
    }
}

fn changed(message: &Changed) -> Event {
    let event = Event::default().event("changed").id(message.seq.to_string());
    event.json_data(message).unwrap_or_else(|_| Event::default().event("refetch").data("{}"))
}
