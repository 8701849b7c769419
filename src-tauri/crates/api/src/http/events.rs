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
    /// Tell what comes, but not again what was told up to this number.
    Follow(i64),
}

/// Follows the change log from `after`, or from now on. An event `refetch` means that changes were missed.
pub(super) async fn follow(
    State(shared): State<Shared>,
    Extension(closed): Extension<watch::Receiver<bool>>,
    Query(after): Query<After>,
    headers: HeaderMap,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let resumed = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let state = resumed.or(after.after).map_or(Stage::Follow(0), Stage::CatchUp);
    let receiver = shared.app.changes();
    let stream = futures_util::stream::unfold(
        (shared, receiver, closed, state),
        |(shared, mut receiver, mut closed, state)| async move {
            let (event, told) = match state {
                Stage::CatchUp(cursor) => catch_up(&shared, cursor).await,
                Stage::Follow(told) => tokio::select! {
                    event = next(receiver.as_mut(), told) => (event?, told),
                    _ = closed.wait_for(|closed| *closed) => return None,
                },
            };
            Some((Ok(event), (shared, receiver, closed, Stage::Follow(told))))
        },
    );
    Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

/// What was missed, and up to which number that tells it.
async fn catch_up(shared: &Shared, cursor: i64) -> (Event, i64) {
    let missed =
        shared.app.store().read(move |reader| waybill_store::changes_since(reader, cursor, 5_000)).await;
    match missed {
        Ok(Some(changes)) if changes.is_empty() => (Event::default().event("resumed").data("{}"), cursor),
        Ok(Some(changes)) if changes.len() < 5_000 => {
            let message = feed::summarise(&changes);
            (changed(&message), message.seq)
        }
        _ => (refetch(), 0),
    }
}

async fn next(receiver: Option<&mut broadcast::Receiver<Changed>>, told: i64) -> Option<Event> {
    let receiver = receiver?;
    loop {
        match receiver.recv().await {
            // A message that names nothing asks to read everything anew, and is never told twice.
            Ok(message) if message.seq <= told && !message.ids.is_empty() => {}
            Ok(message) => return Some(changed(&message)),
            Err(RecvError::Lagged(_)) => return Some(refetch()),
            Err(RecvError::Closed) => return None,
        }
    }
}

fn refetch() -> Event {
    Event::default().event("refetch").data("{}")
}

fn changed(message: &Changed) -> Event {
    let event = Event::default().event("changed").id(message.seq.to_string());
    event.json_data(message).unwrap_or_else(|_| refetch())
}
