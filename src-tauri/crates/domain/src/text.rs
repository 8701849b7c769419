//! Small laws of text that several nouns share.

/// The longest prefix of `text` that has at most `max` characters, with `…` in place of what was cut.
pub fn cut(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(max.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// Whether a text shown on one line would hide something: control characters, or marks that turn its direction.
pub fn has_hidden_characters(text: &str) -> bool {
    text.chars().any(|c| {
        (c.is_control() && c != '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    })
}

#[cfg(test)]
mod tests {
    use super::{cut, has_hidden_characters};

    #[test]
    fn a_cut_text_never_exceeds_its_length_or_splits_a_character() {
        assert_eq!(cut("äöü", 3), "äöü");
        assert_eq!(cut("äöüß", 3), "äö…");
    }

    #[test]
    fn a_title_cannot_hide_what_it_says() {
        assert!(
            has_hidden_characters("ab\u{202e}dc"),
            "reversed text would show another title than is stored"
        );
        assert!(has_hidden_characters("two\nlines"));
        assert!(!has_hidden_characters("Überholung – 東京 ✓"));
    }
}
