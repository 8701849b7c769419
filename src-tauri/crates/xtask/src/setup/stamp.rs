//! Owns knowing whether work was done before on the very same input. A stamp is a small file that says what the
//! input was; it is written last and removed first, so that an interrupted piece of work is done again.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Context;

/// The mark of one piece of work.
#[derive(Debug)]
pub struct Stamp {
    file: PathBuf,
    input: String,
}

impl Stamp {
    pub fn new(file: PathBuf, input: String) -> Self {
        Self { file, input }
    }

    /// The work was finished before, on this input.
    pub fn holds(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|written| written == self.input)
    }

    /// Does the work unless the stamp holds.
    pub fn or_do(&self, work: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
        if self.holds() { Ok(()) } else { self.renew(work) }
    }

    /// Does the work whatever the stamp says.
    pub fn renew(&self, work: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
        match fs::remove_file(&self.file) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("could not remove {}", self.file.display()));
            }
            _ => {}
        }
        work()?;
        fs::write(&self.file, &self.input).with_context(|| format!("could not write {}", self.file.display()))
    }
}

/// A short word for the names and contents of all files below a folder, but for the left-out names.
///
/// The word may differ between versions of the compiler: the price is one more build.
pub fn fingerprint(folder: &Path, left_out: &[&str]) -> anyhow::Result<String> {
    let mut files = Vec::new();
    collect(folder, left_out, &mut files)?;
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.strip_prefix(folder).unwrap_or(&file).hash(&mut hasher);
        fs::read(&file).with_context(|| format!("could not read {}", file.display()))?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn collect(folder: &Path, left_out: &[&str], files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("could not read {}", folder.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("could not read {}", folder.display()))?;
        if left_out.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        let kind = entry.file_type().with_context(|| format!("could not read {}", entry.path().display()))?;
        if kind.is_dir() {
            collect(&entry.path(), left_out, files)?;
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of this test's own, removed when the test ends, however it ends.
    struct Folder(PathBuf);

    impl Folder {
        fn new(test: &str) -> Self {
            let path = std::env::temp_dir().join(format!("xtask-{test}-{}", std::process::id()));
            fs::create_dir_all(path.join("sub")).unwrap();
            Self(path)
        }

        fn write(&self, name: &str, text: &str) {
            fs::write(self.0.join(name), text).unwrap();
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    #[test]
    fn work_is_done_once_for_one_input() {
        let folder = Folder::new("once");
        let mut done = 0;
        for input in ["a", "a", "b"] {
            let stamp = Stamp::new(folder.0.join("stamp"), input.to_owned());
            stamp
                .or_do(|| {
                    done += 1;
                    Ok(())
                })
                .unwrap();
        }
        assert_eq!(done, 2, "a second `test` must not install again, a changed lock file must");
    }

    #[test]
    fn work_that_failed_is_done_again() {
        let folder = Folder::new("again");
        let stamp = |input: &str| Stamp::new(folder.0.join("stamp"), input.to_owned());
        stamp("a").or_do(|| Ok(())).unwrap();
        stamp("b").or_do(|| anyhow::bail!("no network")).expect_err("the failure must be told");
        assert!(!stamp("a").holds(), "half-replaced packages must not pass for the old ones");
        assert!(!stamp("b").holds(), "half-installed packages must not pass for the new ones");
    }

    #[test]
    fn a_fingerprint_sees_names_and_contents_and_nothing_else() {
        let folder = Folder::new("fingerprint");
        folder.write("a", "1");
        folder.write("sub/b", "2");
        folder.write("left-out", "3");
        let print = || fingerprint(&folder.0, &["left-out"]).unwrap();
        let before = print();
        folder.write("left-out", "4");
        folder.write("a", "1");
        assert_eq!(print(), before, "a file that is written anew with the same text builds nothing");
        folder.write("sub/b", "5");
        let changed = print();
        assert_ne!(changed, before, "a change deep down must build");
        fs::rename(folder.0.join("a"), folder.0.join("c")).unwrap();
        assert_ne!(print(), changed, "a renamed file must build");
    }
}
