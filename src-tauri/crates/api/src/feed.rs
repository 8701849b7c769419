//! What changed, as the tags that queries provide: one exhaustive match from the change log's topics.

use crate::error::ApiError;
use crate::wire::Changed;
use std::time::Duration;
use tokio::sync::broadcast;
use waybill_store::{Change, Store, Topic};

waybill_domain::words! {
    /// Names what a query shows, and what a change touches.
    pub enum Tag {
        App = "app",
        Projects = "projects",
        Issues = "issues",
        Labels = "labels",
        Runs = "runs",
        Output = "output",
        Notifications = "notifications",
        Settings = "settings",
        Secrets = "secrets",
        Tools = "tools",
        Views = "views",
        Trash = "trash",
        Transfers = "transfers",
        Sessions = "sessions",
        Personas = "personas",
        Workflows = "workflows",
        Contexts = "contexts",
        Learnings = "learnings",
    }
}

/// The tag that a change touches; `None` for what no query shows.
pub const fn tag(topic: Topic) -> Option<Tag> {
    match topic {
        Topic::Project => Some(Tag::Projects),
        Topic::Issue => Some(Tag::Issues),
        Topic::Label => Some(Tag::Labels),
        Topic::Run => Some(Tag::Runs),
        Topic::Output => Some(Tag::Output),
        Topic::Notification => Some(Tag::Notifications),
        Topic::Setting => Some(Tag::Settings),
        Topic::Secret => Some(Tag::Secrets),
        Topic::Tool => Some(Tag::Tools),
        Topic::View => Some(Tag::Views),
        Topic::Trash => Some(Tag::Trash),
        Topic::Transfer => Some(Tag::Transfers),
        Topic::Session => Some(Tag::Sessions),
        Topic::Persona => Some(Tag::Personas),
        Topic::Workflow => Some(Tag::Workflows),
        Topic::Context => Some(Tag::Contexts),
        Topic::Learning => Some(Tag::Learnings),
        Topic::Job => None,
    }
}

/// The shortest time between two messages.
const PACE: Duration = Duration::from_millis(16);
/// How often other processes' commits are looked for; one page of shared memory is read each time.
const ELSEWHERE: Duration = Duration::from_millis(100);
/// Past this many changes at once, ids are left out: anything may have changed.
const IDS: usize = 200;
const BATCH: usize = 1_000;

/// The running follower of the change log.
#[derive(Debug)]
pub struct Feed {
    sender: broadcast::Sender<Changed>,
    task: tokio::task::JoinHandle<()>,
}

impl Feed {
    /// Hears what changes from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Changed> {
        self.sender.subscribe()
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Begins to follow the change log from its end.
pub async fn follow(store: Store) -> Result<Feed, ApiError> {
    let (sender, _) = broadcast::channel(256);
    let mut committed = store.committed();
    committed.mark_unchanged();
    let start = store.read(|reader| waybill_store::last_change(reader)).await?;
    let announce = sender.clone();
    let task = tokio::spawn(async move {
        let mut cursor = start;
        let mut version = 0;
        let mut elsewhere = tokio::time::interval(ELSEWHERE);
        elsewhere.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                here = committed.changed() => if here.is_err() { return },
                _ = elsewhere.tick() => {
                    let now = store.data_version().unwrap_or(version);
                    if now == version { continue }
                    version = now;
                }
            }
            // One commit may hold more changes than one message tells.
            loop {
                let next = announce_since(&store, &announce, cursor).await;
                if std::mem::replace(&mut cursor, next) == next {
                    break;
                }
            }
            tokio::time::sleep(PACE).await;
        }
    });
    Ok(Feed { sender, task })
}

/// Tells of everything after `cursor`; answers the new cursor.
async fn announce_since(store: &Store, announce: &broadcast::Sender<Changed>, cursor: i64) -> i64 {
    let read = store.read(move |reader| match waybill_store::changes_since(reader, cursor, BATCH)? {
        Some(changes) => Ok((changes, cursor)),
        None => Ok((Vec::new(), waybill_store::last_change(reader)?)),
    });
    match read.await {
        Ok((changes, _)) if !changes.is_empty() => {
            let message = summarise(&changes);
            let seq = message.seq;
            // Nobody listening is no fault.
            drop(announce.send(message));
            seq
        }
        Ok((_, last)) if last != cursor => {
            drop(announce.send(Changed { seq: last, tags: Tag::ALL.to_vec(), ids: Vec::new() }));
            last
        }
        Ok(_) => cursor,
        Err(error) => {
            tracing::warn!(%error, "the change log could not be read");
            cursor
        }
    }
}

/// One message for many changes.
pub fn summarise(changes: &[Change]) -> Changed {
    let mut tags: Vec<Tag> = changes.iter().filter_map(|change| tag(change.topic)).collect();
    tags.sort_unstable();
    tags.dedup();
    let mut ids: Vec<String> = changes.iter().map(|change| change.entity_id.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() > IDS || ids.iter().any(String::is_empty) {
        ids.clear();
    }
    Changed { seq: changes.last().map_or(0, |change| change.seq), tags, ids }
}

#[cfg(test)]
mod tests {
    use super::{Tag, tag};
    use waybill_store::Topic;

    #[test]
    fn each_tag_has_a_query_that_provides_it_and_a_change_that_touches_it() {
        let written = crate::bindings::typescript();
        let provides = written.split("export const provides").nth(1).expect("the map is written");
        for &wanted in Tag::ALL {
            assert!(provides.contains(&format!("\"{wanted}\"")), "nothing would be refetched for {wanted}");
            let touched = Topic::ALL.iter().any(|&topic| tag(topic) == Some(wanted));
            assert!(
                touched || wanted == Tag::App,
                "{wanted} is never touched: what provides it would grow stale"
            );
        }
    }
}
