//! The demo's repository: a few files and one commit, in a directory of Waybill's own.

use super::{Git, GitError};
use std::path::{Path, PathBuf};

impl Git {
    /// Makes a small repository below `parent`, in a folder that does not exist yet, and gives its root.
    pub async fn make_sample(&self, parent: &Path, files: &[(&str, &str)]) -> Result<PathBuf, GitError> {
        let root = write_files(parent, files)
            .map_err(|source| GitError::Io { doing: "making the sample", source })?;
        self.call(&root, ["init", "--quiet", "--initial-branch=main"]).text().await?;
        self.call(&root, ["add", "--all"]).text().await?;
        let name = ["-c", "user.name=Waybill demo", "-c", "user.email=demo@waybill.invalid"];
        let commit = ["commit", "--quiet", "--no-verify", "--no-gpg-sign", "--message=Begin the sample"];
        self.call(&root, name.into_iter().chain(commit)).text().await?;
        Ok(root)
    }
}

fn write_files(parent: &Path, files: &[(&str, &str)]) -> std::io::Result<PathBuf> {
    std::fs::create_dir_all(parent)?;
    let mut number = 1;
    let root = loop {
        let root = parent.join(if number == 1 { "parcels".to_owned() } else { format!("parcels-{number}") });
        match std::fs::create_dir(&root) {
            Ok(()) => break root,
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    };
    for (path, contents) in files {
        let file = root.join(path);
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(file, contents)?;
    }
    Ok(root)
}
