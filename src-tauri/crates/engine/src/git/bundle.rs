//! What a sandbox handed out enters the user's repository: read without trust, checked by git, then one new ref.

use std::fs::File;
use std::io::{BufRead, BufReader, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::call::failed;
use super::finish::bundle_file;
use super::large_files;
use super::{Expect, Git, GitError, WorkspaceStart};
use crate::process::Input;
use crate::sandbox::{SandboxSpec, open_regular};

/// The largest bundle that is taken, in bytes.
const LARGEST: u64 = 4 << 30;
/// How long checking the objects of a bundle may take.
const PATIENCE: Duration = Duration::from_mins(30);

impl Git {
    /// Takes the bundle that [`Git::finish_workspace`] wrote into the user's repository, as the branch of `start`.
    ///
    /// The objects are checked (`fsck`) before any ref points at them. Nothing but that branch's ref changes: not
    /// HEAD, index, working tree, settings, hooks nor `FETCH_HEAD`. `expect` is where the branch stands now; doing
    /// it again after a crash changes nothing.
    pub async fn import_result(
        &self,
        spec: &SandboxSpec,
        start: &WorkspaceStart,
        head_commit: &str,
        expect: Expect<'_>,
    ) -> Result<(), GitError> {
        let files = spec.clone();
        let taken = tokio::task::spawn_blocking(move || large_files::take_over(&files)).await;
        taken
            .unwrap_or_else(|stopped| Err(std::io::Error::other(stopped)))
            .map_err(|source| GitError::Io { doing: "taking over large files", source })?;
        let branch = format!("refs/heads/{}", start.branch);
        let name = start.result_ref.as_ref().unwrap_or(&branch);
        let (common, file) = (&spec.git_common_dir, bundle_file(spec));
        self.import_bundle(common, &file, &branch, name, head_commit, expect).await
    }

    /// As [`Git::import_result`], from any file: the ref `held` of the bundle becomes the ref `name`.
    pub async fn import_bundle(
        &self,
        common_dir: &Path,
        file: &Path,
        held: &str,
        name: &str,
        head_commit: &str,
        expect: Expect<'_>,
    ) -> Result<(), GitError> {
        if self.ref_commit(common_dir, name).await?.as_deref() == Some(head_commit) {
            return Ok(());
        }
        let io = |source| GitError::Io { doing: "reading the agent's result", source };
        let opened = open_regular(file).map_err(io)?;
        let opened = opened.ok_or_else(|| refused("it is not a plain file"))?;
        if opened.metadata().map_err(io)?.len() > LARGEST {
            return Err(refused("it is larger than 4 GiB"));
        }
        let (header, pack) = read_header(opened)?;
        let [(commit, listed)] = header.refs.as_slice() else {
            return Err(refused("it holds other refs than the branch agreed on"));
        };
        if listed != held {
            return Err(refused(&format!(
                "it holds {} instead of {held}",
                waybill_domain::text::cut(listed, 80)
            )));
        }
        if commit != head_commit {
            return Err(refused("it ends at another commit than the workspace"));
        }
        for needed in &header.needs {
            let present =
                self.on(common_dir, ["cat-file", "-e", "--end-of-options", needed]).answer().await?;
            if present.code != Some(0) {
                return Err(refused("it builds on a commit that is not in the repository"));
            }
        }
        // Who was interrupted after this finds it there, checked; Windows replaces no pack that a process still reads.
        if self.check_connected(common_dir, head_commit).await.is_err() {
            let args = ["index-pack", "--stdin", "--fix-thin", "--strict", "--max-input-size=4294967296"];
            let call = self.on(common_dir, args).input(Input::File(Arc::new(pack))).patience(PATIENCE);
            let answer = call.answer().await?;
            if answer.code != Some(0) {
                return Err(refused(&failed("index-pack", &answer.stderr).to_string()));
            }
            self.check_connected(common_dir, head_commit).await?;
        }
        self.set_ref(common_dir, name, head_commit, expect).await
    }

    /// Everything that the commit needs must be there before a ref points at it.
    async fn check_connected(&self, common_dir: &Path, commit: &str) -> Result<(), GitError> {
        // The commit is known to be an id: it cannot be read as an option.
        let args = ["rev-list", "--objects", "--quiet", commit, "--not", "--all"];
        let answer = self.on(common_dir, args).patience(PATIENCE).answer().await?;
        if answer.code == Some(0) { Ok(()) } else { Err(refused("objects are missing from it")) }
    }
}

struct Header {
    needs: Vec<String>,
    refs: Vec<(String, String)>,
}

/// Reads the text before the pack, and gives the file standing at the pack's first byte.
fn read_header(file: File) -> Result<(Header, File), GitError> {
    const LONGEST: u64 = 1 << 20;
    let unreadable = || refused("it is no bundle");
    let mut reader = BufReader::new(std::io::Read::take(&file, LONGEST));
    let mut header = Header { needs: Vec::new(), refs: Vec::new() };
    let mut read = 0;
    let mut first = true;
    loop {
        let mut line = Vec::new();
        read += reader.read_until(b'\n', &mut line).map_err(|_| unreadable())? as u64;
        let line = String::from_utf8(line).map_err(|_| unreadable())?;
        let line = line.strip_suffix('\n').ok_or_else(unreadable)?;
        if first {
            if line != "# v2 git bundle" && line != "# v3 git bundle" {
                return Err(unreadable());
            }
            first = false;
        } else if line.is_empty() {
            break;
        } else if let Some(capability) = line.strip_prefix('@') {
            // A filter would mean that objects are left out on purpose.
            if !capability.starts_with("object-format=") {
                return Err(refused("it leaves objects out"));
            }
        } else if let Some(needed) = line.strip_prefix('-') {
            header
                .needs
                .push(object_id(needed.split(' ').next().unwrap_or_default()).ok_or_else(unreadable)?);
        } else {
            let (id, name) = line.split_once(' ').ok_or_else(unreadable)?;
            header.refs.push((object_id(id).ok_or_else(unreadable)?, name.to_owned()));
        }
    }
    drop(reader);
    let mut file = file;
    file.seek(SeekFrom::Start(read)).map_err(|_| unreadable())?;
    Ok((header, file))
}

fn object_id(text: &str) -> Option<String> {
    let legal = matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    legal.then(|| text.to_owned())
}

fn refused(why: &str) -> GitError {
    GitError::Refused { why: why.to_owned() }
}
