//! The socket by which an agent in a sandbox, even one without network, reaches the tools that Waybill offers.
//!
//! It lies in the directory that Waybill hands in. Whoever connects shows a token in the first line; the rest is
//! for the [`ToolServer`], which the room above hands to the engine.

#[cfg(unix)]
mod unix;

#[cfg(unix)]
pub use unix::ToolSocket;

use std::pin::Pin;
use tokio::io::{AsyncRead, AsyncWrite};

/// The socket's name among what is handed in.
pub const NAME: &str = "tools.sock";

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

/// There are no such sockets on Windows; agents there have no tools.
#[cfg(windows)]
#[derive(Debug)]
pub struct ToolSocket;

#[cfg(windows)]
impl ToolSocket {
    /// Always refuses.
    pub fn open(_: &std::path::Path, _: std::sync::Arc<dyn ToolServer>) -> std::io::Result<Self> {
        Err(std::io::ErrorKind::Unsupported.into())
    }
}
