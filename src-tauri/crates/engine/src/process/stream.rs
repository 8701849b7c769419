//! An output stream of a child, read by lines or whole, never buffered without bound.

use std::io;
use std::pin::Pin;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};

/// The longest line that is kept, in bytes; what is longer is cut there.
pub const MAX_LINE: usize = 1 << 20;

/// One line of output, without its line break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The text; bytes that are no UTF-8 are replaced.
    pub text: String,
    /// Whether the end of the line was left out because it is longer than [`MAX_LINE`].
    pub cut: bool,
}

/// The reading end of a child's output.
pub struct Stream {
    reader: BufReader<Pin<Box<dyn AsyncRead + Send>>>,
    line: Vec<u8>,
    cut: bool,
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Stream").field("pending", &self.line.len()).finish_non_exhaustive()
    }
}

impl Stream {
    /// Reads from `source`.
    pub fn new(source: impl AsyncRead + Send + 'static) -> Self {
        let source: Pin<Box<dyn AsyncRead + Send>> = Box::pin(source);
        Self { reader: BufReader::with_capacity(64 * 1024, source), line: Vec::new(), cut: false }
    }

    /// The next line, or None at the end. May be dropped and called again without losing anything.
    pub async fn next_line(&mut self) -> io::Result<Option<Line>> {
        loop {
            let chunk = self.reader.fill_buf().await?;
            if chunk.is_empty() {
                let last = !self.line.is_empty() || self.cut;
                return Ok(last.then(|| self.take_line()));
            }
            let (end, used) = match chunk.iter().position(|byte| *byte == b'\n') {
                Some(at) => (true, at + 1),
                None => (false, chunk.len()),
            };
            let content = &chunk[..if end { used - 1 } else { used }];
            let room = MAX_LINE - self.line.len();
            self.cut |= content.len() > room;
            self.line.extend_from_slice(&content[..content.len().min(room)]);
            self.reader.consume(used);
            if end {
                return Ok(Some(self.take_line()));
            }
        }
    }

    /// Everything up to the end, at most `limit` bytes; the rest is read and dropped so that the child can end.
    /// The flag says whether something was dropped.
    pub async fn collect(mut self, limit: usize) -> io::Result<(Vec<u8>, bool)> {
        let mut bytes = std::mem::take(&mut self.line);
        (&mut self.reader).take(limit as u64).read_to_end(&mut bytes).await?;
        let dropped = tokio::io::copy(&mut self.reader, &mut tokio::io::sink()).await?;
        Ok((bytes, dropped > 0))
    }

    fn take_line(&mut self) -> Line {
        let mut bytes = std::mem::take(&mut self.line);
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        Line { text: String::from_utf8_lossy(&bytes).into_owned(), cut: std::mem::take(&mut self.cut) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, MAX_LINE, Stream};

    #[tokio::test]
    async fn a_line_without_an_end_cannot_fill_the_memory_and_harms_no_other_line() {
        let long = "x".repeat(MAX_LINE + 5);
        let text = format!("one\r\n{long}\ntwo");
        let mut stream = Stream::new(std::io::Cursor::new(text.into_bytes()));
        let line = |text: &str, cut| Some(Line { text: text.to_owned(), cut });
        assert_eq!(
            stream.next_line().await.unwrap(),
            line("one", false),
            "the line break is no part of a line"
        );
        let cut = stream.next_line().await.unwrap().unwrap();
        assert!(cut.cut && cut.text.len() == MAX_LINE, "the viewer must know that the line goes on");
        assert_eq!(stream.next_line().await.unwrap(), line("two", false), "the next line is whole");
        assert_eq!(stream.next_line().await.unwrap(), None, "the end is told once and for all");
    }

    #[tokio::test]
    async fn a_flood_is_dropped_but_read_to_its_end() {
        let stream = Stream::new(std::io::Cursor::new(vec![b'a'; 1000]));
        let (bytes, more) = stream.collect(10).await.unwrap();
        assert_eq!((bytes.len(), more), (10, true), "a full pipe would keep the child from ending");
    }
}
