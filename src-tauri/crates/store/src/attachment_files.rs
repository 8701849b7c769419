//! The bytes of attachments: each content once, under its SHA-256 in the data directory (SPEC 3).
//!
//! `attachments/ab/ab…` appears only once it is whole and on the disk, before any row refers to it; a file without a
//! row is what an upload leaves that was broken off, and is cleaned up. This file knows nothing of rows.

use crate::error::StoreError;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};
use waybill_domain::Millis;
use waybill_domain::ids::AttachmentId;

mod kind;

/// The most bytes that one attachment has: 25 MB.
pub const MOST: u64 = 26_214_400;

/// The name of a file that is still being written.
const INCOMING: &str = "incoming-";

/// Bytes that were not stored.
#[derive(Debug, thiserror::Error)]
pub enum FileFault {
    #[error("the file is larger than 25 MB")]
    TooLarge,
    #[error("the file cannot be written to Waybill's data directory")]
    Io(#[from] io::Error),
}

impl From<FileFault> for StoreError {
    fn from(fault: FileFault) -> Self {
        match fault {
            FileFault::TooLarge => Self::Invalid(fault.to_string()),
            FileFault::Io(error) => match error.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
                _ => Self::File(error),
            },
        }
    }
}

/// Content that lies in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// 64 hexadecimal digits.
    pub sha256: String,
    /// Bytes.
    pub size: i64,
    /// Told from the bytes.
    pub media_type: &'static str,
}

/// Content that is being written; dropped before it is kept, it leaves nothing.
#[derive(Debug)]
pub struct Incoming {
    folder: PathBuf,
    path: PathBuf,
    file: File,
    hasher: Sha256,
    size: u64,
    kind: kind::Kind,
}

impl Incoming {
    /// Begins a file in the data directory `home`.
    pub fn begin(home: &Path) -> Result<Self, FileFault> {
        let folder = folder(home);
        make_folder(&folder)?;
        let path = folder.join(format!("{INCOMING}{}", AttachmentId::generate()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path)?;
        Ok(Self { folder, path, file, hasher: Sha256::new(), size: 0, kind: kind::Kind::default() })
    }

    /// Appends bytes; refuses those that make it larger than [`MOST`].
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), FileFault> {
        self.size += bytes.len() as u64;
        if self.size > MOST {
            return Err(FileFault::TooLarge);
        }
        self.hasher.update(bytes);
        self.kind.read(bytes);
        Ok(self.file.write_all(bytes)?)
    }

    /// Puts the file in its place, durably.
    pub fn keep(self) -> Result<Content, FileFault> {
        self.file.sync_all()?;
        let digest = self.hasher.clone().finalize();
        let sha256 = digest.iter().fold(String::with_capacity(64), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let shard = self.folder.join(&sha256[..2]);
        make_folder(&shard)?;
        // The same content replaces itself: one file, with the time of its last arrival.
        std::fs::rename(&self.path, shard.join(&sha256))?;
        // Windows has no such call; its file system keeps names in its own journal.
        #[cfg(unix)]
        for folder in [&shard, &self.folder] {
            sync_folder(folder)?;
        }
        let size = i64::try_from(self.size).unwrap_or(i64::MAX);
        Ok(Content { sha256, size, media_type: self.kind.media_type() })
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // Once it is kept there is nothing left under this name.
        drop(std::fs::remove_file(&self.path));
    }
}

/// Stores all of `bytes`, for callers that have them at hand.
pub fn keep(home: &Path, bytes: &[u8]) -> Result<Content, FileFault> {
    let mut incoming = Incoming::begin(home)?;
    incoming.write(bytes)?;
    incoming.keep()
}

/// Where content lies; `None` for a text that is no SHA-256, which must never become a path.
pub fn path(home: &Path, sha256: &str) -> Option<PathBuf> {
    is_digest(sha256).then(|| folder(home).join(&sha256[..2]).join(sha256))
}

/// The SHA-256 of every content that lies there unchanged since before `before`. Uploads that were broken off before
/// then are removed on the way.
pub(crate) fn older_than(home: &Path, before: Millis) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    for shard in entries(&folder(home))? {
        let name = shard.file_name().to_string_lossy().into_owned();
        if name.starts_with(INCOMING) && is_older(&shard.path(), before) {
            std::fs::remove_file(shard.path())?;
        } else if shard.file_type()?.is_dir() {
            for file in entries(&shard.path())? {
                let name = file.file_name().to_string_lossy().into_owned();
                if is_digest(&name) && is_older(&file.path(), before) {
                    found.push(name);
                }
            }
        }
    }
    Ok(found)
}

/// Removes content that is older than `before`; what is not there is gone already.
pub(crate) fn remove(home: &Path, sha256: &str, before: Millis) -> io::Result<bool> {
    let Some(path) = path(home, sha256).filter(|path| is_older(path, before)) else { return Ok(false) };
    match std::fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn folder(home: &Path) -> PathBuf {
    home.join("attachments")
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn entries(folder: &Path) -> io::Result<Vec<std::fs::DirEntry>> {
    match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        other => other?.collect(),
    }
}

fn is_older(path: &Path, before: Millis) -> bool {
    let Ok(modified) = std::fs::symlink_metadata(path).and_then(|meta| meta.modified()) else { return false };
    let Ok(before) = u64::try_from(before) else { return false };
    // A time that the platform cannot tell lies after everything.
    UNIX_EPOCH.checked_add(Duration::from_millis(before)).is_none_or(|before| modified < before)
}

fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(path)
}

/// Makes a new name in a folder survive a power cut.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::{FileFault, Incoming, MOST, entries, folder, keep, path};
    use std::path::Path;

    fn files(home: &Path) -> Vec<String> {
        let mut names = Vec::new();
        for entry in entries(&folder(home)).expect("is read") {
            let below = entries(&entry.path()).unwrap_or_default();
            names.extend(below.iter().map(|file| file.file_name().to_string_lossy().into_owned()));
            if entry.file_type().expect("has a type").is_file() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        names
    }

    #[test]
    fn the_same_bytes_are_stored_once_and_read_back() {
        let home = tempfile::tempdir().expect("a temporary directory");
        let first = keep(home.path(), b"hello\n").expect("is stored");
        let second = keep(home.path(), b"hello\n").expect("is stored");
        assert_eq!(first, second, "the same content is the same file");
        assert_eq!(
            first.sha256, "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
            "it is named by the SHA-256 that any other program tells"
        );
        assert_eq!(files(home.path()), std::slice::from_ref(&first.sha256), "and nothing else is left");
        let path = path(home.path(), &first.sha256).expect("a place");
        assert_eq!(std::fs::read(&path).expect("is read"), b"hello\n");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(path).expect("is there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "no other user of the machine reads it");
        }
    }

    #[test]
    fn one_byte_too_many_leaves_nothing_on_the_disk() {
        let home = tempfile::tempdir().expect("a temporary directory");
        let block = vec![7_u8; 1024 * 1024];
        let mut incoming = Incoming::begin(home.path()).expect("begins");
        for _ in 0..25 {
            incoming.write(&block).expect("25 MB are allowed");
        }
        assert!(matches!(incoming.write(b"x"), Err(FileFault::TooLarge)), "and not one byte more");
        drop(incoming);
        assert_eq!(files(home.path()), Vec::<String>::new(), "a refused file takes no room");
        assert_eq!(MOST, 25 * 1024 * 1024, "25 MB, as SPEC 3 says");
    }

    #[test]
    fn no_text_but_a_digest_becomes_a_path() {
        let dots = format!("{}{}", "../".repeat(20), "passw");
        for text in ["", "../../../etc/passwd", &dots[..64], &"A".repeat(64), &"ä".repeat(32)] {
            assert_eq!(path(Path::new("/home"), text), None, "{text:?} could lead out of the data directory");
        }
    }
}
