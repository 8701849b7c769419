//! Hides stored secrets in whatever an agent says (SPEC 15): plain, and as JSON, URLs and base64 write them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};

mod forms;

/// What stands in place of a secret.
pub const HIDDEN: &str = "•••";

/// Shorter values are not hidden: they would hide half of every text and no secret.
pub const MIN_SECRET_CHARS: usize = 4;

/// Knows every form of every secret. Made once for a run and shared.
pub struct Mask {
    automaton: AhoCorasick,
    /// The forms in byte order, for finding the beginning of one at the end of a piece of text.
    sorted: Vec<String>,
    /// The name of the secret that each form belongs to, by the automaton's number of the form.
    names: Vec<String>,
    longest: usize,
}

/// The secrets that were hidden, by name, and how often.
pub type Found = BTreeMap<String, usize>;

impl Mask {
    /// A mask for these (name, value) pairs.
    pub fn new<N: Into<String>, V: AsRef<str>>(secrets: impl IntoIterator<Item = (N, V)>) -> Self {
        let mut by_form = BTreeMap::new();
        for (name, value) in secrets {
            let name = name.into();
            for form in forms::of(value.as_ref()) {
                by_form.entry(form).or_insert_with(|| name.clone());
            }
        }
        let (sorted, names): (Vec<String>, Vec<String>) = by_form.into_iter().unzip();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(&sorted)
            .unwrap_or_else(|error| unreachable!("secrets fill no automaton of 2³¹ states: {error}"));
        let longest = sorted.iter().map(String::len).max().unwrap_or(0);
        Self { automaton, sorted, names, longest }
    }

    /// A mask that hides nothing.
    pub fn none() -> Self {
        Self::new(std::iter::empty::<(String, String)>())
    }

    /// The text without any secret. Borrows when there was none.
    pub fn mask<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.mask_counting(text, &mut Found::new())
    }

    /// As [`Mask::mask`], and adds what was hidden to `found`.
    pub fn mask_counting<'a>(&self, text: &'a str, found: &mut Found) -> Cow<'a, str> {
        let mut out = String::new();
        let mut rest = 0;
        for hit in self.automaton.find_iter(text) {
            out.push_str(&text[rest..hit.start()]);
            out.push_str(HIDDEN);
            rest = hit.end();
            self.count(hit.pattern().as_usize(), found);
        }
        if rest == 0 {
            return Cow::Borrowed(text);
        }
        out.push_str(&text[rest..]);
        Cow::Owned(out)
    }

    fn count(&self, form: usize, found: &mut Found) {
        *found.entry(self.names[form].clone()).or_default() += 1;
    }

    /// The first place at or after `from` where `text` ends with the beginning of a form.
    fn open_end(&self, text: &str, from: usize) -> usize {
        let first = from.max(text.len().saturating_sub(self.longest.saturating_sub(1)));
        (first..text.len())
            .find(|&at| text.is_char_boundary(at) && self.begins_a_form(&text[at..]))
            .unwrap_or(text.len())
    }

    /// Whether some form is longer than `piece` and begins with it.
    fn begins_a_form(&self, piece: &str) -> bool {
        let after = self.sorted.partition_point(|form| form.as_str() <= piece);
        self.sorted.get(after).is_some_and(|form| form.starts_with(piece))
    }
}

impl std::fmt::Debug for Mask {
    /// Tells how many forms it knows, and none of them.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Mask").field("forms", &self.sorted.len()).finish_non_exhaustive()
    }
}

/// Masks a text that comes in pieces: a secret that lies across pieces is hidden as well.
///
/// What may be the beginning of a secret is held until more text, or [`MaskStream::finish`], decides.
#[derive(Debug, Default)]
pub struct MaskStream {
    held: String,
}

impl MaskStream {
    /// The part of the text so far that can be shown.
    pub fn push(&mut self, mask: &Mask, piece: &str, found: &mut Found) -> String {
        self.held.push_str(piece);
        let text = std::mem::take(&mut self.held);
        let mut out = String::new();
        let mut done = 0;
        loop {
            let open = mask.open_end(&text, done);
            let hit = mask.automaton.find(aho_corasick::Input::new(&text).range(done..));
            match hit {
                // Whatever begins before the open end is decided, also when it reaches into it.
                Some(hit) if hit.start() < open => {
                    out.push_str(&text[done..hit.start()]);
                    out.push_str(HIDDEN);
                    mask.count(hit.pattern().as_usize(), found);
                    done = hit.end();
                }
                _ => {
                    out.push_str(&text[done..open]);
                    text[open..].clone_into(&mut self.held);
                    return out;
                }
            }
        }
    }

    /// The rest, now that no more text comes.
    pub fn finish(&mut self, mask: &Mask, found: &mut Found) -> String {
        let held = std::mem::take(&mut self.held);
        mask.mask_counting(&held, found).into_owned()
    }
}

#[cfg(test)]
mod tests;
