//! Splits a command into words, as people write them and without a shell's powers.

/// The words of `command`, or None when a quote is not closed.
///
/// Words are separated by whitespace; `'…'` and `"…"` hold a word together. A backslash only escapes a quote or
/// whitespace (and, within `"…"`, itself), so that Windows paths stay what they are.
pub fn split(command: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut chars = command.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\\' && quote != Some('\'') {
            let escaped = chars.next_if(|next| match quote {
                Some(_) => matches!(next, '"' | '\\'),
                None => matches!(next, '"' | '\'') || next.is_whitespace(),
            });
            word.get_or_insert_default().push(escaped.unwrap_or(c));
        } else if quote == Some(c) {
            quote = None;
        } else if quote.is_none() && matches!(c, '\'' | '"') {
            quote = Some(c);
            word.get_or_insert_default();
        } else if quote.is_none() && c.is_whitespace() {
            words.extend(word.take());
        } else {
            word.get_or_insert_default().push(c);
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}
