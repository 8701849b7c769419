//! Where Waybill runs: what `main` read from its environment, as values.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// The person's environment, handed in.
#[derive(Debug, Clone)]
pub struct Place {
    /// The person's home directory.
    pub user_home: PathBuf,
    /// The person's login name.
    pub user_name: String,
    /// The person's `PATH`.
    pub user_path: OsString,
    /// The whole environment; of it only the places of toolchains, proxies and certificates reach a sandbox.
    pub environment: Vec<(OsString, OsString)>,
    /// The `waybill` program, which agents in sandboxes start to reach Waybill's tools; None: it was not found.
    pub program: Option<PathBuf>,
}

impl Place {
    /// Reads a process's environment; `None` when it names no home directory.
    pub fn from_environment(environment: impl IntoIterator<Item = (OsString, OsString)>) -> Option<Self> {
        let environment: Vec<_> = environment.into_iter().collect();
        let home = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
        let user = if cfg!(windows) { "USERNAME" } else { "USER" };
        let value = |key: &str| find(&environment, key).map(OsStr::to_owned);
        let user_home = PathBuf::from(value(home).filter(|home| !home.is_empty())?);
        let user_name =
            value(user).map_or_else(|| name_of(&user_home), |name| name.to_string_lossy().into_owned());
        let user_path = value("PATH").unwrap_or_default();
        Some(Self { user_home, user_name, user_path, environment, program: None })
    }

    /// Finds the `waybill` program: the one that runs (`running`), the one beside it, or the one on the `PATH`.
    #[must_use]
    pub fn with_program(mut self, running: Option<&Path>) -> Self {
        let name = if cfg!(windows) { "waybill.exe" } else { "waybill" };
        let beside = running.and_then(Path::parent).map(|folder| folder.join(name));
        let on_path = std::env::split_paths(&self.user_path).map(|folder| folder.join(name));
        let places = beside.into_iter().chain(on_path);
        self.program = places.filter(|place| place.is_absolute()).find(|place| place.is_file());
        self
    }

    /// A variable of the environment.
    pub fn variable(&self, key: &str) -> Option<&OsStr> {
        find(&self.environment, key).filter(|value| !value.is_empty())
    }
}

fn find<'a>(environment: &'a [(OsString, OsString)], key: &str) -> Option<&'a OsStr> {
    let same = |name: &OsStr| if cfg!(windows) { name.eq_ignore_ascii_case(key) } else { name == key };
    environment.iter().find(|(name, _)| same(name)).map(|(_, value)| value.as_os_str())
}

fn name_of(home: &Path) -> String {
    home.file_name().map_or_else(|| "user".to_owned(), |name| name.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::Place;
    use std::path::PathBuf;

    #[test]
    fn without_a_home_there_is_no_place_to_write() {
        let home = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
        let place = Place::from_environment([(home.into(), "ana".into())]).expect("there is a home");
        assert_eq!(place.user_home, PathBuf::from("ana"));
        assert!(Place::from_environment([]).is_none(), "nothing must be written to a guessed place");
    }
}
