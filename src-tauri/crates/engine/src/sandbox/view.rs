//! What a sandbox shows of the machine, before any platform's way of showing it.

use std::fs;
use std::path::{Path, PathBuf};

use super::{SandboxError, SandboxSpec, environment, home, toolchains};

/// The parts of the machine that a sandbox shows besides the system's own directories.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct View {
    /// Read-only, each at its own path: toolchains, the project's list, the agent tool, its logins.
    pub read_only: Vec<PathBuf>,
    /// Read-only object stores that the private clone borrows from.
    pub objects: Vec<PathBuf>,
    /// Writable: a cache directory of the project and its place below the home.
    pub caches: Vec<(PathBuf, PathBuf)>,
    /// Credentials that lie in a directory that is shown.
    pub masked: Vec<PathBuf>,
}

impl View {
    /// Looks at the machine, and refuses to show what must stay hidden.
    pub fn of(spec: &SandboxSpec) -> Result<Self, SandboxError> {
        // What is found by itself is a convenience: what may not show is left out silently.
        let harmless = |place: &PathBuf| refused(spec, place).is_none();
        let mut read_only = toolchains::in_home(&spec.user_home, &spec.user_path);
        read_only.retain(harmless);
        let named = environment::named_places(spec).into_iter().filter(harmless);
        for path in named.chain(spec.visible.iter().cloned()) {
            if let Some(why) = refused(spec, &path) {
                return Err(SandboxError::Visible { path, why });
            }
            if path.exists() && !read_only.iter().any(|shown| path.starts_with(shown)) {
                read_only.push(path);
            }
        }
        let masked = toolchains::CREDENTIALS.iter().map(|relative| spec.user_home.join(relative));
        let masked =
            masked.filter(|path| path.exists() && read_only.iter().any(|shown| path.starts_with(shown)));
        let masked = masked.filter(|path| !spec.tool_logins.contains(path)).collect();
        read_only.extend(spec.tool_logins.iter().filter(|path| path.exists()).cloned());
        Ok(Self { objects: object_stores(&spec.git_common_dir), caches: caches(spec)?, read_only, masked })
    }
}

pub(super) fn refused(spec: &SandboxSpec, path: &Path) -> Option<&'static str> {
    let real = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    if !path.is_absolute() {
        return Some("it is not an absolute path");
    }
    for path in [path, &real] {
        if spec.user_home.starts_with(path) {
            return Some("it holds the whole home directory");
        }
        if toolchains::is_credential(&spec.user_home, path) {
            return Some("it holds credentials");
        }
        let hides = |hidden: &PathBuf| path.starts_with(hidden) || hidden.starts_with(path);
        if spec.hidden.iter().any(hides) {
            return Some("it holds what belongs to Waybill alone");
        }
        if path.starts_with(&spec.repository) || spec.repository.starts_with(path) {
            return Some("it holds the repository itself");
        }
    }
    None
}

/// The repository's objects, those it borrows itself, and what LFS and submodules keep beside them.
fn object_stores(common: &Path) -> Vec<PathBuf> {
    let mut stores = vec![common.join("objects")];
    let mut next = 0;
    while next < stores.len() && stores.len() < 16 {
        let alternates = fs::read_to_string(stores[next].join("info").join("alternates")).unwrap_or_default();
        for line in alternates.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let store = toolchains::plain(&stores[next].join(line));
            if store.is_dir() && !stores.contains(&store) {
                stores.push(store);
            }
        }
        next += 1;
    }
    stores.extend([common.join("lfs"), common.join("modules")].into_iter().filter(|path| path.is_dir()));
    stores
}

fn caches(spec: &SandboxSpec) -> Result<Vec<(PathBuf, PathBuf)>, SandboxError> {
    let cache = |&(name, place): &(&str, &str)| {
        let path = spec.caches.join(name);
        home::create_private(&path)
            .map_err(|source| SandboxError::Directory { path: path.clone(), source })
            .map(|()| (path, PathBuf::from(place)))
    };
    toolchains::CACHES.iter().map(cache).collect()
}
