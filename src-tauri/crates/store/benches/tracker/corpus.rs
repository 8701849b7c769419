//! Realistic text: sentences that developers wrote, recombined by a seeded generator.
//!
//! The sentences come from the changelogs below `/usr/share/doc`; a system without them gives this tree's own sources.

use flate2::read::GzDecoder;
use std::collections::HashSet;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A word that a fifth of all issues contain, and no other text.
pub const COMMON: &str = "throttling";
/// Two words beside each other in a twentieth of all issues.
pub const PHRASE: &str = "throttling window";
/// A word of very few issues.
pub const RARE: &str = "quasiperiodic";

/// So many sentences hold the words that tens of thousands of issues would.
const SENTENCES: usize = 60_000;
/// No single program's vocabulary shall rule.
const SENTENCES_PER_FILE: usize = 400;

/// Numbers that look random and are the same in every run (splitmix64).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % (bound.max(1) as u64)).unwrap_or(0)
    }

    /// True in so many cases of a hundred.
    pub fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    pub fn one_of<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(choices.len())]
    }
}

/// The sentences.
#[derive(Debug)]
pub struct Corpus(Vec<String>);

impl Corpus {
    pub fn read() -> Result<Self, std::io::Error> {
        let mut sentences = Sentences::default();
        for file in files(Path::new("/usr/share/doc"), &|name| {
            name.to_ascii_lowercase().starts_with("changelog") && has_ending(name, &["gz"])
        }) {
            let mut text = Vec::new();
            if GzDecoder::new(fs::File::open(file)?).take(1 << 20).read_to_end(&mut text).is_ok() {
                sentences.take(&String::from_utf8_lossy(&text));
            }
        }
        if sentences.found.len() < SENTENCES / 20 {
            let tree = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
            for file in files(&tree, &|name| has_ending(name, &["rs", "md"])) {
                sentences.take(&fs::read_to_string(file)?);
            }
        }
        if sentences.found.is_empty() {
            return Err(std::io::Error::other("neither changelogs nor sources were found to take text from"));
        }
        Ok(Self(sentences.found))
    }

    pub fn sentence(&self, random: &mut Random) -> &str {
        &self.0[random.below(self.0.len())]
    }

    pub fn title(&self, random: &mut Random) -> String {
        cut(self.sentence(random), 80)
    }

    /// Between one and `most` lines, some of them a list.
    pub fn text(&self, random: &mut Random, most: usize) -> String {
        let lines = 1 + random.below(most);
        let bullet = random.percent(30);
        let mut text = String::new();
        for line in 0..lines {
            if line > 0 {
                text.push_str(if bullet { "\n- " } else { "\n" });
            }
            text.push_str(self.sentence(random));
        }
        text
    }
}

#[derive(Default)]
struct Sentences {
    found: Vec<String>,
    seen: HashSet<String>,
}

impl Sentences {
    fn take(&mut self, text: &str) {
        let room = SENTENCES.saturating_sub(self.found.len()).min(SENTENCES_PER_FILE);
        let lines = text.lines().filter_map(sentence);
        let mut taken = 0;
        for line in lines {
            if taken == room {
                return;
            }
            if self.seen.insert(line.to_owned()) {
                self.found.push(line.to_owned());
                taken += 1;
            }
        }
    }
}

/// What of a line a person wrote: no list marks, no signatures, no lone words.
fn sentence(line: &str) -> Option<&str> {
    let line = line.trim_start_matches(|c: char| !c.is_alphanumeric()).trim_end();
    let wanted = (20..200).contains(&line.len())
        && line.split(' ').count() >= 4
        && !line.contains(['@', '\t', '\0'])
        && ![COMMON, RARE].iter().any(|word| line.contains(word));
    wanted.then_some(line)
}

fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(most);
    text[..end].rsplit_once(' ').map_or(&text[..end], |(whole, _)| whole).to_owned()
}

/// All files below a folder whose names are wanted, always in the same order; no links are followed.
fn files(folder: &Path, wanted: &dyn Fn(&str) -> bool) -> Vec<PathBuf> {
    let mut entries: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    let mut found = Vec::new();
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && !["target", "node_modules", ".git"].contains(&name.as_str()) => {
                found.extend(files(&entry.path(), wanted));
            }
            Ok(kind) if kind.is_file() && wanted(&name) => found.push(entry.path()),
            _ => {}
        }
    }
    found
}

fn has_ending(name: &str, endings: &[&str]) -> bool {
    Path::new(name).extension().is_some_and(|ending| endings.iter().any(|known| ending == *known))
}
