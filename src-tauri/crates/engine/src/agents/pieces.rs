//! Turns the many small pieces of a block of text into fewer, and the whole block into what is still missing.

use waybill_domain::agent::AgentEvent;

/// A piece is passed on from this length, in bytes, or at the end of a line: a reader sees whole words, and
/// the log has tens of rows for an answer instead of thousands.
const PIECE: usize = 80;

#[derive(Debug, Default)]
pub(super) struct Pieces {
    /// The block so far.
    block: String,
    /// How much of it was passed on.
    told: usize,
}

impl Pieces {
    /// A new block begins.
    pub fn begin(&mut self) {
        self.block.clear();
        self.told = 0;
    }

    /// The next piece; gives what is ripe to be shown.
    pub fn push(&mut self, piece: &str) -> Option<AgentEvent> {
        self.block.push_str(piece);
        let waiting = &self.block[self.told..];
        if waiting.len() >= PIECE || waiting.contains('\n') { self.flush() } else { None }
    }

    /// The block is complete; gives what was not passed on yet.
    pub fn complete(&mut self, whole: &str) -> Option<AgentEvent> {
        let streamed = !self.block.is_empty() && whole.starts_with(&self.block);
        let event = if streamed {
            whole.clone_into(&mut self.block);
            self.flush()
        } else if whole.is_empty() {
            None
        } else {
            Some(AgentEvent::Text { text: whole.to_owned(), delta: false })
        };
        self.begin();
        event
    }

    /// What waits, now.
    pub fn flush(&mut self) -> Option<AgentEvent> {
        if self.told == self.block.len() {
            return None;
        }
        let text = self.block[self.told..].to_owned();
        self.told = self.block.len();
        Some(AgentEvent::Text { text, delta: true })
    }
}
