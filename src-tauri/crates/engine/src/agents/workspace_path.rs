//! Paths that tools name, as the workspace knows them.

use std::path::Path;

/// The path relative to the workspace, with forward slashes; a path outside stays as it is.
pub(super) fn relative(workspace: &Path, path: &str) -> String {
    let Ok(inside) = Path::new(path).strip_prefix(workspace) else {
        return path.to_owned();
    };
    inside.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
