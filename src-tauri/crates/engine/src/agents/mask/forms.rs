//! The forms in which a secret may turn up in a text.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};

use super::MIN_SECRET_CHARS;

/// A line of a secret of several lines is hidden on its own from this length, in characters.
const MIN_LINE_CHARS: usize = 12;

/// A piece of base64 is hidden from this length; shorter ones turn up by chance.
const MIN_BASE64_CHARS: usize = 6;

/// Every form of `value` worth hiding; none when it is too short.
pub(super) fn of(value: &str) -> BTreeSet<String> {
    let mut forms = BTreeSet::new();
    // A value that was read from a file often ends with a line end, and is used without it.
    let value = value.trim_matches(['\r', '\n']);
    if value.chars().count() < MIN_SECRET_CHARS {
        return forms;
    }
    add(value, &mut forms);
    if value.contains('\n') {
        // Output comes line by line, so that a whole key file would never be seen in one piece.
        for line in value.lines().map(str::trim) {
            if line.chars().count() >= MIN_LINE_CHARS && !line.starts_with("-----") {
                add(line, &mut forms);
            }
        }
    }
    forms
}

fn add(value: &str, forms: &mut BTreeSet<String>) {
    forms.insert(value.to_owned());
    let json = json_escaped(value, false);
    // JSON within JSON is what agents' streams are made of.
    forms.insert(json_escaped(&json, false));
    forms.insert(json);
    forms.insert(json_escaped(value, true));
    for keep_slash in [false, true] {
        let upper = url_encoded(value, keep_slash);
        for encoded in [lower_percent(&upper), upper] {
            // In queries a space is written in two ways.
            forms.insert(encoded.replace("%20", "+"));
            forms.insert(encoded);
        }
    }
    for alphabet in [&alphabet::STANDARD, &alphabet::URL_SAFE] {
        base64_forms(value.as_bytes(), &GeneralPurpose::new(alphabet, NO_PAD), forms);
    }
}

fn json_escaped(value: &str, ascii: bool) -> String {
    let quoted = serde_json::Value::from(value).to_string();
    let inner = &quoted[1..quoted.len() - 1];
    if !ascii {
        return inner.to_owned();
    }
    let mut out = String::with_capacity(inner.len());
    let mut units = [0; 2];
    for c in inner.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            out.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    out
}

fn url_encoded(value: &str, keep_slash: bool) -> String {
    value.bytes().fold(String::with_capacity(value.len()), |mut out, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            b'/' if keep_slash => out.push('/'),
            _ => out.extend(['%', hex_digit(byte >> 4), hex_digit(byte & 15)]),
        }
        out
    })
}

fn hex_digit(value: u8) -> char {
    char::from(b"0123456789ABCDEF"[usize::from(value)])
}

fn lower_percent(text: &str) -> String {
    let mut after_percent = 0;
    text.chars()
        .map(|c| {
            after_percent = if c == '%' { 3 } else { i32::max(after_percent - 1, 0) };
            if after_percent > 0 { c.to_ascii_lowercase() } else { c }
        })
        .collect()
}

/// Base64 of the value alone, and what is always the same when it stands within a longer text (`user:secret`).
fn base64_forms(value: &[u8], engine: &GeneralPurpose, forms: &mut BTreeSet<String>) {
    forms.insert(engine.encode(value));
    for before in 0..3 {
        let mut bytes = vec![0; before];
        bytes.extend_from_slice(value);
        let encoded = engine.encode(&bytes);
        // Characters that share their bits with the text before or after are left out.
        let first = (before * 8).div_ceil(6);
        let last = bytes.len() * 8 / 6;
        if last.saturating_sub(first) >= MIN_BASE64_CHARS {
            forms.insert(encoded[first..last].to_owned());
        }
    }
}
