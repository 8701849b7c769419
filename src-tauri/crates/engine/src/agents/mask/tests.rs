use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use super::{Found, HIDDEN, Mask, MaskStream};

fn one(value: &str) -> Mask {
    Mask::new([("KEY", value)])
}

#[test]
fn a_secret_is_hidden_in_every_form_that_programs_write() {
    let secret = "sk-ant/9+ü\"x y";
    let mask = one(secret);
    let basic = STANDARD.encode(format!("user:{secret}!"));
    for text in [
        secret.to_owned(),
        serde_json::json!({ "key": secret }).to_string(),
        serde_json::json!({ "line": serde_json::json!({ "key": secret }).to_string() }).to_string(),
        r#""sk-ant/9+\u00fc\"x y""#.to_owned(),
        "?k=sk-ant%2F9%2B%C3%BC%22x%20y&".to_owned(),
        "?k=sk-ant%2f9%2b%c3%bc%22x+y&".to_owned(),
        STANDARD.encode(secret),
        format!("Authorization: Basic {basic}"),
    ] {
        let masked = mask.mask(&text);
        assert!(masked.contains(HIDDEN), "this form gets through: {text}");
        assert!(!masked.contains("9+"), "a part of it gets through: {masked}");
    }
}

#[test]
fn what_was_hidden_is_counted_by_name() {
    let mask = Mask::new([("A", "alpha-secret"), ("B", "beta-secret"), ("SHORT", "abc")]);
    let mut found = Found::new();
    let text = mask.mask_counting("alpha-secret beta-secret alpha-secret abc", &mut found);
    assert_eq!(text, "••• ••• ••• abc", "three characters are no secret");
    assert_eq!(found, Found::from([("A".to_owned(), 2), ("B".to_owned(), 1)]));
}

#[test]
fn each_line_of_a_key_file_is_hidden() {
    let mask = one("-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG\nw0BAQEFAASCBKcwggSj\n-----END KEY-----\n");
    assert_eq!(mask.mask("w0BAQEFAASCBKcwggSj"), HIDDEN, "a key file is printed line by line");
    assert_eq!(mask.mask("-----BEGIN KEY-----"), "-----BEGIN KEY-----", "the frame of a key is no secret");
}

#[test]
fn a_mask_never_shows_its_secrets_when_printed() {
    assert!(!format!("{:?}", one("do-not-log-me")).contains("do-not-log-me"));
}

proptest! {
    #[test]
    fn no_form_of_a_secret_survives(before in "[ -~]{0,20}", secret in "[a-zA-Z0-9/+=_-]{8,40}", after in "[ -~]{0,20}") {
        let mask = one(&secret);
        let text = format!("{before}{secret}{after}");
        prop_assert!(!mask.mask(&text).contains(&secret), "plain");
        let json = serde_json::Value::from(text.clone()).to_string();
        prop_assert!(!mask.mask(&json).contains(&secret), "in JSON");
        let encoded = STANDARD.encode(&text);
        let masked = mask.mask(&encoded).into_owned();
        prop_assert!(masked.contains(HIDDEN), "in base64 at any alignment");
    }

    #[test]
    fn text_in_pieces_is_masked_like_the_whole(
        secrets in prop::collection::vec("[ab]{4,7}", 1..4),
        pieces in prop::collection::vec("[abcü]{0,9}", 0..12),
    ) {
        let mask = Mask::new(secrets.iter().map(|secret| ("S", secret.as_str())));
        let whole: String = pieces.concat();
        let (mut stream, mut found, mut out) = (MaskStream::default(), Found::new(), String::new());
        for piece in &pieces {
            out.push_str(&stream.push(&mask, piece, &mut found));
        }
        out.push_str(&stream.finish(&mask, &mut found));
        let mut expected = Found::new();
        prop_assert_eq!(out, mask.mask_counting(&whole, &mut expected).into_owned());
        prop_assert_eq!(found, expected, "and counted alike");
    }

    #[test]
    fn text_without_secrets_stays_as_it_is(text in "\\PC{0,80}") {
        let masked = one("§§§§-never-typed-§§§§").mask(&text).into_owned();
        prop_assert_eq!(masked, text);
    }
}
