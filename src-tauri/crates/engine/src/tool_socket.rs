//! The way by which an agent in a sandbox, even one without network, reaches the tools that Waybill offers: a socket
//! in the directory that Waybill hands in; on Windows, which isolates no network, a port of this machine alone.
//!
//! Whoever connects shows a token in the first line; the rest is for the [`ToolServer`], which the room above hands
//! to the engine.

mod masked;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;
#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

pub use masked::Masked;

use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, BufReader};
use tokio::task::JoinSet;

/// How long whoever connects has to show the token, and how long its line may be.
const PATIENCE: Duration = Duration::from_secs(5);
const LINE: u64 = 256;
/// The most connections at once: an agent and its subagents need a few.
const CONNECTIONS: usize = 32;

/// What comes in from a connection, after the line with the token.
pub type Incoming = Box<dyn AsyncRead + Send + Unpin>;
/// What goes out to it.
pub type Outgoing = Box<dyn AsyncWrite + Send + Unpin>;

/// Offers the tools to whoever shows a good token.
pub trait ToolServer: Send + Sync {
    /// Serves one connection to its end. With a token that is not good, that is at once.
    fn serve(
        &self,
        token: String,
        incoming: Incoming,
        outgoing: Outgoing,
    ) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// An open socket; dropped, it takes no connection any more and ends those that it has.
#[derive(Debug)]
pub struct ToolSocket {
    place: platform::Place,
    task: tokio::task::JoinHandle<()>,
}

impl ToolSocket {
    /// Listens in a directory of Waybill's own.
    pub fn open(directory: &Path, server: Arc<dyn ToolServer>) -> io::Result<Self> {
        let (listener, place) = platform::bind(directory)?;
        Ok(Self { place, task: tokio::spawn(listen(listener, server)) })
    }

    /// Where it is found by whoever sees the directory as `inside`.
    pub fn address(&self, inside: &Path) -> PathBuf {
        self.place.seen_from(inside)
    }
}

impl Drop for ToolSocket {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn listen(listener: platform::Listener, server: Arc<dyn ToolServer>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept(), if connections.len() < CONNECTIONS => match accepted {
                Ok((stream, _)) => {
                    let (incoming, outgoing) = stream.into_split();
                    connections.spawn(serve(incoming, outgoing, Arc::clone(&server)));
                }
                // No descriptor is free: one of those that end gives one back.
                Err(error) => {
                    tracing::warn!(%error, "a connection to the tools was not taken");
                    if connections.join_next().await.is_none() {
                        return;
                    }
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(
    incoming: impl AsyncRead + Send + Unpin + 'static,
    outgoing: impl AsyncWrite + Send + Unpin + 'static,
    server: Arc<dyn ToolServer>,
) {
    let mut incoming = BufReader::new(incoming);
    let mut line = String::new();
    let mut first = (&mut incoming).take(LINE);
    let shown = tokio::time::timeout(PATIENCE, first.read_line(&mut line)).await;
    if matches!(shown, Ok(Ok(_))) && line.ends_with('\n') {
        server.serve(line.trim_end().to_owned(), Box::new(incoming), Box::new(outgoing)).await;
    }
}

#[cfg(test)]
mod tests;
