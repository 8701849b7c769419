//! Which words of a title are worth looking for in others (SPEC 3, "On filing, similar open issues"; SPEC 11, near-duplicates).

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
    let mut words = all_telling_words(title);
    words.truncate(MOST_WORDS);
    words
}

/// What a text says, as far as it can be compared with what others say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gist(Vec<String>);

impl Gist {
    pub fn of(text: &str) -> Self {
        Self(all_telling_words(text).iter().map(|word| stem(word).to_owned()).collect())
    }

    /// Whether two texts say nearly the same: most words that count of the one that has fewer stand in the other, taken
    /// as beginnings.
    pub fn is_like(&self, other: &Self) -> bool {
        /// Fewer common words than these are chance.
        const FEWEST: usize = 2;
        let (few, many) =
            if self.0.len() <= other.0.len() { (&self.0, &other.0) } else { (&other.0, &self.0) };
        let begins = |a: &str, b: &str| a.starts_with(b) || b.starts_with(a);
        let shared = few.iter().filter(|word| many.iter().any(|other| begins(word, other))).count();
        shared >= FEWEST && shared * 4 >= few.len() * 3 && few.len() * 3 >= many.len()
    }
}

/// As `telling_words`, of all of them.
fn all_telling_words(title: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in title.to_lowercase().split(|letter: char| !letter.is_alphanumeric()) {
        let telling = word.chars().count() >= FEWEST_LETTERS && !COMMON.contains(&format!(" {word} "));
        if telling && !words.iter().any(|other| other == word) {
            words.push(word.to_owned());
        }
    }
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
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
    use super::{Gist, expression, telling_words};

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
    fn what_says_nearly_the_same_is_alike() {
        let alike = |one: &str, other: &str| Gist::of(one).is_like(&Gist::of(other));
        for (one, other) in [
            ("Run the linter before committing", "Always run the linter before each commit"),
            ("Migrations are forward only", "A migration is only ever forward"),
        ] {
            assert!(alike(one, other) && alike(other, one), "{one} / {other}");
        }
        for (one, other) in [
            ("Run the linter before committing", "Run the migrations before the tests"),
            ("Tests wait on events", "Tests"),
            ("is it on the", "is it on the"),
        ] {
            assert!(!alike(one, other), "{one} / {other}");
        }
    }

    #[test]
    fn nothing_in_a_title_is_syntax() {
        for word in telling_words("NEAR(\"quoted\" AND title:body OR prefix* ^first)") {
            let made = expression(&word);
            assert!(made[1..made.len() - 2].chars().all(char::is_alphanumeric), "{made}");
        }
    }
}
