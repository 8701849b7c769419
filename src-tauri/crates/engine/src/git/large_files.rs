//! Files of Git LFS that an agent made: pointers travel in the bundle, the files themselves beside it.
//!
//! Each is named by its own hash, so that nothing but the right content can enter the user's store.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::sandbox::{SandboxSpec, open_regular};

/// Takes new large files from a workspace into the repository's store. No task runs meanwhile.
pub fn take_over(spec: &SandboxSpec) -> io::Result<()> {
    let mut place = spec.workspace();
    for part in [".git", "lfs", "objects"] {
        place.push(part);
        if !is_directory(&place) {
            return Ok(());
        }
    }
    let store = spec.git_common_dir.join("lfs").join("objects");
    for file in
        directories(&place).iter().flat_map(|first| directories(first)).flat_map(|second| entries(&second))
    {
        let Some(name) = file.file_name().and_then(|name| name.to_str()).filter(|name| is_hash(name)) else {
            continue;
        };
        let target = store.join(&name[..2]).join(&name[2..4]).join(name);
        if !target.exists() {
            copy_if_genuine(&file, name, &target)?;
        }
    }
    Ok(())
}

fn copy_if_genuine(file: &Path, name: &str, target: &Path) -> io::Result<()> {
    let Some(mut source) = open_regular(file)? else { return Ok(()) };
    let directory = target.parent().unwrap_or(target);
    fs::create_dir_all(directory)?;
    let mut copy = tempfile::NamedTempFile::new_in(directory)?;
    if hash_while_copying(&mut source, &mut copy)? == name {
        copy.persist(target)?;
    }
    Ok(())
}

fn hash_while_copying(source: &mut File, copy: &mut impl Write) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut chunk = vec![0; 256 * 1024];
    loop {
        let count = source.read(&mut chunk)?;
        if count == 0 {
            return Ok(hasher
                .finalize()
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<Vec<_>>()
                .concat());
        }
        hasher.update(&chunk[..count]);
        copy.write_all(&chunk[..count])?;
    }
}

fn directories(path: &Path) -> Vec<PathBuf> {
    entries(path).into_iter().filter(|path| is_directory(path)).collect()
}

fn entries(path: &Path) -> Vec<PathBuf> {
    fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

/// Whether this is a directory and no link to one.
fn is_directory(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_dir())
}

fn is_hash(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::hash_while_copying;
    use std::io::{Seek, Write};

    #[test]
    fn a_file_is_known_by_its_hash() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"abc").unwrap();
        file.rewind().unwrap();
        let mut copy = Vec::new();
        let hash = hash_while_copying(&mut file, &mut copy).unwrap();
        assert_eq!(copy, b"abc", "the content is whole");
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hash, expected, "an agent could replace a file under another's name");
    }
}
