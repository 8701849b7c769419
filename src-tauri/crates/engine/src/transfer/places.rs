//! Finding the files of a folder that is not trusted: names are checked, links are not followed.

use super::control::TransferError;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The largest file that is held in memory whole.
pub(super) const WHOLE_MAX: u64 = 64 * 1024 * 1024;

/// The first of some places below a path that is there as a file or folder of its own.
pub(super) fn first(path: &Path, candidates: &[&str]) -> Option<PathBuf> {
    candidates.iter().map(|name| path.join(name)).find(|found| found.exists())
}

/// Whether this is a file itself, and no link to one.
pub(super) fn is_own_file(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file())
}

/// Whether this is a folder itself, and no link to one.
pub(super) fn is_own_folder(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|meta| meta.is_dir())
}

/// The files of a folder with this ending, by name; a folder that is not there has none.
pub(super) fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, TransferError> {
    if !is_own_folder(folder) {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(folder).map_err(TransferError::unreadable(folder))?;
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(TransferError::unreadable(folder))?.path();
        if path.extension().is_some_and(|given| given.eq_ignore_ascii_case(ending)) && is_own_file(&path) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// A name that is one part of a path and nothing else.
pub(super) fn is_plain_name(name: &str) -> bool {
    let legal =
        |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ' | '(' | ')' | '+' | ',' | '@');
    !name.is_empty() && name.len() <= 255 && name.chars().all(legal) && name != "." && name != ".."
}

/// A path below a folder as an untrusted file names it; `None` when it would lead anywhere else.
pub(super) fn below(folder: &Path, name: &str) -> Option<PathBuf> {
    let mut path = folder.to_owned();
    for part in name.split('/') {
        if !is_plain_name(part) {
            return None;
        }
        path.push(part);
        let link = std::fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_symlink());
        if link {
            return None;
        }
    }
    Some(path)
}

/// A file as text, when it is small enough.
pub(super) fn whole(path: &Path) -> Result<String, TransferError> {
    let file = File::open(path).map_err(TransferError::unreadable(path))?;
    let mut bytes = Vec::new();
    file.take(WHOLE_MAX + 1).read_to_end(&mut bytes).map_err(TransferError::unreadable(path))?;
    if bytes.len() as u64 > WHOLE_MAX {
        return Err(TransferError::Shape(format!("{} is larger than 64 MB", path.display())));
    }
    String::from_utf8(bytes)
        .map_err(|_| TransferError::Shape(format!("{} is not written in UTF-8", path.display())))
}

/// How a file is spoken of: its path below what was named.
pub(super) fn name_of(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).ok().filter(|below| !below.as_os_str().is_empty());
    match (below, path.file_name()) {
        // Said alike on every platform: the same report for the same folder.
        (Some(below), _) => below.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/"),
        (None, Some(name)) => name.to_string_lossy().into_owned(),
        (None, None) => path.to_string_lossy().into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{below, files};

    #[test]
    fn nothing_outside_the_folder_is_read() {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let outside = tempfile::NamedTempFile::with_suffix(".md").expect("a file elsewhere");
        std::fs::write(folder.path().join("own.md"), "x").expect("is written");
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(outside.path(), folder.path().join("link.md")).expect("is linked");
            assert_eq!(below(folder.path(), "link.md"), None, "a link leads out of the folder");
        }
        let found = files(folder.path(), "md").expect("is read");
        assert_eq!(found, [folder.path().join("own.md")], "a link would bring in what nobody chose");
        for name in ["../x", "/etc/passwd", "a/../../x", "..", "", "a//b", "C:\\x", "C:x", "\\\\server\\x"] {
            assert_eq!(below(folder.path(), name), None, "{name:?} leads out of the folder");
        }
        assert!(below(folder.path(), "attachments/ABC-1/a file.png").is_some());
        drop(outside);
    }
}
