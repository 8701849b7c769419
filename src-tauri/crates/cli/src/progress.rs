//! A bar for long work, on standard error and on a terminal alone.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar that goes away when it is dropped.
pub struct Progress(ProgressBar);

impl Progress {
    /// A bar that says what is done: "reading".
    pub fn new(verb: &str) -> Self {
        // Draws nothing where standard error is no terminal.
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        let shape = ProgressStyle::with_template("{msg} {bar:30} {human_pos}/{human_len} {eta}");
        bar.set_style(shape.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(verb.to_owned());
        Self(bar)
    }

    /// How much is done, of how much; 0 of 0 until it was counted.
    pub fn set(&self, done: i64, total: i64) {
        if let Some(total) = u64::try_from(total).ok().filter(|total| *total > 0) {
            self.0.set_length(total);
        }
        self.0.set_position(u64::try_from(done).unwrap_or(0));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
