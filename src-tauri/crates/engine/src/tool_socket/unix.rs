//! The socket on systems that have them.

use super::{NAME, ToolServer};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinSet;

/// How long whoever connects has to show the token, and how long its line may be.
const PATIENCE: Duration = Duration::from_secs(5);
const LINE: u64 = 256;
/// The most connections at once: an agent and its subagents need a few.
const CONNECTIONS: usize = 32;

/// An open socket; dropped, it takes no connection any more and ends those that it has.
#[derive(Debug)]
pub struct ToolSocket {
    path: PathBuf,
    task: tokio::task::JoinHandle<()>,
}

impl ToolSocket {
    /// Listens in a directory of Waybill's own.
    pub fn open(directory: &Path, server: Arc<dyn ToolServer>) -> io::Result<Self> {
        let path = directory.join(NAME);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = bind(directory)?;
        Ok(Self { path, task: tokio::spawn(listen(listener, server)) })
    }
}

impl Drop for ToolSocket {
    fn drop(&mut self) {
        self.task.abort();
        drop(std::fs::remove_file(&self.path));
    }
}

/// An address of a socket has room for about a hundred bytes; by way of the open directory, any path is short.
#[cfg(target_os = "linux")]
fn bind(directory: &Path) -> io::Result<UnixListener> {
    use std::os::fd::AsRawFd;
    let directory = std::fs::File::open(directory)?;
    UnixListener::bind(format!("/proc/self/fd/{}/{NAME}", directory.as_raw_fd()))
}

#[cfg(not(target_os = "linux"))]
fn bind(directory: &Path) -> io::Result<UnixListener> {
    UnixListener::bind(directory.join(NAME))
}

async fn listen(listener: UnixListener, server: Arc<dyn ToolServer>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept(), if connections.len() < CONNECTIONS => match accepted {
                Ok((stream, _)) => drop(connections.spawn(serve(stream, Arc::clone(&server)))),
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

async fn serve(stream: UnixStream, server: Arc<dyn ToolServer>) {
    let (incoming, outgoing) = stream.into_split();
    let mut incoming = BufReader::new(incoming);
    let mut line = String::new();
    let mut first = (&mut incoming).take(LINE);
    let shown = tokio::time::timeout(PATIENCE, first.read_line(&mut line)).await;
    if matches!(shown, Ok(Ok(_))) && line.ends_with('\n') {
        server.serve(line.trim_end().to_owned(), Box::new(incoming), Box::new(outgoing)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tool_socket::{Incoming, Outgoing};
    use std::pin::Pin;
    use tokio::io::AsyncWriteExt;

    /// Answers with the token and what came after it, in capitals.
    struct Echo;

    impl ToolServer for Echo {
        fn serve(
            &self,
            token: String,
            mut incoming: Incoming,
            mut outgoing: Outgoing,
        ) -> Pin<Box<dyn Future<Output = ()> + Send>> {
            Box::pin(async move {
                let mut said = String::new();
                incoming.read_to_string(&mut said).await.expect("is read");
                let answer = format!("{token}:{}", said.to_uppercase());
                outgoing.write_all(answer.as_bytes()).await.expect("is written");
            })
        }
    }

    async fn ask(directory: &Path, said: &str) -> io::Result<String> {
        let mut stream = UnixStream::connect(directory.join(NAME)).await?;
        stream.write_all(said.as_bytes()).await?;
        stream.shutdown().await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok(answer)
    }

    #[tokio::test]
    async fn the_first_line_is_the_token_and_the_rest_is_the_servers() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let socket = ToolSocket::open(directory.path(), Arc::new(Echo)).expect("opens");
        assert_eq!(ask(directory.path(), "abc\nhello").await.expect("is answered"), "abc:HELLO");
        let long = "x".repeat(10_000);
        assert_eq!(ask(directory.path(), &long).await.unwrap_or_default(), "", "no token, nothing");
        drop(socket);
        assert!(ask(directory.path(), "abc\n").await.is_err(), "nobody listens any more");
        let again = ToolSocket::open(directory.path(), Arc::new(Echo));
        assert!(again.is_ok(), "what an earlier one left behind is no hindrance");
    }

    #[tokio::test]
    async fn a_path_of_any_length_will_do() {
        if cfg!(not(target_os = "linux")) {
            return;
        }
        let directory = tempfile::tempdir().expect("a temporary directory");
        let deep = directory.path().join("a".repeat(80)).join("b".repeat(80));
        std::fs::create_dir_all(&deep).expect("is made");
        ToolSocket::open(&deep, Arc::new(Echo)).expect("the address is short, whatever the path");
    }
}
