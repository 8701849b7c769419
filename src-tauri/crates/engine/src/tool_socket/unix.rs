//! The socket on systems that have them: a file, which only those reach who see it.

use std::io;
use std::path::{Path, PathBuf};
use tokio::net::UnixListener;

pub(super) type Listener = UnixListener;
#[cfg(test)]
pub(super) type Stream = tokio::net::UnixStream;

/// The socket's name among what is handed in.
const NAME: &str = "tools.sock";

/// The socket's file; it goes with this.
#[derive(Debug)]
pub(super) struct Place(PathBuf);

impl Place {
    pub(super) fn seen_from(&self, inside: &Path) -> PathBuf {
        inside.join(self.0.file_name().unwrap_or_default())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

pub(super) fn bind(directory: &Path) -> io::Result<(Listener, Place)> {
    let path = directory.join(NAME);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    Ok((listener(directory)?, Place(path)))
}

/// An address of a socket has room for about a hundred bytes; by way of the open directory, any path is short.
#[cfg(target_os = "linux")]
fn listener(directory: &Path) -> io::Result<UnixListener> {
    use std::os::fd::AsRawFd;
    let directory = std::fs::File::open(directory)?;
    UnixListener::bind(format!("/proc/self/fd/{}/{NAME}", directory.as_raw_fd()))
}

#[cfg(not(target_os = "linux"))]
fn listener(directory: &Path) -> io::Result<UnixListener> {
    UnixListener::bind(directory.join(NAME))
}

#[cfg(test)]
pub(super) async fn connect(address: &Path) -> io::Result<Stream> {
    Stream::connect(address).await
}
