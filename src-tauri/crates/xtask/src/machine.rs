//! Owns what this program wants to know of the process it runs in: it is the one place that reads the
//! environment, everything else is handed a [`Machine`].

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// What was read from the environment at start.
#[derive(Debug)]
pub struct Machine {
    /// Nobody could type a password.
    #[cfg(target_os = "linux")]
    pub unattended: bool,
    /// A window can be opened.
    pub display: bool,
    /// Where the user wants Waybill's data, when said.
    pub waybill_home: Option<PathBuf>,
    /// The Chromium that the user chose for the tests of the UI.
    pub chromium: Option<PathBuf>,
    /// Colours and in-place progress are welcome.
    pub terminal: bool,
    /// The public half of the key with which bundles are signed for the updater; Tauri's bundler reads the other half.
    pub updater_key: Option<String>,
    /// The certificate in the system's store with which bundles for Windows are signed.
    pub windows_certificate: Option<String>,
    pub temporary: PathBuf,
    /// Where what can be made again is kept between builds.
    pub cache: PathBuf,
    search_path: OsString,
}

impl Machine {
    pub fn of_this_process() -> Self {
        let path = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let set = |name: &str| path(name).is_some();
        let text = |name: &str| path(name).and_then(|value| value.into_os_string().into_string().ok());
        Self {
            #[cfg(target_os = "linux")]
            unattended: set("CI") || !std::io::stdin().is_terminal(),
            display: cfg!(not(target_os = "linux")) || set("DISPLAY") || set("WAYLAND_DISPLAY"),
            waybill_home: path("WAYBILL_HOME"),
            chromium: path("CHROMIUM"),
            terminal: std::io::stdout().is_terminal(),
            updater_key: text("UPDATER_PUBLIC_KEY").filter(|_| set("TAURI_SIGNING_PRIVATE_KEY")),
            windows_certificate: text("WINDOWS_CERTIFICATE_THUMBPRINT"),
            temporary: std::env::temp_dir(),
            cache: path("XDG_CACHE_HOME")
                .or_else(|| path("HOME").map(|home| home.join(".cache")))
                .unwrap_or_else(std::env::temp_dir),
            search_path: std::env::var_os("PATH").unwrap_or_default(),
        }
    }

    /// The folders in which programs are looked for, as the environment has them.
    pub fn search_path(&self) -> &std::ffi::OsStr {
        &self.search_path
    }

    /// The first of these programs that is on the search path.
    pub fn find(&self, programs: &[&str]) -> Option<PathBuf> {
        programs.iter().find_map(|program| {
            std::env::split_paths(&self.search_path)
                .map(|folder| folder.join(format!("{program}{}", std::env::consts::EXE_SUFFIX)))
                .find(|candidate| is_program(candidate))
        })
    }
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

/// The start of a command that gives the rest of it a screen of its own.
#[cfg(target_os = "linux")]
pub fn unseen_screen() -> std::process::Command {
    let mut command = std::process::Command::new("xvfb-run");
    command.args(["--auto-servernum", "--server-args", "-screen 0 1280x800x24 -nolisten tcp"]);
    command
}
