//! The socket on Windows: a port of this machine, which no other machine reaches. Every program of this machine does;
//! only the token opens it.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use tokio::net::TcpListener;

pub(super) type Listener = TcpListener;
#[cfg(test)]
pub(super) type Stream = tokio::net::TcpStream;

#[derive(Debug)]
pub(super) struct Place(SocketAddr);

impl Place {
    /// The same from everywhere on this machine.
    pub(super) fn seen_from(&self, _inside: &Path) -> PathBuf {
        self.0.to_string().into()
    }
}

pub(super) fn bind(_directory: &Path) -> io::Result<(Listener, Place)> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    let place = Place(listener.local_addr()?);
    Ok((TcpListener::from_std(listener)?, place))
}

#[cfg(test)]
pub(super) async fn connect(address: &Path) -> io::Result<Stream> {
    Stream::connect(address.to_string_lossy().as_ref()).await
}
