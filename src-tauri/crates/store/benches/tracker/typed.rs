//! What people type into the search box: words and phrases, as frequent as they are in the texts.

use crate::corpus::{Corpus, Random};

/// A word as it stands in the text, the more probable the more often it does.
pub fn word(corpus: &Corpus, random: &mut Random) -> String {
    loop {
        let words: Vec<&str> =
            corpus.sentence(random).split(' ').filter(|word| word.len() > 2 && is_plain(word)).collect();
        if !words.is_empty() {
            return random.one_of(&words).to_ascii_lowercase();
        }
    }
}

/// Two words as they stand beside each other.
pub fn phrase(corpus: &Corpus, random: &mut Random) -> String {
    loop {
        let words: Vec<&str> = corpus.sentence(random).split(' ').collect();
        let at = random.below(words.len().saturating_sub(1));
        if let Some(pair) = words.get(at..at + 2)
            && pair.iter().all(|word| is_plain(word))
        {
            return pair.join(" ");
        }
    }
}

fn is_plain(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphabetic())
}
