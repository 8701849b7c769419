//! What an agent says to Waybill's tools, without the secrets that it may know: a comment, an answer, a note would
//! otherwise carry them into the database.

use super::{Incoming, Outgoing, ToolServer};
use crate::agents::Mask;
use std::pin::Pin;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};

/// The most bytes of one message; what is longer ends the connection.
const LONGEST: u64 = 16 * 1024 * 1024;
/// How much of a message may wait to be read.
const PIPE: usize = 64 * 1024;

/// Hands on what is said, message by message, masked.
pub struct Masked {
    pub server: Arc<dyn ToolServer>,
    pub mask: Arc<Mask>,
}

impl ToolServer for Masked {
    fn serve(
        &self,
        token: String,
        incoming: Incoming,
        outgoing: Outgoing,
    ) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let (inside, outside) = tokio::io::duplex(PIPE);
        let served = self.server.serve(token, Box::new(inside), outgoing);
        let mask = Arc::clone(&self.mask);
        Box::pin(async move {
            tokio::join!(served, hand_on(incoming, outside, &mask));
        })
    }
}

/// Ends when either side does.
async fn hand_on(incoming: Incoming, mut outside: tokio::io::DuplexStream, mask: &Mask) {
    let mut incoming = BufReader::new(incoming);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = (&mut incoming).take(LONGEST).read_until(b'\n', &mut line).await;
        if !matches!(read, Ok(1..)) || (line.len() as u64 >= LONGEST && !line.ends_with(b"\n")) {
            return;
        }
        // What is no text is no message either.
        let Ok(text) = std::str::from_utf8(&line) else { return };
        if outside.write_all(mask.mask(text).as_bytes()).await.is_err() {
            return;
        }
    }
}
