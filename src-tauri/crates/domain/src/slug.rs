//! Slugs: the short names that stand in links and branch names.

/// Makes a slug of ASCII letters, digits and single hyphens, at most `max` characters, never empty.
///
/// What cannot be written in ASCII is left out; a text with nothing left becomes `fallback`.
pub fn slugify(text: &str, max: usize, fallback: &str) -> String {
    let mut slug = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() >= max {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { fallback.to_owned() } else { slug.to_owned() }
}

/// Whether a text may stand as a project's slug: 1–48 of `a–z 0–9 -`, beginning and ending with a letter or digit.
pub fn is_slug(text: &str) -> bool {
    let legal = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
    (1..=48).contains(&text.len())
        && text.bytes().all(legal)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// The branch of a run: `<prefix><issue number>-<slug>` or `<prefix>run-<number>-<slug>` (SPEC 12).
pub fn branch_name(prefix: &str, issue_number: Option<i64>, run_number: i64, title: &str) -> String {
    let slug = slugify(title, 48, "change");
    match issue_number {
        Some(number) => format!("{prefix}{number}-{slug}"),
        None => format!("{prefix}run-{run_number}-{slug}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{branch_name, is_slug, slugify};
    use proptest::prelude::*;

    #[test]
    fn a_branch_tells_the_issue_it_is_for() {
        assert_eq!(
            branch_name("waybill/", Some(412), 87, "Importer drops labels!"),
            "waybill/412-importer-drops-labels"
        );
        assert_eq!(branch_name("waybill/", None, 87, "東京"), "waybill/run-87-change");
    }

    proptest! {
        #[test]
        fn whatever_the_title_its_slug_is_safe_in_a_ref_and_a_link(title in ".{0,300}") {
            let slug = slugify(&title, 48, "x");
            prop_assert!(is_slug(&slug), "{slug:?} would be refused by git or read as an option");
        }
    }
}
