//! Owns where things lie in the source tree. It must not touch them.

use std::path::{Path, PathBuf};

use anyhow::Context;

/// The source tree this program was built from.
#[derive(Debug, Clone)]
pub struct Tree {
    root: PathBuf,
}

impl Tree {
    /// The tree that holds this crate: `src-tauri/crates/xtask` lies three folders below its root.
    pub fn of_this_build() -> anyhow::Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .nth(3)
            .context("xtask must lie in src-tauri/crates/xtask")?;
        anyhow::ensure!(
            root.join("Cargo.toml").is_file(),
            "the tree this program was built from is gone ({}); run `cargo xtask` from a checkout",
            root.display()
        );
        Ok(Self { root: root.to_owned() })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A place below the root, written with `/` whatever the platform.
    pub fn at(&self, below: &str) -> PathBuf {
        below.split('/').fold(self.root.clone(), |path, part| path.join(part))
    }

    /// The same place as a person writes it.
    pub fn shown<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}
