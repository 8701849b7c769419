//! Files in directories that an agent could write: made and read without following any link it left there.
//!
//! No task runs while these functions work on a sandbox's directories.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Component, Path};

use super::{SandboxSpec, toolchains};

/// Makes a directory with its parents, readable by the user alone.
pub fn create_private(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Makes `relative` below `root` a real directory: a link or file in the way is removed, never followed.
pub fn ensure_directory(root: &Path, relative: &Path) -> io::Result<()> {
    let mut path = root.to_path_buf();
    for component in plain_components(relative)? {
        path.push(component);
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => {
                fs::remove_file(&path)?;
                fs::create_dir(&path)?;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => fs::create_dir(&path)?,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Makes `relative` below `root` an empty file that another can be mounted on.
#[cfg(target_os = "linux")]
pub fn ensure_file(root: &Path, relative: &Path) -> io::Result<()> {
    ensure_directory(root, relative.parent().unwrap_or(Path::new("")))?;
    let path = root.join(relative);
    match fs::symlink_metadata(&path) {
        Ok(found) if found.is_file() => Ok(()),
        Ok(found) if found.is_dir() => fs::remove_dir_all(&path).and_then(|()| new_file(&path).map(drop)),
        Ok(_) => fs::remove_file(&path).and_then(|()| new_file(&path).map(drop)),
        Err(_) => new_file(&path).map(drop),
    }
}

/// Makes `relative` below `root` a link to `target`, which only the sandbox will follow.
#[cfg(target_os = "linux")]
pub fn ensure_link(root: &Path, relative: &Path, target: &Path) -> io::Result<()> {
    ensure_directory(root, relative.parent().unwrap_or(Path::new("")))?;
    let path = root.join(relative);
    match fs::symlink_metadata(&path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(&path)?,
        Ok(_) => fs::remove_file(&path)?,
        Err(_) => {}
    }
    std::os::unix::fs::symlink(target, path)
}

/// Writes a file below `root` unless one is there; nothing on the way is followed.
pub fn write_once(root: &Path, relative: &Path, content: &[u8]) -> io::Result<()> {
    ensure_directory(root, relative.parent().unwrap_or(Path::new("")))?;
    match new_file(&root.join(relative)) {
        Ok(mut file) => file.write_all(content),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// Writes a file below `root`, in place of whatever is there; nothing on the way is followed.
pub fn write_over(root: &Path, relative: &Path, content: &[u8]) -> io::Result<()> {
    ensure_directory(root, relative.parent().unwrap_or(Path::new("")))?;
    let path = root.join(relative);
    match fs::symlink_metadata(&path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(&path)?,
        Ok(_) => fs::remove_file(&path)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    new_file(&path)?.write_all(content)
}

/// Copies the settings of the user's toolchains into the private home, without their secrets.
pub fn copy_settings(spec: &SandboxSpec) -> io::Result<()> {
    for relative in toolchains::SETTINGS.iter().map(Path::new) {
        if let Ok(text) = fs::read_to_string(spec.user_home.join(relative)) {
            write_once(&spec.home(), relative, toolchains::without_secrets(&text).as_bytes())?;
        }
    }
    Ok(())
}

/// Reads a regular file right below `root`; see [`super::read_out`].
pub fn read_regular(root: &Path, name: &str, limit: u64) -> io::Result<Option<Vec<u8>>> {
    if plain_components(Path::new(name))?.len() != 1 {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a plain file name"));
    }
    let Some(file) = open_regular(&root.join(name))? else { return Ok(None) };
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= limit).then_some(bytes))
}

/// Opens a regular file without following a link in its last part; None when there is none.
pub fn open_regular(path: &Path) -> io::Result<Option<File>> {
    // Asked before opening: opening a pipe that an agent left would wait for a writer.
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => {}
        Ok(_) => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        options.custom_flags(flags.bits().cast_signed());
    }
    let file = options.open(path)?;
    Ok(file.metadata()?.is_file().then_some(file))
}

fn new_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

fn plain_components(relative: &Path) -> io::Result<Vec<&std::ffi::OsStr>> {
    let plain = |component| match component {
        Component::Normal(name) => Ok(name),
        _ => Err(io::Error::new(io::ErrorKind::InvalidInput, "not a path below the sandbox's directory")),
    };
    relative.components().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_link_left_by_an_agent_leads_nowhere() {
        use std::os::unix::fs::symlink;
        let root = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("key"), "secret").unwrap();
        symlink(outside.path(), root.path().join(".cargo")).unwrap();
        write_once(root.path(), Path::new(".cargo/config.toml"), b"x").unwrap();
        assert!(!outside.path().join("config.toml").exists(), "the user's own file would be overwritten");

        symlink(outside.path(), root.path().join(".codex")).unwrap();
        symlink(outside.path().join("key"), root.path().join("AGENTS.md")).unwrap();
        write_over(root.path(), Path::new(".codex/AGENTS.md"), b"x").unwrap();
        write_over(root.path(), Path::new("AGENTS.md"), b"x").unwrap();
        assert!(!outside.path().join("AGENTS.md").exists(), "a file would appear in the user's directories");
        assert_eq!(fs::read(outside.path().join("key")).unwrap(), b"secret", "the user's file would be lost");
        assert_eq!(fs::read(root.path().join("AGENTS.md")).unwrap(), b"x", "the agent gets its file anyhow");

        symlink(outside.path().join("key"), root.path().join("answer.json")).unwrap();
        let read = read_regular(root.path(), "answer.json", 100).unwrap();
        assert_eq!(read, None, "a key would come out as the agent's answer");
        assert!(read_regular(root.path(), "../key", 100).is_err(), "names do not climb");
    }

    #[test]
    fn an_answer_is_bounded() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("a"), "12345").unwrap();
        assert_eq!(read_regular(root.path(), "a", 5).unwrap().as_deref(), Some(&b"12345"[..]));
        assert_eq!(read_regular(root.path(), "a", 4).unwrap(), None, "half an answer is none");
    }
}
