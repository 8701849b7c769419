//! Which words of a title are worth looking for in other issues (SPEC 3, "On filing, similar open issues").

use crate::query::quoted;

/// Words that say nothing of what an issue is about.
const COMMON: &str = " a about after all also an and any are as at be been before but by can cannot could did do does \
    for from get had has have how if in into is it its just may me more must my no not now of on only or our out over \
    please set should so some than that the their them then there these they this to too up use used using was we \
    were what when where which while who why will with without would you your ";
const FEWEST_LETTERS: usize = 3;
const MOST_WORDS: usize = 6;

/// The FTS5 expression of a word, taken as a beginning: "import" is about the importer, a plural about its singular,
/// and the last word that is typed may not be finished yet.
pub fn expression(word: &str) -> String {
    quoted(stem(word), true)
}

/// The words that count, the longest first: of a long title the short words tell least.
pub fn telling_words(title: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in title.to_lowercase().split(|letter: char| !letter.is_alphanumeric()) {
        let telling = word.chars().count() >= FEWEST_LETTERS && !COMMON.contains(&format!(" {word} "));
        if telling && !words.iter().any(|other| other == word) {
            words.push(word.to_owned());
        }
    }
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    words.truncate(MOST_WORDS);
    words
}

/// A plural and its singular are about the same thing.
pub fn stem(word: &str) -> &str {
    match word.strip_suffix('s') {
        Some(singular) if singular.chars().count() > FEWEST_LETTERS && !singular.ends_with('s') => singular,
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::{expression, telling_words};

    #[test]
    fn only_telling_words_are_looked_for() {
        assert_eq!(
            telling_words("The importer does not keep the labels of an issue"),
            ["importer", "labels", "issue", "keep"]
        );
        assert_eq!(expression("labels"), "\"label\"*", "one label is like many");
        assert!(telling_words("is it on the").is_empty(), "a title that says nothing resembles nothing");
    }

    #[test]
    fn nothing_in_a_title_is_syntax() {
        for word in telling_words("NEAR(\"quoted\" AND title:body OR prefix* ^first)") {
            let made = expression(&word);
            assert!(made[1..made.len() - 2].chars().all(char::is_alphanumeric), "{made}");
        }
    }
}
