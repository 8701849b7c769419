//! Colours, on a terminal alone. `main` decides once whether there are any.

use std::sync::atomic::{AtomicBool, Ordering};

static COLOURS: AtomicBool = AtomicBool::new(false);

/// What a piece of text is, from which its colour follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    Plain,
    /// The head of a table or a group.
    Head,
    /// Done with, or said by the way.
    Quiet,
    Good,
    Busy,
    Urgent,
    Bad,
}

/// Colours what is printed from now on.
pub fn turn_on() {
    COLOURS.store(true, Ordering::Relaxed);
}

/// A text in its colour, where there are colours.
pub fn painted(paint: Paint, text: &str) -> String {
    if COLOURS.load(Ordering::Relaxed) { coloured(paint, text) } else { text.to_owned() }
}

/// The colour of a status, an execution, a priority or any other word of a table.
pub fn of_word(word: &str) -> Paint {
    match word {
        "resolved" | "completed" => Paint::Good,
        "in_progress" | "running" => Paint::Busy,
        "critical" | "failed" => Paint::Bad,
        "high" => Paint::Urgent,
        "rejected" | "cancelled" | "low" => Paint::Quiet,
        _ => Paint::Plain,
    }
}

fn coloured(paint: Paint, text: &str) -> String {
    let code = match paint {
        _ if text.is_empty() => return String::new(),
        Paint::Plain => return text.to_owned(),
        Paint::Head => "1",
        Paint::Quiet => "2",
        Paint::Good => "32",
        Paint::Busy => "36",
        Paint::Urgent => "33",
        Paint::Bad => "31",
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

#[cfg(test)]
mod tests {
    use super::{Paint, coloured, of_word};

    #[test]
    fn a_colour_ends_where_its_word_ends() {
        assert_eq!(coloured(of_word("critical"), "critical"), "\u{1b}[31mcritical\u{1b}[0m");
        assert_eq!(coloured(of_word("open"), "open"), "open", "the usual is not coloured");
        assert_eq!(coloured(Paint::Bad, ""), "", "nothing is not coloured");
    }
}
