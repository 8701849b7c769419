//! Submodules of a workspace, as far as the user's own repository holds them.

use super::GitError;
use super::call::{failed, inside};
use crate::sandbox::Sandbox;

/// Checks out each submodule whose repository lies in the user's `.git/modules`; others stay empty, as in a fresh clone.
pub async fn check_out(sandbox: &Sandbox) -> Result<(), GitError> {
    let spec = sandbox.spec();
    let modules = spec.git_common_dir.join("modules");
    if !modules.is_dir() {
        return Ok(());
    }
    let args = ["config", "-z", "--file", ".gitmodules", "--get-regexp", r"^submodule\..*\.path$"];
    let listed = inside(sandbox, args, |task| task).await?;
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    for (name, path) in listed.split('\0').filter_map(name_and_path) {
        let source = modules.join(name);
        // The name is the repository's: it may not lead out of the directory of submodules.
        let plain = name.split('/').all(|part| !matches!(part, "" | "." | ".."));
        if !plain || !source.join("objects").is_dir() {
            continue;
        }
        let url = format!("submodule.{name}.url={}", source.display());
        let args = ["-c", "protocol.file.allow=always", "-c", url.as_str(), "submodule", "--quiet"];
        let args = args.into_iter().chain(["update", "--init", "--", path]);
        let answer = inside(sandbox, args, |task| task).await?;
        if answer.code != Some(0) {
            return Err(failed("submodule update in the sandbox", &answer.stderr));
        }
    }
    Ok(())
}

fn name_and_path(entry: &str) -> Option<(&str, &str)> {
    let (key, path) = entry.split_once('\n')?;
    Some((key.strip_prefix("submodule.")?.strip_suffix(".path")?, path))
}
