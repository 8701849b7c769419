//! What bytes are, told from the bytes themselves: a name can say anything.

/// The beginnings that are known.
const MAGIC: [(&[u8], &str); 8] = [
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    // An archive without files.
    (b"PK\x05\x06", "application/zip"),
    (b"PK\x07\x08", "application/zip"),
];
/// As many bytes as the table looks at.
const HEAD: usize = 12;

/// Reads content as it comes and tells at its end what it is.
#[derive(Debug)]
pub(super) struct Kind {
    head: Vec<u8>,
    /// Whether everything so far can be shown as text.
    text: bool,
    /// The bytes of a character that the next ones complete; at most three.
    open: Vec<u8>,
}

impl Default for Kind {
    fn default() -> Self {
        Self { head: Vec::with_capacity(HEAD), text: true, open: Vec::new() }
    }
}

impl Kind {
    pub(super) fn read(&mut self, bytes: &[u8]) {
        let missing = HEAD - self.head.len();
        self.head.extend(bytes.iter().take(missing));
        if self.text {
            self.text = self.is_text(bytes);
        }
    }

    pub(super) fn media_type(&self) -> &'static str {
        if let Some((_, name)) = MAGIC.iter().find(|(start, _)| self.head.starts_with(start)) {
            return name;
        }
        if self.head.starts_with(b"RIFF") && self.head.get(8..12) == Some(b"WEBP") {
            return "image/webp";
        }
        if self.text && self.open.is_empty() { "text/plain" } else { "application/octet-stream" }
    }

    fn is_text(&mut self, bytes: &[u8]) -> bool {
        let joined;
        let all = if self.open.is_empty() {
            bytes
        } else {
            joined = [self.open.as_slice(), bytes].concat();
            &joined
        };
        let (valid, rest) = match std::str::from_utf8(all) {
            Ok(_) => (all, &[][..]),
            Err(error) if error.error_len().is_none() => all.split_at(error.valid_up_to()),
            Err(_) => return false,
        };
        // An escape is what coloured logs have; the other control characters are no text.
        let plain = valid.iter().all(|byte| {
            !byte.is_ascii_control() || matches!(byte, b'\t' | b'\n' | b'\r' | b'\x0c' | b'\x1b')
        });
        self.open = rest.to_vec();
        plain
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    fn kind(pieces: &[&[u8]]) -> &'static str {
        let mut kind = Kind::default();
        for piece in pieces {
            kind.read(piece);
        }
        kind.media_type()
    }

    #[test]
    fn what_bytes_are_is_told_from_the_bytes() {
        for (bytes, expected) in [
            (&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "image/png"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
            (b"GIF89a\x01\0", "image/gif"),
            (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
            (b"RIFF\x24\0\0\0WAVEfmt ", "application/octet-stream"),
            (b"%PDF-1.7\n%\xe2", "application/pdf"),
            (b"PK\x03\x04\x14\0", "application/zip"),
            (b"plain words\n", "text/plain"),
            (b"", "text/plain"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "text/plain"),
            (b"<!doctype html><script>alert(1)</script>", "text/plain"),
            (b"\x7fELF\x02\x01", "application/octet-stream"),
            (b"nul\0", "application/octet-stream"),
        ] {
            let shown = String::from_utf8_lossy(bytes);
            assert_eq!(kind(&[bytes]), expected, "{shown:?}");
            let single: Vec<&[u8]> = bytes.chunks(1).collect();
            assert_eq!(kind(&single), expected, "{shown:?}, however it arrives");
        }
    }

    #[test]
    fn a_character_split_between_two_pieces_is_still_text() {
        let text = "東京 – ✓".as_bytes();
        for at in 0..=text.len() {
            let (before, after) = text.split_at(at);
            assert_eq!(kind(&[before, after]), "text/plain", "split at {at}");
        }
        assert_eq!(kind(&[&text[..1]]), "application/octet-stream", "half a character is no text");
    }
}
